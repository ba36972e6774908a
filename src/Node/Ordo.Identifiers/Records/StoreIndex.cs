using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>
/// The index of a store, and what of it is on disk, so that a start need not read the values: the steps of each segment, and now and then an image of the whole. One thread changes it;
/// readers take no lock.
/// </summary>
internal sealed partial class StoreIndex : IDisposable
{
    // An image is made anew when the steps behind it are so many of what is there: often enough for a start, and seldom enough for who loads.
    private const int ImageShare = 2, ImageShareAtStop = 16;
    private readonly HandleLog log;
    private readonly PrefixTable prefixes;
    private readonly long imageSteps;
    private readonly ILogger logger;
    private readonly List<IndexStep> steps = [];
    private readonly RecordBuffer buffer = new();

    // Held while the index changes, and while a part of it is copied.
    private readonly Lock changing = new();
    private HandleIndex index = new();

    // Number of the segment that is open, how long it is with what the index has of it, and steps that the image has not.
    private int open;
    private long applied, behindImage;
    private Task imaging = Task.CompletedTask;
    private volatile bool stopping;

    /// <summary>Brings everything that the files hold into memory.</summary>
    /// <param name="imageSteps">Fewer steps are done again at a start rather than kept in an image.</param>
    public StoreIndex(HandleLog log, PrefixTable prefixes, long imageSteps, ILogger logger)
    {
        (this.log, this.prefixes, this.imageSteps, this.logger) = (log, prefixes, imageSteps, logger);
        open = log.Segments.Length - 1;
        applied = log.Last.Length;
        File.Delete(log.ImagePath + ".new");
        if (!log.IsNew) Fill();
        StepsOfStart = behindImage;
        BeginImage();
    }

    /// <summary>Steps that the start did one by one, because no image had them.</summary>
    public long StepsOfStart { get; }

    /// <summary>Done when no image is being written.</summary>
    public Task Imaging => Volatile.Read(ref imaging);

    public long Count => index.Count;

    public long Bytes => index.Bytes;

    public PrefixRecords? OfPrefix(int prefix) => index.OfPrefix(prefix);

    /// <summary>Finds a record.</summary>
    /// <param name="key">Hash of the handle.</param>
    /// <param name="into">The record points into it.</param>
    /// <returns>Where it stands; nowhere when there is none.</returns>
    /// <exception cref="RecordDamagedException">The record is damaged on disk.</exception>
    public Place Find(scoped ReadOnlySpan<byte> handle, ulong key, RecordBuffer into, out RecordFrame record)
    {
        HandleIndex.Search search = index.Find(key);
        while (search.MoveNext())
        {
            record = log.Read(search.Current, into);
            if (HandleText.EqualsFolded(record.Handle, handle)) return search.Current;
        }

        record = default;
        return default;
    }

    /// <summary>Takes in what was appended to the open segment.</summary>
    public void Apply(WriteBatch batch)
    {
        lock (changing)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                index.Set(batch[i]);
                steps.Add(batch[i]);
            }

