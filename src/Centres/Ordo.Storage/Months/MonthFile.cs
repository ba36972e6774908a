using System.Collections.Concurrent;
using Ordo.Storage.Chunks;
using Ordo.Storage.Rollups;

namespace Ordo.Storage.Months;

/// <summary>Where a chunk stands in its month file.</summary>
/// <param name="Id">Number of its sealing × 2^20 + its place in it.</param>
/// <param name="Start">Time of its first sample.</param>
internal readonly record struct ChunkKey(long Id, long Start)
{
    private const int SealBits = 20;

    /// <summary>Sealings are numbered through the whole store: after a crash those behind the checkpoint say what of the log is in chunks already.</summary>
    public long Seal => Id >> SealBits;

    public static long FirstId(long seal) => seal << SealBits;
}

/// <summary>
/// The chunks of one month, a SQLite file in WAL mode. Written by the sealing thread alone; read through a few pooled connections.
/// </summary>
/// <remarks>
/// Rows are appended in the order of sealing, so a transaction writes full pages one behind the other, and an index finds them by series and time.
/// <c>aged</c> names the series whose chunks were let go when they were past their age: their rollups are all there is of them.
/// Rollups are few and read in a row, so they stand in the order of their key.
/// Chunks of a series do not overlap. <c>sequence</c> is the log's number of the newest record the series' chunks of that sealing hold:
/// replay skips what is at or below it. The file's own version is <c>user_version</c>.
/// </remarks>
/// <param name="folder">The store's folder.</param>
/// <param name="month">The month.</param>
/// <param name="idle">Counts the idle connections of all months: each costs memory, and a long history has many months.</param>
internal sealed class MonthFile(string folder, Month month, IdleConnections idle) : IDisposable
{
    /// <summary>From 2 on pages have checksums, see <see cref="PageChecksums"/>.</summary>
    private const int Version = 2;
    private const int IdleReaders = 4;

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS chunk (id INTEGER PRIMARY KEY, series INTEGER NOT NULL, start INTEGER NOT NULL, sequence INTEGER NOT NULL, data BLOB NOT NULL);
        CREATE INDEX IF NOT EXISTS chunk_series ON chunk (series, start);
        CREATE TABLE IF NOT EXISTS rollup (resolution INTEGER NOT NULL, series INTEGER NOT NULL, start INTEGER NOT NULL, until INTEGER NOT NULL, data BLOB NOT NULL,
            PRIMARY KEY (resolution, series, start));
        CREATE TABLE IF NOT EXISTS aged (series INTEGER PRIMARY KEY);
        PRAGMA application_id = 1330791503;
        """;

    private readonly ConcurrentBag<MonthReader> readers = [];
    private readonly Lock making = new();
    private MonthWriter? writer;
    private volatile bool closed;

    public Month Month { get; } = month;

    public string Path { get; } = System.IO.Path.Combine(folder, month.FileName);

    /// <summary>The file ought to be there and is not. It is not made anew: an empty month would look like one without samples.</summary>
    public bool IsMissing { get; init; }

    /// <summary>The list names it, so its tables were on disk once: without them it is damaged, and is not made anew.</summary>
    public bool IsListed { get; set; }

    /// <summary>The one writer, for the sealing thread.</summary>
    public MonthWriter Writer
    {
        get
        {
            if (writer is not null) return writer;
            if (IsMissing) throw Missing();
            Database database = Database.Open(Path, create: true);
            try
            {
                MakeOrCheck(database);
                database.Execute("PRAGMA synchronous = FULL");
                return writer = new(database);
            }
            catch
            {
                database.Dispose();
                throw;
            }
        }
    }

    public void CloseWriter()
    {
        writer?.Dispose();
        writer = null;
    }

    /// <summary>Lends a connection; dispose the lease to give it back.</summary>
    public Lease Read()
    {
        if (readers.TryTake(out MonthReader? reader))
        {
            idle.Remove();
            return new(this, reader);
        }

        if (IsMissing) throw Missing();
        Database database = Database.Open(Path, create: false);
        try
        {
            MakeOrCheck(database);
            database.Execute("PRAGMA query_only = 1; PRAGMA cache_size = -1024;");
            return new(this, new(database));
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        closed = true;
        CloseWriter();
        while (readers.TryTake(out MonthReader? reader)) reader.Dispose();
    }

    private DatabaseException Missing() => new(
        Path, SQLitePCL.raw.SQLITE_NOTADB, $"the file is {(IsMissing ? "missing" : "empty")} although {MonthList.Name} names it. Put it back from a backup, or take its line out of {MonthList.Name} to do without its samples");

    /// <summary>A file without a version was being made when the power went: its tables come with the version in one transaction, so it has nothing and is made whole.</summary>
    private void MakeOrCheck(Database database)
    {
        long found;
        lock (making)
        {
            found = database.Scalar("PRAGMA user_version");
            if (found == 0)
            {
                if (IsListed) throw Missing();
                database.Execute($"PRAGMA page_size = {PageChecksums.PageLength}");
                database.ReserveChecksums();
                database.Execute("PRAGMA journal_mode = WAL");
                // One that an older program had begun to make has no room for them.
                database.Execute($"BEGIN IMMEDIATE; {Tables} PRAGMA user_version = {(database.HasChecksums ? Version : 1)}; COMMIT;");
            }
        }

        if (found > Version)
            throw new InvalidDataException($"{database.Path} has version {found}; this program reads up to {Version}. Start the newer program that wrote it.");
    }

    private void Return(MonthReader reader)
    {
        if (!closed && readers.Count < IdleReaders && idle.TryAdd()) readers.Add(reader);
        else reader.Dispose();
    }

    public readonly struct Lease(MonthFile file, MonthReader reader) : IDisposable
    {
        public MonthReader Reader => reader;

        public void Dispose() => file.Return(reader);
    }
}

/// <summary>How many connections wait to be used again, all months together.</summary>
internal sealed class IdleConnections(int most)
{
    private int count;

    public bool TryAdd()
    {
        if (Interlocked.Increment(ref count) <= most) return true;
        Interlocked.Decrement(ref count);
        return false;
    }

    public void Remove() => Interlocked.Decrement(ref count);
}

/// <summary>Reads chunks through one connection, for one thread at a time.</summary>
internal sealed class MonthReader(Database database) : IDisposable
{
    private readonly Statement covering = database.Prepare("SELECT id, start, data FROM chunk WHERE series = ?1 AND start <= ?2 ORDER BY start DESC LIMIT 1");
    private readonly Statement following = database.Prepare("SELECT id, start, data FROM chunk WHERE series = ?1 AND start > ?2 AND start <= ?3 ORDER BY start");
    private readonly Statement rollup = database.Prepare("SELECT start, until, data FROM rollup WHERE resolution = ?1 AND series = ?2 AND start <= ?3 ORDER BY start DESC LIMIT 1");
    private readonly Statement begin = database.Prepare("BEGIN");
    private readonly Statement commit = database.Prepare("COMMIT");

    public delegate void ChunkHandler(ChunkKey key, ReadOnlySpan<byte> data);

    /// <summary>
    /// Hands over the newest chunk that starts at or before <paramref name="from"/>, and then those that start after it and at or before
    /// <paramref name="to"/>, ascending, at most <paramref name="limit"/> of these. All from one state of the file.
    /// </summary>
    /// <returns>How many of the following chunks there were.</returns>
    public int Read(int series, long from, long to, int limit, ChunkHandler handle)
    {
        begin.Run();
        try
        {
            covering.Bind(1, series).Bind(2, from);
            if (covering.Step()) handle(new(covering.Int64(0), covering.Int64(1)), covering.Blob(2));
            covering.Reset();

            // The limit is no parameter: SQLite plans a statement anew whenever that is bound, which takes longer than reading.
            int count = 0;
            following.Bind(1, series).Bind(2, from).Bind(3, to);
            for (; count < limit && following.Step(); count++) handle(new(following.Int64(0), following.Int64(1)), following.Blob(2));
            return count;
        }
        finally
        {
            covering.Reset();
            following.Reset();
            if (database.IsInTransaction) commit.Run();
        }
    }

    public delegate void RollupHandler(long start, long until, ReadOnlySpan<byte> data);

    /// <summary>Hands over the newest row of rollups that begins at or before a time.</summary>
    public void ReadRollup(Resolution resolution, int series, long time, RollupHandler handle)
    {
        rollup.Bind(1, (long)resolution).Bind(2, series).Bind(3, time);
        try
        {
            if (rollup.Step()) handle(rollup.Int64(0), rollup.Int64(1), rollup.Blob(2));
        }
        finally
        {
            rollup.Reset();
        }
    }

    /// <summary>For every chunk of the sealings after one: its id, series and log sequence number.</summary>
    public void ReadSealedAfter(long seal, Action<long, int, long> handle)
    {
        using Statement rows = database.Prepare("SELECT id, series, sequence FROM chunk WHERE id >= ?1 ORDER BY id");
        for (rows.Bind(1, ChunkKey.FirstId(seal + 1)); rows.Step();) handle(rows.Int64(0), (int)rows.Int64(1), rows.Int64(2));
    }

    public long LastSeal() => database.Scalar("SELECT max(id) FROM chunk") is var id ? new ChunkKey(id, 0).Seal : 0;

    public void Dispose() => database.Dispose();
}

/// <summary>Writes chunks; used by the sealing thread.</summary>
internal sealed class MonthWriter(Database database) : IDisposable
{
    private readonly Statement covering = database.Prepare("SELECT id, start, data FROM chunk WHERE series = ?1 AND start <= ?2 ORDER BY start DESC LIMIT 1");
    private readonly Statement following = database.Prepare("SELECT id, start, data FROM chunk WHERE series = ?1 AND start > ?2 AND start <= ?3 ORDER BY start");
    private readonly Statement insert = database.Prepare("INSERT INTO chunk (id, series, start, sequence, data) VALUES (?1, ?2, ?3, ?4, ?5)");
    private readonly Statement delete = database.Prepare("DELETE FROM chunk WHERE id = ?1");
    private readonly Statement oldest = database.Prepare("SELECT min(start) FROM chunk WHERE series = ?1");
    private readonly Statement newest = database.Prepare("SELECT start, data FROM chunk WHERE series = ?1 ORDER BY start DESC LIMIT 1");
    private readonly Statement rollupUntil = database.Prepare("SELECT until FROM rollup WHERE resolution = ?1 AND series = ?2 AND start = ?3");
    private readonly Statement rollupData = database.Prepare("SELECT data FROM rollup WHERE resolution = ?1 AND series = ?2 AND start = ?3");
    private readonly Statement lastRollup = database.Prepare("SELECT max(start) FROM rollup WHERE resolution = ?1 AND series = ?2");
    private readonly Statement putRollup = database.Prepare("INSERT OR REPLACE INTO rollup (resolution, series, start, until, data) VALUES (?1, ?2, ?3, ?4, ?5)");
    private readonly Statement dropRollups = database.Prepare("DELETE FROM rollup WHERE resolution = ?1 AND series = ?2 AND until > ?3");

    private readonly Statement aged = database.Prepare("SELECT 1 FROM aged WHERE series = ?1");

    /// <summary>The samples of the series were let go when they were past their age: its rollups are all there is, and cannot be made again.</summary>
    public bool IsAged(int series) => Read(aged.Bind(1, series), _ => true);

    public void Begin() => database.Execute("BEGIN IMMEDIATE");

    /// <summary>Returns when the transaction is on disk.</summary>
    public void Commit() => database.Execute("COMMIT");

    public void Rollback()
    {
        try
        {
            database.Execute("ROLLBACK");
        }
        catch (DatabaseException)
        {
            // SQLite has rolled back by itself, as it does when the disk is full.
        }
    }

    /// <summary>The chunks that may hold times from <paramref name="first"/> to <paramref name="last"/>, ascending.</summary>
    public List<(ChunkKey Key, byte[] Data)> Find(int series, long first, long last)
    {
        var found = new List<(ChunkKey, byte[])>();
        covering.Bind(1, series).Bind(2, first);
        if (covering.Step()) found.Add((new(covering.Int64(0), covering.Int64(1)), covering.Blob(2).ToArray()));
        covering.Reset();
        following.Bind(1, series).Bind(2, first).Bind(3, last);
        while (following.Step()) found.Add((new(following.Int64(0), following.Int64(1)), following.Blob(2).ToArray()));
        following.Reset();
        return found;
    }

    public void Insert(ChunkKey key, int series, long sequence, ReadOnlySpan<byte> data) =>
        insert.Bind(1, key.Id).Bind(2, series).Bind(3, key.Start).Bind(4, sequence).Bind(5, data).Run();

    public void Delete(long id) => delete.Bind(1, id).Run();

    public long? OldestStart(int series) => Read(oldest.Bind(1, series), row => row.IsNull(0) ? (long?)null : row.Int64(0));

    /// <summary>Head of the newest chunk of a series, or <c>null</c>.</summary>
    public ChunkHead? NewestHead(int series) => Read(newest.Bind(1, series), row => (ChunkHead?)ChunkCodec.ReadHead(row.Int64(0), row.Blob(1)));

    /// <summary>The time before which a row of rollups tells everything, or <c>null</c>.</summary>
    public long? RollupUntil(Resolution resolution, int series, long start) =>
        Read(rollupUntil.Bind(1, (long)resolution).Bind(2, series).Bind(3, start), row => (long?)row.Int64(0));

    public byte[]? RollupData(Resolution resolution, int series, long start) =>
        Read(rollupData.Bind(1, (long)resolution).Bind(2, series).Bind(3, start), row => row.Blob(0).ToArray());

    public long? LastRollupStart(Resolution resolution, int series) =>
        Read(lastRollup.Bind(1, (long)resolution).Bind(2, series), row => row.IsNull(0) ? (long?)null : row.Int64(0));

    public void PutRollup(Resolution resolution, int series, long start, long until, ReadOnlySpan<byte> data) =>
        putRollup.Bind(1, (long)resolution).Bind(2, series).Bind(3, start).Bind(4, until).Bind(5, data).Run();

    /// <summary>Takes out the rollups that tell of times from <paramref name="first"/> on, because samples there are about to change. Later rows go too: that is rare, and they are made again.</summary>
    public void DropRollups(int series, long first)
    {
        foreach (Resolution resolution in Resolutions.All) dropRollups.Bind(1, (long)resolution).Bind(2, series).Bind(3, first).Run();
    }

    /// <summary>For tests: the file takes no more pages than it has, as on a full disk.</summary>
    public void LimitPages(long pages) => database.Scalar(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}"));

    public void Dispose() => database.Dispose();

    private static T? Read<T>(Statement statement, Func<Statement, T> read)
    {
        try
        {
            return statement.Step() ? read(statement) : default;
        }
        finally
        {
            statement.Reset();
        }
    }
}
