using System.Numerics;
using Ordo.Operations.Alarms.Definitions;
using Ordo.Operations.Alarms.Evaluators;

namespace Ordo.Operations.Alarms;

/// <summary>What a transition does: the situation by the table, the occurrence, the journal, the announcement.</summary>
public sealed partial class AlarmEngine
{
    private readonly Dictionary<long, (long GroupId, long LastMs)> groups = []; // by asset
    private readonly Dictionary<long, Queue<long>> recentReturns = []; // by definition

    /// <summary>One thing happens to one alarm.</summary>
    /// <param name="subject">Whose.</param>
    /// <param name="stimulus">What.</param>
    /// <param name="trigger">Why and when.</param>
    /// <param name="hold">What else becomes of its hold; a hold that only gets another end is a change too.</param>
    /// <returns>Whether anything changed.</returns>
    private bool Step(in AlarmSubject subject, AlarmStimulus stimulus, in AlarmTrigger trigger, Func<AlarmHold, AlarmHold>? hold = null)
    {
        LiveAlarm alarm = alarms.GetValueOrDefault(subject.DefinitionId) ?? new(subject);
        AlarmDefinition? definition = definitions.GetValueOrDefault(subject.DefinitionId) ?? subject.Definition;
        AlarmSituation before = alarm.Situation, after = AlarmStateMachine.Next(before, stimulus, definition?.IsLatching ?? alarm.Current?.IsLatching ?? false);
        if (after == before && hold is null) return false;
        if (subject.Kind != default) alarm.Subject = subject;

        alarm.Situation = after;
        HoldAs(alarm, after, hold);
        if (stimulus == AlarmStimulus.ConditionMet) Rise(alarm, definition, before, after, trigger);
        else GoOn(alarm, stimulus, before, after, trigger);

        if (after.IsPlain) alarms.Remove(subject.DefinitionId);
        else alarms[subject.DefinitionId] = alarm;
        if (AlarmKeys.IsLimitOfPoint(subject.DefinitionId) && byPoint.TryGetValue(AlarmKeys.LimitOf(subject.DefinitionId).PointId, out PointWatch? watch) && watch.Watches(subject.Kind))
            watch.SetMet(subject.Kind, after.ConditionHolds);
        ScheduleAlarm(alarm);
        return true;
    }

    private void Rise(LiveAlarm alarm, AlarmDefinition? definition, AlarmSituation before, AlarmSituation after, in AlarmTrigger trigger)
    {
        AlarmSubject subject = alarm.Subject;
        AlarmOccurrence? previous = alarm.Current;
        if (previous is not null) Enqueue(alarm, previous with { IsOpen = false, State = Superseded(previous.State) }, isNew: false, null);

        bool isHeld = after.State.IsHeld();
        int priority = definition?.Priority ?? AlarmPriority.DefaultOf(subject.Kind);
        AlarmSteps steps = evaluators.GetValueOrDefault(subject.DefinitionId) is { Last.IsWorse: true } ? AlarmSteps.Worse : AlarmSteps.None;
        var occurrence = new AlarmOccurrence
        {
            Id = nextId++,
            DefinitionId = subject.DefinitionId,
            PointId = subject.Point?.Id ?? 0,
            AssetId = subject.AssetId,
            Kind = subject.Kind,
            Priority = Urgent(priority, steps),
            BasePriority = priority,
            Steps = steps,
            State = after.State,
            IsOpen = true,
            IsLatching = definition?.IsLatching ?? false,
            IsAnnounced = !isHeld,
            Repeats = previous is null || isHeld || before.State is AlarmState.LatchedAcknowledged ? 0 : previous.Repeats + 1,
            Raised = trigger.Time,
            Value = trigger.Value ?? 0,
            Limit = trigger.Limit ?? 0,
            Unit = subject.Point?.Unit ?? "",
            PointCode = subject.Point?.Code ?? "",
            PointNameZh = subject.Point?.NameZh ?? "",
            PointNameEn = subject.Point?.NameEn ?? "",
            NameZh = subject.DefinitionId > 0 ? definition?.NameZh ?? "" : "",
            NameEn = subject.DefinitionId > 0 ? definition?.NameEn ?? "" : "",
            Detail = subject.Detail,
        };
        alarm.AnnouncedMs = engineMs;
        occurrence = isHeld ? WithHold(occurrence, alarm.Hold) with { GroupId = occurrence.Id } : occurrence with { GroupId = JoinGroup(occurrence) };
        if (evaluators.TryGetValue(subject.DefinitionId, out AlarmEvaluator? evaluator)) evaluator.IsWorse = steps.HasFlag(AlarmSteps.Worse);
        Enqueue(alarm, occurrence, isNew: true, EventOf(subject.DefinitionId, occurrence.Id, AlarmStimulus.ConditionMet, before.State, after.State, trigger));
    }

