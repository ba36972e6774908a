using System.Runtime.InteropServices;

namespace Ordo.Identifiers.Records;

/// <summary>One change of the index.</summary>
internal readonly record struct IndexStep(ulong Hash, Place Before, Place After);

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
        using (FileStream file = File.Create(partial))
        {
            file.Write(head);
            file.Write(body);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Steps that a file says it has, without a look at them; 0 when there is none.</summary>
    public static long CountIn(string path) => new FileInfo(path) is { Exists: true, Length: >= HeadSize and var length } ? (length - HeadSize) / 24 : 0;

    /// <param name="steps">Takes them, in place of what it held.</param>
    /// <returns>False when there is none, or none that fits the segment.</returns>
    public static bool TryRead(string path, Segment segment, List<IndexStep> steps)
    {
        steps.Clear();
        if (!File.Exists(path)) return false;
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        Span<byte> head = stackalloc byte[HeadSize];
        if (file.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false) < HeadSize || !head.StartsWith(Magic)) return false;
        int count = MemoryMarshal.Read<int>(head[24..]);
        if (MemoryMarshal.Read<ulong>(head[8..]) != segment.Seed || MemoryMarshal.Read<long>(head[16..]) != segment.Length) return false;
        if (count < 0 || file.Length != HeadSize + (long)count * 24) return false;
        CollectionsMarshal.SetCount(steps, count);
        Span<byte> body = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(steps));
        file.ReadExactly(body);
        if (Checksum.Of(body) == MemoryMarshal.Read<uint>(head[28..])) return true;
        steps.Clear();
        return false;
    }
}
