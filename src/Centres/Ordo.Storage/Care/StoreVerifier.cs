using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;
using Ordo.Storage.Checkpoints;
using Ordo.Storage.Files;
using Ordo.Storage.Log;
using Ordo.Storage.Months;
using Ordo.Storage.Reading;
using Ordo.Storage.Rollups;
using Ordo.Storage.Series;

namespace Ordo.Storage.Care;

/// <summary>One thing that is damaged.</summary>
/// <param name="File">Within the store's folder.</param>
/// <param name="What">What it is, and what of it is lost, for people.</param>
public sealed record TelemetryDamage(string File, string What);

/// <summary>What was read of one file.</summary>
/// <param name="File">Within the store's folder.</param>
/// <param name="Parts">Chunks, records or blocks that are good.</param>
/// <param name="Samples">Samples in them.</param>
/// <param name="Bytes">Of the file.</param>
public sealed record TelemetryFileState(string File, long Parts, long Samples, long Bytes);

/// <summary>What a check of a store found.</summary>
public sealed record TelemetryVerification(IReadOnlyList<TelemetryFileState> Good, IReadOnlyList<TelemetryDamage> Damages, long TornBytes)
{
    public bool IsClean => Damages.Count == 0;
}

/// <summary>
/// Reads everything a store holds, every chunk of every month, the rollups, the log, the snapshot and the catalogue, and changes nothing. Works beside a running
/// server: months are read in transactions, and of a log that is being written the unfinished end does not count.
/// </summary>
public sealed class StoreVerifier
{
    private const int MostNamed = 20;
    private readonly string folder;
    private readonly IStoreFiles files;
    private readonly IProgress<long>? progress;
    private readonly List<TelemetryFileState> good = [];
    private readonly List<TelemetryDamage> damages = [];
    private readonly SeriesCatalogue catalogue = new(int.MaxValue);
    private long done, torn;

    private readonly uint zone;

    private StoreVerifier(string folder, string timeZone, IProgress<long>? progress)
    {
        (this.folder, files, this.progress) = (folder, new ReadOnlyFiles(folder), progress);
        zone = new ParkCalendar(TimeZoneInfo.FindSystemTimeZoneById(timeZone)).ZoneChecksum;
    }

    /// <param name="folder">The store's folder.</param>
    /// <param name="timeZone">Whose days the rollups count: <see cref="StorageOptions.TimeZone"/>.</param>
    /// <param name="progress">Told the bytes read so far.</param>
    /// <exception cref="StoreRefusedException">There is no store in the folder.</exception>
    public static TelemetryVerification Verify(string folder, string timeZone, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        if (!File.Exists(Path.Combine(folder, "format"))) throw new StoreRefusedException($"{Path.GetFullPath(folder)} holds no telemetry store.");
        return new StoreVerifier(folder, timeZone, progress).Run(cancellation);
    }

    private TelemetryVerification Run(CancellationToken cancellation)
    {
        (int sources, int series) required = Check(Snapshot.Name, ReadSnapshot);
        Check(CatalogueFile.Name, ReadCatalogue);
        Check("log", ReadLog);
        if (catalogue.SourceCount < required.sources || catalogue.SeriesCount < required.series)
            Damage(CatalogueFile.Name, $"names {catalogue.SeriesCount} series where {required.series} were known: the store cannot be opened, restore this file from a backup");
        foreach (string path in Directory.EnumerateFiles(folder, "*.db").Order(StringComparer.Ordinal))
        {
            if (!Month.TryParse(Path.GetFileName(path), out Month month)) continue;
            cancellation.ThrowIfCancellationRequested();
            VerifyMonth(path, month, cancellation);
        }

        return new(good, damages, torn);
    }

