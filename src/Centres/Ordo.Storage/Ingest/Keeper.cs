using Ordo.Storage.Checkpoints;
using Ordo.Storage.Files;
using Ordo.Storage.Log;
using Ordo.Storage.Months;
using Ordo.Storage.OpenChunks;
using Ordo.Storage.Rollups;
using Ordo.Storage.Series;

namespace Ordo.Storage.Ingest;

/// <summary>
/// What happens behind the writers' backs, on a thread of its own: full series are sealed into chunks, memory is kept within its budget,
/// checkpoints let old log go. A full disk stops it for a while and loses nothing: everything unsealed is still in memory and in the log.
/// </summary>
internal sealed class Keeper(
    StorageOptions options, IStoreFiles files, LogWriter log, SeriesCatalogue catalogue, CatalogueFile catalogueFile, OpenSeriesTable table, Sealer sealer, RollupBuilder rollups, StorageMetrics metrics, StorageLog messages) : IDisposable
{
    /// <summary>Samples of one sealing: enough to make its sync cheap, few enough to give memory back soon.</summary>
    private const int SamplesPerSeal = 1 << 21;

    /// <summary>Series of one sealing, where each has few samples.</summary>
    private const int PartsPerSeal = 1 << 14;

    /// <summary>Series whose rollups are extended in one transaction; in between full series may be sealed.</summary>
    private const int SeriesPerRollUp = 500;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Rollups only make reading faster, so they follow at leisure: soon when nobody fills series, now and then when somebody always does.</summary>
    private static readonly TimeSpan RollUpEvery = TimeSpan.FromSeconds(30), RollUpWhenIdleFor = TimeSpan.FromSeconds(2);
    private readonly long mostOpen = options.OpenSamplesLimit;
    private readonly Lock gate = new(); // one sealing or checkpoint at a time
    private readonly Queue<int> full = new(); // guarded by itself
    private readonly List<SealPart> parts = []; // guarded by gate; between two sealings it holds what could not be written
    private readonly BehindChunks behind = new(); // guarded by gate, but for whether it is empty; rollups that chunks have outgrown
    private readonly AutoResetEvent wake = new(false);
    private readonly ManualResetEventSlim room = new(true);
    private Thread? thread;
    private long lastRollUp = Environment.TickCount64;
    private int sweepFrom;
    private volatile bool isFailing;
    private volatile bool isStopping;

    /// <summary>Chunks cannot be written and memory holds all it may: no more samples can be taken.</summary>
    public bool IsOverfull => isFailing && IsFull;

    /// <summary>So much log, and the checkpoint that will give it up not done: writers wait for it, unless it cannot be made at all.</summary>
    private bool IsLogFull => log.BytesSinceRelease >= options.CheckpointBytes * 2 || log.SamplesSinceRelease >= options.CheckpointSamples * 2;

    private bool IsFull => table.OpenSamples > mostOpen + (mostOpen / 4);

    public void Start()
    {
        thread = new(Run) { Name = "ordo-keeper", IsBackground = true, Priority = ThreadPriority.BelowNormal };
        thread.Start();
    }

    /// <summary>Ends the thread; what is unsealed stays in memory.</summary>
    public void Stop()
    {
        isStopping = true;
        room.Set();
        wake.Set();
        thread?.Join();
    }

    public void Dispose()
    {
        Stop();
        wake.Dispose();
        room.Dispose();
    }

    /// <summary>Called by the applying thread after each group.</summary>
    public void Applied(List<int> nowFull)
    {
        if (nowFull.Count > 0)
            lock (full)
                foreach (int series in nowFull) full.Enqueue(series);
        if (nowFull.Count > 0 || IsSweepDue || IsCheckpointDue) wake.Set();
    }

    /// <summary>Holds the applying thread, and through the queues every writer, while memory is full and chunks are on their way to the disk.</summary>
    public void WaitForRoom()
    {
        if (IsFull) Wait(() => IsFull);
    }

    /// <summary>Holds the log's thread, and through the queue every writer, while a checkpoint is overdue: what a restart must read stays bounded.</summary>
    public void WaitForCheckpoint()
    {
        if (IsLogFull) Wait(() => IsLogFull);
    }

    private void Wait(Func<bool> isTooMuch)
    {
        if (isFailing || isStopping) return;
        metrics.Waited();
        while (isTooMuch() && !isFailing && !isStopping)
        {
            room.Reset();
            wake.Set();
            if (isTooMuch()) room.Wait(100);
        }
    }

    private bool IsSweepDue => table.OpenSamples > mostOpen;

    private bool IsRollUpDue => Environment.TickCount64 - lastRollUp >= RollUpEvery.TotalMilliseconds;

    private bool IsCheckpointDue => log.BytesSinceRelease >= options.CheckpointBytes || log.SamplesSinceRelease >= options.CheckpointSamples;

    private void Run()
    {
        while (!isStopping)
        {
            bool isIdle = !wake.WaitOne(isFailing ? RetryAfter : behind.IsEmpty ? RollUpEvery : RollUpWhenIdleFor);
            try
            {
                // Under full load there is always something to seal; the checkpoint must not wait for an end of it.
                do
                {
                    if (!isStopping && IsCheckpointDue) Checkpoint();
                }
                while (!isStopping && SealSome());
                if (!isStopping && (isIdle || IsRollUpDue)) RollUpInSpareTime();
                if (isFailing) messages.KeepingAgain();
                isFailing = false;
            }
            catch (Exception e)
            {
                // Whatever it is, everything unsealed is still in memory and in the log: told, tried again, and writers refused when memory is full.
                if (!isFailing) messages.KeepingFailed(e);
                isFailing = true;
                CheckpointInSpiteOf();
            }

            room.Set();
        }
    }

    /// <summary>One damaged month must not let the log grow for ever: what cannot be sealed stands in the snapshot.</summary>
    private void CheckpointInSpiteOf()
    {
        try
        {
            if (!isStopping && IsCheckpointDue) Checkpoint();
        }
        catch (Exception)
        {
            // The cause is told already, and the next round tries again.
        }
    }

    /// <summary>Seals some of the full series, and what an earlier sealing could not write.</summary>
    /// <returns>Whether there may be more.</returns>
    /// <exception cref="IOException">Some could not be written; they stay in memory.</exception>
    public bool SealSome()
    {
        lock (gate)
        {
            int before = parts.Count;
            TakeFull();
            if (parts.Count == before && IsSweepDue) TakeSome();
            return SealParts();
        }
    }

    /// <summary>Seals every open sample.</summary>
    public void SealAll()
    {
        lock (gate)
        {
            SealParts();
            for (int series = 0; series < table.Count; series++)
            {
                Take(series);
                if (parts.Count == PartsPerSeal) SealParts();
            }

            SealParts();
        }
    }

    /// <summary>Writes a snapshot of what is open and gives up the log before it.</summary>
    public void Checkpoint()
    {
        lock (gate)
        {
            // Bytes and samples first: what is committed and not yet applied is counted for the next checkpoint.
            long sequence = table.AppliedSequence, bytes = log.BytesSinceRelease, samples = log.SamplesSinceRelease;
            catalogueFile.Save(catalogue);
            long written = Snapshot.Write(files, new(sequence, log.SegmentNumber, sealer.LastSeal, catalogueFile.Saved.Sources, catalogueFile.Saved.Series), table);
            log.Release(sequence, bytes, samples);
            metrics.Checkpointed(written);
            room.Set();
        }
    }

    /// <summary>Does something while nothing is sealed or checkpointed.</summary>
    public void Alone(Action work)
    {
        lock (gate) work();
    }

    /// <summary>
    /// Makes a checkpoint and does something before anything is sealed again: with the months as they are then, the snapshot and the catalogue are
    /// the whole store at one moment, and need no log. Writers go on; hold them up no longer than memory has room.
    /// </summary>
    public void WhileStill(Action work)
    {
        lock (gate)
        {
            Checkpoint();
            // Series that came while the snapshot was being written may be in it, and their names only in the log.
            catalogueFile.Save(catalogue);
            work();
        }
    }

    /// <summary>Brings the rollups up with the chunks.</summary>
    public void RollUp()
    {
        while (RollUpSome())
        {
        }
    }

    /// <summary>As <see cref="RollUp"/>, as far as full series leave time for it.</summary>
    private void RollUpInSpareTime()
    {
        lastRollUp = Environment.TickCount64;
        while (RollUpSome() && !isStopping && IsIdle() && !IsCheckpointDue)
        {
        }
    }

    /// <returns>Whether there may be more.</returns>
    private bool RollUpSome()
    {
        lock (gate)
        {
            // Taken also when it fails: the next sealing of the series asks again.
            if (behind.Take(SeriesPerRollUp) is not { } some) return false;
            rollups.Extend(some.Month, some.Series);
            return true;
        }
    }

    private bool IsIdle()
    {
        lock (full) return full.Count == 0;
    }

    private void TakeFull()
    {
        long samples = 0;
        while (samples < SamplesPerSeal && parts.Count < PartsPerSeal)
        {
            int next;
            lock (full)
                if (!full.TryDequeue(out next)) return;
            samples += Take(next);
        }
    }

    /// <summary>Memory is over its budget although no series is full: takes the longer ones, going round.</summary>
    private void TakeSome()
    {
        int count = table.Count;
        long average = table.OpenSamples / Math.Max(1, count), samples = 0;
        for (int looked = 0; looked < count && samples < SamplesPerSeal && parts.Count < PartsPerSeal; looked++, sweepFrom++)
        {
            if (sweepFrom >= count) sweepFrom = 0;
            if (table[sweepFrom].OpenCount >= Math.Max(1, average)) samples += Take(sweepFrom);
        }
    }

    private int Take(int series)
    {
        if (table.Detach(series) is not { } part) return 0;
        parts.Add(part);
        return part.Samples.Count;
    }

    private bool SealParts()
    {
        if (parts.Count == 0) return false;
        var failures = new List<Exception>();
        List<SealPart> done = sealer.Seal(parts, failures);
        foreach (SealPart part in done)
            foreach (Month month in MonthsOf(part)) behind.Add(month, part.Series);
        table.Sealed(done);
        metrics.Sealed(done.Count);
        room.Set();
        if (failures.Count == 0)
        {
            parts.Clear();
            return true;
        }

        var written = new HashSet<SealPart>(done, ReferenceEqualityComparer.Instance);
        parts.RemoveAll(written.Contains);
        throw failures[0] as IOException ?? new IOException(failures[0].Message, failures[0]);
    }

    /// <summary>The months a part lies in, and the one before: of that one a series has its last hours to add when it goes on to the next.</summary>
    private static IEnumerable<Month> MonthsOf(SealPart part)
    {
        Month first = Month.Of(part.Samples.Times[0]), last = Month.Of(part.Samples.Times[^1]);
        yield return last;
        if (first != last) yield return first;
        if (first.Start > Month.FirstNamed) yield return Month.Of(first.Start - 1);
    }
}
