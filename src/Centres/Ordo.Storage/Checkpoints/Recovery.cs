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
/// <param name="LastSeal">Number of the newest sealing.</param>
/// <param name="Full">Series that have enough samples for a chunk.</param>
internal sealed record Recovered(LogPosition Position, long LogBytes, long LastSeal, List<int> Full);

/// <summary>Brings memory back: the last snapshot, then the log behind it, without what is in chunks already.</summary>
internal sealed class Recovery(IStoreFiles files, SeriesCatalogue catalogue, OpenSeriesTable table, MonthFiles months, StorageLog messages)
{
    /// <summary>More sealings than there can have been since a snapshot: numbers of new ones must not meet those in a file that cannot be read now but may be repaired.</summary>
    private const long DamagedSeals = 1_000_000;

    private readonly SealedSince inChunks = new();
    private long[] inSnapshot = []; // by series: what the snapshot holds of it, where that is more than the snapshot says of all
    private long snapshotSequence;
    private readonly List<int> full = [];
    private readonly Batch batch = Batch.Rent(4096);
    private long samples, skipped;

    public Recovered Run()
    {
        long lastSeal = 0;
        (SnapshotHead? head, long damaged) = Snapshot.Read(files, head => lastSeal = Begin(head), Restore);
        if (head is null) lastSeal = ReadSealed(0);
        if (damaged > 0) messages.SnapshotDamaged(damaged);
        bool isUnsure = damaged > 0 || (head is null && months.All.Count > 0);
        var start = new LogPosition(head?.Segment ?? 0, 0, head?.Sequence ?? 0, []);
        (LogPosition position, LogScan scan) = LogReader.Read(files, start, Replay);
        batch.Dispose();
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
            if (table.TryGetLatest(series, out Sample latest)) table[series].SealedUntil = isUnsure ? long.MaxValue : latest.TimeMs;
        return new(position, scan.Bytes, lastSeal, full);
    }

    private long Begin(SnapshotHead head)
    {
        snapshotSequence = head.Sequence;
        return ReadSealed(head.Seal);
    }

    private void Restore(int series, long sequence, Sample? latest, SampleBuffer open)
    {
        for (int i = 0; i < open.Count; i++)
        {
            // What was open at the snapshot went, month by month, into the first sealing after it, perhaps with corrections: here it is out of date.
            if (inChunks.UpTo(series, open.Times[i]) > 0) continue;
            table.Replay(series, open.Times[i], open.Values[i], open.Qualities[i], sequence, full);
        }

        table.Ensure(series);
        // It took samples while the snapshot was being written.
        if (sequence > snapshotSequence) NoteInSnapshot(series, sequence);
        if (latest is { } sample) table[series].NoteLatest(sample.TimeMs, sample.Value, sample.Quality);
    }

    private void NoteInSnapshot(int series, long sequence)
    {
        if (series >= inSnapshot.Length) Array.Resize(ref inSnapshot, Math.Max(series + 1, inSnapshot.Length * 2));
        inSnapshot[series] = sequence;
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
        for (int i = 0; i < batch.Count; i++) Replay(sequence, batch.Series[i], batch.Times[i], batch.Values[i], batch.Qualities[i]);
        samples += batch.Count;
    }

    private void Replay(long sequence, int series, long time, double value, SampleQuality quality)
    {
        // The record with its name was damaged: the sample is nobody's.
        if (series >= catalogue.SeriesCount) return;
        if (series < inSnapshot.Length && sequence <= inSnapshot[series])
        {
            skipped++;
            return;
        }

        if (sequence <= inChunks.UpTo(series, time))
        {
            table.Ensure(series);
            table[series].NoteLatest(time, value, quality);
            skipped++;
            return;
        }

        table.Replay(series, time, value, quality, sequence, full);
    }
}
