using System.Diagnostics;

namespace Ordo.Bench;

/// <summary>An ordo-server of its own process and data folder, as <c>./ordo run</c> starts it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>The server that <c>./ordo</c> built.</summary>
    public static readonly string Built = Path.Combine(Environment.CurrentDirectory, ".ordo", "app", "ordo-server.dll");

    private readonly Process process;
    private readonly string assembly;

    private ServerProcess(Process process, string assembly, string data, Uri address) => (this.process, this.assembly, Data, Address) = (process, assembly, data, address);

    public string Data { get; }

    public Uri Address { get; }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public long PeakMemory
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <param name="assembly">Path of <c>ordo-server.dll</c>.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="options">Of the verb; by default those for a server that only takes telemetry.</param>
    public static async Task<ServerProcess> StartAsync(string assembly, string data, string[]? options = null)
    {
        Process process = Start(assembly, ["server", "--data", data, "--http", "127.0.0.1:0", "--set", "Perception:Gateways:Hj212:Enabled=false",
            .. options ?? ["--set", "Identifiers:Enabled=false", "--set", "Perception:Limits:HttpSource:SamplesPerSecond=0"]]);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains("is ready", StringComparison.Ordinal)) continue;
            string address = line[line.IndexOf("http", StringComparison.Ordinal)..].Split(' ')[0];
            _ = process.StandardOutput.ReadToEndAsync();
            return new(process, assembly, data, new(address));
        }

        throw new InvalidOperationException($"The server did not start: its last words are above.");
    }

    public long Resident
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Makes an API token as an operator would.</summary>
    public async Task<string> CreateTokenAsync(string role)
    {
        using Process made = Start(assembly, ["token", "create", "bench", "--role", role, "--data", Data]);
        string token = (await made.StandardOutput.ReadToEndAsync()).Trim().Split('\n')[^1];
        await made.WaitForExitAsync();
        return made.ExitCode == 0 ? token : throw new InvalidOperationException($"No token for role {role}; the reason is above.");
    }

    /// <summary>SIGTERM, as an operator stops it.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> StopAsync()
    {
        long start = Stopwatch.GetTimestamp();
        using (Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        return Stopwatch.GetElapsedTime(start);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    /// <summary>As <c>./ordo</c> starts it: with the runtime beside it, when it was published with one.</summary>
    public static (string Program, string[] Arguments) Command(string assembly, params string[] arguments) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(assembly)!, "libcoreclr.so")) ? (Path.ChangeExtension(assembly, null), arguments) : ("dotnet", [assembly, .. arguments]);

    /// <summary>Its output can be read.</summary>
    public static Process Start(string assembly, params string[] arguments)
    {
        (string program, string[] all) = Command(assembly, arguments);
        return Process.Start(new ProcessStartInfo(program, all) { RedirectStandardOutput = true })!;
    }
}
