using System.Diagnostics;

namespace Ordo.Testing;

/// <summary>A file system of a few MiB in memory, and a ballast file that takes what is left of it.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    /// <returns><c>null</c> where this user may not mount.</returns>
    public static async Task<SmallDisk?> MountAsync(int mebibytes)
    {
        string folder = Directory.CreateTempSubdirectory("ordo-small-disk-").FullName;
        if (OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m,mode=700", "ordo-test", folder) == 0) return new(folder);
        Directory.Delete(folder);
        return null;
    }

    public string File(string name) => Path.Combine(folder, name);

    /// <summary>Takes every byte that is free now.</summary>
    /// <param name="leaving">Bytes that stay free.</param>
    public void Fill(int leaving = 0)
    {
        using var ballast = new FileStream(File("ballast"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (int size in (int[])[1 << 20, 1 << 12])
        {
            byte[] block = new byte[size];
            try
            {
                while (true) ballast.Write(block);
            }
            catch (IOException)
            {
                // Full.
            }
        }

        ballast.SetLength(ballast.Length - leaving);
    }

    public void Empty() => System.IO.File.Delete(File("ballast"));

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "-l", folder);
        Directory.Delete(folder);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
