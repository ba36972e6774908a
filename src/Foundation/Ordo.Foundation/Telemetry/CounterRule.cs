namespace Ordo.Foundation.Telemetry;

/// <summary>A meter was replaced (换表): the old one's last reading, the new one's first.</summary>
/// <param name="TimeMs">From this moment on samples are the new meter's.</param>
/// <param name="OldReading">What the old meter showed when it was taken away.</param>
/// <param name="NewReading">What the new meter showed when it was put in.</param>
public readonly record struct MeterReplacement(long TimeMs, double OldReading, double NewReading);

/// <summary>
/// How a counter's readings become its growth. Without a modulus a fall is a counter that began again from zero; with one it is a register that rolled over, unless the growth that would mean is
/// half a round or more: then it is a reset all the same. Replacements are known, not guessed.
/// </summary>
/// <param name="Modulus">One more than the largest reading the register can show, for example 1,000,000 for six digits; <c>null</c> when it never rolls over.</param>
/// <param name="Replacements">In any order.</param>
public sealed record CounterRule(double? Modulus = null, IReadOnlyList<MeterReplacement>? Replacements = null)
{
    private readonly MeterReplacement[] replacements = [.. (Replacements ?? []).OrderBy(replacement => replacement.TimeMs)];

    /// <summary>Growth from one reading to the next.</summary>
    public double Between(long earlierMs, double earlier, long laterMs, double later)
    {
        double growth = 0;
        foreach (MeterReplacement replacement in replacements)
        {
            if (replacement.TimeMs <= earlierMs) continue;
            if (replacement.TimeMs > laterMs) break;
            growth += Step(earlier, replacement.OldReading);
            earlier = replacement.NewReading;
        }

        return growth + Step(earlier, later);
    }

    /// <summary>Whether a meter was replaced after one moment and not after another.</summary>
    public bool HasReplacement(long afterMs, long untilMs) => Array.Exists(replacements, replacement => replacement.TimeMs > afterMs && replacement.TimeMs <= untilMs);

    private double Step(double earlier, double later) =>
        later >= earlier ? later - earlier
        : Modulus is { } modulus && later - earlier + modulus < modulus / 2 ? later - earlier + modulus
        : later;
}

/// <summary>Growth of counters by a <see cref="CounterRule"/>, on any store.</summary>
public static class CounterGrowth
{
    /// <summary>
    /// Growth in each step: of the readings in it since the last usable one before. Steps in which the counter only rose come from the store's own figures; samples are read
    /// only where it fell or was replaced.
    /// </summary>
    public static async ValueTask<(long[] StepStarts, AggregateColumns Growth)> GrowthAsync(
        this ITelemetryReader reader, int series, long fromMs, long toMs, Step step, CounterRule rule, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(rule);
        var (starts, deltas) = await reader.AggregateAsync([series], fromMs, toMs, step, Aggregate.Delta, cancellation);
        var (_, lasts) = await reader.AggregateAsync([series], fromMs, toMs, step, Aggregate.Last, cancellation);
        AggregateColumns growth = deltas[0];
        double[] values = [.. growth.Values], last = lasts[0].Values;
        int before = -1; // the step with the last usable reading so far
        for (int i = 0; i < starts.Length; i++)
        {
            if (growth.GoodCounts[i] == 0) continue;
            long start = Math.Max(fromMs, starts[i]), end = i + 1 < starts.Length ? starts[i + 1] : toMs;
            bool rose = before >= 0 && values[i] >= 0 && values[i] == last[i] - last[before] && !rule.HasReplacement(starts[before], end - 1);
            if (!rose)
            {
                Sample? earlier = before >= 0
                    ? await LastUsableAsync(reader, series, Math.Max(fromMs, starts[before]), before + 1 < starts.Length ? starts[before + 1] : toMs, cancellation)
                    : await LastUsableBeforeAsync(reader, series, fromMs, cancellation);
                values[i] = await GrowthOfAsync(reader, series, start, end, earlier, rule, cancellation);
            }

            before = i;
        }

        return (starts, growth with { Values = values });
    }

    private static bool IsUsable(double value, SampleQuality quality) => quality.IsGood && !double.IsNaN(value);

    private static async ValueTask<double> GrowthOfAsync(ITelemetryReader reader, int series, long fromMs, long toMs, Sample? before, CounterRule rule, CancellationToken cancellation)
    {
        double growth = 0;
        await foreach (SampleColumns block in reader.ReadAsync(series, fromMs, toMs, cancellation))
        {
            for (int i = 0; i < block.Count; i++)
            {
                if (!IsUsable(block.Values[i], block.Qualities[i])) continue;
                if (before is { } earlier) growth += rule.Between(earlier.TimeMs, earlier.Value, block.Times[i], block.Values[i]);
                before = new(block.Times[i], block.Values[i], block.Qualities[i]);
            }
        }

        return growth;
    }

    private static async ValueTask<Sample?> LastUsableAsync(ITelemetryReader reader, int series, long fromMs, long toMs, CancellationToken cancellation)
    {
        Sample? last = null;
        await foreach (SampleColumns block in reader.ReadAsync(series, fromMs, toMs, cancellation))
            for (int i = 0; i < block.Count; i++)
                if (IsUsable(block.Values[i], block.Qualities[i])) last = new(block.Times[i], block.Values[i], block.Qualities[i]);
        return last;
    }

    private static async ValueTask<Sample?> LastUsableBeforeAsync(ITelemetryReader reader, int series, long timeMs, CancellationToken cancellation)
    {
        while (await reader.LastBeforeAsync(series, timeMs, cancellation) is { } sample)
        {
            if (IsUsable(sample.Value, sample.Quality)) return sample;
            timeMs = sample.TimeMs;
        }

        return null;
    }
}
