using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Ordo.Bench.Peers;

/// <summary>PostgreSQL from Debian: one row a sample, key (series, time), COPY; synced commits, half a gigabyte of buffers.</summary>
internal sealed class PostgresPeer(string folder) : Peer(folder)
{
    private readonly int port = FreePort();
    private readonly string data = Path.Combine(folder, "data");
    private Process? process;

    public override string Name => "PostgreSQL";

    private string Connection => $"Host=127.0.0.1;Port={port};Username=ordo;Database=postgres;Command Timeout=300";

    public override async Task StartAsync()
    {
        string binaries = Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Last(bin => File.Exists(Path.Combine(bin, "initdb")));
        bool isNew = !Directory.Exists(data);
        if (isNew)
        {
            if (Environment.UserName == "root") await EndedAsync(Run("chown", ["postgres", Folder]));
            await EndedAsync(RunAsPostgres(Path.Combine(binaries, "initdb"), "-D", data, "-U", "ordo", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"));
        }

        process = RunAsPostgres(Path.Combine(binaries, "postgres"), "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), "-k", "", "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB");
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var probe = new NpgsqlConnection(Connection + ";Pooling=false");
                await probe.OpenAsync();
                break;
            }
            catch (NpgsqlException) when (!process.HasExited && waited.Elapsed < TimeSpan.FromMinutes(1))
            {
                await Task.Delay(50);
            }
        }

        if (!isNew) return;
        foreach (string table in (string[])["steel", "newest"])
            await ExecuteAsync($"CREATE TABLE {table} (series int NOT NULL, time timestamptz NOT NULL, value float8 NOT NULL, PRIMARY KEY (series, time))");
    }

    public override async Task StopAsync()
    {
        if (process is null || process.HasExited) return;
        NpgsqlConnection.ClearAllPools();
        // The postmaster's own number: ours may be that of runuser before it.
        string first = File.Exists(Path.Combine(data, "postmaster.pid")) ? (await File.ReadAllLinesAsync(Path.Combine(data, "postmaster.pid")))[0] : process.Id.ToString(CultureInfo.InvariantCulture);
        await EndedAsync(Run("kill", ["-INT", first]), mayFail: true);
        await process.WaitForExitAsync();
    }

    public override Task<LoaderReport> IngestAsync(int series, double seconds) => PeersLoader.StartAsync("copy-lines", Connection, Text(series), Text(seconds));

    public override Task<LoaderReport> FeedAsync(PeerData data, string bodies, double seconds) => PeersLoader.StartAsync("copy", Connection, data.ToString(), Text(seconds));

    public override async Task SettleAsync()
    {
        await ExecuteAsync("VACUUM ANALYZE steel");
        await ExecuteAsync("VACUUM ANALYZE newest");
        await ExecuteAsync("CHECKPOINT");
    }

    /// <summary>Without its write-ahead log, which is as long as it is allowed to be.</summary>
    public override long DiskBytes() => new DirectoryInfo(Path.Combine(data, "base")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public override Task<long> AskAsync(Question question, PeerData data, int variant)
    {
        string range = $"time >= '{Iso(data.Start)}' AND time < '{Iso(data.End)}'";
        long day = data.Start + (variant % PeerData.Days * 86_400_000L);
        int first = variant * 100 % PeerData.Series;
        return QueryAsync(question switch
        {
            Question.DayOfOne => $"SELECT time, value FROM steel WHERE series = {variant * 37 % PeerData.Series} AND time >= '{Iso(day)}' AND time < '{Iso(day + 86_400_000)}' ORDER BY time",
            Question.HoursOfHundred => $"SELECT series, date_trunc('hour', time) AS hour, avg(value) FROM steel WHERE series >= {first} AND series < {first + 100} AND {range} GROUP BY series, hour",
            Question.HoursOfAll => $"SELECT series, date_trunc('hour', time) AS hour, avg(value) FROM steel WHERE {range} GROUP BY series, hour",
            Question.SumOfAll => $"SELECT hour, sum(mean) FROM (SELECT series, date_trunc('hour', time) AS hour, avg(value) AS mean FROM steel WHERE {range} GROUP BY series, hour) AS hours GROUP BY hour",
            _ => $"SELECT series, time, value FROM generate_series(0, {PeerData.NewestSeries - 1}) AS asked CROSS JOIN LATERAL (SELECT series, time, value FROM newest WHERE series = asked ORDER BY time DESC LIMIT 1) AS found",
        });
    }

    private async Task<long> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        long count = 0;
        while (await reader.ReadAsync())
        {
            _ = reader.GetValue(reader.FieldCount - 1);
            count++;
        }

        return count;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private Process RunAsPostgres(string program, params string[] arguments)
    {
        string log = Folder + ".log";
        return Environment.UserName == "root" ? Run("runuser", ["-u", "postgres", "--", program, .. arguments], log) : Run(program, arguments, log);
    }

    private static async Task EndedAsync(Process process, bool mayFail = false)
    {
        using (process)
        {
            await process.WaitForExitAsync();
            if (process.ExitCode != 0 && !mayFail) throw new InvalidOperationException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} ended with {process.ExitCode}.");
        }
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
