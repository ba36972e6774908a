using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Ordo.Foundation;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>
/// The whole grammar of one line, read for understanding and for the reason when it is wrong; <see cref="LineParser"/> reads the everyday
/// lines by itself and comes here with the rest. The reasons are those of InfluxDB, because its clients match and log them.
/// <code>
/// measurement[,tag=value…] field=value[,field=value…] [timestamp]
/// </code>
/// </summary>
internal sealed class LineGrammar
{
    /// <summary>Series key, measurement and tags and one field key, in bytes.</summary>
    public const int MaxKeyLength = 65_535;

    private static readonly SearchValues<byte> ControlCharacters = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (byte)c), 0x7F]);

    private readonly List<Tag> tags = [];
    private readonly List<Field> fields = [];

    public enum ValueKind : byte
    {
        Number,
        Text,
    }

    /// <summary>Bytes of the line between the first of the measurement and the space that ends the tags, that space excluded.</summary>
    public Range Key { get; private set; }

    /// <summary>Tags as sent; offsets from the start of the line.</summary>
    public IReadOnlyList<Tag> Tags => tags;

    public Range Measurement { get; private set; }

    public ReadOnlySpan<Field> Fields => CollectionsMarshal.AsSpan(fields);

    /// <summary>In units of the request's precision; <c>null</c> when the line has none.</summary>
    public long? Timestamp { get; private set; }

    /// <summary>Nothing to store: empty or a comment.</summary>
    public bool IsBlank { get; private set; }

    /// <param name="line">One line without its line feed.</param>
    /// <param name="precision">Gives the range of timestamps.</param>
    /// <returns>What is wrong with the line, or <c>null</c>; then the properties hold its parts until the next call.</returns>
    public Text? Read(ReadOnlySpan<byte> line, TimestampPrecision precision)
    {
        tags.Clear();
        fields.Clear();
        Timestamp = null;
        if (line is [.., (byte)'\r']) line = line[..^1];
        int at = SkipSpaces(line, 0);
        IsBlank = at == line.Length || line[at] == '#';
        if (IsBlank) return null;
        return ReadKey(line, ref at) ?? ReadFields(line, ref at) ?? ReadTimestamp(line, at, precision);
    }

    /// <summary>Measurement and tags sorted by key, which is the source's name. As every name has only one spelling, nothing is unescaped.</summary>
    /// <param name="line">The line last read.</param>
    public byte[] CanonicalName(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> key = line[Key];
        if (tags.Count < 2) return key.ToArray();
        var name = new ArrayBufferWriter<byte>(key.Length);
        name.Write(line[Measurement]);
        foreach (Tag tag in tags) // sorted when duplicates were looked for
        {
            name.Write(","u8);
            name.Write(line[tag.Key]);
            name.Write("="u8);
            name.Write(line[tag.Value]);
        }
        return name.WrittenSpan.ToArray();
    }

    /// <summary>A name without its escapes: <c>\</c> before comma, equals sign or space goes, any other stays.</summary>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> name)
    {
        if (!name.Contains((byte)'\\')) return name;
        byte[] plain = new byte[name.Length];
        int length = 0;
        for (int i = 0; i < name.Length; i++)
        {
            bool escape = name[i] == '\\' && i + 1 < name.Length && name[i + 1] is (byte)',' or (byte)'=' or (byte)' ';
            if (escape) i++;
            plain[length++] = name[i];
        }
        return plain.AsSpan(0, length);
    }

    private Text? ReadKey(ReadOnlySpan<byte> line, ref int at)
    {
        int start = at;
        if (line[at] == ',') return LineReasons.MissingMeasurement;
        at = FindUnescaped(line, at, (byte)',', (byte)' ');
        if (at == line.Length) return LineReasons.MissingFields;
        Measurement = start..at;
        while (line[at] == ',')
        {
            at++;
            if (ReadTag(line, ref at) is { } fault) return fault;
        }
        Key = start..at;
        ReadOnlySpan<byte> key = line[Key];
        return at - start > MaxKeyLength ? LineReasons.KeyTooLong : FaultOfName(key) ?? FindDuplicateTag(line);
    }

    private Text? ReadTag(ReadOnlySpan<byte> line, ref int at)
    {
        int start = at;
        if (at == line.Length || line[at] is (byte)',' or (byte)' ' or (byte)'=') return LineReasons.MissingTagKey;
        at = FindUnescaped(line, at, (byte)',', (byte)' ', (byte)'=');
        if (at == line.Length || line[at] != '=') return LineReasons.MissingTagValue;
        Range key = start..at++;
        start = at;
        if (at == line.Length || line[at] is (byte)',' or (byte)' ') return LineReasons.MissingTagValue;
        at = FindUnescaped(line, at, (byte)',', (byte)' ', (byte)'=');
        if (at == line.Length) return LineReasons.MissingFields;
        if (line[at] == '=') return LineReasons.InvalidTagFormat;
        tags.Add(new(key, start..at));
        return null;
    }

    private Text? FindDuplicateTag(ReadOnlySpan<byte> line)
    {
        // By insertion, because a span cannot be captured by a comparison; tags are few and mostly sorted already.
        for (int i = 1; i < tags.Count; i++)
        {
            Tag tag = tags[i];
            int to = i;
            while (to > 0)
            {
                int order = line[tags[to - 1].Key].SequenceCompareTo(line[tag.Key]);
                if (order == 0) return LineReasons.DuplicateTags;
                if (order < 0) break;
                tags[to] = tags[to - 1];
                to--;
            }
            tags[to] = tag;
        }
        return null;
    }

    private Text? ReadFields(ReadOnlySpan<byte> line, ref int at)
    {
        at = SkipSpaces(line, at);
        while (true)
        {
            int start = at;
            at = FindUnescaped(line, at, (byte)',', (byte)' ', (byte)'=');
            if (at == line.Length || line[at] != '=') return LineReasons.InvalidFieldFormat;
            if (at == start) return LineReasons.MissingFieldKey;
            Range name = start..at++;
            if (FaultOfName(line[name]) is { } nameFault) return nameFault;
            if (at - 1 - start + Key.End.Value - Key.Start.Value > MaxKeyLength) return LineReasons.KeyTooLong;

            if (ReadValue(line, ref at, out Field field) is { } fault) return fault;
            fields.Add(field with { Name = name });
            if (at == line.Length || line[at] == ' ') return null;
            if (line[at] != ',') return LineReasons.InvalidFieldFormat;
            at++;
        }
    }

    private static Text? ReadValue(ReadOnlySpan<byte> line, ref int at, out Field field)
    {
        field = default;
        if (at == line.Length || line[at] is (byte)',' or (byte)' ') return LineReasons.MissingFieldValue;
        if (line[at] == '"')
        {
            int close = EndOfText(line, at + 1);
            if (close < 0) return LineReasons.UnbalancedQuotes;
            at = close + 1;
            field = new(default, ValueKind.Text, 0);
            return null;
        }
        int length = line[at..].IndexOfAny((byte)',', (byte)' ');
        ReadOnlySpan<byte> token = length < 0 ? line[at..] : line.Slice(at, length);
        bool isNumber = token[0] is >= (byte)'0' and <= (byte)'9' or (byte)'.' or (byte)'-' or (byte)'N' or (byte)'n';
        Text? fault = isNumber ? LineNumber.ReadNumber(token, out double value) : LineNumber.ReadBoolean(token, out value);
        at += token.Length;
        field = new(default, ValueKind.Number, value);
        return fault;
    }

    private Text? ReadTimestamp(ReadOnlySpan<byte> line, int at, TimestampPrecision precision)
    {
        at = SkipSpaces(line, at);
        if (at == line.Length) return null;
        int length = line[at..].IndexOf((byte)' ');
        ReadOnlySpan<byte> token = length < 0 ? line[at..] : line.Slice(at, length);
        bool negative = token[0] == '-';
        ReadOnlySpan<byte> digits = negative ? token[1..] : token;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return LineReasons.BadTimestamp;
        if (SkipSpaces(line, at + token.Length) != line.Length) return LineReasons.InvalidPoint;

        if (!long.TryParse(digits, System.Globalization.NumberStyles.None, null, out long magnitude) || magnitude > precision.MaxUnits)
            return LineReasons.TimeOutsideRange;
        Timestamp = negative ? -magnitude : magnitude;
        return null;
    }

    /// <returns>Offset of the closing quote, or -1.</returns>
    public static int EndOfText(ReadOnlySpan<byte> line, int at)
    {
        while (true)
        {
            int found = line[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0) return -1;
            at += found;
            if (line[at] == '"') return at;
            at += 2;
            if (at > line.Length) return -1;
        }
    }

    private static Text? FaultOfName(ReadOnlySpan<byte> name)
    {
        if (name.ContainsAny(ControlCharacters)) return LineReasons.ControlCharacter;
        return Utf8.IsValid(name) ? null : LineReasons.InvalidUtf8;
    }

    private static int SkipSpaces(ReadOnlySpan<byte> line, int at)
    {
        int found = line[at..].IndexOfAnyExcept((byte)' ');
        return found < 0 ? line.Length : at + found;
    }

    private static int FindUnescaped(ReadOnlySpan<byte> line, int at, byte one, byte other) => FindUnescaped(line, at, one, other, other);

    /// <returns>Offset of the first of the delimiters that no backslash stands before, or the line's end.</returns>
    private static int FindUnescaped(ReadOnlySpan<byte> line, int start, byte one, byte other, byte third)
    {
        for (int at = start; ; at++)
        {
            int found = line[at..].IndexOfAny(one, other, third);
            if (found < 0) return line.Length;
            at += found;
            if (at == start || line[at - 1] != '\\') return at;
        }
    }

    public readonly record struct Tag(Range Key, Range Value);

    public readonly record struct Field(Range Name, ValueKind Kind, double Value);
}
