using System.Globalization;
using Ordo.Foundation;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;

namespace Ordo.Economy.Plans;

/// <summary>What is wrong with what somebody enters, all of it at once and with its place.</summary>
internal static class PlanDraftCheck
{
    private const decimal Largest = 1e15m;
    private const int MaxText = 1000, MaxTargets = 2000, MaxParts = 1000;

    public static List<Fault> Of(PlanDraft draft)
    {
        List<Fault> faults = [];
        Name(faults, "code", draft.Code, Names.MaxCode);
        Name(faults, "nameZh", draft.NameZh, Names.MaxName);
        Name(faults, "nameEn", draft.NameEn, Names.MaxName);
        Name(faults, "document", draft.Document, 300);
        if (draft.Code.Contains('@', StringComparison.Ordinal) || draft.Code.Contains('/', StringComparison.Ordinal)) faults.Add(new("code", "不能含有 @ 或 /。", "Must not contain @ or /."));
        if (draft.End < draft.Start || draft.End.Year - draft.Start.Year > 50) faults.Add(new("end", "应晚于开始日，且不超过五十年。", "After the start and within fifty years."));
        if (draft.Targets.Count is 0 or > MaxTargets) faults.Add(new("targets", $"应有 1 到 {MaxTargets} 个目标。", $"Between 1 and {MaxTargets} targets are needed."));
        for (int i = 0; i < Math.Min(draft.Targets.Count, MaxTargets) && faults.Count < 100; i++) Target(faults, $"targets[{i}]", draft.Targets[i], draft);
        foreach (var group in draft.Targets.Select((target, i) => (target, i)).GroupBy(pair => (pair.target.Indicator, pair.target.Year)).Where(group => group.Count() > 1))
            faults.Add(new($"targets[{group.Last().i}].indicator", $"指标 {group.Key.Indicator} 在 {group.Key.Year} 年有两个目标。", $"Indicator {group.Key.Indicator} has two targets for {group.Key.Year}."));
        return faults;
    }

    private static void Target(List<Fault> faults, string at, PlanTargetDraft target, PlanDraft plan)
    {
        Name(faults, $"{at}.indicator", target.Indicator, Names.MaxCode);
        Name(faults, $"{at}.nameZh", target.NameZh, Names.MaxName);
        Name(faults, $"{at}.nameEn", target.NameEn, Names.MaxName);
        Name(faults, $"{at}.chapter", target.Chapter, Names.MaxName);
        Number(faults, $"{at}.base", target.Base);
        Number(faults, $"{at}.value", target.Value);
        foreach (string text in (string[])[target.Task, target.Section, target.Unit, target.Area, target.Responsible, target.Note])
            if (text.Length > MaxText) faults.Add(new(at, $"每项最多 {MaxText} 个字符。", $"At most {MaxText} characters each."));
        if (target.Year < plan.Start.Year || target.Year > plan.End.Year) faults.Add(new($"{at}.year", $"应在规划期 {plan.Start.Year}–{plan.End.Year} 内。", $"Within the plan's years, {plan.Start.Year} to {plan.End.Year}."));
        if (target.Kind == TargetKind.Falling && target.Base is { } from && target.Value is { } to && to > from && from != 0)
            faults.Add(new($"{at}.value", "下降类目标应低于基数。", "A falling target lies below its base."));
        if (target.Kind is TargetKind.Rising or TargetKind.Ratio && target.Base is { } low && target.Value < low)
            faults.Add(new($"{at}.value", "上升类目标应不低于基数。", "A rising target does not lie below its base."));
        if (target.Kind == TargetKind.MeanGrowth && target.Value is <= -100 or > 1000) faults.Add(new($"{at}.value", "年均增速应在 −100 与 1000 之间。", "A mean growth lies between −100 and 1000."));
        faults.AddRange(OfPath(target.Path ?? [], plan.Start.Year, target.Year).Select(fault => new Fault($"{at}.{fault.Field}", fault.Reason)));
    }

    public static IEnumerable<Fault> OfPath(IReadOnlyList<PlanPathDraft> path, int from, int to)
    {
        for (int i = 0; i < path.Count; i++)
        {
            if (path[i].Year < from || path[i].Year >= to) yield return new($"path[{i}].year", $"分年度目标应在 {from} 与 {to - 1} 年之间。", $"A target of an earlier year lies between {from} and {to - 1}.");
            if (Math.Abs(path[i].Value) > Largest) yield return new($"path[{i}].value", "数值过大。", "The number is too large.");
            if (path.Take(i).Any(point => point.Year == path[i].Year)) yield return new($"path[{i}].year", $"{path[i].Year} 年有两个目标。", $"{path[i].Year} has two targets.");
        }
    }

    public static IEnumerable<Fault> OfParts(IReadOnlyList<PlanPartDraft> parts)
    {
        if (parts.Count > MaxParts) yield return new("", $"最多 {MaxParts} 个部分。", $"At most {MaxParts} parts.");
        for (int i = 0; i < Math.Min(parts.Count, MaxParts); i++)
        {
            if (Names.NameFaultOf(parts[i].Area, mayBeEmpty: false) is { } reason) yield return new($"[{i}].area", reason);
            if (Math.Abs(parts[i].Value) > Largest) yield return new($"[{i}].value", "数值过大。", "The number is too large.");
            if (parts[i].Weight is <= 0 or > Largest) yield return new($"[{i}].weight", "权重应大于零。", "A weight is above zero.");
            if (parts[i].Responsible.Length > 200) yield return new($"[{i}].responsible", "最多 200 个字符。", "At most 200 characters.");
            if (parts.Take(i).Any(part => part.Area == parts[i].Area)) yield return new($"[{i}].area", $"“{parts[i].Area}”出现两次。", $"{parts[i].Area} is there twice.");
        }
    }

