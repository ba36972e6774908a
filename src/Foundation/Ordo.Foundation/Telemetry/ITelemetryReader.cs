namespace Ordo.Foundation.Telemetry;

/// <summary>One value of a series.</summary>
/// <param name="TimeMs">Milliseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Value">In the unit the source sends.</param>
/// <param name="Quality">What it is worth.</param>
public readonly record struct Sample(long TimeMs, double Value, SampleQuality Quality);

/// <summary>How the samples of a step become one figure. All but <see cref="Count"/> use good samples only; a step without any is a gap.</summary>
public enum Aggregate
{
    Avg,
    Min,
    Max,
    Sum,
    Count,
    First,
    Last,

    /// <summary>Growth of a counter over the step: last of the step minus last before it, a fall being a reset that starts again from zero.</summary>
    Delta,
}

/// <summary>Samples in columns, ascending in time.</summary>
public sealed class SampleColumns(long[] times, double[] values, SampleQuality[] qualities)
{
    public static readonly SampleColumns Empty = new([], [], []);

    public long[] Times { get; } = times;

    /// <summary>Same length as <see cref="Times"/>; <c>NaN</c> is a value a device sent, never a gap.</summary>
    public double[] Values { get; } = values;

    public SampleQuality[] Qualities { get; } = qualities;

    public int Count => Times.Length;

    /// <summary>These stand for more samples than they are: an envelope with room for fewer.</summary>
    public bool IsThinned { get; init; }
}

/// <summary>Aggregates of one series: one figure per step, steps without data included.</summary>
/// <param name="Values">Same length as the step starts; a gap is <c>NaN</c>, for <see cref="Aggregate.Count"/> 0.</param>
/// <param name="Counts">Samples of any quality in each step.</param>
/// <param name="GoodCounts">Good samples in each step.</param>
public sealed record AggregateColumns(double[] Values, long[] Counts, long[] GoodCounts);

/// <summary>A step of an aggregate query: a fixed length, or a calendar day or month in the park's time zone.</summary>
public readonly record struct Step
{
    private Step(long milliseconds, StepUnit unit) => (Milliseconds, Unit) = (milliseconds, unit);

    public enum StepUnit
    {
        /// <summary>Aligned to multiples of its length since 1970 in the park's zone offset.</summary>
        Fixed,
        Day,
        Month,
    }

    /// <summary>Length of a fixed step; nominal (24 h, 30 d) for calendar steps.</summary>
    public long Milliseconds { get; }

    public StepUnit Unit { get; }

    public static Step Day { get; } = new(86_400_000, StepUnit.Day);

    public static Step Month { get; } = new(30 * 86_400_000L, StepUnit.Month);

    public static Step Fixed(TimeSpan length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, TimeSpan.FromMilliseconds(1));
        return new((long)length.TotalMilliseconds, StepUnit.Fixed);
    }

    /// <summary>Reads <c>500ms</c>, <c>15s</c>, <c>15m</c>, <c>1h</c>, <c>1d</c>, <c>1mo</c>. Days and months are the park's.</summary>
    public static bool TryParse(string? text, out Step step)
    {
        step = default;
        if (string.IsNullOrEmpty(text)) return false;
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        if (digits is 0 or > 9) return false;
        long count = long.Parse(text.AsSpan(0, digits), System.Globalization.CultureInfo.InvariantCulture);
        if (count == 0) return false;
        long unit = text[digits..] switch
        {
            "ms" => 1,
            "s" => 1_000,
            "m" or "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 7 * 86_400_000,
            "mo" => -1,
            _ => 0,
        };
        if (unit == 0 || (unit == -1 && count != 1)) return false;
        step = unit == -1 ? Month : count * unit == 86_400_000 && text.EndsWith('d') ? Day : new(count * unit, StepUnit.Fixed);
        return true;
    }

    /// <summary>The text <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Unit switch
    {
        StepUnit.Day => "1d",
        StepUnit.Month => "1mo",
        _ when Milliseconds % 3_600_000 == 0 => $"{Milliseconds / 3_600_000}h",
        _ when Milliseconds % 60_000 == 0 => $"{Milliseconds / 60_000}m",
        _ when Milliseconds % 1_000 == 0 => $"{Milliseconds / 1_000}s",
        _ => $"{Milliseconds}ms",
    };
}

/// <summary>
/// The door for reading telemetry. Ranges are half open: <c>from ≤ time &lt; to</c>, milliseconds since 1970-01-01T00:00:00Z.
/// A range that touches a damaged part throws <see cref="TelemetryDamagedException"/>; every other range is served.
/// </summary>
public interface ITelemetryReader
{
    /// <summary>Newest sample by time (not by arrival); from memory, takes no lock.</summary>
    bool TryGetLatest(int series, out Sample sample);

    /// <summary>Raw samples, ascending, in blocks of bounded size.</summary>
    IAsyncEnumerable<SampleColumns> ReadAsync(int series, long fromMs, long toMs, CancellationToken cancellation = default);

    /// <summary>
    /// At most <paramref name="maxPoints"/> raw samples that draw the same curve: where there are more, each of the equal slices of the range
    /// keeps its smallest and its largest sample (and the worst quality).
    /// </summary>
    ValueTask<SampleColumns> ReadEnvelopeAsync(int series, long fromMs, long toMs, int maxPoints, CancellationToken cancellation = default);

    /// <summary>One figure per step for each of the series, from rollups where they serve.</summary>
    /// <returns>The starts of the steps, and one entry per series in the order asked.</returns>
    ValueTask<(long[] StepStarts, IReadOnlyList<AggregateColumns> Series)> AggregateAsync(
        IReadOnlyList<int> series, long fromMs, long toMs, Step step, Aggregate aggregate, CancellationToken cancellation = default);

    /// <summary>The last sample strictly before a time, or <c>null</c>.</summary>
    ValueTask<Sample?> LastBeforeAsync(int series, long timeMs, CancellationToken cancellation = default);
}

/// <summary>A part of the store cannot be read; the message names the file, the range and what to do.</summary>
public sealed class TelemetryDamagedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store cannot be asked at the moment; nothing is lost.</summary>
public sealed class TelemetryUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