    /// <summary>An occurrence whose place a newer one takes: what was seen is over, what was not is acknowledged with its successor.</summary>
    private static AlarmState Superseded(AlarmState state) => state is AlarmState.LatchedAcknowledged || state.IsHeld() ? AlarmState.Normal : AlarmState.ReturnedUnacknowledged;

    private void GoOn(LiveAlarm alarm, AlarmStimulus stimulus, AlarmSituation before, AlarmSituation after, in AlarmTrigger trigger)
    {
        if (alarm.Current is not { } was)
        {
            Note(alarm.Subject.DefinitionId, null, stimulus, before.State, after.State, trigger);
            return;
        }

        AlarmOccurrence now = was with { State = after.State };
        switch (stimulus)
        {
            case AlarmStimulus.Acknowledge:
                now = now with { Acknowledged = trigger.Time, AcknowledgedBy = trigger.Actor, AcknowledgedById = trigger.ActorId, Comment = trigger.Comment };
                break;
            case AlarmStimulus.ConditionCleared:
                now = now with { Returned = trigger.Time };
                // While it is held nobody waits for it: it is over, unless it latches.
                if (after.State.IsHeld() && !was.IsLatching) now = now with { State = AlarmState.Normal };
                else if (!after.State.IsHeld()) now = now with { IsChattering = now.IsChattering || Chatters(alarm.Subject.DefinitionId) };
                break;
        }
        now = now.State.IsHeld() ? WithHold(now, alarm.Hold) : now with { HeldSince = null, HeldUntil = null, HeldBy = null, HeldReason = null };
        if (before.State.IsHeld() && !after.State.IsHeld() && now.State != AlarmState.Normal) now = AnnouncedAgain(alarm, now);
        now = now with { IsOpen = now.State != AlarmState.Normal };
        Enqueue(alarm, now, isNew: false, EventOf(alarm.Subject.DefinitionId, was.Id, stimulus, before.State, after.State, trigger));
    }

    private AlarmOccurrence AnnouncedAgain(LiveAlarm alarm, AlarmOccurrence occurrence)
    {
        alarm.AnnouncedMs = engineMs;
        return occurrence with
        {
            IsAnnounced = true,
            Acknowledged = null,
            AcknowledgedBy = null,
            AcknowledgedById = null,
            GroupId = occurrence.IsAnnounced ? occurrence.GroupId : JoinGroup(occurrence),
        };
    }

    private void HoldAs(LiveAlarm alarm, AlarmSituation after, Func<AlarmHold, AlarmHold>? change)
    {
        AlarmHold? before = alarm.Hold;
        if (after.Holds == AlarmHolds.None)
        {
            alarm.Hold = null;
        }
        else
        {
            AlarmHold hold = before ?? new() { DefinitionId = alarm.Subject.DefinitionId, AssetId = alarm.Subject.AssetId };
            if (change is not null) hold = change(hold);
            alarm.Hold = hold with { Holds = after.Holds, WasMet = after.WasMetWhileHeld };
        }
        if (alarm.Hold == before) return;
        changedHolds[alarm.Subject.DefinitionId] = alarm.Hold;
        if (alarm.Hold?.ShelvedUntil != before?.ShelvedUntil) alarm.ShelfEndsMs = EngineMsOf(alarm.Hold?.ShelvedUntil);
        if (alarm.Hold?.OutUntil != before?.OutUntil) alarm.ServiceEndsMs = EngineMsOf(alarm.Hold?.OutUntil);
    }

    /// <summary>Worked out once: what somebody does to the server's clock afterwards moves no end.</summary>
    private long EngineMsOf(DateTimeOffset? time) => time is { } at ? engineMs + Math.Max(0, at.ToUnixTimeMilliseconds() - NowMs) : long.MaxValue;

    private static AlarmOccurrence WithHold(AlarmOccurrence occurrence, AlarmHold? hold)
    {
        var (since, until, by, reason) = hold?.Strongest ?? default;
        return occurrence with { HeldSince = since, HeldUntil = until, HeldBy = by, HeldReason = reason };
    }

    /// <summary>The situation is not stored: it follows from the newest occurrence and the hold.</summary>
    private void RestoreSituation(LiveAlarm alarm)
    {
        AlarmHolds holds = alarm.Hold?.Holds ?? AlarmHolds.None;
        alarm.Situation = new(
            alarm.Current?.State ?? StateOf(holds),
            alarm.Current is { Returned: null },
            holds,
            alarm.Hold?.WasMet ?? false);
        (alarm.ShelfEndsMs, alarm.ServiceEndsMs) = (EngineMsOf(alarm.Hold?.ShelvedUntil), EngineMsOf(alarm.Hold?.OutUntil));
        alarm.AnnouncedMs = engineMs - Math.Max(0, NowMs - (alarm.Current?.Raised.ToUnixTimeMilliseconds() ?? NowMs));
        ScheduleAlarm(alarm);
    }

