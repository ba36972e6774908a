namespace Ordo.Identifiers.Protocol;

/// <summary>What a message says behind its header. Which one it is follows from op code and response code.</summary>
internal abstract record MessageBody
{
    public abstract void Write(WireWriter writer);
}

/// <summary>Nothing.</summary>
internal sealed record EmptyBody : MessageBody
{
    public static readonly EmptyBody Instance = new();

    public override void Write(WireWriter writer)
    {
    }
}

/// <summary>Of an operation that is not known here.</summary>
internal sealed record UnknownBody(Octets Bytes) : MessageBody
{
    public override void Write(WireWriter writer) => writer.Raw(Bytes.Span);
}

/// <summary>A name and nothing more: delete, list, home; get site info asks for "/"; the answer to a creation.</summary>
internal sealed record HandleBody(Octets Handle) : MessageBody
{
    public override void Write(WireWriter writer) => writer.Octets(Handle);
}

/// <summary>Asks for values: all, or those whose index is listed and those whose type matches.</summary>
internal sealed record ResolutionRequest(Octets Handle, IReadOnlyList<uint> Indexes, IReadOnlyList<Octets> Types) : MessageBody
{
    public override void Write(WireWriter writer)
    {
        writer.Octets(Handle).UInt32((uint)Indexes.Count);
        foreach (uint index in Indexes) writer.UInt32(index);
        writer.UInt32((uint)Types.Count);
        foreach (Octets type in Types) writer.Octets(type);
    }
}

/// <summary>A handle and values: the answer to a resolution; creates, adds, modifies.</summary>
internal sealed record ValuesBody(Octets Handle, IReadOnlyList<HandleValue> Values) : MessageBody
{
    public override void Write(WireWriter writer)
    {
        writer.Octets(Handle);
        writer.UInt32((uint)Values.Count);
        foreach (HandleValue value in Values) value.Write(writer);
    }
}

/// <summary>Removes values.</summary>
internal sealed record RemoveRequest(Octets Handle, IReadOnlyList<uint> Indexes) : MessageBody
{
    public override void Write(WireWriter writer)
    {
        writer.Octets(Handle).UInt32((uint)Indexes.Count);
        foreach (uint index in Indexes) writer.UInt32(index);
    }
}

/// <summary>The answer to get site info.</summary>
internal sealed record SiteBody(SiteInfo Site) : MessageBody
{
    public override void Write(WireWriter writer) => writer.Raw(Site.ToArray());
}

/// <summary>Names of handles or prefixes; further messages follow while <see cref="OpFlags.Continuous"/> is set.</summary>
internal sealed record ListBody(IReadOnlyList<Octets> Handles) : MessageBody
{
    public override void Write(WireWriter writer)
    {
        writer.UInt32((uint)Handles.Count);
        foreach (Octets handle in Handles) writer.Octets(handle);
    }
}

/// <summary>An error; DO-IRP allows the indexes it is about behind the text.</summary>
internal sealed record ErrorBody(Octets Text, IReadOnlyList<uint>? Indexes = null) : MessageBody
{
    public override void Write(WireWriter writer)
    {
        writer.Octets(Text);
        if (Indexes is null) return;
        writer.UInt32((uint)Indexes.Count);
        foreach (uint index in Indexes) writer.UInt32(index);
    }
}

/// <summary>Sends the client elsewhere: to the handle named, or to the sites among the values.</summary>
internal sealed record ReferralBody(Octets Handle, IReadOnlyList<HandleValue>? Values = null) : MessageBody
{
    public override void Write(WireWriter writer)
    {
        writer.Octets(Handle);
        if (Values is not null) HandleValue.WriteList(writer, Values);
    }
}

/// <summary>Asks who is there. Below version 2.1 the MD5 of the request stands here and not in front of the body.</summary>
internal sealed record ChallengeBody(Octets Nonce, Octets? OldDigest = null) : MessageBody
{
    public const int NonceSize = 16;

    public override void Write(WireWriter writer)
    {
        writer.Octets(Nonce);
        if (OldDigest is { } digest) writer.Octets(digest);
    }
}

/// <summary>Answers a challenge.</summary>
internal sealed record ChallengeAnswer(Octets AuthenticationType, Octets UserHandle, uint UserIndex, Octets Answer) : MessageBody
{
    public override void Write(WireWriter writer) => writer.Octets(AuthenticationType).Octets(UserHandle).UInt32(UserIndex).Octets(Answer);
}

/// <summary>Asks another server whether an answer to a challenge is right.</summary>
internal sealed record VerifyRequest(Octets UserHandle, uint UserIndex, Octets Nonce, Octets Digest, Octets Answer) : MessageBody
{
    public override void Write(WireWriter writer) => writer.Octets(UserHandle).UInt32(UserIndex).Octets(Nonce).Octets(Digest).Octets(Answer);
}

/// <summary>Whether it was.</summary>
internal sealed record VerifyResponse(byte Valid) : MessageBody
{
    public override void Write(WireWriter writer) => writer.Byte(Valid);
}

/// <summary>How the two sides come to a session key.</summary>
internal enum KeyExchangeMode : ushort
{
    ClientKey = 1,
    ServerKey = 2,
    KeyInHandle = 3,
    DiffieHellman = 4,
}

/// <summary>Opens a session.</summary>
/// <param name="TimeoutSeconds">Idle time after which it ends.</param>
/// <param name="PublicKey">Modes 1 and 4.</param>
/// <param name="KeyAt">Mode 3.</param>
internal sealed record SessionSetupRequest(
    KeyExchangeMode Mode, uint TimeoutSeconds, Octets IdentityHandle, uint IdentityIndex, Octets? PublicKey, ValueReference? KeyAt) : MessageBody
{
    public override void Write(WireWriter writer)
    {
        writer.UInt16((ushort)Mode).UInt32(TimeoutSeconds).Octets(IdentityHandle).UInt32(IdentityIndex);
        if (PublicKey is { } key) writer.Octets(key);
        if (KeyAt is { } place) writer.Octets(place.Handle).UInt32(place.Index);
        writer.UInt16(0); // the reference encoder counts the mode as four bytes
    }
}

