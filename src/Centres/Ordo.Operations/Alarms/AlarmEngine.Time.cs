using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Definitions;
using Ordo.Operations.Alarms.Evaluators;

namespace Ordo.Operations.Alarms;

/// <summary>
/// What happens because time passes: delays, silences, the ends of shelves, nobody reacting. Measured on a clock of the engine's own that only ever goes
/// forward; when somebody sets the server's clock by a day, nothing ends and nothing falls silent.
/// </summary>
public sealed partial class AlarmEngine
{
    /// <summary>How often <see cref="Tick"/> wants to be called.</summary>
    internal static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    private const long RetryMs = 1000;

    private readonly PriorityQueue<Timed, long> timers = new();
    private readonly long startedAt;
    private long engineMs;

    /// <summary>Lets happen what is due.</summary>
    public void Tick()
    {
        lock (gate)
        {
            engineMs = EngineMs();
            while (timers.TryPeek(out Timed? timed, out long at) && at <= engineMs)
            {
                timers.Dequeue();
                if (timed.QueuedMs != at) continue; // an older place of the same thing
                timed.QueuedMs = long.MaxValue;
                if (timed.DueMs > engineMs)
                {
                    Schedule(timed, timed.DueMs);
                    continue;
                }
                timed.DueMs = long.MaxValue;
                if (pending.Count >= Capacity) Schedule(timed, engineMs + RetryMs);
                else if (timed is LiveAlarm alarm) AlarmDue(alarm);
                else EvaluatorDue((AlarmEvaluator)timed);
            }
            Silences();
        }
    }

    private long EngineMs() => (long)clock.GetElapsedTime(startedAt).TotalMilliseconds;

    private void Schedule(Timed timed, long dueMs)
    {
        timed.DueMs = dueMs;
        if (dueMs >= timed.QueuedMs) return;
        timed.QueuedMs = dueMs;
        timers.Enqueue(timed, dueMs);
    }

    /// <summary>A verdict goes through the delays and becomes a transition, or does not.</summary>
    /// <param name="judging">The series that is being judged: it may be behind, all others must not be.</param>
    private void Settle(AlarmEvaluator evaluator, Verdict verdict, long timeMs, AlarmCause cause, PointWatch? judging)
    {
        if (evaluator.Watches.Length > 1 && !evaluator.Watches.All(w => w == judging || w.IsLive)) return;
        AlarmDefinition definition = evaluator.Definition;
        bool wasMet = evaluator.Condition.IsMet;
        evaluator.Condition = evaluator.Condition.Next(verdict.IsMet, timeMs, definition.OnDelayMs, definition.OffDelayMs);
        if (evaluator.Condition.IsMet != wasMet) Turn(evaluator, timeMs, cause);
        else if (evaluator.Condition.IsPending)
            Schedule(evaluator, engineMs + Math.Max(0, evaluator.Condition.TurnsAtMs(definition.OnDelayMs, definition.OffDelayMs) - timeMs));
        if (evaluator.Condition.IsMet && verdict.IsWorse != evaluator.IsWorse) Worsen(evaluator, verdict.IsWorse, timeMs, cause);
    }

    private void Turn(AlarmEvaluator evaluator, long timeMs, AlarmCause cause)
    {
        Verdict said = evaluator.Last;
        var trigger = new AlarmTrigger(cause, SampleOrder.TimeOf(timeMs), clock.GetUtcNow(), double.IsFinite(said.Value) ? said.Value : null, said.Limit);
        if (evaluator is Suppressor suppressor) Suppress(suppressor, trigger);
        else Step(SubjectOf(evaluator), evaluator.Condition.IsMet ? AlarmStimulus.ConditionMet : AlarmStimulus.ConditionCleared, trigger);
        if (evaluator is StaleEvaluator { Condition.IsMet: false } stale) SpeakAgain(stale);
    }

