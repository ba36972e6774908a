using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Ordo.Foundation.Http;

/// <summary>An enum value in a query string, written as in JSON: <c>?kind=facility</c>. The framework itself wants <c>Facility</c> and would take <c>6</c>.</summary>
public readonly record struct Word<T>(T Value)
    where T : struct, Enum
{
    [SuppressMessage("Design", "CA1000", Justification = "The framework finds the parser by this name on the parameter's type.")]
    public static bool TryParse(string? text, out Word<T> word)
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (JsonNamingPolicy.CamelCase.ConvertName(value.ToString()) != text) continue;
            word = new(value);
            return true;
        }

        word = default;
        return false;
    }
}
