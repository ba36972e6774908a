namespace Ordo.Economy.Plans;

/// <summary>Judges one target against time by the rule of its kind. Pure: the day is an argument, and the bands are the reader's.</summary>
public static class PlanMonitor
{
    /// <summary>Share of the plan's years that have passed at the end of a day, percent 0…100. Every year counts alike, so the end of the third of five is 60.</summary>
    public static decimal TimeProgress(DateOnly start, DateOnly end, DateOnly asOf)
    {
        CheckDates(start, end);
        if (asOf < start) return 0;
        if (asOf >= end) return 100;
        return YearsUntil(start, asOf) * 100 / YearsUntil(start, end);
    }

    /// <summary>The same by days: 1277 of 1826 at the middle of 2024 in a plan for 2021–2025.</summary>
    public static decimal TimeProgressByDays(DateOnly start, DateOnly end, DateOnly asOf)
    {
        CheckDates(start, end);
        int all = end.DayNumber - start.DayNumber + 1, passed = Math.Clamp(asOf.DayNumber - start.DayNumber + 1, 0, all);
        return passed * 100m / all;
    }

    /// <summary>Share of a year that normally is done by the end of a month, from the monthly shares of earlier years.</summary>
    /// <param name="monthlyShares">Twelve, percent, summing to 100.</param>
    public static decimal SeasonalTimeProgress(IReadOnlyList<decimal> monthlyShares, int month)
    {
        if (monthlyShares.Count != 12 || Math.Abs(monthlyShares.Sum() - 100) > 0.5m) throw new ArgumentException("Twelve monthly shares that sum to 100 are needed.", nameof(monthlyShares));
        return monthlyShares.Take(month).Sum();
    }

    /// <summary>Growth in percent that each remaining year needs so that the mean reaches the target.</summary>
    public static double RequiredMeanGrowth(decimal targetMean, int years, IReadOnlyList<decimal> done)
    {
        if (done.Count >= years) throw new ArgumentOutOfRangeException(nameof(done), "No year is left.");
        double needed = Math.Pow((double)(1 + targetMean / 100), years) / (double)Growth.GrowthRate.Factor(done);
        return (Math.Pow(needed, 1.0 / (years - done.Count)) - 1) * 100;
    }

    public static PlanAssessment Assess(PlanTarget target, PlanActual actual, PlanBands bands)
    {
        decimal time = TimeProgress(target.Start, target.End, actual.AsOf);
        if (target.Target is not { } goal) return Empty(PlanStatus.TargetNotSet, time);
        if (target.Kind == TargetKind.MeanGrowth) return OfMeanGrowth(target, goal, actual, time, bands);
        if (actual.Value is not { } value) return Empty(PlanStatus.NoData, time);
        return target.Kind == TargetKind.Ceiling ? OfCeiling(goal, value, actual, time, bands) : OfWay(target, goal, value, actual, time, bands);
    }

    /// <summary>Kinds that have a way to go: from a base, or from zero, to the target.</summary>
    private static PlanAssessment OfWay(PlanTarget target, decimal goal, decimal value, PlanActual actual, decimal time, PlanBands bands)
    {
        // A sum of flows, and a count of objects done, begin at zero whatever the period before brought.
        bool fromZero = target.Kind is TargetKind.Cumulative or TargetKind.YesNo;
        bool hasNoBase = !fromZero && target.Base is null;
        decimal start = fromZero ? 0 : target.Base ?? 0;
        // A falling level without a base has no way; what can be said is only whether it is there.
        bool isThere = target.Kind == TargetKind.Falling && (hasNoBase || goal < start) ? value <= goal : value >= goal;
        decimal? progress = goal == start || (hasNoBase && target.Kind == TargetKind.Falling) ? (isThere ? 100 : null) : (value - start) / (goal - start) * 100;
        decimal? index = progress is { } p && time > 0 ? p / time : null;
        decimal? path = progress is null || (hasNoBase && target.Kind == TargetKind.Falling) ? null : start + (goal - start) * time / 100;
        decimal rest = isThere ? 0 : goal - value, years = RemainingYears(target, actual.AsOf);
        decimal? required = isThere ? 0 : years > 0 ? rest / years : null;
        bool isOver = actual.AsOf >= target.End;

        // A lower bound on a falling level is the other way round: the value may be higher, so it proves nothing.
        bool provesNothing = actual.IsLowerBound && target.Kind == TargetKind.Falling && (hasNoBase || goal < start);
        if (provesNothing) return Empty(PlanStatus.NoData, time) with { IsLowerBound = true, HasNoBase = hasNoBase };
        PlanStatus status = isThere ? PlanStatus.Done
            : isOver ? (actual.IsLowerBound ? PlanStatus.NoData : PlanStatus.Missed)
            : target.Kind == TargetKind.YesNo && goal == 1 ? PlanStatus.OnTrack // one object, not yet due: half a yes does not exist
            : index is { } i ? OfIndex(i, bands)
            : time == 0 ? PlanStatus.OnTrack : PlanStatus.AtRisk;
        if (status == PlanStatus.AtRisk && actual.IsLowerBound) status = PlanStatus.NoData; // "more than" cannot prove a delay
        return new(status, DelayOf(status, index, bands), progress, time, index, path, rest, required, actual.IsLowerBound, hasNoBase);
    }

