using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Ordo.Storage.OpenChunks;

/// <summary>A sample as it stands in memory; its quality stands beside it where it is not good.</summary>
internal readonly record struct OpenSample(long Time, double Value);

/// <summary>
/// The memory of the open samples: slabs of a mebibyte cut into blocks, a series having a chain of them. A chain grows by a block of 8 samples at first and of 128 in the end;
/// it is never copied, nothing in it is an object of its own, and what a sealed series gives back the next growing one takes.
/// <para>Free blocks wait by their place in the chain, the one given back first to be taken first. Series that arrive together are sealed together and grow together again, so they find
/// the blocks they had, which lie side by side: one list for all blocks of a length shuffles the memory of a store that runs for long.</para>
/// </summary>
/// <remarks>
/// Refused: an array for each series (a million of them are copied and looked at by every collection of garbage), and blocks that double (series that
/// began together leave all their smaller blocks behind together, nearly as much memory again).
/// <para>Blocks are taken by the applying thread and given back by the sealing one: a short lock guards the free ones. Contents are guarded by whoever has the chain.</para>
/// </remarks>
internal sealed class SampleBlocks
{
    /// <summary>A chain without a block.</summary>
    public const int None = -1;
    private const int Smallest = 8, Largest = 128;

    /// <summary>Places in a chain: 8 blocks of 8 samples, 4 each of 16, 32 and 64, then those of 128; a chain of more than 2,048 samples has several at the last.</summary>
    private const int Links = 32;

    private const int SlabSamples = 1 << 16, SlabBits = 16;
    private readonly Lock gate = new();
    private readonly Free[] free = new Free[Links];
    private volatile Slab[] slabs = [];
    private int slabCount;
    private int fresh = SlabSamples; // of the newest slab, samples that have been cut off
    private long lent;

    /// <summary>Samples that the blocks in use have room for.</summary>
    public long Lent => Volatile.Read(ref lent);

    /// <summary>Length of the block in which a chain's sample of that index lies: a chain of 64 samples has blocks of 8, one of 128 adds blocks of 16, and so on.</summary>
    public static int LengthAt(int index) => index < 64 ? 8 : index < 128 ? 16 : index < 256 ? 32 : index < 512 ? 64 : Largest;

    /// <summary>Whether a sample of that index is the first of its block.</summary>
    public static bool BeginsAt(int index) => (index & (LengthAt(index) - 1)) == 0;

    /// <summary>Where a block's samples lie. A place names the block and stays its own until it is given back.</summary>
    public Span<OpenSample> Of(int place, int length) => slabs[place >> SlabBits].Samples.AsSpan(place & (SlabSamples - 1), length);

    public ref OpenSample At(int place, int index) => ref slabs[place >> SlabBits].Samples[(place & (SlabSamples - 1)) + (index & (LengthAt(index) - 1))];

    /// <summary>Has the processor fetch a sample's place that is to be used soon. Takes no lock: of a block that has gone elsewhere meanwhile only the fetching is lost.</summary>
    public unsafe void Fetch(int place, int index)
    {
        Slab[] known = slabs;
        int slab = place >> SlabBits, at = (place & (SlabSamples - 1)) + (index & (LengthAt(index) - 1));
        if (Sse.IsSupported && (uint)slab < (uint)known.Length && known[slab].Samples is { } samples) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(samples), at)));
    }

    /// <summary>The next block of a chain.</summary>
    public int After(int place) => NextOf(place);

    /// <summary>A block for the sample of that index, linked behind the chain's last one.</summary>
    public int Rent(int index, int last)
    {
        int length = LengthAt(index), place;
        lock (gate)
        {
            place = Take(LinkAt(index));
            if (place == None) place = TakeOther(length);
            if (place == None) place = Cut(length);
            lent += length;
        }

        NextOf(place) = None;
        if (last != None) NextOf(last) = place;
        return place;
    }

    /// <summary>Gives a chain back, from one of its blocks on.</summary>
    /// <param name="place">The first block to go.</param>
    /// <param name="index">Index of its first sample.</param>
    public void Return(int place, int index)
    {
        lock (gate)
        {
            while (place != None)
            {
                int next = NextOf(place), length = LengthAt(index);
                Add(LinkAt(index), place);
                lent -= length;
                index += length;
                place = next;
            }
        }
    }

    /// <summary>Ends a chain with one of its blocks and gives back those behind it.</summary>
    /// <param name="place">The block that becomes the last.</param>
    /// <param name="index">Index of the first sample behind it.</param>
    public void Cut(int place, int index)
    {
        int rest = NextOf(place);
        if (rest == None) return;
        NextOf(place) = None;
        Return(rest, index);
    }

    private static int LinkAt(int index) => index < 64 ? index >> 3 : index < 128 ? 4 + (index >> 4) : index < 256 ? 8 + (index >> 5) : index < 512 ? 12 + (index >> 6) : Math.Min(16 + (index >> 7), Links - 1);

    private void Add(int link, int place)
    {
        ref Free list = ref free[link];
        NextOf(place) = None;
        if (list.Count++ == 0) list.First = place;
        else NextOf(list.Last) = place;
        list.Last = place;
    }

    private int Take(int link)
    {
        ref Free list = ref free[link];
        if (list.Count == 0) return None;
        int place = list.First;
        list.First = NextOf(place);
        list.Count--;
        return place;
    }

    /// <summary>A block of the length that waits for another place in a chain: none lies idle while memory grows.</summary>
    private int TakeOther(int length)
    {
        int first = LinkAt(length == Smallest ? 0 : length == Largest ? 512 : length * 4), end = length == Smallest ? 8 : length == Largest ? Links : first + 4;
        for (int link = first; link < end; link++)
        {
            if (Take(link) is var place && place != None) return place;
        }

        return None;
    }

    private ref int NextOf(int place) => ref slabs[place >> SlabBits].Next[(place & (SlabSamples - 1)) / Smallest];

    private int Cut(int length)
    {
        if (fresh + length > SlabSamples)
        {
            // What is left of the slab serves as the smallest blocks.
            for (; fresh < SlabSamples; fresh += Smallest)
            {
                Add(0, ((slabCount - 1) << SlabBits) + fresh);
            }

            AddSlab();
        }

        int place = ((slabCount - 1) << SlabBits) + fresh;
        fresh += length;
        return place;
    }

    private void AddSlab()
    {
        if (slabCount == slabs.Length)
        {
            var more = new Slab[Math.Max(16, slabs.Length * 2)];
            slabs.CopyTo(more, 0);
            slabs = more;
        }

        slabs[slabCount] = new(GC.AllocateUninitializedArray<OpenSample>(SlabSamples), new int[SlabSamples / Smallest]);
        Volatile.Write(ref slabCount, slabCount + 1);
        fresh = 0;
    }

    /// <summary>Free blocks in the order they were given back.</summary>
    private struct Free
    {
        public int First;
        public int Last;
        public int Count;
    }

    private readonly record struct Slab(OpenSample[] Samples, int[] Next);
}
