using Ordo.Foundation;
using Ordo.Foundation.Expressions;
using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms.Evaluators;

/// <summary>Makes evaluators of expressions. Stored expressions name points by id; what a person writes by codes was put into ids before.</summary>
internal static class ExpressionEvaluators
{
    /// <returns><c>null</c> when a point of it is gone or not fed.</returns>
    public static ExpressionEvaluator? Of(AlarmDefinition definition, PointSnapshot points) =>
        Checked(definition.Expression, points) is var (expression, inputs) ? new ExpressionEvaluator(definition, expression, inputs) : null;

    /// <inheritdoc cref="Of"/>
    public static Suppressor? SuppressorOf(AlarmDefinition definition, PointSnapshot points) => Checked(definition.SuppressWhen, points) is var (expression, inputs)
        ? new Suppressor(definition with { OnDelayMs = 0, OffDelayMs = 0, WorseLimit = null }, expression, inputs) // delays are the alarm's
        : null;

    /// <summary>What is wrong with an expression, and at which place.</summary>
    public static IEnumerable<Fault> FaultsOf(string field, string? expression, PointSnapshot points) =>
        string.IsNullOrWhiteSpace(expression) ? [] : FaultsOf(field, expression, node => PointOf(node.Id is { } id ? points.ById(id) : null), out _);

    /// <inheritdoc cref="FaultsOf(string, string?, PointSnapshot)"/>
    /// <param name="field">The member it stands in.</param>
    /// <param name="expression">As somebody wrote it.</param>
    /// <param name="find">Finds the points it names.</param>
    /// <param name="isChecked">What can be evaluated, when nothing is wrong.</param>
    public static IReadOnlyList<Fault> FaultsOf(string field, string expression, Func<ReferenceNode, ExpressionPoint?> find, out CheckedExpression? isChecked)
    {
        isChecked = ExpressionChecker.Check(expression, find, out IReadOnlyList<ExpressionFault> faults);
        if (isChecked is null) return [.. faults.Select(f => At(field, f))];
        if (!isChecked.IsCondition)
            return [new(field, "应为条件（真或假），例如 #12 > 5。", "It must be a condition, true or false, as in #12 > 5.")];
        if (isChecked.Inputs.Count == 0)
            return [new(field, "表达式没有用到任何点位。", "The expression uses no point.")];
        if (isChecked.Inputs.SelectMany(i => i.Windows).Any(w => w.Period != CalendarPeriod.None))
            return [new(field, "报警条件的时间窗口应为固定时长，例如 5min、1h，不能用 hour、day、month、year。", "An alarm looks back over a fixed length of time, as in 5min or 1h, not over hour, day, month or year.")];
        return [];
    }

    public static ExpressionPoint? PointOf(PointEntry? entry) => entry is null ? null : new(entry.Point.Id, entry.Point.Quantity, entry.Point.Unit);

    /// <summary>Places are counted as people count: from 1.</summary>
    private static Fault At(string field, ExpressionFault fault) =>
        new(field, $"第 {fault.Position + 1} 个字符：{fault.Reason.Zh}", $"Character {fault.Position + 1}: {fault.Reason.En}");

    private static (CheckedExpression Expression, IReadOnlyList<PointEntry> Inputs)? Checked(string? text, PointSnapshot points)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (FaultsOf("expression", text, node => PointOf(node.Id is { } id ? points.ById(id) : null), out CheckedExpression? expression).Count > 0) return null;
        List<PointEntry> inputs = [];
        foreach (ExpressionInput input in expression!.Inputs)
        {
            if (Plan.Fed(points, input.PointId) is not { } point) return null;
            inputs.Add(point);
        }
        return (expression, inputs);
    }
}
