using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ordo.Identifiers.Records;

/// <summary>
/// One file of frames. It is only ever written at its end; what once stands in it stays, so that a reader needs no lock.
/// <code>0 "ORDOHDL1"   8 u64 seed of the hash   16 frames …</code>
/// </summary>
internal sealed class Segment : IDisposable
{
    public const int HeadSize = 16;
    private const int ReplayBuffer = 4 * 1024 * 1024;
    private const int PageSize = 4096;
    private readonly SafeFileHandle file;
    private readonly string path;

    // Behind the length may stand what was not written to its end, and nobody was told of.
    private bool unsure;

    private Segment(string path, SafeFileHandle file, ulong seed, long length) => (this.path, this.file, Seed, Length) = (path, file, seed, length);

    private static ReadOnlySpan<byte> Magic => "ORDOHDL1"u8;

    public ulong Seed { get; }

    /// <summary>Bytes written and known to be whole.</summary>
    public long Length { get; private set; }

    /// <exception cref="IOException">There is no room for it; no file is left behind.</exception>
    public static Segment Create(string path, ulong seed)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            Span<byte> head = stackalloc byte[HeadSize];
            Magic.CopyTo(head);
            BinaryPrimitives.WriteUInt64LittleEndian(head[8..], seed);
            RandomAccess.Write(file, head, 0);
            RandomAccess.FlushToDisk(file);
            StoreFiles.FlushFolder(Path.GetDirectoryName(path)!);
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }

        return new(path, file, seed, HeadSize);
    }

    /// <exception cref="InvalidDataException">It is no segment of ours.</exception>
    public static Segment Open(string path) => Open(path, FileAccess.ReadWrite, FileShare.Read);

    /// <summary>Opens one that somebody else may be writing.</summary>
    /// <exception cref="InvalidDataException">It is no segment of ours.</exception>
    public static Segment OpenToRead(string path) => Open(path, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static Segment Open(string path, FileAccess access, FileShare share)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, access, share);
        Span<byte> head = stackalloc byte[HeadSize];
        if (RandomAccess.Read(file, head, 0) < HeadSize || !head.StartsWith(Magic))
        {
            file.Dispose();
            throw new InvalidDataException($"{path} is no file of the identifier store: it should begin with ORDOHDL1. Put it aside, or restore it from a backup.");
        }

        return new(path, file, BinaryPrimitives.ReadUInt64LittleEndian(head[8..]), RandomAccess.GetLength(file));
    }

    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(file, buffer, offset);

    /// <summary>Appends; it is on disk when this returns.</summary>
    /// <exception cref="IOException">Nothing of it counts; what is appended next stands where this would have stood.</exception>
    public void Append(ReadOnlySpan<byte> frames)
    {
        if (unsure) CutBack();
        unsure = true;
        RandomAccess.Write(file, frames, Length);
        RandomAccess.FlushToDisk(file);
        unsure = false;
        Length += frames.Length;
    }

    public delegate void FrameAction(long offset, in RecordFrame frame);

    /// <param name="beginning">What stands there, at most as much as a frame can have.</param>
    public delegate void DamageAction(long offset, long bytes, ReadOnlySpan<byte> beginning);

    /// <summary>Goes through all frames until one that is not whole.</summary>
    /// <param name="position">Where it begins.</param>
    /// <returns>Where the whole frames end.</returns>
    public long Replay(FrameAction each, long position = HeadSize)
    {
        byte[] buffer = new byte[ReplayBuffer];
        int filled = 0, used = 0;
        while (true)
        {
            Span<byte> rest = buffer.AsSpan(used, filled - used);
            int size = RecordFrame.SizeAt(rest);
            if (size > 0 && RecordFrame.Pad(size) <= rest.Length)
            {
                if (!RecordFrame.TryRead(rest, out RecordFrame frame)) return position;
                each(position, frame);
                used += RecordFrame.Pad(size);
                position += RecordFrame.Pad(size);
                continue;
            }

            if (size == 0 && rest.Length >= RecordFrame.HeadSize) return position;
            rest.CopyTo(buffer);
            (filled, used) = (rest.Length, 0);
            int read = ReadKnown(buffer.AsSpan(filled), position + filled);
            if (read == 0) return position;
            filled += read;
        }
    }

    /// <summary>Goes through all frames, and on behind those that are damaged.</summary>
    /// <param name="isClosed">Everything in the file was once on disk. Otherwise that is sure of what stands before a frame that begins a write.</param>
    /// <returns>Where it ends: what stands behind was not written to its end.</returns>
    public long Replay(FrameAction each, DamageAction damaged, bool isClosed, long position = HeadSize)
    {
        long sure = isClosed ? Length : 0;
        while (true)
        {
            long end = Replay(each, position);
            if (end == Length) return end;
            if (end >= sure && (sure = Find(end + 8, beginsWrite: true)) < 0) return end;
            byte[] beginning = new byte[Math.Min(RecordFrame.MaxSize, sure - end)];
            int read = ReadKnown(beginning, end);
            position = EndOfDamage(end, sure, RecordFrame.SizeAt(beginning.AsSpan(0, read)));
            damaged(end, position - end, beginning.AsSpan(0, (int)Math.Min(read, position - end)));
        }
    }

    /// <summary>Cuts off what a power failure left half written, after a copy of it was put aside: nobody was told that it is stored, but nothing is thrown away unseen.</summary>
    public void CutTail(long end)
    {
        byte[] tail = new byte[Math.Min(Length - end, int.MaxValue / 2)];
        Read(tail, end);
        File.WriteAllBytes($"{path}.torn-{end}", tail);
        RandomAccess.SetLength(file, end);
        RandomAccess.FlushToDisk(file);
        Length = end;
    }

    public void Dispose()
    {
        try
        {
            if (unsure) CutBack();
        }
        catch (IOException)
        {
            // A start cuts it back, as after a power failure; whole frames of what nobody was told of may then count.
        }

        file.Dispose();
    }

    /// <summary>Reads nothing behind the length, where somebody else may be writing.</summary>
    private int ReadKnown(Span<byte> buffer, long offset) => Read(buffer[..(int)Math.Clamp(Length - offset, 0, buffer.Length)], offset);

    /// <param name="size">That the frame says of itself.</param>
    private long EndOfDamage(long begin, long sure, int size)
    {
        long next = begin + RecordFrame.Pad(size);
        // Values may hold what looks like a frame, so the length counts first, where it leads somewhere.
        if (size > 0 && (next == sure || (next < sure && IsWhole(next)))) return next;
        return Find(begin + 8, beginsWrite: false) is >= 0 and var found ? found : sure;
    }

    private bool IsWhole(long position)
    {
        byte[] buffer = new byte[RecordFrame.MaxSize];
        return RecordFrame.TryRead(buffer.AsSpan(0, ReadKnown(buffer, position)), out _);
    }

    /// <summary>The next whole frame.</summary>
    /// <param name="start">A multiple of eight.</param>
    /// <param name="beginsWrite">Only one that begins a write.</param>
    /// <returns>−1 when there is none.</returns>
    private long Find(long start, bool beginsWrite)
    {
        byte[] buffer = new byte[ReplayBuffer];
        while (true)
        {
            int filled = ReadKnown(buffer, start), at = 0;
            bool isLast = start + filled >= Length;
            // A frame that may go on behind the buffer is looked at with the next.
            for (; isLast ? at + RecordFrame.HeadSize <= filled : at + RecordFrame.MaxSize <= filled; at += 8)
                if (RecordFrame.TryRead(buffer.AsSpan(at, filled - at), out RecordFrame frame) && (frame.BeginsWrite || !beginsWrite)) return start + at;
            if (isLast || at == 0) return -1;
            start += at;
        }
    }

    /// <summary>Takes away what an append that failed may have left. The page that it shares with frames that count is written once more: after a failed sync nobody knows what the disk has of it.</summary>
    private void CutBack()
    {
        byte[] shared = new byte[Length % PageSize];
        if (!IndexSteps.TryFill(file, shared, Length - shared.Length)) throw new IOException($"{path} ends before byte {Length}.");
        RandomAccess.Write(file, shared, Length - shared.Length);
        RandomAccess.SetLength(file, Length);
        RandomAccess.FlushToDisk(file);
        unsure = false;
    }
}

/// <summary>What the store does with files beyond reading and writing.</summary>
internal static partial class StoreFiles
{
    private const int ReadOnlyFlag = 0;

    /// <summary>Makes the names of new files durable; Windows does so by itself.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        int descriptor = Open(folder, ReadOnlyFlag);
        if (descriptor < 0) return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe code in the whole project for three calls.
    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
#pragma warning restore SYSLIB1054
}
