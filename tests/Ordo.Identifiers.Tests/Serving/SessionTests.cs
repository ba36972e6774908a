using System.Net.Sockets;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Tests.Protocol;

namespace Ordo.Identifiers.Tests.Serving;

/// <summary>Sessions, MACs, signatures and encryption: the messages of the note byte for byte, a whole session of a client, and everything that must not work.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private const string Secret = "secret-key-01", User = "0.NA/88.999.1";
    private static readonly BigInteger Generator = 2;
    private static readonly byte[] SessionKey = Convert.FromHexString("beebaaedccfef7281ce8055e68582488257ade4ddd41f6465786780f2afbf5f4");
    private NodeServer node = null!;
    private uint requests;

    private Sessions Sessions => node.Server.Services.GetRequiredService<Sessions>();

    public async ValueTask InitializeAsync()
    {
        node = await NodeServer.StartAsync(services: services => services.AddSingleton(new NodeKey(ExampleKey())));
        await node.PutAsync(
            User, HandleValue.Of(100, "HS_ADMIN", new AdminData((AdminPermissions)0x0fff, User, 300).ToArray()),
            HandleValue.Of(300, "HS_SECKEY", Secret, permissions: ValuePermissions.AdminRead | ValuePermissions.AdminWrite));
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task A_session_is_set_up_byte_for_byte_as_in_the_note()
    {
        Sessions.Draw = () => (0x51, [.. Enumerable.Range(0x81, 32).Select(value => (byte)value)]);
        Assert.Equal(Convert.ToHexStringLower(Cases.Read("S2")), Convert.ToHexStringLower(await SendAsync(Cases.Read("S1"))));
        Assert.Equal(SessionKey, Sessions.Use(0x51)!.Key);
    }

    [Fact]
    public async Task A_value_is_modified_inside_a_session_byte_for_byte_as_in_H()
    {
        await node.PutAsync(User, HandleValue.Of(200, "HS_VLIST", new ListData([new(User, 300)]).ToArray()));
        byte[] key = [.. Enumerable.Range(0x40, 32).Select(value => (byte)value)];
        Sessions.Add(new(0x51, key, ProtocolVersion.Newest, TimeSpan.FromDays(1), System.Net.IPAddress.Loopback, node.Server.Time.GetTimestamp()) { Identity = new(User, 300) });
        Assert.Equal(Convert.ToHexStringLower(Cases.Read("H2")), Convert.ToHexStringLower(await SendAsync(Cases.Read("H1"))));
        Assert.Equal("https://t.example/1b", node.Store.Find("88.999.1/SN1")!.Values[0].Data.ToString());
        Assert.Equal(ResponseCode.SessionReplay, Code(await SendAsync(Cases.Read("H1"))));
    }

    [Fact]
    public void The_MAC_of_the_note_is_right_with_its_key_and_with_no_other_and_for_no_other_message()
    {
        byte[] bytes = Cases.Read("H1"), key = [.. Enumerable.Range(0x40, 32).Select(value => (byte)value)];
        Assert.True(IsRight(bytes, key));
        Assert.False(IsRight(bytes, [.. key[..31], 0]));
        foreach (int at in new[] { 11, 43, 90, 150 })
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 1;
            Assert.False(IsRight(changed, key), $"byte {at}");
        }

        static bool IsRight(byte[] bytes, byte[] key) => Message.TryRead(bytes, out Message? message) == MessageVerdict.Message && Seals.IsMacRight(message!, ProtocolVersion.Newest, key);
    }

    [Fact]
    public async Task In_a_session_a_client_proves_once_who_it_is()
    {
        (uint session, byte[] key) = await OpenAsync();
        Message challenge = Read(await SendAsync(Sealed(Create("88.999.1/A"), session, key, 1)));
        Assert.Equal((ResponseCode.AuthenticationNeeded, session), (challenge.Header.ResponseCode, challenge.Envelope.SessionId));
        Message created = Read(await SendAsync(Proof(challenge)));
        Assert.Equal((ResponseCode.Success, session, OpCode.CreateHandle), (created.Header.ResponseCode, created.Envelope.SessionId, created.Header.OpCode));
        byte[] certified = await SendAsync(Sealed(Create("88.999.1/B", OpFlags.Certify), session, key, 2));
        Assert.Equal(ResponseCode.Success, Read(certified).Header.ResponseCode);
        Assert.True(Seals.IsMacRight(Read(certified), ProtocolVersion.Newest, key));
        Assert.NotNull(node.Store.Find("88.999.1/B"));
        Assert.Equal(ResponseCode.Success, Read(await SendAsync(Sealed(Request(OpCode.SessionTerminate, EmptyBody.Instance), session, key, 3))).Header.ResponseCode);
        Assert.Equal(ResponseCode.SessionUnknown, Read(await SendAsync(Sealed(Create("88.999.1/C"), session, key, 4))).Header.ResponseCode);
        Assert.Null(node.Store.Find("88.999.1/C"));
    }

    [Fact]
    public async Task A_wrong_or_missing_MAC_and_a_message_that_came_before_change_nothing()
    {
        (uint session, byte[] key) = await OpenAsync();
        Read(await SendAsync(Proof(Read(await SendAsync(Sealed(Create("88.999.1/A"), session, key, 5))))));
        Assert.Equal(ResponseCode.InvalidSessionKey, Code(await SendAsync(Sealed(Create("88.999.1/B"), session, [.. key[..31], (byte)(key[31] ^ 1)], 6))));
        Assert.Equal(ResponseCode.InvalidCredential, Code(await SendAsync(With(Create("88.999.1/B"), session))));
        byte[] once = Sealed(Request(OpCode.DeleteHandle, new HandleBody("88.999.1/A")), session, key, 7);
        Assert.Equal(ResponseCode.Success, Code(await SendAsync(once)));
        Assert.Equal(ResponseCode.SessionReplay, Code(await SendAsync(once)));
        Assert.Equal(ResponseCode.SessionUnknown, Code(await SendAsync(Sealed(Create("88.999.1/B"), session + 1, key, 8))));
        Assert.Null(node.Store.Find("88.999.1/B"));
    }

    [Fact]
    public void A_counter_counts_once_and_not_when_it_is_older_than_what_is_remembered()
    {
        var session = new Session(1, new byte[32], ProtocolVersion.Newest, TimeSpan.FromDays(1), System.Net.IPAddress.Loopback, 0);
        Assert.All(Enumerable.Range(1, 400), number => Assert.True(session.Accepts((uint)number * 2)));
        Assert.False(session.Accepts(800));
        Assert.False(session.Accepts(3));
        Assert.True(session.Accepts(799));
        Assert.True(session.Accepts(0));
        Assert.True(session.Accepts(0));
    }

    [Fact]
    public async Task What_not_everybody_may_read_is_encrypted_and_so_may_requests_be()
    {
        await node.PutAsync("88.999.1/P", HandleValue.Of(2, "T", "hidden", permissions: ValuePermissions.AdminRead), HandleValue.Of(100, "HS_ADMIN", new AdminData(AdminPermissions.AuthorizedRead, User, 300).ToArray()));
        (uint session, byte[] key) = await OpenAsync();
        byte[] request = Request(OpCode.Resolution, new ResolutionRequest("88.999.1/P", [2], []));
        byte[] sent = Seals.Encrypt(Sealed(request, session, key, 1), key);
        Message challenge = Read(await SendAsync(sent));
        byte[] answer = await SendAsync(Proof(challenge));
        Assert.Equal(MessageVerdict.Encrypted, Message.TryRead(answer, out _));
        Assert.DoesNotContain("hidden", Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
        Assert.Equal("hidden", ((ValuesBody)Read(Seals.Decrypt(answer, key)!).Body).Values.Single().Data.ToString());
        Assert.Equal(ResponseCode.InvalidSessionKey, Code(await SendAsync([.. sent[..^1], (byte)(sent[^1] ^ 1)])));
    }

    [Fact]
    public async Task An_answer_outside_of_a_session_is_signed_for_who_asks_for_it_with_the_key_of_the_site_record()
    {
        byte[] site = await SendAsync(Request(OpCode.SiteInfo, new HandleBody("/")));
        PublicKeyData key = PublicKeyData.Read(((SiteBody)Read(site).Body).Site.Servers[0].PublicKey.Memory)!;
        Message answer = Read(await SendAsync(Request(OpCode.Resolution, new ResolutionRequest("88.999.1/SN1", [], []), OpFlags.Certify | OpFlags.PublicOnly)));
        Assert.Equal(("HS_SIGNED", "SHA-256"), (answer.Credential!.Type.ToString(), answer.Credential.Algorithm.ToString()));
        using RSA rsa = RSA.Create(new RSAParameters { Exponent = key.Numbers[0].Span.ToArray(), Modulus = key.Numbers[1].Span[1..].ToArray() });
        Assert.True(rsa.VerifyData(Seals.Covered(answer.Envelope, ProtocolVersion.Newest, 0, answer.Signed.Span), answer.Credential.Signature.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public async Task Sessions_that_nobody_has_proven_anything_in_end_after_a_minute_and_an_address_has_a_hundred_of_them()
    {
        (uint first, byte[] key) = await OpenAsync();
        for (int i = 1; i < 100; i++) await OpenAsync();
        Assert.Equal(ResponseCode.TooBusy, Code(await SendAsync(Setup(Half(2).Data))));
        node.Server.Time.Advance(TimeSpan.FromSeconds(61));
        await OpenAsync();
        Assert.Equal(1, Sessions.Open);
        Assert.Equal(ResponseCode.SessionUnknown, Code(await SendAsync(Sealed(Create("88.999.1/B"), first, key, 1))));
    }

    [Fact]
    public async Task A_half_from_which_anybody_could_tell_the_key_is_refused_and_so_is_every_other_way()
    {
        BigInteger prime = Prime();
        foreach (BigInteger y in new[] { BigInteger.Zero, BigInteger.One, prime - 1, prime, -prime })
            Assert.Equal(ResponseCode.InvalidSessionSetup, Code(await SendAsync(Setup(new PublicKeyData(PublicKeyData.DiffieHellman, 0, [Bytes(y), Bytes(prime), Bytes(Generator)]).ToArray()))));
        Assert.Equal(ResponseCode.InvalidSessionSetup, Code(await SendAsync(Setup(new PublicKeyData(PublicKeyData.DiffieHellman, 0, [Bytes(3), Bytes(7919), Bytes(Generator)]).ToArray()))));
        Assert.Equal(ResponseCode.InvalidSessionSetup, Code(await SendAsync(Setup([1, 2, 3]))));
        foreach (SessionSetupRequest other in new SessionSetupRequest[] { new(KeyExchangeMode.ClientKey, 60, User, 300, (Octets)"key", null), new(KeyExchangeMode.ServerKey, 60, User, 300, null, null), new(KeyExchangeMode.KeyInHandle, 60, User, 300, null, new(User, 301)) })
            Assert.Equal(ResponseCode.SessionFailed, Code(await SendAsync(Request(OpCode.SessionSetup, other))));
        Assert.Equal(ResponseCode.SessionFailed, Code(await SendAsync(Request(OpCode.KeyExchange, new KeyExchangeRequest("x")))));
        byte[] old = Setup(Half(5).Data);
        foreach (byte minor in new byte[] { 1, 2, 3, 4, 5, 6 })
        {
            (old[2], old[3]) = (2, minor);
            Assert.Equal(ResponseCode.SessionFailed, Code(await SendAsync(old)));
        }

        Assert.Equal(0, Sessions.Open);
    }

    [Fact]
    public void A_DSA_key_proves_its_owner()
    {
        using DSA dsa = DSA.Create(1024);
        DSAParameters numbers = dsa.ExportParameters(false);
        byte[] key = new PublicKeyData(PublicKeyData.Dsa, 0, [Positive(numbers.Q!), Positive(numbers.P!), Positive(numbers.G!), Positive(numbers.Y!)]).ToArray();
        byte[] nonce = RandomNumberGenerator.GetBytes(16), digest = RandomNumberGenerator.GetBytes(32);
        byte[] signature = dsa.SignData([.. nonce, .. digest], HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);
        byte[] answer = new WireWriter(128).Octets("SHA1"u8).Octets(signature).ToArray();
        Assert.True(Proofs.ByPublicKey(answer, key, nonce, digest));
        Assert.False(Proofs.ByPublicKey(answer, key, digest[..16], digest));

        static Octets Positive(byte[] number) => new BigInteger(number, isUnsigned: true, isBigEndian: true).ToByteArray(isBigEndian: true);
    }

    private async Task<(uint Session, byte[] Key)> OpenAsync()
    {
        (BigInteger exponent, byte[] data) = Half(BigInteger.Pow(3, 100) + ++requests);
        Message answer = Read(await SendAsync(Setup(data)));
        Assert.Equal(ResponseCode.Success, answer.Header.ResponseCode);
        PublicKeyData theirs = PublicKeyData.Read(((SessionSetupResponse)answer.Body).Data.Memory[4..])!;
        return (answer.Envelope.SessionId, SharedKey(theirs, exponent));
    }

    private static byte[] SharedKey(PublicKeyData theirs, BigInteger exponent) =>
        Ordo.Identifiers.Serving.Sessions.KeyOf(BigInteger.ModPow(new(theirs.Numbers[0].Span, isBigEndian: true), exponent, Prime()), Prime());

    private static (BigInteger Exponent, byte[] Data) Half(BigInteger exponent) =>
        (exponent, new PublicKeyData(PublicKeyData.DiffieHellman, 0, [Bytes(BigInteger.ModPow(Generator, exponent, Prime())), Bytes(Prime()), Bytes(Generator)]).ToArray());

    /// <summary>The prime of the note's example.</summary>
    private static BigInteger Prime()
    {
        Message.TryRead(Cases.Read("S1"), out Message? setup);
        return new(PublicKeyData.Read(((SessionSetupRequest)setup!.Body).PublicKey!.Value.Memory)!.Numbers[1].Span, isBigEndian: true);
    }

    private static byte[] Bytes(BigInteger number) => number.ToByteArray(isBigEndian: true);

    private byte[] Setup(byte[] half) => Request(OpCode.SessionSetup, new SessionSetupRequest(KeyExchangeMode.DiffieHellman, 86_400, User, 300, (Octets)half, null), OpFlags.Certify | OpFlags.RequestDigest);

    private byte[] Create(string handle, OpFlags more = OpFlags.None) => Request(OpCode.CreateHandle, new ValuesBody(handle, [HandleValue.Of(1, "URL", "x"), HandleValue.Of(100, "HS_ADMIN", new AdminData((AdminPermissions)0x0fff, User, 300).ToArray())]), more);

    private byte[] Request(OpCode operation, MessageBody body, OpFlags more = OpFlags.None) => new Message(
        new(ProtocolVersion.Newest, EnvelopeFlags.None, ProtocolVersion.Newest, 0, ++requests, 0, 0), new(operation, ResponseCode.Request, OpFlags.Recursive | more, 0xffff, 0, 0x6a000000, 0), null, body, null).ToArray();

    private static byte[] With(byte[] request, uint session)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(4), session);
        return request;
    }

    private static byte[] Sealed(byte[] request, uint session, byte[] key, uint counter) => Seals.WithMac(With(request, session), ProtocolVersion.Newest, key, counter);

    private static byte[] Proof(Message challenge)
    {
        byte[] text = [.. ((ChallengeBody)challenge.Body).Nonce.Span, .. challenge.Digest!.Value.Span[1..]];
        return new Message(
            challenge.Envelope with { RequestId = 99 }, new(OpCode.ChallengeAnswer, ResponseCode.Request, OpFlags.Recursive, 0xffff, 0, 0x6a000000, 0), null,
            new ChallengeAnswer("HS_SECKEY", User, 300, (byte[])[0x13, .. HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), text)]), null).ToArray();
    }

    private async Task<byte[]> SendAsync(byte[] request)
    {
        using TcpClient client = await node.ConnectAsync();
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(request);
        client.Client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        return answer.ToArray();
    }

    private static Message Read(byte[] bytes)
    {
        Assert.Equal(MessageVerdict.Message, Message.TryRead(bytes, out Message? message));
        return message!;
    }

    private static ResponseCode Code(byte[] answer) => Header.Read(answer.AsSpan(Envelope.Size)).ResponseCode;

    /// <summary>The test key of the note.</summary>
    private static RSAParameters ExampleKey() => new()
    {
        Exponent = [1, 0, 1],
        Modulus = Convert.FromHexString("ae5e8c3ebff5cf91091280f3abb71b8efb4d2115c3049b103124ed7bfca698624ae1387e9503caae7dc443bcef99be2de1ec67c9377447f594f6aaabdd7895c490a5a23e6540d75567e9730062b247533df246fa8e7fe76d54e2d59f7a91fd15b5940d6f2bb085e6850ab6193799c6297834a6422549b4106a08ee96d5858c23"),
        D = Convert.FromHexString("0c651c2db9bce22c652b5e39f412e81a99dd39ba2fa01185c2789033d2c48f95d7ccd0149a1dd2e28f28cc728f2056ac86f579cb36989acf9244968d465e5eb1a40e160462da71dec20efaaf332901d80bf44e87c065da696b12b1f1e317cc4339eec71529ced3e54d420262133e38c87960fb05fdabc15751701754717a77c1"),
        P = Convert.FromHexString("b801686e7abcaadcec824295faf5a0617b7b3c1f8e870b6ec0a79910b6e27dbbaa2f1d2c977ffc470beb3e8915322f415c867f23cfbc51e7ced081dff9c8c175"),
        Q = Convert.FromHexString("f297f30ba7c27c44645fe50c97efaa41be44efd0f29f514396efa40dd4014cec6334d190574dd31aa5b53f5c898ce1b650350497a0ec3f42af090d11d0388c37"),
        DP = Mod("0c651c2db9bce22c652b5e39f412e81a99dd39ba2fa01185c2789033d2c48f95d7ccd0149a1dd2e28f28cc728f2056ac86f579cb36989acf9244968d465e5eb1a40e160462da71dec20efaaf332901d80bf44e87c065da696b12b1f1e317cc4339eec71529ced3e54d420262133e38c87960fb05fdabc15751701754717a77c1", "b801686e7abcaadcec824295faf5a0617b7b3c1f8e870b6ec0a79910b6e27dbbaa2f1d2c977ffc470beb3e8915322f415c867f23cfbc51e7ced081dff9c8c175"),
        DQ = Mod("0c651c2db9bce22c652b5e39f412e81a99dd39ba2fa01185c2789033d2c48f95d7ccd0149a1dd2e28f28cc728f2056ac86f579cb36989acf9244968d465e5eb1a40e160462da71dec20efaaf332901d80bf44e87c065da696b12b1f1e317cc4339eec71529ced3e54d420262133e38c87960fb05fdabc15751701754717a77c1", "f297f30ba7c27c44645fe50c97efaa41be44efd0f29f514396efa40dd4014cec6334d190574dd31aa5b53f5c898ce1b650350497a0ec3f42af090d11d0388c37"),
        InverseQ = Inverse("f297f30ba7c27c44645fe50c97efaa41be44efd0f29f514396efa40dd4014cec6334d190574dd31aa5b53f5c898ce1b650350497a0ec3f42af090d11d0388c37", "b801686e7abcaadcec824295faf5a0617b7b3c1f8e870b6ec0a79910b6e27dbbaa2f1d2c977ffc470beb3e8915322f415c867f23cfbc51e7ced081dff9c8c175"),
    };

    private static BigInteger Number(string hex) => new(Convert.FromHexString(hex), isUnsigned: true, isBigEndian: true);

    private static byte[] Mod(string exponent, string prime) => Half(Number(exponent) % (Number(prime) - 1), 64);

    private static byte[] Inverse(string q, string p) => Half(BigInteger.ModPow(Number(q), Number(p) - 2, Number(p)), 64);

    private static byte[] Half(BigInteger number, int size)
    {
        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[size - bytes.Length], .. bytes];
    }
}
