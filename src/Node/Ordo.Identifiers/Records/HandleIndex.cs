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
    private int[] counts = new int[FirstCapacity];

    /// <summary>Handles that exist.</summary>
    public long Count => shards.Sum(shard => (long)Volatile.Read(ref shard.Live));

    /// <summary>Bytes that the slots take.</summary>
    public long Bytes => shards.Sum(shard => (long)Volatile.Read(ref shard.Slots).Length * 16);

    /// <summary>Handles of one prefix.</summary>
    public int CountOf(int prefix)
    {
        int[] known = Volatile.Read(ref counts);
        return prefix < known.Length ? Volatile.Read(ref known[prefix]) : 0;
    }

    /// <summary>Goes through the places of one hash.</summary>
    public Search Find(ulong hash) => new(Volatile.Read(ref shards[hash >> (64 - ShardBits)].Slots), hash);

    /// <summary>Only for the writer.</summary>
    /// <param name="before">The record replaced, <see cref="Place.IsNowhere"/> for a new one.</param>
    /// <param name="after"><see cref="Place.IsNowhere"/> when it is deleted.</param>
    public void Set(ulong hash, Place before, Place after)
    {
        if (before.IsNowhere != after.IsNowhere) Tally(before.IsNowhere ? after.Prefix : before.Prefix, before.IsNowhere ? 1 : -1);
        Shard shard = shards[hash >> (64 - ShardBits)];
        if (!before.IsNowhere)
        {
            Replace(shard, hash, before, after);
            return;
        }

        if (after.IsNowhere) return;
        if ((shard.Used + 1) * 4 > shard.Slots.Length * 3) Grow(shard);
        Insert(shard.Slots, hash, after, ref shard.Used);
        shard.Live++;
    }

    /// <summary>Places of every handle of a prefix, in no order.</summary>
    public List<Place> OfPrefix(int prefix)
    {
        var found = new List<Place>();
        foreach (Shard shard in shards)
        {
            foreach (ref readonly Slot slot in Volatile.Read(ref shard.Slots).AsSpan())
            {
                var place = new Place(Volatile.Read(in slot.Place));
                if (!place.IsNowhere && place.Prefix == prefix) found.Add(place);
            }
        }

        return found;
    }

    private void Tally(int prefix, int change)
    {
        if (prefix >= counts.Length)
        {
            int[] grown = new int[Math.Max(prefix + 1, counts.Length * 2)];
            counts.CopyTo(grown, 0);
            Volatile.Write(ref counts, grown);
        }

        Volatile.Write(ref counts[prefix], counts[prefix] + change);
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
