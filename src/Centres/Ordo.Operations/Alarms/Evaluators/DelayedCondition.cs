namespace Ordo.Operations.Alarms.Evaluators;

/// <summary>
/// On-delay and off-delay (IEC 62682, signal conditioning): a condition counts when it was there for so long without a break, and is gone when it was gone
/// for so long. It turns at the first sample whose age since the first contrary one is at least the delay, or when the time has passed without a sample.
/// </summary>
/// <param name="IsMet">After the delays.</param>
/// <param name="ContraryMs">Time of the first sample of the present contrary run; <see cref="SampleOrder.None"/> while there is none.</param>
public readonly record struct DelayedCondition(bool IsMet, long ContraryMs)
{
    public static readonly DelayedCondition Cleared = new(false, SampleOrder.None), Met = new(true, SampleOrder.None);

    /// <summary>Waits for a delay to pass.</summary>
    public bool IsPending => ContraryMs != SampleOrder.None;

    /// <param name="raw">What the sample says.</param>
    /// <param name="timeMs">Of the sample; never before the one before.</param>
    /// <param name="onDelayMs">Before the condition counts.</param>
    /// <param name="offDelayMs">Before it is gone.</param>
    public DelayedCondition Next(bool raw, long timeMs, int onDelayMs, int offDelayMs)
    {
        DelayedCondition waiting = Waiting(raw, timeMs);
        return waiting.IsPending && timeMs - waiting.ContraryMs >= (IsMet ? offDelayMs : onDelayMs) ? new(!IsMet, SampleOrder.None) : waiting;
    }

    /// <summary>Only takes note: the samples before the one up to which was judged have no say any more, but the run may have begun with them.</summary>
    public DelayedCondition Waiting(bool raw, long timeMs) =>
        raw == IsMet ? this with { ContraryMs = SampleOrder.None } : IsPending ? this : this with { ContraryMs = timeMs };

    /// <summary>When it turns if nothing contradicts.</summary>
    public long TurnsAtMs(int onDelayMs, int offDelayMs) => ContraryMs + (IsMet ? offDelayMs : onDelayMs);
}
