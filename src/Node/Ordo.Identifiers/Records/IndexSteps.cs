using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ordo.Identifiers.Records;

/// <summary>One change of the index.</summary>
internal readonly record struct IndexStep(ulong Hash, Place Before, Place After);

/// <summary>What the file of a segment's steps says of itself.</summary>
/// <param name="Length">Of the segment.</param>
/// <param name="Checksum">CRC-32C of the steps.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct StepsHead(long Length, int Count, uint Checksum);

/// <summary>
/// What a full segment did to the index, so that a start need not read the values: <c>"ORDOHDX1"</c>, u64 seed, u64 length of the segment, u32 count, u32 CRC-32C
/// of the steps, then the steps (three u64 each, in the processor's order). It can always be made anew from its segment.
/// </summary>
internal static class IndexSteps
{
    private const int HeadSize = 32;

    private static ReadOnlySpan<byte> Magic => "ORDOHDX1"u8;

    public static void Write(string path, Segment segment, List<IndexStep> steps)
    {
        ReadOnlySpan<byte> body = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(steps));
        Span<byte> head = stackalloc byte[HeadSize];
        Magic.CopyTo(head);
        MemoryMarshal.Write(head[8..], segment.Seed);
        MemoryMarshal.Write(head[16..], segment.Length);
        MemoryMarshal.Write(head[24..], steps.Count);
        MemoryMarshal.Write(head[28..], Checksum.Of(body));
        string partial = path + ".new";
        try
        {
            using (SafeFileHandle file = File.OpenHandle(partial, FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(file, head, 0);
                RandomAccess.Write(file, body, HeadSize);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial); // a disk that was too full for it needs the room
            throw;
        }
    }

    /// <summary>What a file says that it has, without a look at it.</summary>
    /// <returns>Nothing when there is none, or none of this store.</returns>
    public static StepsHead HeadOf(string path, ulong seed)
    {
        if (!File.Exists(path)) return default;
        using SafeFileHandle file = File.OpenHandle(path);
        return TryReadHead(file, seed, out StepsHead head) ? head : default;
    }

    /// <returns>False when the file ends before.</returns>
    public static bool TryFill(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        int filled = 0;
        while (RandomAccess.Read(file, bytes[filled..], offset + filled) is > 0 and var read) filled += read;
        return filled == bytes.Length;
    }

    /// <param name="steps">Takes them, in place of what it held.</param>
    /// <returns>False when there is none, or none that fits the segment.</returns>
    public static bool TryRead(string path, Segment segment, List<IndexStep> steps)
    {
        steps.Clear();
        if (!File.Exists(path)) return false;
        using SafeFileHandle file = File.OpenHandle(path);
        if (!TryReadHead(file, segment.Seed, out StepsHead head) || head.Length != segment.Length) return false;
        CollectionsMarshal.SetCount(steps, head.Count);
        Span<byte> body = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(steps));
        if (TryFill(file, body, HeadSize) && Checksum.Of(body) == head.Checksum) return true;
        steps.Clear();
        return false;
    }

    private static bool TryReadHead(SafeFileHandle file, ulong seed, out StepsHead head)
    {
        head = default;
        Span<byte> bytes = stackalloc byte[HeadSize];
        if (RandomAccess.Read(file, bytes, 0) < HeadSize || !bytes.StartsWith(Magic) || MemoryMarshal.Read<ulong>(bytes[8..]) != seed) return false;
        int count = MemoryMarshal.Read<int>(bytes[24..]);
        if (count < 0 || RandomAccess.GetLength(file) != HeadSize + (long)count * 24) return false;
        head = new(MemoryMarshal.Read<long>(bytes[16..]), count, MemoryMarshal.Read<uint>(bytes[28..]));
        return true;
    }
}
