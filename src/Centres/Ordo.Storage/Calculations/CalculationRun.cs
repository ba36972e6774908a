using Ordo.Foundation.Expressions;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Calculations;

/// <summary>Where an input of a formula comes from.</summary>
/// <param name="Series">The stored series; <c>null</c> while its point is bound to none.</param>
/// <param name="Scale">Point value = stored value × scale + offset.</param>
internal sealed record CalculationInput(int? Series, double Scale, double Offset);

/// <summary>Values of a formula over a range. Reads, computes and writes nothing.</summary>
/// <param name="formula">What is computed.</param>
/// <param name="inputs">One for each input of the formula.</param>
/// <param name="convert">Into the unit of the result; <c>null</c> where it is in it.</param>
/// <param name="holdMs">How long a sample of an input holds.</param>
/// <param name="everyMs">Evaluated at its multiples; <c>null</c> at every sample of an input.</param>
internal sealed class CalculationRun(
    CheckedExpression formula, IReadOnlyList<CalculationInput> inputs, Func<double, double>? convert, long holdMs, long? everyMs, ITelemetryReader reader, ParkPeriods periods)
{
    /// <summary>Range computed at once: what bounds memory, whatever the range asked for. Where nothing is, steps grow longer.</summary>
    private const long SliceMs = 2 * 86_400_000L, LongestSliceMs = 64 * 86_400_000L;

    /// <summary>The last moment at which a sample of a time can still change a value: it holds, lies in a window, or is the one before.</summary>
    public long EndOfInfluence(long timeMs)
    {
        if (timeMs == long.MaxValue) return timeMs;
        int back = formula.Inputs.Max(input => (int?)input.Back) ?? 0;
        long end = Add(timeMs, holdMs * (back + 1));
        foreach (TimeWindow window in formula.Inputs.SelectMany(input => input.Windows))
            end = Math.Max(end, window.Period == CalendarPeriod.None ? Add(timeMs, window.LengthMs + holdMs) : periods.EndOf(Add(timeMs, holdMs), window.Period));
        return end;
    }

    /// <summary>Values between two times, the last one in it, in slices ascending in time. Where a value is unknown there is none.</summary>
    /// <param name="handle">Given the times of a slice, and at each the value in the result's unit or <c>NaN</c> for unknown.</param>
    public async Task ComputeAsync(long from, long last, Func<CalculatedSlice, Task> handle, CancellationToken cancellation)
    {
        long length = SliceMs;
        for (long start = from; start <= last;)
        {
            cancellation.ThrowIfCancellationRequested();
            long end = Math.Min(last, Add(start, length - 1));
            CalculatedSlice slice = await SliceAsync(start, end, cancellation);
            await handle(slice);
            length = slice.Times.Length > 0 ? SliceMs : Math.Min(length * 2, LongestSliceMs);
            if (end == long.MaxValue) return;
            start = end + 1;
        }
    }

    private async Task<CalculatedSlice> SliceAsync(long from, long last, CancellationToken cancellation)
    {
        var columns = new SampleColumns[inputs.Count];
        for (int i = 0; i < columns.Length; i++) columns[i] = await ReadAsync(i, from, last, cancellation);
        long[] times = everyMs is { } every ? Grid(columns, from, last, every) : TimesOf(columns, from, last);
        var slice = new CalculatedSlice(from, last, times, new double[times.Length], new SampleQuality[times.Length]);
        var moment = new SampleInputs(columns, [.. inputs.Select(_ => holdMs)], periods.StartOf);
        for (int i = 0; i < times.Length; i++)
        {
            if (i % 4096 == 0) cancellation.ThrowIfCancellationRequested();
            moment.MoveTo(times[i]);
            ExpressionValue value = formula.Evaluate(moment);
            double result = value.IsKnown ? convert?.Invoke(value.Value) ?? value.Value : double.NaN;
            slice.Values[i] = double.IsFinite(result) ? result : double.NaN;
            slice.Qualities[i] = new(value.IsKnown ? value.Quality : QualityStatus.Bad);
        }

        return slice;
    }

    private async Task<SampleColumns> ReadAsync(int index, long from, long last, CancellationToken cancellation)
    {
        if (inputs[index].Series is not { } series) return SampleColumns.Empty;
        ExpressionInput input = formula.Inputs[index];
        // A window looks at what held when it began.
        long begin = Subtract(from, holdMs);
        foreach (TimeWindow window in input.Windows)
            begin = Math.Min(begin, Subtract(window.Period == CalendarPeriod.None ? Subtract(from, window.LengthMs) : periods.StartOf(from, window.Period), holdMs));
        var (times, values, qualities) = (new List<long>(), new List<double>(), new List<SampleQuality>());
        // What came before the window: the base of a counter's growth, the left end of a line, the sample before the held one.
        for (int left = input.Back + 1, before = 0; left > 0; left--, before++)
        {
            if (await reader.LastBeforeAsync(series, times.Count > 0 ? times[0] : begin, cancellation) is not { } sample) break;
            times.Insert(0, sample.TimeMs);
            values.Insert(0, sample.Value);
            qualities.Insert(0, sample.Quality);
        }

        await foreach (SampleColumns block in reader.ReadAsync(series, begin, Add(last, 1), cancellation))
        {
            times.AddRange(block.Times);
            values.AddRange(block.Values);
            qualities.AddRange(block.Qualities);
        }

        double[] scaled = [.. values];
        if (inputs[index] is not { Scale: 1, Offset: 0 })
            for (int i = 0; i < scaled.Length; i++) scaled[i] = (scaled[i] * inputs[index].Scale) + inputs[index].Offset;
        return new([.. times], scaled, [.. qualities]);
    }

    private static long[] TimesOf(SampleColumns[] columns, long from, long last)
    {
        var times = new List<long>();
        foreach (SampleColumns column in columns)
            foreach (long time in column.Times)
                if (time >= from && time <= last) times.Add(time);
        times.Sort();
        return [.. times.Distinct()];
    }

    /// <summary>Multiples of the interval, as far as there are inputs: nothing is said of a time that no input has reached.</summary>
    private static long[] Grid(SampleColumns[] columns, long from, long last, long every)
    {
        long newest = columns.Max(column => column.Count > 0 ? column.Times[^1] : long.MinValue), end = Math.Min(last, newest);
        long oldest = columns.Min(column => column.Count > 0 ? column.Times[0] : long.MaxValue);
        long first = Math.Max(from, oldest);
        if (first > end) return [];
        first = first <= 0 ? first / every * every : (first + every - 1) / every * every;
        var times = new List<long>();
        for (long time = first; time <= end; time += every) times.Add(time);
        return [.. times];
    }

    private static long Add(long time, long length) => time > long.MaxValue - length ? long.MaxValue : time + length;

    private static long Subtract(long time, long length) => time < long.MinValue + length ? long.MinValue : time - length;
}

/// <summary>Values of a stretch of time, both ends in it. A <c>NaN</c> is unknown.</summary>
internal sealed record CalculatedSlice(long From, long Last, long[] Times, double[] Values, SampleQuality[] Qualities);
