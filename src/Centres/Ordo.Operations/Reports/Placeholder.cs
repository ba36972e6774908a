using System.Text.RegularExpressions;
using Ordo.Foundation;

namespace Ordo.Operations.Reports;

/// <summary>What a placeholder becomes.</summary>
public enum PlaceholderWord
{
    Avg,
    Min,
    Max,
    Sum,
    Count,
    First,
    Last,
    Delta,
    Completeness,
    Name,
    Asset,
    Unit,
    Time,
    Period,
    From,
    To,
    Created,
    Report,
}

/// <summary>What a row of a table stands for.</summary>
public enum RowStep
{
    Quarter,
    Hour,
    Day,
    Month,
    Point,
}

/// <summary>A row that is written once for each hour, day … of the period, or for each point below an asset.</summary>
/// <param name="Below">Code of the asset, for points.</param>
/// <param name="Quantity">Only points of this quantity.</param>
public readonly record struct RowRepeat(RowStep Step, string? Below = null, string? Quantity = null);

/// <summary>
/// One <c>{{…}}</c> of a template: <c>{{avg BLR-01/P}}</c>, <c>{{delta BLR-01/E in previous}}</c>, <c>{{avg BLR-01/P each hour}}</c>, <c>{{time each hour}}</c>,
/// <c>{{delta each point below BLR of activeEnergy}}</c>, <c>{{period}}</c>. The words may be Chinese: <c>{{平均 BLR-01/P 每小时}}</c>. Pure.
/// </summary>
/// <param name="Word">What it becomes.</param>
/// <param name="Point"><c>asset code/point code</c>; <c>null</c> for words without one and in rows of points.</param>
/// <param name="Span">Which time, where no row says it.</param>
/// <param name="Each">The row it repeats.</param>
public sealed partial record Placeholder(PlaceholderWord Word, string? Point, ReportSpan Span, RowRepeat? Each)
{
    /// <summary>A figure with a completeness, and not a word.</summary>
    public bool IsFigure => Word <= PlaceholderWord.Completeness;

    private bool NeedsPoint => Word <= PlaceholderWord.Unit;

    /// <summary>The pieces of a cell: text as it stands, and what is between braces.</summary>
    public static IEnumerable<(string Text, bool IsPlaceholder)> Split(string cell)
    {
        int at = 0;
        foreach (Match match in Braces().Matches(cell))
        {
            if (match.Index > at) yield return (cell[at..match.Index], false);
            yield return (match.Groups[1].Value, true);
            at = match.Index + match.Length;
        }
        if (at < cell.Length) yield return (cell[at..], false);
    }

    /// <summary>Whether a cell has a placeholder, whole or broken.</summary>
    public static bool IsIn(string cell) => cell.Contains("{{", StringComparison.Ordinal) || cell.Contains("}}", StringComparison.Ordinal);

    /// <returns>The placeholder, or what is wrong with the text.</returns>
    public static (Placeholder? Placeholder, Text? Fault) Parse(string text)
    {
        string[] tokens = [.. Tokens().Matches(text).Select(m => m.Value.Trim('"')).SelectMany(t => Synonyms.GetValueOrDefault(t) ?? [t])];
        if (tokens.Length == 0) return (null, new("占位符为空。", "The placeholder is empty."));
        if (!tokens[0].All(char.IsAsciiLetter) || !Enum.TryParse(tokens[0], ignoreCase: true, out PlaceholderWord word))
            return (null, new($"不认识“{tokens[0]}”；应为 {Words}。", $"'{tokens[0]}' is unknown; expected one of {Words}."));

        var rest = new Queue<string>(tokens.Skip(1));
        string? point = rest.TryPeek(out string? next) && next is not ("in" or "each") ? rest.Dequeue() : null;
        ReportSpan span = ReportSpan.Period;
        RowRepeat? each = null;
        while (rest.TryDequeue(out string? key))
        {
            if (!rest.TryDequeue(out string? value)) return (null, new($"“{key}”之后缺少内容。", $"Something is missing after '{key}'."));
            if (key == "in" && value.All(char.IsAsciiLetter) && Enum.TryParse(value, ignoreCase: true, out ReportSpan wanted)) span = wanted;
            else if (key == "each" && value == "point" && each is null && ReadBelow(rest) is { } below) each = below;
            else if (key == "each" && each is null && StepOf(value) is { } step) each = new(step);
            else return (null, new($"不认识“{key} {value}”。", $"'{key} {value}' is not understood."));
        }
        var placeholder = new Placeholder(word, point, span, each);
        return placeholder.Fault() is { } fault ? (null, fault) : (placeholder, null);
    }

