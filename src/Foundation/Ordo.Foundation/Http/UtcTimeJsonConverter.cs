using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ordo.Foundation.Http;

/// <summary>Times in JSON: RFC 3339, written in UTC with <c>Z</c>, read with any offset but never without one.</summary>
public sealed class UtcTimeJsonConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // A time without an offset would silently be taken as the server's own.
        if (reader.TokenType == JsonTokenType.String && reader.TryGetDateTime(out DateTime local) && local.Kind == DateTimeKind.Unspecified)
            throw new JsonException("A time needs its offset or Z.");
        return reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out DateTimeOffset time)
            ? time.ToUniversalTime()
            : throw new JsonException("Not an RFC 3339 time.");
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture));
    }
}
