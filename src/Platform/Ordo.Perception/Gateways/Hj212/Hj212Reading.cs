using System.Buffers.Text;
using System.Text;
using Ordo.Foundation.Telemetry;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>One number of a message.</summary>
/// <param name="Item">Where its name and value stand.</param>
/// <param name="Value">In the unit the device sends; <c>NaN</c> where it wrote that it has none.</param>
/// <param name="Quality">From its data flag.</param>
public readonly record struct Hj212Reading(Hj212Item Item, double Value, SampleQuality Quality);

/// <summary>What was odd about a data area, though it could be read.</summary>
[Flags]
public enum Hj212Oddities
{
    None = 0,

    /// <summary>An item without <c>=</c>.</summary>
    BrokenItem = 1,

    /// <summary>A value that is no number: empty, <c>--</c>, <c>NaN</c>.</summary>
    NoNumber = 2,

    /// <summary>The same name twice with different values; the first is kept.</summary>
    Repeated = 4,
}

/// <summary>Turns the items of a data area into numbers with their quality.</summary>
public static class Hj212Readings
{
    /// <summary>Suffixes that are not measurements.</summary>
    private static readonly string[] NotNumbers = ["Flag", "ZsFlag", "EFlag", "SampleTime", "SN"];

    /// <summary>Suffixes in the standard's spelling. Names are to be compared without case, factor codes are not.</summary>
    private static readonly string[] Known =
    [
        "Rtd", "Min", "Avg", "Max", "Cou", "ZsRtd", "ZsMin", "ZsAvg", "ZsMax", "ZsCou", "RS", "RT", "Data", "DayData", "NightData", "Info", "Ala",
    ];

    /// <summary>Noise levels (HJ 212-2017 table B.3).</summary>
    private static readonly string[] Noise = ["LA", "L5", "L10", "L50", "L90", "L95", "Leq", "Ldn", "Ld", "Ln", "LMx", "LMn"];

    private static readonly byte[][] NotNumbersUtf8 = Utf8(NotNumbers), KnownUtf8 = Utf8(Known), NoiseUtf8 = Utf8(Noise);

    /// <summary>Collects the numbers of a data area.</summary>
    /// <param name="data">The data area.</param>
    /// <param name="items">Its items.</param>
    /// <param name="is2005">HJ/T 212-2005, whose air stations have digits as flags.</param>
    /// <param name="readings">Filled.</param>
    public static Hj212Oddities Read(ReadOnlySpan<byte> data, List<Hj212Item> items, bool is2005, List<Hj212Reading> readings)
    {
        readings.Clear();
        var oddities = Hj212Oddities.None;
        for (int i = 0; i < items.Count; i++)
        {
            Hj212Item item = items[i];
            ReadOnlySpan<byte> suffix = item.Suffix(data);
            if (suffix.IsEmpty || IndexIn(NotNumbersUtf8, suffix) >= 0) continue;
            SampleQuality quality = QualityOf(data, items, i, is2005);
            if (!TryReadNumber(item.Value(data), out double value))
            {
                if (item.Value(data).StartsWith("//"u8)) continue; // log text
                oddities |= Hj212Oddities.NoNumber;
                if (!IsMissing(item.Value(data))) continue;
                // Worth storing: it tells that the device was there, and by its flag why it had no value.
                (value, quality) = (double.NaN, new SampleQuality(QualityStatus.Bad, quality.Flag));
            }

            if (!IsRepeated(data, readings, item, value, ref oddities)) readings.Add(new Hj212Reading(item, value, quality));
        }

        return oddities;
    }

