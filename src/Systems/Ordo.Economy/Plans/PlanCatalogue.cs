using System.Globalization;
using System.Security.Cryptography;

namespace Ordo.Economy.Plans;

public enum PlanValueKind { Level, Cumulative, Growth, Ratio, Reduction, Binary }

public enum PlanValueType { Actual, Target, Estimate }

/// <summary>How exact a published figure is.</summary>
public enum PlanQualifier { Exact, AtLeast, MoreThan, AtMost, LessThan, About, RangeLow, RangeHigh }

/// <summary>One published figure with its source.</summary>
/// <param name="Id">Unique.</param>
/// <param name="Code">Shared by all figures of one indicator.</param>
/// <param name="Unit">As published.</param>
/// <param name="Year">That the figure speaks of; of a target its deadline.</param>
/// <param name="Value"><c>null</c> where the document gives no number.</param>
/// <param name="Period">2023, 2021-2025, 2022-01..2022-07 …</param>
/// <param name="Source">Title of the document.</param>
/// <param name="Section">In it.</param>
/// <param name="Note">Doubts and derivations; empty without any.</param>
public sealed record PlanValue(
    string Id, string Code, string Area, string Category, string NameZh, string NameEn, string Unit, PlanValueKind Kind, int Year, decimal? Value,
    PlanValueType Type, PlanQualifier Qualifier, string Period, string Source, string Section, string Note)
{
    /// <summary>The true value may be higher: "more than", "at least", "about".</summary>
    public bool IsBound => Qualifier is PlanQualifier.AtLeast or PlanQualifier.MoreThan or PlanQualifier.About;

    /// <summary>Repeats a figure, or is a difference to another place: not a target of its own.</summary>
    public bool IsCrossCheck => Code.Split('.').Any(part => part.StartsWith("TXT", StringComparison.Ordinal) || part == "GAP");
}

/// <summary>The shipped figures of the 14th five-year plan (2021–2025) and of the documents that report on it.</summary>
public static class PlanCatalogue
{
    /// <summary>Title of the plan itself; the other documents report.</summary>
    public const string PlanTitle = "《内蒙古自治区“十四五”工业和信息化发展规划》（内政办发〔2021〕63号）";

    /// <summary>Section of the plan's table of main indicators (专栏1).</summary>
    public const string MainTable = "第二章第三节 专栏1";

    private static readonly Lazy<IReadOnlyList<PlanValue>> Shipped = new(Load);

    public static IReadOnlyList<PlanValue> All => Shipped.Value;

    /// <summary>SHA-256 of the shipped figures, hexadecimal.</summary>
    public static string Checksum { get; } = HashOf("plan-indicators.tsv");

    private static PlanValue[] Load() => [.. Rows("plan-indicators.tsv").Select(Parse)];

    /// <summary>The cells of a shipped table, without its header.</summary>
    internal static IEnumerable<string[]> Lines(string file) => Rows(file).Select(line => line.Split('\t'));

    private static List<string> Rows(string file)
    {
        using Stream stream = typeof(PlanCatalogue).Assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        List<string> lines = [];
        while (reader.ReadLine() is { } line) lines.Add(line);
        return lines;
    }

    private static string HashOf(string file)
    {
        using Stream stream = typeof(PlanCatalogue).Assembly.GetManifestResourceStream(file)!;
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <exception cref="FormatException">A column is missing, or a word is not one of the known ones: nothing is guessed.</exception>
    internal static PlanValue Parse(string line)
    {
        if (line.Split('\t') is not [var id, var area, var category, var zh, var en, var unit, var kind, var year, var value, var type, var qualifier, var period, var source, var section, var note])
            throw new FormatException($"15 columns are expected: {line}");
        return new(id, CodeOf(id), area, category, zh, en, unit, Enum.Parse<PlanValueKind>(kind, ignoreCase: true), int.Parse(year, CultureInfo.InvariantCulture),
            value.Length == 0 ? null : decimal.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture), Enum.Parse<PlanValueType>(type, ignoreCase: true),
            qualifier switch
            {
                "eq" => PlanQualifier.Exact, "ge" => PlanQualifier.AtLeast, "gt" => PlanQualifier.MoreThan, "le" => PlanQualifier.AtMost, "lt" => PlanQualifier.LessThan,
                "approx" => PlanQualifier.About, "range_low" => PlanQualifier.RangeLow, "range_high" => PlanQualifier.RangeHigh,
                _ => throw new FormatException($"{id}: unknown qualifier {qualifier}."),
            },
            period, source, section, note);
    }

    /// <summary><c>IM.DIG.EQUIPRATE.2025.T.2</c> → <c>IM.DIG.EQUIPRATE</c>.</summary>
    private static string CodeOf(string id)
    {
        string[] parts = id.Split('.');
        int type = Array.FindLastIndex(parts, part => part is "A" or "T" or "E");
        return type >= 2 ? string.Join('.', parts[..(type - 1)]) : throw new FormatException($"{id} is not <code>.<year>.<A|T|E>.");
    }
}
