using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Ordo.Testing;

/// <summary>
/// The PostgreSQL of a test run: the one <c>ORDO_TEST_POSTGRES</c> names (a connection string without a database), else a cluster of its own
/// from the installed binaries, in a temporary folder, gone with the process.
/// </summary>
internal static class PostgresServer
{
    private const string Superuser = "ordo";
    private static readonly Lazy<Task<string>> Started = new(StartAsync);

    /// <summary>Connection string of the server, without a database.</summary>
    public static Task<string> ConnectionStringAsync() => Started.Value;

    private static async Task<string> StartAsync() =>
        Environment.GetEnvironmentVariable("ORDO_TEST_POSTGRES") is { Length: > 0 } given ? given : await StartOwnAsync();

    private static async Task<string> StartOwnAsync()
    {
        string binaries = FindBinaries();
        string folder = Directory.CreateTempSubdirectory("ordo-postgres-").FullName;
        // PostgreSQL refuses to run as root; Debian's packages bring the user postgres.
        bool root = Environment.UserName == "root";
        if (root) await RunAsync("chown", "postgres", folder);
        string data = Path.Combine(folder, "data");
        await RunAsync(root, Path.Combine(binaries, "initdb"), "-D", data, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");

        int port = FreePorts.Take();
        Process server = Start(root, Path.Combine(binaries, "postgres"),
            "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop(server, root, Path.Combine(binaries, "pg_ctl"), data, folder);

        string connection = $"Host=127.0.0.1;Port={port};Username={Superuser}";
        await AnswersAsync(connection, server);
        return connection;
    }

    private static string FindBinaries()
    {
        string[] installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        return installed.Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
            ?? throw new InvalidOperationException("The tests need PostgreSQL: install Debian's package postgresql, or set ORDO_TEST_POSTGRES to a server.");
    }

    private static async Task AnswersAsync(string connection, Process server)
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var probe = new NpgsqlConnection(connection + ";Database=postgres;Pooling=false");
                await probe.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (!server.HasExited && waited.Elapsed < Patience.Limit)
            {
                await Task.Delay(50); // another process is starting; there is no clock of ours to wait on
            }
        }
    }

    private static void Stop(Process server, bool root, string pgCtl, string data, string folder)
    {
        using (Process stop = Start(root, pgCtl, "stop", "-D", data, "-m", "immediate")) stop.WaitForExit(10_000);
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static Task RunAsync(bool root, string program, params string[] arguments) =>
        root ? RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments]) : RunAsync(program, arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Start(false, program, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    private static Process Start(bool root, string program, params string[] arguments)
    {
        var start = root
            ? new ProcessStartInfo("runuser", ["-u", "postgres", "--", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.WorkingDirectory = "/tmp";
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
