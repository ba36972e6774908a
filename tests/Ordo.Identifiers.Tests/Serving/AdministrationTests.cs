using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Tests.Protocol;

namespace Ordo.Identifiers.Tests.Serving;

/// <summary>Administration over TCP: the messages of the note byte for byte, and everything that must not work.</summary>
public sealed class AdministrationTests : IAsyncLifetime
{
    private const string Secret = "secret-key-01", User = "0.NA/88.999.1";
    private NodeServer node = null!;

    public async ValueTask InitializeAsync() => await StartAsync(null);

    private async Task StartAsync(Dictionary<string, string?>? settings)
    {
        node = await NodeServer.StartAsync(settings: settings);
        await node.PutAsync(
            User, HandleValue.Of(100, "HS_ADMIN", new AdminData((AdminPermissions)0x0fff, User, 200).ToArray()),
            HandleValue.Of(200, "HS_VLIST", new ListData([new(User, 300), new(User, 301)]).ToArray()),
            HandleValue.Of(300, "HS_SECKEY", Secret, permissions: ValuePermissions.AdminRead | ValuePermissions.AdminWrite), HandleValue.Of(301, "HS_PUBKEY", PublicKey()),
            HandleValue.Of(302, "HS_SECKEY", "another-secret", permissions: ValuePermissions.AdminRead | ValuePermissions.AdminWrite));
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task A_handle_is_created_and_deleted_with_a_secret_key_byte_for_byte_as_in_the_note()
    {
        Next(0x2a, 0x00);
        Assert.Equal(Hex("E2"), await SendAsync("E1"));
        Assert.Null(node.Store.Find("88.999.1/SN2"));
        Assert.Equal(Hex("E4"), await SendAsync("E3"));
        Assert.Equal([1u, 100u], node.Store.Find("88.999.1/SN2")!.Values.Select(value => value.Index));
        Next(0x2b, 0x10);
        Assert.Equal(Hex("F2"), await SendAsync("F1"));
        Assert.Equal(Hex("F4"), await SendAsync("F3"));
        Assert.Null(node.Store.Find("88.999.1/SN2"));
        Assert.Equal(["tcp 300:0.NA/88.999.1 Deleted 88.999.1/SN2", "tcp 300:0.NA/88.999.1 Created 88.999.1/SN2"], node.Changes);
    }

    [Fact]
    public async Task A_value_is_added_with_a_public_key_byte_for_byte_as_in_the_note()
    {
        Next(0x2c, 0x20);
        Assert.Equal(Hex("G2"), await SendAsync("G1"));
        Assert.Equal(Hex("G4"), await SendAsync("G3"));
        Assert.Equal("https://t.example/alt", node.Store.Find("88.999.1/SN1")!.Values.Single(value => value.Index == 3).Data.ToString());
    }

    [Fact]
    public async Task A_value_that_is_missing_is_told_before_anybody_is_challenged()
    {
        Assert.Equal(Hex("I2"), await SendAsync("I1"));
        Assert.Equal(0, node.Server.Services.GetRequiredService<Challenges>().Open);
    }

    [Fact]
    public async Task A_challenge_is_answered_once_and_within_twenty_seconds()
    {
        Next(0x2a, 0x00);
        await SendAsync("E1");
        await SendAsync("E3");
        Assert.Equal(ResponseCode.ChallengeExpired, Code(await SendBytesAsync(Cases.Read("E3"))));
        Next(0x2b, 0x10);
        await SendAsync("F1");
        node.Server.Time.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(ResponseCode.ChallengeExpired, Code(await SendBytesAsync(Cases.Read("F3"))));
        Assert.NotNull(node.Store.Find("88.999.1/SN2"));
    }

    [Theory]
    [InlineData("another", 300u, 403)]
    [InlineData(Secret, 299u, 403)]
    [InlineData("another-secret", 302u, 400)]
    public async Task A_wrong_secret_an_unknown_identity_and_one_without_rights_change_nothing(string secret, uint index, int expected)
    {
        Assert.Equal(expected, (int)await AdministerAsync(OpCode.DeleteHandle, new HandleBody("88.999.1/SN1"), secret, index));
        Assert.NotNull(node.Store.Find("88.999.1/SN1"));
    }

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x02)]
    [InlineData(0x03)]
    [InlineData(0x12)]
    [InlineData(0x13)]
    [InlineData(0x22)]
    public async Task Every_form_of_the_proof_is_taken(byte form) =>
        Assert.Equal(ResponseCode.Success, await AdministerAsync(OpCode.ModifyValues, new ValuesBody("88.999.1/SN1", [HandleValue.Of(1, "URL", $"https://t.example/{form}")]), form: form));

    [Fact]
    public async Task The_record_of_a_handle_says_who_may_do_what()
    {
        // The example's record gives 0x07f3: no right to delete derived prefixes, every other one of values.
        Assert.Equal(ResponseCode.Success, await AdministerAsync(OpCode.RemoveValues, new RemoveRequest("88.999.1/SN1", [2])));
        HandleValue locked = HandleValue.Of(7, "T", "x", permissions: ValuePermissions.PublicRead | ValuePermissions.AdminRead);
        Assert.Equal(ResponseCode.Success, await AdministerAsync(OpCode.AddValues, new ValuesBody("88.999.1/SN1", [locked])));
        Assert.Equal(ResponseCode.InsufficientPermission, await AdministerAsync(OpCode.ModifyValues, new ValuesBody("88.999.1/SN1", [locked with { Data = "y" }])));
        await node.PutAsync("88.999.1/RO", HandleValue.Of(1, "T", "x"), HandleValue.Of(100, "HS_ADMIN", new AdminData(AdminPermissions.AddValue, User, 200).ToArray()));
        Assert.Equal(ResponseCode.NotAuthorized, await AdministerAsync(OpCode.ModifyValues, new ValuesBody("88.999.1/RO", [HandleValue.Of(1, "T", "y")])));
        Assert.Equal(ResponseCode.NotAuthorized, await AdministerAsync(OpCode.AddValues, new ValuesBody("88.999.1/RO", [HandleValue.Of(101, "HS_ADMIN", new AdminData((AdminPermissions)0xfff, User, 300).ToArray())])));
        Assert.Equal(ResponseCode.Success, await AdministerAsync(OpCode.AddValues, new ValuesBody("88.999.1/RO", [HandleValue.Of(2, "T", "y")])));
    }

    [Fact]
    public async Task Administrators_of_the_server_take_prefixes_home_and_may_everything()
    {
        Assert.Equal(ResponseCode.NotAuthorized, await AdministerAsync(OpCode.HomePrefix, new HandleBody("0.NA/88.777"))); // the settings name nobody
        await node.DisposeAsync();
        await StartAsync(new() { ["Identifiers:Administrators"] = $"7:88.1/nobody, 300:{User.ToLowerInvariant()}" });

        Assert.Equal(ResponseCode.AuthenticationNeeded, Code(await SendBytesAsync(Request(OpCode.HomePrefix, new HandleBody("0.NA/88.777")))));
        foreach (string wrong in (string[])["88.777", "0.NA/", "0.NA/88/7", ""]) Assert.Equal(ResponseCode.InvalidHandle, Code(await SendBytesAsync(Request(OpCode.UnhomePrefix, new HandleBody(wrong)))));
        Assert.Equal(ResponseCode.NotAuthorized, await AdministerAsync(OpCode.HomePrefix, new HandleBody("0.NA/88.777"), "another-secret", 302));
        Assert.Equal(ResponseCode.Success, await AdministerAsync(OpCode.HomePrefix, new HandleBody("0.NA/88.777")));
        Assert.True(node.Store.IsHome("88.777/X"u8));
        Message.TryRead(await AnswerAsync(Request(OpCode.ListHomedPrefixes, new HandleBody("/")), Secret, 300, 0x13), out Message? homed);
        Assert.Equal(["0.NA/88.777", "0.NA/88.999.1"], Assert.IsType<ListBody>(homed!.Body).Handles.Select(handle => handle.ToString()));
        Message.TryRead(await AnswerAsync(Request(OpCode.ListHandles, new HandleBody("0.NA/88.777")), Secret, 300, 0x13), out Message? handles);
        Assert.Empty(Assert.IsType<ListBody>(handles!.Body).Handles);

        await node.PutAsync("88.777/NOBODYS", HandleValue.Of(1, "T", "x", permissions: ValuePermissions.PublicRead));
        Assert.Equal(ResponseCode.NotAuthorized, await AdministerAsync(OpCode.ModifyValues, new ValuesBody("88.777/NOBODYS", [HandleValue.Of(1, "T", "y")]), "another-secret", 302));
        Assert.Equal(ResponseCode.Success, await AdministerAsync(OpCode.ModifyValues, new ValuesBody("88.777/NOBODYS", [HandleValue.Of(1, "T", "y")])));
        Assert.Equal(ResponseCode.Success, await AdministerAsync(OpCode.CreateHandle, new ValuesBody("88.777/NEW", [HandleValue.Of(1, "T", "x")])));
        Assert.Equal(ResponseCode.Success, await AdministerAsync(OpCode.DeleteHandle, new HandleBody("88.777/NOBODYS")));
        Assert.Equal(ResponseCode.Success, await AdministerAsync(OpCode.UnhomePrefix, new HandleBody("0.NA/88.777")));
        Assert.False(node.Store.IsHome("88.777/X"u8));
    }

    [Fact]
    public async Task An_administrator_without_an_index_is_refused_at_the_start()
    {
        var wrong = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => NodeServer.StartAsync(settings: new Dictionary<string, string?> { ["Identifiers:Administrators"] = "300:88.1/A,88.1/B" }));
        Assert.Contains("has '88.1/B'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_that_are_circles_end()
    {
        await node.PutAsync("88.999.1/RING", HandleValue.Of(200, "HS_VLIST", new ListData([.. Enumerable.Range(0, 500).Select(i => new ValueReference("88.999.1/RING", (uint)(200 + (i % 2))))]).ToArray()),
            HandleValue.Of(201, "HS_VLIST", new ListData([new("88.999.1/RING", 200), new("88.999.1/RING", 201)]).ToArray()), HandleValue.Of(100, "HS_ADMIN", new AdminData((AdminPermissions)0xfff, "88.999.1/RING", 200).ToArray()));
        Assert.Equal(ResponseCode.NotAuthorized, await AdministerAsync(OpCode.DeleteHandle, new HandleBody("88.999.1/RING")));
    }

    [Fact]
    public async Task What_makes_no_sense_is_told_without_a_challenge()
    {
        HandleValue[] one = [HandleValue.Of(1, "T", "x")];
        Assert.Equal(ResponseCode.HandleExists, Code(await SendBytesAsync(Request(OpCode.CreateHandle, new ValuesBody("88.999.1/sn1", one)))));
        Assert.Equal(ResponseCode.NotResponsible, Code(await SendBytesAsync(Request(OpCode.CreateHandle, new ValuesBody("88.999.2/X", one)))));
        Assert.Equal(ResponseCode.InvalidHandle, Code(await SendBytesAsync(Request(OpCode.CreateHandle, new ValuesBody((byte[])[.. "88.999.1/"u8, 0xff], one)))));
        Assert.Equal(ResponseCode.InvalidValue, Code(await SendBytesAsync(Request(OpCode.CreateHandle, new ValuesBody("88.999.1/X", [HandleValue.Of(0, "T", "x")])))));
        Assert.Equal(ResponseCode.ValueExists, Code(await SendBytesAsync(Request(OpCode.CreateHandle, new ValuesBody("88.999.1/X", [.. one, .. one])))));
        Assert.Equal(ResponseCode.ValueExists, Code(await SendBytesAsync(Request(OpCode.AddValues, new ValuesBody("88.999.1/SN1", one)))));
        Assert.Equal(ResponseCode.ValuesNotFound, Code(await SendBytesAsync(Request(OpCode.ModifyValues, new ValuesBody("88.999.1/SN1", [HandleValue.Of(9, "T", "x")])))));
        Assert.Equal(ResponseCode.HandleNotFound, Code(await SendBytesAsync(Request(OpCode.DeleteHandle, new HandleBody("88.999.1/NOPE")))));
        Assert.Equal(0, node.Server.Services.GetRequiredService<Challenges>().Open);
    }

    [Fact]
    public async Task Private_values_are_read_and_names_are_listed_by_who_may()
    {
        await node.PutAsync("88.999.1/P", HandleValue.Of(1, "T", "open"), HandleValue.Of(2, "T", "hidden", permissions: ValuePermissions.AdminRead | ValuePermissions.AdminWrite),
            HandleValue.Of(100, "HS_ADMIN", new AdminData(AdminPermissions.AuthorizedRead, User, 300).ToArray()));
        byte[] answer = await AnswerAsync(Request(OpCode.Resolution, new ResolutionRequest("88.999.1/P", [2], [])), Secret, 300, 0x13);
        Assert.Equal(ResponseCode.Success, Code(answer));
        Assert.Contains("hidden", Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
        Assert.Equal(ResponseCode.NotAuthorized, Code(await AnswerAsync(Request(OpCode.Resolution, new ResolutionRequest("88.999.1/P", [2], [])), "another-secret", 302, 0x13)));

        for (int i = 0; i < 60; i++) await node.PutAsync($"88.999.1/L{i}", HandleValue.Of(1, "T", "x"));
        byte[] list = await AnswerAsync(Request(OpCode.ListHandles, new HandleBody(User)), Secret, 300, 0x13);
        Assert.True(Envelope.TryRead(list, out Envelope first));
        Message.TryRead(list.AsMemory(0, Envelope.Size + first.Length), out Message? head);
        Assert.True(head!.Header.Flags.HasFlag(OpFlags.Continuous));
        Assert.Equal(50, ((ListBody)head.Body).Handles.Count);
    }

    [Fact]
    public async Task One_address_has_a_hundred_challenges_open_and_not_more()
    {
        for (int i = 0; i < 100; i++) Assert.Equal(ResponseCode.AuthenticationNeeded, Code(await SendBytesAsync(Request(OpCode.DeleteHandle, new HandleBody("88.999.1/SN1")))));
        Assert.Equal(ResponseCode.TooBusy, Code(await SendBytesAsync(Request(OpCode.DeleteHandle, new HandleBody("88.999.1/SN1")))));
        node.Server.Time.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(ResponseCode.AuthenticationNeeded, Code(await SendBytesAsync(Request(OpCode.DeleteHandle, new HandleBody("88.999.1/SN1")))));
    }

    private async Task<ResponseCode> AdministerAsync(OpCode operation, MessageBody body, string secret = Secret, uint index = 300, byte form = 0x13) => Code(await AnswerAsync(Request(operation, body), secret, index, form));

    /// <summary>Sends a request, answers the challenge, and gives what comes then.</summary>
    private async Task<byte[]> AnswerAsync(byte[] request, string secret, uint index, byte form)
    {
        byte[] challenged = await SendBytesAsync(request);
        Message.TryRead(challenged, out Message? challenge);
        if (challenge!.Body is not ChallengeBody { Nonce: var nonce }) return challenged;
        byte[] key = Encoding.UTF8.GetBytes(secret), text = [.. nonce.Span, .. challenge.Digest!.Value.Span[1..]], keyed = [.. key, .. text, .. key];
#pragma warning disable CA5350, CA5351, CA5379 // as clients do it
        byte[] proof = form switch
        {
            0x01 => MD5.HashData(keyed),
            0x02 => SHA1.HashData(keyed),
            0x03 => SHA256.HashData(keyed),
            0x12 => HMACSHA1.HashData(key, text),
            0x13 => HMACSHA256.HashData(key, text),
            _ => new WireWriter(64).Octets("salt-salt-salt-s"u8).UInt32(1000).UInt32(160).Octets(HMACSHA1.HashData(Rfc2898DeriveBytes.Pbkdf2(key, "salt-salt-salt-s"u8, 1000, HashAlgorithmName.SHA1, 20), text)).ToArray(),
        };
#pragma warning restore CA5350, CA5351, CA5379
        return await SendBytesAsync(new Message(
            challenge.Envelope with { RequestId = 99 }, new(OpCode.ChallengeAnswer, ResponseCode.Request, OpFlags.Recursive, 0xffff, 0, 0x6a000000, 0), null,
            new ChallengeAnswer("HS_SECKEY", User, index, (byte[])[form, .. proof]), null).ToArray());
    }

    private static byte[] Request(OpCode operation, MessageBody body) => new Message(
        new(ProtocolVersion.Newest, EnvelopeFlags.None, ProtocolVersion.Newest, 0, 1, 0, 0), new(operation, ResponseCode.Request, OpFlags.Recursive | OpFlags.CacheCertify, 0xffff, 0, 0x6a000000, 0), null, body, null).ToArray();

    private void Next(uint session, byte first) =>
        node.Server.Services.GetRequiredService<Challenges>().Draw = () => (session, [.. Enumerable.Range(first, 16).Select(value => (byte)value)]);

    private async Task<string> SendAsync(string name) => Convert.ToHexStringLower(await SendBytesAsync(Cases.Read(name)));

    /// <summary>One connection a request, read to its end, as the reference client does it.</summary>
    private async Task<byte[]> SendBytesAsync(byte[] request)
    {
        using TcpClient client = await node.ConnectAsync();
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(request);
        client.Client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        return answer.ToArray();
    }

    private static ResponseCode Code(byte[] answer) => Header.Read(answer.AsSpan(Envelope.Size)).ResponseCode;

    private static string Hex(string name) => Convert.ToHexStringLower(Cases.Read(name));

    /// <summary>The test key of the note.</summary>
    private static byte[] PublicKey() => Convert.FromHexString(
        "0000000b5253415f5055425f4b45590000000000030100010000008100ae5e8c3ebff5cf91091280f3abb71b8efb4d2115c3049b103124ed7bfca698624ae1387e9503caae7dc443bcef99be2d"
        + "e1ec67c9377447f594f6aaabdd7895c490a5a23e6540d75567e9730062b247533df246fa8e7fe76d54e2d59f7a91fd15b5940d6f2bb085e6850ab6193799c6297834a6422549b4106a08ee96d5858c2300000000");
}
