using System.Globalization;
using System.Text;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>
/// Times of the protocol: <c>YYYYMMDDhhmmss</c>, sometimes with milliseconds, without a zone. Everybody means Chinese time, UTC+8, the whole year.
/// </summary>
public static class Hj212Time
{
    public static readonly TimeSpan ChinaOffset = TimeSpan.FromHours(8);
    private const int Digits = 14;

    /// <summary>Reads the first 14 digits of a time.</summary>
    /// <param name="text">14 digits or more.</param>
    /// <param name="utcMs">Milliseconds since 1970-01-01T00:00:00Z.</param>
    /// <returns><c>false</c> for a time that does not exist, such as 30 February.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out long utcMs)
    {
        utcMs = 0;
        if (text.Length is < Digits or > 20 || text.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        int year = Number(text[..4]), month = Number(text[4..6]), day = Number(text[6..8]);
        int hour = Number(text[8..10]), minute = Number(text[10..12]), second = Number(text[12..14]);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        var local = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified);
        utcMs = (local.Ticks - DateTime.UnixEpoch.Ticks - ChinaOffset.Ticks) / TimeSpan.TicksPerMillisecond;
        return true;
    }

    /// <summary>A time as a field such as <c>SystemTime</c> carries it.</summary>
    public static string Format(DateTimeOffset time) => time.ToOffset(ChinaOffset).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>A time as a request number carries it, with milliseconds.</summary>
    public static string FormatRequestNumber(DateTimeOffset time) => time.ToOffset(ChinaOffset).ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);

    /// <summary>Reads a time that a person wrote: RFC 3339, or the protocol's own form.</summary>
    public static bool TryReadWritten(string text, out DateTimeOffset time)
    {
        if (TryRead(Encoding.ASCII.GetBytes(text), out long utcMs))
        {
            time = DateTimeOffset.FromUnixTimeMilliseconds(utcMs);
            return true;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time) && text.Contains('T', StringComparison.Ordinal);
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        int value = 0;
        foreach (byte b in digits) value = (value * 10) + (b - '0');
        return value;
    }
}
