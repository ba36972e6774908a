using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Ingest;

/// <summary>
/// Samples from the far future: a clock is wrong, the device's or this machine's, and nobody can know which. They are stored under the time they were sent with, marked uncertain, counted
/// and told; never moved to another time, which would make up a measurement.
/// </summary>
internal sealed class FutureSamples(TimeSpan tolerance, TimeProvider clock, ISeriesCatalogue catalogue, StorageMetrics metrics, StorageLog messages)
{
    private static readonly TimeSpan ToldEvery = TimeSpan.FromMinutes(1);
    private readonly long toleranceMs = (long)tolerance.TotalMilliseconds;
    private long untold;
    private long toldAt; // a time stamp; 0 before the first

    /// <summary>Marks what lies further in the future than it may. Good samples become uncertain and keep the protocol's flag; others are worth less already.</summary>
    public void Mark(Batch batch)
    {
        long limit = clock.GetUtcNow().ToUnixTimeMilliseconds() + toleranceMs;
        if (!AnyAfter(batch.Times, limit)) return;
        int marked = 0, last = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.Times[i] <= limit) continue;
            marked++;
            last = i;
            if (batch.Qualities[i].IsGood) batch.Requalify(i, new(QualityStatus.Uncertain, batch.Qualities[i].Flag));
        }

        metrics.Future(marked);
        Tell(marked, batch.Series[last], batch.Times[last]);
    }

    /// <summary>Whether any time lies behind another.</summary>
    internal static bool AnyAfter(ReadOnlySpan<long> times, long limit)
    {
        ReadOnlySpan<Vector<long>> vectors = MemoryMarshal.Cast<long, Vector<long>>(times);
        var limits = new Vector<long>(limit);
        foreach (Vector<long> vector in vectors)
            if (Vector.GreaterThanAny(vector, limits)) return true;
        foreach (long time in times[(vectors.Length * Vector<long>.Count)..])
            if (time > limit) return true;
        return false;
    }

    private void Tell(int marked, int series, long time)
    {
        Interlocked.Add(ref untold, marked);
        long now = clock.GetTimestamp(), before = Volatile.Read(ref toldAt);
        if (before != 0 && clock.GetElapsedTime(before, now) < ToldEvery) return;
        if (Interlocked.CompareExchange(ref toldAt, now == 0 ? 1 : now, before) != before) return; // another tells
        SeriesKey key = catalogue.KeyOf(series);
        messages.FromTheFuture(Interlocked.Exchange(ref untold, 0), tolerance, key.Gateway, key.Source, key.Channel, Named(time));
    }

    private static string Named(long timeMs) => timeMs <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        ? DateTimeOffset.FromUnixTimeMilliseconds(timeMs).UtcDateTime.ToString("O", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{timeMs} ms after 1970");
}
