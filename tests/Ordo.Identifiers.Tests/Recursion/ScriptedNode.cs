using System.Net;
using System.Net.Sockets;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Tests.Recursion;

/// <summary>A node over UDP that answers as a test says, which is what a liar does.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    private readonly UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;
    private int asked;

    /// <param name="answer">The packets to send back.</param>
    public ScriptedNode(Func<Message, IEnumerable<byte[]>> answer) => serving = ServeAsync(answer);

    public string Address => $"udp://{socket.Client.LocalEndPoint}";

    /// <summary>Packets that came.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>Where something listens that never answers.</summary>
    public static ScriptedNode Silent() => new(_ => []);

    public static byte[] Answer(Message question, ResponseCode code, MessageBody body, uint? requestId = null) => new Message(
        question.Envelope with { RequestId = requestId ?? question.Envelope.RequestId }, question.Header with { ResponseCode = code }, null, body, null).ToArray();

    public static byte[] Values(Message question, Octets handle, string data, uint? requestId = null) =>
        Answer(question, ResponseCode.Success, new ValuesBody(handle, [HandleValue.Of(1, "URL", data)]), requestId);

    public static Octets HandleOf(Message question) => Assert.IsType<ResolutionRequest>(question.Body).Handle;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        socket.Dispose();
        await serving;
        stop.Dispose();
    }

    private async Task ServeAsync(Func<Message, IEnumerable<byte[]>> answer)
    {
        try
        {
            while (true)
            {
                UdpReceiveResult received = await socket.ReceiveAsync(stop.Token);
                Interlocked.Increment(ref asked);
                Message.TryRead(received.Buffer, out Message? question);
                foreach (byte[] packet in answer(question!)) await socket.SendAsync(packet, received.RemoteEndPoint);
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
    }
}