    private void Worsen(AlarmEvaluator evaluator, bool isWorse, long timeMs, AlarmCause cause)
    {
        evaluator.IsWorse = isWorse;
        if (alarms.GetValueOrDefault(evaluator.Definition.Id) is not { Current: { } current } alarm) return;
        StepPriority(alarm, isWorse ? current.Steps | AlarmSteps.Worse : current.Steps & ~AlarmSteps.Worse,
            new(cause, SampleOrder.TimeOf(timeMs), clock.GetUtcNow(), evaluator.Last.Value, evaluator.Definition.WorseLimit));
    }

    private static AlarmSubject SubjectOf(AlarmEvaluator evaluator)
    {
        AlarmDefinition definition = evaluator.Definition;
        Point? point = evaluator.Inputs.Count > 0 && definition.PointId is not null ? evaluator.Inputs[0].Point : null;
        return new(definition.Id, definition.Kind, point?.AssetId ?? definition.AssetId, definition, point, evaluator.Detail);
    }

    private void EvaluatorDue(AlarmEvaluator evaluator)
    {
        if (evaluators.GetValueOrDefault(evaluator.Definition.Id) != evaluator && !(evaluator is Suppressor s && suppressors.GetValueOrDefault(s.Definition.Id) == s)) return; // replaced
        if (!evaluator.IsLive)
        {
            Schedule(evaluator, engineMs + RetryMs);
            return;
        }

        if (evaluator is StaleEvaluator stale)
        {
            SilenceDue(stale);
            return;
        }

        long now = NowMs;
        if (evaluator.RecheckMs > 0)
        {
            if (evaluator.Recheck(now, engineMs) is { } verdict) Settle(evaluator, verdict, now, AlarmCause.Time, null);
            Schedule(evaluator, Math.Min(evaluator.DueMs, engineMs + evaluator.RecheckMs));
        }
        else if (evaluator.Condition.IsPending)
        {
            long turns = evaluator.Condition.TurnsAtMs(evaluator.Definition.OnDelayMs, evaluator.Definition.OffDelayMs);
            evaluator.Condition = evaluator.Condition.IsMet ? DelayedCondition.Cleared : DelayedCondition.Met;
            Turn(evaluator, turns, AlarmCause.Time);
        }
    }

    /// <summary>When must somebody look at this alarm again?</summary>
    private void ScheduleAlarm(LiveAlarm alarm)
    {
        long due = Math.Min(alarm.ShelfEndsMs, alarm.ServiceEndsMs);
        if (OverdueMs(alarm) is { } overdue) due = Math.Min(due, overdue);
        if (due != long.MaxValue) Schedule(alarm, due);
        else alarm.DueMs = long.MaxValue;
    }

    private long? OverdueMs(LiveAlarm alarm) =>
        alarm.Situation.State.IsUnacknowledged() && alarm.Current is { } current && !current.Steps.HasFlag(AlarmSteps.Overdue)
        && definitions.GetValueOrDefault(current.DefinitionId)?.StepUpAfterSeconds is { } seconds
            ? alarm.AnnouncedMs + (seconds * 1000L)
            : null;

    private void AlarmDue(LiveAlarm alarm)
    {
        if (alarms.GetValueOrDefault(alarm.Subject.DefinitionId) != alarm) return;
        AlarmTrigger trigger = NotBySample(AlarmCause.Time);
        if (alarm.ShelfEndsMs <= engineMs)
            Step(alarm.Subject, AlarmStimulus.ShelfEnded, trigger, hold => hold with { ShelvedSince = null, ShelvedUntil = null, ShelvedBy = null, ShelfReason = null });
        if (alarm.ServiceEndsMs <= engineMs)
            Step(alarm.Subject, AlarmStimulus.ReturnToService, trigger, hold => hold with { OutSince = null, OutUntil = null, OutBy = null, OutReason = null });
        if (OverdueMs(alarm) is { } overdue && overdue <= engineMs && alarm.Current is { } current)
            StepPriority(alarm, current.Steps | AlarmSteps.Overdue, trigger);
        if (!alarm.Situation.IsPlain) ScheduleAlarm(alarm);
    }
}
