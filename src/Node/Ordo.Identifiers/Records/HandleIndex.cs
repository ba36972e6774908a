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

/// <summary>
/// All handles in memory, 16 bytes each and the air between them: the hash of the handle and where its record stands. What is found must still be compared
/// with the record, because two handles may have one hash. One thread writes, any number read without a lock: the hash of a slot is written last and never
/// changes, its place is one word.
/// </summary>
internal sealed class HandleIndex
{
    private const int ShardBits = 8;
    private const int FirstCapacity = 64;
    private readonly Shard[] shards = [.. Enumerable.Range(0, 1 << ShardBits).Select(_ => new Shard())];
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
        SetSlot(shards[step.Hash >> (64 - ShardBits)], step);
    }

    /// <summary>Makes room for so many handles at once, before the first comes: a table that grows puts in anew all that it holds.</summary>
    public void Reserve(long handles)
    {
        long each = Math.Min(handles / shards.Length * 4 / 3, 1 << 30);
        if (each <= FirstCapacity) return;
        foreach (Shard shard in shards) Volatile.Write(ref shard.Slots, new Slot[BitOperations.RoundUpToPowerOf2((uint)each)]);
    }

    /// <summary>Takes over many steps with every processor; only for the writer.</summary>
    public void Apply(List<IndexStep> steps)
    {
        // Steps of one shard lie together then, so that each processor works in a table that its cache holds, and none in another's.
        int[] ends = new int[shards.Length + 1];
        foreach (ref readonly IndexStep step in CollectionsMarshal.AsSpan(steps)) ends[(step.Hash >> (64 - ShardBits)) + 1]++;
        for (int i = 1; i < ends.Length; i++) ends[i] += ends[i - 1];
        int[] next = ends[..^1];
        IndexStep[] sorted = ArrayPool<IndexStep>.Shared.Rent(steps.Count);
        foreach (ref readonly IndexStep step in CollectionsMarshal.AsSpan(steps)) sorted[next[step.Hash >> (64 - ShardBits)]++] = step;
        Parallel.For(0, shards.Length + 1, number =>
        {
            if (number == 0)
            {
                foreach (ref readonly IndexStep step in CollectionsMarshal.AsSpan(steps)) SetRecord(step);
                return;
            }

            foreach (ref readonly IndexStep step in sorted.AsSpan(ends[number - 1]..ends[number])) SetSlot(shards[number - 1], step);
        });
        ArrayPool<IndexStep>.Shared.Return(sorted);
    }

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
        Slot[] slots = shard.Slots;
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
    private static void Insert(Slot[] slots, ulong hash, Place place, ref int used)
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
        var grown = new Slot[shard.Live * 2 >= shard.Slots.Length ? shard.Slots.Length * 2 : shard.Slots.Length];
        int used = 0;
        foreach (ref readonly Slot slot in shard.Slots.AsSpan())
            if (slot.Place != 0) Insert(grown, slot.Hash, new(slot.Place), ref used);
        shard.Used = used;
        Volatile.Write(ref shard.Slots, grown);
    }

    private static int Start(ulong hash, Slot[] slots) => (int)(hash & (uint)(slots.Length - 1));

    private struct Slot
    {
        public ulong Hash;
        public ulong Place;
    }

    private sealed class Shard
    {
        public Slot[] Slots = new Slot[FirstCapacity];
        public int Live;
        public int Used;
    }

    /// <summary>One walk through the slots that may hold a hash.</summary>
    internal ref struct Search
    {
        private readonly Slot[] slots;
        private readonly ulong hash;
        private int next;

        internal Search(object slots, ulong hash)
        {
            this.slots = (Slot[])slots;
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
