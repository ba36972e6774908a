using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Economy.Breaks;
using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.Forecasting.Festival;
using Ordo.Economy.Forecasting.Nowcast;
using Ordo.Economy.Indicators;
using Ordo.Economy.WarningLights;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Economy.Forecasting;

/// <param name="Actual">What came, when it is known by now: of a forecast as of an earlier day.</param>
public sealed record ForecastPoint(string Period, double Value, double Lower, double Upper, decimal? Actual);

/// <summary>Forecast of a monthly indicator. The same day, area and indicator give the same forecast again, so one seen earlier is asked for by its day.</summary>
/// <param name="CutOff">Newest step that was used.</param>
/// <param name="From">Oldest step that was used.</param>
/// <param name="Steps">Steps used, eleven a year.</param>
/// <param name="Incomplete">Newer steps that were not used, because forms are missing.</param>
/// <param name="Confidence">Probability of the interval.</param>
/// <param name="Method">Name of the method.</param>
/// <param name="Methods">Names that may be asked for.</param>
/// <param name="Model">What was fitted.</param>
/// <param name="BackTest"><c>null</c> when the series is too short to spare anything.</param>
/// <param name="Festival">What the Spring Festival did to it; <c>null</c> where it is not looked for.</param>
/// <param name="Refusal">Why there is no forecast; then there are no points.</param>
public sealed record IndicatorForecast(
    string Code, long AssetId, string? Industry, string? Chain, DateOnly? AsOf, string? From, string? CutOff, int Steps, IReadOnlyList<IncompleteStep> Incomplete, double Confidence, string Method, IReadOnlyList<string> Methods, string? Model,
    IReadOnlyList<ForecastPoint> Points, RollingTest? BackTest, FestivalReport? Festival, string? Refusal, bool IsProtected);

/// <param name="Value">As reported.</param>
/// <param name="Expected">By its neighbours and its season.</param>
/// <param name="Distance">Robust standard deviations.</param>
public sealed record AnomalyMark(string Period, double Value, double Expected, double Distance, int Reporting);

/// <param name="Jump">At the step; percent where <see cref="IndicatorMarks.IsPercent"/>, else in the unit.</param>
/// <param name="SlopeBefore">A year.</param>
/// <param name="SlopeAfter">A year.</param>
/// <param name="ReportingBefore">Enterprises in the step before: other enterprises are a break of the scope, not of the economy.</param>
public sealed record BreakMark(string Period, double Jump, double SlopeBefore, double SlopeAfter, double Statistic, int ReportingBefore, int ReportingAfter);

/// <summary>What is odd about an indicator's series.</summary>
/// <param name="Limit">Distance beyond which a value is an anomaly.</param>
/// <param name="BreakLimit">Statistic beyond which a place is a break.</param>
public sealed record IndicatorMarks(
    string Code, long AssetId, int Steps, bool IsPercent, bool IsSeasonal, double Limit, double BreakLimit, int FewestForBreaks, IReadOnlyList<AnomalyMark> Anomalies, IReadOnlyList<BreakMark> Breaks);

/// <summary><c>/api/v1/economy/forecast</c>, <c>/nowcast</c> and <c>/marks</c></summary>
internal static class ForecastEndpoints
{
    private const int LongestSeries = 240, DefaultHorizon = 6, LongestHorizon = 22;

    /// <summary>Two years: less shows no season.</summary>
    private const int ShortestSeries = 2 * StepSeries.AYear;

    /// <summary>Of a back-test's first origin.</summary>
    private const int ShortestKnown = StepSeries.AYear + 4;

    private const double Confidence = 0.9;

    public static void MapForecasts(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder economy = routes.MapGroup("/api/v1/economy").WithTags("Economy").RequireAuthorization(Permissions.ReadEconomy).ProducesProblem(400).ProducesProblem(404);
        economy.MapGet("/forecast", Forecast).WithName("GetEconomyForecast").WithSummary("Forecast of a monthly indicator with its interval and its back-test; a series too short is refused with the reason");
        economy.MapGet("/nowcast", Nowcast).WithName("GetEconomyNowcast").WithSummary("Value of the months without forms by metered electricity, with its back-test; refused with the reason where there is too little");
        economy.MapGet("/marks", Marks).WithName("GetEconomyMarks").WithSummary("Anomalies and structural breaks of a monthly indicator");
    }

