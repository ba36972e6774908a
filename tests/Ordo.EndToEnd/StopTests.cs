using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>A server that is told to stop, one that dies, and a second one on the same folder.</summary>
public sealed class StopTests
{
    private const int LinesPerBody = 500;
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_stop_under_load_ends_with_0_and_the_next_start_needs_no_log()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient writer = await server.WriterAsync();
        for (int round = 0; round < 3; round++)
        {
            var acknowledged = new HashSet<long>();
            string source = string.Create(CultureInfo.InvariantCulture, $"stop,round={round}");
            var some = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task[] load = [.. Enumerable.Range(0, 3).Select(w => WriteAsync(writer, source, w, acknowledged, some))];
            await some.Task.WaitAsync(Patience.Limit);

            Assert.Equal(0, await server.StopAsync());
            await Task.WhenAll(load);
            Assert.Contains("nothing is left to replay", server.Output, StringComparison.Ordinal);
            await server.StartAgainAsync();

            Assert.DoesNotContain("Log replayed", server.Output, StringComparison.Ordinal);
            using HttpClient reader = await server.SignInAsync();
            Dictionary<long, double> stored = await reader.SamplesAsync(source, "v", Begin, Begin.AddDays(1));
            foreach (long n in acknowledged) Assert.Equal(n, stored[Begin.ToUnixTimeMilliseconds() + n]);
        }
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_ends_with_1_and_one_sentence()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        Assert.Contains($"in use by another Ordo server (process {server.Id})", await RefusalAsync(server.Data), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Identifiers:Port=99999", "Identifiers:Port should be 0 … 65535, is 99999.")]
    [InlineData("Identifiers:Port=many", "Ordo:Identifiers:Port")]
    [InlineData("Identifiers:HttpsPort=0", "Identifiers:HttpsCertificate should name a PEM file, is missing.")]
    [InlineData("Identifiers:HttpsCertificate=/no/such.pem", "Identifiers:HttpsCertificate should name a PEM file, there is none at /no/such.pem.", "--set", "Identifiers:HttpsPort=0")]
    [InlineData("Database:Provider=oracle", "Ordo:Database:Provider is 'oracle'")]
    public async Task A_setting_that_makes_no_sense_ends_with_1_and_one_sentence(string setting, string expected, params string[] more)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ordo-e2e-");
        Assert.Contains(expected, await RefusalAsync(folder.FullName, ["--set", setting, .. more]), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    /// <summary>What a server says that does not start: one line on standard error.</summary>
    private static async Task<string> RefusalAsync(string data, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet", [ServerProcess.ServerDll, "server", "--data", data, "--http", "127.0.0.1:0", .. more]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Task<string> said = process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience.Limit);
        Assert.Equal(1, process.ExitCode);
        Assert.Equal("", await said);
        return Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_demonstrations_simulator_ends_with_a_server_that_is_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Children are found in /proc.");
        await using ServerProcess server = await ServerProcess.StartAsync("demo");
        int simulator = Assert.Single(ChildrenOf(server.Id));

        await server.KillAloneAsync();

        for (var waited = Stopwatch.StartNew(); IsRunning(simulator); await Task.Delay(100))
            Assert.True(waited.Elapsed < Patience.Limit, "The simulator outlives its server.");
    }

    private static async Task WriteAsync(HttpClient writer, string source, int number, HashSet<long> acknowledged, TaskCompletionSource some)
    {
        for (int body = 0; ; body++)
        {
            long first = ((body * 3L) + number) * LinesPerBody;
            var text = new StringBuilder();
            for (long n = first; n < first + LinesPerBody; n++) text.Append(CultureInfo.InvariantCulture, $"{source} v={n} {Begin.ToUnixTimeMilliseconds() + n}\n");
            try
            {
                using HttpResponseMessage answer = await writer.WriteLinesAsync(text.ToString());
                if (answer.StatusCode != HttpStatusCode.NoContent) return; // it is stopping
            }
            catch (HttpRequestException)
            {
                return; // it has stopped: not acknowledged
            }

            lock (acknowledged)
            {
                for (long n = first; n < first + LinesPerBody; n++) acknowledged.Add(n);
                if (acknowledged.Count > 50 * LinesPerBody) some.TrySetResult();
            }
        }
    }

    private static int[] ChildrenOf(int parent) =>
        [.. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).Where(id => ParentOf(id) == parent)];

    private static int ParentOf(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // gone meanwhile
        }
    }

    /// <summary>A dead process that nobody has waited for yet runs no more.</summary>
    private static bool IsRunning(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
