using Ordo.Operations.Alarms;

namespace Ordo.Operations.Tests.Alarms;

/// <summary>What the journal promises, in its plainest form: cuts applied whole, one after the other, and a restart from their sum.</summary>
public sealed class MemoryJournal
{
    private readonly SortedDictionary<long, AlarmOccurrence> occurrences = [];
    private readonly Dictionary<int, MarkPage> marks = [];
    private readonly List<AlarmEvent> events = [];

    public IReadOnlyCollection<AlarmOccurrence> Occurrences => occurrences.Values;

    public IReadOnlyList<AlarmEvent> Events => events;

    public void Write(AlarmCut? cut)
    {
        if (cut is null) return;
        foreach (AlarmChange change in cut.Changes)
        {
            Assert.Equal(change.IsNew, !occurrences.ContainsKey(change.Occurrence.Id));
            occurrences[change.Occurrence.Id] = change.Occurrence;
            if (change.Event is null) continue;
            events.Add(change.Event with { Id = events.Count + 1 });
            if (change.Event.Stimulus == AlarmStimulus.Acknowledge) AcknowledgeEarlier(change.Occurrence);
        }
        foreach (MarkPage page in cut.Marks) marks[page.Number] = page;
    }

    public AlarmRestart Restart() => new(
        [.. occurrences.Values.Where(o => o.IsOpen)], [.. marks.Values], occurrences.Keys.DefaultIfEmpty(0).Max() + 1);

    private void AcknowledgeEarlier(AlarmOccurrence by)
    {
        foreach (AlarmOccurrence earlier in occurrences.Values.Where(o =>
            (o.PointId, o.Kind) == (by.PointId, by.Kind) && o.Id < by.Id && o.State == AlarmState.ReturnedUnacknowledged).ToList())
        {
            occurrences[earlier.Id] = earlier with { State = AlarmState.Normal, Acknowledged = by.Acknowledged, AcknowledgedBy = by.AcknowledgedBy, AcknowledgedById = by.AcknowledgedById };
        }
    }
}
