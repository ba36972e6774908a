using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ordo.Bench.Identifiers;

/// <summary>
/// When the system put an answer into the socket of the load (SO_TIMESTAMPNS, Linux), which is before the load had a processor to look. On a machine that both share, the rest is the load's own waiting.
/// </summary>
internal static unsafe partial class ArrivalTimes
{
    private const int SocketLevel = 1, TimestampNanoseconds = 35, DoNotWait = 0x40, ControlSize = 64, ControlHeader = 16;

    public static void Enable(Socket socket)
    {
        int on = 1;
        if (SetOption((int)socket.Handle, SocketLevel, TimestampNanoseconds, &on, sizeof(int)) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>What to take off the system's time to have that of <see cref="Stopwatch"/>: both are adjusted alike, so it holds as long as nobody sets the clock.</summary>
    public static long Offset()
    {
        long best = long.MaxValue, offset = 0;
        for (int i = 0; i < 100; i++)
        {
            long before = Stopwatch.GetTimestamp(), system = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100, after = Stopwatch.GetTimestamp();
            if (after - before >= best) continue;
            (best, offset) = (after - before, system - (before + after) / 2);
        }

        return offset;
    }

    /// <summary>Takes what is there.</summary>
    /// <param name="arrived">When the last of it came, in nanoseconds since 1970.</param>
    /// <returns>Bytes; 0 when nothing is there.</returns>
    public static int Receive(Socket socket, Span<byte> buffer, out long arrived)
    {
        byte* control = stackalloc byte[ControlSize];
        fixed (byte* bytes = buffer)
        {
            var vector = new IoVector { Base = bytes, Length = (nuint)buffer.Length };
            var message = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlSize };
            nint received = ReceiveMessage((int)socket.Handle, &message, DoNotWait);
            arrived = 0;
            if (received <= 0) return 0;
            // struct cmsghdr: length, level, type; then struct timespec
            if (message.ControlLength >= ControlHeader + 16)
            {
                var data = new ReadOnlySpan<byte>(control + ControlHeader, 16);
                arrived = BinaryPrimitives.ReadInt64LittleEndian(data) * 1_000_000_000 + BinaryPrimitives.ReadInt64LittleEndian(data[8..]);
            }

            return (int)received;
        }
    }

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int socket, int level, int option, int* value, uint length);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReceiveMessage(int socket, MessageHeader* message, int flags);

    // struct iovec
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    // struct msghdr
#pragma warning disable CS0649 // the system writes them, or wants them to be 0
    private struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }
#pragma warning restore CS0649
}
