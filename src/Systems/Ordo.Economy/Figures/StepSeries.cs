using Ordo.Economy.Filing;
using Ordo.Economy.Indicators;

namespace Ordo.Economy.Figures;

/// <summary>One step of a series: a month, or January and February together.</summary>
public sealed record StepValue(Period Period, double Value, int Reporting, int Expected);

/// <summary>A step that is not counted on yet, because forms are missing.</summary>
public sealed record IncompleteStep(string Period, int Reporting, int Expected);

/// <summary>A monthly indicator as one series of equal steps without a gap, eleven a year, as far back as that goes.</summary>
/// <param name="Values">Oldest first; the last is the newest complete step.</param>
/// <param name="Incomplete">Newer steps whose total lacks enterprises.</param>
public sealed record StepSeries(IReadOnlyList<StepValue> Values, IReadOnlyList<IncompleteStep> Incomplete)
{
    /// <summary>January and February are one step.</summary>
    public const int AYear = 11;

    public Period? First => Values.Count > 0 ? Values[0].Period : null;

    public Period? Last => Values.Count > 0 ? Values[^1].Period : null;

    public double[] Numbers => [.. Values.Select(step => step.Value)];

    /// <summary>A flow of the step alone, because what has been since January is no series of equal steps; others as they are told best.</summary>
    public static Period PeriodOf(Indicator indicator, Period step) => indicator.Kind == IndicatorKind.Flow ? step : FigureReader.Best(indicator, step);

    /// <param name="last">Newest step looked at.</param>
    /// <param name="most">Steps looked at.</param>
    /// <param name="fewestCoverage">Percent of the enterprises that reported within the year before; with fewer the total of a newest step is incomplete.</param>
    public static StepSeries Read(FigureReader reader, Indicator indicator, CellKey cell, Period last, int most, decimal fewestCoverage)
    {
        List<StepValue> values = [];
        for ((Period step, int count) = (last, 0); count < most; step = step.PreviousStep, count++)
        {
            Figure figure = reader.Read(indicator.Code, cell, PeriodOf(indicator, step));
            if (figure.Value is { } value) values.Add(new(step, (double)value, figure.Reporting, figure.Expected));
            else if (values.Count > 0) break; // a gap: what lies behind it is another series
        }

        values.Reverse();
        List<IncompleteStep> incomplete = [];
        bool additive = indicator.Kind is IndicatorKind.Flow or IndicatorKind.Level;
        while (additive && values.Count > 1 && values[^1] is var newest && values.Skip(values.Count - 1 - AYear).SkipLast(1).Max(step => step.Reporting) is var usual && newest.Reporting * 100 < fewestCoverage * usual)
        {
            incomplete.Insert(0, new(newest.Period.ToString(), newest.Reporting, newest.Expected));
            values.RemoveAt(values.Count - 1);
        }

        return new(values, incomplete);
    }
}
