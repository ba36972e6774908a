namespace Ordo.Economy.Forecasting;

/// <summary>The plain mean of several methods, limits included: what the competitions found hardest to beat.</summary>
internal sealed class CombinationMethod(string name, params IForecastMethod[] members) : IForecastMethod
{
    public string Name => name;
    public int MinimumLength => members.Max(member => member.MinimumLength);

    public Forecast Forecast(ReadOnlySpan<double> history, int period, int horizon, double confidence = 0.9)
    {
        ForecastMethods.Check(this, history, period, horizon);
        double[] mean = new double[horizon], lower = new double[horizon], upper = new double[horizon];
        List<string> models = [];
        foreach (IForecastMethod member in members)
        {
            Forecast part = member.Forecast(history, period, horizon, confidence);
            models.Add(part.Model);
            for (int h = 0; h < horizon; h++)
            {
                mean[h] += part.Mean[h] / members.Length;
                lower[h] += part.Lower[h] / members.Length;
                upper[h] += part.Upper[h] / members.Length;
            }
        }
        return new Forecast(mean, lower, upper, $"Mean of {string.Join(" + ", models)}", new Dictionary<string, double>());
    }
}
