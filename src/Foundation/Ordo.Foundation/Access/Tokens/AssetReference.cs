using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ordo.Foundation.Access.Tokens;

/// <summary>An asset by its id or its code, as a JSON number or text.</summary>
/// <param name="Value">What was given.</param>
/// <param name="IsNumber">Given as a number, so it can only be an id.</param>
[JsonConverter(typeof(AssetReferenceConverter))]
public sealed record AssetReference(string Value, bool IsNumber);

internal sealed class AssetReferenceConverter : JsonConverter<AssetReference>
{
    public override AssetReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new(reader.GetString()!, false),
        JsonTokenType.Number when reader.TryGetInt64(out long id) => new(id.ToString(CultureInfo.InvariantCulture), true),
        _ => throw new JsonException("Neither an id nor a code."),
    };

    public override void Write(Utf8JsonWriter writer, AssetReference value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
