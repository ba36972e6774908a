using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Tests.Protocol;

namespace Ordo.Identifiers.Tests.Serving;

public sealed class ResolutionTests : IAsyncLifetime
{
    private NodeServer node = null!;

    public async ValueTask InitializeAsync() => node = await NodeServer.StartAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [InlineData("A1", "A2")]
    [InlineData("B1", "B2")]
    [InlineData("C1", "C2")]
    public async Task The_examples_are_answered_byte_for_byte_over_UDP_TCP_and_HTTP(string request, string response)
    {
        byte[] asked = Cases.Read(request), expected = Cases.Read(response);
        Assert.Equal(Convert.ToHexStringLower(expected), Convert.ToHexStringLower(await node.AskUdpAsync(asked)));

        using TcpClient tcp = await node.ConnectAsync();
        await tcp.GetStream().WriteAsync(asked);
        byte[] answer = new byte[expected.Length];
        await tcp.GetStream().ReadExactlyAsync(answer);
        Assert.Equal(expected, answer);

        (int status, byte[] tunnelled) = await TunnelAsync(asked);
        Assert.Equal((200, Convert.ToHexStringLower(expected)), (status, Convert.ToHexStringLower(tunnelled)));
    }

    [Fact]
    public async Task A_prefix_that_is_not_at_home_is_answered_as_in_N()
    {
        byte[] answer = await node.AskUdpAsync(Resolution("88.999.2/X", requestId: 16).ToArray());
        Assert.Equal(Convert.ToHexStringLower(Cases.Read("N1")), Convert.ToHexStringLower(answer));
    }

    [Fact]
    public async Task A_delegated_prefix_is_referred_as_in_K_unless_the_client_is_old_or_forbids_it()
    {
        await node.Store.SetHomeAsync("88.999", true);
        await node.PutAsync("0.NA/88.999.7", HandleValue.Of(1, "HS_SERV", "0.SERV/7"));
        byte[] asked = Cases.Read("K1");
        Assert.Equal(Convert.ToHexStringLower(Cases.Read("K2")), Convert.ToHexStringLower(await node.AskUdpAsync(asked)));
        asked[25 + 4] |= 0x10; // DNR
        Assert.Equal(ResponseCode.NotResponsible, (await AskAsync(asked)).Header.ResponseCode);
        asked = Cases.Read("K1");
        asked[3] = 4;
        Assert.Equal(ResponseCode.NotResponsible, (await AskAsync(asked)).Header.ResponseCode);
    }

    [Fact]
    public async Task A_name_without_a_slash_is_that_of_a_prefix_and_spelling_is_echoed()
    {
        await node.PutAsync("0.NA/88.999.1", HandleValue.Of(1, "DESC", "demo"));
        Message answer = await AskAsync(Resolution("88.999.1").ToArray());
        Assert.Equal("88.999.1", Assert.IsType<ValuesBody>(answer.Body).Handle.ToString());
        answer = await AskAsync(Resolution("88.999.1/sn1").ToArray());
        Assert.Equal("88.999.1/sn1", Assert.IsType<ValuesBody>(answer.Body).Handle.ToString());
    }

    [Fact]
    public async Task The_site_record_names_the_ports()
    {
        Message answer = await AskAsync(Cases.Read("D1"));
        SiteInfo site = Assert.IsType<SiteBody>(answer.Body).Site;
        Assert.Equal([new(3, 0, (uint)node.Udp.Port), new(3, 1, (uint)node.Tcp.Port)], Assert.Single(site.Servers).Interfaces);
    }

    [Fact]
    public async Task Values_that_not_everybody_may_read_stay_here()
    {
        await node.PutAsync("88.999.1/P", HandleValue.Of(1, "URL", "u"), HandleValue.Of(2, "SECRET", "s", permissions: ValuePermissions.AdminRead), HandleValue.Of(3, "NOBODY", "n", permissions: ValuePermissions.AdminWrite));
        Message answer = await AskAsync(Resolution("88.999.1/P").ToArray());
        Assert.Equal([1u], Assert.IsType<ValuesBody>(answer.Body).Values.Select(value => value.Index));
        Assert.Equal(ResponseCode.ValuesNotFound, (await AskAsync(Resolution("88.999.1/P", indexes: [2]).ToArray())).Header.ResponseCode);
        const OpFlags all = OpFlags.Recursive;
        Assert.Equal(ResponseCode.AuthenticationNeeded, (await AskAsync(Resolution("88.999.1/P", flags: all, indexes: [2]).ToArray())).Header.ResponseCode);
        Assert.Equal(ResponseCode.InsufficientPermission, (await AskAsync(Resolution("88.999.1/P", flags: all, indexes: [3]).ToArray())).Header.ResponseCode);
        Assert.Equal(ResponseCode.Success, (await AskAsync(Resolution("88.999.1/P", flags: all, indexes: [1]).ToArray())).Header.ResponseCode);
    }

