using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Rest;

/// <summary>Reads what a request under <c>/api/handles</c> asks for.</summary>
internal static class HandleQuery
{
    private const string Base = "/api/handles/";
    private const int MaxEntity = 64 * 1024;

    /// <summary>
    /// The handle: the percent-decoded rest of the path. From the target as it was sent, because routing leaves %2F as it is and a handle may have one
    /// either way.
    /// </summary>
    /// <returns><c>null</c> when it is not UTF-8 or nothing.</returns>
    public static Octets? Handle(HttpContext http)
    {
        string target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        int begin = target.IndexOf(Base, StringComparison.OrdinalIgnoreCase), end = target.IndexOf('?', StringComparison.Ordinal);
        if (begin < 0) return null;
        ReadOnlySpan<char> path = target.AsSpan()[(begin + Base.Length)..(end < 0 ? target.Length : end)];
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(path)];
        int length = path.Contains('%') ? Unescape(path, bytes) : Encoding.UTF8.GetBytes(path, bytes);
        Octets handle = bytes.Length == length ? bytes : bytes[..length];
        return length == 0 || length > HandleText.MaxBytes || !Utf8.IsValid(handle.Span) ? default(Octets?) : handle;
    }

    private static int Unescape(ReadOnlySpan<char> path, Span<byte> bytes)
    {
        int length = 0;
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] == '%' && i + 2 < path.Length && byte.TryParse(path.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte escaped))
            {
                bytes[length++] = escaped;
                i += 2;
            }
            else
            {
                length += Encoding.UTF8.GetBytes(path.Slice(i, 1), bytes[length..]);
            }
        }

        return length;
    }

    /// <summary>Takes the parameters of a form or of a JSON object for those of the query; of the same name they go before it.</summary>
    /// <exception cref="BadEntityException">The entity is something else.</exception>
    public static async Task TakePostedAsync(HttpContext http)
    {
        HttpRequest request = http.Request;
        if (request.ContentLength == 0 || request.ContentType is not { } kind) return;
        Dictionary<string, StringValues> parameters = request.Query.ToDictionary(StringComparer.OrdinalIgnoreCase);
        if (kind.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            LimitEntity(http, MaxEntity);
            try
            {
                foreach ((string name, StringValues values) in await request.ReadFormAsync(http.RequestAborted)) parameters[name] = values;
            }
            catch (InvalidDataException tooMuch)
            {
                throw new BadEntityException(tooMuch.Message);
            }
        }
        else if (kind.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            using JsonDocument entity = await ReadEntityAsync(http, MaxEntity);
            if (entity.RootElement.ValueKind != JsonValueKind.Object) throw new BadEntityException("The entity should be an object.");
            foreach (JsonProperty member in entity.RootElement.EnumerateObject())
                parameters[member.Name] = member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray().Select(item => item.ToString()).ToArray() : member.Value.ToString();
        }
        else
        {
            throw new BadEntityException("The parameters should be a form or a JSON object.");
        }

        request.Query = new QueryCollection(parameters);
    }

    /// <summary>Reads the entity of a request, of at most so many bytes.</summary>
    public static Task<JsonDocument> ReadEntityAsync(HttpContext http, int most)
    {
        LimitEntity(http, most);
        return JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
    }

    /// <summary>Whether an entity failed because it is no JSON: the reader finds half a surrogate pair only when the string is asked for.</summary>
    public static bool IsNoJson(Exception fault) => fault is JsonException or InvalidOperationException { Source: "System.Text.Json.Rethrowable" };

    private static void LimitEntity(HttpContext http, int most)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = most;
    }

    /// <summary>A boolean parameter; one without a value is true.</summary>
    /// <returns><c>null</c> when it is not there.</returns>
    public static bool? Flag(HttpRequest request, string name)
    {
        if (!request.Query.TryGetValue(name, out var values)) return null;
        return values.Count == 0 || values[0] is not { Length: > 0 } text || text.Equals("true", StringComparison.OrdinalIgnoreCase) || text == "1";
    }

    /// <summary>The indexes asked for.</summary>
    /// <exception cref="BadEntityException">One is no number.</exception>
    public static uint[] Indexes(string[]? index) => [.. (index ?? []).Select(text =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : throw new BadEntityException($"index should be a number, is {text}."))];
}
