using System.Runtime.InteropServices;

namespace Ordo.Storage.Series;

/// <summary>
/// Finds numbers by the hash of their name: open addressing, half full at most, a slot holding the upper half of the hash and the number.
/// One writer under its own lock; readers take none. A reader that meets the table while it grows may miss a new entry and then asks again under the lock.
/// </summary>
internal sealed class HashSlots
{
    private ulong[] slots = new ulong[64];
    private int count;

    public Probe Find(ulong hash) => new(Volatile.Read(ref slots), hash);

    /// <summary>Adds a number that is not in the table. Everything the number leads to must be written before.</summary>
    public void Add(ulong hash, int number)
    {
        if (++count * 2 > slots.Length) Grow();
        Put(slots, hash & 0xFFFFFFFF_00000000 | (uint)number + 1, hash);
    }

    // Where a slot belongs is decided by the upper half too, so that growing needs no names.
    private static int Home(ulong hash, int mask) => (int)(hash >> 32) & mask;

    private static void Put(ulong[] slots, ulong slot, ulong hash)
    {
        int mask = slots.Length - 1;
        int at = Home(hash, mask);
        while (slots[at] != 0) at = (at + 1) & mask;
        Volatile.Write(ref slots[at], slot);
    }

    private void Grow()
    {
        var larger = new ulong[slots.Length * 2];
        foreach (ulong slot in slots)
            if (slot != 0) Put(larger, slot, slot);
        Volatile.Write(ref slots, larger);
    }

    /// <summary>The numbers whose hash agrees; the caller compares the names.</summary>
    public ref struct Probe(ulong[] slots, ulong hash)
    {
        private readonly uint tag = (uint)(hash >> 32);
        private int at = Home(hash, slots.Length - 1);

        public bool TryNext(out int number)
        {
            while (true)
            {
                ulong slot = Volatile.Read(ref slots[at]);
                if (slot == 0)
                {
                    number = -1;
                    return false;
                }

                at = (at + 1) & (slots.Length - 1);
                if ((uint)(slot >> 32) != tag) continue;
                number = (int)((uint)slot - 1);
                return true;
            }
        }
    }
}

/// <summary>A seeded 64-bit hash of a name: names come from devices, and nobody outside may know which of them collide.</summary>
internal static class NameHash
{
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64();

    public static ulong Of(ReadOnlySpan<byte> name, uint salt)
    {
        ulong hash = Mix(Seed ^ salt, 0x9E37_79B9_7F4A_7C15 ^ (ulong)name.Length);
        while (name.Length >= 8)
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(name), 0xA076_1D64_78BD_642F);
            name = name[8..];
        }

        ulong tail = 0;
        for (int i = 0; i < name.Length; i++) tail |= (ulong)name[i] << (8 * i);
        return Mix(hash ^ tail, 0xE703_7ED1_A0B4_28DB);
    }

    private static ulong Mix(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
