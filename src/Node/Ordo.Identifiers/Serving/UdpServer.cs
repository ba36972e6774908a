using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Serving;

/// <summary>
/// The Handle protocol over UDP. Each thread receives, answers and sends by itself with buffers of its own: a resolution is shorter than handing it over
/// would be. Nothing is kept of a sender but its place in the table of rates.
/// </summary>
internal sealed partial class UdpServer(IdentifiersOptions options, Responder responder, TimeProvider clock, ILogger<UdpServer> logger) : IHostedService, IDisposable
{
    private const int ReceiveBuffer = 4 * 1024 * 1024;

    /// <summary>Larger than any packet of the protocol, so that one that is too long is seen to be.</summary>
    private const int LargestPacket = 2048;
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
        socket = new(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBuffer, SendBufferSize = ReceiveBuffer };
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
            var thread = new Thread(Serve) { IsBackground = true, Name = $"Ordo identifiers UDP {i}" };
            threads.Add(thread);
            thread.Start();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        stopping = true;
        socket?.Dispose();
        foreach (Thread thread in threads) thread.Join();
        threads.Clear();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        stopping = true;
        socket?.Dispose();
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
                if (received > Packets.Size || !Envelope.TryRead(packet.AsSpan(0, received), out Envelope envelope)) continue;
                if (!gate.TryPass(sender))
                {
                    CountRefused();
                    continue;
                }

                if (MessageOf(sender, envelope, packet.AsMemory(0, received)) is not { } message) continue;
                if (!responder.Answer(message, Transport.Udp, scratch)) continue;
                if (scratch.Response.Length > options.MaxUdpAnswerBytes)
                    responder.Replace(message, scratch, ResponseCode.TooBusy, "The answer is too long for UDP; ask over TCP"u8);
                Send(scratch.Response.Written, sender, answer);
            }
            catch (SocketException) when (!stopping)
            {
                // Somebody's port is closed, or the answer has no way back: not our concern, and no reason to stop.
            }
            catch (Exception fault) when (stopping && fault is SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (Exception fault)
            {
                LogFailed(fault); // a fault of ours in one request is no reason to leave the others unanswered
            }
        }
    }

    /// <summary>The message, if this packet is or completes one.</summary>
    private ReadOnlyMemory<byte>? MessageOf(SocketAddress sender, in Envelope envelope, ReadOnlyMemory<byte> packet)
    {
        int payload = packet.Length - Envelope.Size;
        if (envelope.Length <= Packets.Payload) return envelope.Sequence == 0 ? packet : null;
        return payload == 0 || assembly.Add(sender, envelope, packet.Span[Envelope.Size..]) is not { } whole ? null : whole;
    }

    private void Send(ReadOnlySpan<byte> response, SocketAddress to, byte[] packet)
    {
        if (response.Length <= Packets.Size)
        {
            socket!.SendTo(response, SocketFlags.None, to);
            return;
        }

        Envelope.TryRead(response, out Envelope envelope);
        ReadOnlySpan<byte> message = response[Envelope.Size..];
        for (int sequence = 0; sequence < Packets.CountOf(message.Length); sequence++)
            socket!.SendTo(packet.AsSpan(0, Packets.Write(envelope, message, sequence, packet)), SocketFlags.None, to);
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
