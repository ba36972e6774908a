namespace Ordo.Economy.Growth;

/// <summary>How the windows around the Spring Festival (春节) fall into months: regressors for monthly series that the festival moves.</summary>
public static class SpringFestival
{
    private const int Around = 20, During = 7;

    /// <summary>Share of the 20 days before the festival day that lie in a month.</summary>
    public static decimal Before(DateOnly festival, int month) => Share(festival.AddDays(-Around), Around, month);

    /// <summary>Share of the seven days from the eve on.</summary>
    public static decimal Holiday(DateOnly festival, int month) => Share(festival.AddDays(-1), During, month);

    /// <summary>Share of the 20 days after those seven.</summary>
    public static decimal After(DateOnly festival, int month) => Share(festival.AddDays(During - 1), Around, month);

    private static decimal Share(DateOnly first, int days, int month) =>
        Enumerable.Range(0, days).Count(day => first.AddDays(day).Month == month) / (decimal)days;
}
