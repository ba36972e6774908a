using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>
/// The thread that writes a store: it takes all changes that wait, decides them one after the other, appends them with one write, waits for the disk once, and only then shows and answers
/// them. What the disk does not take is refused and stands nowhere; the next change tries again.
/// </summary>
internal sealed partial class StoreWriter : IDisposable
{
    private const int MaxBatchChanges = 4096;
    private const int MaxBatchBytes = 8 * 1024 * 1024;
    private const int MaxQueue = 20_000;
    private readonly HandleLog log;
    private readonly StoreIndex index;
    private readonly PrefixTable prefixes;
    private readonly long segmentBytes;
    private readonly bool isCopy;
    private readonly ILogger logger;
    private readonly BlockingCollection<Work> queue = new(MaxQueue);
    private readonly WireWriter values = new(4096);
    private readonly LoadFrames late = new();
    private readonly RecordBuffer buffer = new();
    private readonly WriteBatch batch = new();

    // Those whose frames are in the batch.
    private readonly List<Work> staged = [];
    private readonly Thread thread;
    private TaskCompletionSource grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Where the frames of the work that is being staged begin in the batch.
    private int mark;
    private bool isRefusing;

    /// <param name="segmentBytes">A segment is closed when it is longer.</param>
    /// <param name="isCopy">The store follows another and takes no changes but those of the other.</param>
    public StoreWriter(HandleLog log, StoreIndex index, PrefixTable prefixes, long segmentBytes, bool isCopy, ILogger logger)
    {
        (this.log, this.index, this.prefixes, this.segmentBytes, this.isCopy, this.logger) = (log, index, prefixes, segmentBytes, isCopy, logger);
        thread = new(Write) { IsBackground = true, Name = "Ordo identifiers writer" };
        thread.Start();
    }

    /// <summary>Writes until now, those that failed too. What the writer's thread decides is in the index, or has failed, when there is one more.</summary>
    public long Writes { get; private set; }

    /// <summary>Done when the files are longer than they are now.</summary>
    public Task Grown => Volatile.Read(ref grown).Task;

    public Task<T> Enqueue<T>(Work<T> work)
    {
        // A queue that is full makes the caller wait, here with its thread: it is long enough for every connection to have a few changes in it.
        queue.Add(work);
        return work.Task;
    }

    /// <summary>What a frame of the log of prefixes says.</summary>
    public static Prefix PrefixOf(in RecordFrame frame) => new(frame.Prefix, PrefixTable.NameOf(frame.Handle), frame.Kind == FrameKind.Home);

    /// <summary>Does what waits, and ends.</summary>
    public void Dispose()
    {
        queue.CompleteAdding();
        thread.Join();
        queue.Dispose();
    }

    private void Write()
    {
        foreach (Work first in queue.GetConsumingEnumerable())
        {
            Work? next = first;
            int taken = 0;
            do
            {
                Stage(next);
                taken++;
            }
            while (batch.Bytes < MaxBatchBytes && taken < MaxBatchChanges && queue.TryTake(out next));
            Finish();
        }
    }

    private void Stage(Work work)
    {
        mark = batch.Count;
        try
        {
            switch (work)
            {
                case Work.Adopt adopt:
                    log.Adopt(adopt.Seed);
                    break;
                case Work.Copy copy:
                    Copy(copy);
                    break;
                case Work when isCopy:
                    throw new IOException("This node is a replica and takes no changes; make them at the primary.");
                case Work.Change change:
                    change.Result = Stage(change.Handle, change.Decide);
                    break;
                case Work.Load load:
                    load.Result = Stage(load);
                    break;
                case Work.Home home:
                    home.Result = SetHome(home.Prefix.Span, home.AtHome);
                    break;
            }

            staged.Add(work);
        }
        catch (Exception fault)
        {
            batch.Undo(mark);
            work.Fail(fault);
        }
    }

    private void Copy(Work.Copy copy)
    {
        if (RecordFrame.WholeFrames(copy.Frames) != copy.Frames.Length) throw new InvalidDataException("What came from the primary is damaged.");
        bool begins = copy.Segment == log.Segments.Length;
        Segment file = copy.Segment < 0 ? log.Prefixes : log.Last;
        if ((copy.Segment >= 0 && !begins && copy.Segment != log.Segments.Length - 1) || copy.Offset != (begins ? Segment.HeadSize : file.Length))
            throw new InvalidDataException("What came from the primary does not follow what is here.");
        if (begins) file = BeginSegment();
        Append(file, copy.Frames);
        if (copy.Segment >= 0)
        {
            index.Apply(copy.Offset, copy.Frames);
            return;
        }

        for (ReadOnlySpan<byte> rest = copy.Frames; RecordFrame.TryRead(rest, out RecordFrame frame); rest = rest[frame.PaddedSize..]) prefixes.Set(PrefixOf(frame));
    }

    private LoadResult Stage(Work.Load load)
    {
        long stored = 0;
        for (int i = 0, left = 0; i < load.Frames.Count; i++)
        {
            CloseFullSegment();
            EncodedItem item = load.Frames[i];
            ReadOnlySpan<byte> frame = load.Frames.FrameOf(item);
            if (frame.IsEmpty && !TryEncodeLate(load.Frames.Left[left++], ref item, out frame)) continue;
            ReadOnlySpan<byte> handle = frame.Slice(RecordFrame.HeadSize, item.HandleLength);
            bool exists;
            Place before;
            RecordFrame present;
            try
            {
                exists = TryFindNewest(item.Key, handle, out before, out present);
            }
            catch (RecordDamagedException)
            {
                load.Rule?.MeetDamaged(load.First + i);
                continue;
            }

            if (exists && !load.Overwrite) load.Rule?.Meet(load.First + i, present);
            else if (!exists && load.Rule?.MayStore(load.First + i) is false) continue;
            else
            {
                // The name stays as it was spelled at its creation.
                byte[]? spelled = exists && !present.Handle.SequenceEqual(handle) ? present.Handle.ToArray() : null;
                Place after = PlaceOfNext(item.Prefix);
                if (spelled is null) batch.Add(item.Key, before, after, frame);
                else if (RecordFrame.TryRead(frame, out RecordFrame made)) batch.Add(item.Key, before, after, new RecordFrame(FrameKind.Put, item.Prefix, spelled, made.ValueCount, made.Values));
                stored++;
            }
        }

        return new(stored, load.Frames.Count - stored);
    }

