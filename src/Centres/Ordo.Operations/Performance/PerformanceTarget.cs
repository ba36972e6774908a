using System.Globalization;

namespace Ordo.Operations.Performance;

/// <summary>On which side of its target a figure should be.</summary>
public enum TargetDirection
{
    AtMost,
    Below,
    AtLeast,
}

/// <summary>How a figure stands to its target.</summary>
public enum TargetVerdict
{
    Met,

    /// <summary>Beyond the target, within what can just be managed.</summary>
    Borderline,

    Missed,
}

/// <summary>What a figure is measured against: versioned data, because the guides change with their editions.</summary>
/// <param name="Code">Of the figure.</param>
/// <param name="Target">Where it should be.</param>
/// <param name="Limit">What can just be managed; the target itself where the source knows nothing between.</param>
/// <param name="ValidFrom">First day it holds.</param>
/// <param name="ValidTo">Last day it holds; <c>null</c> while it does.</param>
/// <param name="Source">Standard or guide.</param>
/// <param name="Verified"><c>false</c>: not confirmed by a named public source.</param>
public sealed record PerformanceTarget(
    string Code, TargetDirection Direction, double Target, double Limit, string Unit, DateOnly ValidFrom, DateOnly? ValidTo, string Source, bool Verified)
{
    private static readonly Lazy<IReadOnlyList<PerformanceTarget>> Shipped = new(Load);

    /// <summary>Every edition ever shipped.</summary>
    public static IReadOnlyList<PerformanceTarget> All => Shipped.Value;

    /// <summary>The edition of a day.</summary>
    public static PerformanceTarget? Find(string code, DateOnly day) =>
        All.LastOrDefault(target => target.Code == code && target.ValidFrom <= day && (target.ValidTo is null || day <= target.ValidTo));

    public TargetVerdict Judge(double value) => IsWithin(value, Target) ? TargetVerdict.Met : IsWithin(value, Limit) ? TargetVerdict.Borderline : TargetVerdict.Missed;

    private bool IsWithin(double value, double bound) => Direction switch
    {
        TargetDirection.AtMost => value <= bound,
        TargetDirection.Below => value < bound,
        _ => value >= bound,
    };

    private static PerformanceTarget[] Load()
    {
        using Stream stream = typeof(PerformanceTarget).Assembly.GetManifestResourceStream("alarm-performance-targets.tsv")!;
        using var reader = new StreamReader(stream);
        List<PerformanceTarget> targets = [];
        bool isHeader = true;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            if (!isHeader) targets.Add(Parse(line));
            isHeader = false;
        }

        return [.. targets];
    }

    /// <exception cref="FormatException">A column is missing, or a word is not one of the known ones.</exception>
    internal static PerformanceTarget Parse(string line)
    {
        if (line.Split('\t') is not [var code, var direction, var target, var limit, var unit, var from, var to, var source, var status])
            throw new FormatException($"9 columns are expected: {line}");
        return new(
            code, Enum.Parse<TargetDirection>(direction, ignoreCase: true), double.Parse(target, CultureInfo.InvariantCulture), double.Parse(limit, CultureInfo.InvariantCulture), unit,
            DateOnly.Parse(from, CultureInfo.InvariantCulture), to.Length == 0 ? null : DateOnly.Parse(to, CultureInfo.InvariantCulture), source,
            status switch { "published" => true, "unverified" => false, _ => throw new FormatException($"{code}: unknown status {status}.") });
    }
}
