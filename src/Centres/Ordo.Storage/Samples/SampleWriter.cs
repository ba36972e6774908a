using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;

namespace Ordo.Storage.Samples;

/// <summary>
/// Writes tables as JSON of <see cref="SeriesSamples"/> straight into the response. An answer may hold a million figures, and writing them takes longer than finding them:
/// a column is therefore written by a loop of its own, and not value by value through a general writer.
/// </summary>
internal sealed class SampleWriter
{
    /// <summary>Half of what the server buffers for a client: one half is on its way while the other is written.</summary>
    private const int FlushBytes = 32 * 1024;
    private const int ItemsAtOnce = 512;
    private const int LongestItem = 40; // of any column: a time, a double, a quality with an escaped flag, a count, each with its comma

    /// <summary>Tables written at the same time, and how long they may be: beyond it the answer would be gathered instead of sent.</summary>
    private const int TablesAtOnce = 32, ItemsOfTable = 4_096;

    private readonly IBufferWriter<byte> to;
    private readonly CancellationToken cancellation;

    private SampleWriter(IBufferWriter<byte> to, CancellationToken cancellation) => (this.to, this.cancellation) = (to, cancellation);

    public static async Task WriteJsonAsync(PipeWriter body, SampleTable table, CancellationToken cancellation)
    {
        await new SampleWriter(body, cancellation).WriteAsync(table, null);
        await body.FlushAsync(cancellation);
    }

    public static async Task WriteJsonAsync(PipeWriter body, IReadOnlyList<SampleTable> tables, CancellationToken cancellation)
    {
        var writer = new SampleWriter(body, cancellation);
        writer.Raw("{\"series\":["u8);
        ReadOnlyMemory<byte>? times = TimesOfAll(tables);
        for (int from = 0; from < tables.Count; from += TablesAtOnce)
        {
            SampleTable[] some = [.. tables.Skip(from).Take(TablesAtOnce)];
            if (some.Length > 1 && some.All(table => table.Times.Length <= ItemsOfTable)) await WriteTogetherAsync(body, some, times, from == 0, cancellation);
            else await writer.WriteOneByOneAsync(some, from == 0);
        }

        writer.Raw("]}"u8);
        await body.FlushAsync(cancellation);
    }

    /// <summary>The times of all tables as they are written, where they are the same: the starts of the steps.</summary>
    private static ReadOnlyMemory<byte>? TimesOfAll(IReadOnlyList<SampleTable> tables)
    {
        if (tables.Count < 2) return null;
        long[] times = tables[0].Times;
        if (times.Length > ItemsOfTable || tables.Any(table => table.Times != times)) return null;
        var written = new ArrayBufferWriter<byte>(1024 + (times.Length * LongestItem));
        for (int from = 0; from < times.Length; from += ItemsAtOnce) written.Advance(WriteTimes(Some(times, from), from == 0, written));
        return written.WrittenMemory;
    }

    /// <summary>Writes tables in memory, on all processors, and sends them in their order.</summary>
    private static async Task WriteTogetherAsync(PipeWriter body, SampleTable[] tables, ReadOnlyMemory<byte>? times, bool isFirst, CancellationToken cancellation)
    {
        ArrayBufferWriter<byte>[] written = [.. tables.Select(table => new ArrayBufferWriter<byte>(1024 + (table.Times.Length * 56)))];
        // In memory nothing waits, so each is complete when it returns.
        Parallel.For(0, tables.Length, i => new SampleWriter(written[i], cancellation).WriteAsync(tables[i], times).GetAwaiter().GetResult());
        foreach (ArrayBufferWriter<byte> table in written)
        {
            if (!isFirst) body.Write(","u8);
            isFirst = false;
            await body.WriteAsync(table.WrittenMemory, cancellation);
        }
    }

    private async Task WriteOneByOneAsync(SampleTable[] tables, bool isFirst)
    {
        foreach (SampleTable table in tables)
        {
            if (!isFirst) Raw(","u8);
            isFirst = false;
            await WriteAsync(table, null);
        }
    }

    /// <summary>One curve of several points.</summary>
    public static async Task WriteJsonAsync(PipeWriter body, SampleTable table, string across, int points, CancellationToken cancellation)
    {
        var writer = new SampleWriter(body, cancellation);
        writer.Raw("{\"series\":["u8);
        await writer.WriteAsync(table, null);
        writer.Raw("],\"across\":"u8);
        writer.Text(across);
        writer.Raw(",\"points\":"u8);
        writer.Number(points);
        writer.Raw("}"u8);
        await body.FlushAsync(cancellation);
    }

