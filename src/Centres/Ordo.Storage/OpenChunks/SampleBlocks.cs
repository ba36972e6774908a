using System.Numerics;

namespace Ordo.Storage.OpenChunks;

/// <summary>A sample as it stands in memory; its quality stands beside it where it is not good.</summary>
internal readonly record struct OpenSample(long Time, double Value);

/// <summary>A place for some samples of one series; <c>default</c> has none.</summary>
/// <param name="Place">Number of its slab × <see cref="SampleBlocks.SlabSamples"/> / <see cref="SampleBlocks.Smallest"/> + its place in the slab, in units of the smallest block.</param>
/// <param name="Length">Samples it holds: 0, or a power of two from <see cref="SampleBlocks.Smallest"/> on.</param>
internal readonly record struct SampleBlock(int Place, int Length);

/// <summary>
/// The memory of the open samples: slabs of a mebibyte cut into blocks of 8, 16, 32 … samples that are given back and used again. Nothing here is an object of its own,
/// so a million series cost the garbage collector nothing, and what a sealed series gives back the next growing one takes.
/// </summary>
/// <remarks>Blocks are taken by the applying thread and given back by the sealing one: a short lock guards the free places. Contents are guarded by whoever has the block.</remarks>
internal sealed class SampleBlocks
{
    public const int Smallest = 8;
    public const int SlabSamples = 1 << 16;
    private const int UnitsOfSlab = SlabSamples / Smallest;
    private readonly Lock gate = new();
    private readonly Stack<int>[] free = [.. Enumerable.Range(0, 32).Select(_ => new Stack<int>())]; // by the logarithm of the block's length
    private volatile OpenSample[]?[] slabs = [];
    private int slabCount;
    private int fresh = UnitsOfSlab; // first unit of the newest cut slab that was never used
    private int freshSlab;

    /// <summary>Bytes of all slabs.</summary>
    public long Bytes { get; private set; }

    public Span<OpenSample> Of(SampleBlock block)
    {
        if (block.Length == 0) return default;
        int slab = block.Place / UnitsOfSlab;
        return slabs[slab].AsSpan(block.Place % UnitsOfSlab * Smallest, block.Length);
    }

    /// <summary>A block of at least so many samples; what is in it is old.</summary>
    public SampleBlock Rent(int samples)
    {
        int length = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(samples, Smallest));
        lock (gate)
        {
            if (free[BitOperations.Log2((uint)length)].TryPop(out int place)) return new(place, length);
            if (length > SlabSamples / 2) return new(AddSlab(length) * UnitsOfSlab, length);
            return new(Cut(length / Smallest), length);
        }
    }

    public void Return(SampleBlock block)
    {
        if (block.Length == 0) return;
        lock (gate)
        {
            if (block.Length <= SlabSamples / 2) free[BitOperations.Log2((uint)block.Length)].Push(block.Place);
            else DropSlab(block.Place / UnitsOfSlab);
        }
    }

    /// <summary>Takes a fresh piece, or halves a free larger one before memory grows.</summary>
    private int Cut(int units)
    {
        if (fresh + units > UnitsOfSlab)
        {
            for (int size = BitOperations.Log2((uint)(units * Smallest)) + 1; size < BitOperations.Log2(SlabSamples); size++)
            {
                if (!free[size].TryPop(out int larger)) continue;
                while (1 << size > units * Smallest) free[--size].Push(larger + ((1 << size) / Smallest));
                return larger;
            }

            for (int left = UnitsOfSlab - fresh; left > 0; left -= 1 << BitOperations.Log2((uint)left))
            {
                int size = 1 << BitOperations.Log2((uint)left);
                free[BitOperations.Log2((uint)(size * Smallest))].Push((freshSlab * UnitsOfSlab) + UnitsOfSlab - left);
            }

            (freshSlab, fresh) = (AddSlab(SlabSamples), 0);
        }

        int place = (freshSlab * UnitsOfSlab) + fresh;
        fresh += units;
        return place;
    }

    private int AddSlab(int samples)
    {
        int slab = Array.IndexOf(slabs, null, 0, slabCount);
        if (slab < 0) slab = slabCount++;
        if (slab == slabs.Length)
        {
            var more = new OpenSample[]?[Math.Max(16, slabs.Length * 2)];
            slabs.CopyTo(more, 0);
            slabs = more;
        }

        slabs[slab] = GC.AllocateUninitializedArray<OpenSample>(samples);
        Bytes += samples * 16L;
        return slab;
    }

    private void DropSlab(int slab)
    {
        Bytes -= slabs[slab]!.Length * 16L;
        slabs[slab] = null;
    }
}