/// <summary>The other half of the key exchange.</summary>
internal sealed record SessionSetupResponse(KeyExchangeMode Mode, Octets Data) : MessageBody
{
    public override void Write(WireWriter writer) => writer.UInt16((ushort)Mode).Octets(Data).UInt16(0);
}

/// <summary>The session key, encrypted for the server (op code 402).</summary>
internal sealed record KeyExchangeRequest(Octets EncryptedKey) : MessageBody
{
    public override void Write(WireWriter writer) => writer.Octets(EncryptedKey);
}

/// <summary>Reads the body that belongs to a header.</summary>
internal static class Bodies
{
    private const int MaxNames = 65_536;

    /// <returns><c>null</c> when the bytes are no such body.</returns>
    public static MessageBody? Read(in Header header, bool oldChallenge, ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        MessageBody body = header.ResponseCode switch
        {
            ResponseCode.Request => Request(header.OpCode, ref reader),
            ResponseCode.Success => Response(header.OpCode, ref reader),
            ResponseCode.AuthenticationNeeded => new ChallengeBody(reader.Octets(), oldChallenge ? reader.Octets() : default(Octets?)),
            ResponseCode.ServiceReferral or ResponseCode.PrefixReferral => new ReferralBody(reader.Octets(), reader.Remaining > 0 ? HandleValue.ReadList(ref reader) : null),
            _ => reader.Remaining == 0 ? EmptyBody.Instance : new ErrorBody(reader.Octets(), reader.Remaining > 0 ? Indexes(ref reader) : null),
        };
        return reader.Failed ? null : body;
    }

    private static MessageBody Request(OpCode operation, ref WireReader reader) => operation switch
    {
        OpCode.Resolution => new ResolutionRequest(reader.Octets(), Indexes(ref reader), Names(ref reader)),
        OpCode.SiteInfo or OpCode.DeleteHandle or OpCode.ListHandles or OpCode.ListDerivedPrefixes or OpCode.HomePrefix or OpCode.UnhomePrefix
            or OpCode.ListHomedPrefixes or OpCode.SessionTerminate => reader.Remaining == 0 ? EmptyBody.Instance : new HandleBody(reader.Octets()),
        OpCode.CreateHandle or OpCode.AddValues or OpCode.ModifyValues => new ValuesBody(reader.Octets(), HandleValue.ReadList(ref reader)),
        OpCode.RemoveValues => new RemoveRequest(reader.Octets(), Indexes(ref reader)),
        OpCode.ChallengeAnswer => new ChallengeAnswer(reader.Octets(), reader.Octets(), reader.UInt32(), reader.Octets()),
        OpCode.VerifyAnswer => new VerifyRequest(reader.Octets(), reader.UInt32(), reader.Octets(), reader.Octets(), reader.Octets()),
        OpCode.SessionSetup => SessionSetup(ref reader),
        OpCode.KeyExchange => new KeyExchangeRequest(reader.Octets()),
        _ => new UnknownBody(new(reader.TakeAll())),
    };

    private static MessageBody Response(OpCode operation, ref WireReader reader) => operation switch
    {
        OpCode.Resolution => new ValuesBody(reader.Octets(), HandleValue.ReadList(ref reader)),
        OpCode.SiteInfo => Site(ref reader),
        OpCode.CreateHandle => reader.Remaining == 0 ? EmptyBody.Instance : new HandleBody(reader.Octets()),
        OpCode.ListHandles or OpCode.ListDerivedPrefixes or OpCode.ListHomedPrefixes => new ListBody(Names(ref reader)),
        OpCode.VerifyAnswer => new VerifyResponse(reader.Byte()),
        OpCode.SessionSetup => new SessionSetupResponse((KeyExchangeMode)reader.UInt16(), reader.Octets()),
        _ => reader.Remaining == 0 ? EmptyBody.Instance : new UnknownBody(new(reader.TakeAll())),
    };

    private static MessageBody Site(ref WireReader reader)
    {
        ReadOnlyMemory<byte> data = reader.TakeAll();
        if (SiteInfo.Read(data) is { } site) return new SiteBody(site);
        reader.Take(1); // nothing is left, so this fails the body
        return EmptyBody.Instance;
    }

    private static SessionSetupRequest SessionSetup(ref WireReader reader)
    {
        var mode = (KeyExchangeMode)reader.UInt16();
        (uint timeout, Octets handle, uint index) = (reader.UInt32(), reader.Octets(), reader.UInt32());
        Octets? key = mode is KeyExchangeMode.ClientKey or KeyExchangeMode.DiffieHellman ? reader.Octets() : default(Octets?);
        ValueReference? place = mode == KeyExchangeMode.KeyInHandle ? new(reader.Octets(), reader.UInt32()) : null;
        return new(mode, timeout, handle, index, key, place);
    }

    private static uint[] Indexes(ref WireReader reader)
    {
        int count = reader.Count(4, HandleValue.MaxCount);
        uint[] indexes = count == 0 ? [] : new uint[count];
        for (int i = 0; i < count; i++) indexes[i] = reader.UInt32();
        return indexes;
    }

    private static Octets[] Names(ref WireReader reader)
    {
        int count = reader.Count(4, MaxNames);
        Octets[] names = count == 0 ? [] : new Octets[count];
        for (int i = 0; i < count; i++) names[i] = reader.Octets();
        return names;
    }
}