    public static IEnumerable<Fault> OfFigure(PlanFigureDraft draft, PlanTargetRow target, DateOnly today)
    {
        if (draft.Year < target.StartYear - 10 || draft.Year > target.Year) yield return new("year", $"应在 {target.StartYear - 10} 与 {target.Year} 年之间。", $"Between {target.StartYear - 10} and {target.Year}.");
        if (new DateOnly(draft.Year, 12, 31) > today) yield return new("year", "该年度尚未结束，年度数还没有。", "That year is not over: it has no yearly figure yet.");
        if (Math.Abs(draft.Value) > Largest) yield return new("value", "数值过大。", "The number is too large.");
        if (target.Unit == "%" && target.Kind is TargetKind.Ratio or TargetKind.YesNo && draft.Value is < 0 or > 100) yield return new("value", "占比应在 0 与 100 之间。", "A share lies between 0 and 100.");
        if (target.Kind == TargetKind.Cumulative && draft.Value < 0) yield return new("value", "累计量不能为负。", "A sum of flows is not negative.");
        if (draft.Qualifier is PlanQualifier.RangeLow or PlanQualifier.RangeHigh) yield return new("qualifier", "实际值不能是区间的一端。", "An actual value is not one end of a range.");
        if (Names.FaultOf(draft.Document, 300, mayBeEmpty: false) is { } document) yield return new("document", document);
        if (Names.FaultOf(draft.Section, 300, mayBeEmpty: false) is { } section) yield return new("section", section);
        if (draft.Note.Length > MaxText) yield return new("note", $"最多 {MaxText} 个字符。", $"At most {MaxText} characters.");
    }

    /// <summary>Rows pasted from a spreadsheet. Every bad cell is named with its line and column.</summary>
    public static IReadOnlyList<PlanTargetDraft> Parse(string table)
    {
        List<Fault> faults = [];
        string[] lines = table.ReplaceLineEndings("\n").Split('\n');
        string[] header = lines[0].Split('\t');
        string[] needed = ["indicator", "chapter", "nameZh", "unit", "kind", "value", "year"];
        foreach (string name in needed.Where(name => !header.Contains(name))) faults.Add(new("table[1]", $"缺少列 {name}。", $"The column {name} is missing."));
        faults.ThrowIfAny();
        List<PlanTargetDraft> targets = [];
        for (int line = 1; line < lines.Length && faults.Count < 100; line++)
        {
            if (lines[line].Trim().Length == 0) continue;
            var cells = new Row(header, lines[line].Split('\t'), line + 1, faults);
            targets.Add(new(cells.Text("indicator"), cells.Text("chapter"), cells.Text("task"), cells.Text("nameZh"), cells.Text("nameEn") is { Length: > 0 } en ? en : cells.Text("nameZh"),
                cells.Text("unit"), cells.Kind("kind"), cells.Number("base"), cells.Number("value"), (int)(cells.Number("year") ?? 0), cells.Text("section"), cells.Text("area"), cells.Text("responsible")));
        }
        faults.ThrowIfAny();
        return targets;
    }

    public static PlanValueKind ValueKindOf(TargetKind kind) => kind switch
    {
        TargetKind.Cumulative => PlanValueKind.Cumulative,
        TargetKind.Ratio => PlanValueKind.Ratio,
        TargetKind.MeanGrowth => PlanValueKind.Growth,
        TargetKind.YesNo => PlanValueKind.Binary,
        _ => PlanValueKind.Level,
    };

    public static void ThrowIfAny(this IReadOnlyCollection<Fault> faults)
    {
        if (faults.Count > 0) throw new ProblemException(Problems.Validation([.. faults.Select(fault => (fault.Field, fault.Reason))]));
    }

    private static void Name(List<Fault> faults, string field, string text, int max)
    {
        if (Names.FaultOf(text, max, mayBeEmpty: false) is { } reason) faults.Add(new(field, reason));
    }

    private static void Number(List<Fault> faults, string field, decimal? value)
    {
        if (value is { } number && Math.Abs(number) > Largest) faults.Add(new(field, "数值过大。", "The number is too large."));
    }

    private sealed class Row(string[] header, string[] cells, int line, List<Fault> faults)
    {
        public string Text(string name) => Array.IndexOf(header, name) is var at and >= 0 && at < cells.Length ? cells[at].Trim() : "";

        public decimal? Number(string name)
        {
            string text = Text(name);
            if (text.Length == 0) return null;
            if (decimal.TryParse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out decimal value)) return value;
            faults.Add(new($"table[{line}].{name}", $"应为数字，现为“{text}”。", $"A number is expected, it is '{text}'."));
            return null;
        }

        public TargetKind Kind(string name)
        {
            string text = Text(name);
            if (!int.TryParse(text, out _) && Enum.TryParse(text, ignoreCase: true, out TargetKind kind)) return kind;
            string known = string.Join(", ", Enum.GetNames<TargetKind>().Select(word => char.ToLowerInvariant(word[0]) + word[1..]));
            faults.Add(new($"table[{line}].{name}", $"应为 {known} 之一，现为“{text}”。", $"One of {known} is expected, it is '{text}'."));
            return default;
        }
    }
}
