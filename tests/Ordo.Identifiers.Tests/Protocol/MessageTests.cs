using System.Security.Cryptography;
using System.Text;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Tests.Protocol;

public sealed class MessageTests
{
    public static TheoryData<string> Names => [.. Cases.Names];

    [Fact]
    public void All_messages_are_there() => Assert.Equal(33, Cases.Names.Count());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_is_read_and_written_again_byte_for_byte(string name)
    {
        byte[] bytes = Cases.Read(name);
        Assert.Equal(MessageVerdict.Message, Message.TryRead(bytes, out Message? message));
        Assert.Equal(Convert.ToHexStringLower(bytes), Convert.ToHexStringLower(message!.ToArray()));
        Assert.IsNotType<UnknownBody>(message.Body);
    }

    [Fact]
    public void A_plain_resolution_says_what_the_note_says()
    {
        Message.TryRead(Cases.Read("A1"), out Message? request);
        Assert.Equal((new ProtocolVersion(2, 11), 1u), (request!.Envelope.Version, request.Envelope.RequestId));
        Assert.Equal(OpFlags.Recursive | OpFlags.CacheCertify | OpFlags.PublicOnly, request.Header.Flags);
        Assert.Equal("88.999.1/SN1", Assert.IsType<ResolutionRequest>(request.Body).Handle.AsText());

        Message.TryRead(Cases.Read("A2"), out Message? response);
        var values = Assert.IsType<ValuesBody>(response!.Body).Values;
        Assert.Equal([(1u, "URL"), (2, "PRODUCT_NAME"), (100, "HS_ADMIN")], values.Select(value => (value.Index, value.Type.ToString())));
        Assert.Equal("阀门", values[1].Data.AsText());
        AdminData admin = AdminData.Read(values[2].Data.Memory)!;
        Assert.Equal(((AdminPermissions)0x07f3, "0.NA/88.999.1", 200u), (admin.Permissions, admin.Handle.AsText(), admin.Index));
        Assert.Equal(values[2].Data, admin.ToArray());
    }

    /// <summary>What no server of one prefix answers by itself, put together from its fields.</summary>
    [Fact]
    public void Site_list_and_referrals_are_written_as_the_note_has_them()
    {
        var site = new SiteInfo(
            1, ProtocolVersion.Newest, 1, SiteInfo.Primary, HashOption.ByHandle, Octets.Empty, [("desc", "demo node")],
            [new(1, SiteServer.AddressOf(System.Net.IPAddress.Parse("192.0.2.10")), Octets.Empty, [new(3, 0, 2641), new(3, 1, 2641), new(3, 2, 8000)])]);
        const OpFlags flags = OpFlags.Authoritative | OpFlags.Recursive | OpFlags.CacheCertify | OpFlags.PublicOnly;
        AssertWritten("D2", 4, OpCode.SiteInfo, ResponseCode.Success, flags, new SiteBody(site));
        AssertWritten("J2", 13, OpCode.ListHandles, ResponseCode.Success, flags | OpFlags.Continuous, new ListBody(["88.999.1/SN1", "88.999.1/SN2"]));
        AssertWritten("J3", 13, OpCode.ListHandles, ResponseCode.Success, flags, new ListBody(["88.999.1/SN3"]));
        AssertWritten("K2", 14, OpCode.Resolution, ResponseCode.PrefixReferral, flags, new ReferralBody("0.NA/88.999.7"));
        AssertWritten("K3", 14, OpCode.Resolution, ResponseCode.ServiceReferral, flags, new ReferralBody(Octets.Empty, [HandleValue.Of(1, "HS_SITE", site.ToArray(), 0x68f00000)]));

        static void AssertWritten(string name, uint number, OpCode operation, ResponseCode code, OpFlags flags, MessageBody body) => Assert.Equal(
            Convert.ToHexStringLower(Cases.Read(name)),
            Convert.ToHexStringLower(new Message(
                new(ProtocolVersion.Newest, EnvelopeFlags.None, ProtocolVersion.Newest, 0, number, 0, 0), new(operation, code, flags, 1, 0, 0x6a000000, 0), null, body, null).ToArray()));
    }

