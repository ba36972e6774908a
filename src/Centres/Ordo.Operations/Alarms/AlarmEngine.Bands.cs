using Ordo.Operations.Alarms.Evaluators;

namespace Ordo.Operations.Alarms;

/// <summary>Which bands are to be learned.</summary>
public sealed partial class AlarmEngine
{
    private const long LearnAgainMs = 86_400_000;

    private readonly Dictionary<BandEvaluator, long> learnedAt = []; // on the engine's own clock

    /// <summary>The next band that was never learned, or not for a day. Whoever takes it learns it: it is not given out again before the next day.</summary>
    internal BandEvaluator? NextToLearn()
    {
        lock (gate)
        {
            long now = EngineMs();
            foreach (BandEvaluator gone in learnedAt.Keys.Where(b => evaluators.GetValueOrDefault(b.Definition.Id) != b).ToList()) learnedAt.Remove(gone);
            BandEvaluator? next = evaluators.Values.OfType<BandEvaluator>().FirstOrDefault(b => !learnedAt.TryGetValue(b, out long at) || now - at >= LearnAgainMs);
            if (next is not null) learnedAt[next] = now;
            return next;
        }
    }

    internal void Learned(BandEvaluator evaluator, BandProfile profile)
    {
        lock (gate) evaluator.Profile = profile;
    }
}
