using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ordo.Identifiers.Records;

/// <summary>How far a part of the index is: so many steps of one segment, and all steps of the segments before.</summary>
internal readonly record struct IndexMoment(int Segment, int Steps);

/// <summary>What a part of an index is, and up to when.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ImagePart(long Offset, long Length, IndexMoment Moment, uint Checksum, uint Zero);

/// <summary>
/// The whole index as it stood when it was written, so that a start reads it in one go instead of doing every step again:
/// <code>
///  0 "ORDOHIM1"   8 u64 seed   16 i64 where the directory begins   24 u32 its length   28 u32 its CRC-32C
/// 32 for each shard its slots in use, in the order of its table (u64 hash, u64 place)
///    records of the prefixes, as <see cref="HandleIndex.CopyRecords"/> writes them
///    steps of the segment that was open (as in <see cref="IndexSteps"/>)
///    directory: i32 number of the open segment, u32 CRC-32C of its last bytes, i64 its length; for each segment before: <see cref="StepsHead"/>; for each of the parts above: <see cref="ImagePart"/>
/// </code>
/// in the processor's order. Parts are copied one after the other while the store goes on, so each has a moment of its own; what came later is in the steps. It can be deleted, and is not used
/// when anything in it does not fit the files beside it.
/// </summary>
internal sealed class IndexImage : IDisposable
{
    public const int RecordsPart = HandleIndex.ShardCount;
    private const int StepsPart = RecordsPart + 1;
    private const int Parts = StepsPart + 1;
    private const int HeadSize = 32;
    private const int OpenSize = 16;
    private const int TailBytes = 64 * 1024;
    private const long FlushedAtOnce = 32L << 20;
    private readonly SafeFileHandle file;
    private readonly ImagePart[] parts;
    private readonly StepsHead[] closed;
    private readonly uint tail;

    private IndexImage(SafeFileHandle file, int segment, long length, uint tail, StepsHead[] closed, ImagePart[] parts) =>
        (this.file, Segment, Length, this.tail, this.closed, this.parts) = (file, segment, length, tail, closed, parts);

    private static ReadOnlySpan<byte> Magic => "ORDOHIM1"u8;

    /// <summary>Number of the segment that was open.</summary>
    public int Segment { get; }

    /// <summary>How long it was.</summary>
    public long Length { get; }

    /// <summary>The first segment that has steps which some part lacks.</summary>
    public int FirstNeeded => parts.Min(part => part.Moment.Segment);

    /// <summary>Up to when a part is; the shards by their numbers, then <see cref="RecordsPart"/>.</summary>
    public IndexMoment MomentOf(int part) => parts[part].Moment;

    /// <returns><c>null</c> when there is none, it is damaged, or of another store.</returns>
    public static IndexImage? TryOpen(string path, ulong seed)
    {
        if (!File.Exists(path)) return null;
        SafeFileHandle file = File.OpenHandle(path);
        IndexImage? image = TryRead(file, seed);
        if (image is null) file.Dispose();
        return image;
    }

    /// <summary>Whether it was made of these files, which may have grown since.</summary>
    /// <param name="heads">Of the steps of all segments but the last.</param>
    public bool Fits(ReadOnlySpan<StepsHead> heads, Segment open) => heads.StartsWith(closed) && open.Length >= Length && tail == TailOf(open, Length);