    [Theory]
    [InlineData("B1", "B2")]
    [InlineData("E1", "E2")]
    [InlineData("F1", "F2")]
    [InlineData("G1", "G2")]
    [InlineData("S1", "S2")]
    public void A_response_begins_with_the_digest_of_its_request(string request, string response)
    {
        Message.TryRead(Cases.Read(request), out Message? asked);
        Message.TryRead(Cases.Read(response), out Message? answered);
        Assert.Equal(RequestDigest.Of(asked!.Signed.Span, answered!.Envelope.Version), answered.Digest!.Value.Memory.ToArray());
    }

    [Fact]
    public void Message_H_carries_the_MAC_of_its_session()
    {
        Message.TryRead(Cases.Read("H1"), out Message? message);
        byte[] key = [.. Enumerable.Range(0x40, 32).Select(b => (byte)b)];
        var input = new WireWriter();
        input.Byte(2).Byte(11).Byte(2).Byte(11).UInt32(message!.Envelope.SessionId).UInt32(message.Envelope.RequestId).UInt32(message.Credential!.Counter).Raw(message.Signed.Span);
        Assert.Equal(("HS_MAC", "HMAC-SHA256", 7u), (message.Credential.Type.ToString(), message.Credential.Algorithm.ToString(), message.Credential.Counter));
        Assert.Equal(HMACSHA256.HashData(key, input.Written), message.Credential.Signature.Memory.ToArray());
    }

    [Theory]
    [InlineData("88.999.1/SN1", 1, 3, 0)]
    [InlineData("0.NA/88.999.1", 4, 1, 1)]
    [InlineData("88.999.1/阀门-01", 1, 4, 2)]
    public void A_site_spreads_its_handles(string handle, int byPrefix, int bySuffix, int byAll)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(handle);
        Assert.Equal((byPrefix, bySuffix, byAll), (
            SiteInfo.ServerOf(bytes, HashOption.ByPrefix, 5), SiteInfo.ServerOf(bytes, HashOption.BySuffix, 5), SiteInfo.ServerOf(bytes, HashOption.ByHandle, 5)));
    }

    [Fact]
    public void Groups_and_keys_are_written_as_they_are_read()
    {
        const string list = "000000020000000d302e4e412f38382e3939392e310000012c0000000e38382e3939392e312f41444d494e0000012d";
        ListData group = ListData.Read(Convert.FromHexString(list))!;
        Assert.Equal([(300u, "0.NA/88.999.1"), (301, "88.999.1/ADMIN")], group.Members.Select(member => (member.Index, member.Handle.ToString())));
        Assert.Equal(list, Convert.ToHexStringLower(group.ToArray()));

        Message.TryRead(Cases.Read("S1"), out Message? setup);
        Octets key = Assert.IsType<SessionSetupRequest>(setup!.Body).PublicKey!.Value;
        Assert.Equal(key, PublicKeyData.Read(key.Memory)!.ToArray());
        byte[] rsa = new PublicKeyData(PublicKeyData.Rsa, 0, [new byte[] { 1, 0, 1 }, new byte[] { 0, 0x80 }]).ToArray();
        Assert.Equal("0000000b5253415f5055425f4b45590000000000030100010000000200800" + "0000000", Convert.ToHexStringLower(rsa));
    }

    [Theory]
    [InlineData("URL", "url", true)]
    [InlineData("EMAIL.", "EMAIL", true)]
    [InlineData("EMAIL.", "email.WORK", true)]
    [InlineData("EMAIL.", "EMAILS", false)]
    [InlineData("EMAIL", "EMAIL.WORK", false)]
    [InlineData("阀门", "阀门", true)]
    [InlineData("A{", "a[", false)]
    public void A_type_is_asked_for_by_name_or_by_family(string requested, string type, bool matches) =>
        Assert.Equal(matches, ValueTypes.Matches(Encoding.UTF8.GetBytes(requested), Encoding.UTF8.GetBytes(type)));

    [Fact]
    public void A_message_without_the_length_of_a_credential_is_accepted()
    {
        byte[] bytes = Cases.Read("A1")[..^4];
        bytes[19] -= 4;
        Assert.Equal(MessageVerdict.Message, Message.TryRead(bytes, out _));
    }
}
