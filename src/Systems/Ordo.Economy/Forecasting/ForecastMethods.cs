namespace Ordo.Economy.Forecasting;

/// <summary>Every method by name, in the order in which they are shown: the benchmarks first, then what has to beat them.</summary>
public static class ForecastMethods
{
    public static IForecastMethod Naive { get; } = new NaiveMethod();
    public static IForecastMethod SeasonalNaive { get; } = new SeasonalNaiveMethod();
    public static IForecastMethod Naive2 { get; } = new AdjustedMethod("naive2", "Naive2", new NaiveMethod());
    public static IForecastMethod Ses { get; } = new AdjustedMethod("ses", "SES", new SmoothingMethod("SES", EtsTrend.None));
    public static IForecastMethod Holt { get; } = new AdjustedMethod("holt", "Holt", new SmoothingMethod("Holt", EtsTrend.Additive));
    public static IForecastMethod Damped { get; } = new AdjustedMethod("damped", "Damped", new SmoothingMethod("Damped", EtsTrend.Damped));
    public static IForecastMethod Theta { get; } = new AdjustedMethod("theta", "Theta", new ThetaMethod());
    public static IForecastMethod Ets { get; } = new EtsMethod();
    public static IForecastMethod Arima { get; } = new ArimaMethod();
    public static IForecastMethod Combination { get; } = new CalibratedMethod(
        new CombinationMethod("combination", Ets, Theta, Arima), new CombinationMethod("combination", Ets, Theta, new ArimaMethod(exact: false)));

    public static IReadOnlyList<IForecastMethod> All { get; } = [Naive, SeasonalNaive, Naive2, Ses, Holt, Damped, Theta, Ets, Arima, Combination];

    public static IForecastMethod? Find(string name) => All.FirstOrDefault(method => method.Name == name);

    internal static void Check(IForecastMethod method, ReadOnlySpan<double> history, int period, int horizon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        if (history.Length < method.MinimumLength) throw new SeriesTooShortException(method.Name, history.Length, method.MinimumLength);
        for (int i = 0; i < history.Length; i++)
            if (!double.IsFinite(history[i])) throw new ArgumentException($"Observation {i + 1} is not a number: {history[i]}. A gap must be filled or cut off before forecasting.", nameof(history));
    }

    internal static bool NeverNegative(ReadOnlySpan<double> history)
    {
        foreach (double value in history) if (value < 0) return false;
        return true;
    }
}
