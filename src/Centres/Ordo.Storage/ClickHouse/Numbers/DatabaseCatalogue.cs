using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Files;
using Ordo.Storage.Series;

namespace Ordo.Storage.ClickHouse.Numbers;

/// <summary>
/// The catalogue of a cluster: numbers are given by the one database, in a transaction that no other node is in at the same time, so that all nodes know every name by the
/// same number; names known already are found in memory, as in the embedded store.
/// </summary>
/// <remarks>A new name costs one transaction, about a millisecond; a node meets each name once.</remarks>
internal sealed class DatabaseCatalogue(IDbContextFactory<OrdoDbContext> databases, int maxSeriesPerSource, int shardCount) : ISeriesCatalogue
{
    private readonly SeriesCatalogue known = new(maxSeriesPerSource);
    private readonly PagedColumn<int> shards = new();
    private readonly Lock gate = new(); // one name at a time
    private readonly ByteWriter definitions = new();

    public int SeriesCount => known.SeriesCount;

    public int SourceCount => known.SourceCount;

    /// <summary>Of the database; a new one the first time.</summary>
    public string Identity()
    {
        using OrdoDbContext database = databases.CreateDbContext();
        using IDbContextTransaction transaction = Begin(database);
        NumberIdentity? identity = database.Set<NumberIdentity>().AsNoTracking().SingleOrDefault();
        if (identity is null)
        {
            identity = new() { Id = 1, Value = Guid.NewGuid().ToString() };
            database.Database.ExecuteSql($"""INSERT INTO storage_identity ("Id", "Value") VALUES ({identity.Id}, {identity.Value})""");
            transaction.Commit();
        }

        return identity.Value;
    }

    /// <summary>Learns what other nodes have named since.</summary>
    /// <exception cref="StoreRefusedException">The tables contradict themselves or the settings.</exception>
    public void Refresh()
    {
        using OrdoDbContext database = databases.CreateDbContext();
        lock (gate) Learn(database);
    }

    public int SourceOf(string gateway, ReadOnlySpan<byte> source)
    {
        if (known.TryFindSource(gateway, source, out int number)) return number;
        SeriesCatalogue.CheckName(source.Length, nameof(source));
        byte[] name = source.ToArray();
        lock (gate)
        {
            return known.TryFindSource(gateway, name, out number) ? number : Add(
                () => known.TryFindSource(gateway, name, out number) ? number : null,
                () => $"""INSERT INTO storage_source ("Id", "Gateway", "Name", "Shard") VALUES ({known.SourceCount}, {gateway}, {name}, {known.SourceCount % shardCount})""");
        }
    }

    public bool TrySeriesOf(int source, ReadOnlySpan<byte> channel, out int series)
    {
        if (known.TryFindSeries(source, channel, out series)) return true;
        SeriesCatalogue.CheckName(channel.Length, nameof(channel));
        byte[] name = channel.ToArray();
        int found = -1;
        lock (gate)
        {
            if (!known.TryFindSeries(source, name, out found))
            {
                if (known.SeriesCountOf(source) >= maxSeriesPerSource) return false;
                found = Add(
                    () => known.TryFindSeries(source, name, out found) ? found : null,
                    () => $"""INSERT INTO storage_series ("Id", "SourceId", "Channel") VALUES ({known.SeriesCount}, {source}, {name})""");
            }
        }

        series = found;
        return true;
    }

    public bool TryFind(SeriesKey key, out int series) => known.TryFind(key, out series);

    public SeriesKey KeyOf(int series) => known.KeyOf(series);

    public int SourceOfSeries(int series) => known.SourceOfSeries(series);

    public (string Gateway, string Source) SourceName(int source) => known.SourceName(source);

    public IReadOnlyList<int> SeriesOfSource(int source) => known.SeriesOfSource(source);

    public int ShardOfSeries(int series) => shards[known.SourceOfSeries(series)];

