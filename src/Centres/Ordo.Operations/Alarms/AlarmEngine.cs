using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms.Definitions;
using Ordo.Operations.Alarms.Evaluators;

namespace Ordo.Operations.Alarms;

/// <summary>
/// Judges every sample of every watched point, in order, as it becomes durable, and keeps the live state of the alarms of all systems.
/// Transitions wait in memory for the journal; how that loses nothing is docs/decisions/0040, what was added since 0041.
/// </summary>
/// <remarks>
/// Limits: a bad sample and a NaN neither raise nor clear, for they say nothing about the process. An uncertain one does both: devices that
/// send no flag at all are uncertain, and so is a reading above the instrument's range; silence would be the worse mistake.
/// One alarm per limit of a point: above high-high both the high and the high-high alarm stand. A late sample is judged for the journal only,
/// and so is history (<see cref="SampleOrder"/>). After a change of limits the newest value is judged by the new ones at once.
/// </remarks>
public sealed partial class AlarmEngine : ISampleObserver
{
    /// <summary>Changes that may wait for the journal. Beyond it a series is no longer judged as samples come but, later, from the store.</summary>
    public const int Capacity = 32_768;

    private readonly Lock applying = new(); // one at a time; always taken before the gate
    private readonly Lock gate = new(); // guards everything below
    private readonly TimeProvider clock;
    private readonly AlarmOptions options;
    private readonly Dictionary<long, PointWatch> byPoint = [];
    private readonly Dictionary<long, LiveAlarm> alarms = []; // by definition; only those with something to know
    private readonly Dictionary<long, LiveAlarm> byOccurrence = []; // the newest occurrence of each
    private readonly Queue<PointWatch> behind = [];
    private readonly HashSet<int> urgentPages = [];
    private readonly Dictionary<long, AlarmHold?> changedHolds = [];
    private Dictionary<long, AlarmDefinition> definitions = []; // the stored ones
    private Dictionary<long, AlarmEvaluator> evaluators = []; // by definition
    private List<AlarmChange> pending = [];
    private PointWatch?[] bySeries = [];
    private long[] judgedTo = []; // by series, like bySeries; a column of its own, so that a page of it is a copy
    private bool[] dirtyPages = [];
    private long nextId = 1, sequence, late, history;
    private int announced;

    public AlarmEngine(TimeProvider clock, AlarmOptions? options = null)
    {
        (this.clock, this.options) = (clock, options ?? new());
        startedAt = clock.GetTimestamp();
    }

    /// <summary>An occurrence changed. Raised under the engine's lock, in order; handlers must only take note of it.</summary>
    public event Action<AlarmOccurrence>? Changed;

    /// <summary>Set when a cut is worth taking.</summary>
    internal Signal CutWaiting { get; } = new();

    /// <summary>Set when a series must be judged from the store.</summary>
    internal Signal SeriesBehind { get; } = new();

    /// <summary>Samples that came after a newer one of their series had been judged.</summary>
    public long LateSamples => Interlocked.Read(ref late);

    /// <summary>Samples that told of the past when they arrived.</summary>
    public long HistorySamples => Interlocked.Read(ref history);

    /// <summary>Changes made in this run.</summary>
    public long Sequence
    {
        get { lock (gate) return sequence; }
    }

    /// <summary>Occurrences that stand on the desk.</summary>
    public int OpenCount
    {
        get { lock (gate) return announced; }
    }

    /// <summary>Changes that wait for the journal.</summary>
    public int PendingChanges
    {
        get { lock (gate) return pending.Count; }
    }

    /// <summary>Series that wait to be judged from the store.</summary>
    public int SeriesWaiting
    {
        get { lock (gate) return behind.Count; }
    }

    /// <summary>Every occurrence that stands on the desk.</summary>
    public AlarmOccurrence[] Open()
    {
        lock (gate) return [.. alarms.Values.Select(a => a.Current).OfType<AlarmOccurrence>().Where(o => !o.State.IsHeld())];
    }

    /// <returns><c>null</c> when it is not the newest occurrence of an alarm that is not normal.</returns>
    public AlarmOccurrence? Find(long id)
    {
        lock (gate) return byOccurrence.GetValueOrDefault(id)?.Current;
    }

    /// <summary>Where an alarm stands now.</summary>
    public (AlarmSituation Situation, AlarmOccurrence? Current, AlarmHold? Hold) StandingOf(long definitionId)
    {
        lock (gate) return alarms.TryGetValue(definitionId, out LiveAlarm? alarm) ? (alarm.Situation, alarm.Current, alarm.Hold) : default;
    }

    /// <summary>The stored definition, as the engine judges by it; <c>null</c> for a limit of a point that nobody said more about.</summary>
    public AlarmDefinition? DefinitionOf(long definitionId)
    {
        lock (gate) return definitions.GetValueOrDefault(definitionId);
    }

