using Ordo.Economy.Filing;

namespace Ordo.Economy.Forecasting.Nowcast;

/// <summary>Electricity of an enterprise's meters, day by day.</summary>
/// <param name="First">Day of the first value.</param>
/// <param name="Days">万kWh a day; NaN where the meters have no value.</param>
public sealed record MeteredDays(DateOnly First, double[] Days)
{
    /// <summary>Mean of the days of a step that have a value, and how many they are, up to the day before <paramref name="end"/>.</summary>
    public (double Mean, int Known) Of(Period step, DateOnly end)
    {
        DateOnly from = new(step.Year, step.First, 1), to = new DateOnly(step.Year, step.Last, 1).AddMonths(1);
        if (end < to) to = end;
        double sum = 0;
        int known = 0;
        for (int i = Math.Max(0, from.DayNumber - First.DayNumber); i < Days.Length && i < to.DayNumber - First.DayNumber; i++)
        {
            if (double.IsNaN(Days[i])) continue;
            sum += Days[i];
            known++;
        }

        return (known > 0 ? sum / known : 0, known);
    }
}

/// <summary>
/// Electricity of one enterprise step by step for a nowcast: by its meters where they have nearly every day, otherwise as it reported, brought to the meters' level by the
/// steps that have both.
/// </summary>
/// <param name="Reported">万kWh of a step; <c>null</c> when nothing was accepted.</param>
/// <param name="Metered"><c>null</c> without meters.</param>
public sealed record ElectricityRecord(Func<Period, decimal?> Reported, MeteredDays? Metered)
{
    /// <summary>Share of a step's days, or of the days of it that have passed, that must have a value.</summary>
    private const double FullEnough = 0.9;

    private const int StepsForLevel = 6;

    /// <summary>A day of the meters, of a step that may still run; <c>null</c> with too many gaps.</summary>
    /// <param name="end">First day that is not over.</param>
    public double? MeteredDay(Period step, DateOnly end)
    {
        DateOnly from = new(step.Year, step.First, 1), to = new DateOnly(step.Year, step.Last, 1).AddMonths(1);
        int days = (end < to ? end : to).DayNumber - from.DayNumber;
        return days > 0 && Metered?.Of(step, end) is { Mean: > 0 and var mean } found && found.Known >= FullEnough * days ? mean : null;
    }

    /// <summary>A day of a step that is over, on the meters' level; <c>null</c> when neither meters nor form have it.</summary>
    /// <param name="newest">Newest step that is over: where the level is looked for, backwards from there.</param>
    public double? Day(Period step, Period newest, DateOnly end) =>
        MeteredDay(step, end) ?? (Reported(step) is > 0 and var reported ? (double)reported / DaysOf(step) * Level(newest, end) : null);

    /// <summary>Metered by reported over up to six steps that have both; 1 when none has.</summary>
    private double Level(Period newest, DateOnly end)
    {
        double metered = 0, reported = 0;
        int found = 0;
        Period step = newest;
        for (int i = 0; i < 2 * StepsForLevel && found < StepsForLevel; i++, step = step.PreviousStep)
        {
            if (MeteredDay(step, end) is not { } day || Reported(step) is not (> 0 and var value)) continue;
            metered += day * DaysOf(step);
            reported += (double)value;
            found++;
        }

        return reported > 0 ? metered / reported : 1;
    }

    public static int DaysOf(Period step) => new DateOnly(step.Year, step.Last, 1).AddMonths(1).DayNumber - new DateOnly(step.Year, step.First, 1).DayNumber;
}
