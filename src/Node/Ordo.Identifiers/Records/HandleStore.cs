using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>A buffer that records are read into; one for each thread that reads.</summary>
internal sealed class RecordBuffer
{
    // Most records are smaller, so that one read brings the whole.
    private const int FirstRead = 1024;

    public byte[] Bytes { get; private set; } = new byte[FirstRead];

    public void Ensure(int size)
    {
        if (Bytes.Length < size) Bytes = new byte[Math.Max(size, Bytes.Length * 2)];
    }
}

/// <summary>What a change makes of a record.</summary>
/// <param name="Code">How it went; nothing is written unless <see cref="ResponseCode.Success"/>.</param>
/// <param name="Values">The new values by rising index; <c>null</c> deletes the record.</param>
/// <param name="Text">Words for an error.</param>
internal readonly record struct ChangeDecision(ResponseCode Code, IReadOnlyList<HandleValue>? Values = null, string Text = "")
{
    public static ChangeDecision Delete => new(ResponseCode.Success);
}

/// <summary>A record as the writer sees it before a change.</summary>
/// <param name="Handle">As it was spelled at its creation.</param>
internal sealed record StoredRecord(Octets Handle, IReadOnlyList<HandleValue> Values);

/// <summary>One handle of a bulk load.</summary>
internal readonly record struct LoadItem(Octets Handle, IReadOnlyList<HandleValue> Values);

/// <summary>How far the files of a store go.</summary>
/// <param name="Seed">Tells one store from another.</param>
/// <param name="Segment">Number of the last segment.</param>
/// <param name="Length">Of it.</param>
/// <param name="Prefixes">Length of the log of prefixes.</param>
/// <param name="Bytes">Of all segments.</param>
internal readonly record struct LogPosition(ulong Seed, int Segment, long Length, long Prefixes, long Bytes);

/// <summary>Has a say in a bulk load, on the writer's thread, so it must be quick. What it says is on disk when the load is done.</summary>
internal interface ILoadRule
{
    /// <summary>The handle is not there.</summary>
    /// <param name="item">Its number in the load.</param>
    /// <returns>Whether it is stored.</returns>
    bool MayStore(int item);

    /// <summary>The handle is there and stays as it is.</summary>
    void Meet(int item, in RecordFrame present);
}

/// <summary>What a bulk load did.</summary>
internal readonly record struct LoadResult(long Stored, long Skipped);

/// <summary>
/// Handles and their values (标识存储). Values stand in segments that are only appended to; where the record of a handle stands is in memory. One thread writes:
/// it takes all changes that wait, decides them one after the other, appends them with one write, waits for the disk once, and only then shows and answers
/// them. Readers take no lock.
/// </summary>
internal sealed partial class HandleStore : IDisposable
{
    private const int OffsetBits = 27;
    private const int MaxBatchChanges = 4096;
    private const int MaxBatchBytes = 8 * 1024 * 1024;
    private const int MaxQueue = 20_000;
    private const int LoadChunk = 8192;
    private const int LoadChunkBytes = 4 * 1024 * 1024;
    private const int MaxLoadsUnderWay = 2;

    // An image is made anew when the steps behind it are so many of what is there: often enough for a start, and seldom enough for who loads.
    private const int ImageShare = 2, ImageShareAtStop = 16;
    private readonly string folder;
    private readonly long segmentBytes;
    private readonly long imageSteps;
    private readonly ILogger logger;
    private HandleIndex index = new();
    private readonly PrefixTable prefixes = new();
    private readonly List<IndexStep> steps = [];
    private readonly BlockingCollection<Work> queue = new(MaxQueue);
    private readonly WireWriter values = new(4096);
    private readonly LoadFrames late = new();
    private readonly RecordBuffer writerBuffer = new();
    private readonly Batch batch = new();

    // Held while the index changes, and while a part of it is copied.
    private readonly Lock changing = new();
    private readonly Thread writer;
    private Segment[] segments = [];
    private Segment prefixLog = null!;
    private TaskCompletionSource grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HandleHash hash;
    private Exception? broken;

    // How long the last segment is with what the index has of it, and steps that the image has not.
    private long applied, behindImage;
    private Task imaging = Task.CompletedTask;
    private volatile bool stopping;

