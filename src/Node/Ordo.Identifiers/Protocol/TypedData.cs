using System.Net;

namespace Ordo.Identifiers.Protocol;

/// <summary>Names of the predefined types of values, and how types are compared.</summary>
internal static class ValueTypes
{
    public static ReadOnlySpan<byte> Admin => "HS_ADMIN"u8;

    public static ReadOnlySpan<byte> List => "HS_VLIST"u8;

    public static ReadOnlySpan<byte> SecretKey => "HS_SECKEY"u8;

    public static ReadOnlySpan<byte> PublicKey => "HS_PUBKEY"u8;

    public static ReadOnlySpan<byte> Site => "HS_SITE"u8;

    public static bool Is(this Octets type, ReadOnlySpan<byte> name) => HandleText.EqualsFolded(type.Span, name);

    /// <summary>A requested type ending in "." matches the type without the dot and all its sub-types.</summary>
    public static bool Matches(ReadOnlySpan<byte> requested, ReadOnlySpan<byte> type)
    {
        if (requested.IsEmpty || requested[^1] != (byte)'.') return HandleText.EqualsFolded(requested, type);
        return type.Length == requested.Length - 1
            ? HandleText.EqualsFolded(requested[..^1], type)
            : type.Length >= requested.Length && HandleText.EqualsFolded(requested, type[..requested.Length]);
    }
}

/// <summary>Data of an HS_ADMIN value: who administers the record and how far. Software up to 7.3 wrote two more zero bytes; what follows is ignored.</summary>
internal sealed record AdminData(AdminPermissions Permissions, Octets Handle, uint Index)
{
    public static AdminData? Read(ReadOnlyMemory<byte> data)
    {
        var reader = new WireReader(data);
        var admin = new AdminData((AdminPermissions)reader.UInt16(), reader.Octets(), reader.UInt32());
        return reader.Failed ? null : admin;
    }

    public byte[] ToArray() => new WireWriter(32).UInt16((ushort)Permissions).Octets(Handle).UInt32(Index).ToArray();
}

/// <summary>Data of an HS_VLIST value: a group of identities.</summary>
internal sealed record ListData(IReadOnlyList<ValueReference> Members)
{
    public static ListData? Read(ReadOnlyMemory<byte> data)
    {
        var reader = new WireReader(data);
        var members = new ValueReference[reader.Count(8, HandleValue.MaxCount)];
        for (int i = 0; i < members.Length; i++) members[i] = new(reader.Octets(), reader.UInt32());
        return reader.Failed ? null : new(members);
    }

    public byte[] ToArray()
    {
        WireWriter writer = new WireWriter(64).UInt32((uint)Members.Count);
        foreach (ValueReference member in Members) writer.Octets(member.Handle).UInt32(member.Index);
        return writer.ToArray();
    }
}

/// <summary>An encoded public key: name of the algorithm, flags, then its numbers (two's complement, big-endian).</summary>
/// <param name="Algorithm"><c>RSA_PUB_KEY</c> (e, n), <c>DSA_PUB_KEY</c> (q, p, g, y), <c>DH_PUB_KEY</c> (y, p, g), <c>SM2_PUB_KEY</c> (key).</param>
internal sealed record PublicKeyData(Octets Algorithm, ushort Flags, IReadOnlyList<Octets> Numbers)
{
    public const string Rsa = "RSA_PUB_KEY", Dsa = "DSA_PUB_KEY", DiffieHellman = "DH_PUB_KEY";
    private const int MaxNumbers = 4;

    public static PublicKeyData? Read(ReadOnlyMemory<byte> data)
    {
        var reader = new WireReader(data);
        (Octets algorithm, ushort flags) = (reader.Octets(), reader.UInt16());
        int count = CountOf(algorithm.AsText());
        var numbers = new Octets[count];
        for (int i = 0; i < count; i++) numbers[i] = reader.Octets();
        return reader.Failed || count == 0 ? null : new(algorithm, flags, numbers);
    }

    public byte[] ToArray()
    {
        WireWriter writer = new WireWriter(256).Octets(Algorithm).UInt16(Flags);
        foreach (Octets number in Numbers) writer.Octets(number);
        // The reference encoder leaves four zero bytes behind an RSA key, and its keys are compared as bytes.
        if (Algorithm.Equals(Rsa)) writer.UInt32(0);
        return writer.ToArray();
    }

    private static int CountOf(string? algorithm) => algorithm switch
    {
        Rsa => 2,
        Dsa => MaxNumbers,
        DiffieHellman => 3,
        "SM2_PUB_KEY" => 1,
        _ => 0,
    };
}

/// <summary>Where a server of a site listens.</summary>
/// <param name="Service">1 admin, 2 query, 3 both.</param>
/// <param name="Protocol">0 UDP, 1 TCP, 2 HTTP, 3 HTTPS.</param>
internal readonly record struct SiteInterface(byte Service, byte Protocol, uint Port);

