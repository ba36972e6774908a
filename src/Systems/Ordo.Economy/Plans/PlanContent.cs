namespace Ordo.Economy.Plans;

/// <summary>Makes plans and targets of the shipped figures: each document that promises something is a plan.</summary>
internal static class PlanContent
{
    /// <param name="Code">Of the plan.</param>
    /// <param name="From">First year.</param>
    private sealed record Shipped(string Code, string Document, string NameZh, string NameEn, int From, int To);

    private static readonly Shipped[] Documents =
    [
        new("14FYP", PlanCatalogue.PlanTitle, "“十四五”工业和信息化发展规划", "14th five-year plan, industry and informatization", 2021, 2025),
        new("GOALS-2024-INDUSTRY", "《2023年内蒙古工业经济形势分析与2024年展望》", "2024年工业重点任务目标", "Goals of 2024, industry", 2024, 2024),
        new("GOALS-2024-REPORT", "《弘扬蒙古马精神 奋力书写中国式现代化内蒙古新篇章——图解政府工作报告》", "2024年政府工作主要预期目标", "Goals of 2024, government report", 2024, 2024),
        new("BAOTOU-INDUSTRY", "《关于推动包头市工业高质量发展的对策建议》", "包头市工业发展目标", "Goals of Baotou, industry", 2022, 2022),
    ];

    public static IReadOnlyList<PlanRow> Plans() =>
    [
        .. Documents.Select(document => new PlanRow
        {
            Code = document.Code, Document = document.Document, NameZh = document.NameZh, NameEn = document.NameEn, IsShipped = true,
            Start = new(document.From, 1, 1), End = new(document.To, 12, 31),
        }),
    ];

    /// <summary>Targets by the code of their plan. Restatements and differences to other places are no targets.</summary>
    /// <exception cref="InvalidDataException">A document promises something and is no plan here.</exception>
    public static IEnumerable<(string Plan, PlanTargetRow Target)> Targets(IReadOnlyList<PlanValue> values)
    {
        int position = 0;
        foreach (PlanValue value in values.Where(value => value.Type == PlanValueType.Target && !value.IsCrossCheck))
        {
            Shipped plan = Array.Find(Documents, document => document.Document == value.Source)
                ?? throw new InvalidDataException($"{value.Id}: no plan is known for the document {value.Source}.");
            yield return (plan.Code, TargetOf(value, plan, position++));
        }
    }

    private static PlanTargetRow TargetOf(PlanValue value, Shipped plan, int position)
    {
        int from = Math.Min(plan.From, value.Year);
        (string chapter, string task) = Placed(value.Section);
        return new()
        {
            Code = value.Id, IndicatorCode = value.Code, Area = value.Area, Category = value.Category, Chapter = chapter, Task = task,
            NameZh = value.NameZh, NameEn = value.NameEn, Unit = value.Unit, Kind = KindOf(value, from), ValueKind = value.Kind,
            BaseValue = CountsFromZero(value) ? 0 : null, Value = value.Value, Qualifier = value.Qualifier, StartYear = from, Year = value.Year, Period = value.Period,
            Section = value.Section, Note = value.Note, Position = position,
        };
    }

    /// <summary>第七章第二节 专栏9 → 第七章, 第二节 专栏9; a heading without chapters is its own chapter.</summary>
    private static (string Chapter, string Task) Placed(string section)
    {
        int end = section.IndexOf('章', StringComparison.Ordinal) + 1;
        return end > 0 && section[0] == '第' ? (section[..end], section[end..].Trim()) : (section, "");
    }

    internal static TargetKind KindOf(PlanValue target, int firstYear) => target switch
    {
        { Kind: PlanValueKind.Reduction } when IsLevelThatFalls(target) => TargetKind.Falling,
        { Qualifier: PlanQualifier.AtMost or PlanQualifier.LessThan } => TargetKind.Ceiling,
        // Capacities that the plan caps or keeps (专栏8) are printed like targets; the note says what they are.
        _ when target.Note.StartsWith("上限", StringComparison.Ordinal) || target.Note.StartsWith("保持", StringComparison.Ordinal) => TargetKind.Ceiling,
        { Kind: PlanValueKind.Cumulative } => TargetKind.Cumulative,
        // 2020→2025 is the growth over all the years, a single year's growth is reached or not; only the rest is a mean.
        { Kind: PlanValueKind.Growth } => firstYear < target.Year && !IsSinceBase(target) ? TargetKind.MeanGrowth : TargetKind.Rising,
        { Kind: PlanValueKind.Ratio } => TargetKind.Ratio,
        { Kind: PlanValueKind.Reduction } => TargetKind.Falling,
        { Kind: PlanValueKind.Binary } => TargetKind.YesNo,
        _ => TargetKind.Rising,
    };

    /// <summary>A cut in percent begins at nothing, and so does the growth since a base year.</summary>
    private static bool CountsFromZero(PlanValue value) =>
        (value.Kind == PlanValueKind.Reduction && !IsLevelThatFalls(value)) || (value.Kind == PlanValueKind.Growth && IsSinceBase(value));

    private static bool IsLevelThatFalls(PlanValue value) => value.Kind == PlanValueKind.Reduction && value.Unit != "%";

    private static bool IsSinceBase(PlanValue value) => value.Period.Contains('→', StringComparison.Ordinal);
}
