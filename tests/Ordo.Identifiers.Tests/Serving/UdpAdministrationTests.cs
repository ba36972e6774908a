using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Tests.Serving;

/// <summary>Administration over UDP: what a lost or doubled packet must not do.</summary>
public sealed class UdpAdministrationTests : IAsyncLifetime
{
    private const string Secret = "secret-key-01", User = "0.NA/88.999.1";
    private readonly UdpClient client = new(AddressFamily.InterNetwork);
    private NodeServer node = null!;

    public async ValueTask InitializeAsync()
    {
        node = await NodeServer.StartAsync();
        await node.PutAsync(User, HandleValue.Of(100, "HS_ADMIN", new AdminData((AdminPermissions)0x0fff, User, 300).ToArray()), HandleValue.Of(300, "HS_SECKEY", Secret, permissions: ValuePermissions.AdminRead));
        client.Connect(node.Udp);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_handle_is_created_and_a_client_that_asks_again_is_told_the_same()
    {
        byte[] request = Request(7, OpCode.CreateHandle, new ValuesBody("88.999.1/U", [HandleValue.Of(1, "URL", "x")]));
        Message challenge = Read(await AskAsync(request));
        Assert.Equal(ResponseCode.AuthenticationNeeded, challenge.Header.ResponseCode);
        Assert.Equal(((ChallengeBody)challenge.Body).Nonce, ((ChallengeBody)Read(await AskAsync(request)).Body).Nonce);
        byte[] proof = Proof(challenge), created = await AskAsync(proof);
        Assert.Equal(ResponseCode.Success, Read(created).Header.ResponseCode);
        Assert.Equal(created, await AskAsync(proof)); // not 405, which would make the client think that nothing was created
        Assert.NotNull(node.Store.Find("88.999.1/U"));
        Assert.Equal(["udp 300:0.NA/88.999.1 Created 88.999.1/U"], node.Changes);
        node.Server.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(ResponseCode.ChallengeExpired, Read(await AskAsync(proof)).Header.ResponseCode);
    }

    [Fact]
    public async Task Another_request_with_the_same_number_is_another_request()
    {
        Assert.Equal(ResponseCode.HandleExists, Read(await AskAsync(Request(1, OpCode.CreateHandle, new ValuesBody("88.999.1/SN1", [HandleValue.Of(1, "URL", "x")])))).Header.ResponseCode);
        Assert.Equal(ResponseCode.HandleNotFound, Read(await AskAsync(Request(1, OpCode.DeleteHandle, new HandleBody("88.999.1/NOPE")))).Header.ResponseCode);
    }

    private async Task<byte[]> AskAsync(byte[] request)
    {
        await client.SendAsync(request);
        return (await NodeServer.ReceiveAsync(client))!;
    }

    private static byte[] Request(uint id, OpCode operation, MessageBody body) => new Message(
        new(ProtocolVersion.Newest, EnvelopeFlags.None, ProtocolVersion.Newest, 0, id, 0, 0), new(operation, ResponseCode.Request, OpFlags.Recursive, 0xffff, 0, 0x6a000000, 0), null, body, null).ToArray();

    private static byte[] Proof(Message challenge)
    {
        byte[] text = [.. ((ChallengeBody)challenge.Body).Nonce.Span, .. challenge.Digest!.Value.Span[1..]];
        return new Message(
            challenge.Envelope with { RequestId = 99, Flags = EnvelopeFlags.None }, new(OpCode.ChallengeAnswer, ResponseCode.Request, OpFlags.Recursive, 0xffff, 0, 0x6a000000, 0), null,
            new ChallengeAnswer("HS_SECKEY", User, 300, (byte[])[0x13, .. HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), text)]), null).ToArray();
    }

    private static Message Read(byte[] bytes)
    {
        Assert.Equal(MessageVerdict.Message, Message.TryRead(bytes, out Message? message));
        return message!;
    }
}