    [Fact]
    public async Task A_long_answer_comes_in_the_packets_of_L()
    {
        await node.PutAsync("88.999.1/SN1", NodeServer.ExampleValues[0], HandleValue.Of(5, "DESC", new string('x', 1000), NodeServer.Timestamp));
        using var client = new UdpClient(AddressFamily.InterNetwork);
        await client.SendAsync(Resolution("88.999.1/SN1", requestId: 15).ToArray(), node.Udp);
        var packets = new List<byte[]>();
        for (int i = 0; i < 3; i++) packets.Add((await NodeServer.ReceiveAsync(client))!);
        packets.Sort((left, right) => left[15].CompareTo(right[15]));
        Assert.Equal([512, 512, 162], packets.Select(packet => packet.Length));
        Assert.Equal(
            ["a196fa858d3a272b2f63597c20c0867b5aa06e0904d812d4241a84afea590455", "4dd3592a71a6f24b5f7a5f556f5d952868201240ad4542a303c2b633303934b6", "172e06e5ee248e3f99891b90c3955e81a7ddd93dd6f907d9ec2c6a6ece56c54d"],
            packets.Select(packet => Convert.ToHexStringLower(SHA256.HashData(packet))));
    }

    [Fact]
    public async Task An_answer_too_long_for_a_source_that_may_be_forged_is_for_TCP()
    {
        await node.PutAsync("88.999.1/L", HandleValue.Of(5, "DESC", new string('x', 5000)));
        Assert.Equal(ResponseCode.TooBusy, (await AskAsync(Resolution("88.999.1/L").ToArray())).Header.ResponseCode);
        using TcpClient tcp = await node.ConnectAsync();
        await tcp.GetStream().WriteAsync(Resolution("88.999.1/L").ToArray());
        Assert.Equal(ResponseCode.Success, (await ReadAsync(tcp.GetStream())).Header.ResponseCode);
    }

    [Fact]
    public async Task A_request_in_several_packets_is_put_together_in_any_order()
    {
        byte[] whole = Resolution("88.999.1/SN1", types: [.. Enumerable.Range(0, 100).Select(i => (Octets)$"TYPE.{i}"), "URL"]).ToArray();
        Envelope.TryRead(whole, out Envelope envelope);
        using var client = new UdpClient(AddressFamily.InterNetwork);
        byte[] packet = new byte[Packets.Size];
        foreach (int sequence in Enumerable.Range(0, Packets.CountOf(envelope.Length)).Reverse())
            await client.SendAsync(packet.AsMemory(0, Packets.Write(envelope, whole.AsSpan(Envelope.Size), sequence, packet)), node.Udp);
        Message.TryRead(await NodeServer.ReceiveAsync(client), out Message? answer);
        Assert.Equal([1u], Assert.IsType<ValuesBody>(answer!.Body).Values.Select(value => value.Index));
    }

    [Fact]
    public async Task Bad_UTF8_an_unknown_operation_and_a_short_message_get_their_codes()
    {
        Assert.Equal(ResponseCode.InvalidHandle, (await AskAsync(new Message(Ask(1), Head(OpCode.Resolution), null, new ResolutionRequest(new byte[] { (byte)'8', (byte)'/', 0xFF }, [], []), null).ToArray())).Header.ResponseCode);
        Assert.Equal(ResponseCode.NotSupported, (await AskAsync(new Message(Ask(1), Head((OpCode)2001), null, EmptyBody.Instance, null).ToArray())).Header.ResponseCode);
        Assert.Equal(ResponseCode.ProtocolError, (await AskAsync(new Message(Ask(1), Head(OpCode.None), null, EmptyBody.Instance, null).ToArray())).Header.ResponseCode);
        byte[] shortOne = Cases.Read("A1")[..30];
        shortOne[19] = 10;
        Assert.Equal(ResponseCode.ProtocolError, (await AskAsync(shortOne)).Header.ResponseCode);
    }