/// <summary>One server of a site.</summary>
/// <param name="Address">16 bytes; IPv4 behind 12 zero bytes.</param>
/// <param name="PublicKey">Encoded; empty when it cannot certify.</param>
internal sealed record SiteServer(uint Id, Octets Address, Octets PublicKey, IReadOnlyList<SiteInterface> Interfaces)
{
    public const int AddressSize = 16;

    public static byte[] AddressOf(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes(), padded = new byte[AddressSize];
        bytes.CopyTo(padded, AddressSize - bytes.Length);
        return padded;
    }

    public IPAddress ToAddress() => new(Address.Span[..12].ContainsAnyExcept((byte)0) ? Address.Span : Address.Span[12..]);
}

internal enum HashOption : byte
{
    ByPrefix,
    BySuffix,
    ByHandle,
}

/// <summary>HS_SITE: the servers that answer for a prefix, and which of them for which handle.</summary>
/// <param name="Serial">Counted up with every change.</param>
/// <param name="Kind">0x80 primary site, 0x40 multi-primary.</param>
internal sealed record SiteInfo(
    ushort FormatVersion, ProtocolVersion Version, ushort Serial, byte Kind, HashOption Hash, Octets HashFilter,
    IReadOnlyList<(Octets Name, Octets Value)> Attributes, IReadOnlyList<SiteServer> Servers)
{
    private const int MaxAttributes = 256;
    private const int MaxServers = 256;
    private const int MaxInterfaces = 64;

    public const byte Primary = 0x80;
    public const byte MultiPrimary = 0x40;

    public bool IsPrimary => (Kind & Primary) != 0;

    public static SiteInfo? Read(ReadOnlyMemory<byte> data)
    {
        var reader = new WireReader(data);
        (ushort format, var version) = (reader.UInt16(), new ProtocolVersion(reader.Byte(), reader.Byte()));
        (ushort serial, byte kind, byte hash, Octets filter) = (reader.UInt16(), reader.Byte(), reader.Byte(), reader.Octets());
        var attributes = new (Octets, Octets)[reader.Count(8, MaxAttributes)];
        for (int i = 0; i < attributes.Length; i++) attributes[i] = (reader.Octets(), reader.Octets());
        var servers = new SiteServer[reader.Count(28, MaxServers)];
        for (int i = 0; i < servers.Length; i++) servers[i] = ReadServer(ref reader);
        return reader.Failed ? null : new(format, version, serial, kind, (HashOption)hash, filter, attributes, servers);
    }

    public byte[] ToArray()
    {
        WireWriter writer = new WireWriter(128).UInt16(FormatVersion).Byte(Version.Major).Byte(Version.Minor).UInt16(Serial).Byte(Kind).Byte((byte)Hash)
            .Octets(HashFilter).UInt32((uint)Attributes.Count);
        foreach ((Octets name, Octets value) in Attributes) writer.Octets(name).Octets(value);
        writer.UInt32((uint)Servers.Count);
        foreach (SiteServer server in Servers)
        {
            writer.UInt32(server.Id).Raw(server.Address.Span).Octets(server.PublicKey).UInt32((uint)server.Interfaces.Count);
            foreach (SiteInterface port in server.Interfaces) writer.Byte(port.Service).Byte(port.Protocol).UInt32(port.Port);
        }

        return writer.ToArray();
    }

    /// <summary>Which server of a site holds a handle: by the last four bytes of the MD5 of the upper-cased part that the hash option names.</summary>
    public static int ServerOf(ReadOnlySpan<byte> handle, HashOption option, int servers)
    {
        int slash = handle.IndexOf((byte)'/');
        ReadOnlySpan<byte> part = option switch
        {
            HashOption.ByPrefix when slash >= 0 => handle[..slash],
            HashOption.BySuffix when slash >= 0 => handle[(slash + 1)..],
            _ => handle,
        };
        Span<byte> folded = part.Length <= 512 ? stackalloc byte[part.Length] : new byte[part.Length];
        HandleText.Fold(part, folded);
        Span<byte> digest = stackalloc byte[16];
#pragma warning disable CA5351 // The protocol spreads handles with it; nothing is protected by it.
        System.Security.Cryptography.MD5.HashData(folded, digest);
#pragma warning restore CA5351
        // As a long, because the absolute value of the smallest int is none.
        return (int)(Math.Abs((long)System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(digest[12..])) % servers);
    }

    private static SiteServer ReadServer(ref WireReader reader)
    {
        (uint id, ReadOnlyMemory<byte> address, Octets key) = (reader.UInt32(), reader.Take(SiteServer.AddressSize), reader.Octets());
        var interfaces = new SiteInterface[reader.Count(6, MaxInterfaces)];
        for (int i = 0; i < interfaces.Length; i++) interfaces[i] = new(reader.Byte(), reader.Byte(), reader.UInt32());
        return new(id, new(address), key, interfaces);
    }
}