    /// <summary>Quality of a data flag (HJ 212-2017 table 8; the digits are those of 2005 air stations).</summary>
    /// <param name="flag">The flag, or <c>'\0'</c> where none was sent.</param>
    /// <param name="flagExpected">The standard provides a flag for this kind of value.</param>
    /// <param name="is2005">HJ/T 212-2005.</param>
    public static SampleQuality QualityOf(char flag, bool flagExpected, bool is2005) => flag switch
    {
        'N' => new(QualityStatus.Good, flag),
        'F' or 'M' or 'D' or 'C' or 'B' => new(QualityStatus.Bad, flag),
        'S' or 'T' => new(QualityStatus.Uncertain, flag), // a person's figure; above the range
        'P' when is2005 => new(QualityStatus.Bad, flag), // power failure
        '0' or '2' when is2005 => new(QualityStatus.Bad, flag), // calibration, abnormal
        '3' when is2005 => new(QualityStatus.Good, flag),
        '\0' => flagExpected ? SampleQuality.Uncertain : SampleQuality.Good,
        _ => new(QualityStatus.Uncertain, flag),
    };

    /// <summary>The suffix in the standard's spelling; an unknown one as sent.</summary>
    public static ReadOnlySpan<byte> Canonical(ReadOnlySpan<byte> suffix) => IndexIn(KnownUtf8, suffix) is >= 0 and var known ? KnownUtf8[known] : suffix;

    private static bool TryReadNumber(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.IsEmpty || text[0] is not ((>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.')) return false;
        return Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && double.IsFinite(value);
    }

    /// <summary>How devices write that there is no value.</summary>
    private static bool IsMissing(ReadOnlySpan<byte> text) =>
        text.IndexOfAnyExcept((byte)'-') < 0 || Ascii.EqualsIgnoreCase(text, "NaN"u8) || Ascii.EqualsIgnoreCase(text, "null"u8);

    private static bool IsRepeated(ReadOnlySpan<byte> data, List<Hj212Reading> readings, Hj212Item item, double value, ref Hj212Oddities oddities)
    {
        // Repeats stand close together, and a frame of thousands of items must not cost their square.
        for (int i = readings.Count - 1; i >= 0 && i >= readings.Count - 64; i--)
        {
            if (!readings[i].Item.Name(data).SequenceEqual(item.Name(data))) continue;
            if (!readings[i].Value.Equals(value)) oddities |= Hj212Oddities.Repeated;
            return true;
        }

        return false;
    }

    private static SampleQuality QualityOf(ReadOnlySpan<byte> data, List<Hj212Item> items, int index, bool is2005)
    {
        Hj212Item item = items[index];
        ReadOnlySpan<byte> code = item.Code(data), suffix = item.Suffix(data);
        bool converted = suffix.Length > 2 && Ascii.EqualsIgnoreCase(suffix[..2], "Zs"u8);
        char flag = '\0';
        // The values of one factor stand together, its flag behind them.
        for (int i = index + 1; i < items.Count && items[i].Code(data).SequenceEqual(code); i++)
        {
            ReadOnlySpan<byte> other = items[i].Suffix(data);
            bool own = converted && Ascii.EqualsIgnoreCase(other, "ZsFlag"u8);
            if (!own && (flag != '\0' || !Ascii.EqualsIgnoreCase(other, "Flag"u8))) continue;
            ReadOnlySpan<byte> text = items[i].Value(data);
            if (text.Length > 0 && text[0] is > 0x20 and < 0x7F) flag = (char)text[0];
            if (own) break;
        }

        return QualityOf(flag, FlagExpected(code, suffix), is2005);
    }

    /// <summary>Equipment states, run times, site information and noise levels have no flag in the standard: without one they are as good as they get.</summary>
    private static bool FlagExpected(ReadOnlySpan<byte> code, ReadOnlySpan<byte> suffix) =>
        !(Ascii.EqualsIgnoreCase(suffix, "RS"u8) || Ascii.EqualsIgnoreCase(suffix, "RT"u8) || Ascii.EqualsIgnoreCase(suffix, "Info"u8)
            || IndexIn(NoiseUtf8, code) >= 0);

    private static int IndexIn(byte[][] names, ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < names.Length; i++)
            if (Ascii.EqualsIgnoreCase(name, names[i])) return i;
        return -1;
    }

    private static byte[][] Utf8(string[] names) => [.. names.Select(Encoding.UTF8.GetBytes)];
}
