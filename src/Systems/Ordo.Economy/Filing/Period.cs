using System.Globalization;

namespace Ordo.Economy.Filing;

/// <summary>How often a form is due.</summary>
public enum Frequency
{
    /// <summary>Eleven times a year: January and February are one period.</summary>
    Month,
    Quarter,
    Year,
}

/// <summary>
/// A period of statistics: <c>2026-03</c>, <c>2026-01..2026-03</c>, <c>2026-Q1</c>, <c>2026</c>. January is never alone, because the Spring Festival moves
/// between January and February and they are published together (1–2 月).
/// </summary>
/// <param name="Year">Of the calendar.</param>
/// <param name="First">First month, 1…12.</param>
/// <param name="Last">Last month.</param>
public readonly record struct Period(int Year, int First, int Last) : IComparable<Period>
{
    /// <summary>The step of the monthly rhythm that ends in a month; January gives January–February.</summary>
    public static Period Step(int year, int month) => month <= 2 ? new(year, 1, 2) : new(year, month, month);

    /// <summary>January to a month.</summary>
    public Period Cumulative => this with { First = 1 };

    public Period LastYear => this with { Year = Year - 1 };

    public int Months => Last - First + 1;

    public bool IsStep => this == Step(Year, Last);

    /// <summary>As stored: 20260303.</summary>
    public int Key => Year * 10_000 + First * 100 + Last;

    public static Period OfKey(int key) => new(key / 10_000, key / 100 % 100, key % 100);

    /// <summary>Months since year 0, of the last month.</summary>
    public int Ordinal => Year * 12 + Last - 1;

    /// <summary>The step before, of the monthly rhythm.</summary>
    public Period PreviousStep => Last <= 2 ? Step(Year - 1, 12) : Step(Year, Last - 1);

    public Period NextStep => Last == 12 ? Step(Year + 1, 2) : Step(Year, Last + 1);

    /// <summary>The steps of the monthly rhythm inside: all of those that end in it.</summary>
    public IEnumerable<Period> Steps
    {
        get
        {
            for (int month = Math.Max(First, 2); month <= Last; month++)
                if (month > 2 || First == 1) yield return Step(Year, month);
        }
    }

    /// <summary>The same kind of period before or after this one.</summary>
    public Period Shift(Frequency frequency, int count)
    {
        Period period = this;
        for (int i = 0; i < Math.Abs(count); i++)
        {
            period = frequency switch
            {
                Frequency.Year => period with { Year = period.Year + Math.Sign(count) },
                Frequency.Quarter => Quarter(period.Year * 4 + period.Last / 3 - 1 + Math.Sign(count)),
                _ => count > 0 ? period.NextStep : period.PreviousStep,
            };
        }

        return period;

        static Period Quarter(int ordinal) => new(ordinal / 4, ordinal % 4 * 3 + 1, ordinal % 4 * 3 + 3);
    }

    /// <summary>Whether a form of this rhythm can be for it.</summary>
    public bool Fits(Frequency frequency) => frequency switch
    {
        Frequency.Year => First == 1 && Last == 12,
        Frequency.Quarter => Last % 3 == 0 && First == Last - 2,
        _ => IsStep,
    };

    /// <summary>The newest period of a rhythm that had ended on a day.</summary>
    public static Period LastEnded(Frequency frequency, DateOnly day)
    {
        DateOnly month = day.AddMonths(-1);
        return frequency switch
        {
            Frequency.Year => new(day.Year - 1, 1, 12),
            Frequency.Quarter => day.Month <= 3 ? new(day.Year - 1, 10, 12) : new(day.Year, (day.Month - 1) / 3 * 3 - 2, (day.Month - 1) / 3 * 3),
            _ => month.Month == 1 ? Step(month.Year - 1, 12) : Step(month.Year, month.Month),
        };
    }

    public static bool TryParse(string? text, out Period period)
    {
        period = default;
        if (text is null) return false;
        string[] ends = text.Split("..");
        if (ends.Length == 2)
        {
            if (!TryMonth(ends[0], out int year, out int first) || !TryMonth(ends[1], out int lastYear, out int last) || year != lastYear || first > last || (first == 1 && last == 1) || first == 2) return false;
            period = new(year, first, last);
            return true;
        }

        if (text.Length == 4 && TryYear(text, out int whole))
        {
            period = new(whole, 1, 12);
            return true;
        }

        if (text.Length == 7 && text[5] == 'Q' && TryYear(text[..4], out int quarterYear) && text[6] is >= '1' and <= '4')
        {
            int last = (text[6] - '0') * 3;
            period = new(quarterYear, last - 2, last);
            return text[4] == '-';
        }

        if (!TryMonth(text, out int y, out int m) || m <= 2) return false;
        period = Step(y, m);
        return true;
    }

    public override string ToString() => (First, Last) switch
    {
        (1, 12) => Invariant($"{Year:0000}"),
        _ when First == Last => Invariant($"{Year:0000}-{Last:00}"),
        _ when Fits(Frequency.Quarter) => Invariant($"{Year:0000}-Q{Last / 3}"),
        _ => Invariant($"{Year:0000}-{First:00}..{Year:0000}-{Last:00}"),
    };

    /// <summary>For people.</summary>
    public Foundation.Text Name
    {
        get
        {
            string english = First == Last ? Month(Last) : First == 1 && Last == 12 ? "" : $"{Month(First)}–{Month(Last)}";
            return new(First == Last ? $"{Year}年{Last}月" : First == 1 && Last == 12 ? $"{Year}年" : $"{Year}年{First}—{Last}月", $"{english} {Year}".Trim());
        }
    }

    public int CompareTo(Period other) => Key.CompareTo(other.Key);

    public static bool operator <(Period a, Period b) => a.CompareTo(b) < 0;

    public static bool operator >(Period a, Period b) => a.CompareTo(b) > 0;

    public static bool operator <=(Period a, Period b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Period a, Period b) => a.CompareTo(b) >= 0;

    private static string Month(int month) => CultureInfo.InvariantCulture.DateTimeFormat.GetAbbreviatedMonthName(month);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static bool TryYear(string text, out int year) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out year) && year is >= 1949 and <= 2200;

    private static bool TryMonth(string text, out int year, out int month)
    {
        (year, month) = (0, 0);
        return text.Length == 7 && text[4] == '-' && TryYear(text[..4], out year)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out month) && month is >= 1 and <= 12;
    }
}
