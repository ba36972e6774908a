using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Recursion;
using Ordo.Identifiers.Serving;

namespace Ordo.Identifiers.Resolution;

/// <param name="Transport"><c>udp</c> or <c>tcp</c>.</param>
/// <param name="PublicOnly">As ordinary clients ask; without it a value that is not public is refused instead of left out.</param>
/// <param name="Types">Types of values; none and no indexes are all values.</param>
public sealed record AskNode(string Handle, ResolutionTransport Transport, bool PublicOnly, IReadOnlyList<string> Types, IReadOnlyList<uint> Indexes);

/// <param name="ResponseCode">As in the Handle protocol: 1 success, 100 no such handle, 200 no such values, 301 not responsible …</param>
/// <param name="Packets">Of the answer; one over TCP.</param>
/// <param name="Foreign">Where it came from when the handle is another node's and was resolved for the client.</param>
public sealed record BenchAnswer(int ResponseCode, double Milliseconds, int Packets, ForeignOrigin? Foreign, IReadOnlyList<MessagePart> Request, IReadOnlyList<MessagePart> Response);

/// <param name="AgeSeconds">Since it was heard, when it came from the cache; else <c>null</c>.</param>
/// <param name="Trail">Which nodes were asked for which handle, and the response code of each; "–" for none, "?" for what was no answer.</param>
public sealed record ForeignOrigin(double? AgeSeconds, IReadOnlyList<string> Trail);

/// <summary><c>/api/v1/identifiers/test-bench</c>: asks this node as a client would, and shows every byte.</summary>
internal static class TestBenchEndpoints
{
    public static void MapTestBench(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/identifiers/test-bench", Ask).WithName("AskIdentifierNode").WithTags("Identifier test bench").RequireAuthorization(Permissions.ReadIdentifiers).ProducesProblem(409).ProducesProblem(422);

    private static async Task<Ok<BenchAnswer>> Ask(AskNode request, TestBench bench, CancellationToken cancellation) => TypedResults.Ok(await bench.AskAsync(request, cancellation));
}

/// <summary>A client of this node, over its own ports.</summary>
internal sealed class TestBench(UdpServer udp, TcpServer tcp, RecursiveResolver recursion, TimeProvider clock)
{
    private const int MaxFilters = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private int requests;

    public async Task<BenchAnswer> AskAsync(AskNode request, CancellationToken cancellation)
    {
        Check(request);
        IPEndPoint? port = request.Transport == ResolutionTransport.Udp ? udp.EndPoint : tcp.EndPoint;
        if (port is null) throw new ProblemException(Problems.Conflict("port-off", new("Handle 端口未启用。", "The port of the Handle protocol is off.")));
        if (port.Address.Equals(IPAddress.Any)) port = new(IPAddress.Loopback, port.Port);
        else if (port.Address.Equals(IPAddress.IPv6Any)) port = new(IPAddress.IPv6Loopback, port.Port);
        OpFlags flags = OpFlags.Recursive | OpFlags.CacheCertify | (request.PublicOnly ? OpFlags.PublicOnly : OpFlags.None);
        var question = new ResolutionRequest(request.Handle, [.. request.Indexes], [.. request.Types.Select(type => (Octets)type)]);
        byte[] asked = new Message(
            new(ProtocolVersion.Newest, EnvelopeFlags.None, ProtocolVersion.Newest, 0, (uint)Interlocked.Increment(ref requests) & int.MaxValue, 0, 0),
            new(OpCode.Resolution, ResponseCode.Request, flags, 0xffff, 0, (uint)clock.GetUtcNow().ToUnixTimeSeconds() + 43_200, 0), null,
            question, null).ToArray();
        KeptAnswer? before = recursion.Explain(question);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        long begun = TimeProvider.System.GetTimestamp();
        try
        {
            (byte[] answer, int packets) = request.Transport == ResolutionTransport.Udp ? await AskUdpAsync(port, asked, patience.Token) : (await AskTcpAsync(port, asked, patience.Token), 1);
            double milliseconds = TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds;
            return new((int)Header.Read(answer.AsSpan(Envelope.Size)).ResponseCode, Math.Round(milliseconds, 3), packets, OriginOf(question, before), MessageAnatomy.Of(asked), MessageAnatomy.Of(answer));
        }
        catch (Exception fault) when (fault is SocketException or IOException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new ProblemException(Problems.Conflict("no-answer", new($"{port} 在 {Patience.TotalSeconds:0} 秒内没有应答。", $"{port} did not answer within {Patience.TotalSeconds:0} seconds.")));
        }
    }

