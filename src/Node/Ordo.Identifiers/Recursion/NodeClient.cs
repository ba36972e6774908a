using System.Net.Sockets;
using System.Security.Cryptography;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Serving;

namespace Ordo.Identifiers.Recursion;

/// <summary>How a question to another node ended.</summary>
internal enum Heard
{
    Answer,

    /// <summary>Nothing came in time, or the way there is closed.</summary>
    Nothing,

    /// <summary>What came was no answer to the question.</summary>
    Nonsense,
}

/// <summary>
/// Asks one node for all public values of one handle. An answer counts when it comes from where the question went, with its number, for its operation and for its handle; anything else over UDP is as
/// if it had not come, because anybody could have sent it.
/// </summary>
internal sealed class NodeClient(TimeProvider clock)
{
    private const int Repeats = 3, MaxStray = 200;
    private const OpFlags Flags = OpFlags.Recursive | OpFlags.CacheCertify | OpFlags.PublicOnly;
    private const uint Validity = 43_200;

    /// <param name="hops">How many nodes have handed the question on, this one among them.</param>
    /// <param name="timeout">In which it is asked three times over UDP.</param>
    public async Task<(Heard Heard, Message? Answer)> AskAsync(NodeAddress node, Octets handle, byte hops, TimeSpan timeout, CancellationToken cancellation)
    {
        uint number = (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue);
        byte[] question = new Message(
            new(ProtocolVersion.Newest, EnvelopeFlags.None, ProtocolVersion.Newest, 0, number, 0, 0),
            new(OpCode.Resolution, ResponseCode.Request, Flags, 0xffff, hops, (uint)clock.GetUtcNow().ToUnixTimeSeconds() + Validity, 0), null, new ResolutionRequest(handle, [], []), null).ToArray();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(timeout); // of this machine's time: what a network does to nobody's clock
        try
        {
            return node.IsTcp || question.Length > Packets.Size ? await AskTcpAsync(node, question, handle, number, patience.Token) : await AskUdpAsync(node, question, handle, number, timeout / Repeats, patience.Token);
        }
        catch (Exception gone) when (gone is SocketException or IOException || (gone is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return (Heard.Nothing, null);
        }
    }

    private static async Task<(Heard, Message?)> AskTcpAsync(NodeAddress node, byte[] question, Octets handle, uint number, CancellationToken cancellation)
    {
        using var client = new TcpClient(node.EndPoint.AddressFamily);
        await client.ConnectAsync(node.EndPoint, cancellation);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(question, cancellation);
        byte[] head = new byte[Envelope.Size];
        await stream.ReadExactlyAsync(head, cancellation);
        if (!Envelope.TryRead(head, out Envelope envelope) || envelope.Length < Header.Size) return (Heard.Nonsense, null);
        byte[] answer = new byte[Envelope.Size + envelope.Length];
        head.CopyTo(answer, 0);
        await stream.ReadExactlyAsync(answer.AsMemory(Envelope.Size), cancellation);
        return Judge(answer, handle, number) is { } message ? (Heard.Answer, message) : (Heard.Nonsense, null);
    }

    private async Task<(Heard, Message?)> AskUdpAsync(NodeAddress node, byte[] question, Octets handle, uint number, TimeSpan step, CancellationToken cancellation)
    {
        using var socket = new Socket(node.EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(node.EndPoint, cancellation); // from then on it takes packets from there only
        var assembly = new PacketAssembly(clock);
        var from = node.EndPoint.Serialize();
        byte[] packet = new byte[2048];
        Heard heard = Heard.Nothing;
        int stray = 0;
        await socket.SendAsync(question, cancellation);
        int sent = 1;
        using var again = new Timer(_ =>
        {
            if (Interlocked.Increment(ref sent) <= Repeats) SendAgain(socket, question);
        }, null, step, step);
        try
        {
            while (stray < MaxStray)
            {
                int length = await socket.ReceiveAsync(packet, cancellation);
                if (length > Packets.Size || !Envelope.TryRead(packet.AsSpan(0, length), out Envelope envelope) || envelope.RequestId != number)
                {
                    (heard, stray) = (Heard.Nonsense, stray + 1);
                    continue;
                }

                byte[]? whole = envelope.Length <= Packets.Payload ? packet[..length] : length > Envelope.Size ? assembly.Add(from, envelope, packet.AsSpan(Envelope.Size, length - Envelope.Size)) : null;
                if (whole is null) continue;
                if (Judge(whole, handle, number) is { } message) return (Heard.Answer, message);
                (heard, stray) = (Heard.Nonsense, stray + 1);
            }
        }
        catch (OperationCanceledException) when (heard == Heard.Nonsense)
        {
            // In time nothing better came.
        }

        return (heard, null);
    }

    private static void SendAgain(Socket socket, byte[] question)
    {
        try
        {
            socket.Send(question);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Whoever waits for the answer is told the same.
        }
    }

    /// <returns><c>null</c> for what answers another question, or none.</returns>
    private static Message? Judge(byte[] bytes, Octets handle, uint number)
    {
        if (Message.TryRead(bytes, out Message? message) != MessageVerdict.Message || message!.Envelope.RequestId != number) return null;
        if (message.Header.OpCode != OpCode.Resolution || message.Header.ResponseCode == ResponseCode.Request) return null;
        return message.Body is not ValuesBody values || HandleText.EqualsFolded(values.Handle.Span, handle.Span) ? message : null;
    }
}
