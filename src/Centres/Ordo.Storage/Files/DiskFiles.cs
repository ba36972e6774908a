using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ordo.Storage.Files;

/// <summary>The store's folder on a real disk.</summary>
internal sealed partial class DiskFiles(string folder) : IStoreFiles
{
    private static readonly byte[] Zeros = new byte[1 << 20];

    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))];

    public IStoreFile Open(string name) => new DiskFile(File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.ReadWrite, FileShare.Read));

    public IStoreFile Create(string name, long length = 0)
    {
        string path = PathOf(name);
        // Reserving first makes a full disk known before anything is written.
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, preallocationSize: length);
        try
        {
            // Real zeros, not only reserved blocks: turning a reserved block into a written one is a change of metadata,
            // and with it fdatasync costs a journal commit (measured: 0.30 instead of 0.17 ms for 256 KiB).
            for (long at = 0; at < length; at += Zeros.Length)
                RandomAccess.Write(handle, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, length - at)), at);
            return new DiskFile(handle);
        }
        catch
        {
            handle.Dispose();
            File.Delete(path);
            throw;
        }
    }

    public void Delete(string name) => File.Delete(PathOf(name));

    public void Rename(string from, string to) => File.Move(PathOf(from), PathOf(to), overwrite: true);

    public void SyncFolder()
    {
        if (OperatingSystem.IsWindows()) return; // a folder cannot be opened there, and NTFS journals names by itself
        int descriptor = open(folder, 0);
        if (descriptor < 0) throw LastError("open");
        try
        {
            if (fsync(descriptor) != 0) throw LastError("fsync");
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private string PathOf(string name) => Path.Combine(folder, name);

    private static IOException LastError(string call) =>
        new($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    private sealed class DiskFile(SafeFileHandle handle) : IStoreFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long position)
        {
            int filled = 0;
            while (filled < buffer.Length)
            {
                int read = RandomAccess.Read(handle, buffer[filled..], position + filled);
                if (read == 0) break;
                filled += read;
            }

            return filled;
        }

        public void Write(ReadOnlySpan<byte> bytes, long position) => RandomAccess.Write(handle, bytes, position);

        public void Truncate(long length) => RandomAccess.SetLength(handle, length);

        public void Sync()
        {
            if (!OperatingSystem.IsLinux()) RandomAccess.FlushToDisk(handle);
            else if (fdatasync(handle) != 0) throw LastError("fdatasync");
        }

        public void Dispose() => handle.Dispose();
    }
}