    /// <param name="table">The table.</param>
    /// <param name="times">Its times as they are written, where that is known.</param>
    private async Task WriteAsync(SampleTable table, ReadOnlyMemory<byte>? times)
    {
        Raw("{\"pointId\":"u8);
        Number(table.PointId);
        Raw(",\"seriesId\":"u8);
        Number(table.SeriesId);
        Raw(",\"unit\":"u8);
        Text(table.Unit);
        Raw(",\"step\":"u8);
        Text(table.Step);
        Raw(",\"aggregate\":"u8);
        Text(table.Aggregate);
        Raw(",\"times\":["u8);
        if (times is { } known) Raw(known.Span);
        else for (int from = 0; from < table.Times.Length; from += ItemsAtOnce) await TakeAsync(WriteTimes(Some(table.Times, from), from == 0, to));
        Raw("],\"values\":["u8);
        for (int from = 0; from < table.Values.Length; from += ItemsAtOnce) await TakeAsync(WriteValues(Some(table.Values, from), from == 0));
        Raw("],\"qualities\":["u8);
        for (int from = 0; from < table.Times.Length; from += ItemsAtOnce) await TakeAsync(WriteQualities(table, from, Math.Min(from + ItemsAtOnce, table.Times.Length)));
        Raw("],\"counts\":"u8);
        if (table.Counts is { } counts)
        {
            Raw("["u8);
            for (int from = 0; from < counts.Length; from += ItemsAtOnce) await TakeAsync(WriteCounts(Some(counts, from), from == 0));
            Raw("]"u8);
        }
        else
        {
            Raw("null"u8);
        }

        Raw(",\"completeness\":"u8);
        if (table.Completeness is { } completeness) to.Advance(Digits.Write(completeness, to.GetSpan(LongestItem)));
        else Raw("null"u8);
        Raw(",\"notice\":"u8);
        Text(table.Notice);
        Raw("}"u8);
    }

    private static ReadOnlySpan<T> Some<T>(T[] column, int from) => column.AsSpan(from, Math.Min(ItemsAtOnce, column.Length - from));

    /// <summary>Gives on what was written, and waits for a slow reader instead of gathering the whole answer.</summary>
    private ValueTask<FlushResult> TakeAsync(int bytes)
    {
        to.Advance(bytes);
        return to is PipeWriter body && body.UnflushedBytes >= FlushBytes ? body.FlushAsync(cancellation) : default;
    }

    private static int WriteTimes(ReadOnlySpan<long> times, bool isFirst, IBufferWriter<byte> to)
    {
        Span<byte> into = to.GetSpan(times.Length * LongestItem);
        int at = 0;
        Span<byte> date = stackalloc byte[10];
        long day = long.MinValue;
        foreach (long time in times)
        {
            Begin(into, ref at, ref isFirst);
            into[at++] = (byte)'"';
            long itsDay = Math.DivRem(time, 86_400_000, out long inDay);
            if (inDay < 0) (itsDay, inDay) = (itsDay - 1, inDay + 86_400_000);
            if (itsDay != day)
            {
                DateTimeOffset.FromUnixTimeMilliseconds(itsDay * 86_400_000).UtcDateTime.TryFormat(date, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
                day = itsDay;
            }

            date.CopyTo(into[at..]);
            at += Digits.WriteClock((int)inDay, into[(at + date.Length)..]) + date.Length;
            into[at++] = (byte)'"';
        }

        return at;
    }

    private int WriteValues(ReadOnlySpan<double> values, bool isFirst)
    {
        Span<byte> into = to.GetSpan(values.Length * LongestItem);
        int at = 0;
        foreach (double value in values)
        {
            Begin(into, ref at, ref isFirst);
            if (double.IsFinite(value)) at += Digits.Write(value, into[at..]);
            else Put("null"u8, into, ref at);
        }

        return at;
    }

    private int WriteQualities(SampleTable table, int from, int end)
    {
        Span<byte> into = to.GetSpan((end - from) * LongestItem);
        int at = 0;
        bool isFirst = from == 0;
        for (int i = from; i < end; i++)
        {
            Begin(into, ref at, ref isFirst);
            if (table.QualityAt(i) is not { } quality) Put("null"u8, into, ref at);
            else if (quality.Raw == 0) Put("\"good\""u8, into, ref at);
            else Put(Quoted(quality.ToString()), into, ref at);
        }

        return at;
    }

    private int WriteCounts(ReadOnlySpan<long> counts, bool isFirst)
    {
        Span<byte> into = to.GetSpan(counts.Length * LongestItem);
        int at = 0;
        foreach (long count in counts)
        {
            Begin(into, ref at, ref isFirst);
            Utf8Formatter.TryFormat(count, into[at..], out int length);
            at += length;
        }

        return at;
    }

    private static void Begin(Span<byte> to, ref int at, ref bool isFirst)
    {
        if (!isFirst) to[at++] = (byte)',';
        isFirst = false;
    }

    private static void Put(ReadOnlySpan<byte> bytes, Span<byte> to, ref int at)
    {
        bytes.CopyTo(to[at..]);
        at += bytes.Length;
    }

    private void Raw(ReadOnlySpan<byte> json)
    {
        json.CopyTo(to.GetSpan(json.Length));
        to.Advance(json.Length);
    }

    private void Number(long? value)
    {
        if (value is not { } number)
        {
            Raw("null"u8);
            return;
        }

        Utf8Formatter.TryFormat(number, to.GetSpan(LongestItem), out int length);
        to.Advance(length);
    }

    private void Text(string? text) => Raw(text is null ? "null"u8 : Quoted(text));

    private static ReadOnlySpan<byte> Quoted(string text) => JsonSerializer.SerializeToUtf8Bytes(text);
}
