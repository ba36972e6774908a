using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ordo.Foundation;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>
/// Turns the bytes of one request into columns of samples with resolved series.
/// <para>
/// Devices send the same line again and again with other numbers, so a line is first compared with what is expected: the source that
/// followed this one last time, its fields in the order seen before. Where bytes and expectation agree nothing is searched, hashed,
/// validated or allocated. Every line that is new, unusual or wrong goes to <see cref="LineGrammar"/>, which knows the whole format; the
/// two must agree on every line that both understand.
/// </para>
/// Not thread-safe: one request, one parser. The table of sources is shared.
/// </summary>
internal sealed class LineParser
{
    /// <summary>Bytes that must be readable behind the end of the data, because comparisons and numbers are read eight bytes at a time.</summary>
    public const int Padding = 64;

    private const int MaxSpecimens = 50;
    private const long SpecimenIntervalMs = 10_000;

    private readonly LineSourceTable sources;
    private readonly LineRequest request;
    private readonly LineGrammar grammar = new();
    private readonly LineFaults faults;
    private readonly Batch batch;
    private readonly TimestampPrecision precision;
    private readonly long defaultTimeMs;

    private LineSource? previous;
    private LineEndScanner unfinished;
    private bool skipping;
    private int[] rowSeries = new int[16];
    private double[] rowValues = new double[16];
    private LineRow[] rows = new LineRow[256];
    private readonly List<LineSpecimen> specimens = [];

    public LineParser(LineSourceTable sources, LineRequest request, Batch batch, LineFaults faults)
    {
        (this.sources, this.request, this.batch, this.faults) = (sources, request, batch, faults);
        precision = request.Precision;
        defaultTimeMs = request.DefaultTimeMs;
    }

    /// <summary>Lines accepted since <see cref="ClearRows"/>, in order: whose they were and how many samples of the batch are theirs.</summary>
    public ReadOnlySpan<LineRow> Rows => rows.AsSpan(0, RowCount);

    public int RowCount { get; private set; }

    /// <summary>Accepted lines to show in the frame logs of their sources once they are durable; now and then one of each source.</summary>
    public IReadOnlyList<LineSpecimen> Specimens => specimens;

    /// <summary>Fields that brought a text: understood, not stored.</summary>
    public long TextFields { get; private set; }