    /// <param name="folder">Its own; created.</param>
    /// <param name="segmentBytes">A segment is closed when it is longer; at most 512 MiB.</param>
    /// <param name="imageSteps">Fewer steps are done again at a start rather than kept in an image of the index.</param>
    public HandleStore(string folder, ILogger<HandleStore> logger, long segmentBytes = 256L << 20, long imageSteps = 1_000_000)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(segmentBytes, 512L << 20);
        (this.folder, this.segmentBytes, this.imageSteps, this.logger) = (folder, segmentBytes, imageSteps, logger);
        Directory.CreateDirectory(folder);
        OpenAll();
        StepsOfStart = behindImage;
        BeginImage();
        writer = new(Write) { IsBackground = true, Name = "Ordo identifiers writer" };
        writer.Start();
    }

    /// <summary>Done when no image of the index is being written.</summary>
    internal Task Imaging => Volatile.Read(ref imaging);

    /// <summary>Steps that the start did one by one, because no image had them.</summary>
    internal long StepsOfStart { get; private set; }

    /// <summary>Set where the store is a copy that follows another: it takes no changes but those of the other.</summary>
    public bool IsCopy { get; init; }

    /// <summary>How far the files go.</summary>
    public LogPosition Position
    {
        get
        {
            Segment[] known = Volatile.Read(ref segments);
            return new(prefixLog.Seed, known.Length - 1, known[^1].Length, prefixLog.Length, known.Sum(segment => segment.Length));
        }
    }

    /// <summary>Done when the files are longer than they are now.</summary>
    public Task Grown => Volatile.Read(ref grown).Task;

    /// <summary>Handles that exist.</summary>
    public long Count => index.Count;

    /// <summary>Bytes of the index in memory.</summary>
    public long IndexBytes => index.Bytes;

    public IEnumerable<string> HomePrefixes => prefixes.All.Where(prefix => prefix.IsHome).Select(prefix => Utf8Of(prefix.Name));

    /// <summary>Whether this node answers for a handle: its prefix is at home. For the record of a prefix its parent is enough, because that is where it was allotted.</summary>
    public bool IsHome(ReadOnlySpan<byte> handle)
    {
        ReadOnlySpan<byte> prefix = HandleText.HomeOf(handle);
        if (prefixes.Find(prefix) is { IsHome: true }) return true;
        if (!HandleText.IsPrefixHandle(handle)) return false;
        int dot = prefix.LastIndexOf((byte)'.');
        return prefixes.Find(dot < 0 ? "0.NA"u8 : prefix[..dot]) is { IsHome: true };
    }

    /// <summary>Reads a record.</summary>
    /// <param name="buffer">The record points into it.</param>
    /// <exception cref="InvalidDataException">The record is damaged on disk.</exception>
    public bool TryRead(ReadOnlySpan<byte> handle, RecordBuffer buffer, out RecordFrame record)
    {
        HandleIndex.Search search = index.Find(hash.Of(handle));
        while (search.MoveNext())
        {
            record = Read(search.Current, buffer);
            if (HandleText.EqualsFolded(record.Handle, handle)) return true;
        }

        record = default;
        return false;
    }

    /// <summary>Reads frames as they stand in a file, for a copy; only what is durable, and perhaps the last one not whole.</summary>
    /// <param name="segment">Its number; −1 is the log of prefixes.</param>
    /// <returns>Bytes read.</returns>
    public int ReadLog(int segment, long offset, Span<byte> target)
    {
        Segment[] known = Volatile.Read(ref segments);
        if (segment >= known.Length) return 0;
        Segment file = segment < 0 ? prefixLog : known[segment];
        return offset >= file.Length ? 0 : file.Read(target[..(int)Math.Min(target.Length, file.Length - offset)], offset);
    }

    /// <summary>Makes an empty copy one of a store with this seed.</summary>
    /// <exception cref="InvalidDataException">It is not empty and has another seed.</exception>
    public Task AdoptAsync(ulong seed) => Enqueue(new Work.Adopt(seed));

    /// <summary>Appends frames of the store that is followed; they are durable and to be found when the task is done.</summary>
    /// <param name="segment">The last one, or the one behind it; −1 is the log of prefixes.</param>
    /// <param name="offset">Where the file ends here.</param>
    /// <param name="frames">Whole ones.</param>
    /// <exception cref="InvalidDataException">They do not fit behind what is here, or are damaged.</exception>
    public Task CopyAsync(int segment, long offset, byte[] frames) => Enqueue(new Work.Copy(segment, offset, frames));

    /// <summary>A record with its values decoded; <c>null</c> when there is none.</summary>
    /// <exception cref="InvalidDataException">The record is damaged on disk.</exception>
    public StoredRecord? Find(Octets handle) => TryRead(handle.Span, new RecordBuffer(), out RecordFrame frame) ? new(frame.Handle.ToArray(), frame.Decode()) : null;

    /// <summary>Names under a prefix, in the order in which their records were last written.</summary>
    public IReadOnlyList<Octets> List(ReadOnlySpan<byte> prefix, int skip, int take, out int total)
    {
        total = 0;
        if (prefixes.Find(prefix) is not { } known || index.OfPrefix(known.Number) is not { } records) return [];
        total = records.Count;
        var buffer = new RecordBuffer();
        return [.. records.Page(skip, take).Select(address => (Octets)Read(new(known.Number, address), buffer).Handle.ToArray())];
    }

    /// <summary>Handles under a prefix.</summary>
    public int CountOf(ReadOnlySpan<byte> prefix) => prefixes.Find(prefix) is { } known ? index.OfPrefix(known.Number)?.Count ?? 0 : 0;

    /// <summary>Changes a record; the task is done when the change is on disk.</summary>
    /// <param name="handle">May be spelled in any case.</param>
    /// <param name="decide">Runs on the writer's thread with the newest record, or <c>null</c>; must be quick.</param>
    public Task<ChangeDecision> ChangeAsync(Octets handle, Func<StoredRecord?, ChangeDecision> decide) => Enqueue(new Work.Change(handle.Copy(), decide));

    /// <summary>Takes a prefix home, or sends it away; its handles stay.</summary>
    /// <returns>False when it was so already.</returns>
    public Task<bool> SetHomeAsync(Octets prefix, bool home) => Enqueue(new Work.Home(prefix.Copy(), home));

    /// <summary>Stores many handles; those stored are on disk when the task is done.</summary>
    /// <param name="items">Gone through once, on the caller's thread.</param>
    /// <param name="overwrite">Whether a handle that exists is replaced, or else skipped; of one that comes twice the later counts.</param>
    /// <param name="rule">Decides about each where nothing is overwritten. An item it never hears of is larger than a record can be.</param>
    public async Task<LoadResult> LoadAsync(IEnumerable<LoadItem> items, bool overwrite, ILoadRule? rule = null)
    {
        var result = new LoadResult();
        var written = new Queue<Work.Load>();
        // An item is encoded as soon as it is made, so that it dies young; the writer has two chunks to work on meanwhile. Their memory is used again.
        var idle = new Stack<LoadFrames>();
        using IEnumerator<LoadItem> rest = items.GetEnumerator();
        for (int first = 0; ;)
        {
            LoadFrames frames = idle.TryPop(out LoadFrames? used) ? used : new();
            Encode(rest, frames);
            if (frames.Count == 0) break;
            var load = new Work.Load(frames, first, overwrite, rule);
            first += frames.Count;
            _ = Enqueue(load);
            written.Enqueue(load);
            while (written.Count > MaxLoadsUnderWay) await TakeAsync();
        }

        while (written.Count > 0) await TakeAsync();
        return result;

        async Task TakeAsync()
        {
            Work.Load done = written.Dequeue();
            LoadResult more = await done.Task;
            result = new(result.Stored + more.Stored, result.Skipped + more.Skipped);
            idle.Push(done.Frames.Clear());
        }
    }

    /// <summary>Makes the frames of a chunk, off the writer's thread. What cannot be made without it is left for it: the prefix has no number yet, or the record is too large.</summary>
    private void Encode(IEnumerator<LoadItem> items, LoadFrames frames)
    {
        while (frames.Count < LoadChunk && frames.Bytes < LoadChunkBytes && items.MoveNext())
        {
            LoadItem item = items.Current;
            ReadOnlySpan<byte> name = item.Handle.Span;
            if (prefixes.Find(HandleText.PrefixOf(name)) is not { } prefix || !frames.TryAdd(item, hash.Of(name), prefix.Number)) frames.Leave(item, hash.Of(name));
        }
    }

    public void Dispose()
    {
        stopping = true;
        queue.CompleteAdding();
        writer.Join();
        queue.Dispose();
        imaging.Wait();
        // The next start need not go through the last segment either, unless something is written behind these steps.
        if (broken is null)
        {
            TryWriteSteps();
            if (IsImageDue(ImageShareAtStop)) WriteImage(goOn: () => true);
        }

        foreach (Segment segment in segments) segment.Dispose();
        prefixLog.Dispose();
    }

    private void TryWriteSteps()
    {
        try
        {
            IndexSteps.Write(StepsPath(SegmentPath(segments.Length - 1)), segments[^1], steps);
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // They are made anew by the start.
        }
    }

    // ---- the image of the index

    private string ImagePath => Path.Combine(folder, "index.image");

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
            using var image = new IndexImage.Writer(ImagePath, prefixLog.Seed);
            IndexSlot[] slots = [];
            long known = behindImage;
            for (int shard = 0; shard < HandleIndex.ShardCount; shard++)
            {
                if (!goOn()) return;
                IndexMoment moment;
                int count;
                lock (changing) (moment, count) = (new(segments.Length - 1, steps.Count), index.CopyShard(shard, ref slots));
                image.Add<IndexSlot>(moment, slots.AsSpan(0, count));
            }

            byte[] records;
            IndexStep[] open;
            Segment[] files;
            long length;
            lock (changing) (records, open, files, length) = (index.CopyRecords(), [.. steps], segments, applied);
            image.Add<byte>(new(files.Length - 1, open.Length), records);
            image.Finish(HeadsBefore(files.Length - 1), files[^1], open, length);
            lock (changing) behindImage -= known;
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // A start then does the steps again.
            LogNoImage(full, ImagePath);
        }
    }

    private StepsHead[] HeadsBefore(int segment) => [.. Enumerable.Range(0, segment).Select(i => IndexSteps.HeadOf(StepsPath(SegmentPath(i)), prefixLog.Seed))];

    // ---- shared by readers and the writer

    private Task<T> Enqueue<T>(Work<T> work)
    {
        // A queue that is full makes the caller wait, here with its thread: it is long enough for every connection to have a few changes in it.
        queue.Add(work);
        return work.Task;
    }

    private RecordFrame Read(Place place, RecordBuffer buffer)
    {
        (Segment segment, long offset) = Locate(place);
        int read = segment.Read(buffer.Bytes, offset), size = RecordFrame.SizeAt(buffer.Bytes.AsSpan(0, read));
        if (size > read)
        {
            buffer.Ensure(size);
            read = segment.Read(buffer.Bytes.AsSpan(0, size), offset);
        }

        return RecordFrame.TryRead(buffer.Bytes.AsSpan(0, read), out RecordFrame frame) ? frame : throw Damaged(place);
    }

    private (Segment Segment, long Offset) Locate(Place place) =>
        (Volatile.Read(ref segments)[place.Address >> OffsetBits], (place.Address & ((1L << OffsetBits) - 1)) * 8);

    private static InvalidDataException Damaged(Place place) => new(string.Create(
        CultureInfo.InvariantCulture, $"handles-{place.Address >> OffsetBits:000000}.log: the record at byte {(place.Address & ((1L << OffsetBits) - 1)) * 8} is damaged (wrong checksum)."));

    private static string Utf8Of(string name) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(name));

    // ---- opening

    private string SegmentPath(int number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"handles-{number:000000}.log"));

    private static string StepsPath(string segment) => Path.ChangeExtension(segment, ".idx");

    private void OpenAll()
    {
        string prefixPath = Path.Combine(folder, "prefixes.log");
        RemoveUnbegun(prefixPath);
        if (!File.Exists(prefixPath) && File.Exists(SegmentPath(0)) && new FileInfo(SegmentPath(0)).Length > Segment.HeadSize)
            throw new InvalidDataException($"{prefixPath} is missing, and without it the handles beside it cannot be read. Restore it from a backup.");
        prefixLog = File.Exists(prefixPath) ? Segment.Open(prefixPath) : Segment.Create(prefixPath, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));
        hash = new(prefixLog.Seed);
        Mend(prefixLog, prefixPath, prefixLog.Replay(ReplayPrefix));

        int count = 0;
        while (File.Exists(SegmentPath(count))) count++;
        if (count > 0 && RemoveUnbegun(SegmentPath(count - 1))) count--;
        segments = count == 0 ? [Segment.Create(SegmentPath(0), prefixLog.Seed)] : [.. Enumerable.Range(0, count).Select(number => OpenSegment(SegmentPath(number)))];
        applied = segments[^1].Length;
        File.Delete(ImagePath + ".new");
        if (count == 0) return;
        using (IndexImage? image = IndexImage.TryOpen(ImagePath, prefixLog.Seed))
            if (image is not null && TryFill(image)) return;
        if (File.Exists(ImagePath))
        {
            LogNoUse(ImagePath);
            File.Delete(ImagePath);
        }

        TryFill(image: null);
    }

    private Segment OpenSegment(string path)
    {
        Segment segment = Segment.Open(path);
        return segment.Seed == prefixLog.Seed ? segment : throw new InvalidDataException($"{path} belongs to another store than prefixes.log beside it. Restore both from one backup.");
    }

    /// <summary>Brings everything that the files hold into the index.</summary>
    /// <param name="image">To begin with; the index begins empty otherwise.</param>
    /// <returns>False when the image is of no use; nothing but the index has changed then.</returns>
    private bool TryFill(IndexImage? image)
    {
        index = new();
        behindImage = 0;
        StepsHead[] heads = HeadsBefore(segments.Length);
        long more = heads.Skip(image?.Segment ?? 0).Sum(head => (long)head.Count);
        if (image is null) index.Reserve(more);
        else if (!(image.Segment < segments.Length && image.Fits(heads.AsSpan(0, segments.Length - 1), segments[image.Segment]) && index.TryTake(image, more))) return false;

        for (int i = image?.FirstNeeded ?? 0; i < segments.Length; i++)
        {
            bool beginsWithImage = i == image?.Segment, beforeImage = i < image?.Segment;
            if (IndexSteps.TryRead(StepsPath(SegmentPath(i)), segments[i], steps))
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
                Replay(i, beginsWithImage ? image!.Length : Segment.HeadSize);
            }

            behindImage += steps.Count - (beginsWithImage ? image!.StepCount : beforeImage ? steps.Count : 0);
        }

        return true;
    }

    /// <summary>Goes through the records of a segment which has no steps that can be used.</summary>
    private void Replay(int number, long from)
    {
        (string path, Segment segment) = (SegmentPath(number), segments[number]);
        long end = segment.Replay((long offset, in RecordFrame frame) => ReplayRecord(PlaceOf(frame.Prefix, number, offset), frame), from);
        if (number == segments.Length - 1) Mend(segment, path, end);
        else if (end < segment.Length) throw new InvalidDataException($"{path} is damaged at byte {end}, and newer files follow it. Restore it from a backup.");
        else IndexSteps.Write(StepsPath(path), segment, steps);
    }

    /// <summary>A file whose head was not written to its end holds nothing yet.</summary>
    private static bool RemoveUnbegun(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length >= Segment.HeadSize) return false;
        File.Delete(path);
        return true;
    }

    private void Mend(Segment segment, string path, long end)
    {
        if (end == segment.Length) return;
        LogTornTail(path, segment.Length - end, end);
        segment.CutTail(end);
    }

    private void ReplayPrefix(long offset, in RecordFrame frame)
    {
        string name = PrefixTable.NameOf(frame.Handle);
        prefixes.Set(new(frame.Prefix, name, frame.Kind == FrameKind.Home));
    }

    private void ReplayRecord(Place place, in RecordFrame frame)
    {
        ulong key = hash.Of(frame.Handle);
        Place before = FindStored(frame.Handle, key, out _);
        var step = new IndexStep(key, before, frame.Kind == FrameKind.Delete ? default : place);
        index.Set(step);
        steps.Add(step);
    }

    private static Place PlaceOf(int prefix, int segment, long offset) => new(prefix, ((long)segment << OffsetBits) | (offset / 8));

    private Place FindStored(ReadOnlySpan<byte> handle, ulong key, out RecordFrame record)
    {
        HandleIndex.Search search = index.Find(key);
        while (search.MoveNext())
        {
            record = Read(search.Current, writerBuffer);
            if (HandleText.EqualsFolded(record.Handle, handle)) return search.Current;
        }

        record = default;
        return default;
    }

    // ---- writing, on one thread

    private void Write()
    {
        var taken = new List<Work>();
        foreach (Work first in queue.GetConsumingEnumerable())
        {
            taken.Clear();
            batch.Clear();
            Work? next = first;
            do
            {
                taken.Add(next);
                Stage(next);
            }
            while (batch.Bytes < MaxBatchBytes && taken.Count < MaxBatchChanges && queue.TryTake(out next));
            Finish(taken);
        }
    }

    private void Stage(Work work)
    {
        int mark = batch.Count;
        try
        {
            if (broken is not null) throw new IOException("The identifier store takes no changes since a write failed; it answers from what it has.", broken);
            switch (work)
            {
                case Work.Adopt adopt:
                    Adopt(adopt.Seed);
                    break;
                case Work.Copy copy:
                    Copy(copy);
                    break;
                case not null when IsCopy:
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
        }
        catch (Exception fault)
        {
            batch.Undo(mark);
            work.Fail(fault);
        }
    }

    private void Adopt(ulong seed)
    {
        if (prefixLog.Seed == seed) return;
        if (segments.Length > 1 || segments[0].Length > Segment.HeadSize || prefixLog.Length > Segment.HeadSize)
            throw new InvalidDataException($"{folder} holds another store than the one to be followed. Start the replica with an empty data folder.");
        foreach (Segment file in (Segment[])[prefixLog, segments[0]]) file.Dispose();
        string prefixPath = Path.Combine(folder, "prefixes.log");
        foreach (string path in (string[])[StepsPath(SegmentPath(0)), SegmentPath(0), prefixPath]) File.Delete(path);
        prefixLog = Segment.Create(prefixPath, seed);
        hash = new(seed);
        Volatile.Write(ref segments, [Segment.Create(SegmentPath(0), seed)]);
    }

    private void Copy(Work.Copy copy)
    {
        if (RecordFrame.WholeFrames(copy.Frames) != copy.Frames.Length) throw new InvalidDataException("What came from the primary is damaged.");
        Segment file = copy.Segment < 0 ? prefixLog : copy.Segment == segments.Length ? BeginSegment() : segments[^1];
        if (copy.Segment >= 0 && copy.Segment != segments.Length - 1 || copy.Offset != file.Length) throw new InvalidDataException("What came from the primary does not follow what is here.");
        try
        {
            file.Append(copy.Frames);
        }
        catch (IOException fault)
        {
            broken = fault;
            LogWriteFailed(fault, folder);
            throw;
        }

        int before = steps.Count;
        lock (changing)
        {
            for (int at = 0; at < copy.Frames.Length;)
            {
                RecordFrame.TryRead(copy.Frames.AsSpan(at), out RecordFrame frame);
                if (copy.Segment < 0) ReplayPrefix(copy.Offset + at, frame);
                else ReplayRecord(PlaceOf(frame.Prefix, copy.Segment, copy.Offset + at), frame);
                at += frame.PaddedSize;
            }

            if (copy.Segment >= 0) (applied, behindImage) = (file.Length, behindImage + steps.Count - before);
        }

        Announce();
    }

    private void Announce() => Interlocked.Exchange(ref grown, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private LoadResult Stage(Work.Load load)
    {
        long stored = 0;
        for (int i = 0, left = 0; i < load.Frames.Count; i++)
        {
            EncodedItem item = load.Frames[i];
            ReadOnlySpan<byte> frame = load.Frames.FrameOf(item);
            if (frame.IsEmpty && !TryEncodeLate(load.Frames.Left[left++], ref item, out frame)) continue;
            ReadOnlySpan<byte> handle = frame.Slice(RecordFrame.HeadSize, item.HandleLength);
            bool exists = TryFindNewest(item.Key, handle, out Place before, out RecordFrame present);
            if (exists && !load.Overwrite) load.Rule?.Meet(load.First + i, present);
            else if (!exists && load.Rule?.MayStore(load.First + i) is false) continue;
            else
            {
                // The name stays as it was spelled at its creation.
                byte[]? spelled = exists && !present.Handle.SequenceEqual(handle) ? present.Handle.ToArray() : null;
                Segment segment = Current(frame.Length);
                Place after = PlaceOf(item.Prefix, segments.Length - 1, segment.Length + batch.Bytes);
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

    /// <summary>A record as the changes before this one leave it.</summary>
    private bool TryFindNewest(ulong key, ReadOnlySpan<byte> handle, out Place place, out RecordFrame record)
    {
        if (!batch.TryFind(key, handle, out place, out record)) place = FindStored(handle, key, out record);
        return !place.IsNowhere;
    }

    /// <summary>The whole record must fit into one message.</summary>
    internal static bool IsTooLarge(in RecordFrame frame) => frame.PaddedSize > Envelope.MaxMessage - 1024 || frame.ValueCount > HandleValue.MaxCount;

    private ChangeDecision Stage(Octets handle, Func<StoredRecord?, ChangeDecision> decide)
    {
        ulong key = hash.Of(handle.Span);
        StoredRecord? old = TryFindNewest(key, handle.Span, out Place before, out RecordFrame frame) ? new(frame.Handle.ToArray(), frame.Decode()) : null;
        ChangeDecision decision = decide(old);
        if (decision.Code != ResponseCode.Success || (old is null && decision.Values is null)) return decision;

        values.Clear();
        foreach (HandleValue value in decision.Values ?? []) value.Write(values);
        Octets name = old?.Handle ?? handle;
        int prefix = NumberOf(HandleText.PrefixOf(name.Span));
        var written = new RecordFrame(decision.Values is null ? FrameKind.Delete : FrameKind.Put, prefix, name.Span, decision.Values?.Count ?? 0, values.Written);
        if (IsTooLarge(written)) return new(ResponseCode.InvalidValue, Text: "Record too large");
        Segment segment = Current(written.PaddedSize);
        Place after = decision.Values is null ? default : PlaceOf(prefix, segments.Length - 1, segment.Length + batch.Bytes);
        batch.Add(key, before, after, written);
        return decision;
    }

    /// <summary>The segment that the batch goes to; when it is full, the batch is written and the next begun.</summary>
    private Segment Current(int more)
    {
        Segment segment = segments[^1];
        if (segment.Length + batch.Bytes + more <= segmentBytes || segment.Length + batch.Bytes == Segment.HeadSize) return segment;
        Flush();
        return BeginSegment();
    }

    private Segment BeginSegment()
    {
        IndexSteps.Write(StepsPath(SegmentPath(segments.Length - 1)), segments[^1], steps);
        Segment segment = Segment.Create(SegmentPath(segments.Length), prefixLog.Seed);
        lock (changing)
        {
            steps.Clear();
            applied = segment.Length;
            Volatile.Write(ref segments, [.. segments, segment]);
        }

        BeginImage();
        return segment;
    }

    /// <summary>Puts the batch on disk, then into the index.</summary>
    private void Flush()
    {
        if (batch.Bytes == 0) return;
        try
        {
            segments[^1].Append(batch.Written);
        }
        catch (IOException fault)
        {
            // What the disk holds now nobody knows. A start finds out; until then nothing is added behind it.
            broken = fault;
            LogWriteFailed(fault, folder);
            throw;
        }

        lock (changing)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                index.Set(batch[i]);
                steps.Add(batch[i]);
            }

            applied = segments[^1].Length;
            behindImage += batch.Count;
        }

        batch.Clear();
        Announce();
    }

    private void Finish(List<Work> taken)
    {
        try
        {
            Flush();
            foreach (Work work in taken) work.Complete();
        }
        catch (Exception fault)
        {
            foreach (Work work in taken) work.Fail(fault);
        }
    }

    private int NumberOf(ReadOnlySpan<byte> prefix)
    {
        if (prefixes.Find(prefix) is { } known) return known.Number;
        return Define(prefix, FrameKind.Prefix).Number;
    }

    private bool SetHome(ReadOnlySpan<byte> prefix, bool home)
    {
        if ((prefixes.Find(prefix)?.IsHome ?? false) == home) return false;
        Define(prefix, home ? FrameKind.Home : FrameKind.Unhome);
        return true;
    }

    private Prefix Define(ReadOnlySpan<byte> prefix, FrameKind kind)
    {
        string name = PrefixTable.NameOf(prefix);
        int number = prefixes.Find(prefix)?.Number ?? prefixes.All.Count();
        if (number >= Place.MaxPrefixes) throw new InvalidOperationException("There are more prefixes than the store can number (16,777,216).");
        var frame = new RecordFrame(kind, number, Encoding.Latin1.GetBytes(name), 0, []);
        byte[] bytes = new byte[frame.PaddedSize];
        frame.Write(bytes);
        prefixLog.Append(bytes);
        var defined = new Prefix(number, name, kind == FrameKind.Home);
        prefixes.Set(defined);
        Announce();
        return defined;
    }

    [LoggerMessage(6000, LogLevel.Warning, "{File}: the last {Bytes} bytes, from byte {Offset} on, were not written to the end when the server stopped. Nobody was told that they are stored; a copy is put aside.")]
    private partial void LogTornTail(string file, long bytes, long offset);

    [LoggerMessage(6003, LogLevel.Warning, "{File} is damaged or does not fit the files beside it; the index is made anew from them and this start takes longer")]
    private partial void LogNoUse(string file);

    [LoggerMessage(6002, LogLevel.Warning, "{File}: the image of the index could not be written; the next start takes longer")]
    private partial void LogNoImage(Exception fault, string file);

    [LoggerMessage(6001, LogLevel.Error, "Identifiers in {Folder} cannot be written; changes are refused until the server is started again")]
    private partial void LogWriteFailed(Exception fault, string folder);

    /// <summary>Frames that wait for the disk, and what they will do to the index.</summary>
    private sealed class Batch
    {
        private readonly WireWriter frames = new(64 * 1024);
        private readonly List<(IndexStep Step, int Offset, int Previous)> staged = [];
        private readonly Dictionary<ulong, int> last = [];

        public int Bytes => frames.Length;

        public int Count => staged.Count;

        public ReadOnlySpan<byte> Written => frames.Written;

        public IndexStep this[int number] => staged[number].Step;

        public void Add(ulong key, Place before, Place after, in RecordFrame frame)
        {
            int offset = frames.Length;
            frame.Write(frames.Extend(frame.PaddedSize));
            Add(new(key, before, after), offset);
        }

        /// <param name="frame">Encoded and padded already.</param>
        public void Add(ulong key, Place before, Place after, ReadOnlySpan<byte> frame)
        {
            int offset = frames.Length;
            frames.Raw(frame);
            Add(new IndexStep(key, before, after), offset);
        }

        private void Add(in IndexStep step, int offset)
        {
            ref int newest = ref CollectionsMarshal.GetValueRefOrAddDefault(last, step.Hash, out bool exists);
            staged.Add((step, offset, exists ? newest : -1));
            newest = staged.Count - 1;
        }

        /// <returns>True when a change of this handle waits; its record may be gone.</returns>
        public bool TryFind(ulong key, ReadOnlySpan<byte> handle, out Place place, out RecordFrame frame)
        {
            for (int i = last.TryGetValue(key, out int newest) ? newest : -1; i >= 0; i = staged[i].Previous)
            {
                if (!RecordFrame.TryRead(frames.Written[staged[i].Offset..], out frame) || !HandleText.EqualsFolded(frame.Handle, handle)) continue;
                place = staged[i].Step.After;
                return true;
            }

            place = default;
            frame = default;
            return false;
        }

        /// <summary>Takes back what a work that failed had staged.</summary>
        public void Undo(int count)
        {
            while (staged.Count > count)
            {
                (IndexStep step, int offset, int previous) = staged[^1];
                frames.Truncate(offset);
                if (previous < 0) last.Remove(step.Hash);
                else last[step.Hash] = previous;
                staged.RemoveAt(staged.Count - 1);
            }
        }

        public void Clear()
        {
            frames.Clear();
            staged.Clear();
            last.Clear();
        }
    }

    private abstract class Work
    {
        public abstract void Complete();

        public abstract void Fail(Exception fault);

        public sealed class Change(Octets handle, Func<StoredRecord?, ChangeDecision> decide) : Work<ChangeDecision>
        {
            public Octets Handle { get; } = handle;

            public Func<StoredRecord?, ChangeDecision> Decide { get; } = decide;
        }

        public sealed class Load(LoadFrames frames, int first, bool overwrite, ILoadRule? rule) : Work<LoadResult>
        {
            public LoadFrames Frames { get; } = frames;

            /// <summary>Number of the first item in the whole load.</summary>
            public int First { get; } = first;

            public bool Overwrite { get; } = overwrite;

            public ILoadRule? Rule { get; } = rule;
        }

        public sealed class Adopt(ulong seed) : Work<bool>
        {
            public ulong Seed { get; } = seed;
        }

        public sealed class Copy(int segment, long offset, byte[] frames) : Work<bool>
        {
            public int Segment { get; } = segment;

            public long Offset { get; } = offset;

            public byte[] Frames { get; } = frames;
        }

        public sealed class Home(Octets prefix, bool atHome) : Work<bool>
        {
            public Octets Prefix { get; } = prefix;

            public bool AtHome { get; } = atHome;
        }
    }

    private abstract class Work<T> : Work
    {
        private readonly TaskCompletionSource<T> source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public T Result { get; set; } = default!;

        public Task<T> Task => source.Task;

        public override void Complete() => source.TrySetResult(Result);

        public override void Fail(Exception fault) => source.TrySetException(fault);
    }
}
