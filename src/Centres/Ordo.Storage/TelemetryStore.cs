using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Care;
using Ordo.Storage.Checkpoints;
using Ordo.Storage.Files;
using Ordo.Storage.Ingest;
using Ordo.Storage.Log;
using Ordo.Storage.Months;
using Ordo.Storage.OpenChunks;
using Ordo.Storage.Reading;
using Ordo.Storage.Series;

namespace Ordo.Storage;

/// <summary>The telemetry store cannot be opened; the message is one sentence that says what to do.</summary>
public sealed class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The embedded telemetry store (数据存储中心): write-ahead log, open samples in memory, chunks in one SQLite file a month.
/// <code>
/// telemetry/
///   format             "ordo-telemetry 3"
///   lock               held while a server runs
///   catalogue          names of sources and series
///   0000000001.log …   samples since the last checkpoint
///   open.snapshot      the last checkpoint: samples not yet in chunks
///   months             names of the month files
///   2026-11.db …       chunks
/// </code>
/// Opened once before anything uses it, closed once after everything has stopped.
/// </summary>
internal sealed class TelemetryStore : ITelemetryEngine, ITelemetryCare
{
    private const string FormatName = "ordo-telemetry ";
    private const int Format = 3;
    private readonly StorageOptions options;
    private readonly string folder;
    private readonly IStoreFiles files;
    private readonly Func<IEnumerable<ISampleObserver>> observers;
    private readonly TimeProvider clock;
    private readonly StorageLog messages;
    private readonly SeriesCatalogue catalogue;
    private readonly StorageMetrics metrics = new();
    private readonly ParkCalendar calendar;
    private FileStream? lockFile;
    private Opened? opened;

