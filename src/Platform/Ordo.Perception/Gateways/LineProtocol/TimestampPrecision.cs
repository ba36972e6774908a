using System.Runtime.CompilerServices;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>
/// The unit in which a request counts time, and the way from there to the milliseconds we store.
/// Finer units are rounded down, before 1970 too, so that a sample never moves into the next statistics interval.
/// </summary>
internal sealed class TimestampPrecision
{
    /// <summary>Largest nanosecond count of line protocol, in both directions.</summary>
    public const long MaxNanoseconds = 9_223_372_036_854_775_806;

    public static readonly TimestampPrecision Nanoseconds = new("ns", 1);
    public static readonly TimestampPrecision Microseconds = new("us", 1_000);
    public static readonly TimestampPrecision Milliseconds = new("ms", 1_000_000);
    public static readonly TimestampPrecision Seconds = new("s", 1_000_000_000);
    public static readonly TimestampPrecision Minutes = new("m", 60_000_000_000);
    public static readonly TimestampPrecision Hours = new("h", 3_600_000_000_000);

    private const long NanosecondsPerMs = 1_000_000;
    private readonly long unitsPerMs;
    private readonly long msPerUnit;

    private TimestampPrecision(string name, long nanosecondsPerUnit)
    {
        Name = name;
        MaxUnits = MaxNanoseconds / nanosecondsPerUnit;
        unitsPerMs = Math.Max(1, NanosecondsPerMs / nanosecondsPerUnit);
        msPerUnit = Math.Max(1, nanosecondsPerUnit / NanosecondsPerMs);
    }

    public string Name { get; }

    /// <summary>Largest count, in both directions, that still is a time of line protocol.</summary>
    public long MaxUnits { get; }

    /// <summary>Precisions of <c>/api/v2/write</c>; <c>null</c> for an unknown one.</summary>
    public static TimestampPrecision? OfVersion2(string? name) => name switch
    {
        null or "" or "ns" => Nanoseconds,
        "us" => Microseconds,
        "ms" => Milliseconds,
        "s" => Seconds,
        _ => null,
    };

    /// <summary>Precisions of <c>/write</c>; <c>null</c> for an unknown one.</summary>
    public static TimestampPrecision? OfVersion1(string? name) => name switch
    {
        "n" => Nanoseconds,
        "u" or "µ" or "μ" => Microseconds,
        "m" => Minutes,
        "h" => Hours,
        _ => OfVersion2(name),
    };

    /// <summary>Milliseconds since 1970 of a count within <see cref="MaxUnits"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ToMilliseconds(long units)
    {
        if (unitsPerMs == 1) return units * msPerUnit;
        long quotient = units / unitsPerMs;
        return quotient - (quotient * unitsPerMs > units ? 1 : 0);
    }

    /// <summary>The time of lines without one: the receipt, cut to the unit.</summary>
    public long Truncate(long milliseconds) => milliseconds - (milliseconds % msPerUnit);
}