    private static PlanAssessment OfMeanGrowth(PlanTarget target, decimal goal, PlanActual actual, decimal time, PlanBands bands)
    {
        if (actual.YearlyRates is not { Count: > 0 } rates) return Empty(PlanStatus.NoData, time);
        int years = target.End.Year - target.Start.Year + 1;
        decimal mean = (decimal)Growth.GrowthRate.Mean(rates);
        decimal? index = goal > 0 ? mean / goal : null;
        bool isOver = rates.Count >= years;
        decimal? required = isOver ? null : (decimal)RequiredMeanGrowth(goal, years, rates);
        // Until the last year a good mean can still be spoilt, so it is never done before.
        PlanStatus status = isOver ? (mean >= goal ? PlanStatus.Done : PlanStatus.Missed)
            : index is { } i ? OfIndex(i, bands) : mean >= goal ? PlanStatus.OnTrack : PlanStatus.AtRisk;
        return new(status, DelayOf(status, index, bands), index * 100, time, index, goal, Math.Max(goal - mean, 0), required, actual.IsLowerBound, HasNoBase: false);
    }

    private static PlanAssessment OfCeiling(decimal ceiling, decimal value, PlanActual actual, decimal time, PlanBands bands)
    {
        decimal? used = ceiling > 0 ? value / ceiling : null;
        bool exceeded = value > ceiling, isOver = time >= 100;
        if (actual.IsLowerBound && !exceeded) return Empty(PlanStatus.NoData, time) with { Progress = used * 100, IsLowerBound = true };
        PlanStatus status = isOver ? (exceeded ? PlanStatus.Missed : PlanStatus.Done)
            : exceeded || used >= bands.CeilingWarning ? PlanStatus.AtRisk : PlanStatus.OnTrack;
        Delay delay = status != PlanStatus.AtRisk ? Delay.None : exceeded ? Delay.Serious : Delay.Slight;
        return new(status, delay, used * 100, time, null, ceiling, exceeded ? ceiling - value : 0, null, actual.IsLowerBound, HasNoBase: false);
    }

    private static PlanStatus OfIndex(decimal index, PlanBands bands) =>
        index >= bands.Ahead ? PlanStatus.Ahead : index >= bands.OnTrack ? PlanStatus.OnTrack : PlanStatus.AtRisk;

    private static Delay DelayOf(PlanStatus status, decimal? index, PlanBands bands) =>
        status != PlanStatus.AtRisk ? Delay.None
        : index >= bands.SlightlyBehind ? Delay.Slight
        : index >= bands.Behind ? Delay.Clear : Delay.Serious;

    private static PlanAssessment Empty(PlanStatus status, decimal time) => new(status, Delay.None, null, time, null, null, null, null, false, false);

    private static decimal RemainingYears(PlanTarget target, DateOnly asOf) =>
        asOf >= target.End ? 0 : YearsUntil(target.Start, target.End) - (asOf < target.Start ? 0 : YearsUntil(target.Start, asOf));

    /// <summary>Years from the morning of the first day to the evening of the last; a day is its year's 365th or 366th part.</summary>
    private static decimal YearsUntil(DateOnly first, DateOnly last) => Position(last.AddDays(1)) - Position(first);

    private static decimal Position(DateOnly day) => day.Year + (day.DayOfYear - 1) / (DateTime.IsLeapYear(day.Year) ? 366m : 365m);

    private static void CheckDates(DateOnly start, DateOnly end)
    {
        if (end < start) throw new ArgumentException("A plan ends after it starts.", nameof(end));
    }
}
