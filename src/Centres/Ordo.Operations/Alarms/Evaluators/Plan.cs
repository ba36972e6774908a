using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms.Evaluators;

/// <summary>Which evaluators the definitions ask for, and which points feed them. A definition whose points nothing feeds has none.</summary>
internal sealed class Plan
{
    private readonly Dictionary<AlarmEvaluator, AlarmEvaluator> actual = [];
    private readonly Dictionary<long, List<(AlarmEvaluator Wanted, int Input)>> inputs = []; // by point
    private readonly Dictionary<long, int> elsewhere = []; // by point

    /// <summary>By definition.</summary>
    public Dictionary<long, AlarmEvaluator> Evaluators { get; } = [];

    /// <summary>By definition.</summary>
    public Dictionary<long, AlarmEvaluator> Suppressors { get; } = [];

    public static Plan Of(PointSnapshot points, IEnumerable<AlarmDefinition> definitions)
    {
        var plan = new Plan();
        foreach (AlarmDefinition definition in definitions) plan.Add(definition, points);
        return plan;
    }

    public bool Feeds(long pointId) => inputs.ContainsKey(pointId);

    /// <summary>Limits of a point that are not judged together with the others: switched off, or with delays. One bit per kind.</summary>
    public int Elsewhere(long pointId) => elsewhere.GetValueOrDefault(pointId);

    public (AlarmEvaluator Evaluator, int Input)[] InputsOf(long pointId) =>
        inputs.TryGetValue(pointId, out var fed) ? [.. fed.Select(f => (Actual(f.Wanted), f.Input))] : [];

    public void Replace(AlarmEvaluator wanted, AlarmEvaluator by) => actual[wanted] = by;

    public AlarmEvaluator Actual(AlarmEvaluator wanted) => actual.GetValueOrDefault(wanted, wanted);

    private void Add(AlarmDefinition definition, PointSnapshot points)
    {
        if (definition.IsLimitOfPoint && (!definition.IsEnabled || NeedsEvaluator(definition)))
        {
            (long point, AlarmKind kind) = AlarmKeys.LimitOf(definition.Id);
            elsewhere[point] = elsewhere.GetValueOrDefault(point) | (1 << (int)kind);
        }
        if (!definition.IsEnabled) return;
        if (Create(definition, points) is { } evaluator)
        {
            Evaluators[definition.Id] = evaluator;
            Feed(evaluator);
        }
        if (definition.SuppressWhen is not null && ExpressionEvaluators.SuppressorOf(definition, points) is { } suppressor)
        {
            Suppressors[definition.Id] = suppressor;
            Feed(suppressor);
        }
    }

    private void Feed(AlarmEvaluator evaluator)
    {
        for (int i = 0; i < evaluator.Inputs.Count; i++)
        {
            long point = evaluator.Inputs[i].Point.Id;
            if (!inputs.TryGetValue(point, out var fed)) inputs[point] = fed = [];
            fed.Add((evaluator, i));
        }
    }

    private static bool NeedsEvaluator(AlarmDefinition definition) => definition is not { OnDelayMs: 0, OffDelayMs: 0, WorseLimit: null };

    private static AlarmEvaluator? Create(AlarmDefinition definition, PointSnapshot points)
    {
        if (definition.Kind == AlarmKind.Expression) return ExpressionEvaluators.Of(definition, points);
        if (definition.PointId is not { } id || Fed(points, id) is not { } point) return null;
        switch (definition.Kind)
        {
            case AlarmKind.LowLow or AlarmKind.Low or AlarmKind.High or AlarmKind.HighHigh:
                if (definition.IsLimitOfPoint && !NeedsEvaluator(definition)) return null; // judged with the point's other limits
                LimitCondition? limit = definition.IsLimitOfPoint
                    ? PointWatch.ConditionsOf(point.Point).Cast<LimitCondition?>().FirstOrDefault(c => c!.Value.Kind == definition.Kind)
                    : new(definition.Kind, definition.Limit!.Value, definition.Deadband);
                return limit is { } condition ? new LimitEvaluator(definition, point, condition) : null;
            case AlarmKind.Deviation when definition.ReferencePointId is { } reference:
                return Fed(points, reference) is { } other ? new DeviationEvaluator(definition, [point, other]) : null;
            case AlarmKind.Deviation:
                return new DeviationEvaluator(definition, [point]);
            case AlarmKind.RateOfChange:
                return new RateEvaluator(definition, point);
            case AlarmKind.State:
                return new StateEvaluator(definition, point);
            case AlarmKind.Stale:
                return new StaleEvaluator(definition, point);
            case AlarmKind.Band:
                return new BandEvaluator(definition, point);
            default:
                return null;
        }
    }

    /// <returns><c>null</c> for a point that is gone, or that no series feeds.</returns>
    public static PointEntry? Fed(PointSnapshot points, long id) =>
        points.ById(id) is { Series: { } series } entry && points.BySeries(series) == entry ? entry : null;
}
