using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms;

public enum Acknowledgement
{
    Done,

    /// <summary>Somebody acknowledged it before; nothing changed.</summary>
    AlreadyDone,

    /// <summary>No such occurrence stands on the desk.</summary>
    NotOpen,
}

public enum ResetOutcome
{
    Done,

    /// <summary>It does not latch, or nobody acknowledged it yet, or its condition still holds.</summary>
    Refused,

    /// <summary>No such occurrence stands on the desk.</summary>
    NotOpen,
}

/// <summary>Who acts, and what they say.</summary>
public readonly record struct AlarmActor(string Name, long AccountId, string? Comment);

/// <summary>What people and other systems do to alarms. Each answers with the sequence that must be written before it may be told.</summary>
public sealed partial class AlarmEngine
{
    /// <param name="id">An occurrence that stands on the desk.</param>
    /// <param name="actor">Who says that they saw it.</param>
    /// <param name="actorId">Their account.</param>
    /// <param name="comment">What they want to add.</param>
    public (Acknowledgement Outcome, long Sequence) Acknowledge(long id, string actor, long actorId, string? comment)
    {
        lock (gate)
        {
            engineMs = EngineMs();
            if (byOccurrence.GetValueOrDefault(id) is not { } alarm) return (Acknowledgement.NotOpen, sequence);
            if (!alarm.Situation.State.IsUnacknowledged()) return (Acknowledgement.AlreadyDone, sequence);
            AlarmTrigger trigger = By(new(actor, actorId, comment));
            Step(alarm.Subject, AlarmStimulus.Acknowledge, trigger);
            if (alarm.Current is { } current && current.Steps.HasFlag(AlarmSteps.Overdue)) StepPriority(alarm, current.Steps & ~AlarmSteps.Overdue, trigger);
            return (Acknowledgement.Done, sequence);
        }
    }

    /// <summary>Releases a latched alarm that was seen and whose condition is gone.</summary>
    public (ResetOutcome Outcome, long Sequence) Reset(long id, AlarmActor actor)
    {
        lock (gate)
        {
            engineMs = EngineMs();
            if (byOccurrence.GetValueOrDefault(id) is not { } alarm) return (ResetOutcome.NotOpen, sequence);
            return (Step(alarm.Subject, AlarmStimulus.Reset, By(actor)) ? ResetOutcome.Done : ResetOutcome.Refused, sequence);
        }
    }

    /// <summary>Writes something down with an occurrence.</summary>
    public (bool IsOpen, long Sequence) Comment(long id, AlarmActor actor)
    {
        lock (gate)
        {
            if (byOccurrence.GetValueOrDefault(id) is not { } alarm) return (false, sequence);
            Note(alarm.Subject.DefinitionId, alarm.Current, AlarmStimulus.Comment, alarm.Situation.State, alarm.Situation.State, By(actor));
            return (true, sequence);
        }
    }

    /// <summary>Silences an alarm until a time; whether that may be is the caller's business.</summary>
    public long Shelve(AlarmDefinition definition, DateTimeOffset until, AlarmActor actor)
    {
        AlarmTrigger trigger = By(actor);
        return Act(definition, AlarmStimulus.Shelve, trigger,
            hold => hold with { ShelvedSince = trigger.Time, ShelvedUntil = until, ShelvedBy = actor.Name, ShelfReason = actor.Comment }).Sequence;
    }

    /// <returns>Whether it was shelved.</returns>
    public (bool WasHeld, long Sequence) Unshelve(AlarmDefinition definition, AlarmActor actor) => Act(definition, AlarmStimulus.Unshelve, By(actor),
        hold => hold with { ShelvedSince = null, ShelvedUntil = null, ShelvedBy = null, ShelfReason = null }, AlarmHolds.Shelved);

    public long RemoveFromService(AlarmDefinition definition, DateTimeOffset? until, AlarmActor actor)
    {
        AlarmTrigger trigger = By(actor);
        return Act(definition, AlarmStimulus.RemoveFromService, trigger,
            hold => hold with { OutSince = trigger.Time, OutUntil = until, OutBy = actor.Name, OutReason = actor.Comment }).Sequence;
    }

    /// <returns>Whether it was out of service.</returns>
    public (bool WasHeld, long Sequence) ReturnToService(AlarmDefinition definition, AlarmActor actor) => Act(definition, AlarmStimulus.ReturnToService, By(actor),
        hold => hold with { OutSince = null, OutUntil = null, OutBy = null, OutReason = null }, AlarmHolds.OutOfService);

    /// <summary>A system or a gateway says that a condition holds, or does not.</summary>
    /// <param name="definition">Of kind <see cref="AlarmKind.Raised"/>, and known to the engine.</param>
    /// <param name="isMet">Whether it holds.</param>
    /// <param name="time">Since when.</param>
    /// <param name="value">What was measured, where something was.</param>
    /// <param name="detail">What more there is to say.</param>
    public long Raise(AlarmDefinition definition, bool isMet, DateTimeOffset time, double? value, string? detail)
    {
        lock (gate)
        {
            engineMs = EngineMs();
            var trigger = new AlarmTrigger(AlarmCause.System, time, clock.GetUtcNow(), value, null, definition.System);
            if (definition.IsEnabled || !isMet)
                Step(new(definition.Id, definition.Kind, definition.AssetId, definition, Detail: detail), isMet ? AlarmStimulus.ConditionMet : AlarmStimulus.ConditionCleared, trigger);
            return sequence;
        }
    }

    private (bool WasHeld, long Sequence) Act(
        AlarmDefinition definition, AlarmStimulus stimulus, AlarmTrigger trigger, Func<AlarmHold, AlarmHold> hold, AlarmHolds needed = AlarmHolds.None)
    {
        lock (gate)
        {
            engineMs = EngineMs();
            LiveAlarm? alarm = alarms.GetValueOrDefault(definition.Id);
            if (needed != AlarmHolds.None && alarm?.Situation.Holds.HasFlag(needed) != true) return (false, sequence);
            AlarmSubject subject = alarm is { Current: not null } ? alarm.Subject : new(definition.Id, definition.Kind, definition.AssetId, definition);
            Step(subject, stimulus, trigger, hold);
            return (true, sequence);
        }
    }

    private AlarmTrigger By(AlarmActor actor) => NotBySample(AlarmCause.Person) with { Actor = actor.Name, ActorId = actor.AccountId, Comment = actor.Comment };
}
