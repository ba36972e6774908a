using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Operations.Alarms;

public enum Acknowledgement
{
    Done,

    /// <summary>Somebody acknowledged it before; nothing changed.</summary>
    AlreadyDone,

    /// <summary>No such occurrence stands on the desk.</summary>
    NotOpen,
}

/// <summary>
/// Judges every sample of every point with limits, in order, as it becomes durable, and keeps the live state of the alarms.
/// Transitions wait in memory for the journal; how that loses nothing is docs/decisions/0040.
/// </summary>
/// <remarks>
/// Limits: a bad sample and a NaN neither raise nor clear, for they say nothing about the process. An uncertain one does both: devices that
/// send no flag at all are uncertain, and so is a reading above the instrument's range; silence would be the worse mistake.
/// One alarm per limit of a point: above high-high both the high and the high-high alarm stand. A late sample is not judged,
/// nor is history (<see cref="SampleOrder"/>). After a change of limits the newest value is judged by the new ones at once.
/// </remarks>
public sealed class AlarmEngine : ISampleObserver
{
    /// <summary>Changes that may wait for the journal. Beyond it a series is no longer judged as samples come but, later, from the store.</summary>
    public const int Capacity = 32_768;

    private readonly Lock gate = new(); // guards everything below
    private readonly TimeProvider clock;
    private readonly Dictionary<long, PointWatch> byPoint = [];
    private readonly Dictionary<(long PointId, AlarmKind Kind), AlarmOccurrence> open = [];
    private readonly Dictionary<long, (long PointId, AlarmKind Kind)> openById = [];
    private readonly Queue<PointWatch> behind = [];
    private readonly HashSet<int> urgentPages = [];
    private List<AlarmChange> pending = [];
    private PointWatch?[] bySeries = [];
    private long[] judgedTo = []; // by series, like bySeries; a column of its own, so that a page of it is a copy
    private bool[] dirtyPages = [];
    private long nextId = 1, sequence, late, history;

    public AlarmEngine(TimeProvider clock) => this.clock = clock;

    /// <summary>An occurrence changed. Raised under the engine's lock, in order; handlers must only take note of it.</summary>
    public event Action<AlarmOccurrence>? Changed;

    /// <summary>Set when a cut is worth taking.</summary>
    internal Signal CutWaiting { get; } = new();

    /// <summary>Set when a series must be judged from the store.</summary>
    internal Signal SeriesBehind { get; } = new();

    /// <summary>Samples not judged because a newer one of their series had been.</summary>
    public long LateSamples => Interlocked.Read(ref late);

    /// <summary>Samples not judged because they told of the past when they arrived.</summary>
    public long HistorySamples => Interlocked.Read(ref history);

    /// <summary>Changes made in this run.</summary>
    public long Sequence
    {
        get { lock (gate) return sequence; }
    }

    /// <summary>Occurrences that stand on the desk.</summary>
    public int OpenCount
    {
        get { lock (gate) return open.Count; }
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
        lock (gate) return [.. open.Values];
    }

