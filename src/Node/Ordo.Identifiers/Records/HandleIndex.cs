using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Ordo.Identifiers.Records;

/// <summary>Where a record stands: number of its prefix in the upper 24 bits, place in the lower 40. 0 is nowhere.</summary>
internal readonly record struct Place(ulong Value)
{
    private const int AddressBits = 40;

    public const int MaxPrefixes = 1 << 24;

    public Place(int prefix, long address)
        : this(((ulong)prefix << AddressBits) | (ulong)address)
    {
    }

    public bool IsNowhere => Value == 0;

    public int Prefix => (int)(Value >> AddressBits);

    /// <summary>In units of eight bytes, through all segments.</summary>
    public long Address => (long)(Value & ((1UL << AddressBits) - 1));
}

/// <summary>A place of the table: the hash of a handle, and where its record stands (0: it is gone).</summary>
internal struct IndexSlot
{
    public ulong Hash;
    public ulong Place;
}

/// <summary>
/// All handles in memory, 16 bytes each and the air between them: the hash of the handle and where its record stands. What is found must still be compared
/// with the record, because two handles may have one hash. One thread writes, any number read without a lock: the hash of a slot is written last and never
/// changes, its place is one word.
/// </summary>
internal sealed class HandleIndex
{
    public const int ShardCount = 1 << ShardBits;
    private const int ShardBits = 8;
    private const int FirstCapacity = 64;
    private readonly Shard[] shards = [.. Enumerable.Range(0, ShardCount).Select(_ => new Shard())];
    private PrefixRecords?[] byPrefix = new PrefixRecords?[FirstCapacity];

    /// <summary>Handles that exist.</summary>
    public long Count => shards.Sum(shard => (long)Volatile.Read(ref shard.Live));

    /// <summary>Bytes that the slots take.</summary>
    public long Bytes => shards.Sum(shard => (long)Volatile.Read(ref shard.Slots).Length * 16);

    /// <summary>The records of one prefix.</summary>
    public PrefixRecords? OfPrefix(int prefix)
    {
        PrefixRecords?[] known = Volatile.Read(ref byPrefix);
        return prefix < known.Length ? Volatile.Read(ref known[prefix]) : null;
    }

    /// <summary>Goes through the places of one hash.</summary>
    public Search Find(ulong hash) => new(Volatile.Read(ref shards[hash >> (64 - ShardBits)].Slots), hash);

    /// <summary>Only for the writer.</summary>
    public void Set(in IndexStep step)
    {
        SetRecord(step);
        SetSlot(shards[ShardOf(step)], step);
    }

    /// <summary>Makes room for so many handles at once, before the first comes: a table that grows puts in anew all that it holds.</summary>
    public void Reserve(long handles)
    {
        foreach (Shard shard in shards) Volatile.Write(ref shard.Slots, new IndexSlot[CapacityFor(handles / shards.Length)]);
    }

    /// <summary>The slots in use of one shard, in the order of their table, so that putting them in again goes through memory once. The writer must stand still.</summary>
    /// <param name="target">Made larger when it is too small.</param>
    /// <returns>How many.</returns>
    public int CopyShard(int shard, ref IndexSlot[] target)
    {
        if (target.Length < shards[shard].Live) target = new IndexSlot[shards[shard].Live + (shards[shard].Live / 8)];
        int count = 0;
        foreach (ref readonly IndexSlot slot in shards[shard].Slots.AsSpan())
            if (slot.Place != 0) target[count++] = slot;
        return count;
    }

    /// <summary>What lists need: for each prefix that has any its number (i32) and its records. The writer must stand still.</summary>
    public byte[] CopyRecords()
    {
        byte[] bytes = new byte[byPrefix.Sum(records => records is null ? 0 : sizeof(int) + records.CopySize)];
        Span<byte> rest = bytes;
        for (int prefix = 0; prefix < byPrefix.Length; prefix++)
        {
            if (byPrefix[prefix] is not { } records) continue;
            MemoryMarshal.Write(rest, prefix);
            records.Copy(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + records.CopySize)..];
        }