    /// <param name="options">Checked here: every fault is in the exception.</param>
    /// <param name="folder">The store's own folder; made when it is missing.</param>
    /// <param name="observers">Asked for when the store is opened: an observer may need the store.</param>
    /// <param name="logger">Receives events 3000 … 3999.</param>
    /// <param name="files">For tests: stands in for the disk.</param>
    /// <param name="clock">Says what the future is.</param>
    public TelemetryStore(
        StorageOptions options, string folder, Func<IEnumerable<ISampleObserver>> observers, ILogger<TelemetryStore> logger, IStoreFiles? files = null, TimeProvider? clock = null)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0) throw new StoreRefusedException(string.Join(' ', faults));
        this.options = options;
        this.folder = folder;
        this.observers = observers;
        this.files = files ?? new DiskFiles(folder);
        this.clock = clock ?? TimeProvider.System;
        messages = new(logger);
        catalogue = new(options.MaxSeriesPerSource, options.SeriesLimit);
        calendar = new(TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone));
    }

    public ISeriesCatalogue Catalogue => catalogue;

    public ParkCalendar Calendar => calendar;

    /// <summary>For tests.</summary>
    public Keeper Keeper => Open.Keeper;

    /// <summary>For tests.</summary>
    public MonthFiles Months => Open.Months;

    private Opened Open => opened ?? throw new InvalidOperationException("The telemetry store is not open.");

    /// <exception cref="StoreRefusedException">In use, of a newer version, or damaged where nothing can be served.</exception>
    public void Start()
    {
        long begin = Stopwatch.GetTimestamp();
        Directory.CreateDirectory(folder);
        lockFile = Lock();
        try
        {
            CheckFormat();
            opened = OpenParts();
        }
        catch (Exception e)
        {
            lockFile.Dispose();
            lockFile = null;
            if (e is StoreRefusedException) throw;
            throw new StoreRefusedException($"The telemetry store in {folder} cannot be opened: {e.Message} Restore the folder from a backup, or start with another --data DIR.", e);
        }

        metrics.Observe("ordo.storage.waiting", "{batch}", "Batches that wait for the log.", () => opened?.Pipeline.Waiting ?? 0);
        metrics.Observe("ordo.storage.open", "{sample}", "Samples in memory that are not in chunks yet.", () => opened?.Table.OpenSamples ?? 0);
        metrics.Observe("ordo.storage.series", "{series}", "Series known.", () => catalogue.SeriesCount);
        metrics.Observe("ordo.storage.series.limit", "{series}", "Series there may be.", () => options.SeriesLimit);
        messages.Opened(catalogue.SourceCount, catalogue.SeriesCount, opened.Months.All.Count, Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    /// <summary>Answers every writer and puts all samples where the next start needs no log.</summary>
    public void Stop()
    {
        if (opened is not { } open) return;
        open.Pipeline.Stop();
        open.Keeper.Stop();
        try
        {
            open.Log.CloseSegment();
            open.Keeper.Checkpoint();
            open.Log.DeleteSpares();
            messages.Closed();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            messages.CloseIncomplete(e);
        }

        Release(open);
    }

    public void Dispose()
    {
        Stop();
        metrics.Dispose();
        lockFile?.Dispose();
    }

    /// <summary>For tests: leaves everything as a killed process would.</summary>
    public void Kill()
    {
        if (opened is not { } open) return;
        open.Pipeline.Stop();
        open.Keeper.Stop();
        Release(open);
    }

    public ValueTask WriteAsync(Batch batch, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return opened is { } open
            ? open.Pipeline.WriteAsync(batch, cancellation)
            : throw new IngestRefusedException(IngestRefusal.Stopping, "The telemetry store is not open: the server is starting or stopping.");
    }

    public bool TryGetLatest(int series, out Sample sample) => Open.Reader.TryGetLatest(series, out sample);

    // Who asks does the reading: handing a short one to another thread takes as long as the reading itself.
    public IAsyncEnumerable<SampleColumns> ReadAsync(int series, long fromMs, long toMs, CancellationToken cancellation = default) =>
        Open.Reader.Read(series, fromMs, toMs, cancellation).ToAsyncEnumerable();

    public ValueTask<SampleColumns> ReadEnvelopeAsync(int series, long fromMs, long toMs, int maxPoints, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Open.Reader.ReadEnvelope(series, fromMs, toMs, maxPoints, cancellation));

    public ValueTask<(long[] StepStarts, IReadOnlyList<AggregateColumns> Series)> AggregateAsync(
        IReadOnlyList<int> series, long fromMs, long toMs, Step step, Aggregate aggregate, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        return ValueTask.FromResult(Open.Reader.Aggregate(series, fromMs, toMs, step, aggregate, cancellation));
    }

    public ValueTask<Sample?> LastBeforeAsync(int series, long timeMs, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Open.Reader.LastBefore(series, timeMs, usableOnly: false));
    }

    /// <summary>Month files with their length, ascending.</summary>
    public IEnumerable<(string Name, long Bytes)> MonthSizes() => opened is not { } open ? [] : open.Months.All.Values.Select(file => (file.Month.ToString(), new FileInfo(file.Path) is { Exists: true } info ? info.Length : 0));

    /// <summary>Its own folder.</summary>
    public string Folder => folder;

    public TelemetryMoment Hold(string scratch) => opened is { } open ? TelemetryMoment.Hold(folder, scratch, open.Keeper, open.Months) : TelemetryMoment.OfClosed(folder);

    public StorageStatus Current => new(
        catalogue.SourceCount, catalogue.SeriesCount, metrics.SampleCount, metrics.BatchCount, metrics.RefusedCount,
        opened?.Table.OpenSamples ?? 0, opened?.Pipeline.Waiting ?? 0, opened?.Log.BytesSinceRelease ?? 0, opened?.Months.All.Count ?? 0)
    {
        LogSamples = opened?.Log.SamplesSinceRelease ?? 0,
        FutureSamples = metrics.FutureCount,
    };

    private FileStream Lock()
    {
        try
        {
            return new(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StoreRefusedException($"The telemetry store in {folder} is in use by another server; stop that one or choose another folder with --data DIR.", e);
        }
    }

    private void CheckFormat()
    {
        string path = Path.Combine(folder, "format");
        if (!File.Exists(path))
        {
            WriteFormat(path);
            return;
        }

        string text = File.ReadAllText(path).Trim();
        if (!text.StartsWith(FormatName, StringComparison.Ordinal) || !int.TryParse(text.AsSpan(FormatName.Length), out int found))
            throw new StoreRefusedException($"{path} says '{text}', which is no format of a telemetry store; restore the folder from a backup or choose another with --data DIR.");
        if (found > Format)
            throw new StoreRefusedException($"The telemetry store in {folder} has format {found}, this server reads up to {Format}; start the newer server that wrote it, or restore a backup made before the upgrade.");
        if (found < Format) WriteFormat(path); // what is written from now on, the older server does not read
    }

    private static void WriteFormat(string path)
    {
        File.WriteAllText(path + ".new", $"{FormatName}{Format}\n");
        File.Move(path + ".new", path, overwrite: true);
    }

    private Opened OpenParts()
    {
        long began = Stopwatch.GetTimestamp();
        CatalogueFile catalogueFile = CatalogueFile.Open(files, catalogue);
        TimeSpan catalogueTook = Stopwatch.GetElapsedTime(began);
        var table = new OpenSeriesTable(options.ChunkSamples, options.OpenSamplesLimit);
        var months = new MonthFiles(folder, new(files));
        foreach (MonthFile missing in months.Missing) messages.MonthMissing(missing.Path);
        var recovery = new Recovery(files, catalogue, table, months, messages);
        Recovered found = recovery.Run();
        var (chunksTook, snapshotTook, logTook) = recovery.Took;
        messages.StartTook(catalogueTook.TotalSeconds, chunksTook.TotalSeconds, snapshotTook.TotalSeconds, logTook.TotalSeconds);

        var log = new LogWriter(files, options.LogSegmentBytes, found.Position, found.LogBytes, found.LogSamples);
        var sealer = new Sealer(months, table, options.ChunkSamples, found.LastSeal);
        var keeper = new Keeper(options, files, log, catalogue, catalogueFile, table, sealer, new(months, table, calendar), metrics, messages);
        var pipeline = new IngestPipeline(options, log, catalogue, table, keeper, new(options.FutureTolerance, clock, catalogue, metrics, messages), observers(), metrics, messages);
        keeper.Start();
        keeper.Applied(found.Full);
        pipeline.Start();
        return new(catalogueFile, table, months, log, keeper, pipeline, new(table, months, calendar));
    }

    private void Release(Opened open)
    {
        opened = null;
        open.Pipeline.Dispose();
        open.Keeper.Dispose();
        open.Log.Dispose();
        open.Months.Dispose();
        open.CatalogueFile.Dispose();
        metrics.Dispose();
        lockFile?.Dispose();
    }

    private sealed record Opened(CatalogueFile CatalogueFile, OpenSeriesTable Table, MonthFiles Months, LogWriter Log, Keeper Keeper, IngestPipeline Pipeline, TelemetryReader Reader);
}