    private bool TryEncodeLate(LoadItem left, ref EncodedItem item, out ReadOnlySpan<byte> frame)
    {
        late.Clear();
        frame = default;
        if (!late.TryAdd(left, item.Key, NumberOf(HandleText.PrefixOf(left.Handle.Span)))) return false;
        item = late[0];
        frame = late.FrameOf(item);
        return true;
    }

    private ChangeDecision Stage(Octets handle, Func<StoredRecord?, ChangeDecision> decide)
    {
        CloseFullSegment();
        ulong key = log.Hash.Of(handle.Span);
        StoredRecord? old = TryFindNewest(key, handle.Span, out Place before, out RecordFrame frame) ? new(frame.Handle.ToArray(), frame.Decode()) : null;
        ChangeDecision decision = decide(old);
        if (decision.Code != ResponseCode.Success || (old is null && decision.Values is null)) return decision;

        values.Clear();
        foreach (HandleValue value in decision.Values ?? []) value.Write(values);
        Octets name = old?.Handle ?? handle;
        int prefix = NumberOf(HandleText.PrefixOf(name.Span));
        var written = new RecordFrame(decision.Values is null ? FrameKind.Delete : FrameKind.Put, prefix, name.Span, decision.Values?.Count ?? 0, values.Written);
        if (written.IsTooLarge) return new(ResponseCode.InvalidValue, Text: "Record too large");
        batch.Add(key, before, decision.Values is null ? default : PlaceOfNext(prefix), written);
        return decision;
    }

    /// <summary>A record as the changes before this one leave it.</summary>
    private bool TryFindNewest(ulong key, scoped ReadOnlySpan<byte> handle, out Place place, out RecordFrame record)
    {
        if (!batch.TryFind(key, handle, out place, out record)) place = index.Find(handle, key, buffer, out record);
        return !place.IsNowhere;
    }

    /// <summary>Before a change is decided, so that all it was decided by still waits with it.</summary>
    private void CloseFullSegment()
    {
        if (log.Last.Length + batch.Bytes < segmentBytes) return;
        Flush();
        BeginSegment();
    }

    private Place PlaceOfNext(int prefix) => HandleLog.PlaceOf(prefix, log.Segments.Length - 1, log.Last.Length + batch.Bytes);

    private Segment BeginSegment()
    {
        Segment segment = log.BeginSegment();
        index.GoOn();
        return segment;
    }

    /// <summary>Puts the batch on disk, then into the index, and tells those whose changes are in it.</summary>
    private void Flush()
    {
        if (batch.Bytes > 0)
        {
            Append(log.Last, batch.Seal());
            index.Apply(batch);
            batch.Clear();
        }

        (mark, Writes) = (0, Writes + 1);
        foreach (Work work in staged) work.Complete();
        staged.Clear();
    }

    private void Finish()
    {
        try
        {
            Flush();
        }
        catch (Exception fault)
        {
            batch.Clear();
            Writes++;
            foreach (Work work in staged) work.Fail(fault);
            staged.Clear();
        }
    }

    private int NumberOf(ReadOnlySpan<byte> prefix) => prefixes.Find(prefix)?.Number ?? Define(prefix, FrameKind.Prefix).Number;

    private bool SetHome(ReadOnlySpan<byte> prefix, bool home)
    {
        if ((prefixes.Find(prefix)?.IsHome ?? false) == home) return false;
        Define(prefix, home ? FrameKind.Home : FrameKind.Unhome);
        return true;
    }

    private Prefix Define(ReadOnlySpan<byte> prefix, FrameKind kind)
    {
        int number = prefixes.Find(prefix)?.Number ?? prefixes.Next;
        if (number >= Place.MaxPrefixes) throw new InvalidOperationException("There are more prefixes than the store can number (16,777,216).");
        var frame = new RecordFrame(kind, number, Encoding.Latin1.GetBytes(PrefixTable.NameOf(prefix)), 0, []);
        byte[] bytes = new byte[frame.PaddedSize];
        frame.Write(bytes);
        RecordFrame.MarkWrite(bytes);
        Append(log.Prefixes, bytes);
        Prefix defined = PrefixOf(frame);
        prefixes.Set(defined);
        return defined;
    }

    private void Append(Segment file, ReadOnlySpan<byte> frames)
    {
        try
        {
            file.Append(frames);
        }
        catch (IOException fault)
        {
            if (!isRefusing) LogRefusing(fault); // once, not for every change
            isRefusing = true;
            throw;
        }

        if (isRefusing) LogTakesAgain();
        isRefusing = false;
        Interlocked.Exchange(ref grown, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    [LoggerMessage(6001, LogLevel.Error, "Identifiers cannot be written; changes are refused until the disk takes them again, reading goes on")]
    private partial void LogRefusing(Exception fault);

    [LoggerMessage(6004, LogLevel.Information, "Identifiers are written again")]
    private partial void LogTakesAgain();
}