    /// <returns><c>null</c> when no such occurrence stands on the desk.</returns>
    public AlarmOccurrence? Find(long id)
    {
        lock (gate) return openById.TryGetValue(id, out var key) ? open[key] : null;
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
            nextId = restart.NextId;
            foreach (AlarmOccurrence occurrence in restart.Open) Put(occurrence);
            foreach (MarkPage page in restart.Marks)
            {
                EnsureSeries((page.Number + 1) * MarkPage.Length);
                page.JudgedTo.CopyTo(judgedTo, page.Number * MarkPage.Length);
            }
        }
    }

    /// <summary>Takes over the points as they are now: which are watched, by which limits.</summary>
    /// <param name="points">All of them.</param>
    /// <param name="telemetry">Tells the newest value, which a new limit judges, and whether a series has been silent since its mark.</param>
    public void Apply(PointSnapshot points, ITelemetryReader telemetry)
    {
        List<PointEntry> watched = [.. points.All.Where(e => e.Series is { } s && PointWatch.HasLimits(e.Point) && points.BySeries(s) == e)];
        lock (gate)
        {
            EnsureSeries(watched.Count == 0 ? 0 : watched.Max(e => e.Series!.Value) + 1);
            HashSet<long> kept = [.. watched.Where(e => byPoint.TryGetValue(e.Point.Id, out PointWatch? watch) && watch.Series == e.Series).Select(e => e.Point.Id)];
            foreach (PointWatch watch in byPoint.Values.Where(w => !kept.Contains(w.Entry.Point.Id)).ToList()) Drop(watch);
            foreach (PointEntry entry in watched) Watch(entry, telemetry);
            ForgetUnwatchedMarks();
            foreach (AlarmOccurrence occurrence in open.Values.Where(o => o.State.IsActive() && !IsWatched(o)).ToList())
                Change(occurrence, AlarmStimulus.ConditionCleared, NotBySample(AlarmCause.NoLongerWatched));
        }
        CutWaiting.Set();
    }

    /// <param name="id">An occurrence that stands on the desk.</param>
    /// <param name="actor">Who says that they saw it.</param>
    /// <param name="actorId">Their account.</param>
    /// <param name="comment">What they want to add.</param>
    /// <returns>The outcome, and the sequence that must be written before it may be answered.</returns>
    public (Acknowledgement Outcome, long Sequence) Acknowledge(long id, string actor, long actorId, string? comment)
    {
        lock (gate)
        {
            if (!openById.TryGetValue(id, out var key)) return (Acknowledgement.NotOpen, sequence);
            AlarmOccurrence occurrence = open[key];
            if (!occurrence.State.IsUnacknowledged()) return (Acknowledgement.AlreadyDone, sequence);
            Change(occurrence, AlarmStimulus.Acknowledge, NotBySample(AlarmCause.Person) with { Actor = actor, ActorId = actorId, Comment = comment });
            return (Acknowledgement.Done, sequence);
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
            return new(changes, marks, sequence);
        }
    }

    /// <summary>The next series to judge from the store, and from which time on.</summary>
    internal PointWatch? NextBehind()
    {
        lock (gate) return pending.Count < Capacity / 2 && behind.TryDequeue(out PointWatch? watch) ? watch : null;
    }

    /// <summary>Where to read on for a series that is behind.</summary>
    /// <returns>A half-open range, and the number of samples that passed by so far. Samples that claim to come from the future are left out
    /// where the series' clock was right before: had they been judged as they came, the next one would have overruled them.</returns>
    internal (long FromMs, long ToMs, int Missed) RangeBehind(PointWatch watch)
    {
        lock (gate)
        {
            long newest = judgedTo[watch.Series], now = NowMs;
            return (newest, SampleOrder.IsAhead(newest, now) ? long.MaxValue : now + SampleOrder.ClockToleranceMs + 1, watch.Missed);
        }
    }

    /// <summary>Judges samples from the store.</summary>
    /// <returns><c>false</c> when it had to stop: the journal is full, or the point is no longer watched.</returns>
    internal bool JudgeStored(PointWatch watch, SampleColumns samples)
    {
        lock (gate)
        {
            if (bySeries[watch.Series] != watch) return false;
            for (int i = 0; i < samples.Count; i++)
            {
                var sample = new Sample(samples.Times[i], samples.Values[i], samples.Qualities[i]);
                if (sample.TimeMs < judgedTo[watch.Series]) continue;
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
            return watch.IsLive = watch.Missed == missedBeforeReading || watch.MissedTo <= judgedTo[watch.Series];
        }
    }

    /// <summary>Gives up what cannot be read.</summary>
    internal void GoLive(PointWatch watch)
    {
        lock (gate) watch.IsLive = true;
    }

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

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
            return;
        }

        if (SampleOrder.IsHistory(sample.TimeMs, newest, NowMs))
        {
            Interlocked.Increment(ref history);
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
        if (sample.Quality.Status != QualityStatus.Bad)
        {
            double value = watch.ValueOf(sample.Value);
            if (!watch.IsQuiet(value) && !double.IsNaN(value))
            {
                if (pending.Count >= Capacity) return false;
                JudgeLimits(watch, value, sample.TimeMs, cause);
            }
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
            var trigger = new Trigger(cause, SampleOrder.TimeOf(timeMs), clock.GetUtcNow(), value, condition.Limit);
            if (isMet) Raise(watch, condition, trigger);
            else Change(open[(watch.Entry.Point.Id, condition.Kind)], AlarmStimulus.ConditionCleared, trigger);
        }
    }

    private void Raise(PointWatch watch, LimitCondition condition, Trigger trigger)
    {
        (Point point, AlarmKind kind) = (watch.Entry.Point, condition.Kind);
        AlarmOccurrence? previous = open.GetValueOrDefault((point.Id, kind));
        if (previous is not null) Enqueue(previous with { IsOpen = false }, isNew: false, null);

        AlarmState from = previous?.State ?? AlarmState.Normal, to = AlarmStateMachine.Next(from, AlarmStimulus.ConditionMet);
        var occurrence = new AlarmOccurrence
        {
            Id = nextId++,
            PointId = point.Id,
            AssetId = point.AssetId,
            Kind = kind,
            Priority = AlarmPriority.DefaultOf(kind),
            State = to,
            IsOpen = true,
            Repeats = previous is null ? 0 : previous.Repeats + 1,
            Raised = trigger.Time,
            Value = trigger.Value!.Value,
            Limit = condition.Limit,
            Unit = point.Unit,
            PointCode = point.Code,
            PointNameZh = point.NameZh,
            PointNameEn = point.NameEn,
        };
        Enqueue(occurrence, isNew: true, EventOf(occurrence.Id, AlarmStimulus.ConditionMet, from, to, trigger));
    }

    private void Change(AlarmOccurrence before, AlarmStimulus stimulus, Trigger trigger)
    {
        AlarmState to = AlarmStateMachine.Next(before.State, stimulus);
        if (to == before.State) return;
        AlarmOccurrence after = before with { State = to, IsOpen = to != AlarmState.Normal };
        after = stimulus == AlarmStimulus.Acknowledge
            ? after with { Acknowledged = trigger.Time, AcknowledgedBy = trigger.Actor, AcknowledgedById = trigger.ActorId, Comment = trigger.Comment }
            : after with { Returned = trigger.Time };
        Enqueue(after, isNew: false, EventOf(before.Id, stimulus, before.State, to, trigger));
    }

    private void Enqueue(AlarmOccurrence occurrence, bool isNew, AlarmEvent? happened)
    {
        Put(occurrence);
        pending.Add(new(occurrence, isNew, happened));
        sequence++;
        if (byPoint.TryGetValue(occurrence.PointId, out PointWatch? watch))
        {
            watch.SetMet(occurrence.Kind, occurrence.State.IsActive());
            urgentPages.Add(watch.Series / MarkPage.Length);
        }
        Changed?.Invoke(occurrence);
        CutWaiting.Set();
    }

    private void Put(AlarmOccurrence occurrence)
    {
        var key = (occurrence.PointId, occurrence.Kind);
        if (occurrence.IsOpen)
        {
            open[key] = occurrence;
            openById[occurrence.Id] = key;
        }
        else
        {
            open.Remove(key);
            openById.Remove(occurrence.Id);
        }
    }

    private bool IsWatched(AlarmOccurrence occurrence) => byPoint.TryGetValue(occurrence.PointId, out PointWatch? watch) && watch.Watches(occurrence.Kind);

    private void Watch(PointEntry entry, ITelemetryReader telemetry)
    {
        PointWatch? old = byPoint.GetValueOrDefault(entry.Point.Id);
        if (old is not null && old.JudgesAs(entry))
        {
            old.Entry = entry;
            return;
        }

        var watch = new PointWatch(entry, entry.Series!.Value);
        foreach (LimitCondition condition in watch.Conditions)
            watch.SetMet(condition.Kind, open.TryGetValue((entry.Point.Id, condition.Kind), out AlarmOccurrence? alarm) && alarm.State.IsActive());
        byPoint[entry.Point.Id] = bySeries[watch.Series] = watch;
        if (!(old?.IsLive ?? IsUpToDate(watch.Series, telemetry)) || !TryJudgeNewest(watch, telemetry)) FallBehind(watch);
    }

    /// <summary>After a restart: nothing came between the last mark written and the end.</summary>
    private bool IsUpToDate(int series, ITelemetryReader telemetry) =>
        judgedTo[series] == SampleOrder.None || !telemetry.TryGetLatest(series, out Sample newest) || newest.TimeMs <= judgedTo[series];

    /// <summary>A new limit holds from now on: it judges the newest value, and none before.</summary>
    private bool TryJudgeNewest(PointWatch watch, ITelemetryReader telemetry)
    {
        watch.IsLive = true;
        urgentPages.Add(watch.Series / MarkPage.Length);
        if (judgedTo[watch.Series] == SampleOrder.None) judgedTo[watch.Series] = SampleOrder.BeginningMs;
        return !telemetry.TryGetLatest(watch.Series, out Sample newest) || TryJudge(watch, newest, AlarmCause.LimitsChanged);
    }

    private void FallBehind(PointWatch watch)
    {
        watch.IsLive = false;
        behind.Enqueue(watch);
        SeriesBehind.Set();
    }

    private void Drop(PointWatch watch)
    {
        byPoint.Remove(watch.Entry.Point.Id);
        bySeries[watch.Series] = null;
        ForgetMark(watch.Series);
    }

    /// <summary>Otherwise limits given to a point years later would be tried on all the samples since.</summary>
    private void ForgetUnwatchedMarks()
    {
        for (int series = 0; series < judgedTo.Length; series++)
            if (judgedTo[series] != SampleOrder.None && bySeries[series] is null) ForgetMark(series);
    }

    private void ForgetMark(int series)
    {
        judgedTo[series] = SampleOrder.None;
        urgentPages.Add(series / MarkPage.Length);
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

    private Trigger NotBySample(AlarmCause cause)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return new(cause, now, now, null, null);
    }

    private static AlarmEvent EventOf(long alarmId, AlarmStimulus stimulus, AlarmState from, AlarmState to, Trigger trigger) => new()
    {
        AlarmId = alarmId,
        Stimulus = stimulus,
        Cause = trigger.Cause,
        From = from,
        To = to,
        Time = trigger.Time,
        Recorded = trigger.Recorded,
        Value = trigger.Value,
        Limit = trigger.Limit,
        Actor = trigger.Actor,
        ActorId = trigger.ActorId,
        Comment = trigger.Comment,
    };

    /// <summary>What made an alarm change.</summary>
    private readonly record struct Trigger(
        AlarmCause Cause, DateTimeOffset Time, DateTimeOffset Recorded, double? Value, double? Limit, string? Actor = null, long? ActorId = null, string? Comment = null);
}
