using System.Text.Encodings.Web;
using System.Text.Json;
using Ordo.Foundation.Http;

namespace Ordo.Operations;

/// <summary>Small structures kept as JSON in one column. Readers take what older versions wrote: add members with defaults, never rename.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Options = Create();

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>A word of an enumeration as the API writes it. For members that may be missing: the API's document would make the word itself nullable everywhere.</summary>
    public static string? Word<T>(T? value)
        where T : struct, Enum => value is { } known ? JsonNamingPolicy.CamelCase.ConvertName(known.ToString()) : null;

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;

    private static JsonSerializerOptions Create()
    {
        // The audit trail shows the column as it is, so Chinese stays readable.
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        HttpConventions.Configure(options);
        return options;
    }
}
