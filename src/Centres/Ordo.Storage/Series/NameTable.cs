namespace Ordo.Storage.Series;

/// <summary>Keeps every different name once, as its bytes, in blocks that never move. One writer, readers without a lock.</summary>
internal sealed class NameTable
{
    private const int BlockSize = 1 << 18;
    private readonly PagedColumn<ReadOnlyMemory<byte>> names = new();
    private readonly HashSlots slots = new();
    private byte[] block = [];
    private int used;
    private int count;

    public ReadOnlySpan<byte> this[int number] => names[number].Span;

    /// <summary>The number of a name; a new name is kept. Under the writer's lock only.</summary>
    public int NumberOf(ReadOnlySpan<byte> name)
    {
        ulong hash = NameHash.Of(name, 0);
        for (var probe = slots.Find(hash); probe.TryNext(out int number);)
            if (name.SequenceEqual(names[number].Span)) return number;

        if (block.Length - used < name.Length)
        {
            block = new byte[Math.Max(BlockSize, name.Length)];
            used = 0;
        }

        name.CopyTo(block.AsSpan(used));
        names.Ensure(count + 1);
        names[count] = block.AsMemory(used, name.Length);
        used += name.Length;
        slots.Add(hash, count);
        return count++;
    }
}
