using System.Diagnostics;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;
using Ordo.Storage.Files;
using Ordo.Storage.Log;
using Ordo.Storage.Months;
using Ordo.Storage.OpenChunks;
using Ordo.Storage.Series;

namespace Ordo.Storage.Checkpoints;

/// <summary>What recovery leaves for the store to go on with.</summary>
/// <param name="Position">Where the log ends.</param>
/// <param name="LogBytes">Bytes of log that were read.</param>
/// <param name="LogSamples">Samples in them.</param>
/// <param name="LastSeal">Number of the newest sealing.</param>
/// <param name="Full">Series that have enough samples for a chunk.</param>
internal sealed record Recovered(LogPosition Position, long LogBytes, long LogSamples, long LastSeal, List<int> Full);

/// <summary>Brings memory back: the last snapshot, then the log behind it, without what is in chunks already.</summary>
internal sealed class Recovery(IStoreFiles files, SeriesCatalogue catalogue, OpenSeriesTable table, MonthFiles months, StorageLog messages)
{
    /// <summary>More sealings than there can have been since a snapshot: numbers of new ones must not meet those in a file that cannot be read now but may be repaired.</summary>
    private const long DamagedSeals = 1_000_000;

    private readonly SealedSince inChunks = new();
    private SealedSince.Look look = null!; // the replaying thread's
    private long[] inSnapshot = []; // by series: what the snapshot holds of it, where that is more than the snapshot says of all
    private long snapshotSequence, lastInSnapshot;
    private readonly List<int> full = [];
    private readonly List<Unplaced> unplaced = []; // guarded by full, as full is while several threads read the snapshot
    private readonly Batch batch = Batch.Rent(4096);
    private long samples, skipped;

    /// <summary>How long each part took.</summary>
    public (TimeSpan Chunks, TimeSpan Snapshot, TimeSpan Log) Took { get; private set; }

    public Recovered Run()
    {
        long began = Stopwatch.GetTimestamp(), chunksRead = began;
        long lastSeal = 0;
        (SnapshotHead? head, long damaged) = Snapshot.Read(files, head =>
        {
            lastSeal = Begin(head);
            chunksRead = Stopwatch.GetTimestamp();
            return () => new Restorer(this, table).Restore;
        });
        if (head is null) lastSeal = ReadSealed(0);
        foreach (Unplaced series in unplaced) Place(series);
        look = inChunks.ForReading();
        long snapshotRead = Stopwatch.GetTimestamp();
        if (damaged > 0) messages.SnapshotDamaged(damaged);
        bool isUnsure = damaged > 0 || (head is null && months.All.Count > 0);
        var start = new LogPosition(head?.Segment ?? 0, 0, head?.Sequence ?? 0, []);
        (LogPosition position, LogScan scan) = LogReader.Read(files, start, Replay);
        batch.Dispose();
        Took = (Stopwatch.GetElapsedTime(began, chunksRead), Stopwatch.GetElapsedTime(chunksRead, snapshotRead), Stopwatch.GetElapsedTime(snapshotRead));
        messages.Scanned(scan, samples, skipped);
        if (head is not null && (catalogue.SourceCount < head.Sources || catalogue.SeriesCount < head.Series))
        {
            throw new StoreRefusedException(
                $"The file {CatalogueFile.Name} of the telemetry store is damaged: it names {catalogue.SeriesCount} series where {head.Series} were known. Restore the folder from a backup, or start with another --data DIR.");
        }

        table.AppliedSequence = position.Sequence;
        // Whatever is in chunks is not newer than the newest sample known, if what is known is whole.
        if (isUnsure) table.UnknownBelow = catalogue.SeriesCount;
        for (int series = 0; series < table.Count; series++)
        {
            if (isUnsure) table[series].SealedUntil = long.MaxValue;
            else if (table.TryGetLatest(series, out Sample latest)) table[series].SealedUntil = latest.TimeMs;
        }

        return new(position, scan.Bytes, samples, lastSeal, full);
    }

    private long Begin(SnapshotHead head)
    {
        snapshotSequence = lastInSnapshot = head.Sequence;
        if (head.Series > 0) table.Ensure(head.Series - 1);
        inSnapshot = new long[head.Series];
        return ReadSealed(head.Seal);
    }

