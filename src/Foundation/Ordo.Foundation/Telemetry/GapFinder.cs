namespace Ordo.Foundation.Telemetry;

/// <summary>A stretch of time without samples.</summary>
/// <param name="FromMs">The last sample before it, or where the range begins when that is later.</param>
/// <param name="ToMs">The first sample behind it, or where the range ends.</param>
public readonly record struct SampleGap(long FromMs, long ToMs);

/// <summary>Finds where a series has no samples, on any store.</summary>
public static class GapFinder
{
    /// <summary>
    /// The stretches longer than a length in which no sample lies, in order. What is longer because of what lies outside the range counts, and is told as far as it lies inside.
    /// </summary>
    /// <param name="reader">The store.</param>
    /// <param name="series">The series.</param>
    /// <param name="fromMs">Begin of the range.</param>
    /// <param name="toMs">End of the range: what is not yet past is no gap, so at most now.</param>
    /// <param name="longerThan">Length of the silence that is usual.</param>
    /// <param name="goodOnly">Samples that are not good count as none.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static async IAsyncEnumerable<SampleGap> GapsAsync(
        this ITelemetryReader reader, int series, long fromMs, long toMs, TimeSpan longerThan, bool goodOnly = false,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (fromMs >= toMs) yield break;
        long length = (long)longerThan.TotalMilliseconds;
        Sample? earlier = await reader.LastBeforeAsync(series, fromMs, cancellation);
        while (goodOnly && earlier is { Quality.IsGood: false } bad) earlier = await reader.LastBeforeAsync(series, bad.TimeMs, cancellation);
        // Of a series without any sample before nobody knows how long it was silent: what is told begins with the range.
        long before = earlier?.TimeMs ?? fromMs;
        await foreach (SampleColumns block in reader.ReadAsync(series, fromMs, toMs, cancellation))
        {
            for (int i = 0; i < block.Count; i++)
            {
                if (goodOnly && !block.Qualities[i].IsGood) continue;
                if (block.Times[i] - before > length && block.Times[i] > fromMs) yield return new(Math.Max(before, fromMs), block.Times[i]);
                before = block.Times[i];
            }
        }

        if (toMs - before > length) yield return new(Math.Max(before, fromMs), toMs);
    }
}
