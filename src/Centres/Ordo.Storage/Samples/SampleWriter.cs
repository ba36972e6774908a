using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;

namespace Ordo.Storage.Samples;

/// <summary>
/// Writes tables as JSON of <see cref="SeriesSamples"/> straight into the response. An answer may hold a million figures, and writing them takes longer than finding them:
/// a column is therefore written by a loop of its own, and not value by value through a general writer.
/// </summary>
internal sealed class SampleWriter(PipeWriter body, CancellationToken cancellation)
{
    private const int FlushBytes = 64 * 1024, ItemsAtOnce = 512;
    private const int LongestItem = 40; // of any column: a time, a double, a quality with an escaped flag, a count, each with its comma

    public static async Task WriteJsonAsync(PipeWriter body, SampleTable table, CancellationToken cancellation)
    {
        var writer = new SampleWriter(body, cancellation);
        await writer.WriteAsync(table);
        await body.FlushAsync(cancellation);
    }

    public static async Task WriteJsonAsync(PipeWriter body, IReadOnlyList<SampleTable> tables, CancellationToken cancellation)
    {
        var writer = new SampleWriter(body, cancellation);
        writer.Raw("{\"series\":["u8);
        for (int i = 0; i < tables.Count; i++)
        {
            if (i > 0) writer.Raw(","u8);
            await writer.WriteAsync(tables[i]);
        }

        writer.Raw("]}"u8);
        await body.FlushAsync(cancellation);
    }

    /// <summary>One curve of several points.</summary>
    public static async Task WriteJsonAsync(PipeWriter body, SampleTable table, string across, int points, CancellationToken cancellation)
    {
        var writer = new SampleWriter(body, cancellation);
        writer.Raw("{\"series\":["u8);
        await writer.WriteAsync(table);
        writer.Raw("],\"across\":"u8);
        writer.Text(across);
        writer.Raw(",\"points\":"u8);
        writer.Number(points);
        writer.Raw("}"u8);
        await body.FlushAsync(cancellation);
    }

    private async Task WriteAsync(SampleTable table)
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
        for (int from = 0; from < table.Times.Length; from += ItemsAtOnce) await TakeAsync(WriteTimes(Some(table.Times, from), from == 0));
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
        if (table.Completeness is { } completeness) body.Advance(Digits.Write(completeness, body.GetSpan(LongestItem)));
        else Raw("null"u8);
        Raw(",\"notice\":"u8);
        Text(table.Notice);
        Raw("}"u8);
    }

    private static ReadOnlySpan<T> Some<T>(T[] column, int from) => column.AsSpan(from, Math.Min(ItemsAtOnce, column.Length - from));

    /// <summary>Gives on what was written, and waits for a slow reader instead of gathering the whole answer.</summary>
    private ValueTask<FlushResult> TakeAsync(int bytes)
    {
        body.Advance(bytes);
        return body.UnflushedBytes < FlushBytes ? default : body.FlushAsync(cancellation);
    }

    private int WriteTimes(ReadOnlySpan<long> times, bool isFirst)
    {
        Span<byte> to = body.GetSpan(times.Length * LongestItem);
        int at = 0;
        Span<byte> date = stackalloc byte[10];
        long day = long.MinValue;
        foreach (long time in times)
        {
            Begin(to, ref at, ref isFirst);
            to[at++] = (byte)'"';
            long itsDay = Math.DivRem(time, 86_400_000, out long inDay);
            if (inDay < 0) (itsDay, inDay) = (itsDay - 1, inDay + 86_400_000);
            if (itsDay != day)
            {
                DateTimeOffset.FromUnixTimeMilliseconds(itsDay * 86_400_000).UtcDateTime.TryFormat(date, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
                day = itsDay;
            }

            date.CopyTo(to[at..]);
            at += Digits.WriteClock((int)inDay, to[(at + date.Length)..]) + date.Length;
            to[at++] = (byte)'"';
        }

        return at;
    }

    private int WriteValues(ReadOnlySpan<double> values, bool isFirst)
    {
        Span<byte> to = body.GetSpan(values.Length * LongestItem);
        int at = 0;
        foreach (double value in values)
        {
            Begin(to, ref at, ref isFirst);
            if (double.IsFinite(value)) at += Digits.Write(value, to[at..]);
            else Put("null"u8, to, ref at);
        }

        return at;
    }

    private int WriteQualities(SampleTable table, int from, int end)
    {
        Span<byte> to = body.GetSpan((end - from) * LongestItem);
        int at = 0;
        bool isFirst = from == 0;
        for (int i = from; i < end; i++)
        {
            Begin(to, ref at, ref isFirst);
            if (table.QualityAt(i) is not { } quality) Put("null"u8, to, ref at);
            else if (quality.Raw == 0) Put("\"good\""u8, to, ref at);
            else Put(Quoted(quality.ToString()), to, ref at);
        }

        return at;
    }

    private int WriteCounts(ReadOnlySpan<long> counts, bool isFirst)
    {
        Span<byte> to = body.GetSpan(counts.Length * LongestItem);
        int at = 0;
        foreach (long count in counts)
        {
            Begin(to, ref at, ref isFirst);
            Utf8Formatter.TryFormat(count, to[at..], out int length);
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
        json.CopyTo(body.GetSpan(json.Length));
        body.Advance(json.Length);
    }

    private void Number(long? value)
    {
        if (value is not { } number)
        {
            Raw("null"u8);
            return;
        }

        Utf8Formatter.TryFormat(number, body.GetSpan(LongestItem), out int length);
        body.Advance(length);
    }

    private void Text(string? text) => Raw(text is null ? "null"u8 : Quoted(text));

    private static ReadOnlySpan<byte> Quoted(string text) => JsonSerializer.SerializeToUtf8Bytes(text);
}
