using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Serving;

namespace Ordo.Bench.Identifiers;

/// <summary>A question with a number in its name, of eight digits, and a number of its own.</summary>
/// <param name="Bytes">With zeros where the numbers go.</param>
/// <param name="DigitsAt">Where the digits of the name begin.</param>
/// <param name="IdAt">Where the low 16 bits of the question's number stand, in a question and its answer.</param>
internal sealed record QuestionForm(byte[] Bytes, int DigitsAt, int IdAt)
{
    /// <summary>A resolution of everything public.</summary>
    /// <param name="prefix">The name is <c>prefix/SN</c> and eight digits.</param>
    public static QuestionForm Handle(string prefix)
    {
        byte[] bytes = new Message(
            new(ProtocolVersion.Newest, EnvelopeFlags.None, new(2, 10), 0, 0x10000, 0, 0),
            new(OpCode.Resolution, ResponseCode.Request, OpFlags.Recursive | OpFlags.CacheCertify | OpFlags.PublicOnly, 0xffff, 0, 0, 0),
            null, new ResolutionRequest($"{prefix}/SN00000000", [], []), null).ToArray();
        return new(bytes, bytes.AsSpan().IndexOf("00000000"u8), 10);
    }

    /// <summary>A DNS query of type TXT.</summary>
    /// <param name="zone">The name is <c>sn</c> and eight digits in it.</param>
    public static QuestionForm Dns(string zone)
    {
        var bytes = new List<byte>([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        foreach (string label in (string[])["sn00000000", .. zone.Split('.')]) bytes.AddRange([(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]);
        bytes.AddRange([0, 0, 16, 0, 1]);
        return new([.. bytes], 15, 0);
    }

    public int Write(Span<byte> target, int name, ushort id)
    {
        Bytes.CopyTo(target);
        for (int i = 7; i >= 0; i--, name /= 10) target[DigitsAt + i] = (byte)('0' + (name % 10));
        BinaryPrimitives.WriteUInt16BigEndian(target[IdAt..], id);
        return Bytes.Length;
    }
}

/// <summary>Over UDP, many packets with one call as the servers do.</summary>
internal sealed class UdpQuestions : IQuestions
{
    private readonly QuestionForm form;
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20, SendBufferSize = 4 << 20, ReceiveTimeout = 100 };
    private readonly DatagramBatch incoming, outgoing;
    private readonly byte[] to;
    private readonly long[] due = new long[1 << 16], sent = new long[1 << 16];
    private readonly byte[] datagram = new byte[2048];
    private readonly SocketWatch watch;
    private ushort next, unsent;

    public UdpQuestions(QuestionForm form, IPEndPoint server, int window)
    {
        (this.form, Window) = (form, window);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        SocketAddress address = server.Serialize();
        to = address.Buffer[..address.Size].ToArray();
        (incoming, outgoing, watch) = (new(socket, 64, 2048), new(socket, 64, 512), new(socket));
        ArrivalTimes.Enable(socket);
    }

    public int Window { get; }

    public void Ask(int name, long due)
    {
        if (outgoing.Queued == outgoing.Slots) Flush();
        this.due[next] = due;
        outgoing.Queue(form.Write(outgoing.Room(), name, next++), to);
    }

    public void Flush()
    {
        if (outgoing.Queued == 0) return;
        long now = Stopwatch.GetTimestamp();
        for (; unsent != next; unsent++) sent[unsent] = now;
        outgoing.Send();
    }

    public int Receive(bool wait, List<AnswerTimes>? answers)
    {
        if (answers is null) return incoming.Receive(wait);
        int came = 0;
        for (; came < incoming.Slots && ArrivalTimes.Receive(socket, datagram, out long arrived) > 0; came++)
        {
            ushort id = BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(form.IdAt));
            answers.Add(new(due[id], sent[id], arrived));
        }

        return came;
    }

    public void Wait(TimeSpan atMost) => watch.Wait(atMost);

    public void Forget()
    {
    }

    public void Dispose() => socket.Dispose();
}

/// <summary>Over one TCP connection that is kept, one question behind the other without waiting.</summary>
internal sealed class TcpQuestions : IQuestions
{
    private readonly QuestionForm form;
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 1000 };
    private readonly byte[] outgoing = new byte[64 * 1024], incoming = new byte[1 << 20];
    private readonly long[] due = new long[1 << 16], sent = new long[1 << 16];
    private readonly SocketWatch watch;
    private int queued, filled;
    private ushort next, unsent;

    public TcpQuestions(QuestionForm form, IPEndPoint server, int window)
    {
        (this.form, Window) = (form, window);
        socket.Connect(server);
        watch = new(socket);
        ArrivalTimes.Enable(socket);
    }

    public int Window { get; }

    public void Ask(int name, long due)
    {
        if (queued + form.Bytes.Length > outgoing.Length) Flush();
        this.due[next] = due;
        queued += form.Write(outgoing.AsSpan(queued), name, next++);
    }

    public void Flush()
    {
        if (queued == 0) return;
        long now = Stopwatch.GetTimestamp();
        for (; unsent != next; unsent++) sent[unsent] = now;
        for (int at = 0; at < queued;) at += socket.Send(outgoing.AsSpan(at, queued - at));
        queued = 0;
    }

