using System.Globalization;
using System.Runtime.CompilerServices;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;
using Ordo.Storage.ClickHouse.Numbers;
using Ordo.Storage.Reading;

namespace Ordo.Storage.ClickHouse;

/// <summary>
/// Answers queries from ClickHouse. Every series lies on one shard, which is asked directly. Of several versions of a sample the highest counts: raw rows come ordered by
/// time and version and the last of a time is taken here; figures are taken over <c>FINAL</c>, which does the same within ClickHouse.
/// </summary>
internal sealed class ClickHouseReader(IReadOnlyList<ClickHouseShard> shards, DatabaseCatalogue catalogue, ParkCalendar calendar)
{
    private const string Usable = "(bitAnd(quality, 15) = 0 AND NOT isNaN(value))";
    private const long DayMs = 86_400_000;

    /// <summary>Series of one query: enough to keep a server busy, few enough for the text of the query.</summary>
    private const int SeriesAtOnce = 2_000;

    private static readonly NativeColumn[] SampleColumnTypes = [new("time", "Int64"), new("value", "Float64"), new("quality", "UInt16")];
    private static readonly NativeColumn[] BeforeColumnTypes = [new("series", "UInt32"), new("last", "Float64")];
    private static readonly NativeColumn[] StepColumnTypes = [new("series", "UInt32"), new("step", "UInt32"), new("samples", "UInt64"), new("usable", "UInt64"), new("a", "Float64"), new("b", "Float64"), new("c", "Float64")];

    public async IAsyncEnumerable<SampleColumns> ReadAsync(int series, long fromMs, long toMs, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (fromMs >= toMs) yield break;
        var held = new SampleBuffer();
        string sql = $"SELECT time, value, quality FROM sample WHERE series = {series} AND time >= {Number(fromMs)} AND time < {Number(toMs)} ORDER BY time, version";
        await foreach (NativeBlock block in Query(series, sql, SampleColumnTypes, cancellation))
        {
            Add(held, block);
            // The last time may go on in the next block.
            if (held.Count < 2) continue;
            long last = held.Times[^1];
            SampleColumns ready = Before(held, last);
            KeepFrom(held, last);
            if (ready.Count > 0) yield return ready;
        }

        if (held.Count > 0) yield return held.ToColumns();
    }

    public async ValueTask<SampleColumns> ReadEnvelopeAsync(int series, long fromMs, long toMs, int maxPoints, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPoints, 2);
        if (fromMs >= toMs) return SampleColumns.Empty;
        var envelope = new Envelope(fromMs, toMs, maxPoints, new());
        var samples = new SampleBuffer();
        await foreach (SampleColumns block in ReadAsync(series, fromMs, toMs, cancellation))
        {
            samples.Clear();
            samples.Add(block.Times, block.Values, block.Qualities);
            envelope.Add(samples);
        }

