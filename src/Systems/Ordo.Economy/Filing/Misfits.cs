using Ordo.Economy.Figures;

namespace Ordo.Economy.Filing;

/// <param name="Slope">Change of the logarithm of output by that of electricity.</param>
/// <param name="Expected">What the regression expects.</param>
/// <param name="Score">Residual in robust standard deviations.</param>
/// <param name="Points">Months it was fitted on.</param>
public sealed record ElectricityFit(double Slope, decimal Expected, double Score, int Points);

/// <summary>Figures that do not fit (不相匹配的数据): output against electricity, against the meters, against peers.</summary>
public static class Misfits
{
    public const int ShortestFit = 9;

    /// <summary>Smallest deviation that is worth a question, in logarithms: 15 %. A history without noise would call anything strange.</summary>
    private const double SmallestDeviation = 0.14, MadToSigma = 1.4826;

    /// <summary>Least squares of ln(output) on ln(electricity) of the own months; how far the newest lies from the line, by the median absolute residual.</summary>
    /// <returns><c>null</c> with too short a history, or without variation.</returns>
    public static ElectricityFit? Fit(IReadOnlyList<(decimal Electricity, decimal Output)> history, decimal electricity, decimal output)
    {
        (double X, double Y)[] points = [.. history.Where(point => point is { Electricity: > 0, Output: > 0 }).Select(point => (Math.Log((double)point.Electricity), Math.Log((double)point.Output)))];
        if (points.Length < ShortestFit || electricity <= 0 || output <= 0) return null;
        double meanX = points.Average(point => point.X), meanY = points.Average(point => point.Y);
        double xx = points.Sum(point => (point.X - meanX) * (point.X - meanX)), xy = points.Sum(point => (point.X - meanX) * (point.Y - meanY));
        double slope = xx < 1e-9 ? 0 : Math.Clamp(xy / xx, 0, 2); // more electricity for less output is no law of a plant
        double[] residuals = [.. points.Select(point => point.Y - meanY - slope * (point.X - meanX))];
        double centre = Median(residuals), spread = Math.Max(MadToSigma * Median([.. residuals.Select(residual => Math.Abs(residual - centre))]), SmallestDeviation / 3.5);
        double expected = meanY + centre + slope * (Math.Log((double)electricity) - meanX);
        return new(slope, (decimal)Math.Exp(expected), (Math.Log((double)output) - expected) / spread, points.Length);
    }

    public static Finding? ByElectricity(CheckContext context, IReadOnlyDictionary<string, decimal> values)
    {
        if (!values.TryGetValue("GOV", out decimal output) || !values.TryGetValue("ELEC", out decimal electricity)) return null;
        List<(decimal, decimal)> history = [];
        Period period = context.Period;
        for (int i = 0; i < 36; i++)
        {
            period = period.PreviousStep;
            if (context.Snapshot.Latest.Value("GOV", context.Enterprise, period) is { } then && context.Snapshot.Latest.Value("ELEC", context.Enterprise, period) is { } used)
                history.Add((used / period.Months, then / period.Months));
        }

        if (Fit(history, electricity / context.Period.Months, output / context.Period.Months) is not { } fit || Math.Abs(fit.Score) <= context.Snapshot.Rules.Checks.ResidualLimit) return null;
        decimal expected = fit.Expected * context.Period.Months;
        return new("electricity:GOV", "GOV", FindingKind.Electricity, new(
            $"按本企业 {fit.Points} 个月的用电量推算，总产值约 {FilingChecks.Number(Math.Round(expected, 1))} 万元，填报 {FilingChecks.Number(output)} 万元，偏离 {fit.Score:0.0} 个稳健标准差。",
            $"By {fit.Points} months of the own electricity, output would be about {FilingChecks.Number(Math.Round(expected, 1))} 万元; reported {FilingChecks.Number(output)} 万元, {fit.Score:0.0} robust deviations off."), Math.Round(expected, 1));
    }

    public static Finding? ByMeter(CheckContext context, IReadOnlyDictionary<string, decimal> values)
    {
        if (context.MeteredElectricity is not (> 0 and var metered) || !values.TryGetValue("ELEC", out decimal reported)) return null;
        decimal deviation = (reported / metered - 1) * 100;
        return Math.Abs(deviation) <= context.Snapshot.Rules.Checks.MeterTolerance ? null : new("meter:ELEC", "ELEC", FindingKind.Meter, new(
            $"电表合计 {FilingChecks.Number(Math.Round(metered, 2))} 万kWh，填报 {FilingChecks.Number(reported)} 万kWh，相差 {deviation:0.0}%。",
            $"The meters say {FilingChecks.Number(Math.Round(metered, 2))} 万kWh, reported {FilingChecks.Number(reported)} 万kWh: {deviation:0.0} % apart."), Math.Round(metered, 2));
    }

    /// <summary>Electricity per output against enterprises of the same division, by the median of the logarithms.</summary>
    public static Finding? ByPeers(CheckContext context, IReadOnlyDictionary<string, decimal> values)
    {
        if (!values.TryGetValue("GOV", out decimal output) || !values.TryGetValue("STAFF", out decimal staff) || output <= 0 || staff <= 0) return null;
        EconomySnapshot snapshot = context.Snapshot;
        string division = snapshot.Enterprises[context.Enterprise].Division;
        if (division.Length == 0) return null;
        List<double> peers = [];
        for (int place = 0; place < snapshot.Enterprises.Count; place++)
        {
            if (place == context.Enterprise || snapshot.Enterprises[place].Division != division) continue;
            if (snapshot.Latest.Value("GOV", place, context.Period) is > 0 and var theirs && snapshot.Latest.Value("STAFF", place, context.Period) is > 0 and var heads)
                peers.Add(Math.Log((double)(theirs / heads)));
        }

        if (peers.Count < snapshot.Rules.Checks.FewestPeers) return null;
        double centre = Median([.. peers]), spread = Math.Max(MadToSigma * Median([.. peers.Select(peer => Math.Abs(peer - centre))]), 0.2);
        double score = (Math.Log((double)(output / staff)) - centre) / spread;
        decimal usual = Math.Round((decimal)Math.Exp(centre), 2), own = Math.Round(output / staff, 2);
        // The peers' own figures are nobody else's business, so only their middle is told.
        return Math.Abs(score) <= snapshot.Rules.Checks.PeerLimit ? null : new("peers:GOV", "GOV", FindingKind.Peers, new(
            $"人均产值 {FilingChecks.Number(own)} 万元，同行业 {peers.Count} 家企业中位数 {FilingChecks.Number(usual)} 万元。",
            $"Output per head is {FilingChecks.Number(own)} 万元; the median of {peers.Count} enterprises of the same industry is {FilingChecks.Number(usual)} 万元."), Math.Round(usual * staff, 1));
    }

    internal static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
