using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Unicode;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Rest;

/// <summary>A request that is not as it should be (response code 4).</summary>
internal sealed class BadEntityException(string message) : Exception(message);

/// <summary>Values as Handle.Net writes them in JSON.</summary>
internal static class ValueJson
{
    public static readonly JsonEncodedText ResponseCode = JsonEncodedText.Encode("responseCode"), Handle = JsonEncodedText.Encode("handle"), Values = JsonEncodedText.Encode("values");
    private static readonly JsonEncodedText Index = JsonEncodedText.Encode("index"), Type = JsonEncodedText.Encode("type"), Data = JsonEncodedText.Encode("data"), Format = JsonEncodedText.Encode("format"),
        Value = JsonEncodedText.Encode("value"), PermissionBits = JsonEncodedText.Encode("permissions"), Ttl = JsonEncodedText.Encode("ttl"), Timestamp = JsonEncodedText.Encode("timestamp"),
        PlainText = JsonEncodedText.Encode("string"), Admin = JsonEncodedText.Encode("admin");

    private const int AdminBits = 12;
    private static readonly string[] InterfaceProtocols = ["UDP", "TCP", "HTTP", "HTTPS"];

    public static void Write(Utf8JsonWriter json, HandleValue value)
    {
        json.WriteStartObject();
        json.WriteNumber(Index, value.Index);
        json.WriteString(Type, value.Type.Span);
        json.WriteStartObject(Data);
        WriteData(json, value);
        json.WriteEndObject();
        if (value.Permissions != ValuePermissions.Default) json.WriteString(PermissionBits, Bits((uint)value.Permissions, 4));
        if (value.TtlType == 0) json.WriteNumber(Ttl, value.Ttl);
        else WriteTime(json, Ttl, value.Ttl);
        if (value.Timestamp != 0) WriteTime(json, Timestamp, value.Timestamp);
        if (value.References.Count > 0)
        {
            json.WritePropertyName("references");
            WriteReferences(json, value.References);
        }

        json.WriteEndObject();
    }

