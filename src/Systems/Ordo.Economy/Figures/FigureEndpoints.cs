using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Economy.Filing;
using Ordo.Economy.Indicators;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Figures;

/// <param name="Id">Of the asset.</param>
public sealed record AreaItem(long Id, string Kind, string NameZh, string NameEn, int Depth, bool IsOpen);

/// <summary>One point of a series.</summary>
public sealed record SeriesPoint(string Period, decimal? Value, decimal? Growth, decimal? RealGrowth, int Reporting, int Expected, bool Hidden);

public sealed record IndicatorSeries(string Code, long AssetId, string? Industry, string? Chain, string Basis, DateOnly? AsOf, IReadOnlyList<SeriesPoint> Points);

/// <summary>One enterprise's part of a figure.</summary>
/// <param name="Value"><c>null</c> when nothing of it counts yet.</param>
public sealed record SourceForm(long? FilingId, long AssetId, string NameZh, string NameEn, decimal? Value, int? Revision, Vintage? Vintage, DateTimeOffset? Accepted);

/// <summary>Something the formula is made of.</summary>
public sealed record SourceInput(string Code, string NameZh, string NameEn, string Unit, int Decimals, Figure Figure);

/// <summary>Where a figure comes from.</summary>
/// <param name="Forms">Single forms; empty where they may not be read.</param>
public sealed record FigureSource(Indicator Indicator, string Period, Figure Figure, IReadOnlyList<SourceInput> Inputs, IReadOnlyList<SourceForm> Forms, bool IsProtected);

/// <summary>A figure as it was known at the end of a day.</summary>
public sealed record FigureVintage(DateOnly KnownOn, decimal? Value, int Reporting, int Revisions);

/// <summary>Enters a figure from outside; the same indicator, area, industry and period again is a revision.</summary>
public sealed record EnterFigure(string Indicator, string Period, decimal Value, string Source, long? AssetId = null, string? Industry = null, bool IsFinal = false);

public sealed record OutsideFigureItem(
    long Id, string Indicator, long? AssetId, string Industry, string Period, decimal Value, int Revision, Vintage Vintage, string Source, DateTimeOffset Entered, string EnteredBy);

/// <summary><c>/api/v1/economy/…</c>: totals, series, what they are made of.</summary>
internal static class FigureEndpoints
{
    private const int LongestSeries = 240, MostVintages = 24;

    public static void MapFigures(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder economy = routes.MapGroup("/api/v1/economy").WithTags("Economy").RequireAuthorization(Permissions.ReadEconomy);
        economy.MapGet("/areas", Areas).WithName("ListEconomyAreas").WithSummary("Areas with figures for the caller, from the top down");
        economy.MapGet("/overview", GetOverview).WithName("GetEconomyOverview").ProducesProblem(400).ProducesProblem(404).WithSummary("The month in a sentence and its figures");
        economy.MapGet("/series", Series).WithName("GetEconomySeries").ProducesProblem(400).ProducesProblem(404).WithSummary("One indicator through time");
        economy.MapGet("/breakdown", GetBreakdown).WithName("GetEconomyBreakdown").ProducesProblem(400).ProducesProblem(404).WithSummary("One figure taken apart: share, growth, pull, contribution");
        economy.MapGet("/source", Source).WithName("GetFigureSource").ProducesProblem(400).ProducesProblem(404).WithSummary("Where a figure comes from: formula, inputs, forms, completeness");
        economy.MapGet("/vintages", Vintages).WithName("GetFigureVintages").ProducesProblem(400).ProducesProblem(404).WithSummary("One figure as it was known day by day");
        economy.MapGet("/location-quotient", Quotient).WithName("GetLocationQuotient").ProducesProblem(400).ProducesProblem(404).WithSummary("Specialisation of an area against the one above, by industry");
        economy.MapGet("/chains", async (EconomyBook book, CancellationToken cancellation) => TypedResults.Ok((await book.CurrentAsync(cancellation)).Rules.Chains)).WithName("ListChains");
        economy.MapGet("/figures", Figures).WithName("ListOutsideFigures").ProducesProblem(400);
        routes.MapPost("/api/v1/economy/figures", Enter).WithName("EnterOutsideFigure").WithTags("Economy").RequireAuthorization(Permissions.ConfigureEconomy).ProducesProblem(403).ProducesProblem(422);
    }

