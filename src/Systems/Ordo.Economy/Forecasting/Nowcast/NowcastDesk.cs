using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.Indicators;
using Ordo.Foundation;

namespace Ordo.Economy.Forecasting.Nowcast;

/// <summary>One step that has no complete forms yet.</summary>
/// <param name="Value">Expected, in the indicator's unit.</param>
/// <param name="Lower">Lower limit of the interval.</param>
/// <param name="Upper">Upper limit of the interval.</param>
/// <param name="Growth">Percent on the year.</param>
/// <param name="ElectricityGrowth">Percent on the year, of the metered enterprises, a day.</param>
/// <param name="DaysMetered">Days of the step that are over: the electricity of these.</param>
/// <param name="Days">Days of the step.</param>
/// <param name="Enterprises">Whose meters were read.</param>
/// <param name="MeteredShare">Percent of the electricity that all reported a year before.</param>
/// <param name="Release">Day on which the total of the forms is released.</param>
public sealed record NowcastPoint(
    string Period, double Value, double Lower, double Upper, double Growth, double ElectricityGrowth, int DaysMetered, int Days, int Enterprises, double MeteredShare, DateOnly Release);

/// <summary>Value of the running month by electricity, before its forms come.</summary>
/// <param name="Steps">Steps of the past that the regression was fitted on.</param>
/// <param name="MeteredSteps">Of these, how many have metered electricity; the others are as reported.</param>
/// <param name="Elasticity">Percent of output by one percent of electricity.</param>
/// <param name="Festival">Coefficient of the Spring Festival's move; <c>null</c> when it is not in the regression.</param>
/// <param name="Test"><c>null</c> when too few steps are left for it.</param>
/// <param name="Worth">Percent of the seasonal naive error that it would have saved.</param>
/// <param name="Refusal">Why there is no nowcast; then there are no points.</param>
public sealed record IndicatorNowcast(
    string Code, long AssetId, string? Industry, string? Chain, double Confidence, IReadOnlyList<NowcastPoint> Points, int Steps, int MeteredSteps, double? Elasticity, double? Festival, NowcastTest? Test, double? Worth,
    string? Refusal);

/// <summary>Makes the nowcast of a flow out of accepted forms and meters.</summary>
public sealed class NowcastDesk(MeteredElectricity meters)
{
    /// <summary>Steps looked back, and months of metered days read.</summary>
    private const int LongestHistory = 60, MeteredMonths = 37;

    /// <summary>Fewer days of a step say nothing about it.</summary>
    private const int FewestDays = 7;

    /// <summary>Percent of the electricity of a year before: the meters must stand for the whole.</summary>
    private const double SmallestShare = 50;

    private const int MostAhead = 3;

