using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Recursion;

namespace Ordo.Identifiers.Serving;

/// <summary>
/// The Handle protocol over UDP. Each thread receives, answers and sends by itself with buffers of its own: a resolution is shorter than handing it over
/// would be. Where the system can, it takes and sends many packets at once. Nothing is kept of a sender but its place in the table of rates.
/// </summary>
internal sealed partial class UdpServer(IdentifiersOptions options, Responder responder, Administration administration, RecursiveResolver recursion, TimeProvider clock, ILogger<UdpServer> logger) : IHostedService, IDisposable
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
    private readonly Lane proofs = new(1000, clock), elsewhere = new(4000, clock);
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

            if (MessageOf(sender, envelope, packet) is not { } message) return false;
            if (Administration.IsFor(message.Span))
            {
                HandOver(proofs, message, sender);
                return false;
            }

            if (!responder.Answer(message, Transport.Udp, scratch)) return false;
            if (scratch.Elsewhere && !AnswersForOthers(message, sender, scratch)) return false;
            if (!MaySend(scratch.Response.Written, sender)) responder.Replace(message, scratch, ResponseCode.TooBusy, "The answer is too long for UDP; ask over TCP"u8);
            return true;
        }
        catch (Exception fault)
        {
            LogFailed(fault); // a fault of ours in one request is no reason to leave the others unanswered
            return false;
        }
    }

    /// <summary>Whether an answer may go to an address that nobody has proven: it is not too long, and every packet but the first counts as one more request of its network.</summary>
    private bool MaySend(ReadOnlySpan<byte> response, ReadOnlySpan<byte> to)
    {
        if (response.Length > options.MaxUdpAnswerBytes) return false;
        for (int more = PacketsOf(response) - 1; more > 0; more--)
            if (!gate.TryPass(to, socket!.AddressFamily)) return false;
        return true;
    }

    /// <summary>What is answered to a question about a handle of others.</summary>
    /// <returns>False when it is not known yet; whoever asks others answers then.</returns>
    private bool AnswersForOthers(ReadOnlyMemory<byte> message, ReadOnlySpan<byte> sender, Scratch scratch)
    {
        if (!recursion.Allows(IPOf(AddressOf(sender))))
        {
            responder.Answer(message, Transport.Udp, scratch, hereOnly: true);
            return true;
        }

        if (recursion.TryAnswerKept(message, Transport.Udp) is { } kept)
        {
            scratch.Response.Clear().Raw(kept);
            return true;
        }

        HandOver(elsewhere, message, sender);
        return false;
    }

    /// <summary>A request that takes longer than a look-up is answered by another thread, once.</summary>
    private void HandOver(Lane lane, ReadOnlyMemory<byte> message, ReadOnlySpan<byte> sender)
    {
        SocketAddress to = AddressOf(sender);
        if (!lane.Recent.TryBegin(to, message.Span, out byte[]? before))
        {
            if (before is not null) SendTo(before, to);
            return;
        }

        if (!lane.TryEnter())
        {
            CountRefused();
            return;
        }

        byte[] kept = message.ToArray();
        _ = Task.Run(() => FinishAsync(lane, kept, to));
    }

    private async Task FinishAsync(Lane lane, byte[] message, SocketAddress to)
    {
        try
        {
            var scratch = new Scratch();
            byte[]? answer = lane == elsewhere ? await recursion.AnswerAsync(message, Transport.Udp) : await administration.AnswerAsync(message, Transport.Udp, IPOf(to), scratch);
            // A list of several messages has no place in packets of one.
            if (answer is not null && (!Envelope.TryRead(answer, out Envelope first) || Envelope.Size + first.Length < answer.Length || !MaySend(answer, to.Buffer.Span[..to.Size])))
            {
                responder.Replace(message, scratch, ResponseCode.TooBusy, "The answer is too long for UDP; ask over TCP"u8);
                answer = scratch.Response.Written.ToArray();
            }

            lane.Recent.Finish(to, message, answer);
            if (answer is not null) SendTo(answer, to);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The answer has no way back, or the node stops.
        }
        catch (Exception fault)
        {
            LogFailed(fault);
        }
        finally
        {
            lane.Leave();
        }
    }

    private void SendTo(byte[] response, SocketAddress to)
    {
        byte[] packet = new byte[Packets.Size];
        for (int sequence = 0; sequence < PacketsOf(response); sequence++) socket!.SendTo(packet.AsSpan(0, WritePacket(response, sequence, packet)), SocketFlags.None, to);
    }

    private IPAddress IPOf(SocketAddress sender) => ((IPEndPoint)EndPoint!.Create(sender)).Address;

    private SocketAddress AddressOf(ReadOnlySpan<byte> sender)
    {
        var address = new SocketAddress(socket!.AddressFamily, sender.Length);
        sender.CopyTo(address.Buffer.Span);
        return address;
    }

    /// <summary>The message, if this packet is or completes one.</summary>
    private ReadOnlyMemory<byte>? MessageOf(ReadOnlySpan<byte> sender, in Envelope envelope, ReadOnlyMemory<byte> packet)
    {
        int payload = packet.Length - Envelope.Size;
        if (envelope.Length <= Packets.Payload) return envelope.Sequence == 0 ? packet : null;
        if (payload == 0) return null;
        return assembly.Add(AddressOf(sender), envelope, packet.Span[Envelope.Size..]) is { } whole ? whole : null;
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

    /// <summary>Requests of a kind that take longer than a look-up. Who comes when it is full is not heard and asks again; one kind does not fill another's.</summary>
    private sealed class Lane(int most, TimeProvider clock)
    {
        private int underWay;

        public RecentAnswers Recent { get; } = new(clock);

        public bool TryEnter()
        {
            if (Interlocked.Increment(ref underWay) <= most) return true;
            Leave();
            return false;
        }

        public void Leave() => Interlocked.Decrement(ref underWay);
    }

    [LoggerMessage(6020, LogLevel.Warning, "{Total} identifier requests over UDP were not answered because their network sends more than it may")]
    private partial void LogRefused(long total);

    [LoggerMessage(6021, LogLevel.Error, "An identifier request over UDP failed")]
    private partial void LogFailed(Exception fault);
}
