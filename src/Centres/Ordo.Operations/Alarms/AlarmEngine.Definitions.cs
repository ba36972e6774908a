using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms.Definitions;
using Ordo.Operations.Alarms.Evaluators;

namespace Ordo.Operations.Alarms;

/// <summary>What is watched: points, definitions, the state of the plant.</summary>
public sealed partial class AlarmEngine
{
    private Dictionary<long, Suppressor> suppressors = []; // by definition
    private IReadOnlyDictionary<long, string> plantStates = new Dictionary<long, string>(); // by asset

    /// <summary>Takes over points, definitions and plant states as they are now.</summary>
    /// <param name="points">All of them.</param>
    /// <param name="telemetry">Tells the newest value, which a new limit judges, and whether a series has been silent since its mark.</param>
    /// <param name="stored">Every stored definition; <c>null</c> leaves them as they were.</param>
    /// <param name="states">The state of the plant, by asset; <c>null</c> leaves them as they were.</param>
    public void Apply(
        PointSnapshot points, ITelemetryReader telemetry, IEnumerable<AlarmDefinition>? stored = null, IReadOnlyDictionary<long, string>? states = null)
    {
        lock (applying)
        {
            Dictionary<long, AlarmDefinition> now = stored?.ToDictionary(d => d.Id) ?? definitions;
            Plan plan = Plan.Of(points, now.Values);
            lock (gate) TakeOver(points, telemetry, now, plan, states);
        }
        CutWaiting.Set();
    }

    private void TakeOver(
        PointSnapshot points, ITelemetryReader telemetry, Dictionary<long, AlarmDefinition> now, Plan plan, IReadOnlyDictionary<long, string>? states)
    {
        engineMs = EngineMs();
        definitions = now;
        if (states is not null) plantStates = states;
        List<PointEntry> watched = [.. points.All.Where(e => e.Series is { } s && (PointWatch.HasLimits(e.Point) || plan.Feeds(e.Point.Id)) && points.BySeries(s) == e)];
        EnsureSeries(watched.Count == 0 ? 0 : watched.Max(e => e.Series!.Value) + 1);
        HashSet<long> kept = [.. watched.Where(e => byPoint.TryGetValue(e.Point.Id, out PointWatch? watch) && watch.Series == e.Series).Select(e => e.Point.Id)];
        foreach (PointWatch watch in byPoint.Values.Where(w => !kept.Contains(w.Entry.Point.Id)).ToList()) Drop(watch);

        HashSet<AlarmEvaluator> fresh = KeepEvaluators(plan);
        foreach (PointEntry entry in watched) Watch(entry, plan, fresh, telemetry);
        foreach (AlarmEvaluator evaluator in evaluators.Values.Concat(suppressors.Values))
            evaluator.Watches = [.. evaluator.Inputs.Select(i => byPoint.GetValueOrDefault(i.Point.Id)).OfType<PointWatch>()];
        foreach (AlarmEvaluator evaluator in fresh) Begin(evaluator, telemetry);
        ForgetUnwatchedMarks();
        ClearUnwatched(points);
        SuppressByPlantState(points);
    }

    /// <summary>Evaluators that judge as they did stay with what they remember; the others begin anew.</summary>
    private HashSet<AlarmEvaluator> KeepEvaluators(Plan plan)
    {
        HashSet<AlarmEvaluator> fresh = [];
        evaluators = plan.Evaluators.ToDictionary(e => e.Key, e => Kept(evaluators.GetValueOrDefault(e.Key), e.Value));
        suppressors = plan.Suppressors.ToDictionary(e => e.Key, e => (Suppressor)Kept(suppressors.GetValueOrDefault(e.Key), e.Value));
        watchedSources = evaluators.Values.OfType<StaleEvaluator>().GroupBy(GatewayOf).ToDictionary(g => g.Key, g => g.Select(SourceOf).Distinct().Count());
        return fresh;

        AlarmEvaluator Kept(AlarmEvaluator? old, AlarmEvaluator wanted)
        {
            plan.Replace(wanted, old is not null && old.Definition.JudgesAs(wanted.Definition) && SameInputs(old, wanted) ? old : wanted);
            if (plan.Actual(wanted) == wanted) fresh.Add(wanted);
            else (old!.Definition, old.Inputs) = (wanted.Definition, wanted.Inputs);
            return plan.Actual(wanted);
        }
    }

