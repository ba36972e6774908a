using System.Text;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>
/// Handles and their values (标识存储). Values stand in segments that are only appended to (<see cref="HandleLog"/>); where the record of a handle stands is in memory (<see cref="StoreIndex"/>).
/// One thread writes (<see cref="StoreWriter"/>); readers take no lock.
/// </summary>
internal sealed class HandleStore : IDisposable
{
    private const int LoadChunk = 8192;
    private const int LoadChunkBytes = 4 * 1024 * 1024;
    private const int MaxLoadsUnderWay = 2;
    private readonly PrefixTable prefixes = new();
    private readonly HandleLog log;
    private readonly StoreIndex index;
    private readonly StoreWriter writer;

    /// <param name="folder">Its own; created.</param>
    /// <param name="segmentBytes">A segment is closed when it is longer; at most 512 MiB.</param>
    /// <param name="imageSteps">Fewer steps are done again at a start rather than kept in an image of the index.</param>
    /// <param name="isCopy">It follows another: it takes no changes but those of the other.</param>
    /// <exception cref="InvalidDataException">A file in the folder is missing, is none of a store, or belongs to another.</exception>
    public HandleStore(string folder, ILogger<HandleStore> logger, long segmentBytes = 256L << 20, long imageSteps = 1_000_000, bool isCopy = false)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(segmentBytes, 512L << 20);
        IsCopy = isCopy;
        log = new(folder, isCopy, logger);
        log.ReplayPrefixes((long _, in RecordFrame frame) => prefixes.Set(StoreWriter.PrefixOf(frame)));
        index = new(log, prefixes, imageSteps, logger);
        writer = new(log, index, prefixes, segmentBytes, isCopy, logger);
    }

    /// <summary>Done when no image of the index is being written.</summary>
    internal Task Imaging => index.Imaging;

    /// <summary>Steps that the start did one by one, because no image had them.</summary>
    internal long StepsOfStart => index.StepsOfStart;

    /// <summary>It follows another store and takes no changes but those of the other.</summary>
    public bool IsCopy { get; }

    /// <summary>How far the files go.</summary>
    public LogPosition Position => log.Position;

    /// <inheritdoc cref="StoreWriter.Writes"/>
    public long Writes => writer.Writes;

    /// <summary>Done when the files are longer than they are now.</summary>
    public Task Grown => writer.Grown;

    /// <summary>Handles that exist.</summary>
    public long Count => index.Count;

    /// <summary>Bytes of the index in memory.</summary>
    public long IndexBytes => index.Bytes;

    public IEnumerable<string> HomePrefixes => prefixes.All.Where(prefix => prefix.IsHome).Select(prefix => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(prefix.Name)));

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
    /// <exception cref="RecordDamagedException">The record is damaged on disk.</exception>
    public bool TryRead(ReadOnlySpan<byte> handle, RecordBuffer buffer, out RecordFrame record) => !index.Find(handle, log.Hash.Of(handle), buffer, out record).IsNowhere;

    /// <summary>A record with its values decoded; <c>null</c> when there is none.</summary>
    /// <exception cref="RecordDamagedException">The record is damaged on disk.</exception>
    public StoredRecord? Find(Octets handle) => TryRead(handle.Span, new RecordBuffer(), out RecordFrame frame) ? new(frame.Handle.ToArray(), frame.Decode()) : null;

    /// <summary>Names under a prefix, in the order in which their records were last written.</summary>
    public IReadOnlyList<Octets> List(ReadOnlySpan<byte> prefix, int skip, int take, out int total)
    {
        total = 0;
        if (prefixes.Find(prefix) is not { } known || index.OfPrefix(known.Number) is not { } records) return [];
        total = records.Count;
        var buffer = new RecordBuffer();
        return [.. records.Page(skip, take).Select(address => log.NameAt(new(known.Number, address), buffer)).OfType<Octets>()];
    }

    /// <summary>Handles under a prefix.</summary>
    public int CountOf(ReadOnlySpan<byte> prefix) => prefixes.Find(prefix) is { } known ? index.OfPrefix(known.Number)?.Count ?? 0 : 0;

    /// <summary>Changes a record; the task is done when the change is on disk.</summary>
    /// <param name="handle">May be spelled in any case.</param>
    /// <param name="decide">Runs on the writer's thread with the newest record, or <c>null</c>; must be quick.</param>
    /// <exception cref="IOException">The disk is full or failing: the change was not made, and the next is tried again. Or the store is a copy.</exception>
    public Task<ChangeDecision> ChangeAsync(Octets handle, Func<StoredRecord?, ChangeDecision> decide) => writer.Enqueue(new Work.Change(handle.Copy(), decide));

    /// <summary>Takes a prefix home, or sends it away; its handles stay.</summary>
    /// <returns>False when it was so already.</returns>
    /// <exception cref="IOException">As for <see cref="ChangeAsync"/>.</exception>
    public Task<bool> SetHomeAsync(Octets prefix, bool home) => writer.Enqueue(new Work.Home(prefix.Copy(), home));

    /// <summary>Stores many handles; those stored are on disk when the task is done.</summary>
    /// <param name="items">Gone through once, on the caller's thread.</param>
    /// <param name="overwrite">Whether a handle that exists is replaced, or else skipped; of one that comes twice the later counts.</param>
    /// <param name="rule">Decides about each where nothing is overwritten. An item it never hears of is larger than a record can be.</param>
    /// <exception cref="IOException">As for <see cref="ChangeAsync"/>; some of the items may be stored, and nothing of the load is on its way any more.</exception>
    public async Task<LoadResult> LoadAsync(IEnumerable<LoadItem> items, bool overwrite, ILoadRule? rule = null)
    {
        var result = new LoadResult();
        var written = new Queue<Work.Load>();
        // An item is encoded as soon as it is made, so that it dies young; the writer has two chunks to work on meanwhile. Their memory is used again.
        var idle = new Stack<LoadFrames>();
        using IEnumerator<LoadItem> rest = items.GetEnumerator();
        try
        {
            for (int first = 0; ;)
            {
                LoadFrames frames = idle.TryPop(out LoadFrames? used) ? used : new();
                Encode(rest, frames);
                if (frames.Count == 0) break;
                var load = new Work.Load(frames, first, overwrite, rule);
                first += frames.Count;
                _ = writer.Enqueue(load);
                written.Enqueue(load);
                while (written.Count > MaxLoadsUnderWay) await TakeAsync();
            }

            while (written.Count > 0) await TakeAsync();
            return result;
        }
        finally
        {
            // After a fault: who is told of it may try again at once, and must not meet what is still on its way.
            foreach (Work.Load late in written) await ((Task)late.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task TakeAsync()
        {
            Work.Load done = written.Dequeue();
            LoadResult more = await done.Task;
            result = new(result.Stored + more.Stored, result.Skipped + more.Skipped);
            idle.Push(done.Frames.Clear());
        }
    }

    /// <summary>Reads frames as they stand in a file, for a copy; only what is durable, and perhaps the last one not whole.</summary>
    /// <param name="segment">Its number; −1 is the log of prefixes.</param>
    /// <returns>Bytes read.</returns>
    public int ReadLog(int segment, long offset, Span<byte> target) => log.Read(segment, offset, target);

    /// <summary>Makes an empty copy one of a store with this seed.</summary>
    /// <exception cref="InvalidDataException">It is not empty and has another seed.</exception>
    public Task AdoptAsync(ulong seed) => writer.Enqueue(new Work.Adopt(seed));

    /// <summary>Appends frames of the store that is followed; they are durable and to be found when the task is done.</summary>
    /// <param name="segment">The last one, or the one behind it; −1 is the log of prefixes.</param>
    /// <param name="offset">Where the file ends here.</param>
    /// <param name="frames">Whole ones.</param>
    /// <exception cref="InvalidDataException">They do not fit behind what is here, or are damaged.</exception>
    /// <exception cref="IOException">The disk is full or failing; they may be brought again.</exception>
    public Task CopyAsync(int segment, long offset, byte[] frames) => writer.Enqueue(new Work.Copy(segment, offset, frames));

    public void Dispose()
    {
        writer.Dispose();
        index.Dispose();
        log.Dispose();
    }

    internal void WriteImage(Func<bool> goOn) => index.WriteImage(goOn);

    /// <summary>Makes the frames of a chunk, off the writer's thread. What cannot be made without it is left for it: the prefix has no number yet, or the record is too large.</summary>
    private void Encode(IEnumerator<LoadItem> items, LoadFrames frames)
    {
        while (frames.Count < LoadChunk && frames.Bytes < LoadChunkBytes && items.MoveNext())
        {
            LoadItem item = items.Current;
            ReadOnlySpan<byte> name = item.Handle.Span;
            ulong key = log.Hash.Of(name);
            if (prefixes.Find(HandleText.PrefixOf(name)) is not { } prefix || !frames.TryAdd(item, key, prefix.Number)) frames.Leave(item, key);
        }
    }
}
