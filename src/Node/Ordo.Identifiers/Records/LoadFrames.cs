using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>Where an item of a load is encoded.</summary>
/// <param name="Key">Hash of its handle.</param>
/// <param name="Size">Of its frame; 0 when it is left for the writer.</param>
internal readonly record struct EncodedItem(ulong Key, int Offset, int Size, int HandleLength, int Prefix);

/// <summary>A chunk of a bulk load, encoded as it will stand on disk. Its memory is used again for the next chunk.</summary>
internal sealed class LoadFrames
{
    private readonly WireWriter frames = new(64 * 1024), content = new(4096);
    private readonly List<EncodedItem> encoded = [];
    private readonly List<LoadItem> left = [];

    public int Count => encoded.Count;

    public int Bytes => frames.Length;

    /// <summary>Items that are not encoded, in their order.</summary>
    public IReadOnlyList<LoadItem> Left => left;

    public EncodedItem this[int number] => encoded[number];

    public ReadOnlySpan<byte> FrameOf(in EncodedItem item) => frames.Written.Slice(item.Offset, item.Size);

    /// <returns>False when the record would be too large.</returns>
    public bool TryAdd(in LoadItem item, ulong key, int prefix)
    {
        ReadOnlySpan<byte> name = item.Handle.Span;
        content.Clear();
        foreach (HandleValue value in item.Values) value.Write(content);
        var frame = new RecordFrame(FrameKind.Put, prefix, name, item.Values.Count, content.Written);
        if (frame.IsTooLarge) return false;
        int offset = frames.Length;
        frame.Write(frames.Extend(frame.PaddedSize));
        encoded.Add(new(key, offset, frame.PaddedSize, name.Length, prefix));
        return true;
    }

    public void Leave(in LoadItem item, ulong key)
    {
        encoded.Add(new(key, frames.Length, 0, 0, 0));
        left.Add(item);
    }

    public LoadFrames Clear()
    {
        frames.Clear();
        encoded.Clear();
        left.Clear();
        return this;
    }
}
