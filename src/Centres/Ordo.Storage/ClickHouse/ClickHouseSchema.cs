using System.Diagnostics;
using System.Globalization;

namespace Ordo.Storage.ClickHouse;

/// <summary>
/// The tables on every server. SQL that the ClickHouse of 2018 and today's both understand; what only newer ones know is added by their version.
/// <code>
/// sample      one row a sample and version; the highest version of a (series, time) counts, the others vanish with merges
/// latest      the newest sample of each series, kept by the view to_latest
/// series      the names behind the numbers, a copy for people who query ClickHouse themselves
/// store       which Ordo database numbers the series
/// sample_all  Distributed over all shards, when the cluster's name is known
/// </code>
/// </summary>
internal sealed class ClickHouseSchema(ClickHouseOptions options)
{
    private static readonly Version CodecsSince = new(20, 4), SyncSince = new(20, 10);

    /// <summary>Waits for the servers, makes what is missing, and makes sure that they belong to this Ordo.</summary>
    /// <param name="shards">All.</param>
    /// <param name="identity">Of the database that numbers the series.</param>
    /// <param name="clock">Measures the waiting.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="StoreRefusedException">A server is away for too long, refuses, or belongs to another Ordo.</exception>
    public async Task PrepareAsync(IReadOnlyList<ClickHouseShard> shards, string identity, TimeProvider clock, CancellationToken cancellation)
    {
        long begin = clock.GetTimestamp();
        foreach (ClickHouseServer server in shards.SelectMany(shard => shard.Replicas))
        {
            Version version = server.Version = await WaitAsync(server, begin, clock, cancellation);
            try
            {
                await CreateAsync(server, version, cancellation);
            }
            catch (Exception e) when (ClickHouseShard.IsFailure(e))
            {
                throw new StoreRefusedException($"The tables cannot be made on ClickHouse at {server.Address}: {e.Message}", e);
            }
        }

        foreach (ClickHouseShard shard in shards) await CheckIdentityAsync(shard, identity, cancellation);
    }

    private async Task<Version> WaitAsync(ClickHouseServer server, long begin, TimeProvider clock, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                string[] parts = (await server.TextAsync("SELECT version()", inDatabase: false, cancellation)).Split('.');
                return new(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
            }
            catch (ClickHouseException e)
            {
                throw new StoreRefusedException($"ClickHouse refuses user '{options.User}': {e.Message} Check Storage:ClickHouse:User and Storage:ClickHouse:Password.", e);
            }
            catch (HttpRequestException e)
            {
                if (clock.GetElapsedTime(begin).TotalSeconds >= options.StartSeconds)
                    throw new StoreRefusedException($"ClickHouse at {server.Address} cannot be reached: {e.Message} Start it, or correct Storage:ClickHouse:Shards.", e);
                await Task.Delay(TimeSpan.FromMilliseconds(200), clock, cancellation);
            }
            catch (Exception e) when (e is FormatException or IndexOutOfRangeException)
            {
                throw new StoreRefusedException($"{server.Address} answers, but not as ClickHouse does. Correct Storage:ClickHouse:Shards.", e);
            }
        }
    }

    private async Task CreateAsync(ClickHouseServer server, Version version, CancellationToken cancellation)
    {
        await server.TextAsync($"CREATE DATABASE IF NOT EXISTS {options.Database}", inDatabase: false, cancellation);
        foreach (string statement in Statements(version)) await server.TextAsync(statement, cancellation: cancellation);
    }

    /// <summary>What is run on a server of some version.</summary>
    internal IEnumerable<string> Statements(Version version)
    {
        bool codecs = version >= CodecsSince;
        // Older servers have no such setting: there a sample is safe from a killed process, and from a power failure only on a second replica.
        string sync = version >= SyncSince ? " SETTINGS fsync_after_insert = 1, fsync_part_directory = 1" : "";
        yield return $"""
            CREATE TABLE IF NOT EXISTS sample (
              series UInt32{Codec("Delta, ZSTD(1)")}, time Int64{Codec("DoubleDelta, ZSTD(1)")}, value Float64{Codec("Gorilla, ZSTD(1)")}, quality UInt16{Codec("ZSTD(1)")}, version UInt64{Codec("Delta, ZSTD(1)")})
            ENGINE = {Engine("ReplacingMergeTree", "sample", "version")}
            PARTITION BY toYYYYMM(toDateTime(greatest(toInt64(0), least(intDiv(time, 1000), toInt64(4294967294))), 'UTC'))
            ORDER BY (series, time){sync}
            """;
        yield return $"""
            CREATE TABLE IF NOT EXISTS latest (
              series UInt32, newest AggregateFunction(argMax, Tuple(Int64, UInt64, Float64, UInt16), Tuple(Int64, UInt64)), highest AggregateFunction(max, UInt64))
            ENGINE = {Engine("AggregatingMergeTree", "latest", "")} ORDER BY series{sync}
            """;
        yield return """
            CREATE MATERIALIZED VIEW IF NOT EXISTS to_latest TO latest AS
            SELECT series, argMaxState(tuple(time, version, value, quality), tuple(time, version)) AS newest, maxState(version) AS highest FROM sample GROUP BY series
            """;
        yield return $"CREATE TABLE IF NOT EXISTS series (id UInt32, gateway String, source String, channel String) ENGINE = {Engine("ReplacingMergeTree", "series", "")} ORDER BY id";
        yield return $"CREATE TABLE IF NOT EXISTS store (identity String) ENGINE = {Engine("ReplacingMergeTree", "store", "")} ORDER BY identity";
        if (options.Cluster.Length > 0)
            yield return $"CREATE TABLE IF NOT EXISTS sample_all (series UInt32, time Int64, value Float64, quality UInt16, version UInt64) ENGINE = Distributed({options.Cluster}, {options.Database}, sample)";

        string Codec(string codec) => codecs ? $" CODEC({codec})" : "";
    }

    private string Engine(string kind, string table, string arguments)
    {
        if (!options.Replicated) return $"{kind}({arguments})";
        string more = arguments.Length > 0 ? ", " + arguments : "";
        return $"Replicated{kind}('/clickhouse/tables/{{shard}}/{options.Database}/{table}', '{{replica}}'{more})";
    }

    /// <summary>Numbers mean nothing without the database that gave them: two Ordos on one ClickHouse database would mix their series.</summary>
    private async Task CheckIdentityAsync(ClickHouseShard shard, string identity, CancellationToken cancellation)
    {
        try
        {
            string known = await shard.TextAsync("SELECT DISTINCT identity FROM store", cancellation);
            if (known == identity) return;
            if (known.Length > 0)
            {
                throw new StoreRefusedException(
                    $"The ClickHouse database {options.Database} at {shard.Name} belongs to another Ordo ({known}, this one is {identity}): its numbers mean other series. "
                    + "Choose another Storage:ClickHouse:Database, or restore the Ordo database that belongs to it.");
            }

            Debug.Assert(Guid.TryParse(identity, out _), "An identity goes into SQL as it is.");
            await shard.TextAsync($"INSERT INTO store VALUES ('{identity}')", cancellation);
        }
        catch (Exception e) when (ClickHouseShard.IsFailure(e))
        {
            throw new StoreRefusedException($"ClickHouse at {shard.Name} cannot say whose samples it keeps: {e.Message}", e);
        }
    }
}
