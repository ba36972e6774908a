using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Ordo.Identifiers.Serving;

/// <summary>
/// Many datagrams with one call of the system (recvmmsg, sendmmsg), because a call costs more than a resolution. Linux alone has them. Slots are pinned and stay for the life of
/// the batch; one thread uses one batch.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class DatagramBatch
{
    private const int AddressSize = 28;

    // Waits for one datagram and takes what else is there; takes only what is there.
    private const int WaitForOne = 0x10000, DoNotWait = 0x40;
    private readonly Socket socket;
    private readonly int slotSize;
    private readonly byte[] bytes;
    private readonly byte[] addresses;
    private readonly MessageHeader[] headers;
    private readonly IoVector[] vectors;

    public DatagramBatch(Socket socket, int slots, int slotSize)
    {
        (this.socket, this.slotSize, Slots) = (socket, slotSize, slots);
        bytes = GC.AllocateArray<byte>(slots * slotSize, pinned: true);
        addresses = GC.AllocateArray<byte>(slots * AddressSize, pinned: true);
        headers = GC.AllocateArray<MessageHeader>(slots, pinned: true);
        vectors = GC.AllocateArray<IoVector>(slots, pinned: true);
        for (int i = 0; i < slots; i++)
        {
            vectors[i] = new() { Base = (byte*)Unsafe.AsPointer(ref bytes[i * slotSize]), Length = (nuint)slotSize };
            headers[i] = new() { Name = (byte*)Unsafe.AsPointer(ref addresses[i * AddressSize]), NameLength = AddressSize, Vectors = (IoVector*)Unsafe.AsPointer(ref vectors[i]), VectorCount = 1 };
        }
    }

    public int Slots { get; }

    /// <summary>Datagrams that wait to be sent.</summary>
    public int Queued { get; private set; }

    /// <summary>Takes datagrams; waits for the first until the socket's time is over, or not at all.</summary>
    /// <returns>How many came; 0 when none did.</returns>
    public int Receive(bool wait = true)
    {
        for (int i = 0; i < Slots; i++) headers[i].NameLength = AddressSize;
        int received = ReceiveMany((int)socket.Handle, (MessageHeader*)Unsafe.AsPointer(ref headers[0]), (uint)Slots, wait ? WaitForOne : DoNotWait, 0);
        return Math.Max(received, 0);
    }

    /// <summary>What came in a slot.</summary>
    public ReadOnlyMemory<byte> Received(int slot) => bytes.AsMemory(slot * slotSize, (int)headers[slot].Length);

    /// <summary>Where it came from, as the system writes addresses.</summary>
    public ReadOnlySpan<byte> Sender(int slot) => addresses.AsSpan(slot * AddressSize, (int)Math.Min(headers[slot].NameLength, AddressSize));

    /// <summary>Room for the next datagram to be sent; <see cref="Queue"/> says how much of it is used. What waits is sent first when there is none.</summary>
    public Span<byte> Room()
    {
        if (Queued == Slots) Send();
        return bytes.AsSpan(Queued * slotSize, slotSize);
    }

    public void Queue(int length, ReadOnlySpan<byte> to)
    {
        to.CopyTo(addresses.AsSpan(Queued * AddressSize));
        headers[Queued].NameLength = (uint)to.Length;
        vectors[Queued].Length = (nuint)length;
        Queued++;
    }

    /// <summary>Sends what waits. A datagram that has no way is passed over: its sender will ask again.</summary>
    public void Send()
    {
        for (int sent = 0; sent < Queued;)
        {
            int now = SendMany((int)socket.Handle, (MessageHeader*)Unsafe.AsPointer(ref headers[sent]), (uint)(Queued - sent), 0);
            sent += Math.Max(now, 1);
        }

        Queued = 0;
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReceiveMany(int socket, MessageHeader* messages, uint count, int flags, nint timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendMany(int socket, MessageHeader* messages, uint count, int flags);

    // struct iovec
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    // struct mmsghdr: a msghdr, which ends in its flags with the air behind them, and the length of what came.
#pragma warning disable CS0649 // the system writes them, or wants them to be 0
    private struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public nint Flags;
        public uint Length;
    }
#pragma warning restore CS0649
}