    /// <summary>Reads lines until the data ends or the batch is full. A line that is not complete yet is left for the next call.</summary>
    /// <param name="buffer">The data, with <see cref="Padding"/> bytes of room behind it, the first of which is overwritten.</param>
    /// <param name="start">First byte not read yet.</param>
    /// <param name="end">Behind the last byte of data.</param>
    /// <param name="isLast">Nothing follows: the last line needs no line feed.</param>
    /// <returns>First byte not consumed. Less than <paramref name="end"/> when the batch is full or a line goes on behind the data.</returns>
    public int Parse(byte[] buffer, int start, int end, bool isLast)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, buffer.Length - Padding);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)end);
        buffer[end] = (byte)'\n'; // ends every token, so that only texts need to look for the end of the data
        int at = skipping ? Skip(buffer, start, end) : start;
        while (at < end && batch.Count < request.MaxBatchSamples)
        {
            bool isNew = unfinished.Position == 0;
            int next = isNew ? ParseExpected(buffer, at, end, isLast) : 0;
            if (next == 0) next = ParseAny(buffer, at, end, isLast);
            if (next == 0) break;
            at = next;
        }
        return Math.Min(at, end); // a last line without line feed ends one behind
    }

    /// <summary>Forgets the rows, after their batch is written.</summary>
    public void ClearRows()
    {
        RowCount = 0;
        specimens.Clear();
    }

    /// <summary>Reads a line of a known source whose fields are known and well formed.</summary>
    /// <returns>Start of the next line, or 0 when the line is anything else; then nothing has happened.</returns>
    private int ParseExpected(byte[] buffer, int start, int end, bool isLast)
    {
        LineSource? source = previous?.FollowedBy;
        if (source is null || !buffer.AsSpan(start, end - start).StartsWith(source.Prefix))
        {
            source = FindSource(buffer.AsSpan(start, end - start));
            if (source is null) return 0;
            if (previous is not null) previous.FollowedBy = source;
        }

        ref byte text = ref MemoryMarshal.GetArrayDataReference(buffer);
        nint at = start + source.Prefix.Length;
        LineField[] fields = source.Fields;
        int expected = 0;
        int highest = -1;
        int count = 0;
        long texts = 0;
        while (true)
        {
            if ((uint)expected >= (uint)fields.Length || !fields[expected].Matches(ref Unsafe.Add(ref text, at)))
            {
                expected = FindField(source, buffer.AsSpan((int)at, end - (int)at), expected);
                fields = source.Fields;
                if (expected < 0) return 0;
            }
            ref readonly LineField field = ref fields[expected];
            at += field.Length;
            int series = field.Series;
            if (LineNumber.TryReadShort(ref text, ref at, out double value) || TryReadLong(buffer, ref at, end, out value))
            {
                if (series < 0) return 0;
                if (expected <= highest && TryReplace(series, value, count))
                {
                    // the field came twice: the later value counts
                }
                else
                {
                    if (count == rowSeries.Length) GrowRow();
                    rowSeries[count] = series;
                    rowValues[count++] = value;
                }
            }
            else
            {
                if (series != LineField.Text || !TrySkipText(buffer, ref at, end)) return 0;
                texts++;
            }
            highest = Math.Max(highest, expected);
            if (Unsafe.Add(ref text, at) != ',') break;
            at++;
            expected++;
        }

        long time = defaultTimeMs;
        if (Unsafe.Add(ref text, at) == ' ')
        {
            at++;
            if (!LineNumber.TryReadInteger(ref text, ref at, out ulong units, out bool negative) || units > (ulong)precision.MaxUnits) return 0;
            time = precision.ToMilliseconds(negative ? -(long)units : (long)units);
        }
        if (Unsafe.Add(ref text, at) == '\r') at++;
        if (Unsafe.Add(ref text, at) != '\n' || (at == end && !isLast)) return 0;

        previous = source;
        TextFields += texts;
        Commit(source, buffer.AsSpan(start, (int)at - start), count, time);
        return (int)at + 1;
    }

    private LineSource? FindSource(ReadOnlySpan<byte> line)
    {
        int space = -1;
        do
        {
            int step = line[(space + 1)..].IndexOfAny((byte)' ', (byte)'\n');
            if (step < 0) return null;
            space += 1 + step;
            if (line[space] == '\n') return null;
        }
        while (space > 0 && line[space - 1] == '\\');
        return sources.TryFind(line[..(space + 1)], out LineSource? source) ? source : null;
    }

    private static int FindField(LineSource source, ReadOnlySpan<byte> rest, int expected)
    {
        int length = -1;
        do
        {
            int step = rest[(length + 1)..].IndexOfAny((byte)'=', (byte)'\n');
            if (step < 0) return -1;
            length += 1 + step;
            if (rest[length] == '\n') return -1;
        }
        while (length > 0 && rest[length - 1] == '\\');
        return source.IndexOf(rest[..length], expected);
    }

    /// <summary>Numbers with many digits or an exponent, unsigned integers, truth values.</summary>
    private static bool TryReadLong(byte[] buffer, ref nint at, int end, out double value)
    {
        value = 0;
        ReadOnlySpan<byte> rest = buffer.AsSpan((int)at, end - (int)at + 1);
        if (rest[0] == '"') return false;
        int length = rest.IndexOfAny(" ,\r\n"u8);
        if (length <= 0) return false;
        ReadOnlySpan<byte> token = rest[..length];
        bool isNumber = token[0] is >= (byte)'0' and <= (byte)'9' or (byte)'.' or (byte)'-';
        Text? fault = isNumber ? LineNumber.ReadNumber(token, out value) : LineNumber.ReadBoolean(token, out value);
        at += length;
        return fault is null;
    }

    /// <summary>Moves behind a text and to the delimiter that must follow it.</summary>
    private static bool TrySkipText(byte[] buffer, ref nint at, int end)
    {
        ReadOnlySpan<byte> rest = buffer.AsSpan((int)at, end - (int)at);
        if (rest.IsEmpty || rest[0] != '"') return false;
        int close = LineGrammar.EndOfText(rest, 1);
        if (close < 0) return false;
        at += close + 1;
        return buffer[at] is (byte)',' or (byte)' ' or (byte)'\n' or (byte)'\r';
    }

    /// <summary>Reads any line by the full grammar.</summary>
    /// <returns>Start of the next line, or 0 when the line may go on behind the data.</returns>
    private int ParseAny(byte[] buffer, int start, int end, bool isLast)
    {
        ReadOnlySpan<byte> rest = buffer.AsSpan(start, end - start);
        LineEnd found = unfinished.Scan(rest);
        if (found == LineEnd.NeedMore && isLast) found = unfinished.AtEndOfBody;

        int length = unfinished.Position;
        if (found == LineEnd.NeedMore)
        {
            if (rest.Length <= request.MaxLineBytes) return 0;
            length = EndOfTooLongLine(rest);
        }
        else if (found == LineEnd.BrokenQuotes)
        {
            // The next line is found by its line feed, as if there were no quotes: one missing quote must not swallow the lines behind it.
            int lineFeed = rest.IndexOf((byte)'\n');
            length = lineFeed < 0 ? rest.Length : lineFeed;
            Refuse(rest[..length], grammar.Read(rest[..length], precision) ?? LineReasons.UnbalancedQuotes);
        }
        else
        {
            Accept(rest[..length]);
        }
        unfinished = default;
        return start + length + 1;
    }

    private int EndOfTooLongLine(ReadOnlySpan<byte> rest)
    {
        Refuse(rest, LineReasons.LineTooLong(request.MaxLineBytes));
        int lineFeed = rest.IndexOf((byte)'\n');
        skipping = lineFeed < 0;
        return skipping ? rest.Length : lineFeed;
    }

    private int Skip(byte[] buffer, int start, int end)
    {
        int lineFeed = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
        if (lineFeed < 0) return end;
        skipping = false;
        return start + lineFeed + 1;
    }

    private void Accept(ReadOnlySpan<byte> line)
    {
        if (grammar.Read(line, precision) is { } fault)
        {
            Refuse(line, fault);
            return;
        }
        if (grammar.IsBlank) return;
        if (FindReservedTag(line) is { } tag)
        {
            faults.AddDropped($"invalid tag key: input tag \"{tag}\" on measurement \"{MeasurementOf(line)}\" is invalid");
            return;
        }

        ReadOnlySpan<byte> prefix = line[grammar.Key.Start.Value..(grammar.Key.End.Value + 1)];
        if (!sources.TryFind(prefix, out LineSource? source) && !TryOpen(prefix, line, out source)) return;
        if (previous is not null) previous.FollowedBy = source;
        previous = source;

        int count = 0;
        foreach (LineGrammar.Field field in grammar.Fields)
        {
            if (!TryResolve(line, source, field, out int series)) continue;
            if (TryReplace(series, field.Value, count)) continue;
            if (count == rowSeries.Length) GrowRow();
            rowSeries[count] = series;
            rowValues[count++] = field.Value;
        }
        Commit(source, line, count, grammar.Timestamp is { } units ? precision.ToMilliseconds(units) : defaultTimeMs);
    }

    /// <summary>Tag keys that InfluxDB keeps for itself.</summary>
    private string? FindReservedTag(ReadOnlySpan<byte> line)
    {
        foreach (LineGrammar.Tag tag in grammar.Tags)
        {
            ReadOnlySpan<byte> key = line[tag.Key];
            if (key.SequenceEqual("time"u8) || key.SequenceEqual("_measurement"u8) || key.SequenceEqual("_field"u8))
                return Excerpt.Of(key, 20);
        }
        return null;
    }

    /// <returns><c>false</c> when the field is not to be stored; when that is a loss, it is noted.</returns>
    private bool TryResolve(ReadOnlySpan<byte> line, LineSource source, LineGrammar.Field field, out int series)
    {
        ReadOnlySpan<byte> name = line[field.Name];
        bool isText = field.Kind == LineGrammar.ValueKind.Text;
        series = LineField.Text;
        if (name.SequenceEqual("time"u8))
        {
            faults.AddDropped($"invalid field name: input field \"time\" on measurement \"{MeasurementOf(line)}\" is invalid");
            return false;
        }
        int at = source.IndexOf(name, 0);
        if (at < 0 || (!isText && source.Fields[at].Series == LineField.Text))
        {
            ReadOnlySpan<byte> channel = LineGrammar.Unescape(name);
            if (isText)
            {
                at = sources.LearnText(source, name, channel);
            }
            else if (!sources.TryLearnNumber(source, name, channel, out at))
            {
                faults.AddDropped($"too many series: field \"{Excerpt.Of(name, 64)}\" on measurement \"{MeasurementOf(line)}\" is one more than its source, or all together, may have");
                return false;
            }
        }
        series = source.Fields[at].Series;
        if (!isText) return true;
        TextFields++;
        if (series >= 0)
            faults.AddDropped($"field type conflict: input field \"{Excerpt.Of(name, 64)}\" on measurement \"{MeasurementOf(line)}\" is type string, already exists as type float");
        return false;
    }

    private string MeasurementOf(ReadOnlySpan<byte> line) => Excerpt.Of(LineGrammar.Unescape(line[grammar.Measurement]), 128);

    private bool TryReplace(int series, double value, int count)
    {
        int at = rowSeries.AsSpan(0, count).IndexOf(series);
        if (at >= 0) rowValues[at] = value;
        return at >= 0;
    }

    /// <summary>Makes a line's source known. A caller with a scope makes none: a source without an asset lies in nobody's scope.</summary>
    private bool TryOpen(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> line, [NotNullWhen(true)] out LineSource? source)
    {
        byte[] name = grammar.CanonicalName(line);
        source = null;
        if (request.MayWrite is { } mayWrite && !(sources.FindOwner(name) is { } owner && mayWrite(owner)))
        {
            faults.AddForbidden(Excerpt.Of(name, 128));
            return false;
        }
        if (sources.TryAdd(prefix, name, out source)) return true;
        faults.AddDropped($"too many sources: \"{Excerpt.Of(name, 128)}\" is not known, and no more unclaimed sources are taken");
        return false;
    }

    /// <summary>Takes the row into the batch, unless its source may not.</summary>
    private void Commit(LineSource source, ReadOnlySpan<byte> line, int count, long timeMs)
    {
        if (!source.Gate.IsOpen(request.Now))
        {
            faults.AddLimited(source.Gate.Wait(request.Now));
            source.Gate.CountRefused();
            source.Owner.CountRefused();
            return;
        }
        if (request.MayWrite is { } mayWrite && !mayWrite(source.Owner))
        {
            faults.AddForbidden(source.Owner.Key);
            source.Owner.CountRefused();
            return;
        }
        batch.AddRow(rowSeries.AsSpan(0, count), timeMs, rowValues.AsSpan(0, count), SampleQuality.Good);
        if (RowCount == rows.Length) Array.Resize(ref rows, rows.Length * 2);
        rows[RowCount++] = new(source, count);
        if (source.NextSpecimenMs <= request.ReceivedMs) TakeSpecimen(source, line, count);
    }

    private void TakeSpecimen(LineSource source, ReadOnlySpan<byte> line, int count)
    {
        if (specimens.Count == MaxSpecimens || !source.Owner.Frames.HasRoom) return;
        source.NextSpecimenMs = request.ReceivedMs + SpecimenIntervalMs;
        specimens.Add(new(source.Owner, line.TrimEnd("\r\n"u8).ToArray(), count, TextNote(source)));
    }

    private static Text TextNote(LineSource source)
    {
        if (source.TextFieldNames is not { Length: > 0 } names) return default;
        return new($"文本字段不作为样本存储：{names}", $"Text fields are not stored as samples: {names}");
    }

    /// <summary>Notes a line that is not line protocol, with its source where its beginning names one.</summary>
    private void Refuse(ReadOnlySpan<byte> line, Text reason)
    {
        faults.AddBadLine(line, reason);
        Source? owner = FindSource(line)?.Owner;
        owner?.CountErrors();
        if (faults.BadLines <= MaxSpecimens)
            (owner?.Frames ?? sources.Strangers).Add(request.ReceivedMs, FrameDirection.In, line, Verdict.Unreadable, reason);
    }

    private void GrowRow()
    {
        Array.Resize(ref rowSeries, rowSeries.Length * 2);
        Array.Resize(ref rowValues, rowValues.Length * 2);
    }
}