    private static bool SameInputs(AlarmEvaluator old, AlarmEvaluator wanted) =>
        old.Inputs.Count == wanted.Inputs.Count && old.Inputs.Zip(wanted.Inputs).All(pair =>
            pair.First.Series == pair.Second.Series && pair.First.Point.Id == pair.Second.Point.Id
            && pair.First.Point.Scale == pair.Second.Point.Scale && pair.First.Point.Offset == pair.Second.Point.Offset
            && (old is not LimitEvaluator || LimitsOf(pair.First.Point) == LimitsOf(pair.Second.Point)));

    private static (double?, double?, double?, double?, double) LimitsOf(Point point) =>
        (point.LimitLowLow, point.LimitLow, point.LimitHigh, point.LimitHighHigh, point.Deadband);

    /// <summary>A new evaluator goes on from where the alarm stands, and is asked when time is what it judges by.</summary>
    private void Begin(AlarmEvaluator evaluator, ITelemetryReader telemetry)
    {
        if (evaluator is StaleEvaluator stale) BeginSilence(stale, telemetry);
        else if (evaluator.RecheckMs > 0) Schedule(evaluator, engineMs + evaluator.RecheckMs);
    }

    private void BeginSilence(StaleEvaluator stale, ITelemetryReader telemetry)
    {
        bool wasHeard = telemetry.TryGetLatest(stale.Inputs[0].Series!.Value, out Sample newest);
        stale.SeenMs = wasHeard ? engineMs - Math.Clamp(NowMs - newest.TimeMs, 0, stale.WindowMs) : engineMs;
        stale.NotBeforeMs = (long)options.StartGrace.TotalMilliseconds;
        string? key = alarms.GetValueOrDefault(stale.Definition.Id)?.Hold?.SuppressedBy;
        if (stale.Condition.IsMet && key?.StartsWith(CommonCausePrefix, StringComparison.Ordinal) == true)
        {
            key = key[CommonCausePrefix.Length..];
            Join(causes.TryGetValue(key, out CommonCause? known) ? known : causes[key] = new(key), stale);
        }
        if (!stale.Condition.IsMet) Schedule(stale, stale.SilentAtMs);
    }

    private void Watch(PointEntry entry, Plan plan, HashSet<AlarmEvaluator> fresh, ITelemetryReader telemetry)
    {
        PointWatch? old = byPoint.GetValueOrDefault(entry.Point.Id);
        int elsewhere = plan.Elsewhere(entry.Point.Id);
        PointWatch watch = old is not null && old.JudgesAs(entry, elsewhere) ? old : new(entry, entry.Series!.Value, elsewhere);
        watch.Entry = entry;
        watch.Inputs = plan.InputsOf(entry.Point.Id);
        bool hasFresh = Array.Exists(watch.Inputs, i => fresh.Contains(i.Evaluator));
        if (watch == old && !hasFresh) return;

        foreach (LimitCondition condition in watch.Conditions)
            watch.SetMet(condition.Kind, alarms.TryGetValue(AlarmKeys.OfLimit(entry.Point.Id, condition.Kind), out LiveAlarm? alarm) && alarm.Situation.ConditionHolds);
        byPoint[entry.Point.Id] = bySeries[watch.Series] = watch;
        bool isLive = old?.IsLive ?? IsUpToDate(watch.Series, telemetry);
        foreach (var (evaluator, input) in watch.Inputs)
            if (fresh.Contains(evaluator)) watch.LookbackMs = Math.Max(watch.LookbackMs, WarmUpOf(evaluator, input, watch, telemetry));
        if (isLive && watch.LookbackMs > 0) BeginAtNewest(watch, telemetry);
        if (!isLive || watch.LookbackMs > 0 || !TryJudgeNewest(watch, telemetry)) FallBehind(watch);
    }

