using System.Runtime.InteropServices;

namespace Ordo.Identifiers.Records;

/// <summary>
/// Where the records of one prefix stand, in the order in which they were written. As files only grow, each stands behind the one before, so that only the distance
/// is kept: one byte or two a record. What a list needs is found by blocks, without a look at any other prefix.
/// </summary>
internal sealed class PrefixRecords
{
    private const int BlockSize = 512;
    private readonly Lock guard = new();
    private readonly List<Block> blocks = [];
    private int count;

    /// <summary>Records that are there.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Bytes that a copy takes.</summary>
    public int CopySize => 8 + blocks.Sum(block => block.CopySize);

    /// <summary>Writes what it holds: i32 records, i32 blocks, then the blocks.</summary>
    public void Copy(Span<byte> target)
    {
        lock (guard)
        {
            MemoryMarshal.Write(target, count);
            MemoryMarshal.Write(target[4..], blocks.Count);
            target = target[8..];
            foreach (Block block in blocks)
            {
                block.Copy(target);
                target = target[block.CopySize..];
            }
        }
    }

    /// <summary>Becomes what a copy holds.</summary>
    /// <param name="source">Kept and never changed: most blocks stay as they are, and their distances stay where they stand.</param>
    public void Take(byte[] source, int at)
    {
        lock (guard)
        {
            int last = MemoryMarshal.Read<int>(source.AsSpan(at + 4)) - 1;
            blocks.EnsureCapacity(last + 1);
            (count, at) = (MemoryMarshal.Read<int>(source.AsSpan(at)), at + 8);
            for (int i = 0; i <= last; i++)
            {
                var block = new Block(source, at, grows: i == last);
                blocks.Add(block);
                at += block.CopySize;
            }
        }
    }

    /// <param name="address">Larger than any before.</param>
    public void Add(long address)
    {
        lock (guard)
        {
            if (blocks.Count == 0 || blocks[^1].Written == BlockSize)
            {
                if (blocks.Count > 0) blocks[^1].Trim();
                blocks.Add(new(address));
            }
            else
            {
                blocks[^1].Add(address);
            }

            Volatile.Write(ref count, count + 1);
        }
    }

    /// <summary>The record was replaced by a later one, or deleted.</summary>
    public void Remove(long address)
    {
        lock (guard)
        {
            int at = BlockOf(address);
            if (at < 0 || !blocks[at].Remove(address)) throw new InvalidOperationException("The record to remove is not among those of its prefix.");
            if (blocks[at].Living == 0 && at < blocks.Count - 1) blocks.RemoveAt(at);
            Volatile.Write(ref count, count - 1);
        }
    }

    /// <summary>Addresses of some of the records, in their order.</summary>
    public long[] Page(int skip, int take)
    {
        lock (guard)
        {
            var page = new List<long>(Math.Clamp(count - skip, 0, Math.Min(take, 1024)));
            foreach (Block block in blocks)
            {
                if (page.Count == take) break;
                if (skip >= block.Living) skip -= block.Living;
                else block.Read(ref skip, take, page);
            }

            return [.. page];
        }
    }

    private int BlockOf(long address)
    {
        int low = 0, high = blocks.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (blocks[middle].First <= address) low = middle + 1;
            else high = middle - 1;
        }

        return high;
    }

    /// <summary>Up to 512 records: the first address, then distances in groups of seven bits, the last group of each without the upper bit.</summary>
    private sealed class Block
    {
        private const int CopyHead = 24;
        private byte[] distances;
        private int start, used;
        private long last;
        private ulong[]? gone;

        public Block(long first) => (First, last, distances) = (first, first, new byte[16]);

        /// <param name="grows">Whether more will come, which the source has no room for.</param>
        public Block(byte[] source, int at, bool grows)
        {
            ReadOnlySpan<byte> head = source.AsSpan(at, CopyHead);
            (First, last, used) = (MemoryMarshal.Read<long>(head), MemoryMarshal.Read<long>(head[8..]), MemoryMarshal.Read<int>(head[16..]));
            (Written, Living) = (MemoryMarshal.Read<ushort>(head[20..]), MemoryMarshal.Read<ushort>(head[22..]));
            start = at + CopyHead;
            if (Living < Written) gone = MemoryMarshal.Cast<byte, ulong>(source.AsSpan(start + used, BlockSize / 8)).ToArray();
            (distances, start) = grows ? ([.. source.AsSpan(start, used), .. new byte[16]], 0) : (source, start);
        }

        public long First { get; }

        public int Written { get; private set; } = 1;

        public int Living { get; private set; } = 1;

        public int CopySize => CopyHead + used + (gone is null ? 0 : BlockSize / 8);

        /// <summary>i64 first, i64 last, i32 bytes of distances, u16 written, u16 living, the distances, and if some are gone a bit for each.</summary>
        public void Copy(Span<byte> target)
        {
            MemoryMarshal.Write(target, First);
            MemoryMarshal.Write(target[8..], last);
            MemoryMarshal.Write(target[16..], used);
            MemoryMarshal.Write(target[20..], (ushort)Written);
            MemoryMarshal.Write(target[22..], (ushort)Living);
            distances.AsSpan(start, used).CopyTo(target[CopyHead..]);
            if (gone is not null) MemoryMarshal.AsBytes(gone.AsSpan()).CopyTo(target[(CopyHead + used)..]);
        }

        public void Add(long address)
        {
            if (used + 10 > distances.Length) Array.Resize(ref distances, distances.Length * 2);
            ulong distance = (ulong)(address - last);
            for (; distance >= 0x80; distance >>= 7) distances[used++] = (byte)(distance | 0x80);
            distances[used++] = (byte)distance;
            last = address;
            Written++;
            Living++;
        }

        public void Trim() => Array.Resize(ref distances, used);

        public bool Remove(long address)
        {
            long current = First;
            for (int i = 0, at = start; i < Written; i++)
            {
                if (i > 0) current += Next(ref at);
                if (current != address) continue;
                gone ??= new ulong[BlockSize / 64];
                if (IsGone(i)) return false;
                gone[i / 64] |= 1UL << (i % 64);
                Living--;
                return true;
            }

            return false;
        }

        public void Read(ref int skip, int take, List<long> page)
        {
            long current = First;
            for (int i = 0, at = start; i < Written && page.Count < take; i++)
            {
                if (i > 0) current += Next(ref at);
                if (IsGone(i)) continue;
                if (skip > 0) skip--;
                else page.Add(current);
            }
        }

        private bool IsGone(int number) => gone is not null && (gone[number / 64] & (1UL << (number % 64))) != 0;

        private long Next(ref int at)
        {
            ulong distance = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte group = distances[at++];
                distance |= (ulong)(group & 0x7F) << shift;
                if (group < 0x80) return (long)distance;
            }
        }
    }
}
