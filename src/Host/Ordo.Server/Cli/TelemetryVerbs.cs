using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ordo.Storage.Transfer;

namespace Ordo.Server.Cli;

/// <summary><c>ordo export telemetry</c> and <c>ordo import telemetry</c>: samples as files, through a running server.</summary>
public static class TelemetryVerbs
{
    private const int LinesPerRequest = 20_000;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Command CreateExport()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The .csv or .lp (line protocol) to write. CSV keeps quality and every bit; line protocol has neither NaN nor quality." };
        var from = new Option<string>("--from") { Description = "Beginning, RFC 3339: 2026-01-01T00:00:00+08:00.", Required = true, HelpName = "TIME" };
        var to = new Option<string?>("--to") { Description = "End, not in it; the default is now.", HelpName = "TIME" };
        var points = new Option<string?>("--points") { Description = "Numbers of points, separated by commas.", HelpName = "IDS" };
        var series = new Option<string?>("--series") { Description = "Numbers of series, separated by commas.", HelpName = "IDS" };
        var asset = new Option<long?>("--asset") { Description = "Number of an asset: all points of it and below. Without any of these three: everything.", HelpName = "ID" };
        Option<string> data = Verb.Data();
        Option<string?> server = ServerClient.Server(), token = ServerClient.Token();
        var command = new Command("telemetry", "Export samples of any selection, through the server that runs on the data folder.") { file, from, to, points, series, asset, data, server, token };
        command.SetAction(async (parsed, cancellation) =>
        {
            FileInfo target = parsed.GetRequiredValue(file);
            var query = new StringBuilder("api/v1/telemetry/export?format=").Append(IsLines(target.Name) ? "line" : "csv").Append("&from=").Append(Uri.EscapeDataString(parsed.GetRequiredValue(from)));
            foreach (var (name, value) in (IEnumerable<(string, string?)>)
                [("to", parsed.GetValue(to)), ("ids", parsed.GetValue(points)), ("series", parsed.GetValue(series)), ("asset", parsed.GetValue(asset)?.ToString(CultureInfo.InvariantCulture))])
                if (value is not null) query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            await ServerClient.UseAsync(parsed.GetRequiredValue(data), parsed.GetValue(server), parsed.GetValue(token), "export", async http =>
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri(query.ToString(), UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellation);
                await answer.RequireSuccessAsync(cancellation);
                var progress = new TerminalProgress("Exported");
                string unfinished = target.FullName + ".part"; // a file with the name asked for is a whole one
                await using (Stream source = await answer.Content.ReadAsStreamAsync(cancellation))
                await using (FileStream stream = File.Create(unfinished))
                {
                    var buffer = new byte[1 << 16];
                    while (await source.ReadAsync(buffer, cancellation) is > 0 and var read)
                    {
                        await stream.WriteAsync(buffer.AsMemory(0, read), cancellation);
                        progress.Report(stream.Position);
                    }
                }

                progress.End();
                File.Move(unfinished, target.FullName, overwrite: true);
                await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(target.FullName).Length:N0} bytes in {target.FullName}"));
            }, cancellation);
            return 0;
        });
        return command;
    }

    public static Command CreateImport()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A .csv as `ordo export telemetry` writes it, or a .lp of line protocol with times in milliseconds." };
        Option<string> data = Verb.Data();
        Option<string?> server = ServerClient.Server(), token = ServerClient.Token();
        var command = new Command("telemetry", "Import samples through the server that runs on the data folder. What cannot be read is named and not stored; reading a file twice stores it once.") { file, data, server, token };
        command.SetAction(async (parsed, cancellation) =>
        {
            FileInfo source = parsed.GetRequiredValue(file);
            if (!source.Exists) throw new StartRefusedException($"There is no file {source.FullName}.");
            long refused = 0;
            await ServerClient.UseAsync(parsed.GetRequiredValue(data), parsed.GetValue(server), parsed.GetValue(token), "import", async http =>
                refused = IsLines(source.Name) ? await ImportLinesAsync(http, source, cancellation) : await ImportCsvAsync(http, source, cancellation), cancellation);
            return refused > 0 ? 1 : 0;
        });
        return command;
    }

    private static async Task<long> ImportCsvAsync(HttpClient http, FileInfo source, CancellationToken cancellation)
    {
        var progress = new TerminalProgress("Sent");
        await using FileStream stream = source.OpenRead();
        using var content = new StreamContent(new ReportingStream(stream, progress), 1 << 16);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using HttpResponseMessage answer = await http.PostAsync(new Uri("api/v1/telemetry/import", UriKind.Relative), content, cancellation);
        progress.End();
        await answer.RequireSuccessAsync(cancellation);
        TransferResult result = JsonSerializer.Deserialize<TransferResult>(await answer.Content.ReadAsStringAsync(cancellation), Json)!;
        foreach (TransferFault fault in result.Faults) await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Line {fault.Line}, {fault.Column} '{fault.Value}': {fault.Reason}"));
        if (result.Refused > 0) await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{result.Refused:N0} lines were not stored."));
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{result.Samples:N0} samples of {result.Series:N0} series stored"));
        return result.Refused;
    }

    private static async Task<long> ImportLinesAsync(HttpClient http, FileInfo source, CancellationToken cancellation)
    {
        var progress = new TerminalProgress("Sent");
        long stored = 0, refused = 0;
        await using FileStream stream = source.OpenRead();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var body = new StringBuilder();
        for (int count = 0; ;)
        {
            string? line = await reader.ReadLineAsync(cancellation);
            if (line is not null && !string.IsNullOrWhiteSpace(line) && line[0] != '#')
            {
                body.Append(line).Append('\n');
                count++;
            }

            if ((line is null || count >= LinesPerRequest) && count > 0)
            {
                using var content = new StringContent(body.ToString(), Encoding.UTF8);
                using HttpResponseMessage answer = await http.PostAsync(new Uri("api/v2/write?bucket=ordo&org=ordo&precision=ms", UriKind.Relative), content, cancellation);
                if (answer.IsSuccessStatusCode) stored += count;
                else if ((int)answer.StatusCode is 400 or 422)
                {
                    refused += count;
                    await Console.Error.WriteLineAsync(await answer.Content.ReadAsStringAsync(cancellation));
                }
                else await answer.RequireSuccessAsync(cancellation);

                progress.Report((stream.Position, source.Length));
                body.Clear();
                count = 0;
            }

            if (line is null) break;
        }

        progress.End();
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{stored:N0} lines stored{(refused > 0 ? string.Create(CultureInfo.InvariantCulture, $"; of {refused:N0} at least some were not, see above") : "")}"));
        return refused;
    }

    private static bool IsLines(string name) => Path.GetExtension(name).ToUpperInvariant() switch
    {
        ".CSV" => false,
        ".LP" or ".LINE" or ".TXT" => true,
        var other => throw new StartRefusedException($"The file must end in .csv or .lp, not '{other}'."),
    };

    /// <summary>Tells how much of a file has been sent.</summary>
    private sealed class ReportingStream(FileStream inner, TerminalProgress progress) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Told(inner.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Told(await inner.ReadAsync(buffer, cancellationToken));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Told(int read)
        {
            progress.Report((inner.Position, inner.Length));
            return read;
        }
    }
}