    private static AlarmState StateOf(AlarmHolds holds) =>
        holds.HasFlag(AlarmHolds.OutOfService) ? AlarmState.OutOfService
        : holds.HasFlag(AlarmHolds.Suppressed) ? AlarmState.Suppressed
        : holds.HasFlag(AlarmHolds.Shelved) ? AlarmState.Shelved : AlarmState.Normal;

    /// <summary>More or less urgent than before.</summary>
    private void StepPriority(LiveAlarm alarm, AlarmSteps steps, in AlarmTrigger trigger)
    {
        if (alarm.Current is not { } was || was.Steps == steps) return;
        AlarmOccurrence now = was with { Steps = steps, Priority = Urgent(was.BasePriority, steps) };
        AlarmStimulus stimulus = BitOperations.PopCount((uint)steps) > BitOperations.PopCount((uint)was.Steps) ? AlarmStimulus.PriorityRaised : AlarmStimulus.PriorityLowered;
        AlarmState state = alarm.Situation.State;
        Enqueue(alarm, now, isNew: false, now.Priority == was.Priority ? null : EventOf(
            was.DefinitionId, was.Id, stimulus, state, state, trigger with { Comment = $"{was.Priority} → {now.Priority}" }));
        ScheduleAlarm(alarm);
    }

    private static int Urgent(int priority, AlarmSteps steps) => Math.Max(AlarmPriority.Highest, priority - BitOperations.PopCount((uint)steps));

    /// <summary>Alarms of one asset that rise while another of them stands, or shortly after, are one trouble. The first of them is the one to look at.</summary>
    private long JoinGroup(AlarmOccurrence occurrence)
    {
        long now = engineMs;
        bool joins = groups.TryGetValue(occurrence.AssetId, out var group)
            && (now - group.LastMs <= options.GroupWindow.TotalMilliseconds || byOccurrence.TryGetValue(group.GroupId, out LiveAlarm? first) && first.Current?.AssetId == occurrence.AssetId);
        long id = joins ? group.GroupId : occurrence.GroupId == 0 ? occurrence.Id : occurrence.GroupId;
        groups[occurrence.AssetId] = (id, now);
        return id;
    }

    private bool Chatters(long definitionId)
    {
        if (!recentReturns.TryGetValue(definitionId, out Queue<long>? returns)) recentReturns[definitionId] = returns = new(options.ChatteringCount);
        returns.Enqueue(engineMs);
        while (returns.Count > options.ChatteringCount || returns.Peek() < engineMs - (long)options.ChatteringWindow.TotalMilliseconds) returns.Dequeue();
        return returns.Count >= options.ChatteringCount;
    }

    private void Note(long definitionId, AlarmOccurrence? occurrence, AlarmStimulus stimulus, AlarmState from, AlarmState to, in AlarmTrigger trigger)
    {
        pending.Add(new(occurrence, false, EventOf(definitionId, occurrence?.Id ?? 0, stimulus, from, to, trigger)));
        sequence++;
        CutWaiting.Set();
    }

    private void Enqueue(LiveAlarm alarm, AlarmOccurrence occurrence, bool isNew, AlarmEvent? happened)
    {
        SetCurrent(alarm, occurrence);
        pending.Add(new(occurrence, isNew, happened));
        sequence++;
        MarkUrgent(occurrence);
        Changed?.Invoke(occurrence);
        CutWaiting.Set();
    }

    private void SetCurrent(LiveAlarm alarm, AlarmOccurrence occurrence)
    {
        if (alarm.Current is { } before)
        {
            byOccurrence.Remove(before.Id);
            if (!before.State.IsHeld()) announced--;
        }
        alarm.Current = occurrence.IsOpen ? occurrence : null;
        if (!occurrence.IsOpen) return;
        byOccurrence[occurrence.Id] = alarm;
        if (!occurrence.State.IsHeld()) announced++;
    }

    /// <summary>A transition is written together with the marks of the series it followed from.</summary>
    private void MarkUrgent(AlarmOccurrence occurrence)
    {
        if (evaluators.TryGetValue(occurrence.DefinitionId, out AlarmEvaluator? evaluator))
            foreach (PointWatch input in evaluator.Watches) urgentPages.Add(input.Series / MarkPage.Length);
        else if (byPoint.TryGetValue(occurrence.PointId, out PointWatch? watch))
            urgentPages.Add(watch.Series / MarkPage.Length);
    }

    private AlarmTrigger NotBySample(AlarmCause cause)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return new(cause, now, now);
    }

    private static AlarmEvent EventOf(long definitionId, long alarmId, AlarmStimulus stimulus, AlarmState from, AlarmState to, in AlarmTrigger trigger) => new()
    {
        AlarmId = alarmId,
        DefinitionId = definitionId,
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
}
