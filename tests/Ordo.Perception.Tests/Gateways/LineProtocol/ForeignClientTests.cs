using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Tests.Gateways.LineProtocol;

/// <summary>Clients that others wrote for InfluxDB, in <c>tests/clients</c>. Skipped only where there is no Node.</summary>
public class ForeignClientTests
{
    private static readonly string Folder = Path.GetFullPath("../../../clients", SourceFolder());

    [Fact]
    public async Task Clients_written_for_InfluxDB_are_satisfied_and_what_they_wrote_is_stored()
    {
        await InstallAsync();
        await using WriteServer server = await WriteServer.StartAsync();
        (int exit, string output) = await RunAsync("node", "write.mjs", server.Address.ToString(), "all");
        Assert.True(exit == 0, output);

        List<Stored> stored = server.Stored();
        Assert.Equal(1500, stored.Count(s => s.Source.StartsWith("js,", StringComparison.Ordinal)));
        Assert.Contains(new Stored("js,meter=EM\\ 4\\,\\=,site=north\\ plant", "power", 1_700_000_000_499, 499.25), stored);
        Assert.Equal([1], stored.Where(s => s.Source == "js_partial").Select(s => s.Value));
        Assert.DoesNotContain(stored, s => s.Source == "js_denied");
        Assert.Equal(["n", "t", "v"], stored.Where(s => s is { Source: "node,a=b\\ c", TimeMs: 1_700_000_000_000 }).Select(s => s.Channel).Order(StringComparer.Ordinal));
        FrameEntry frame = server.Registry.Gateway("line").Find("node,a=b\\ c")!.Frames.Read()[0];
        Assert.Equal(("Text fields are not stored as samples: s", 3), (frame.Reason.En, frame.Samples));
    }

    private static async Task InstallAsync()
    {
        if (File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json"))) return;
        (int exit, string output) = await RunAsync("npm", "ci", "--silent", "--no-fund", "--no-audit");
        Assert.True(exit == 0, output);
    }

    private static async Task<(int Exit, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, await output + error);
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{program} is not installed.");
            throw;
        }
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
