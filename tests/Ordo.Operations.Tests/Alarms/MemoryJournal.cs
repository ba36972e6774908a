using Ordo.Operations.Alarms;

namespace Ordo.Operations.Tests.Alarms;

/// <summary>What the journal promises, in its plainest form: cuts applied whole, one after the other, and a restart from their sum.</summary>
public sealed class MemoryJournal
{
    private readonly SortedDictionary<long, AlarmOccurrence> occurrences = [];
    private readonly Dictionary<int, MarkPage> marks = [];
    private readonly List<AlarmEvent> events = [];
    private readonly Dictionary<long, AlarmHold> holds = [];

    public IReadOnlyCollection<AlarmOccurrence> Occurrences => occurrences.Values;

    public IReadOnlyList<AlarmEvent> Events => events;

    public void Write(AlarmCut? cut)
    {
        if (cut is null) return;
        foreach (AlarmChange change in cut.Changes)
        {
            if (change.Event is not null) events.Add(change.Event with { Id = events.Count + 1 });
            if (change.Occurrence is not { } occurrence) continue;
            Assert.Equal(change.IsNew, !occurrences.ContainsKey(occurrence.Id));
            occurrences[occurrence.Id] = occurrence;
            if (change.Event?.Stimulus == AlarmStimulus.Acknowledge || (occurrence.State == AlarmState.Normal && change.Event?.From.IsHeld() == true)) AcknowledgeEarlier(occurrence);
        }
        foreach (var (definition, hold) in cut.Holds)
        {
            if (hold is null) holds.Remove(definition);
            else holds[definition] = hold;
        }
        foreach (MarkPage page in cut.Marks) marks[page.Number] = page;
    }

    public AlarmRestart Restart() => new(
        [.. occurrences.Values.Where(o => o.IsOpen)], [.. marks.Values], occurrences.Keys.DefaultIfEmpty(0).Max() + 1, [.. holds.Values]);

    private void AcknowledgeEarlier(AlarmOccurrence by)
    {
        foreach (AlarmOccurrence earlier in occurrences.Values.Where(o =>
            o.DefinitionId == by.DefinitionId && o.Id < by.Id && o.State == AlarmState.ReturnedUnacknowledged).ToList())
        {
            occurrences[earlier.Id] = earlier with { State = AlarmState.Normal, Acknowledged = by.Acknowledged, AcknowledgedBy = by.AcknowledgedBy, AcknowledgedById = by.AcknowledgedById };
        }
    }
}
