using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms.Evaluators;

/// <summary>A limit with delays or a worse limit of its own.</summary>
internal sealed class LimitEvaluator(AlarmDefinition definition, PointEntry point, LimitCondition limit) : AlarmEvaluator(definition, [point])
{
    private readonly LimitCondition? worse = definition.WorseLimit is { } beyond ? limit with { Limit = beyond } : null;

    protected override Verdict? OnSample(int input, long timeMs, double value, long engineMs) => double.IsNaN(value)
        ? null
        : new(limit.IsMet(value, Condition.IsMet), value, limit.Limit, worse?.IsMet(value, IsWorse) ?? false);
}

/// <summary>Too far from a set point, or from another point.</summary>
internal sealed class DeviationEvaluator(AlarmDefinition definition, IReadOnlyList<PointEntry> inputs) : AlarmEvaluator(definition, inputs)
{
    private readonly double limit = definition.Limit!.Value, deadband = definition.Deadband;
    private readonly AlarmDirection direction = definition.Direction;
    private double value = double.NaN, wanted = definition.Setpoint ?? double.NaN;

    protected override Verdict? OnSample(int input, long timeMs, double value, long engineMs)
    {
        if (double.IsNaN(value)) return null;
        if (input == 0) this.value = value;
        else wanted = value;
        double off = this.value - wanted;
        if (double.IsNaN(off)) return null; // one of the two was never seen
        double far = Directed(off, direction);
        return new(far >= limit || (Condition.IsMet && far > limit - deadband), this.value, limit,
            Definition.WorseLimit is { } worse && (far >= worse || (IsWorse && far > worse - deadband)));
    }

    /// <summary>How far a value went to the side that matters.</summary>
    public static double Directed(double off, AlarmDirection direction) => direction switch
    {
        AlarmDirection.Up => off,
        AlarmDirection.Down => -off,
        _ => Math.Abs(off),
    };

    public override string Detail => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value} / {wanted}");
}

/// <summary>A discrete value, or bits of it.</summary>
internal sealed class StateEvaluator(AlarmDefinition definition, PointEntry point) : AlarmEvaluator(definition, [point])
{
    private readonly HashSet<long> abnormal = [.. ValuesOf(definition.Values)];

    protected override Verdict? OnSample(int input, long timeMs, double value, long engineMs)
    {
        if (!double.IsFinite(value) || Math.Abs(value) > long.MaxValue / 2) return null;
        long state = (long)Math.Round(value);
        if (Definition.Mask is not { } mask) return new(abnormal.Contains(state), value, 0);
        return new(abnormal.Count == 0 ? (state & mask) != 0 : abnormal.Contains(state & mask), value, 0);
    }

    /// <summary>Reads <c>1,3,7</c>; what is no number is left out, for the rules have refused it before.</summary>
    public static IEnumerable<long> ValuesOf(string? text) => (text ?? "")
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Where(part => long.TryParse(part, System.Globalization.CultureInfo.InvariantCulture, out _))
        .Select(part => long.Parse(part, System.Globalization.CultureInfo.InvariantCulture));
}