    private Text? Fault()
    {
        bool pointRow = Each?.Step == RowStep.Point;
        if (NeedsPoint && Point is null && !pointRow) return new("缺少点位，如 BLR-01/P。", "The point is missing, such as BLR-01/P.");
        if (Point is not null && (!NeedsPoint || pointRow)) return new($"这里不应有“{Point}”。", $"'{Point}' does not belong here.");
        if (Point is not null && (Point.LastIndexOf('/') is < 1 || Point.EndsWith('/'))) return new($"点位“{Point}”应写作 资产编码/点位编码。", $"The point '{Point}' is written as asset code/point code.");
        if (Word == PlaceholderWord.Time && (Each is null || pointRow)) return new("time 需要 each hour、each day 等。", "time needs each hour, each day …");
        if (Each is not null && !pointRow && Span != ReportSpan.Period) return new("each 与 in 不能同时使用。", "each and in do not go together.");
        if (Each is not null && !NeedsPoint && Word != PlaceholderWord.Time) return new($"“{Word}”不能逐行重复。", $"'{Word}' does not repeat a row.");
        return null;
    }

    /// <summary><c>below ASSET [of QUANTITY]</c>.</summary>
    private static RowRepeat? ReadBelow(Queue<string> rest)
    {
        if (!rest.TryDequeue(out string? below) || below != "below" || !rest.TryDequeue(out string? asset)) return null;
        if (!rest.TryPeek(out string? of) || of != "of") return new(RowStep.Point, asset);
        rest.Dequeue();
        return rest.TryDequeue(out string? quantity) ? new(RowStep.Point, asset, quantity) : null;
    }

    private static RowStep? StepOf(string text) => text switch
    {
        "15m" => RowStep.Quarter,
        "hour" => RowStep.Hour,
        "day" => RowStep.Day,
        "month" => RowStep.Month,
        _ => null,
    };

    private static readonly string Words = string.Join(", ", Enum.GetNames<PlaceholderWord>().Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName));

    private static readonly Dictionary<string, string[]> Synonyms = new()
    {
        ["平均"] = ["avg"], ["最小"] = ["min"], ["最大"] = ["max"], ["合计"] = ["sum"], ["个数"] = ["count"], ["首值"] = ["first"], ["末值"] = ["last"], ["增量"] = ["delta"],
        ["完整率"] = ["completeness"], ["名称"] = ["name"], ["资产"] = ["asset"], ["单位"] = ["unit"], ["时间"] = ["time"], ["期间"] = ["period"], ["开始"] = ["from"], ["结束"] = ["to"],
        ["生成时间"] = ["created"], ["报表"] = ["report"], ["每15分钟"] = ["each", "15m"], ["每小时"] = ["each", "hour"], ["每日"] = ["each", "day"], ["每天"] = ["each", "day"],
        ["每月"] = ["each", "month"], ["上期"] = ["in", "previous"], ["本年"] = ["in", "year"], ["去年同期"] = ["in", "lastYear"],
        ["每个点位"] = ["each", "point"], ["属于"] = ["below"], ["物理量"] = ["of"],
    };

    [GeneratedRegex(@"\{\{((?:[^{}]|\{(?!\{)|\}(?!\}))*)\}\}")]
    private static partial Regex Braces();

    [GeneratedRegex("\"[^\"]*\"|[^\\s\"]+")]
    private static partial Regex Tokens();
}