    public void Observe(Batch batch)
    {
        ReadOnlySpan<int> series = batch.Series;
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<SampleQuality> qualities = batch.Qualities;
        lock (gate)
        {
            PointWatch?[] watches = bySeries;
            engineMs = EngineMs();
            for (int i = 0; i < series.Length; i++)
                if ((uint)series[i] < (uint)watches.Length && watches[series[i]] is { } watch)
                    See(watch, new Sample(times[i], values[i], qualities[i]));
        }
    }

    /// <summary>Goes on from what the journal holds; before anything else.</summary>
    public void Restore(AlarmRestart restart)
    {
        lock (gate)
        {
            engineMs = EngineMs();
            nextId = restart.NextId;
            foreach (AlarmHold hold in restart.Holds) alarms[hold.DefinitionId] = new(new(hold.DefinitionId, default, hold.AssetId)) { Hold = hold };
            foreach (AlarmOccurrence occurrence in restart.Open)
            {
                if (!alarms.TryGetValue(occurrence.DefinitionId, out LiveAlarm? alarm)) alarms[occurrence.DefinitionId] = alarm = new(default);
                alarm.Subject = new(occurrence.DefinitionId, occurrence.Kind, occurrence.AssetId);
                SetCurrent(alarm, occurrence);
                JoinGroup(occurrence);
            }
            foreach (LiveAlarm alarm in alarms.Values) RestoreSituation(alarm);
            foreach (MarkPage page in restart.Marks)
            {
                EnsureSeries((page.Number + 1) * MarkPage.Length);
                page.JudgedTo.CopyTo(judgedTo, page.Number * MarkPage.Length);
            }
        }
    }

    /// <summary>Everything that changed since the last cut, or <c>null</c>. The taker must write it before it takes the next.</summary>
    /// <param name="allMarks">Take every mark that moved, not only those of series with a transition.</param>
    public AlarmCut? TakeCut(bool allMarks)
    {
        lock (gate)
        {
            List<MarkPage> marks = [];
            for (int page = 0; page < dirtyPages.Length; page++)
                if (urgentPages.Contains(page) || (allMarks && dirtyPages[page]))
                {
                    marks.Add(new(page, judgedTo.AsSpan(page * MarkPage.Length, MarkPage.Length).ToArray()));
                    dirtyPages[page] = false;
                }
            urgentPages.Clear();
            if (pending.Count == 0 && marks.Count == 0) return null;
            List<AlarmChange> changes = pending;
            pending = [];
            KeyValuePair<long, AlarmHold?>[] holds = [.. changedHolds];
            changedHolds.Clear();
            return new(changes, marks, sequence, holds);
        }
    }

    /// <summary>The next series to judge from the store, and from which time on.</summary>
    internal PointWatch? NextBehind()
    {
        lock (gate)
        {
            if (pending.Count >= Capacity / 2 || !behind.TryDequeue(out PointWatch? watch)) return null;
            watch.IsQueued = false;
            return watch;
        }
    }

    /// <summary>Where to read on for a series that is behind.</summary>
    /// <returns>A half-open range, and the number of samples that passed by so far. Samples that claim to come from the future are left out
    /// where the series' clock was right before: had they been judged as they came, the next one would have overruled them.</returns>
    internal (long FromMs, long ToMs, int Missed) RangeBehind(PointWatch watch)
    {
        lock (gate)
        {
            long newest = judgedTo[watch.Series], now = NowMs;
            long from = newest == SampleOrder.None ? newest : Math.Max(newest, SampleOrder.BeginningMs + watch.LookbackMs) - watch.LookbackMs;
            return (from, SampleOrder.IsAhead(newest, now) ? long.MaxValue : now + SampleOrder.ClockToleranceMs + 1, watch.Missed);
        }
    }

    /// <summary>Judges samples from the store.</summary>
    /// <returns><c>false</c> when it had to stop: the journal is full, or the point is no longer watched.</returns>
    internal bool JudgeStored(PointWatch watch, SampleColumns samples)
    {
        lock (gate)
        {
            if (bySeries[watch.Series] != watch) return false;
            engineMs = EngineMs();
            for (int i = 0; i < samples.Count; i++)
            {
                var sample = new Sample(samples.Times[i], samples.Values[i], samples.Qualities[i]);
                if (sample.TimeMs < judgedTo[watch.Series])
                {
                    WarmUp(watch, sample);
                    continue;
                }
                if (TryJudge(watch, sample, AlarmCause.Sample)) continue;
                FallBehind(watch);
                return false;
            }
            return true;
        }
    }

    /// <summary>Judges the series as samples come again, unless some passed by that the last reading did not see.</summary>
    internal bool TryGoLive(PointWatch watch, int missedBeforeReading)
    {
        lock (gate)
        {
            if (bySeries[watch.Series] != watch) return true;
            bool isLive = watch.Missed == missedBeforeReading || watch.MissedTo <= judgedTo[watch.Series];
            if (isLive) BeLive(watch);
            return isLive;
        }
    }

