namespace Ordo.Economy.Forecasting;

public enum EtsError { Additive, Multiplicative }

public enum EtsTrend { None, Additive, Damped }

public enum EtsSeason { None, Additive, Multiplicative }

/// <summary>One member of the exponential smoothing family in the notation of Hyndman: error, trend, season.</summary>
public readonly record struct EtsForm(EtsError Error, EtsTrend Trend, EtsSeason Season)
{
    public override string ToString() =>
        $"ETS({(Error == EtsError.Additive ? "A" : "M")},{Trend switch { EtsTrend.None => "N", EtsTrend.Additive => "A", _ => "Ad" }},{Season switch { EtsSeason.None => "N", EtsSeason.Additive => "A", _ => "M" }})";

    /// <summary>Smoothing parameters that are fitted: alpha, and beta, phi, gamma where the form has them.</summary>
    internal int SmoothingParameters => 1 + (int)Trend + (Season == EtsSeason.None ? 0 : 1);

    /// <summary>Everything that is estimated, also the starting states and the variance: what the information criterion charges for.</summary>
    internal int Parameters(int period) =>
        SmoothingParameters + 1 + (Trend == EtsTrend.None ? 0 : 1) + (Season == EtsSeason.None ? 0 : period - 1) + 1;
}

/// <summary>Smoothing parameters. Trend smoothing is relative to the level's (<c>beta = alpha · TrendShare</c>), the season's to what the level leaves, so that any value in (0, 1) is admissible.</summary>
/// <param name="Alpha">Level, 0…1.</param>
/// <param name="TrendShare">Trend, 0…1; this is the beta of Holt's own equations.</param>
/// <param name="SeasonShare">Season, 0…1.</param>
/// <param name="Phi">Damping of the trend, 1 without damping.</param>
public readonly record struct EtsParameters(double Alpha, double TrendShare = 0, double SeasonShare = 0, double Phi = 1)
{
    public double Beta => Alpha * TrendShare;
    public double Gamma => (1 - Alpha) * SeasonShare;
}

/// <summary>Level, slope and season at one moment; <see cref="Seasons"/> starts with the index of the next observation.</summary>
public sealed record EtsState(double Level, double Slope, IReadOnlyList<double> Seasons);
