using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms.Evaluators;

/// <summary>Something that the engine must look at when a time has come. Guarded by the engine's lock, like everything here.</summary>
internal abstract class Timed
{
    /// <summary>When, on the engine's own clock; <see cref="long.MaxValue"/> for never.</summary>
    public long DueMs { get; set; } = long.MaxValue;

    /// <summary>The earliest place it has in the queue. It may be due later: then it is put back when its turn comes.</summary>
    public long QueuedMs { get; set; } = long.MaxValue;
}

/// <summary>What an evaluator says of the process at one moment.</summary>
/// <param name="IsMet">The condition, before delays.</param>
/// <param name="Value">As shown with the alarm.</param>
/// <param name="Limit">That was passed; 0 where the kind has none.</param>
/// <param name="IsWorse">Beyond the second, worse limit.</param>
internal readonly record struct Verdict(bool IsMet, double Value, double Limit, bool IsWorse = false);

/// <summary>Judges one definition by the samples of its points. What it remembers can be found again from the store, <see cref="LookbackMs"/> deep.</summary>
internal abstract class AlarmEvaluator(AlarmDefinition definition, IReadOnlyList<PointEntry> inputs) : Timed
{
    /// <summary>Its words may be replaced; what judges stays as it was at the beginning.</summary>
    public AlarmDefinition Definition { get; set; } = definition;

    /// <summary>The points whose samples it takes, in the order of their input numbers. The first is the one the alarm is shown with.</summary>
    public IReadOnlyList<PointEntry> Inputs { get; set; } = inputs;

    public PointWatch[] Watches { get; set; } = [];

    public DelayedCondition Condition { get; set; }

    public Verdict Last { get; private set; }

    public bool IsWorse { get; set; }

    /// <summary>It was shown as much of the past as it needs.</summary>
    public bool IsWarm { get; set; }

    /// <summary>How much of the past it must see to know what it knew.</summary>
    public virtual long LookbackMs => Math.Max(Definition.OnDelayMs, Definition.OffDelayMs);

    /// <summary>How often it must be asked although no sample comes; 0 for never.</summary>
    public virtual long RecheckMs => 0;

    /// <summary>Every series it takes samples from is judged as samples come.</summary>
    public bool IsLive => Watches.All(w => w.IsLive);

    /// <param name="input">Which of the points.</param>
    /// <param name="timeMs">Of the sample.</param>
    /// <param name="value">In the unit of the point; NaN when the sample says nothing about the process.</param>
    /// <param name="engineMs">Now, on the engine's own clock.</param>
    /// <returns><c>null</c> when nothing follows from it.</returns>
    public Verdict? Take(int input, long timeMs, double value, long engineMs) => Noted(OnSample(input, timeMs, value, engineMs));

    /// <summary>Asked because time has passed.</summary>
    public Verdict? Recheck(long nowMs, long engineMs) => Noted(OnTime(nowMs, engineMs));

    /// <summary>Words to add to an alarm that rises.</summary>
    public virtual string? Detail => null;

    protected abstract Verdict? OnSample(int input, long timeMs, double value, long engineMs);

    protected virtual Verdict? OnTime(long nowMs, long engineMs) => null;

    private Verdict? Noted(Verdict? verdict)
    {
        if (verdict is { } said) Last = said;
        return verdict;
    }
}
