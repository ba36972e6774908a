using System.Globalization;

namespace Ordo.Economy.Growth;

/// <summary>How the windows around the Spring Festival (春节) fall into months: regressors for monthly series that the festival moves.</summary>
public static class SpringFestival
{
    private const int Around = 20, During = 7, FirstMeanYear = 1990, LastMeanYear = 2050;

    private static readonly ChineseLunisolarCalendar Lunar = new();
    private static readonly Lazy<double[]> Means = new(() => [.. Enumerable.Range(1, 12).Select(month => Enumerable.Range(FirstMeanYear, LastMeanYear - FirstMeanYear + 1).Average(year => Density(year, month)))]);

    /// <summary>The first day of the first lunar month (正月初一), 1902…2100.</summary>
    public static DateOnly DayOf(int year) => DateOnly.FromDateTime(Lunar.ToDateTime(year, 1, 1, 0, 0, 0, 0));

    /// <summary>Share of the 20 days before the festival day that lie in a month.</summary>
    public static decimal Before(DateOnly festival, int month) => Share(festival.AddDays(-Around), Around, month);

    /// <summary>Share of the seven days from the eve on.</summary>
    public static decimal Holiday(DateOnly festival, int month) => Share(festival.AddDays(-1), During, month);

    /// <summary>Share of the 20 days after those seven.</summary>
    public static decimal After(DateOnly festival, int month) => Share(festival.AddDays(During - 1), Around, month);

    /// <summary>
    /// How much more of a step of the monthly rhythm lies in the slow weeks behind the festival than in a mean year: share of its days, less the mean of 1990–2050.
    /// With January and February as one step only their border with March moves; every other step is 0.
    /// </summary>
    public static double Shift(Filing.Period step) => step.Last is 2 or 3 && step.IsStep && step.Year is >= 1902 and <= 2100 ? Density(step.Year, step.Last) - Means.Value[step.Last - 1] : 0;

    /// <summary>Days of the weeks behind the festival per day of the step that ends in February or in March.</summary>
    private static double Density(int year, int month)
    {
        if (month is not (2 or 3)) return 0;
        double inMarch = (double)After(DayOf(year), 3) * Around;
        return month == 3 ? inMarch / 31 : (Around - inMarch) / (DateTime.IsLeapYear(year) ? 60 : 59);
    }

    private static decimal Share(DateOnly first, int days, int month) =>
        Enumerable.Range(0, days).Count(day => first.AddDays(day).Month == month) / (decimal)days;
}