    /// <summary>How much of the past an evaluator must be shown. One that only waits for delays needs none while the newest value says what the alarm says.</summary>
    private long WarmUpOf(AlarmEvaluator evaluator, int input, PointWatch watch, ITelemetryReader telemetry)
    {
        evaluator.Condition = IsMet(evaluator) ? DelayedCondition.Met : DelayedCondition.Cleared;
        evaluator.IsWorse = alarms.GetValueOrDefault(evaluator.Definition.Id)?.Current?.Steps.HasFlag(AlarmSteps.Worse) ?? false;
        if (!telemetry.TryGetLatest(watch.Series, out Sample newest)) return 0;
        if (evaluator is StaleEvaluator stale) stale.BeganAtMs = newest.TimeMs;
        if (evaluator.LookbackMs == 0) return 0;
        if (evaluator is not (LimitEvaluator or DeviationEvaluator or StateEvaluator)) return evaluator.LookbackMs;
        if (newest.Quality.Status == QualityStatus.Bad) return 0;
        return evaluator.Take(input, newest.TimeMs, watch.ValueOf(newest.Value), engineMs) is { } verdict && verdict.IsMet != evaluator.Condition.IsMet ? evaluator.LookbackMs : 0;
    }

    private bool IsMet(AlarmEvaluator evaluator)
    {
        AlarmSituation standing = alarms.GetValueOrDefault(evaluator.Definition.Id)?.Situation ?? default;
        return evaluator is Suppressor ? standing.Holds.HasFlag(AlarmHolds.Suppressed) : standing.ConditionHolds;
    }

    private void WarmUp(PointWatch watch, in Sample sample)
    {
        if (watch.LookbackMs == 0) return;
        double value = sample.Quality.Status == QualityStatus.Bad ? double.NaN : watch.ValueOf(sample.Value);
        foreach (var (evaluator, input) in watch.Inputs)
            if (!evaluator.IsWarm && evaluator.Take(input, sample.TimeMs, value, engineMs) is { } verdict)
                evaluator.Condition = evaluator.Condition.Waiting(verdict.IsMet, sample.TimeMs);
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
        if (telemetry.TryGetLatest(watch.Series, out Sample newest) && !TryJudge(watch, newest, AlarmCause.LimitsChanged)) return false;
        BeLive(watch);
        return true;
    }

    /// <summary>What comes before the newest value is shown to the evaluators but not judged.</summary>
    private void BeginAtNewest(PointWatch watch, ITelemetryReader telemetry)
    {
        urgentPages.Add(watch.Series / MarkPage.Length);
        if (telemetry.TryGetLatest(watch.Series, out Sample newest)) judgedTo[watch.Series] = Math.Max(judgedTo[watch.Series], newest.TimeMs);
        else if (judgedTo[watch.Series] == SampleOrder.None) judgedTo[watch.Series] = SampleOrder.BeginningMs;
    }

    /// <summary>The condition of an alarm that nothing watches any more is gone; what held it ends when its definition is gone.</summary>
    private void ClearUnwatched(PointSnapshot points)
    {
        foreach (LiveAlarm alarm in alarms.Values.ToList())
        {
            long id = alarm.Subject.DefinitionId;
            if (alarm.Situation.ConditionHolds && !IsWatched(id, alarm.Subject.Kind)) Step(alarm.Subject, AlarmStimulus.ConditionCleared, NotBySample(AlarmCause.NoLongerWatched));
            if (alarm.Situation.Holds == AlarmHolds.None || IsDefined(id, points)) continue;
            AlarmTrigger gone = NotBySample(AlarmCause.NoLongerWatched);
            if (alarm.Situation.Holds.HasFlag(AlarmHolds.OutOfService)) Step(alarm.Subject, AlarmStimulus.ReturnToService, gone);
            if (alarm.Situation.Holds.HasFlag(AlarmHolds.Suppressed)) Step(alarm.Subject, AlarmStimulus.Unsuppress, gone);
            if (alarm.Situation.Holds.HasFlag(AlarmHolds.Shelved)) Step(alarm.Subject, AlarmStimulus.Unshelve, gone);
        }
    }