        return bytes;
    }

    /// <summary>Becomes what an image holds, with every processor; only for the writer, and only while it is empty.</summary>
    /// <param name="more">Handles that are still to come, for room.</param>
    /// <returns>False when a part is damaged; the index is of no use then.</returns>
    public bool TryTake(IndexImage image, long more)
    {
        bool whole = true;
        Parallel.For(0, ShardCount + 1, () => Array.Empty<IndexSlot>(), (number, _, buffer) =>
        {
            // The longest part first, so that no processor is left alone with it at the end.
            if (!(number == 0 ? TryTakeRecords(image) : TryTakeShard(image, number - 1, more / ShardCount, ref buffer))) Volatile.Write(ref whole, false);
            return buffer;
        }, _ => { });
        return whole;
    }

    private bool TryTakeRecords(IndexImage image)
    {
        byte[] bytes = new byte[image.SizeOf(IndexImage.RecordsPart)];
        if (!image.TryRead(IndexImage.RecordsPart, bytes.AsSpan())) return false;
        for (int at = 0; at < bytes.Length;)
        {
            PrefixRecords records = RecordsOf(MemoryMarshal.Read<int>(bytes.AsSpan(at)));
            records.Take(bytes, at + sizeof(int));
            at += sizeof(int) + records.CopySize;
        }

        return true;
    }

    private bool TryTakeShard(IndexImage image, int number, long more, ref IndexSlot[] buffer)
    {
        int count = image.SizeOf(number) / Marshal.SizeOf<IndexSlot>();
        if (buffer.Length < count) buffer = GC.AllocateUninitializedArray<IndexSlot>(count + (count / 8));
        Span<IndexSlot> slots = buffer.AsSpan(0, count);
        if (!image.TryRead(number, slots)) return false;
        Shard shard = shards[number];
        var table = new IndexSlot[CapacityFor(count + more)];
        foreach (ref readonly IndexSlot slot in slots)
        {
            int i = Start(slot.Hash, table);
            while (table[i].Hash != 0) i = (i + 1) & (table.Length - 1);
            table[i] = slot;
        }

        (shard.Used, shard.Live) = (count, count);
        Volatile.Write(ref shard.Slots, table);
        return true;
    }

    /// <summary>Takes over many steps of a segment with every processor; only for the writer.</summary>
    /// <param name="image">What the index was before, if it was taken from an image: steps that a part of it has are left out.</param>
    public void Apply(int segment, List<IndexStep> steps, IndexImage? image)
    {
        int[] known = [.. Enumerable.Range(0, ShardCount + 1).Select(part => image?.MomentOf(part) is not { } moment || moment.Segment < segment ? 0 : moment.Segment > segment ? steps.Count : moment.Steps)];
        // Steps of one shard lie together then, so that each processor works in a table that its cache holds, and none in another's.
        int[] ends = new int[ShardCount + 1];
        for (int i = known[..ShardCount].Min(); i < steps.Count; i++)
            if (ShardOf(steps[i]) is var shard && i >= known[shard]) ends[shard + 1]++;
        for (int i = 1; i < ends.Length; i++) ends[i] += ends[i - 1];
        int[] next = ends[..^1];
        IndexStep[] sorted = ArrayPool<IndexStep>.Shared.Rent(steps.Count);
        for (int i = known[..ShardCount].Min(); i < steps.Count; i++)
            if (ShardOf(steps[i]) is var shard && i >= known[shard]) sorted[next[shard]++] = steps[i];
        Parallel.For(0, ShardCount + 1, number =>
        {
            if (number == 0)
            {
                foreach (ref readonly IndexStep step in CollectionsMarshal.AsSpan(steps)[known[IndexImage.RecordsPart]..]) SetRecord(step);
                return;
            }

            foreach (ref readonly IndexStep step in sorted.AsSpan(ends[number - 1]..ends[number])) SetSlot(shards[number - 1], step);
        });
        ArrayPool<IndexStep>.Shared.Return(sorted);
    }

    private static int ShardOf(in IndexStep step) => (int)(step.Hash >> (64 - ShardBits));

    private static int CapacityFor(long handles) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(handles * 4 / 3 + 1, FirstCapacity, 1 << 30));

    private static void SetSlot(Shard shard, in IndexStep step)
    {
        if (!step.Before.IsNowhere)
        {
            Replace(shard, step.Hash, step.Before, step.After);
            return;
        }

        if (step.After.IsNowhere) return;
        if ((shard.Used + 1) * 4 > shard.Slots.Length * 3) Grow(shard);
        Insert(shard.Slots, step.Hash, step.After, ref shard.Used);
        shard.Live++;
    }

    private void SetRecord(in IndexStep step)
    {
        if (!step.Before.IsNowhere) RecordsOf(step.Before.Prefix).Remove(step.Before.Address);
        if (!step.After.IsNowhere) RecordsOf(step.After.Prefix).Add(step.After.Address);
    }

    private PrefixRecords RecordsOf(int prefix)
    {
        if (prefix >= byPrefix.Length)
        {
            var grown = new PrefixRecords?[Math.Max(prefix + 1, byPrefix.Length * 2)];
            byPrefix.CopyTo(grown, 0);
            Volatile.Write(ref byPrefix, grown);
        }

        if (byPrefix[prefix] is null) Volatile.Write(ref byPrefix[prefix], new());
        return byPrefix[prefix]!;
    }

    private static void Replace(Shard shard, ulong hash, Place before, Place after)
    {
        IndexSlot[] slots = shard.Slots;
        for (int i = Start(hash, slots); slots[i].Hash != 0; i = (i + 1) & (slots.Length - 1))
        {
            if (slots[i].Hash != hash || slots[i].Place != before.Value) continue;
            Volatile.Write(ref slots[i].Place, after.Value);
            if (after.IsNowhere) shard.Live--;
            return;
        }

        throw new InvalidOperationException("The record to replace is not in the index.");
    }

    /// <summary>A slot whose handle is gone is used again by the same hash; others wait for the next growth.</summary>
    private static void Insert(IndexSlot[] slots, ulong hash, Place place, ref int used)
    {
        int i = Start(hash, slots);
        for (; slots[i].Hash != 0; i = (i + 1) & (slots.Length - 1))
        {
            if (slots[i].Hash != hash || slots[i].Place != 0) continue;
            Volatile.Write(ref slots[i].Place, place.Value);
            return;
        }

        slots[i].Place = place.Value;
        Volatile.Write(ref slots[i].Hash, hash);
        used++;
    }

    private static void Grow(Shard shard)
    {
        // Twice the room only when the living need it: what is full of the deleted is swept at its size.
        var grown = new IndexSlot[shard.Live * 2 >= shard.Slots.Length ? shard.Slots.Length * 2 : shard.Slots.Length];
        int used = 0;
        foreach (ref readonly IndexSlot slot in shard.Slots.AsSpan())
            if (slot.Place != 0) Insert(grown, slot.Hash, new(slot.Place), ref used);
        shard.Used = used;
        Volatile.Write(ref shard.Slots, grown);
    }

    private static int Start(ulong hash, IndexSlot[] slots) => (int)(hash & (uint)(slots.Length - 1));

    private sealed class Shard
    {
        public IndexSlot[] Slots = new IndexSlot[FirstCapacity];
        public int Live;
        public int Used;
    }

    /// <summary>One walk through the slots that may hold a hash.</summary>
    internal ref struct Search
    {
        private readonly IndexSlot[] slots;
        private readonly ulong hash;
        private int next;

        internal Search(object slots, ulong hash)
        {
            this.slots = (IndexSlot[])slots;
            this.hash = hash;
            next = Start(hash, this.slots);
        }

        public Place Current { get; private set; }

        public bool MoveNext()
        {
            while (true)
            {
                ulong found = Volatile.Read(ref slots[next].Hash);
                if (found == 0) return false;
                var place = new Place(found == hash ? Volatile.Read(ref slots[next].Place) : 0);
                next = (next + 1) & (slots.Length - 1);
                if (place.IsNowhere) continue;
                Current = place;
                return true;
            }
        }
    }
}
