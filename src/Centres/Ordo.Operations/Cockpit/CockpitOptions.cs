namespace Ordo.Operations.Cockpit;

/// <summary>Settings of the wall (<c>Operations:Cockpit</c>).</summary>
public sealed record CockpitOptions
{
    /// <summary>The day after the last accident with lost time; the wall counts the days since. <c>null</c> shows no counter.</summary>
    public DateOnly? SafeSince { get; init; }

    /// <summary>The park's zone, in which a day of the counter ends.</summary>
    public string TimeZone { get; init; } = "Asia/Shanghai";

    /// <summary>How old an answer may be when another wall asks the same. 0 works it out for each.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A file of panels in place of the ones that are shipped (<c>point-panels.json</c> says how).</summary>
    public string? PointPanels { get; init; }
}