    private static async Task<Ok<IndicatorForecast>> Forecast(
        EconomyDoor door, EconomyBook book, Caller caller, string code, CancellationToken cancellation, long? asset = null, string? industry = null, string? chain = null,
        [Description("Steps ahead, eleven a year; default 6")] int? horizon = null, DateOnly? asOf = null, [Description("Name of a method; default the combination")] string? method = null)
    {
        string[] methods = [.. ForecastMethods.All.Select(each => each.Name)];
        IForecastMethod chosen = ForecastMethods.Find(method ?? ForecastMethods.Combination.Name)
            ?? throw new ProblemException(Problems.BadRequest("method", new($"没有这种方法；可用：{string.Join("、", methods)}。", $"There is no such method; there are {string.Join(", ", methods)}.")));
        if (horizon is < 1 or > LongestHorizon) throw new ProblemException(Problems.BadRequest("horizon", new($"应在 1 到 {LongestHorizon} 之间。", $"Between 1 and {LongestHorizon}.")));
        (FigureReader reader, Area area) = await door.OpenAsync(asset, caller, asOf, cancellation);
        Indicator indicator = FigureEndpoints.Known(reader, code);
        CellKey cell = FigureEndpoints.CellOf(reader, area, industry, chain);
        StepSeries series = indicator.Frequency == Frequency.Month ? SeriesOf(reader, indicator, cell, book.Today) : new([], []);
        if (RefusalOf(indicator, series) is { } refusal)
        {
            return TypedResults.Ok(new IndicatorForecast(code, area.Id, industry, chain, asOf, series.First?.ToString(), series.Last?.ToString(), series.Values.Count,
                series.Incomplete, Confidence, chosen.Name, methods, null, [], null, null, refusal.ToString(), reader.IsProtected));
        }

        double[] known = series.Numbers;
        int steps = horizon ?? DefaultHorizon;
        FestivalReport? festival = null;
        RollingTest? test;
        IForecastMethod used = chosen;
        if (indicator.Kind is IndicatorKind.Flow or IndicatorKind.Level) (used, test, festival) = FestivalChoice.Of(chosen, known, series.Values[0].Period, steps, ShortestKnown, Confidence);
        else test = RollingTest.Of(chosen, known, StepSeries.AYear, steps, ShortestKnown, Confidence);
        Forecast forecast = used.Forecast(known, StepSeries.AYear, steps, Confidence);
        // What an earlier forecast expected stands beside what came since.
        FigureReader now = asOf is null ? reader : (await door.OpenAsync(asset, caller, null, cancellation)).Reader;
        List<ForecastPoint> points = [];
        Period step = series.Values[^1].Period;
        for (int h = 0; h < steps; h++)
        {
            step = step.NextStep;
            Period period = StepSeries.PeriodOf(indicator, step);
            points.Add(new(period.ToString(), forecast.Mean[h], forecast.Lower[h], forecast.Upper[h], asOf is null ? null : now.Read(code, cell, period).Value));
        }

        return TypedResults.Ok(new IndicatorForecast(code, area.Id, industry, chain, asOf, series.Values[0].Period.ToString(), series.Values[^1].Period.ToString(), known.Length, series.Incomplete, Confidence,
            chosen.Name, methods, forecast.Model, points, test, festival, null, reader.IsProtected));
    }

    private static async Task<Ok<IndicatorNowcast>> Nowcast(
        EconomyDoor door, EconomyBook book, NowcastDesk desk, Caller caller, string code, CancellationToken cancellation, long? asset = null, string? industry = null, string? chain = null)
    {
        (FigureReader reader, Area area) = await door.OpenAsync(asset, caller, null, cancellation);
        Indicator indicator = FigureEndpoints.Known(reader, code);
        CellKey cell = FigureEndpoints.CellOf(reader, area, industry, chain);
        StepSeries series = indicator.Frequency == Frequency.Month ? SeriesOf(reader, indicator, cell, book.Today) : new([], []);
        return TypedResults.Ok(await desk.OfAsync(reader, indicator, cell, series, book.Today, Confidence, cancellation));
    }

    private static async Task<Ok<IndicatorMarks>> Marks(
        EconomyDoor door, EconomyBook book, Caller caller, string code, CancellationToken cancellation, long? asset = null, string? industry = null, string? chain = null, DateOnly? asOf = null)
    {
        (FigureReader reader, Area area) = await door.OpenAsync(asset, caller, asOf, cancellation);
        Indicator indicator = FigureEndpoints.Known(reader, code);
        LightRules rules = reader.Snapshot.Rules.Lights;
        StepSeries series = indicator.Frequency == Frequency.Month ? SeriesOf(reader, indicator, FigureEndpoints.CellOf(reader, area, industry, chain), book.Today) : new([], []);
        var marks = SeriesMarks.Of(series.Numbers, StepSeries.AYear, rules.AnomalyDistance, rules.BreakStatistic, rules.ShortestSegment);
        string At(int index) => StepSeries.PeriodOf(indicator, series.Values[index].Period).ToString();
        return TypedResults.Ok(new IndicatorMarks(code, area.Id, series.Values.Count, marks.IsPercent, marks.IsSeasonal, rules.AnomalyDistance, rules.BreakStatistic, 2 * rules.ShortestSegment,
            [.. marks.Anomalies.Select(odd => new AnomalyMark(At(odd.Index), odd.Value, odd.Expected, odd.Distance, series.Values[odd.Index].Reporting))],
            [.. marks.Breaks.Select(found => new BreakMark(At(found.Index), found.Jump, found.SlopeBefore, found.SlopeAfter, found.Statistic, series.Values[found.Index - 1].Reporting, series.Values[found.Index].Reporting))]));
    }

    private static StepSeries SeriesOf(FigureReader reader, Indicator indicator, CellKey cell, DateOnly today)
    {
        IReadOnlyList<Period> known = FigureEndpoints.PeriodsOf(reader, today);
        Period last = known.Count > 0 ? known[0] : Period.LastEnded(Frequency.Month, today);
        return StepSeries.Read(reader, indicator, cell, last, Math.Min(LongestSeries, known.Count > 0 ? (last.Year - known[^1].Year + 1) * StepSeries.AYear : 1), reader.Snapshot.Rules.Lights.FewestCoverage);
    }

    private static Foundation.Text? RefusalOf(Indicator indicator, StepSeries series) =>
        indicator.Frequency != Frequency.Month ? new($"{indicator.NameZh}不是月度指标，不作月度预测。", $"{indicator.NameEn} is no monthly indicator and is not forecast.")
        : series.Values.Count < ShortestSeries ? new(
            $"连续数据只有 {series.Values.Count} 期（一年 {StepSeries.AYear} 期，1—2 月为一期），预测至少需要 {ShortestSeries} 期。",
            $"Known without a gap: {series.Values.Count} of the {ShortestSeries} steps that a forecast needs ({StepSeries.AYear} a year, January and February are one).")
        : null;
}