    /// <summary>Numbers a name, unless another node was quicker.</summary>
    /// <exception cref="IngestRefusedException">The database cannot be asked.</exception>
    private int Add(Func<int?> find, Func<FormattableString> insert)
    {
        try
        {
            using OrdoDbContext database = databases.CreateDbContext();
            using (IDbContextTransaction transaction = Begin(database))
            {
                Learn(database);
                if (find() is { } number) return number;
                // Rows are only ever added, by no user's act: nothing for the audit trail, and no copies to be told.
                database.Database.ExecuteSql(insert());
                transaction.Commit();
            }

            // Read back rather than assumed, so that memory holds what the database does.
            Learn(database);
            return find() ?? throw new InvalidOperationException("A name that was just numbered is not in the database.");
        }
        catch (Exception e) when (e is DbException or TimeoutException || e.InnerException is DbException)
        {
            throw new IngestRefusedException(IngestRefusal.StoreUnavailable, $"The database cannot number a new series: {e.Message}", e);
        }
    }

    private static IDbContextTransaction Begin(OrdoDbContext database)
    {
        // SQLite: takes the write lock at once. PostgreSQL: readers go on, other nodes that number wait.
        IDbContextTransaction transaction = database.Database.BeginTransaction(database.Database.IsNpgsql() ? IsolationLevel.ReadCommitted : IsolationLevel.Serializable);
        if (database.Database.IsNpgsql()) database.Database.ExecuteSqlRaw("LOCK TABLE storage_source IN EXCLUSIVE MODE");
        return transaction;
    }

    private void Learn(OrdoDbContext database)
    {
        // Series first: whatever source they name is there when the sources are read.
        int firstSource = known.SourceCount, firstSeries = known.SeriesCount;
        List<NumberedSeries> series = [.. database.Set<NumberedSeries>().AsNoTracking().Where(row => row.Id >= firstSeries).OrderBy(row => row.Id)];
        List<NumberedSource> sources = [.. database.Set<NumberedSource>().AsNoTracking().Where(row => row.Id >= firstSource).OrderBy(row => row.Id)];
        if (sources.Count == 0 && series.Count == 0) return;
        Check(sources, series, firstSource, firstSeries);

        shards.Ensure(firstSource + sources.Count);
        foreach (NumberedSource source in sources) shards[source.Id] = source.Shard;
        definitions.Clear();
        definitions.VarInt((ulong)firstSource);
        definitions.VarInt((ulong)sources.Count);
        foreach (NumberedSource source in sources)
        {
            WriteName(System.Text.Encoding.UTF8.GetBytes(source.Gateway));
            WriteName(source.Name);
        }

        definitions.VarInt((ulong)firstSeries);
        definitions.VarInt((ulong)series.Count);
        foreach (NumberedSeries one in series)
        {
            definitions.VarInt((ulong)one.SourceId);
            WriteName(one.Channel);
        }

        try
        {
            known.ReadDefinitions(definitions.Written);
        }
        catch (InvalidDataException e)
        {
            throw new StoreRefusedException($"The tables storage_source and storage_series contradict themselves: {e.Message} Restore the database from a backup.", e);
        }
    }

    private void Check(List<NumberedSource> sources, List<NumberedSeries> series, int firstSource, int firstSeries)
    {
        for (int i = 0; i < sources.Count; i++)
        {
            if (sources[i].Id != firstSource + i) throw new StoreRefusedException($"storage_source lacks number {firstSource + i}. Restore the database from a backup.");
            if (sources[i].Shard < 0 || sources[i].Shard >= shardCount)
                throw new StoreRefusedException($"Source {sources[i].Id} has its samples on shard {sources[i].Shard}, but Storage:ClickHouse:Shards names {shardCount}. A shard may be added at the end, never left out.");
        }

        for (int i = 0; i < series.Count; i++)
            if (series[i].Id != firstSeries + i) throw new StoreRefusedException($"storage_series lacks number {firstSeries + i}. Restore the database from a backup.");
    }

    private void WriteName(ReadOnlySpan<byte> name)
    {
        definitions.VarInt((ulong)name.Length);
        definitions.Bytes(name);
    }
}
