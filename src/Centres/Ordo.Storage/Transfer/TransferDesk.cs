using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Ordo.Foundation;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Transfer;

/// <summary>A line that was not stored.</summary>
/// <param name="Line">From 1, the header being the first.</param>
/// <param name="Column">Which cell.</param>
/// <param name="Value">What stands there.</param>
public sealed record TransferFault(long Line, string Column, string Value, string Reason);

/// <summary>What an import has done.</summary>
/// <param name="Samples">Stored; a sample that was there already is stored again and there once.</param>
/// <param name="Series">Series they belong to.</param>
/// <param name="Refused">Lines that were not stored.</param>
/// <param name="Faults">The first of these, with what is wrong.</param>
public sealed record TransferResult(long Samples, int Series, long Refused, IReadOnlyList<TransferFault> Faults);

/// <summary>Writes samples of any selection as text, and reads them back. Both stream: what is on its way is all that is in memory.</summary>
internal sealed class TransferDesk(ITelemetryReader reader, IIngest ingest, ISeriesCatalogue catalogue)
{
    private const int FlushChars = 64 * 1024, SamplesPerBatch = 8192, MostFaults = 100;
    private static readonly string[] Columns = TransferFormat.Header.Split(',');

    /// <summary>One series after the other, each ascending in time.</summary>
    public async Task WriteAsync(IReadOnlyList<int> series, long from, long to, bool asLines, PipeWriter body, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        if (!asLines) text.Append(TransferFormat.Header).Append("\r\n");
        foreach (int number in series)
        {
            SeriesKey key = catalogue.KeyOf(number);
            string prefix = TransferFormat.PrefixOf(key);
            (string measurement, string field) = TransferFormat.LineNames(key);
            await foreach (SampleColumns block in reader.ReadAsync(number, from, to, cancellation))
            {
                for (int i = 0; i < block.Count; i++)
                {
                    if (!asLines)
                    {
                        text.Append(prefix);
                        TransferFormat.AppendSample(text, new(block.Times[i], block.Values[i], block.Qualities[i]));
                        text.Append("\r\n");
                    }
                    else if (double.IsFinite(block.Values[i])) // line protocol has no other
                    {
                        text.Append(CultureInfo.InvariantCulture, $"{measurement} {field}={block.Values[i]:R} {block.Times[i]}\n");
                    }

                    if (text.Length >= FlushChars) await FlushAsync();
                }
            }
        }

        await FlushAsync();

        async Task FlushAsync()
        {
            Encoding.UTF8.GetBytes(text.ToString(), body);
            text.Clear();
            await body.FlushAsync(cancellation); // waits for a slow reader
        }
    }

    /// <summary>Stores every line that can be read and names those that cannot. Idempotent, so a mended file is simply read again.</summary>
    public async Task<TransferResult> ReadAsync(Stream csv, CancellationToken cancellation)
    {
        var import = new Import(catalogue);
        using Batch batch = Batch.Rent(SamplesPerBatch);
        using var lines = new StreamReader(csv, Encoding.UTF8);
        long line = 0;
        while (await ReadRowAsync(lines, cancellation) is { } row)
        {
            line += row.Lines;
            if (line == row.Lines && row.Cells.SequenceEqual(Columns)) continue; // the header
            import.Add(line, row.Cells, batch);
            if (batch.Count < SamplesPerBatch) continue;
            await ingest.WriteAsync(batch, cancellation);
            batch.Clear();
        }

        if (batch.Count > 0) await ingest.WriteAsync(batch, cancellation);
        return import.Result;
    }

    /// <summary>The next row; a quoted cell may hold line ends.</summary>
    private static async Task<(List<string> Cells, int Lines)?> ReadRowAsync(StreamReader lines, CancellationToken cancellation)
    {
        string? text = await lines.ReadLineAsync(cancellation);
        if (text is null) return null;
        int count = 1;
        while (text.Count(c => c == '"') % 2 != 0 && text.Length < 100_000 && await lines.ReadLineAsync(cancellation) is { } more)
        {
            text += "\n" + more;
            count++;
        }

        return (Split(text), count);
    }

    private static List<string> Split(string row)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < row.Length; i++)
        {
            char c = row[i];
            if (c == '"' && quoted && i + 1 < row.Length && row[i + 1] == '"') cell.Append(row[i++]);
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(c);
        }

        cells.Add(cell.ToString());
        return cells;
    }

    private sealed class Import(ISeriesCatalogue catalogue)
    {
        private readonly Dictionary<(string, string, string), int> known = [];
        private readonly HashSet<int> series = [];
        private readonly List<TransferFault> faults = [];
        private long samples, refused;

        public TransferResult Result => new(samples, series.Count, refused, faults);

        public void Add(long line, List<string> cells, Batch batch)
        {
            if (cells is [""]) return; // an empty line
            if (cells.Count is not (5 or 6))
            {
                Refuse(line, "", $"{cells.Count}", new($"应有 {Columns.Length} 列：{TransferFormat.Header}。", $"There must be {Columns.Length} columns: {TransferFormat.Header}."));
                return;
            }

            if (!TransferFormat.TryReadTime(cells[3], out long time)) Refuse(line, "time", cells[3], new("应为 RFC 3339 时间或毫秒数。", "An RFC 3339 time or milliseconds are expected."));
            else if (!TransferFormat.TryReadValue(cells[4], out double value)) Refuse(line, "value", cells[4], new("应为数字或 0x 开头的 64 位。", "A number is expected, or 64 bits that begin with 0x."));
            else if (!TransferFormat.TryReadQuality(cells.Count > 5 ? cells[5] : "", out SampleQuality quality)) Refuse(line, "quality", cells[5], new("应为 good、uncertain 或 bad。", "It is good, uncertain or bad."));
            else if (SeriesOf(line, cells) is { } number)
            {
                batch.Add(number, time, value, quality);
                series.Add(number);
                samples++;
            }
        }

        private int? SeriesOf(long line, List<string> cells)
        {
            var key = (cells[0], cells[1], cells[2]);
            if (known.TryGetValue(key, out int number)) return number;
            for (int i = 0; i < 3; i++)
            {
                if (cells[i].Length > 0 && Encoding.UTF8.GetByteCount(cells[i]) <= (i == 0 ? 40 : 65_535)) continue;
                Refuse(line, Columns[i], cells[i], new("不能为空，也不能过长。", "Must not be empty, nor too long."));
                return null;
            }

            int source = catalogue.SourceOf(cells[0], Encoding.UTF8.GetBytes(cells[1]));
            if (catalogue.TrySeriesOf(source, Encoding.UTF8.GetBytes(cells[2]), out number)) return known[key] = number;
            Refuse(line, "channel", cells[2], new("该数据源的序列数已达上限。", "The source already has as many series as one may."));
            return null;
        }

        private void Refuse(long line, string column, string value, Text reason)
        {
            refused++;
            if (faults.Count < MostFaults) faults.Add(new(line, column, value.Length > 100 ? value[..100] : value, reason.ToString()));
        }
    }
}