    public int Receive(bool wait, List<AnswerTimes>? answers)
    {
        long arrived = 0;
        int read = wait ? socket.Receive(incoming.AsSpan(filled)) : ArrivalTimes.Receive(socket, incoming.AsSpan(filled), out arrived);
        if (read == 0) return wait ? throw new IOException("The server closed the connection.") : 0;
        filled += read;
        int at = 0, came = 0;
        for (; Envelope.TryRead(incoming.AsSpan(at, filled - at), out Envelope envelope) && filled - at >= Envelope.Size + envelope.Length; at += Envelope.Size + envelope.Length, came++)
            answers?.Add(new(due[(ushort)envelope.RequestId], sent[(ushort)envelope.RequestId], arrived));
        incoming.AsSpan(at, filled - at).CopyTo(incoming);
        filled -= at;
        return came;
    }

    public void Wait(TimeSpan atMost) => watch.Wait(atMost);

    public void Forget() => throw new IOException("The server does not answer over TCP.");

    public void Dispose() => socket.Dispose();
}

/// <summary>Over many HTTP connections that are kept, on each one question at a time or several behind each other.</summary>
internal sealed class HttpQuestions : IQuestions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Func<int, Span<byte>, int> write;
    private readonly Connection[] connections;
    private readonly SocketWatch watch;
    private readonly int depth;
    private int next;

    /// <param name="write">Writes the request for a name.</param>
    /// <param name="depth">Questions open on a connection.</param>
    public HttpQuestions(Func<int, Span<byte>, int> write, IPEndPoint server, int connections, int depth = 1)
    {
        (this.write, this.depth) = (write, depth);
        this.connections = [.. Enumerable.Range(0, connections).Select(_ => new Connection(server, depth))];
        watch = new([.. this.connections.Select(connection => connection.Socket)]);
    }

    public int Window => connections.Length * depth;

    /// <summary>Answers that were no success.</summary>
    public long Failed => connections.Sum(connection => connection.Failed);

    /// <summary>The request to read a handle.</summary>
    public static Func<int, Span<byte>, int> Read(string prefix)
    {
        byte[] form = Encoding.ASCII.GetBytes($"GET /api/handles/{prefix}/SN00000000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        var question = new QuestionForm(form, form.AsSpan().IndexOf("00000000"u8), form.Length);
        return (name, target) =>
        {
            form.CopyTo(target);
            for (int i = 7; i >= 0; i--, name /= 10) target[question.DigitsAt + i] = (byte)('0' + (name % 10));
            return form.Length;
        };
    }

    public void Ask(int name, long due)
    {
        while (connections[next].Open == depth) next = (next + 1) % connections.Length;
        connections[next].Ask(name, due, write);
    }

    public void Flush()
    {
        foreach (Connection connection in connections) connection.Flush();
    }

    public int Receive(bool wait, List<AnswerTimes>? answers)
    {
        if (watch.Wait(wait ? Patience : TimeSpan.Zero) == 0) return 0;
        int came = 0;
        for (int i = 0; i < connections.Length; i++)
            if (watch.HasCome(i)) came += connections[i].Receive(answers);
        return came;
    }

    public void Wait(TimeSpan atMost) => watch.Wait(atMost);

    public void Forget() => throw new IOException("The server does not answer over HTTP.");

    public void Dispose()
    {
        foreach (Connection connection in connections) connection.Socket.Dispose();
    }

    private sealed class Connection
    {
        private const int LargestRequest = 1024;
        private readonly byte[] answer = new byte[64 * 1024], outgoing;
        private readonly Queue<(long Due, long Sent)> open = new();
        private int filled, queued;
        private long begun;

        public Connection(IPEndPoint server, int depth)
        {
            outgoing = new byte[depth * LargestRequest];
            Socket.Connect(server);
            ArrivalTimes.Enable(Socket);
        }

        public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public int Open => open.Count;

        public long Failed { get; private set; }

        public void Ask(int name, long due, Func<int, Span<byte>, int> write)
        {
            if (queued == 0) begun = Stopwatch.GetTimestamp(); // sent in the same round of the load, some microseconds later
            queued += write(name, outgoing.AsSpan(queued));
            open.Enqueue((due, begun));
        }

        public void Flush()
        {
            for (int sent = 0; sent < queued;) sent += Socket.Send(outgoing.AsSpan(sent, queued - sent));
            queued = 0;
        }

        /// <returns>Answers that are there whole.</returns>
        public int Receive(List<AnswerTimes>? answers)
        {
            long arrived = 0;
            int read = answers is null ? Socket.Receive(answer.AsSpan(filled)) : ArrivalTimes.Receive(Socket, answer.AsSpan(filled), out arrived);
            if (read == 0) throw new IOException("The server closed the connection.");
            filled += read;
            int at = 0, came = 0;
            for (; SizeOf(answer.AsSpan(at, filled - at)) is > 0 and var size && size <= filled - at; at += size, came++)
            {
                if (answer[at + 9] != '2') Failed++;
                (long due, long sent) = open.Dequeue();
                answers?.Add(new(due, sent, arrived));
            }

            answer.AsSpan(at, filled - at).CopyTo(answer);
            filled -= at;
            return came;
        }

        /// <summary>Bytes of the answer that begins here; 0 while its head is not there.</summary>
        private static int SizeOf(ReadOnlySpan<byte> bytes)
        {
            int head = bytes.IndexOf("\r\n\r\n"u8);
            if (head < 0) return 0;
            int at = bytes[..head].IndexOf("Content-Length: "u8) + 16, length = 0;
            for (; at >= 16 && bytes[at] is >= (byte)'0' and <= (byte)'9'; at++) length = length * 10 + bytes[at] - '0';
            return head + 4 + length;
        }
    }
}
