using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.Forecasting.Arima;
using Ordo.Economy.Growth;

namespace Ordo.Economy.Forecasting.Festival;

/// <summary>
/// How much the slow weeks behind the Spring Festival take from a step: regression of the logarithms on <see cref="SpringFestival.Shift"/> with errors of the airline
/// model, as seasonal adjustment offices do it.
/// </summary>
/// <param name="Coefficient">Of the logarithm by the share of the step's days; −0.5 means that ten of March's 31 days take exp(−0.5 · 10 ÷ 31) − 1 = −14.9 %.</param>
/// <param name="StandardError">Of the coefficient.</param>
public sealed record FestivalEffect(double Coefficient, double StandardError)
{
    /// <summary>Five years of eleven steps: with fewer festivals the regression sees chance.</summary>
    public const int Shortest = 5 * StepSeries.AYear;

    private const int Rounds = 3;

    /// <summary>Percent by which ten more of March's days behind the festival change March.</summary>
    public double TenDaysOfMarch => (Math.Exp(Coefficient * 10 / 31) - 1) * 100;

    /// <param name="first">Step of the first observation.</param>
    /// <returns><c>null</c> with fewer than five years, or a value that has no logarithm.</returns>
    public static FestivalEffect? Of(ReadOnlySpan<double> history, Period first)
    {
        if (history.Length < Shortest || !SeasonalPattern.AllPositive(history)) return null;
        double[] logarithms = new double[history.Length], shifts = Shifts(first, history.Length);
        for (int i = 0; i < logarithms.Length; i++) logarithms[i] = Math.Log(history[i]);
        double[] values = Differenced(logarithms), regressor = Differenced(shifts), valueErrors = new double[values.Length], regressorErrors = new double[values.Length], cleaned = new double[values.Length];
        var airline = new ArimaOrder(0, 1, 1, 0, 1, 1, StepSeries.AYear);
        double coefficient = 0, squares = 0;
        for (int round = 0; round < Rounds; round++)
        {
            for (int t = 0; t < cleaned.Length; t++) cleaned[t] = values[t] - coefficient * regressor[t];
            var errors = new ArimaCoefficients(airline, [.. ArimaFit.Conditional(cleaned, airline).Coefficients]);
            ConditionalErrors.Of(values, errors, valueErrors);
            ConditionalErrors.Of(regressor, errors, regressorErrors);
            squares = Vectors.Dot(regressorErrors, regressorErrors);
            if (!(squares > 1e-9)) return null;
            coefficient = Vectors.Dot(regressorErrors, valueErrors) / squares;
        }

        double rest = 0;
        for (int t = 0; t < values.Length; t++) rest += Math.Pow(valueErrors[t] - coefficient * regressorErrors[t], 2);
        return double.IsFinite(coefficient) ? new(coefficient, Math.Sqrt(rest / Math.Max(values.Length - 3, 1) / squares)) : null;
    }

    internal static double[] Shifts(Period first, int count)
    {
        double[] shifts = new double[count];
        Period step = first;
        for (int i = 0; i < count; i++, step = step.NextStep) shifts[i] = SpringFestival.Shift(step);
        return shifts;
    }

    private static double[] Differenced(double[] values) => Stationarity.Differenced(Stationarity.Differenced(values, StepSeries.AYear), 1);
}

/// <summary>Another method on the series without the festival's effect, the effect of the coming years put back; without five years it is the other method.</summary>
/// <param name="first">Step of the first observation of every series that it is given.</param>
internal sealed class FestivalMethod(IForecastMethod inner, Period first) : IForecastMethod
{
    public string Name => inner.Name;
    public int MinimumLength => inner.MinimumLength;

    public Forecast Forecast(ReadOnlySpan<double> history, int period, int horizon, double confidence = 0.9)
    {
        if (FestivalEffect.Of(history, first) is not { } effect) return inner.Forecast(history, period, horizon, confidence);
        int known = history.Length;
        double[] factors = [.. FestivalEffect.Shifts(first, known + horizon).Select(shift => Math.Exp(effect.Coefficient * shift))], without = new double[known];
        for (int t = 0; t < without.Length; t++) without[t] = history[t] / factors[t];
        Forecast forecast = inner.Forecast(without, period, horizon, confidence);
        double[] Back(IReadOnlyList<double> values) => [.. values.Select((value, h) => value * factors[known + h])];
        return forecast with
        {
            Mean = Back(forecast.Mean), Lower = Back(forecast.Lower), Upper = Back(forecast.Upper), Model = $"{forecast.Model}, Spring Festival taken off and put back",
            Parameters = new Dictionary<string, double>(forecast.Parameters, StringComparer.Ordinal) { ["springFestival"] = effect.Coefficient },
        };
    }
}

/// <summary>What the Spring Festival did to a forecast.</summary>
/// <param name="Used">The effect was taken off before the model and put back after it, because the back-test was better so.</param>
/// <param name="TenDaysOfMarch">Percent by which ten more days of March behind the festival change March; <c>null</c> when it was not estimated.</param>
/// <param name="Coefficient">Of the logarithm by the share of a step's days.</param>
/// <param name="StandardError">Of the coefficient.</param>
/// <param name="SmapeWith">sMAPE of the back-test with it, percent.</param>
/// <param name="SmapeWithout">sMAPE of the back-test without it, percent.</param>
/// <param name="Reason">Why it is used or not, for people.</param>
public sealed record FestivalReport(bool Used, double? TenDaysOfMarch, double? Coefficient, double? StandardError, double? SmapeWith, double? SmapeWithout, string Reason);

/// <summary>Decides by the back-test whether the festival's effect is taken off before a method.</summary>
internal static class FestivalChoice
{
    /// <returns>The method to use, its back-test, and what to tell.</returns>
    public static (IForecastMethod Method, RollingTest? Test, FestivalReport Report) Of(IForecastMethod method, ReadOnlySpan<double> series, Period first, int horizon, int shortest, double confidence)
    {
        var plain = RollingTest.Of(method, series, StepSeries.AYear, horizon, shortest, confidence);
        if (!SeasonalPattern.AllPositive(series)) return (method, plain, Without(new("序列有零或负数，没有对数，不作春节调整。", "The series has zeros or negative values and no logarithms: the Spring Festival is left in.")));
        if (FestivalEffect.Of(series, first) is not { } effect)
        {
            return (method, plain, Without(new($"春节效应需 {FestivalEffect.Shortest} 期（五年）估计，现有 {series.Length} 期；1—2 月已合并，春节在两月间的移动不影响。",
                $"The effect of the Spring Festival needs {FestivalEffect.Shortest} steps (five years), there are {series.Length}; January and February are one step, so its move between them does no harm.")));
        }

        var adjusted = new FestivalMethod(method, first);
        var test = RollingTest.Of(adjusted, series, StepSeries.AYear, horizon, shortest, confidence);
        bool better = plain is not null && test is not null && test.Smape < plain.Smape;
        Foundation.Text reason = better ? new("回测误差因此变小，已采用。", "The back-test is better with it, so it is used.") : new("回测误差没有因此变小，未采用。", "The back-test is no better with it, so it is left out.");
        return (better ? adjusted : method, better ? test : plain, new(better, effect.TenDaysOfMarch, effect.Coefficient, effect.StandardError, test?.Smape, plain?.Smape, reason.ToString()));
    }

    private static FestivalReport Without(Foundation.Text reason) => new(false, null, null, null, null, null, reason.ToString());
}