    [Fact]
    public async Task A_pool_of_a_vendor_pipelines_on_one_connection()
    {
        using TcpClient tcp = await node.ConnectAsync();
        Envelope old = Ask(0) with { Suggested = new(2, 10) };
        byte[] all = [.. Enumerable.Range(1, 300).SelectMany(id => (Resolution("88.999.1/SN1") with { Envelope = old with { RequestId = (uint)id } }).ToArray())];
        NetworkStream stream = tcp.GetStream();
        Task sending = Task.Run(async () =>
        {
            // Cut anywhere, as the network does.
            for (int at = 0; at < all.Length; at += 37) await stream.WriteAsync(all.AsMemory(at, Math.Min(37, all.Length - at)));
        });
        for (uint id = 1; id <= 300; id++) Assert.Equal(id, (await ReadAsync(stream)).Envelope.RequestId);
        await sending;
        tcp.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
    }

    [Theory]
    [InlineData(11, false, true)]
    [InlineData(11, true, false)]
    [InlineData(10, false, false)]
    [InlineData(3, false, false)]
    [InlineData(-1, false, true)]
    public void Each_family_of_clients_finds_its_connection_as_it_expects(int suggestedMinor, bool keep, bool closed)
    {
        Envelope envelope = Ask(1) with { Suggested = suggestedMinor < 0 ? default : new(2, (byte)suggestedMinor) };
        Assert.Equal(closed, !TcpServer.StaysOpen(envelope, keep ? OpFlags.KeepConnection : OpFlags.None));
    }

    [Fact]
    public async Task A_client_that_reads_to_the_end_gets_an_end()
    {
        using TcpClient tcp = await node.ConnectAsync();
        await tcp.GetStream().WriteAsync(Cases.Read("A1"));
        using var all = new MemoryStream();
        await tcp.GetStream().CopyToAsync(all);
        Assert.Equal(Cases.Read("A2"), all.ToArray());
    }

    [Fact]
    public async Task Noise_over_TCP_closes_the_connection_and_over_HTTP_is_a_bad_request()
    {
        using TcpClient tcp = await node.ConnectAsync();
        await tcp.GetStream().WriteAsync(new byte[] { 2, 11, 2, 11, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF });
        Assert.Equal(0, await tcp.GetStream().ReadAsync(new byte[1]));
        Assert.Equal(400, (await TunnelAsync([1, 2, 3])).Status);
    }

    [Fact]
    public async Task A_port_that_another_program_has_is_named()
    {
        var options = new IdentifiersOptions { Port = node.Udp.Port };
        using var second = new UdpServer(options, null!, null!, null!, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<UdpServer>.Instance);
        IOException taken = await Assert.ThrowsAsync<IOException>(() => second.StartAsync(CancellationToken.None));
        Assert.IsType<Microsoft.AspNetCore.Connections.AddressInUseException>(taken.InnerException);
        Assert.Contains($"{node.Udp.Port}", taken.Message, StringComparison.Ordinal);
    }

    internal static Message Resolution(string handle, uint requestId = 1, OpFlags flags = (OpFlags)0x19000000, IReadOnlyList<uint>? indexes = null, IReadOnlyList<Octets>? types = null) =>
        new(Ask(requestId), Head(OpCode.Resolution) with { Flags = flags }, null, new ResolutionRequest(handle, indexes ?? [], types ?? []), null);

    private static Envelope Ask(uint requestId) => new(ProtocolVersion.Newest, EnvelopeFlags.None, ProtocolVersion.Newest, 0, requestId, 0, 0);

    private static Header Head(OpCode operation) => new(operation, ResponseCode.Request, (OpFlags)0x19000000, 0xffff, 0, 0x6a000000, 0);

    private async Task<Message> AskAsync(byte[] request)
    {
        byte[] answer = await node.AskUdpAsync(request);
        Assert.Equal(MessageVerdict.Message, Message.TryRead(answer, out Message? message));
        return message!;
    }

    internal static async Task<Message> ReadAsync(Stream stream)
    {
        byte[] head = new byte[Envelope.Size];
        await stream.ReadExactlyAsync(head);
        Envelope.TryRead(head, out Envelope envelope);
        byte[] rest = new byte[envelope.Length];
        await stream.ReadExactlyAsync(rest);
        Message.TryRead(envelope, rest, out Message? message);
        return message!;
    }

    private async Task<(int Status, byte[] Body)> TunnelAsync(byte[] request)
    {
        using HttpClient client = node.Server.CreateClient();
        using var content = new ByteArrayContent(request);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-hdl-message");
        using HttpResponseMessage response = await client.PostAsync("88.999.1%2FSN1", content);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }
}