    private bool IsWatched(long id, AlarmKind kind)
    {
        if (evaluators.TryGetValue(id, out AlarmEvaluator? evaluator)) return evaluator.Watches.Length > 0;
        if (AlarmKeys.IsLimitOfPoint(id)) return byPoint.TryGetValue(AlarmKeys.LimitOf(id).PointId, out PointWatch? watch) && watch.Watches(kind);
        return id < 0
            ? causes.Values.Any(c => AlarmKeys.OfCommonCause(c.Key) == id)
            : definitions.GetValueOrDefault(id) is { Kind: AlarmKind.Raised, IsEnabled: true };
    }

    private bool IsDefined(long id, PointSnapshot points) =>
        id >= 0 ? definitions.ContainsKey(id) : !AlarmKeys.IsLimitOfPoint(id) || points.ById(AlarmKeys.LimitOf(id).PointId) is not null;

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

    /// <summary>While the plant is in a state in which the alarm means nothing, it is suppressed.</summary>
    private void SuppressByPlantState(PointSnapshot points)
    {
        foreach (AlarmDefinition definition in definitions.Values)
        {
            if (definition.SuppressIn is null && alarms.GetValueOrDefault(definition.Id)?.Hold?.SuppressedBy?.StartsWith(PlantStatePrefix, StringComparison.Ordinal) != true) continue;
            string? state = definition.SuppressIn is null ? null : PlantStateOf(definition, points);
            bool isWanted = state is not null && definition.SuppressIn!.Split(',').Contains(state);
            string? by = alarms.GetValueOrDefault(definition.Id)?.Hold?.SuppressedBy;
            AlarmTrigger trigger = NotBySample(AlarmCause.Rule);
            Point? point = definition.PointId is { } id ? points.ById(id)?.Point : null;
            var subject = new AlarmSubject(definition.Id, definition.Kind, definition.AssetId, definition, point);
            if (isWanted && by is null)
                Step(subject, AlarmStimulus.Suppress, trigger with { Comment = PlantStatePrefix + state }, hold => hold with { SuppressedSince = trigger.Time, SuppressedBy = PlantStatePrefix + state });
            else if (!isWanted && by?.StartsWith(PlantStatePrefix, StringComparison.Ordinal) == true)
                Step(subject, AlarmStimulus.Unsuppress, trigger, hold => hold with { SuppressedSince = null, SuppressedBy = null });
        }
    }

    internal const string PlantStatePrefix = "plantState:", RulePrefix = "rule:";

    /// <summary>Of the nearest asset above that has one.</summary>
    private string? PlantStateOf(AlarmDefinition definition, PointSnapshot points)
    {
        string path = (definition.PointId is { } point ? points.ById(point)?.AssetPath : null) ?? definition.AssetPath ?? "";
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            if (plantStates.TryGetValue(long.Parse(part, System.Globalization.CultureInfo.InvariantCulture), out string? state)) return state;
        return null;
    }

    private void Suppress(Suppressor suppressor, in AlarmTrigger trigger)
    {
        AlarmDefinition definition = suppressor.Definition;
        DateTimeOffset since = trigger.Time;
        string? by = alarms.GetValueOrDefault(definition.Id)?.Hold?.SuppressedBy;
        var subject = new AlarmSubject(definition.Id, definition.Kind, definition.AssetId, definition,
            definition.PointId is { } id ? byPoint.GetValueOrDefault(id)?.Entry.Point : null);
        if (suppressor.Condition.IsMet && by is null)
            Step(subject, AlarmStimulus.Suppress, trigger with { Cause = AlarmCause.Rule, Comment = definition.SuppressWhen },
                hold => hold with { SuppressedSince = since, SuppressedBy = RulePrefix + definition.SuppressWhen });
        else if (!suppressor.Condition.IsMet && by?.StartsWith(RulePrefix, StringComparison.Ordinal) == true)
            Step(subject, AlarmStimulus.Unsuppress, trigger with { Cause = AlarmCause.Rule }, hold => hold with { SuppressedSince = null, SuppressedBy = null });
    }
}