    public async Task<IndicatorNowcast> OfAsync(FigureReader reader, Indicator indicator, CellKey cell, StepSeries series, DateOnly today, double confidence, CancellationToken cancellation)
    {
        IndicatorNowcast Refuse(Text why, int steps = 0) => new(indicator.Code, cell.Area.Id, cell.Industry, cell.Chain, confidence, [], steps, 0, null, null, null, null, why.ToString());
        if (reader.IsProtected) return Refuse(new("现时预测用到单个企业的电表，须有查看报表的权限。", "The nowcast reads single enterprises' meters: it takes the right to read forms."));
        if (indicator.Kind != IndicatorKind.Flow || indicator.Frequency != Frequency.Month) return Refuse(new("只对月度流量指标作现时预测。", "Only monthly flows are nowcast."));
        if (series.Last is not { } last) return Refuse(new("还没有审定的数据。", "Nothing is accepted yet."));

        Selection selection = reader.Select(cell);
        Enterprise[] enterprises = [.. selection.Enterprises.Select(place => reader.Snapshot.Enterprises[place])];
        DateOnly from = new DateOnly(today.Year, today.Month, 1).AddMonths(-MeteredMonths);
        IReadOnlyDictionary<string, MeteredDays> metered = await meters.ReadDaysAsync([.. enterprises.Select(enterprise => enterprise.Path)], from, today, EconomyBook.Zone, cancellation);
        if (metered.Count == 0) return Refuse(new("没有企业的电表数据。", "No enterprise has meter data."));
        ElectricityRecord[] records = [.. selection.Enterprises.Select((place, index) => new ElectricityRecord(step => reader.Cube.Value("ELEC", place, step), metered.GetValueOrDefault(enterprises[index].Path)))];

        List<NowcastPoint> points = [];
        ElectricityNowcast? fit = null;
        NowcastTest? test = null;
        int history = 0, meteredSteps = 0;
        Text? refusal = null;
        Period step = last.NextStep;
        for (int ahead = 0; ahead < MostAhead && new DateOnly(step.Year, step.First, 1).AddDays(FewestDays) <= today; ahead++, step = step.NextStep)
        {
            int[] read = [.. Enumerable.Range(0, records.Length).Where(index => records[index].MeteredDay(step, today) is not null && records[index].Day(step.LastYear, last, today) is not null)];
            double share = Share(reader, selection, read, step.LastYear);
            if (share < SmallestShare)
            {
                refusal ??= new($"{step.Name.Zh}有电表数据的企业只占上年同期用电量的 {share:0}%，至少需要 {SmallestShare:0}%。", $"In {step.Name.En} the metered enterprises stand for {share:0} % of last year's electricity; {SmallestShare:0} % are needed.");
                continue;
            }

            (NowcastStep[] known, int byMeter) = Known(reader, indicator, cell, records, read, last, today);
            if (ElectricityNowcast.Of(known) is not { } regression)
            {
                refusal ??= new($"同比可算的期数只有 {known.Length}，回归至少需要 {ElectricityNowcast.Shortest} 期（即两年以上的数据）。",
                    $"Growth on the year is known of {known.Length} steps; the regression needs {ElectricityNowcast.Shortest}, which is more than two years of data.");
                continue;
            }

            if (reader.Read(indicator.Code, cell, step.LastYear).Value is not (> 0 and var basis)) continue;
            double electricity = Growth(records, read, step, last, today)!.Value;
            (double growth, double half) = regression.At(electricity, new NowcastStep(step, 1, 0, 0).FestivalShift, confidence);
            int days = ElectricityRecord.DaysOf(step), over = Math.Min(days, today.DayNumber - new DateOnly(step.Year, step.First, 1).DayNumber);
            points.Add(new(step.ToString(), (double)basis * Math.Exp(growth), (double)basis * Math.Exp(growth - half), (double)basis * Math.Exp(growth + half), Percent(growth), Percent(electricity), over, days, read.Length, share,
                reader.Snapshot.Rules.Calendar.ReleaseOf("M1", step)));
            (fit, history, meteredSteps) = (regression, known.Length, byMeter);
            test ??= ElectricityNowcast.Test(known, confidence);
        }

        if (points.Count > 0) return new(indicator.Code, cell.Area.Id, cell.Industry, cell.Chain, confidence, points, history, meteredSteps, fit!.Elasticity, fit.Festival, test, test?.Worth, null);
        return Refuse(refusal ?? new($"{last.NextStep.Name.Zh}过去不满 {FewestDays} 天。", $"{last.NextStep.Name.En} has not lasted {FewestDays} days yet."));
    }

    /// <summary>Steps of the past with growth of output and of electricity; how many of them have every enterprise's electricity by meter.</summary>
    private static (NowcastStep[] Known, int ByMeter) Known(FigureReader reader, Indicator indicator, CellKey cell, ElectricityRecord[] records, int[] read, Period last, DateOnly today)
    {
        List<NowcastStep> known = [];
        int byMeter = 0;
        Period step = last;
        for (int i = 0; i < LongestHistory; i++, step = step.PreviousStep)
        {
            if (reader.Read(indicator.Code, cell, step) is not { Growth: > -100 and var growth, Base: > 0 and var basis } || Growth(records, read, step, last, today) is not { } electricity) continue;
            known.Insert(0, new(step, (double)basis, Math.Log(1 + (double)growth / 100), electricity));
            if (read.All(index => records[index].MeteredDay(step, today) is not null)) byMeter++;
        }

        return ([.. known], byMeter);
    }

    /// <summary>Logarithm of a day's electricity by that of a year before, of the enterprises that have both; <c>null</c> when none has.</summary>
    private static double? Growth(ElectricityRecord[] records, int[] read, Period step, Period last, DateOnly today)
    {
        double now = 0, before = 0;
        foreach (int index in read)
        {
            if (records[index].Day(step, last, today) is not { } day || records[index].Day(step.LastYear, last, today) is not { } then) continue;
            now += day;
            before += then;
        }

        return now > 0 && before > 0 ? Math.Log(now / before) : null;
    }

    private static double Share(FigureReader reader, Selection selection, int[] read, Period lastYear)
    {
        decimal of = 0, all = 0;
        for (int index = 0; index < selection.Enterprises.Length; index++)
        {
            decimal value = (reader.Cube.Value("ELEC", selection.Enterprises[index], lastYear) ?? 0) * selection.WeightOf(index);
            all += value;
            if (read.Contains(index)) of += value;
        }

        return all > 0 ? (double)(of / all * 100) : 0;
    }

    private static double Percent(double logarithm) => (Math.Exp(logarithm) - 1) * 100;
}
