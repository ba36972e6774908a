using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms.Evaluators;

/// <summary>
/// No usable value for a time. A sample marked bad is none: it neither sets nor clears other alarms, so somebody must hear when nothing else comes.
/// Measured on the engine's own clock, so that neither a device's nor the server's clock makes a silence.
/// </summary>
internal sealed class StaleEvaluator(AlarmDefinition definition, PointEntry point) : AlarmEvaluator(definition, [point])
{
    public long WindowMs { get; } = definition.WindowSeconds!.Value * 1000L;

    /// <summary>When the last usable sample arrived, on the engine's own clock.</summary>
    public long SeenMs { get; set; }

    /// <summary>Not before: after a start everybody needs time to find the way back.</summary>
    public long NotBeforeMs { get; set; }

    /// <summary>Time of the sample that was the newest when it began: to judge that one again is no sign of life.</summary>
    public long BeganAtMs { get; set; } = SampleOrder.None;

    /// <summary>Put into the common cause of this gateway.</summary>
    public string? CommonCause { get; set; }

    public long SilentAtMs => Math.Max(SeenMs + WindowMs, NotBeforeMs);

    public override long LookbackMs => 0;

    protected override Verdict? OnSample(int input, long timeMs, double value, long engineMs)
    {
        if (double.IsNaN(value) || timeMs == BeganAtMs) return null;
        SeenMs = engineMs;
        return new(false, value, 0);
    }

    protected override Verdict? OnTime(long nowMs, long engineMs) => engineMs >= SilentAtMs ? new(true, Last.Value, 0) : null;
}
