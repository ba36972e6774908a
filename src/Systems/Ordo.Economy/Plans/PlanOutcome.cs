using Ordo.Economy.Forecasting;

namespace Ordo.Economy.Plans;

/// <summary>How far the end can be foreseen from what is known.</summary>
public enum OutcomeBasis
{
    /// <summary>Nothing to go on: no value, or no base to come from.</summary>
    None,

    /// <summary>One step only: the pace so far goes on. How sure that is cannot be said, so no probability is given.</summary>
    Pace,

    /// <summary>Several steps: their mean goes on, and their spread gives the interval and the probability.</summary>
    Steps,
}

/// <summary>One known value of a target's series.</summary>
/// <param name="Year">At the end of it.</param>
/// <param name="IsBound">The source says "more than", "about".</param>
/// <param name="FigureId">Where it is from.</param>
public sealed record OutcomePoint(int Year, decimal Value, bool IsBound = false, string? FigureId = null);

/// <param name="Lower">Of the 90 % interval; <c>null</c> where none can be given.</param>
public sealed record OutcomeYear(int Year, decimal Value, decimal? Lower, decimal? Upper);

/// <param name="Basis">What it rests on.</param>
/// <param name="Years">From the year after the last known one to the deadline.</param>
/// <param name="Probability">Percent that the target is reached; <c>null</c> where it cannot be said.</param>
/// <param name="Steps">Year-to-year steps it rests on.</param>
/// <param name="BestStep">Largest yearly progress so far.</param>
/// <param name="NeedsMoreThanEver">What each remaining year needs is more than any year brought.</param>
/// <param name="BackTestError">Mean error, in the target's unit, of forecasting each known year from those before it; <c>null</c> with fewer than three steps.</param>
public sealed record PlanOutcome(
    OutcomeBasis Basis, IReadOnlyList<OutcomeYear> Years, decimal? Probability, int Steps, decimal? BestStep, bool NeedsMoreThanEver, decimal? BackTestError)
{
    private const double Confidence = 0.9;

    public static readonly PlanOutcome Unknown = new(OutcomeBasis.None, [], null, 0, null, false, null);

    /// <summary>A level, share, or running sum that walks from year to year: the mean step goes on (random walk with drift).</summary>
    /// <param name="known">Oldest first, the base included.</param>
    /// <param name="isFalling">The target is below.</param>
    public static PlanOutcome OfLevels(IReadOnlyList<OutcomePoint> known, int deadline, decimal? target, bool isFalling = false)
    {
        if (known.Count < 2 || deadline <= known[^1].Year) return Unknown;
        (double mean, double variance, int steps, decimal? best) = Pace(known, isFalling);
        int left = deadline - known[^1].Year;
        double last = (double)known[^1].Value, span = known[^1].Year - known[0].Year;
        OutcomeYear YearAt(int ahead)
        {
            double value = last + mean * ahead;
            if (steps < 2) return new(known[^1].Year + ahead, Rounded(value), null, null);
            double half = StudentT.Quantile((1 + Confidence) / 2, steps - 1) * Math.Sqrt(variance * ahead * (1 + ahead / span));
            return new(known[^1].Year + ahead, Rounded(value), Rounded(value - half), Rounded(value + half));
        }
        OutcomeYear[] years = [.. Enumerable.Range(1, left).Select(YearAt)];
        decimal? needed = target is { } goal ? (goal - known[^1].Value) / left * (isFalling ? -1 : 1) : null;
        return new(steps < 2 ? OutcomeBasis.Pace : OutcomeBasis.Steps, years,
            target is { } wanted && steps >= 2 ? Chance(last + mean * left, Math.Sqrt(variance * left * (1 + left / span)), steps - 1, (double)wanted, isFalling) : null,
            steps, best, needed > 0 && best is { } b && steps >= 2 && needed > b, BackTest(known));
    }

    /// <summary>A mean of yearly rates: the rates still to come are like those that came.</summary>
    /// <param name="rates">Percent of each year from the first on.</param>
    public static PlanOutcome OfRates(IReadOnlyList<OutcomePoint> rates, int years, int deadline, decimal? target)
    {
        int left = years - rates.Count;
        if (rates.Count == 0 || left <= 0) return Unknown;
        double[] logs = [.. rates.Select(rate => Math.Log(1 + (double)rate.Value / 100))];
        double mean = logs.Average(), variance = logs.Length < 2 ? 0 : logs.Sum(x => (x - mean) * (x - mean)) / (logs.Length - 1);
        int steps = logs.Length;
        OutcomeYear YearAt(int ahead)
        {
            int count = rates.Count + ahead;
            double sum = logs.Sum() + mean * ahead;
            if (steps < 2) return new(deadline - left + ahead, Percent(sum / count), null, null);
            double half = StudentT.Quantile((1 + Confidence) / 2, steps - 1) * Math.Sqrt(variance * ahead * (1 + (double)ahead / steps));
            return new(deadline - left + ahead, Percent(sum / count), Percent((sum - half) / count), Percent((sum + half) / count));
        }
        decimal? chance = target is { } goal && steps >= 2
            ? Chance(logs.Sum() + mean * left, Math.Sqrt(variance * left * (1 + (double)left / steps)), steps - 1, Math.Log(1 + (double)goal / 100) * years, isFalling: false) : null;
        decimal best = rates.Max(rate => rate.Value);
        bool beyond = steps >= 2 && target is { } t && PlanMonitor.RequiredMeanGrowth(t, years, [.. rates.Select(rate => rate.Value)]) > (double)best;
        return new(steps < 2 ? OutcomeBasis.Pace : OutcomeBasis.Steps, [.. Enumerable.Range(1, left).Select(YearAt)], chance, steps, best, beyond, null);
    }

    /// <summary>Drift and variance of a year when values may lie several years apart: a step over k years has k times the variance of one.</summary>
    private static (double Mean, double Variance, int Steps, decimal? Best) Pace(IReadOnlyList<OutcomePoint> known, bool isFalling)
    {
        int steps = known.Count - 1;
        double mean = (double)(known[^1].Value - known[0].Value) / (known[^1].Year - known[0].Year), squares = 0;
        decimal best = decimal.MinValue;
        for (int i = 1; i <= steps; i++)
        {
            int gap = known[i].Year - known[i - 1].Year;
            double step = (double)(known[i].Value - known[i - 1].Value);
            squares += (step - mean * gap) * (step - mean * gap) / gap;
            best = Math.Max(best, (known[i].Value - known[i - 1].Value) / gap * (isFalling ? -1 : 1));
        }
        return (mean, steps < 2 ? 0 : squares / (steps - 1), steps, best);
    }

    /// <summary>Each year from the third on, forecast from those before it.</summary>
    private static decimal? BackTest(IReadOnlyList<OutcomePoint> known)
    {
        if (known.Count < 4) return null;
        decimal errors = 0;
        for (int i = 2; i < known.Count; i++)
        {
            decimal pace = (known[i - 1].Value - known[0].Value) / (known[i - 1].Year - known[0].Year);
            errors += Math.Abs(known[i].Value - known[i - 1].Value - pace * (known[i].Year - known[i - 1].Year));
        }
        return Math.Round(errors / (known.Count - 2), 4);
    }

    private static decimal Chance(double expected, double deviation, int freedom, double target, bool isFalling)
    {
        double distance = isFalling ? target - expected : expected - target;
        if (deviation <= 1e-12 * Math.Max(1, Math.Abs(expected))) return distance >= -1e-9 * Math.Max(1, Math.Abs(target)) ? 100 : 0;
        return Math.Round((decimal)(StudentT.Probability(distance / deviation, freedom) * 100), 1);
    }

    private static decimal Rounded(double value) => Math.Round((decimal)value, 4);

    private static decimal Percent(double log) => Rounded((Math.Exp(log) - 1) * 100);
}
