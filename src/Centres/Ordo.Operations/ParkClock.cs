namespace Ordo.Operations;

/// <summary>Time as people in the park read it.</summary>
/// <param name="Zone">The park's time zone; setting <c>Storage:TimeZone</c>.</param>
public sealed record ParkClock(TimeZoneInfo Zone)
{
    public DateTime LocalOf(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone).DateTime;

    /// <summary>A local time that a clock change leaves out is taken as the moment after it; one that happens twice as the first.</summary>
    public DateTimeOffset InstantOf(DateTime local)
    {
        DateTime plain = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (Zone.IsInvalidTime(plain)) plain = plain.AddHours(1);
        TimeSpan offset = Zone.IsAmbiguousTime(plain) ? Zone.GetAmbiguousTimeOffsets(plain).Max() : Zone.GetUtcOffset(plain);
        return new DateTimeOffset(plain, offset).ToUniversalTime();
    }
}