            applied = log.Last.Length;
            behindImage += batch.Count;
        }
    }

    /// <summary>Takes in frames that were appended to the open segment.</summary>
    /// <param name="offset">Where the first stands.</param>
    public void Apply(long offset, ReadOnlySpan<byte> frames)
    {
        int before = steps.Count;
        lock (changing)
        {
            for (int at = 0; RecordFrame.TryRead(frames[at..], out RecordFrame frame); at += frame.PaddedSize) Replay(HandleLog.PlaceOf(frame.Prefix, open, offset + at), frame);

            applied = log.Last.Length;
            behindImage += steps.Count - before;
        }
    }

    /// <summary>The open segment is full and another has begun behind it.</summary>
    public void GoOn()
    {
        KeepSteps(open);
        lock (changing)
        {
            steps.Clear();
            (open, applied) = (log.Segments.Length - 1, log.Last.Length);
        }

        BeginImage();
    }

    /// <summary>So that the next start need not go through the open segment either, unless something is written behind these steps.</summary>
    public void Dispose()
    {
        stopping = true;
        imaging.Wait();
        KeepSteps(open);
        if (IsImageDue(ImageShareAtStop)) WriteImage(goOn: () => true);
    }

    private void Fill()
    {
        using (IndexImage? image = IndexImage.TryOpen(log.ImagePath, log.Seed))
            if (image is not null && TryFill(image)) return;
        if (File.Exists(log.ImagePath))
        {
            LogNoUse(log.ImagePath);
            File.Delete(log.ImagePath);
        }

        TryFill(image: null);
    }

    /// <param name="image">To begin with; the index begins empty otherwise.</param>
    /// <returns>False when the image is of no use; nothing but the index has changed then.</returns>
    private bool TryFill(IndexImage? image)
    {
        index = new();
        behindImage = 0;
        Segment[] segments = log.Segments;
        StepsHead[] heads = log.HeadsBefore(segments.Length);
        long more = heads.Skip(image?.Segment ?? 0).Sum(head => (long)head.Count);
        if (image is null) index.Reserve(more);
        else if (!(image.Segment < segments.Length && image.Fits(heads.AsSpan(0, segments.Length - 1), segments[image.Segment]) && index.TryTake(image, more))) return false;

        for (int i = image?.FirstNeeded ?? 0; i < segments.Length; i++)
        {
            bool beginsWithImage = i == image?.Segment, beforeImage = i < image?.Segment;
            if (IndexSteps.TryRead(log.StepsPath(i), segments[i], steps))
            {
                if (beginsWithImage && !image!.IsBeginningOf(CollectionsMarshal.AsSpan(steps))) return false;
                index.Apply(i, steps, image);
            }
            else if (beforeImage || (beginsWithImage && !image!.TryReadSteps(steps)))
            {
                return false;
            }
            else
            {
                if (beginsWithImage) index.Apply(i, steps, image);
                int number = i;
                log.Replay(
                    i, beginsWithImage ? image!.Length : Segment.HeadSize, (long offset, in RecordFrame frame) => Replay(HandleLog.PlaceOf(frame.Prefix, number, offset), frame),
                    (offset, _, beginning) => ReplayDamaged(number, offset, beginning));
                if (i < open) KeepSteps(i);
            }

            behindImage += steps.Count - (beginsWithImage ? image!.StepCount : beforeImage ? steps.Count : 0);
        }

        applied = log.Last.Length;
        return true;
    }

    private void Replay(Place place, in RecordFrame frame) => Replay(frame.Handle, frame.Kind == FrameKind.Delete ? default : place);

    /// <summary>Asking for the handle that a damaged record seems to have is an error from now on, instead of an answer from the record before.</summary>
    private void ReplayDamaged(int segment, long offset, ReadOnlySpan<byte> beginning)
    {
        if (!RecordFrame.TryGuess(beginning, out RecordFrame guess) || prefixes.Find(HandleText.PrefixOf(guess.Handle))?.Number != guess.Prefix) return;
        Replay(guess.Handle, HandleLog.PlaceOf(guess.Prefix, segment, offset));
    }

    private void Replay(ReadOnlySpan<byte> handle, Place after)
    {
        ulong key = log.Hash.Of(handle);
        Place before;
        try
        {
            before = Find(handle, key, buffer, out _);
        }
        catch (RecordDamagedException)
        {
            // It is of this handle: that two have one hash is less likely than anything else that can happen to a disk.
            HandleIndex.Search search = index.Find(key);
            before = search.MoveNext() ? search.Current : default;
        }

        var step = new IndexStep(key, before, after);
        index.Set(step);
        steps.Add(step);
    }

    private void KeepSteps(int segment)
    {
        try
        {
            IndexSteps.Write(log.StepsPath(segment), log.Segments[segment], steps);
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // They are made anew by the start.
        }
    }

    // ---- the image

    private bool IsImageDue(int share) => behindImage >= Math.Max(imageSteps, Count / share);

    /// <summary>Beside the writer, which waits only while a part of the index is copied.</summary>
    private void BeginImage()
    {
        if (IsImageDue(ImageShare) && imaging.IsCompleted) Volatile.Write(ref imaging, Task.Factory.StartNew(() => WriteImage(() => !stopping), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }

    /// <param name="goOn">Asked before each part.</param>
    internal void WriteImage(Func<bool> goOn)
    {
        try
        {
            using var image = new IndexImage.Writer(log.ImagePath, log.Seed);
            IndexSlot[] slots = [];
            long known = behindImage;
            for (int shard = 0; shard < HandleIndex.ShardCount; shard++)
            {
                if (!goOn()) return;
                IndexMoment moment;
                int count;
                lock (changing) (moment, count) = (new(open, steps.Count), index.CopyShard(shard, ref slots));
                image.Add<IndexSlot>(moment, slots.AsSpan(0, count));
            }

            byte[] records;
            IndexStep[] last;
            int segment;
            long length;
            lock (changing) (records, last, segment, length) = (index.CopyRecords(), [.. steps], open, applied);
            image.Add<byte>(new(segment, last.Length), records);
            image.Finish(log.HeadsBefore(segment), log.Segments[segment], last, length);
            lock (changing) behindImage -= known;
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // A start then does the steps again.
            LogNoImage(full, log.ImagePath);
        }
    }

    [LoggerMessage(6003, LogLevel.Warning, "{File} is damaged or does not fit the files beside it; the index is made anew from them and this start takes longer")]
    private partial void LogNoUse(string file);

    [LoggerMessage(6002, LogLevel.Warning, "{File}: the image of the index could not be written; the next start takes longer")]
    private partial void LogNoImage(Exception fault, string file);
}
