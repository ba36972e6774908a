using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Ordo.Identifiers.Rest;

/// <summary>What a client says about itself in <c>Authorization: Handle …</c>, or in the entity of a request to <c>/api/sessions</c>. Members that were not sent are <c>null</c>.</summary>
internal sealed class HandleParameters
{
    private const string Scheme = "Handle ";
    private const int MaxBytes = 4096;
    private readonly Dictionary<string, string> members = new(StringComparer.OrdinalIgnoreCase);

    public string? SessionId => members.GetValueOrDefault("sessionId");

    /// <summary><c>index:handle</c>.</summary>
    public string? Id => members.GetValueOrDefault("id");

    /// <summary><c>HS_SECKEY</c> or <c>HS_PUBKEY</c>.</summary>
    public string? Type => members.GetValueOrDefault("type");

    /// <summary>The client's half of the text that is signed.</summary>
    public byte[]? ClientNonce => Bytes("cnonce");

    public string? Algorithm => members.GetValueOrDefault("alg");

    public byte[]? Signature => Bytes("signature");

    public byte[]? Salt => Bytes("salt");

    public long Iterations => Number("iterations");

    /// <summary>Bits of the stretched key.</summary>
    public long Length => Number("length");

    /// <summary>Whether the certificate of the connection is to say who this is.</summary>
    public bool ClientCertificate => members.GetValueOrDefault("clientCert") is "true";

    /// <summary>Reads the header of a request; empty when it has another scheme, or none.</summary>
    public static HandleParameters Of(HttpRequest request)
    {
        var parameters = new HandleParameters();
        string? header = request.Headers.Authorization;
        if (header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) is not true || !NameValueHeaderValue.TryParseList([header[Scheme.Length..]], out IList<NameValueHeaderValue>? pairs)) return parameters;
        foreach (NameValueHeaderValue pair in pairs) parameters.members[pair.Name.ToString()] = HeaderUtilities.UnescapeAsQuotedString(pair.Value).ToString();
        // Headers are ASCII; what a name has beside stands as %XX, in UTF-8.
        if (parameters.Id is { } id) parameters.members["id"] = Uri.UnescapeDataString(id);
        return parameters;
    }

    /// <summary>The same with the members of an entity, which go before those of the header.</summary>
    /// <exception cref="BadEntityException">It is no object.</exception>
    public HandleParameters With(JsonElement entity)
    {
        if (entity.ValueKind != JsonValueKind.Object) throw new BadEntityException("The entity should be an object.");
        foreach (JsonProperty member in entity.EnumerateObject())
            if (member.Value.ValueKind != JsonValueKind.Null) members[member.Name] = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
        return this;
    }

    private byte[]? Bytes(string name)
    {
        if (!members.TryGetValue(name, out string? text) || text.Length > MaxBytes) return null;
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int length) ? bytes[..length] : null;
    }

    private long Number(string name) => long.TryParse(members.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
}
