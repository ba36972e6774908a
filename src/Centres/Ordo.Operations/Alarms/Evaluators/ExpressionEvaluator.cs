using System.Globalization;
using Ordo.Foundation.Expressions;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms.Evaluators;

/// <summary>
/// A condition over several points, with arithmetic and time windows. Evaluated at every sample of each of its points, and every so often although none
/// comes, for windows move on. A sample without a flag counts as good, as everywhere in the alarms. While something needed is unknown, nothing follows.
/// </summary>
internal class ExpressionEvaluator : AlarmEvaluator, IExpressionInputs
{
    private const long WindowRecheckMs = 1000, PlainRecheckMs = 5000;

    private readonly CheckedExpression expression;
    private readonly Track[] tracks;
    private readonly long lookbackMs;

    public ExpressionEvaluator(AlarmDefinition definition, CheckedExpression expression, IReadOnlyList<PointEntry> inputs)
        : base(definition, inputs)
    {
        this.expression = expression;
        tracks = [.. expression.Inputs.Zip(inputs, (input, point) => new Track(input, Map.Staleness.AfterMs(point.Point, 0)))];
        lookbackMs = expression.Inputs.Max(i => i.LookBackMs);
        RecheckMs = lookbackMs > 0 ? WindowRecheckMs : PlainRecheckMs;
    }

    public override long LookbackMs => base.LookbackMs + lookbackMs;

    public override long RecheckMs { get; }

    public override string? Detail
    {
        get
        {
            string values = string.Join(", ", Inputs.Zip(tracks, (point, track) => string.Create(CultureInfo.InvariantCulture, $"{point.Point.Code} = {track.Value:G6} {point.Point.Unit}")));
            return values.Length <= 400 ? values : values[..399] + "…";
        }
    }

    public long NowMs { get; private set; } = long.MinValue;

    public bool TryGet(int input, int back, out Sample sample)
    {
        Track track = tracks[input];
        sample = back == 0 ? track.Newest : track.Before;
        return sample.TimeMs != SampleOrder.None && NowMs - track.Newest.TimeMs <= track.HoldMs;
    }

    public ExpressionValue Over(int input, WindowFunction function, TimeWindow window) => tracks[input].Windows[window].Over(function, NowMs);

    protected override Verdict? OnSample(int input, long timeMs, double value, long engineMs)
    {
        tracks[input].Add(timeMs, value);
        return Evaluate(timeMs);
    }

    protected override Verdict? OnTime(long nowMs, long engineMs) => Evaluate(nowMs);

    private Verdict? Evaluate(long timeMs)
    {
        // One point's clock may run before another's: time only goes on, unless it went back for all of them.
        long newest = SampleOrder.None;
        foreach (Track track in tracks) newest = Math.Max(newest, track.Newest.TimeMs);
        NowMs = Math.Max(timeMs, newest);
        ExpressionValue said = expression.Evaluate(this);
        return said.IsKnown ? new(said.IsTrue, tracks[0].Value, 0) : null;
    }

    /// <summary>What is known of one point.</summary>
    private sealed class Track(ExpressionInput input, long holdMs)
    {
        public long HoldMs { get; } = holdMs;

        public Sample Newest { get; private set; } = new(SampleOrder.None, double.NaN, SampleQuality.Bad);

        public Sample Before { get; private set; } = new(SampleOrder.None, double.NaN, SampleQuality.Bad);

        public Dictionary<TimeWindow, WindowTrack> Windows { get; } = input.Windows.ToDictionary(w => w, w => new WindowTrack(w.LengthMs, holdMs));

        public double Value => Newest.Value;

        public void Add(long timeMs, double value)
        {
            bool isUsable = double.IsFinite(value);
            if (timeMs != Newest.TimeMs) Before = Newest;
            Newest = new(timeMs, value, isUsable ? SampleQuality.Good : SampleQuality.Bad);
            if (!isUsable) return;
            foreach (WindowTrack window in Windows.Values) window.Add(timeMs, value);
        }
    }
}

/// <summary>Not an alarm: while its condition holds, the alarm of the definition is suppressed by design.</summary>
internal sealed class Suppressor(AlarmDefinition definition, CheckedExpression expression, IReadOnlyList<PointEntry> inputs)
    : ExpressionEvaluator(definition, expression, inputs);