    public static void WriteSite(Utf8JsonWriter json, SiteInfo site)
    {
        json.WriteStartObject();
        json.WriteNumber("version", site.FormatVersion);
        json.WriteString("protocolVersion", site.Version.ToString());
        json.WriteNumber("serialNumber", site.Serial);
        json.WriteBoolean("primarySite", (site.Kind & SiteInfo.Primary) != 0);
        json.WriteBoolean("multiPrimary", (site.Kind & SiteInfo.MultiPrimary) != 0);
        if (site.Hash != HashOption.ByHandle) json.WriteNumber("hashOption", (int)site.Hash);
        if (site.HashFilter.Length > 0) json.WriteString("hashFilter", site.HashFilter.ToString());
        json.WriteStartArray("attributes");
        foreach ((Octets name, Octets value) in site.Attributes)
        {
            json.WriteStartObject();
            json.WriteString("name", name.ToString());
            json.WriteString("value", value.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("servers");
        foreach (SiteServer server in site.Servers) WriteServer(json, server);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The values of an entity: an array, an object with <c>values</c>, or one value.</summary>
    public static List<HandleValue> ReadEntity(JsonElement entity)
    {
        if (entity.ValueKind == JsonValueKind.Object) entity = entity.TryGetProperty("values", out JsonElement values) ? values : Wrap(entity);
        if (entity.ValueKind != JsonValueKind.Array) throw new BadEntityException("The entity should be an array of values, or an object with the member values.");
        return [.. entity.EnumerateArray().Select(Read)];
    }

    private static JsonElement Wrap(JsonElement value) => JsonSerializer.SerializeToElement(new[] { value });

    private static HandleValue Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) throw new BadEntityException("A value should be an object.");
        uint index = value.TryGetProperty("index", out JsonElement number) ? Number(number, "index") : throw new BadEntityException("A value has no index.");
        string type = Text(value, "type") ?? throw new BadEntityException($"Value {index} has no type.");
        Octets data = value.TryGetProperty("data", out JsonElement given) ? ReadData(given, index) : Octets.Empty;
        var permissions = Text(value, "permissions") is { } bits ? (ValuePermissions)FromBits(bits, 4) : ValuePermissions.Default;
        (byte ttlType, uint ttl) = value.TryGetProperty("ttl", out JsonElement life) ? ReadTtl(life) : ((byte)0, HandleValue.DefaultTtl);
        ValueReference[] references = value.TryGetProperty("references", out JsonElement list) ? ReadReferences(list) : [];
        return new(index, 0, ttlType, ttl, permissions, type, data, references);
    }

    private static void WriteData(Utf8JsonWriter json, HandleValue value)
    {
        ReadOnlyMemory<byte> data = value.Data.Memory;
        if (value.Type.Is(ValueTypes.Admin) && AdminData.Read(data) is { } admin && admin.Handle.AsText() is not null)
        {
            json.WriteString(Format, Admin);
            json.WriteStartObject(Value);
            json.WriteString(Handle, admin.Handle.Span);
            json.WriteNumber(Index, admin.Index);
            json.WriteString(PermissionBits, Bits((uint)admin.Permissions, AdminBits));
            json.WriteEndObject();
        }
        else if (value.Type.Is(ValueTypes.List) && ListData.Read(data) is { } group && group.Members.All(member => member.Handle.AsText() is not null))
        {
            json.WriteString("format", "vlist");
            json.WritePropertyName("value");
            WriteReferences(json, group.Members);
        }
        else if (value.Type.Is(ValueTypes.Site) && SiteInfo.Read(data) is { } site)
        {
            json.WriteString("format", "site");
            json.WritePropertyName("value");
            WriteSite(json, site);
        }
        else if (value.Type.Is(ValueTypes.PublicKey) && PublicKeyData.Read(data) is { } key && MembersOf(key.Algorithm.AsText()) is { } names)
        {
            json.WriteString("format", "key");
            json.WritePropertyName("value");
            WriteKey(json, key, names);
        }
        else if (IsText(data.Span))
        {
            json.WriteString(Format, PlainText);
            json.WriteString(Value, data.Span);
        }
        else
        {
            json.WriteString("format", "base64");
            json.WriteBase64String("value", data.Span);
        }
    }

    private static void WriteServer(Utf8JsonWriter json, SiteServer server)
    {
        json.WriteStartObject();
        json.WriteNumber("serverId", server.Id);
        json.WriteString("address", server.ToAddress().ToString());
        if (PublicKeyData.Read(server.PublicKey.Memory) is { } key && MembersOf(key.Algorithm.AsText()) is { } names)
        {
            json.WriteStartObject("publicKey");
            json.WriteString("format", "key");
            json.WritePropertyName("value");
            WriteKey(json, key, names);
            json.WriteEndObject();
        }

        json.WriteStartArray("interfaces");
        foreach (SiteInterface port in server.Interfaces)
        {
            json.WriteStartObject();
            json.WriteBoolean("query", (port.Service & 2) != 0);
            json.WriteBoolean("admin", (port.Service & 1) != 0);
            json.WriteString("protocol", port.Protocol < InterfaceProtocols.Length ? InterfaceProtocols[port.Protocol] : $"{port.Protocol}");
            json.WriteNumber("port", port.Port);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Members of a JWK in the order of the encoded numbers.</summary>
    private static string[]? MembersOf(string? algorithm) => algorithm switch
    {
        PublicKeyData.Rsa => ["e", "n"],
        "DSA_PUB_KEY" => ["q", "p", "g", "y"],
        _ => null,
    };

    private static void WriteKey(Utf8JsonWriter json, PublicKeyData key, string[] names)
    {
        json.WriteStartObject();
        json.WriteString("kty", key.Algorithm.ToString()[..3]);
        for (int i = 0; i < names.Length; i++)
        {
            ReadOnlySpan<byte> number = key.Numbers[i].Span;
            json.WriteString(names[i], Base64Url.EncodeToString(number.Length > 1 && number[0] == 0 ? number[1..] : number));
        }

        json.WriteEndObject();
    }

    private static void WriteReferences(Utf8JsonWriter json, IEnumerable<ValueReference> references)
    {
        json.WriteStartArray();
        foreach (ValueReference reference in references)
        {
            json.WriteStartObject();
            json.WriteString("handle", reference.Handle.ToString());
            json.WriteNumber("index", reference.Index);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static Octets ReadData(JsonElement data, uint index)
    {
        if (data.ValueKind == JsonValueKind.String) return data.GetString()!;
        if (data.ValueKind != JsonValueKind.Object) throw new BadEntityException($"The data of value {index} should be a string or an object with format and value.");
        if (!data.TryGetProperty("value", out JsonElement value)) throw new BadEntityException($"The data of value {index} has no value.");
        string format = Text(data, "format") ?? "string";
        try
        {
            return format switch
            {
                "string" => value.GetString() ?? "",
                "base64" => value.GetBytesFromBase64(),
                "hex" => Convert.FromHexString(value.GetString()!),
                "admin" => ReadAdmin(value).ToArray(),
                "vlist" => new ListData(ReadReferences(value)).ToArray(),
                "key" => ReadKey(value).ToArray(),
                "site" => ReadSite(value).ToArray(),
                _ => throw new BadEntityException($"The data of value {index} has an unknown format ({format})."),
            };
        }
        catch (Exception fault) when (fault is FormatException or InvalidOperationException or KeyNotFoundException or OverflowException or ArgumentException)
        {
            throw new BadEntityException($"The data of value {index} is no {format}.");
        }
    }

    private static AdminData ReadAdmin(JsonElement value) => new(
        (AdminPermissions)FromBits(value.GetProperty("permissions").GetString() ?? "", AdminBits),
        value.GetProperty("handle").GetString()!, Number(value.GetProperty("index"), "index"));

    private static PublicKeyData ReadKey(JsonElement value)
    {
        string algorithm = $"{value.GetProperty("kty").GetString()}_PUB_KEY";
        string[] names = MembersOf(algorithm) ?? throw new FormatException();
        return new(algorithm, 0, [.. names.Select(name => Signed(Base64Url.DecodeFromChars(value.GetProperty(name).GetString())))]);

        static Octets Signed(byte[] number) => number.Length > 0 && number[0] >= 0x80 ? (byte[])[0, .. number] : number;
    }

    private static SiteInfo ReadSite(JsonElement value)
    {
        string[] version = (Text(value, "protocolVersion") ?? "2.11").Split('.');
        return new(
            (ushort)(value.TryGetProperty("version", out JsonElement format) ? format.GetUInt16() : 1), new(byte.Parse(version[0], CultureInfo.InvariantCulture), byte.Parse(version[1], CultureInfo.InvariantCulture)),
            value.GetProperty("serialNumber").GetUInt16(),
            (byte)((Flag(value, "primarySite") ? SiteInfo.Primary : 0) | (Flag(value, "multiPrimary") ? SiteInfo.MultiPrimary : 0)),
            value.TryGetProperty("hashOption", out JsonElement hash) ? (HashOption)hash.GetByte() : HashOption.ByHandle,
            Text(value, "hashFilter") ?? "",
            value.TryGetProperty("attributes", out JsonElement attributes)
                ? [.. attributes.EnumerateArray().Select(item => ((Octets)item.GetProperty("name").GetString()!, (Octets)item.GetProperty("value").GetString()!))] : [],
            [.. value.GetProperty("servers").EnumerateArray().Select(server => new SiteServer(
                server.GetProperty("serverId").GetUInt32(), SiteServer.AddressOf(IPAddress.Parse(server.GetProperty("address").GetString()!)),
                server.TryGetProperty("publicKey", out JsonElement key) ? ReadKey(key.GetProperty("value")).ToArray() : Octets.Empty,
                [.. server.GetProperty("interfaces").EnumerateArray().Select(port => new SiteInterface(
                    (byte)((Flag(port, "query") ? 2 : 0) | (Flag(port, "admin") ? 1 : 0)),
                    (byte)Array.IndexOf(InterfaceProtocols, port.GetProperty("protocol").GetString()), port.GetProperty("port").GetUInt32()))]))]);
    }

    private static bool Flag(JsonElement value, string name) => value.TryGetProperty(name, out JsonElement flag) && flag.GetBoolean();

    private static ValueReference[] ReadReferences(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Select(item => new ValueReference(Text(item, "handle") ?? throw new BadEntityException("A reference has no handle."), item.TryGetProperty("index", out JsonElement index) ? Number(index, "index") : throw new BadEntityException("A reference has no index.")))]
        : throw new BadEntityException("References should be an array.");

    private static (byte, uint) ReadTtl(JsonElement ttl)
    {
        if (ttl.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(ttl.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset end)
            && end.ToUnixTimeSeconds() is >= 0 and <= uint.MaxValue) return (1, (uint)end.ToUnixTimeSeconds());
        return (0, Number(ttl, "ttl"));
    }

    /// <summary>A number, or a string that is one.</summary>
    private static uint Number(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetUInt32(out uint number) => number,
        JsonValueKind.String when uint.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) => number,
        _ => throw new BadEntityException($"{name} should be a number, is {value.GetRawText()}."),
    };

    private static string? Text(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out JsonElement text) || text.ValueKind == JsonValueKind.Null) return null;
        return text.ValueKind == JsonValueKind.String ? text.GetString() : throw new BadEntityException($"{name} should be a string, is {text.GetRawText()}.");
    }

    private static string Bits(uint value, int count) => Convert.ToString(value & ((1u << count) - 1), 2).PadLeft(count, '0');

    private static uint FromBits(string bits, int count)
    {
        if (bits.Length == 0 || bits.Length > count || bits.AsSpan().ContainsAnyExcept('0', '1')) throw new BadEntityException($"Permissions should be {count} digits 0 and 1, are {bits}.");
        return Convert.ToUInt32(bits, 2);
    }

    /// <summary>UTF-8 without control characters but line ends and tabs.</summary>
    private static bool IsText(ReadOnlySpan<byte> data)
    {
        for (int i = 0; i < data.Length; i++)
            if (data[i] is < 0x20 and not ((byte)'\n' or (byte)'\r' or (byte)'\t') or 0x7F || (data[i] == 0xC2 && i + 1 < data.Length && data[i + 1] < 0xA0)) return false;
        return Utf8.IsValid(data);
    }

    private static void WriteTime(Utf8JsonWriter json, JsonEncodedText name, uint seconds)
    {
        Span<byte> text = stackalloc byte[20];
        DateTime.UnixEpoch.AddSeconds(seconds).TryFormat(text, out int length, "s", CultureInfo.InvariantCulture);
        text[length++] = (byte)'Z';
        json.WriteString(name, text[..length]);
    }
}
