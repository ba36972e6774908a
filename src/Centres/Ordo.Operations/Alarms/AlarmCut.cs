namespace Ordo.Operations.Alarms;

/// <summary>An occurrence as it is now, and the transition that made it so.</summary>
/// <param name="Occurrence">All of it, so that writing it needs no look at the old one; <c>null</c> where the alarm has none, for it may be shelved before it ever rises.</param>
/// <param name="IsNew">Not written before.</param>
/// <param name="Event"><c>null</c> only for an occurrence that leaves the desk because a newer one of its alarm rose.</param>
public sealed record AlarmChange(AlarmOccurrence? Occurrence, bool IsNew, AlarmEvent? Event);

/// <summary>Up to which sample time each of <see cref="Length"/> neighbouring series was judged.</summary>
/// <param name="Number">Series <c>Number × Length</c> and the following.</param>
/// <param name="JudgedTo">Milliseconds since 1970; <see cref="SampleOrder.None"/> for a series nobody watches.</param>
public sealed record MarkPage(int Number, long[] JudgedTo)
{
    public const int Length = 1024;
}

/// <summary>
/// What changed since the last cut, taken at one instant: the transitions together with the marks up to which their series were judged.
/// Written in one transaction, so that what is on disk is always a state the engine really was in.
/// </summary>
/// <param name="Changes">In the order they happened.</param>
/// <param name="Marks">Whole pages; at least those of every series with a change.</param>
/// <param name="Sequence">Number of changes made until this cut, in all cuts of this run.</param>
/// <param name="Holds">What is held differently than before, by definition; <c>null</c> where nothing holds it any more.</param>
public sealed record AlarmCut(
    IReadOnlyList<AlarmChange> Changes, IReadOnlyList<MarkPage> Marks, long Sequence, IReadOnlyList<KeyValuePair<long, AlarmHold?>> Holds);

/// <summary>What the engine starts from: the sum of all cuts written.</summary>
/// <param name="Open">The newest occurrence of every alarm that is not normal.</param>
/// <param name="Marks">Every page ever written, as written last.</param>
/// <param name="NextId">Larger than every id that was ever shown.</param>
/// <param name="Holds">Everything that is held.</param>
public sealed record AlarmRestart(IReadOnlyList<AlarmOccurrence> Open, IReadOnlyList<MarkPage> Marks, long NextId, IReadOnlyList<AlarmHold> Holds)
{
    public static readonly AlarmRestart Nothing = new([], [], 1, []);
}
