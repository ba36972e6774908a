using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Ordo.Storage.OpenChunks;

/// <summary>A sample as it stands in memory; its quality stands beside it where it is not good.</summary>
internal readonly record struct OpenSample(long Time, double Value);

/// <summary>
/// The memory of the open samples: slabs of a mebibyte cut into blocks, a series having a chain of them. A chain grows by a block of 8 samples at first and of 128 in the end;
/// it is never copied, nothing in it is an object of its own, and what a sealed series gives back the next growing one takes.
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
    private const int SlabSamples = 1 << 16, SlabBits = 16;
    private readonly Lock gate = new();
    private readonly int[] free = [None, None, None, None, None]; // first free block of 8, 16, 32, 64, 128; the others follow as in a chain
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
        if (Sse.IsSupported && (uint)slab < (uint)known.Length && known[slab].Samples is { } samples && at < samples.Length) Sse.Prefetch0(Unsafe.AsPointer(ref samples[at]));
    }

    /// <summary>The next block of a chain.</summary>
    public int After(int place) => NextOf(place);

    /// <summary>A block for the sample of that index, linked behind the chain's last one.</summary>
    public int Rent(int index, int last)
    {
        int length = LengthAt(index), size = SizeOf(length), place;
        lock (gate)
        {
            place = free[size];
            if (place != None) free[size] = NextOf(place);
            else place = Cut(length);
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
                int next = NextOf(place), length = LengthAt(index), size = SizeOf(length);
                NextOf(place) = free[size];
                free[size] = place;
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

    private static int SizeOf(int length) => System.Numerics.BitOperations.Log2((uint)length) - 3;

    private ref int NextOf(int place) => ref slabs[place >> SlabBits].Next[(place & (SlabSamples - 1)) / Smallest];

    private int Cut(int length)
    {
        if (fresh + length > SlabSamples)
        {
            // What is left of the slab serves as the smallest blocks.
            for (; fresh < SlabSamples; fresh += Smallest)
            {
                int left = ((slabCount - 1) << SlabBits) + fresh;
                NextOf(left) = free[0];
                free[0] = left;
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

    private readonly record struct Slab(OpenSample[] Samples, int[] Next);
}
