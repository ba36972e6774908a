using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms.Evaluators;

/// <summary>Not an alarm: while its condition holds, the alarm of the definition is suppressed by design.</summary>
internal abstract class Suppressor(AlarmDefinition definition, IReadOnlyList<PointEntry> inputs) : AlarmEvaluator(definition, inputs);