    private ForeignOrigin? OriginOf(ResolutionRequest question, KeptAnswer? before)
    {
        if (recursion.Explain(question) is not { } kept) return null;
        return new(ReferenceEquals(before?.Answer, kept.Answer) ? Math.Round(kept.Age.TotalSeconds, 1) : null, kept.Answer.Trail);
    }

    private static void Check(AskNode request)
    {
        List<(string, Text)> faults = [];
        if (request.Transport is not (ResolutionTransport.Udp or ResolutionTransport.Tcp)) faults.Add(("transport", new("应为 udp 或 tcp。", "udp or tcp is expected.")));
        if (request.Handle.Length is 0 or > HandleText.MaxBytes || HasLoneSurrogate(request.Handle)) faults.Add(("handle", new("标识应有 1 至 2048 个字符。", "A handle has 1 to 2048 characters.")));
        if (request.Types.Count > MaxFilters || request.Types.Any(type => type.Length is 0 or > 200 || HasLoneSurrogate(type))) faults.Add(("types", new($"最多 {MaxFilters} 个类型。", $"At most {MaxFilters} types.")));
        if (request.Indexes.Count > MaxFilters) faults.Add(("indexes", new($"最多 {MaxFilters} 个索引。", $"At most {MaxFilters} indexes.")));
        if (faults.Count > 0) throw new ProblemException(Problems.Validation([.. faults]));
    }

    private static bool HasLoneSurrogate(string text) => text.EnumerateRunes().Any(rune => rune == System.Text.Rune.ReplacementChar);

    private static async Task<byte[]> AskTcpAsync(IPEndPoint port, byte[] request, CancellationToken cancellation)
    {
        using var client = new TcpClient(port.AddressFamily);
        await client.ConnectAsync(port, cancellation);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(request, cancellation);
        byte[] head = new byte[Envelope.Size];
        await stream.ReadExactlyAsync(head, cancellation);
        if (!Envelope.TryRead(head, out Envelope envelope) || envelope.Length < Header.Size) throw new IOException("no envelope");
        byte[] answer = new byte[Envelope.Size + envelope.Length];
        head.CopyTo(answer, 0);
        await stream.ReadExactlyAsync(answer.AsMemory(Envelope.Size), cancellation);
        return answer;
    }

    private async Task<(byte[] Answer, int Packets)> AskUdpAsync(IPEndPoint port, byte[] request, CancellationToken cancellation)
    {
        using var client = new UdpClient(port.AddressFamily);
        client.Connect(port);
        if (request.Length > Packets.Size) throw new ProblemException(Problems.Validation(("handle", new("请求超过一个 UDP 包，请用 TCP。", "The request is longer than a UDP packet; use TCP."))));
        await client.SendAsync(request, cancellation);
        var assembly = new PacketAssembly(clock);
        SocketAddress from = port.Serialize();
        for (int packets = 1; ; packets++)
        {
            byte[] packet = (await client.ReceiveAsync(cancellation)).Buffer;
            if (!Envelope.TryRead(packet, out Envelope envelope)) throw new IOException("no envelope");
            if (envelope.Length <= Packets.Payload) return (packet, packets);
            if (assembly.Add(from, envelope, packet.AsSpan(Envelope.Size)) is { } whole) return (whole, packets);
        }
    }
}