    private T? Check<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ChunkDamagedException)
        {
            Damage(name, e.Message);
            return default;
        }
    }

    private (int, int) ReadSnapshot()
    {
        if (!files.List().Contains(Snapshot.Name)) return default;
        long series = 0, samples = 0;
        // Several threads read: each counts for all.
        (SnapshotHead? head, long damaged) = Snapshot.Read(files, _ => () => (_, _, _, open) =>
        {
            Interlocked.Increment(ref series);
            Interlocked.Add(ref samples, open.Count);
        });
        if (damaged > 0) Damage(Snapshot.Name, $"{damaged:N0} bytes cannot be read: samples of their series not yet in chunks are lost");
        Good(Snapshot.Name, series, samples);
        return head is null ? default : (head.Sources, head.Series);
    }

    private bool ReadCatalogue()
    {
        if (!files.List().Contains(CatalogueFile.Name)) return false;
        using CatalogueFile file = CatalogueFile.Open(files, catalogue);
        Good(CatalogueFile.Name, catalogue.SeriesCount, 0);
        return true;
    }

    private bool ReadLog()
    {
        // Beside a running server a segment may be given up between being listed and being read.
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return ReadSegments();
            }
            catch (FileNotFoundException) when (attempt < 10)
            {
            }
        }
    }

    private bool ReadSegments()
    {
        long samples = 0, unreadable = 0;
        using Batch batch = Batch.Rent(4096);
        (_, LogScan scan) = LogReader.Read(files, new(0, 0, 0, []), (_, type, payload) =>
        {
            try
            {
                if (type == RecordType.Definitions) catalogue.ReadDefinitions(payload);
                else
                {
                    BatchCodec.Read(payload, batch);
                    samples += batch.Count;
                }
            }
            catch (InvalidDataException)
            {
                unreadable++;
            }
        });
        torn = scan.TornBytes;
        if (scan.DamagedBytes > 0) Damage("log", $"{scan.DamagedBytes:N0} bytes cannot be read and good records follow: acknowledged samples of that moment may be lost");
        if (unreadable > 0) Damage("log", $"{unreadable:N0} records have a good checksum and no meaning");
        if (scan.Segments > 0) good.Add(new("log", scan.Records, samples, scan.Bytes));
        return true;
    }

    private void VerifyMonth(string path, Month month, CancellationToken cancellation)
    {
        string name = Path.GetFileName(path);
        var check = new MonthCheck(month, catalogue.SeriesCount, zone);
        long before = done, length = new FileInfo(path).Length;
        try
        {
            using Database database = Database.Open(path, create: false);
            database.Execute("PRAGMA query_only = 1; BEGIN;");
            try
            {
                check.ReadAll(database, bytes => Report(before + bytes), cancellation);
            }
            catch (DatabaseException e) when (e.IsDamage)
            {
                check.Damaged($"pages are damaged ({e.Message})");
                // The rows' own order is broken somewhere; by way of the index most series can still be reached.
                check.ReadBySeries(database, cancellation);
            }
        }
        catch (DatabaseException e)
        {
            check.Damaged($"cannot be opened ({e.Message}): the whole month is unreadable");
        }

        done = before + length;
        Report(done);
        good.Add(new(name, check.Chunks, check.Samples, length));
        foreach (string damage in check.Damages.Take(MostNamed)) Damage(name, damage);
        if (check.Damages.Count > MostNamed) Damage(name, $"and {check.Damages.Count - MostNamed:N0} more");
    }

    private void Good(string name, long parts, long samples)
    {
        long length = new FileInfo(Path.Combine(folder, name)).Length;
        good.Add(new(name, parts, samples, length));
        Report(done += length);
    }

    private void Damage(string file, string what) => damages.Add(new(file, what));

    private void Report(long bytes) => progress?.Report(bytes);

    /// <summary>The store's files for somebody who must change nothing.</summary>
    private sealed class ReadOnlyFiles(string folder) : IStoreFiles
    {
        public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))];

        public IStoreFile Open(string name) => new ReadOnlyFile(new(Path.Combine(folder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

        public IStoreFile Create(string name, long length = 0) => throw new NotSupportedException();

        public void Delete(string name) => throw new NotSupportedException();

        public void Rename(string from, string to) => throw new NotSupportedException();

        public void SyncFolder() => throw new NotSupportedException();
    }

    private sealed class ReadOnlyFile(FileStream stream) : IStoreFile
    {
        public long Length => stream.Length;

        public int Read(Span<byte> buffer, long position)
        {
            stream.Position = position;
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }

        public void Write(ReadOnlySpan<byte> bytes, long position) => throw new InvalidDataException("The head is damaged.");

        public void Truncate(long length) => throw new InvalidDataException("The head is damaged.");

        public void Sync() => throw new NotSupportedException();

        public void Dispose() => stream.Dispose();
    }
}

/// <summary>Reads one month, chunk by chunk, and keeps what is wrong.</summary>
internal sealed class MonthCheck(Month month, int seriesCount, uint zone)
{
    private readonly ChunkCodec codec = new();
    private readonly SampleBuffer samples = new(2048);
    private readonly HashSet<long> seen = [];

    public long Chunks { get; private set; }

    public long Samples { get; private set; }

    public List<string> Damages { get; } = [];

    public void Damaged(string what) => Damages.Add(what);

    public void ReadAll(Database database, Action<long> report, CancellationToken cancellation)
    {
        long bytes = 0;
        using (Statement rows = database.Prepare("SELECT id, series, start, data FROM chunk ORDER BY id"))
        {
            for (int row = 0; rows.Step(); row++)
            {
                bytes += rows.Blob(3).Length;
                ReadChunk(rows.Int64(0), (int)rows.Int64(1), rows.Int64(2), rows.Blob(3));
                if (row % 1024 != 0) continue;
                cancellation.ThrowIfCancellationRequested();
                report(bytes);
            }
        }

        // The index must lead to the same rows, or a series would miss some of them without a word.
        CheckOrder(database);
        CheckRollups(database);
    }

    /// <summary>After damage to pages: every series by itself, as a query would reach it.</summary>
    public void ReadBySeries(Database database, CancellationToken cancellation)
    {
        int unreachable = 0;
        for (int series = 0; series < seriesCount; series++)
        {
            cancellation.ThrowIfCancellationRequested();
            using Statement rows = database.Prepare("SELECT id, start, data FROM chunk INDEXED BY chunk_series WHERE series = ?1 ORDER BY start");
            rows.Bind(1, series);
            try
            {
                while (rows.Step())
                    if (!seen.Contains(rows.Int64(0))) ReadChunk(rows.Int64(0), series, rows.Int64(1), rows.Blob(2));
            }
            catch (DatabaseException e) when (e.IsDamage)
            {
                unreachable++;
            }
        }

        if (unreachable > 0) Damaged($"chunks of {unreachable:N0} of {seriesCount:N0} series cannot be reached, the others can be read");
    }

    /// <summary>Where samples have aged out, rollups are all there is.</summary>
    private void CheckRollups(Database database)
    {
        var block = new RollupBlock();
        int damaged = 0;
        using Statement rows = database.Prepare("SELECT resolution, series, start, data FROM rollup");
        while (rows.Step())
            if (block.Read(new((int)rows.Int64(1), (Resolution)rows.Int64(0), rows.Int64(2), zone), rows.Blob(3)) is null) damaged++;
        if (damaged > 0) Damaged($"{damaged:N0} rollups cannot be read, or were counted in another time zone: where the samples are still there they are made again");
    }

    private void CheckOrder(Database database)
    {
        using Statement rows = database.Prepare("SELECT series, start, id FROM chunk INDEXED BY chunk_series ORDER BY series, start");
        long count = 0;
        while (rows.Step())
        {
            count++;
            if (!seen.Contains(rows.Int64(2))) Damaged($"the index leads to chunk {rows.Int64(2)} of series {rows.Int64(0)}, which is not there");
        }

        if (count != seen.Count) Damaged($"the index knows {count:N0} chunks where {seen.Count:N0} are: some cannot be found by a query");
    }

    private void ReadChunk(long id, int series, long start, ReadOnlySpan<byte> data)
    {
        seen.Add(id);
        try
        {
            samples.Clear();
            codec.Read(series, start, data, samples);
            if (series >= seriesCount) Damaged($"chunk {id} belongs to series {series}, which the catalogue does not name");
            else if (samples.Count > 0 && (samples.Times[0] < month.Start || samples.Times[^1] > month.Last)) Damaged($"chunk {id} of series {series} holds times of another month");
            else (Chunks, Samples) = (Chunks + 1, Samples + samples.Count);
        }
        catch (Exception e) when (e is ChunkDamagedException or InvalidDataException)
        {
            Damaged($"chunk {id} of series {series} from {TimeOf(start)}: {e.Message}");
        }
    }

    private static string TimeOf(long timeMs) => timeMs is > Month.FirstNamed and < Month.LastNamed ? DateTimeOffset.FromUnixTimeMilliseconds(timeMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) : $"{timeMs} ms";
}