    /// <summary>A series that came while the snapshot was being written: there was no room for it before.</summary>
    private void Place(Unplaced series)
    {
        table.Ensure(series.Number);
        if (series.Number >= inSnapshot.Length) Array.Resize(ref inSnapshot, Math.Max(series.Number + 1, inSnapshot.Length * 2));
        new Restorer(this, table).Restore(series.Number, series.Sequence, series.Latest, series.Open);
    }

    /// <summary>Sealings behind the snapshot: their chunks say how much of the log they hold, series by series and month by month.</summary>
    private long ReadSealed(long snapshotSeal)
    {
        long last = snapshotSeal;
        foreach (MonthFile file in months.All.Values)
        {
            try
            {
                last = Math.Max(last, ReadSealed(file, snapshotSeal));
            }
            catch (DatabaseException e) when (e.IsDamage)
            {
                // Its range says so when it is read. What the log has of it is applied again, which does no harm.
                messages.MonthDamaged(file.Path, e);
                last = Math.Max(last, snapshotSeal + DamagedSeals);
            }
        }

        return last;
    }

    private long ReadSealed(MonthFile file, long snapshotSeal)
    {
        using MonthFile.Lease lease = file.Read();
        lease.Reader.ReadSealedAfter(snapshotSeal, (_, series, sequence) => inChunks.Note(file.Month, series, sequence));
        return lease.Reader.LastSeal();
    }

    private void Replay(long sequence, RecordType type, ReadOnlySpan<byte> payload)
    {
        if (type == RecordType.Definitions)
        {
            catalogue.ReadDefinitions(payload);
            return;
        }

        BatchCodec.Read(payload, batch);
        ReadOnlySpan<int> series = batch.Series;
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<SampleQuality> qualities = batch.Qualities;
        int known = catalogue.SeriesCount;
        bool isBehind = sequence > lastInSnapshot; // of everything the snapshot holds
        for (int i = 0; i < series.Length; i++)
        {
            // The record with its name was damaged: the sample is nobody's.
            if (series[i] >= known) continue;
            if (!isBehind && series[i] < inSnapshot.Length && sequence <= inSnapshot[series[i]]) skipped++;
            else if (sequence <= look.UpTo(series[i], times[i])) Pass(series[i], times[i], values[i], qualities[i]);
            else table.Replay(series[i], times[i], values[i], qualities[i], sequence, full);
        }

        samples += series.Length;
    }

    private void Pass(int series, long time, double value, SampleQuality quality)
    {
        table.Ensure(series);
        table[series].NoteLatest(time, value, quality);
        skipped++;
    }

    private sealed record Unplaced(int Number, long Sequence, Sample? Latest, SampleBuffer Open);

    /// <summary>Restores series after series of the snapshot, for one thread.</summary>
    private sealed class Restorer(Recovery recovery, OpenSeriesTable table)
    {
        private readonly SealedSince.Look look = recovery.inChunks.ForReading();
        private readonly SampleBuffer kept = new();

        public void Restore(int series, long sequence, Sample? latest, SampleBuffer open)
        {
            if (series >= recovery.inSnapshot.Length)
            {
                var copy = new SampleBuffer();
                copy.Add(open.Times, open.Values, open.Qualities);
                lock (recovery.full) recovery.unplaced.Add(new(series, sequence, latest, copy));
                return;
            }

            if (table.Restore(series, StillOpen(series, open), sequence))
                lock (recovery.full) recovery.full.Add(series);
            if (latest is { } sample) table[series].NoteLatest(sample.TimeMs, sample.Value, sample.Quality);
            // It took samples while the snapshot was being written.
            if (sequence <= recovery.snapshotSequence) return;
            recovery.inSnapshot[series] = sequence;
            long before;
            while ((before = Volatile.Read(ref recovery.lastInSnapshot)) < sequence && Interlocked.CompareExchange(ref recovery.lastInSnapshot, sequence, before) != before)
            {
            }
        }

        /// <summary>What was open at the snapshot went, month by month, into the first sealing after it, perhaps with corrections: here it is out of date.</summary>
        private SampleBuffer StillOpen(int series, SampleBuffer open)
        {
            if (recovery.inChunks.IsEmpty) return open;
            kept.Clear();
            for (int i = 0; i < open.Count; i++)
                if (look.UpTo(series, open.Times[i]) == 0) kept.Add(open.Times[i], open.Values[i], open.Qualities[i]);
            return kept;
        }
    }
}
