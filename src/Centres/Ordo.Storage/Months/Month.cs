using System.Globalization;

namespace Ordo.Storage.Months;

/// <summary>
/// A calendar month in UTC: the range of one month file. Times a calendar cannot name (before the year 1, after 9999) have one file at either end,
/// because a device's broken clock must not be able to lose its samples.
/// </summary>
internal readonly record struct Month : IComparable<Month>
{
    /// <summary>The first and the last moment that a calendar can name.</summary>
    public const long FirstNamed = -62_135_596_800_000, LastNamed = 253_402_300_799_999;
    private const string Extension = ".db";
    private const int BeforeAll = -1;
    private const int AfterAll = 9999 * 12;
    private readonly int number; // months since January of the year 1

    private Month(int number) => this.number = number;

    /// <summary>First millisecond that belongs to the month.</summary>
    public long Start => number == BeforeAll ? long.MinValue : StartOf(number);

    /// <summary>Last millisecond that belongs to the month.</summary>
    public long Last => number == AfterAll ? long.MaxValue : StartOf(number + 1) - 1;

    public string FileName => number switch
    {
        BeforeAll => "before-0001" + Extension,
        AfterAll => "after-9999" + Extension,
        _ => string.Create(CultureInfo.InvariantCulture, $"{(number / 12) + 1:D4}-{(number % 12) + 1:D2}{Extension}"),
    };

    public static Month Of(long timeMs)
    {
        if (timeMs < StartOf(0)) return new(BeforeAll);
        if (timeMs >= StartOf(AfterAll)) return new(AfterAll);
        DateTime time = DateTime.UnixEpoch.AddTicks(timeMs * TimeSpan.TicksPerMillisecond);
        return new(((time.Year - 1) * 12) + time.Month - 1);
    }

    public static bool TryParse(string fileName, out Month month)
    {
        month = default;
        if (!fileName.EndsWith(Extension, StringComparison.Ordinal)) return false;
        string name = fileName[..^Extension.Length];
        if (name == "before-0001") month = new(BeforeAll);
        else if (name == "after-9999") month = new(AfterAll);
        else if (DateTime.TryParseExact(name, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime start)) month = new(((start.Year - 1) * 12) + start.Month - 1);
        else return false;
        return true;
    }

    public int CompareTo(Month other) => number.CompareTo(other.number);

    public override string ToString() => FileName[..^Extension.Length];

    private static long StartOf(int number) =>
        number == AfterAll ? 253_402_300_800_000 : (new DateTime((number / 12) + 1, (number % 12) + 1, 1).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}