        return envelope.ToColumns();
    }

    public async ValueTask<(long[] StepStarts, IReadOnlyList<AggregateColumns> Series)> AggregateAsync(
        IReadOnlyList<int> series, long fromMs, long toMs, Step step, Aggregate aggregate, CancellationToken cancellation)
    {
        if (fromMs >= toMs) return ([], [.. series.Select(_ => new AggregateColumns([], [], []))]);
        long[] starts = calendar.StepStarts(fromMs, toMs, step);
        int[] distinct = [.. series.Distinct()];
        var steps = distinct.ToDictionary(number => number, _ => new Statistics[starts.Length]);
        var before = new Dictionary<int, double>();
        await ForEachShardAsync(distinct, async (shard, some) =>
        {
            await FoldAsync(shard, some, fromMs, toMs, starts, aggregate, steps, cancellation);
            if (aggregate == Aggregate.Delta) await UsableBeforeAsync(shard, some, fromMs, before, cancellation);
        });
        var columns = distinct.ToDictionary(number => number, number => StepFold.ToColumns(steps[number], aggregate, before.TryGetValue(number, out double value) ? value : null));
        return (starts, [.. series.Select(number => columns[number])]);
    }

    public async ValueTask<Sample?> LastBeforeAsync(int series, long timeMs, CancellationToken cancellation)
    {
        foreach (long from in Windows(timeMs))
        {
            string sql = $"SELECT time, value, quality FROM sample WHERE series = {series} AND time >= {Number(from)} AND time < {Number(timeMs)} ORDER BY time DESC, version DESC LIMIT 1";
            await foreach (NativeBlock block in Query(series, sql, SampleColumnTypes, cancellation))
                return new(block.Column<long>(0)[0], block.Column<double>(1)[0], new(block.Column<ushort>(2)[0]));
        }

        return null;
    }

    private IAsyncEnumerable<NativeBlock> Query(int series, string sql, NativeColumn[] columns, CancellationToken cancellation) =>
        Told(shards[catalogue.ShardOfSeries(series)], sql, columns, cancellation);

    /// <summary>What goes wrong on the way is told as the door's own exception.</summary>
    private static async IAsyncEnumerable<NativeBlock> Told(ClickHouseShard shard, string sql, NativeColumn[] columns, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using IAsyncEnumerator<NativeBlock> blocks = shard.QueryAsync(sql, columns, cancellation).GetAsyncEnumerator(cancellation);
        while (true)
        {
            try
            {
                if (!await blocks.MoveNextAsync()) yield break;
            }
            catch (Exception e) when (ClickHouseShard.IsFailure(e))
            {
                throw new TelemetryUnavailableException($"ClickHouse shard {shard.Number} ({shard.Name}) does not answer: {e.Message}", e);
            }

            yield return blocks.Current;
        }
    }

    private async Task ForEachShardAsync(int[] series, Func<ClickHouseShard, int[], Task> work) =>
        await Task.WhenAll(series.GroupBy(catalogue.ShardOfSeries).Select(async group =>
        {
            foreach (int[] some in group.Chunk(SeriesAtOnce)) await work(shards[group.Key], some);
        }));

    /// <summary>
    /// Calendar steps are folded from pieces of equal length within them, days as a rule: the largest length of which every step is a multiple.
    /// </summary>
    private static async Task FoldAsync(
        ClickHouseShard shard, int[] series, long fromMs, long toMs, long[] starts, Aggregate aggregate, Dictionary<int, Statistics[]> steps, CancellationToken cancellation)
    {
        long length = PieceOf(starts, toMs);
        string sql = $"""
            SELECT series, toUInt32(intDiv(toUInt64(time - ({Number(starts[0])})), toUInt64({Number(length)}))) AS step, count() AS samples, countIf({Usable}) AS usable, {FiguresOf(aggregate)}
            FROM sample FINAL WHERE series IN ({string.Join(',', series)}) AND time >= {Number(fromMs)} AND time < {Number(toMs)} GROUP BY series, step ORDER BY series, step
            """;
        await foreach (NativeBlock block in Told(shard, sql, StepColumnTypes, cancellation)) Fold(block, starts, length, aggregate, steps);
    }

    private static void Fold(NativeBlock block, long[] starts, long length, Aggregate aggregate, Dictionary<int, Statistics[]> steps)
    {
        ReadOnlySpan<uint> series = block.Column<uint>(0), pieces = block.Column<uint>(1);
        ReadOnlySpan<ulong> samples = block.Column<ulong>(2), usable = block.Column<ulong>(3);
        ReadOnlySpan<double> a = block.Column<double>(4), b = block.Column<double>(5), c = block.Column<double>(6);
        for (int i = 0; i < block.Rows; i++)
        {
            var piece = new Statistics { Count = (long)samples[i], Usable = (long)usable[i] };
            switch (aggregate)
            {
                case Aggregate.Avg or Aggregate.Sum: piece.Sum = a[i]; break;
                case Aggregate.Min: piece.Min = a[i]; break;
                case Aggregate.Max: piece.Max = a[i]; break;
                case Aggregate.First: piece.First = a[i]; break;
                case Aggregate.Last: piece.Last = a[i]; break;
                case Aggregate.Delta: (piece.First, piece.Last, piece.Falls) = (a[i], b[i], c[i]); break;
            }

            long start = unchecked(starts[0] + (pieces[i] * length));
            int step = Array.BinarySearch(starts, start);
            steps[(int)series[i]][step >= 0 ? step : ~step - 1].Append(piece);
        }
    }

    /// <summary>Three columns, of which most figures need one.</summary>
    private static string FiguresOf(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Avg or Aggregate.Sum => One($"sumIf(value, {Usable})"),
        Aggregate.Min => One($"minIf(value, {Usable})"),
        Aggregate.Max => One($"maxIf(value, {Usable})"),
        Aggregate.First => One($"argMinIf(value, time, {Usable})"),
        Aggregate.Last => One($"argMaxIf(value, time, {Usable})"),
        Aggregate.Delta =>
            $"argMinIf(value, time, {Usable}) AS a, argMaxIf(value, time, {Usable}) AS b, "
            + $"arraySum((x, y) -> if(y < x, x, toFloat64(0)), arrayPopBack(arraySort((v, t) -> t, groupArrayIf(value, {Usable}), groupArrayIf(time, {Usable}))), "
            + $"arrayPopFront(arraySort((v, t) -> t, groupArrayIf(value, {Usable}), groupArrayIf(time, {Usable})))) AS c",
        _ => One("toFloat64(0)"),
    };

    private static string One(string figure) => $"{figure} AS a, toFloat64(0) AS b, toFloat64(0) AS c";

    private static long PieceOf(long[] starts, long toMs)
    {
        // The last step needs no end; a single one is a piece of any length that holds it.
        if (starts.Length == 1) return Math.Max(1, toMs - starts[0] < 0 ? long.MaxValue : toMs - starts[0]);
        long length = starts[1] - starts[0];
        for (int i = 2; i < starts.Length; i++) length = GreatestCommonDivisor(length, starts[i] - starts[i - 1]);
        return length;
    }

    private static long GreatestCommonDivisor(long a, long b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }

    private static async Task UsableBeforeAsync(ClickHouseShard shard, int[] series, long fromMs, Dictionary<int, double> before, CancellationToken cancellation)
    {
        int[] missing = series;
        foreach (long from in Windows(fromMs))
        {
            if (missing.Length == 0) return;
            string sql = $"""
                SELECT series, argMax(value, time) AS last FROM (SELECT series, time, value, quality FROM sample FINAL
                WHERE series IN ({string.Join(',', missing)}) AND time >= {Number(from)} AND time < {Number(fromMs)}) WHERE {Usable} GROUP BY series
                """;
            await foreach (NativeBlock block in Told(shard, sql, BeforeColumnTypes, cancellation))
                lock (before)
                    for (int i = 0; i < block.Rows; i++) before[(int)block.Column<uint>(0)[i]] = block.Column<double>(1)[i];
            lock (before) missing = [.. missing.Where(number => !before.ContainsKey(number))];
        }
    }

    /// <summary>Starts of ranges to look back through: most often the sample before is a recent one.</summary>
    private static IEnumerable<long> Windows(long timeMs)
    {
        if (timeMs > long.MinValue + DayMs) yield return timeMs - DayMs;
        if (timeMs > long.MinValue + (32 * DayMs)) yield return timeMs - (32 * DayMs);
        yield return long.MinValue;
    }

    private static void Add(SampleBuffer to, NativeBlock block)
    {
        ReadOnlySpan<ushort> raw = block.Column<ushort>(2);
        to.Reserve(block.Rows, out Span<long> times, out Span<double> values, out Span<SampleQuality> qualities);
        block.Column<long>(0).CopyTo(times);
        block.Column<double>(1).CopyTo(values);
        for (int i = 0; i < raw.Length; i++) qualities[i] = new(raw[i]);
        to.Normalize(); // of several with the same time the last stays: they come ordered by version
    }

    private static SampleColumns Before(SampleBuffer samples, long last)
    {
        int count = samples.IndexOf(last);
        return count == 0 ? SampleColumns.Empty : new(samples.Times[..count].ToArray(), samples.Values[..count].ToArray(), samples.Qualities[..count].ToArray());
    }

    private static void KeepFrom(SampleBuffer samples, long last)
    {
        int at = samples.IndexOf(last);
        (long time, double value, SampleQuality quality) = (samples.Times[at], samples.Values[at], samples.Qualities[at]);
        samples.Clear();
        samples.Add(time, value, quality);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
