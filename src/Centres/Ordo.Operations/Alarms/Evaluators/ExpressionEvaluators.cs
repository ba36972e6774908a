using Ordo.Foundation;
using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms.Evaluators;

/// <summary>Makes evaluators of expressions.</summary>
internal static class ExpressionEvaluators
{
    /// <returns><c>null</c> when a point of it is gone or not fed.</returns>
    public static AlarmEvaluator? Of(AlarmDefinition definition, PointSnapshot points) => null;

    /// <inheritdoc cref="Of"/>
    public static AlarmEvaluator? SuppressorOf(AlarmDefinition definition, PointSnapshot points) => null;

    /// <summary>What is wrong with an expression, and at which place.</summary>
    public static IEnumerable<Fault> FaultsOf(string field, string? expression, PointSnapshot points) =>
        [new(field, "尚不支持表达式。", "Expressions are not available yet.")];
}
