namespace Ordo.Foundation.Expressions;

/// <summary>The functions of the language. README.md beside this file says what each does.</summary>
public static class Functions
{
    private static readonly Dictionary<string, (int Least, int Most)> All = new(StringComparer.Ordinal)
    {
        ["abs"] = (1, 1), ["sqrt"] = (1, 1), ["round"] = (1, 1),
        ["min"] = (1, int.MaxValue), ["max"] = (1, int.MaxValue), ["avg"] = (1, int.MaxValue), ["sum"] = (1, int.MaxValue),
        ["if"] = (3, 3), ["coalesce"] = (2, int.MaxValue),
        ["previous"] = (1, 1), ["age"] = (1, 1), ["good"] = (1, 1),
        ["integral"] = (1, 1), ["delta"] = (1, 1), ["count"] = (1, 1), ["first"] = (1, 1), ["last"] = (1, 1),
    };

    public static string Names => string.Join(' ', All.Keys);

    /// <returns>How many arguments it takes, or <c>null</c> when there is no such function.</returns>
    internal static (int Least, int Most)? Describe(string name) => All.TryGetValue(name, out var counts) ? counts : null;

    /// <summary>Functions that cannot do without a stretch of time.</summary>
    internal static bool IsOverTime(string name) => name is "integral" or "delta" or "count" or "first" or "last";

    internal static WindowFunction? WindowFunctionOf(string name) => name switch
    {
        "min" => WindowFunction.Min,
        "max" => WindowFunction.Max,
        "avg" => WindowFunction.Avg,
        "sum" => WindowFunction.Sum,
        "count" => WindowFunction.Count,
        "first" => WindowFunction.First,
        "last" => WindowFunction.Last,
        "delta" => WindowFunction.Delta,
        "integral" => WindowFunction.Integral,
        _ => null,
    };
}