    private static async Task<Ok<List<AreaItem>>> Areas(EconomyBook book, Caller caller, CancellationToken cancellation)
    {
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        return TypedResults.Ok(snapshot.Areas.Where(area => caller.Has(Permissions.ReadEconomy, area.Path))
            .Concat(snapshot.Enterprises.Where(enterprise => caller.Has(Permissions.ReadFilings, enterprise.Path)).Select(enterprise => enterprise.Area)).OrderBy(area => area.Kind).ThenBy(area => area.Code)
            .Select(area => new AreaItem(area.Id, System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(area.Kind.ToString()), area.NameZh, area.NameEn, area.Path.Count(c => c == '/') - 2, caller.Has(Permissions.ReadFilings, area.Path))).ToList());
    }

    private static async Task<Ok<Overview>> GetOverview(
        EconomyDoor door, EconomyBook book, Caller caller, CancellationToken cancellation, long? asset = null, [Description("The month, 2026-03 or 2026-01..2026-02; default the newest with figures")] string? period = null, DateOnly? asOf = null)
    {
        (FigureReader reader, Area area) = await door.OpenAsync(asset, caller, asOf, cancellation);
        IReadOnlyList<Period> periods = PeriodsOf(reader, book.Today);
        Period step = period is null ? periods.Count > 0 ? periods[0] : Period.LastEnded(Frequency.Month, book.Today) : StepOf(period);
        return TypedResults.Ok(OverviewBuilder.Build(reader, area, step, periods, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en"));
    }

    /// <summary>Newest first: months for which there is anything to show.</summary>
    internal static IReadOnlyList<Period> PeriodsOf(FigureReader reader, DateOnly today)
    {
        StatisticsCalendar calendar = reader.Snapshot.Rules.Calendar;
        return [.. reader.Snapshot.Facts.Where(fact => fact.Form == "M1").Select(fact => fact.Period).Distinct()
            .Where(period => !reader.IsProtected || calendar.ReleaseOf("M1", period) <= today).OrderDescending()];
    }

    private static async Task<Ok<IndicatorSeries>> Series(
        EconomyDoor door, EconomyBook book, Caller caller, string code, CancellationToken cancellation, long? asset = null, string? industry = null, string? chain = null,
        [Description("First and last month; default the last five years")] string? from = null, string? to = null,
        [Description("month (default) or cumulative")] string? basis = null, DateOnly? asOf = null)
    {
        (FigureReader reader, Area area) = await door.OpenAsync(asset, caller, asOf, cancellation);
        Indicator indicator = Known(reader, code);
        CellKey cell = CellOf(reader, area, industry, chain);
        bool cumulative = basis == "cumulative" || (basis is null && indicator.Basis == FigureBasis.Cumulative && indicator.Kind != IndicatorKind.Flow);
        IReadOnlyList<Period> known = PeriodsOf(reader, book.Today);
        Period last = to is null ? known.Count > 0 ? known[0] : Period.LastEnded(Frequency.Month, book.Today) : StepOf(to);
        Period first = from is null ? known.Count > 0 && known[^1] > last.Shift(Frequency.Month, -54) ? known[^1] : last.Shift(Frequency.Month, -54) : StepOf(from);
        List<SeriesPoint> points = [];
        for (Period step = first; step <= last && points.Count < LongestSeries; step = step.NextStep)
        {
            if (indicator.Frequency == Frequency.Quarter && step.Last % 3 != 0) continue;
            if (indicator.Frequency == Frequency.Year && step.Last != 12) continue;
            Period period = indicator.Frequency switch
            {
                Frequency.Quarter => new(step.Year, step.Last - 2, step.Last),
                Frequency.Year => new(step.Year, 1, 12),
                _ => cumulative ? step.Cumulative : step,
            };
            Figure figure = reader.Read(code, cell, period);
            points.Add(new(period.ToString(), figure.Value, figure.Growth, figure.RealGrowth, figure.Reporting, figure.Expected, figure.Hidden));
        }

        return TypedResults.Ok(new IndicatorSeries(code, area.Id, industry, chain, cumulative ? "cumulative" : "month", asOf, points));
    }

    private static async Task<Ok<Breakdown>> GetBreakdown(
        EconomyDoor door, EconomyBook book, Caller caller, string code, CancellationToken cancellation, long? asset = null, string? period = null, Word<BreakdownBy>? by = null, string? industry = null, DateOnly? asOf = null)
    {
        (FigureReader reader, Area area) = await door.OpenAsync(asset, caller, asOf, cancellation);
        Indicator indicator = Known(reader, code);
        BreakdownBy part = by?.Value ?? BreakdownBy.Area;
        // Who may not read single forms may not read them as the parts of a total either.
        if (part == BreakdownBy.Enterprise && reader.IsProtected) throw new ProblemException(Problems.Forbidden(new("您不能查看单个企业的数据。", "You may not see single enterprises.")));
        return TypedResults.Ok(OverviewBuilder.Take(reader, code, CellOf(reader, area, industry, null), PeriodOf(reader, indicator, period, book.Today), part));
    }

    private static async Task<Ok<FigureSource>> Source(
        EconomyDoor door, EconomyBook book, Caller caller, string code, CancellationToken cancellation, long? asset = null, string? period = null, string? industry = null, string? chain = null, DateOnly? asOf = null)
    {
        (FigureReader reader, Area area) = await door.OpenAsync(asset, caller, asOf, cancellation);
        Indicator indicator = Known(reader, code);
        CellKey cell = CellOf(reader, area, industry, chain);
        Period of = PeriodOf(reader, indicator, period, book.Today);
        IndicatorCatalogue catalogue = reader.Snapshot.Rules.Catalogue;
        IReadOnlyList<string> direct = catalogue.FormulaOf(code) is { } formula ? Formula.References(formula) : [];
        SourceInput[] inputs = [.. direct.Select(part => catalogue.Find(part)!).Select(part => new SourceInput(part.Code, part.NameZh, part.NameEn, part.Unit, part.Decimals, reader.Read(part.Code, cell, of)))];
        return TypedResults.Ok(new FigureSource(indicator, of.ToString(), reader.Read(code, cell, of), inputs, reader.IsProtected ? [] : [.. FormsOf(reader, code, cell, of)], reader.IsProtected));
    }

    private static IEnumerable<SourceForm> FormsOf(FigureReader reader, string code, CellKey cell, Period period)
    {
        EconomySnapshot snapshot = reader.Snapshot;
        string? leaf = snapshot.Rules.Catalogue.LeavesOf(code).FirstOrDefault(each => each != "LAND");
        if (leaf is null || FormTemplates.All.FirstOrDefault(form => form.Item(leaf) is not null) is not { } form) yield break;
        Period filed = form.Frequency == Frequency.Month ? Period.Step(period.Year, period.Last) : period;
        foreach (int place in reader.Select(cell).Enterprises)
        {
            Enterprise enterprise = snapshot.Enterprises[place];
            FiledFact? fact = snapshot.FactsOf(place).Where(each => each.Form == form.Code && each.Period == filed).MaxBy(each => each.Revision);
            if (fact is null && !FilingDuties.IsDue(form, enterprise)) continue;
            var one = reader.Read(code, new CellKey(enterprise.Area), period);
            yield return new(fact?.FilingId, enterprise.Id, enterprise.Area.NameZh, enterprise.Area.NameEn, one.Value, fact?.Revision, fact?.Vintage, fact?.Accepted);
        }
    }

    private static async Task<Ok<List<FigureVintage>>> Vintages(
        EconomyDoor door, EconomyBook book, Caller caller, string code, CancellationToken cancellation, long? asset = null, string? period = null, string? industry = null)
    {
        (FigureReader reader, Area area) = await door.OpenAsync(asset, caller, null, cancellation);
        Indicator indicator = Known(reader, code);
        CellKey cell = CellOf(reader, area, industry, null);
        Period of = PeriodOf(reader, indicator, period, book.Today);
        // Whoever may not read forms has one vintage of each period, the released one: two would tell who came between them.
        if (reader.IsProtected) return TypedResults.Ok(new List<FigureVintage>());
        EconomySnapshot snapshot = reader.Snapshot;
        FiledFact[] facts = [.. reader.Select(cell).Enterprises.SelectMany(snapshot.FactsOf).Where(fact => fact.Period.Year == of.Year && fact.Period.Last <= of.Last)];
        List<FigureVintage> vintages = [];
        foreach (IGrouping<DateOnly, FiledFact> day in facts.GroupBy(fact => EconomySnapshot.DayOf(fact.Accepted, EconomyBook.Zone)).OrderByDescending(group => group.Key).Take(MostVintages))
        {
            Figure figure = new FigureReader(snapshot, snapshot.AsOf(day.Key, EconomyBook.Zone), null).Read(code, cell, of);
            vintages.Add(new(day.Key, figure.Value, figure.Reporting, day.Count(fact => fact.Revision > 1)));
        }

        vintages.Reverse();
        return TypedResults.Ok(vintages);
    }

    /// <summary>区位商</summary>
    private static async Task<Ok<List<QuotientRow>>> Quotient(EconomyDoor door, EconomyBook book, Caller caller, CancellationToken cancellation, long? asset = null, string? code = null, string? period = null)
    {
        (FigureReader reader, Area area) = await door.OpenAsync(asset, caller, null, cancellation);
        Indicator indicator = Known(reader, code ?? "GOV");
        Period of = PeriodOf(reader, indicator, period, book.Today);
        if (reader.Snapshot.Areas.FirstOrDefault(wide => wide.Id == area.ParentId && caller.Has(Permissions.ReadEconomy, wide.Path)) is not { } above) return TypedResults.Ok(new List<QuotientRow>());
        Breakdown here = OverviewBuilder.Take(reader, indicator.Code, new(area), of, BreakdownBy.Division), wider = OverviewBuilder.Take(reader, indicator.Code, new(above), of, BreakdownBy.Division);
        return TypedResults.Ok(here.Rows.Where(row => row is { Hidden: false, Value: not null }).Select(row => new QuotientRow(row.Key, row.NameZh, row.NameEn,
            wider.Rows.FirstOrDefault(other => other.Key == row.Key)?.Value is { } wide && here.Total.Value is { } local && wider.Total.Value is { } all
                ? Structure.Concentration.LocationQuotient(row.Value!.Value, local, wide, all) : null)).OrderByDescending(row => row.Quotient).ToList());
    }

    private static async Task<Ok<PageOf<OutsideFigureItem>>> Figures(EconomyBook book, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, string? indicator = null, string? period = null)
    {
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        int? key = period is null ? null : Period.TryParse(period, out Period parsed) ? parsed.Key : -1;
        return TypedResults.Ok(paging.Of<OutsideFigureItem>([.. snapshot.Outside
            .Where(figure => (indicator is null || figure.Indicator == indicator) && (key is null || figure.Period == key)
                && (figure.AssetId is not { } area || (snapshot.AreaOf(area) is { } place && caller.Has(Permissions.ReadEconomy, place.Path))))
            .OrderByDescending(figure => figure.Period).ThenBy(figure => figure.Indicator).ThenBy(figure => figure.Industry).ThenByDescending(figure => figure.Revision).Select(Show)]));
    }

    private static async Task<Created<OutsideFigureItem>> Enter(EnterFigure request, OrdoDbContext database, EconomyBook book, TimeProvider clock, Caller caller, CancellationToken cancellation)
    {
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        List<(string, Foundation.Text)> faults = [];
        Indicator? indicator = snapshot.Rules.Catalogue.Find(request.Indicator);
        if (indicator is null || indicator.IsDerived || FormTemplates.All.Any(form => form.Item(request.Indicator) is not null))
            faults.Add(("indicator", new("只能录入由外部发布的指标，如 IPI、IVA_G。", "Only indicators published outside can be entered, such as IPI or IVA_G.")));
        if (!Period.TryParse(request.Period, out Period period)) faults.Add(("period", new("应如 2026-03、2026-01..2026-03、2026-Q1、2026。", "Expected 2026-03, 2026-01..2026-03, 2026-Q1 or 2026.")));
        if (indicator?.Code == "IPI" && request.Value is <= 20 or > 500) faults.Add(("value", new("价格指数应以上年同月为 100。", "A price index has last year's month = 100.")));
        if (string.IsNullOrWhiteSpace(request.Source) || request.Source.Length > 400) faults.Add(("source", new("请写明文件与出处（最多 400 字）。", "Name the document and place, at most 400 characters.")));
        string industry = request.Industry ?? "";
        if (industry.Length > 0 && (industry.Length > 2 || Foundation.Park.IndustryCatalogue.Find(industry) is null)) faults.Add(("industry", new("应为门类字母或大类两位代码。", "Expected a section's letter or a division's two digits.")));
        Area? area = request.AssetId is { } asked ? snapshot.AreaOf(asked) : null;
        if (request.AssetId is not null && (area is null || !caller.Has(Permissions.ConfigureEconomy, area.Path))) faults.Add(("assetId", new("没有这个地区。", "There is no such area.")));
        if (request.AssetId is null && !caller.HasEverywhere(Permissions.ConfigureEconomy)) faults.Add(("assetId", new("请指定您管理范围内的地区。", "Name an area within your scope.")));
        if (faults.Count > 0) throw new ProblemException(Problems.Validation([.. faults]));
        int revision = await database.Set<OutsideFigure>().Where(figure => figure.Indicator == request.Indicator && figure.AssetId == request.AssetId && figure.Industry == industry && figure.Period == period.Key)
            .MaxAsync(figure => (int?)figure.Revision, cancellation) ?? 0;
        var entered = new OutsideFigure
        {
            Indicator = request.Indicator, AssetId = request.AssetId, Industry = industry, Period = period.Key, Value = request.Value, Revision = revision + 1,
            Vintage = request.IsFinal ? Vintage.Final : revision == 0 ? Vintage.First : Vintage.Revised, Source = request.Source.Trim(), Entered = clock.GetUtcNow(), EnteredBy = caller.DisplayName,
        };
        database.Add(entered);
        await database.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/api/v1/economy/figures?indicator={request.Indicator}", Show(entered));
    }

    private static OutsideFigureItem Show(OutsideFigure figure) => new(
        figure.Id, figure.Indicator, figure.AssetId, figure.Industry, Period.OfKey(figure.Period).ToString(), figure.Value, figure.Revision, figure.Vintage, figure.Source, figure.Entered, figure.EnteredBy);

    internal static Indicator Known(FigureReader reader, string code) => reader.Snapshot.Rules.Catalogue.Find(code) ?? throw new ProblemException(Problems.NotFound(new("没有这个指标。", "There is no such indicator.")));

    internal static CellKey CellOf(FigureReader reader, Area area, string? industry, string? chain)
    {
        if (industry is not null && (industry.Length > 2 || Foundation.Park.IndustryCatalogue.Find(industry) is null))
            throw new ProblemException(Problems.BadRequest("industry", new("应为门类字母或大类两位代码。", "Expected a section's letter or a division's two digits.")));
        if (chain is not null && reader.Snapshot.Rules.Chains.All(each => each.Code != chain)) throw new ProblemException(Problems.BadRequest("chain", new("没有这条产业链。", "There is no such chain.")));
        return new(area, industry, chain);
    }

    internal static Period StepOf(string text) => Period.TryParse(text, out Period period) && period.IsStep
        ? period : throw new ProblemException(Problems.BadRequest("period", new("应为月份，如 2026-03；1—2 月为 2026-01..2026-02。", "Expected a month such as 2026-03; January and February are 2026-01..2026-02.")));

    private static Period PeriodOf(FigureReader reader, Indicator indicator, string? text, DateOnly today)
    {
        if (text is not null)
            return Period.TryParse(text, out Period period) ? period : throw new ProblemException(Problems.BadRequest("period", new("应如 2026-03、2026-01..2026-03、2026-Q1、2026。", "Expected 2026-03, 2026-01..2026-03, 2026-Q1 or 2026.")));
        IReadOnlyList<Period> known = PeriodsOf(reader, today);
        Period newest = known.Count > 0 ? known[0] : Period.LastEnded(Frequency.Month, today);
        return indicator.Frequency == Frequency.Month ? FigureReader.Best(indicator, newest) : Period.LastEnded(indicator.Frequency, today);
    }
}

/// <param name="Key">Division of GB/T 4754.</param>
/// <param name="Quotient">Above 1: more of it here than in the wider area.</param>
public sealed record QuotientRow(string Key, string NameZh, string NameEn, decimal? Quotient);
