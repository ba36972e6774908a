using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ordo.Bench.Identifiers;

/// <summary>Waits for answers on sockets without turning: the load must leave the processors to those who answer (ppoll, Linux).</summary>
internal sealed unsafe partial class SocketWatch
{
    private const short Readable = 1;
    private readonly Entry[] entries;

    public SocketWatch(params Socket[] sockets)
    {
        entries = GC.AllocateArray<Entry>(sockets.Length, pinned: true);
        for (int i = 0; i < sockets.Length; i++) entries[i] = new() { Socket = (int)sockets[i].Handle, Events = Readable };
    }

    /// <summary>Whether a socket had something at the last wait.</summary>
    public bool HasCome(int socket) => entries[socket].Came != 0;

    /// <returns>Sockets that have something.</returns>
    public int Wait(TimeSpan atMost)
    {
        long nanoseconds = Math.Max(0, (long)atMost.TotalNanoseconds);
        var time = new Time { Seconds = (nint)(nanoseconds / 1_000_000_000), Nanoseconds = (nint)(nanoseconds % 1_000_000_000) };
        return Math.Max(0, Poll((Entry*)Unsafe.AsPointer(ref entries[0]), (nuint)entries.Length, &time, null));
    }

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(Entry* entries, nuint count, Time* atMost, void* signals);

    // struct pollfd
    private struct Entry
    {
        public int Socket;
        public short Events;
#pragma warning disable CS0649 // the system writes it
        public short Came;
#pragma warning restore CS0649
    }

    // struct timespec
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