    /// <summary>Gives up what cannot be read.</summary>
    internal void GoLive(PointWatch watch)
    {
        lock (gate) BeLive(watch);
    }

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static void BeLive(PointWatch watch)
    {
        watch.IsLive = true;
        watch.LookbackMs = 0;
        foreach (var (evaluator, _) in watch.Inputs) evaluator.IsWarm = true;
    }

    private void See(PointWatch watch, in Sample sample)
    {
        if (!watch.IsLive)
        {
            watch.Miss(sample.TimeMs);
            return;
        }

        long newest = judgedTo[watch.Series];
        if (sample.TimeMs < newest && SampleOrder.IsLate(sample.TimeMs, newest, NowMs))
        {
            Interlocked.Increment(ref late);
            JudgeLate(watch, sample);
            return;
        }

        if (SampleOrder.IsHistory(sample.TimeMs, newest, NowMs))
        {
            Interlocked.Increment(ref history);
            JudgeLate(watch, sample);
            Mark(watch.Series, sample.TimeMs);
            return;
        }

        if (TryJudge(watch, sample, AlarmCause.Sample)) return;
        watch.Miss(sample.TimeMs);
        FallBehind(watch);
    }

    /// <returns><c>false</c> when the journal is full: nothing happened, and the sample is still to be judged.</returns>
    private bool TryJudge(PointWatch watch, in Sample sample, AlarmCause cause)
    {
        double value = sample.Quality.Status == QualityStatus.Bad ? double.NaN : watch.ValueOf(sample.Value);
        if (watch.Inputs.Length > 0)
        {
            if (pending.Count >= Capacity) return false;
            foreach (var (evaluator, input) in watch.Inputs)
                if (evaluator.Take(input, sample.TimeMs, value, engineMs) is { } verdict) Settle(evaluator, verdict, sample.TimeMs, cause, watch);
        }

        if (!watch.IsQuiet(value) && !double.IsNaN(value))
        {
            if (pending.Count >= Capacity) return false;
            JudgeLimits(watch, value, sample.TimeMs, cause);
        }
        Mark(watch.Series, sample.TimeMs);
        return true;
    }

    private void Mark(int series, long timeMs)
    {
        judgedTo[series] = timeMs;
        dirtyPages[series / MarkPage.Length] = true;
    }

    private void JudgeLimits(PointWatch watch, double value, long timeMs, AlarmCause cause)
    {
        foreach (LimitCondition condition in watch.Conditions)
        {
            bool wasMet = watch.IsMet(condition.Kind), isMet = condition.IsMet(value, wasMet);
            if (isMet == wasMet) continue;
            var trigger = new AlarmTrigger(cause, SampleOrder.TimeOf(timeMs), clock.GetUtcNow(), value, condition.Limit);
            Step(SubjectOf(watch.Entry.Point, condition.Kind), isMet ? AlarmStimulus.ConditionMet : AlarmStimulus.ConditionCleared, trigger);
        }
    }

    /// <summary>Not for the siren: what it tells is over. The journal notes when such samples went beyond a limit, and when they came back.</summary>
    private void JudgeLate(PointWatch watch, in Sample sample)
    {
        double value = sample.Quality.Status == QualityStatus.Bad ? double.NaN : watch.ValueOf(sample.Value);
        if (watch.IsQuietLate(value) || double.IsNaN(value)) return;
        foreach (LimitCondition condition in watch.Conditions)
        {
            bool wasMet = watch.IsMetLate(condition.Kind), isMet = condition.IsMet(value, wasMet);
            if (isMet == wasMet || pending.Count >= Capacity / 2) continue;
            watch.SetMetLate(condition.Kind, isMet);
            AlarmSubject subject = SubjectOf(watch.Entry.Point, condition.Kind);
            AlarmState state = alarms.GetValueOrDefault(subject.DefinitionId)?.Situation.State ?? AlarmState.Normal;
            Note(subject.DefinitionId, null, isMet ? AlarmStimulus.LateMet : AlarmStimulus.LateCleared, state, state,
                new(AlarmCause.Sample, SampleOrder.TimeOf(sample.TimeMs), clock.GetUtcNow(), value, condition.Limit));
        }
    }

    private AlarmSubject SubjectOf(Point point, AlarmKind kind)
    {
        long id = AlarmKeys.OfLimit(point.Id, kind);
        return new(id, kind, point.AssetId, definitions.GetValueOrDefault(id), point);
    }

    private void FallBehind(PointWatch watch)
    {
        watch.IsLive = false;
        if (!watch.IsQueued) behind.Enqueue(watch);
        watch.IsQueued = true;
        SeriesBehind.Set();
    }

    private void EnsureSeries(int count)
    {
        if (count <= bySeries.Length) return;
        int pages = (count + MarkPage.Length - 1) / MarkPage.Length, before = judgedTo.Length;
        Array.Resize(ref dirtyPages, pages);
        Array.Resize(ref bySeries, pages * MarkPage.Length);
        Array.Resize(ref judgedTo, pages * MarkPage.Length);
        judgedTo.AsSpan(before).Fill(SampleOrder.None);
    }
}