/// <summary>One accepted line.</summary>
/// <param name="Source">Whose it is.</param>
/// <param name="Samples">How many samples it brought.</param>
internal readonly record struct LineRow(LineSource Source, int Samples);

/// <summary>One accepted line as it was sent.</summary>
internal sealed record LineSpecimen(Source Source, byte[] Line, int Samples, Text Note);

/// <summary>What holds for all lines of a request.</summary>
internal sealed record LineRequest
{
    public TimestampPrecision Precision { get; init; } = TimestampPrecision.Nanoseconds;

    /// <summary>When the request arrived, milliseconds since 1970.</summary>
    public required long ReceivedMs { get; init; }

    /// <summary>The same by the clock of the limits.</summary>
    public TimeSpan Now { get; init; }

    /// <summary>Length of the body where the client says it, as a hint.</summary>
    public long? ExpectedBytes { get; init; }

    /// <summary>Whether the caller may write to a source; <c>null</c> when to every one, new ones included.</summary>
    public Func<Source, bool>? MayWrite { get; init; }

    /// <summary>Time of lines without one: the receipt of the request, cut to its precision.</summary>
    public long DefaultTimeMs => Precision.Truncate(ReceivedMs);

    /// <summary>Longest line, its line feed excluded.</summary>
    public int MaxLineBytes { get; init; } = 1 << 20;

    /// <summary>Samples after which the batch is full; the line that reaches it is still taken whole.</summary>
    public int MaxBatchSamples { get; init; } = 65_536;
}
