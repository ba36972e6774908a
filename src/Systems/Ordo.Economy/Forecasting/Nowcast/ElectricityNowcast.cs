using Ordo.Economy.Filing;
using Ordo.Economy.Growth;

namespace Ordo.Economy.Forecasting.Nowcast;

/// <summary>A step whose output is known, with its electricity.</summary>
/// <param name="Base">The same enterprises a year before.</param>
/// <param name="OutputGrowth">Logarithm of the step by the base.</param>
/// <param name="ElectricityGrowth">Logarithm of electricity on the year, of the same enterprises in both years.</param>
public readonly record struct NowcastStep(Period Step, double Base, double OutputGrowth, double ElectricityGrowth)
{
    /// <summary>How much more of it lies behind the Spring Festival than of the year before.</summary>
    public double FestivalShift => SpringFestival.Shift(Step) - SpringFestival.Shift(Step.LastYear);
}

/// <summary>How the nowcast would have done on steps that it was not shown, against the same step of the year before.</summary>
/// <param name="Errors">Steps compared.</param>
/// <param name="Smape">Percent.</param>
/// <param name="SeasonalNaiveSmape">Of taking last year's value, percent.</param>
/// <param name="Covered">Share of the actual values within the interval, percent.</param>
public sealed record NowcastTest(int Errors, double Smape, double SeasonalNaiveSmape, double Covered)
{
    /// <summary>Percent of the seasonal naive error that electricity saves; negative when it does harm.</summary>
    public double Worth => SeasonalNaiveSmape > 0 ? (1 - Smape / SeasonalNaiveSmape) * 100 : 0;
}

/// <summary>
/// Output of a step before its forms come (现时预测): regression of growth on the year by growth of electricity on the year and, from 24 steps on, by how the Spring Festival
/// moved. Growth, because levels would only say that both have trend and season.
/// </summary>
/// <param name="Intercept">Growth of output without growth of electricity, in logarithms.</param>
/// <param name="Elasticity">Percent of output by one percent of electricity.</param>
/// <param name="Festival">Coefficient of the festival's move; <c>null</c> when it is not in the regression.</param>
/// <param name="Deviation">Standard deviation of the residuals, in logarithms.</param>
/// <param name="Steps">Steps it was fitted on.</param>
public sealed record ElectricityNowcast(double Intercept, double Elasticity, double? Festival, double Deviation, int Steps)
{
    /// <summary>Fewer steps say nothing about how output follows electricity.</summary>
    public const int Shortest = 12;

    private const int ShortestWithFestival = 24, MostOrigins = 12, FewestOrigins = 3;

    private double[,] inverse = new double[0, 0];

    /// <returns><c>null</c> with fewer than 12 steps, or when electricity does not vary.</returns>
    public static ElectricityNowcast? Of(ReadOnlySpan<NowcastStep> known)
    {
        if (known.Length < Shortest) return null;
        bool festival = known.Length >= ShortestWithFestival && Varies(known, step => step.FestivalShift);
        if (!Varies(known, step => step.ElectricityGrowth)) return null;
        int count = festival ? 3 : 2;
        double[,] normal = new double[count, count];
        double[] right = new double[count];
        foreach (NowcastStep step in known)
        {
            double[] row = RowOf(step.ElectricityGrowth, step.FestivalShift, count);
            for (int i = 0; i < count; i++)
            {
                right[i] += row[i] * step.OutputGrowth;
                for (int j = 0; j < count; j++) normal[i, j] += row[i] * row[j];
            }
        }

        double[,] inverse = new double[count, count];
        for (int column = 0; column < count; column++)
        {
            double[] unit = new double[count];
            unit[column] = 1;
            if (LinearEquations.Solve((double[,])normal.Clone(), unit) is not { } solved) return null;
            for (int i = 0; i < count; i++) inverse[i, column] = solved[i];
        }

        double[] coefficients = new double[count];
        for (int i = 0; i < count; i++) for (int j = 0; j < count; j++) coefficients[i] += inverse[i, j] * right[j];
        double squares = 0;
        foreach (NowcastStep step in known)
        {
            double[] row = RowOf(step.ElectricityGrowth, step.FestivalShift, count);
            double residual = step.OutputGrowth;
            for (int i = 0; i < count; i++) residual -= coefficients[i] * row[i];
            squares += residual * residual;
        }

        return new(coefficients[0], coefficients[1], festival ? coefficients[2] : null, Math.Sqrt(squares / (known.Length - count)), known.Length) { inverse = inverse };
    }

    /// <returns>Growth of output on the year in logarithms, and half the width of its prediction interval.</returns>
    public (double Growth, double HalfWidth) At(double electricityGrowth, double festivalShift, double confidence)
    {
        int count = Festival is null ? 2 : 3;
        double[] row = RowOf(electricityGrowth, festivalShift, count);
        double leverage = 0;
        for (int i = 0; i < count; i++) for (int j = 0; j < count; j++) leverage += row[i] * inverse[i, j] * row[j];
        double growth = Intercept + Elasticity * electricityGrowth + (Festival ?? 0) * festivalShift;
        return (growth, StudentT.Quantile((1 + confidence) / 2, Steps - count) * Deviation * Math.Sqrt(1 + leverage));
    }

    /// <summary>From up to twelve points of the past, each time fitted only on what was known by then.</summary>
    /// <returns><c>null</c> when fewer than three points are left.</returns>
    public static NowcastTest? Test(ReadOnlySpan<NowcastStep> known, double confidence)
    {
        int first = Math.Max(Shortest, known.Length - MostOrigins), covered = 0;
        List<double> actual = [], expected = [], naive = [];
        for (int origin = first; origin < known.Length; origin++)
        {
            if (Of(known[..origin]) is not { } fit) continue;
            NowcastStep step = known[origin];
            (double growth, double half) = fit.At(step.ElectricityGrowth, step.FestivalShift, confidence);
            actual.Add(step.Base * Math.Exp(step.OutputGrowth));
            expected.Add(step.Base * Math.Exp(growth));
            naive.Add(step.Base);
            if (Math.Abs(step.OutputGrowth - growth) <= half) covered++;
        }

        if (actual.Count < FewestOrigins) return null;
        double[] values = [.. actual];
        return new(values.Length, Accuracy.Smape(values, [.. expected]), Accuracy.Smape(values, [.. naive]), covered * 100.0 / values.Length);
    }

    private static double[] RowOf(double electricityGrowth, double festivalShift, int count) => count == 3 ? [1, electricityGrowth, festivalShift] : [1, electricityGrowth];

    private static bool Varies(ReadOnlySpan<NowcastStep> known, Func<NowcastStep, double> of)
    {
        double mean = 0, squares = 0;
        foreach (NowcastStep step in known) mean += of(step) / known.Length;
        foreach (NowcastStep step in known) squares += Math.Pow(of(step) - mean, 2);
        return squares > 1e-8;
    }
}