    /// <summary>Reads a part; several may be read at a time.</summary>
    /// <returns>False when it is damaged.</returns>
    public bool TryRead<T>(int part, Span<T> target)
        where T : struct
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(target);
        return IndexSteps.TryFill(file, bytes, parts[part].Offset) && Checksum.Of(bytes) == parts[part].Checksum;
    }

    /// <summary>Bytes of a part.</summary>
    public int SizeOf(int part) => (int)parts[part].Length;

    /// <summary>How many steps the open segment had.</summary>
    public int StepCount => parts[StepsPart].Moment.Steps;

    /// <summary>The steps that the open segment had.</summary>
    public bool TryReadSteps(List<IndexStep> steps)
    {
        CollectionsMarshal.SetCount(steps, SizeOf(StepsPart) / Marshal.SizeOf<IndexStep>());
        return TryRead(StepsPart, CollectionsMarshal.AsSpan(steps));
    }

    /// <summary>Whether a segment's steps begin with those that it had.</summary>
    public bool IsBeginningOf(ReadOnlySpan<IndexStep> steps)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(steps);
        return bytes.Length >= SizeOf(StepsPart) && Checksum.Of(bytes[..SizeOf(StepsPart)]) == parts[StepsPart].Checksum;
    }

    public void Dispose() => file.Dispose();

    private static IndexImage? TryRead(SafeFileHandle file, ulong seed)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        long size = RandomAccess.GetLength(file);
        if (RandomAccess.Read(file, head, 0) < HeadSize || !head.StartsWith(Magic) || MemoryMarshal.Read<ulong>(head[8..]) != seed) return null;
        (long offset, uint length) = (MemoryMarshal.Read<long>(head[16..]), MemoryMarshal.Read<uint>(head[24..]));
        if (offset < HeadSize || offset > size || length != size - offset || length < OpenSize || length > 1 << 28) return null;
        byte[] directory = new byte[length];
        if (RandomAccess.Read(file, directory, offset) < length || Checksum.Of(directory) != MemoryMarshal.Read<uint>(head[28..])) return null;
        int segment = MemoryMarshal.Read<int>(directory);
        int segmentsSize = segment * Marshal.SizeOf<StepsHead>();
        if (directory.Length != OpenSize + segmentsSize + (Parts * Marshal.SizeOf<ImagePart>())) return null;
        return new(
            file, segment, MemoryMarshal.Read<long>(directory.AsSpan(8)), MemoryMarshal.Read<uint>(directory.AsSpan(4)),
            MemoryMarshal.Cast<byte, StepsHead>(directory.AsSpan(OpenSize, segmentsSize)).ToArray(), MemoryMarshal.Cast<byte, ImagePart>(directory.AsSpan(OpenSize + segmentsSize)).ToArray());
    }

    /// <summary>Tells a file that went on from one that went another way.</summary>
    private static uint TailOf(Segment segment, long length)
    {
        byte[] bytes = new byte[Math.Min(TailBytes, length)];
        return Checksum.Of(bytes.AsSpan(0, segment.Read(bytes, length - bytes.Length)));
    }

    /// <summary>Writes an image beside the one that is there, and puts it in its place when it is whole and on disk.</summary>
    internal sealed class Writer : IDisposable
    {
        private readonly string path;
        private readonly SafeFileHandle file;
        private readonly ulong seed;
        private readonly List<ImagePart> parts = new(Parts);
        private long at = HeadSize, flushed;

        public Writer(string path, ulong seed)
        {
            (this.path, this.seed) = (path, seed);
            file = File.OpenHandle(path + ".new", FileMode.Create, FileAccess.ReadWrite);
        }

        public void Add<T>(IndexMoment moment, ReadOnlySpan<T> part)
            where T : struct
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(part);
            parts.Add(new(at, bytes.Length, moment, Checksum.Of(bytes), 0));
            Append(bytes);
        }

        /// <param name="closed">Of the segments before the one that is open.</param>
        /// <param name="steps">Of the open one.</param>
        /// <param name="length">How long it was with the last of them.</param>
        public void Finish(StepsHead[] closed, Segment open, ReadOnlySpan<IndexStep> steps, long length)
        {
            Add(new(closed.Length, steps.Length), steps);
            byte[] directory =
            [
                .. BitConverter.GetBytes(closed.Length), .. BitConverter.GetBytes(TailOf(open, length)), .. BitConverter.GetBytes(length),
                .. MemoryMarshal.AsBytes<StepsHead>(closed), .. MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(parts)),
            ];
            byte[] head = [.. Magic, .. BitConverter.GetBytes(seed), .. BitConverter.GetBytes(at), .. BitConverter.GetBytes(directory.Length), .. BitConverter.GetBytes(Checksum.Of(directory))];
            Append(directory);
            RandomAccess.Write(file, head, 0);
            RandomAccess.FlushToDisk(file);
            file.Dispose();
            File.Move(path + ".new", path, overwrite: true);
            StoreFiles.FlushFolder(Path.GetDirectoryName(path)!);
        }

        /// <summary>What is not whole is removed: a disk that was too full for it needs the room.</summary>
        public void Dispose()
        {
            file.Dispose();
            File.Delete(path + ".new");
        }

        private void Append(ReadOnlySpan<byte> bytes)
        {
            RandomAccess.Write(file, bytes, at);
            at += bytes.Length;
            if (at - flushed < FlushedAtOnce) return;
            // A little at a time, because changes wait for the same disk.
            RandomAccess.FlushToDisk(file);
            flushed = at;
        }
    }
}
