namespace Ordo.Economy.Forecasting;

/// <summary>What one method expects of a series, with the interval that belongs to it: a point forecast is never shown alone.</summary>
/// <param name="Mean">Point forecast, one value a step, first the step after the last observation.</param>
/// <param name="Lower">Lower limit of the central prediction interval.</param>
/// <param name="Upper">Upper limit of the central prediction interval.</param>
/// <param name="Model">What was fitted, for people: <c>ETS(M,Ad,M)</c>, <c>Theta</c>.</param>
/// <param name="Parameters">Fitted parameters by their usual name (alpha, beta, phi …), so that a stored forecast can be repeated.</param>
public sealed record Forecast(
    IReadOnlyList<double> Mean,
    IReadOnlyList<double> Lower,
    IReadOnlyList<double> Upper,
    string Model,
    IReadOnlyDictionary<string, double> Parameters);

/// <summary>One way to forecast a series of equal steps without gaps. Pure: the same series gives the same forecast.</summary>
public interface IForecastMethod
{
    /// <summary>Stable short name for programs: <c>theta</c>, <c>ets</c>.</summary>
    string Name { get; }

    /// <summary>Observations that are needed at least; below it the method throws <see cref="SeriesTooShortException"/>.</summary>
    int MinimumLength { get; }

    /// <param name="history">Observations in order of time, all finite.</param>
    /// <param name="period">Steps of one year: 12 monthly, 4 quarterly, 1 without a season.</param>
    /// <param name="horizon">Steps ahead, at least 1.</param>
    /// <param name="confidence">Probability of the interval, between 0 and 1, usually 0.9.</param>
    Forecast Forecast(ReadOnlySpan<double> history, int period, int horizon, double confidence = 0.9);
}

/// <summary>A series that a method cannot work with, because too little of it is known.</summary>
public sealed class SeriesTooShortException(string method, int length, int minimum)
    : ArgumentException($"{method} needs at least {minimum} observations, the series has {length}.")
{
    public int Length { get; } = length;
    public int Minimum { get; } = minimum;
}
