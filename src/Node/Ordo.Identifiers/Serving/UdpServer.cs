using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Serving;

/// <summary>
/// The Handle protocol over UDP. Each thread receives, answers and sends by itself with buffers of its own: a resolution is shorter than handing it over
/// would be. Where the system can, it takes and sends many packets at once. Nothing is kept of a sender but its place in the table of rates.
/// </summary>
internal sealed partial class UdpServer(IdentifiersOptions options, Responder responder, TimeProvider clock, ILogger<UdpServer> logger) : IHostedService, IDisposable
{
    private const int ReceiveBuffer = 4 * 1024 * 1024;

    /// <summary>Larger than any packet of the protocol, so that one that is too long is seen to be.</summary>
    private const int LargestPacket = 2048;

    // As many as a thread answers within a quarter of a millisecond, so that nobody waits for the others of the batch.
    private const int Batch = 32;

    /// <summary>How long a thread waits before it looks whether the node stops.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(250);
    private readonly NetworkGate gate = new(options.UdpRequestsPerSecond, clock);
    private readonly PacketAssembly assembly = new(clock);
    private readonly List<Thread> threads = [];
    private readonly ILogger logger = logger;
    private Socket? socket;
    private volatile bool stopping;
    private long refused;

    /// <summary>Where it listens; <c>null</c> when it is off.</summary>
    public IPEndPoint? EndPoint { get; private set; }

    /// <summary>Packets that were not answered because their network sent too many.</summary>
    public long Refused => Volatile.Read(ref refused);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled) return Task.CompletedTask;
        var bind = IPAddress.Parse(options.Bind);
        socket = new(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBuffer, SendBufferSize = ReceiveBuffer, ReceiveTimeout = (int)Wait.TotalMilliseconds };
        try
        {
            socket.Bind(new IPEndPoint(bind, options.Port));
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // As Kestrel tells it of TCP, so that the host explains both in the same words.
            string message = $"Failed to bind to udp://{new IPEndPoint(bind, options.Port)}: address already in use (Identifiers:Port).";
            throw new IOException(message, new AddressInUseException(message, taken));
        }

        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
        for (int i = 0; i < options.UdpThreads; i++)
        {
            var thread = new Thread(OperatingSystem.IsLinux() ? ServeBatches : Serve) { IsBackground = true, Name = $"Ordo identifiers UDP {i}" };
            threads.Add(thread);
            thread.Start();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        stopping = true;
        foreach (Thread thread in threads) thread.Join();
        threads.Clear();
        socket?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        StopAsync(CancellationToken.None);
    }

    [SupportedOSPlatform("linux")]
    private void ServeBatches()
    {
        var scratch = new Scratch();
        var incoming = new DatagramBatch(socket!, Batch, LargestPacket);
        var outgoing = new DatagramBatch(socket!, Batch * 2, Packets.Size);
        while (!stopping)
        {
            int received = incoming.Receive();
            for (int slot = 0; slot < received; slot++)
            {
                ReadOnlySpan<byte> sender = incoming.Sender(slot);
                if (!TryAnswer(incoming.Received(slot), sender, scratch)) continue;
                ReadOnlySpan<byte> response = scratch.Response.Written;
                for (int sequence = 0; sequence < PacketsOf(response); sequence++) outgoing.Queue(WritePacket(response, sequence, outgoing.Room()), sender);
            }

            if (outgoing.Queued > 0) outgoing.Send();
        }
    }

    private void Serve()
    {
        var scratch = new Scratch();
        byte[] packet = new byte[LargestPacket], answer = new byte[Packets.Size];
        var sender = new SocketAddress(socket!.AddressFamily);
        while (!stopping)
        {
            try
            {
                int received = socket.ReceiveFrom(packet, SocketFlags.None, sender);
                if (!TryAnswer(packet.AsMemory(0, received), sender.Buffer.Span[..sender.Size], scratch)) continue;
                for (int sequence = 0; sequence < PacketsOf(scratch.Response.Written); sequence++)
                    socket.SendTo(answer.AsSpan(0, WritePacket(scratch.Response.Written, sequence, answer)), SocketFlags.None, sender);
            }
            catch (SocketException)
            {
                // Nothing came; or somebody's port is closed, which is not our concern and no reason to stop.
            }
        }
    }

    /// <returns>False when there is nothing to answer; else the answer is in the scratch.</returns>
    private bool TryAnswer(ReadOnlyMemory<byte> packet, ReadOnlySpan<byte> sender, Scratch scratch)
    {
        try
        {
            if (packet.Length > Packets.Size || !Envelope.TryRead(packet.Span, out Envelope envelope)) return false;
            if (!gate.TryPass(sender, socket!.AddressFamily))
            {
                CountRefused();
                return false;
            }

            if (MessageOf(sender, envelope, packet) is not { } message || !responder.Answer(message, Transport.Udp, scratch)) return false;
            if (scratch.Response.Length > options.MaxUdpAnswerBytes) responder.Replace(message, scratch, ResponseCode.TooBusy, "The answer is too long for UDP; ask over TCP"u8);
            return true;
        }
        catch (Exception fault)
        {
            LogFailed(fault); // a fault of ours in one request is no reason to leave the others unanswered
            return false;
        }
    }

    /// <summary>The message, if this packet is or completes one.</summary>
    private ReadOnlyMemory<byte>? MessageOf(ReadOnlySpan<byte> sender, in Envelope envelope, ReadOnlyMemory<byte> packet)
    {
        int payload = packet.Length - Envelope.Size;
        if (envelope.Length <= Packets.Payload) return envelope.Sequence == 0 ? packet : null;
        if (payload == 0) return null;
        var source = new SocketAddress(socket!.AddressFamily, sender.Length);
        sender.CopyTo(source.Buffer.Span);
        return assembly.Add(source, envelope, packet.Span[Envelope.Size..]) is { } whole ? whole : null;
    }

    private static int PacketsOf(ReadOnlySpan<byte> response) => response.Length <= Packets.Size ? 1 : Packets.CountOf(response.Length - Envelope.Size);

    /// <returns>Bytes of the packet.</returns>
    private static int WritePacket(ReadOnlySpan<byte> response, int sequence, Span<byte> packet)
    {
        if (response.Length <= Packets.Size)
        {
            response.CopyTo(packet);
            return response.Length;
        }

        Envelope.TryRead(response, out Envelope envelope);
        return Packets.Write(envelope, response[Envelope.Size..], sequence, packet);
    }

    private void CountRefused()
    {
        long total = Interlocked.Increment(ref refused);
        if (long.IsPow2(total)) LogRefused(total);
    }

    [LoggerMessage(6020, LogLevel.Warning, "{Total} identifier requests over UDP were not answered because their network sends more than it may")]
    private partial void LogRefused(long total);

    [LoggerMessage(6021, LogLevel.Error, "An identifier request over UDP failed")]
    private partial void LogFailed(Exception fault);
}
