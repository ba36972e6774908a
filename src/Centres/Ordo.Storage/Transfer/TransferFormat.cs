using System.Globalization;
using System.Text;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Transfer;

/// <summary>
/// Samples as lines of text, to be kept elsewhere and read back: <c>gateway,source,channel,time,value,quality</c> with a header. Every double comes back bit for bit: the shortest digits
/// that give it again, and what has no digits (NaN, infinities) as its 64 bits in hex. Times are RFC 3339 in UTC, or milliseconds where no calendar has the year.
/// </summary>
internal static class TransferFormat
{
    public const string Header = "gateway,source,channel,time,value,quality";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private static readonly long FirstNamed = DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), LastNamed = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The cells of a series that begin each of its lines, quoted where they must be.</summary>
    public static string PrefixOf(SeriesKey key) => $"{Cell(key.Gateway)},{Cell(key.Source)},{Cell(key.Channel)},";

    public static void AppendSample(StringBuilder to, in Sample sample)
    {
        if (sample.TimeMs >= FirstNamed && sample.TimeMs <= LastNamed) to.Append(CultureInfo.InvariantCulture, $"{DateTimeOffset.FromUnixTimeMilliseconds(sample.TimeMs).UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}");
        else to.Append(CultureInfo.InvariantCulture, $"{sample.TimeMs}");
        to.Append(',');
        if (double.IsFinite(sample.Value)) to.Append(CultureInfo.InvariantCulture, $"{sample.Value:R}");
        else to.Append(CultureInfo.InvariantCulture, $"0x{BitConverter.DoubleToUInt64Bits(sample.Value):x16}");
        to.Append(',').Append(sample.Quality.ToString());
    }

    public static bool TryReadTime(string text, out long timeMs)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out timeMs)) return true;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) || !text.Contains('T', StringComparison.Ordinal)) return false;
        timeMs = time.ToUnixTimeMilliseconds();
        return true;
    }

    public static bool TryReadValue(string text, out double value)
    {
        if (!text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return double.TryParse(text, NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite), CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        bool isBits = ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits) && text.Length == 18;
        value = BitConverter.UInt64BitsToDouble(bits);
        return isBits;
    }

    /// <summary><c>good</c>, <c>uncertain</c>, <c>bad</c>, the protocol's flag behind a colon; nothing is good.</summary>
    public static bool TryReadQuality(string text, out SampleQuality quality)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string word = colon < 0 ? text : text[..colon];
        QualityStatus? status = word switch
        {
            "" or "good" => QualityStatus.Good,
            "uncertain" => QualityStatus.Uncertain,
            "bad" => QualityStatus.Bad,
            _ => null,
        };
        quality = status is { } known ? new(known, colon < 0 ? '\0' : text[^1]) : default;
        return status is not null && (colon < 0 || (colon == text.Length - 2 && text[^1] is > ' ' and < '\x7f'));
    }

    /// <summary>Source and channel as line protocol names them. What came through it is written as it came.</summary>
    public static (string Measurement, string Field) LineNames(SeriesKey key) => (
        key.Gateway == "line" ? key.Source : Escape(key.Source, ", "), Escape(key.Channel, ",= "));

    private static string Escape(string name, string signs)
    {
        if (name.AsSpan().IndexOfAny(signs) < 0) return name;
        var escaped = new StringBuilder();
        foreach (char c in name)
        {
            if (signs.Contains(c, StringComparison.Ordinal)) escaped.Append('\\');
            escaped.Append(c);
        }

        return escaped.ToString();
    }

    private static string Cell(string text) => text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
