namespace Ordo.Operations.Alarms;

/// <summary>Settings of the alarms (<c>Operations:Alarms</c>).</summary>
public sealed record AlarmOptions
{
    /// <summary>After a start no silence is announced for so long: sources need time to find the way back.</summary>
    public TimeSpan StartGrace { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a silence waits for others before it is announced, to see whether they have a common cause.</summary>
    public TimeSpan CommonCauseWindow { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>So many sources silent at once, and at least half of those that are watched, are one alarm.</summary>
    public int CommonCauseSources { get; init; } = 5;

    /// <summary>An alarm of an asset whose last one rose no longer ago than this belongs to the same group.</summary>
    public TimeSpan GroupWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Rose and returned so often within <see cref="ChatteringWindow"/>: it chatters (IEC 62682).</summary>
    public int ChatteringCount { get; init; } = 3;

    public TimeSpan ChatteringWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Active for longer than this: it is stale (IEC 62682).</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Longest time an operator may shelve an alarm for.</summary>
    public TimeSpan LongestShelf { get; init; } = TimeSpan.FromHours(12);

    /// <summary>A change that touches an alarm of this priority or a higher one needs a second person. 0: none does.</summary>
    public int ApprovalUpToPriority { get; init; } = 1;
}
