using System.Collections.Concurrent;
using Ordo.Economy.Filing;
using Ordo.Economy.Settings;

namespace Ordo.Economy.Figures;

/// <summary>Everything that figures are made of, as it is known now; immutable. Figures as of an earlier day, and those that are released, are worked out of it.</summary>
public sealed class EconomySnapshot
{
    private readonly ConcurrentDictionary<(bool Released, DateOnly Day), FigureCube> cubes = new();
    private readonly Dictionary<long, int> placeOf;
    private readonly Lazy<FigureCube> latest;
    private readonly FiledFact[][] byEnterprise;
    private readonly Dictionary<(string Indicator, int Period), OutsideFigure[]> outside;
    private readonly KeptFigures latestFigures = new();
    private ReleasedCells? released;

    public EconomySnapshot(EconomyRules rules, IReadOnlyList<Area> areas, IReadOnlyList<Enterprise> enterprises, IEnumerable<FiledFact> facts, IReadOnlyList<OutsideFigure> outsideFigures)
        : this(rules, areas, enterprises, Sorted(enterprises.Count, facts), outsideFigures, null)
    {
    }

    private EconomySnapshot(EconomyRules rules, IReadOnlyList<Area> areas, IReadOnlyList<Enterprise> enterprises, FiledFact[][] byEnterprise, IReadOnlyList<OutsideFigure> outsideFigures, FigureCube? cube)
    {
        (Rules, Areas, Enterprises, Outside, this.byEnterprise) = (rules, areas, enterprises, outsideFigures, byEnterprise);
        outside = outsideFigures.GroupBy(figure => (figure.Indicator, figure.Period)).ToDictionary(group => group.Key, group => group.ToArray());
        placeOf = enterprises.Select((enterprise, place) => (enterprise.Id, place)).ToDictionary(pair => pair.Id, pair => pair.place);
        latest = cube is null ? new(() => FigureCube.Build(rules.Catalogue, enterprises, byEnterprise.SelectMany(Newest))) : new(cube);
    }

    public EconomyRules Rules { get; }

    /// <summary>Regions, cities, parks and zones.</summary>
    public IReadOnlyList<Area> Areas { get; }

    public IReadOnlyList<Enterprise> Enterprises { get; }

    public IReadOnlyList<OutsideFigure> Outside { get; }

    public FigureCube Latest => latest.Value;

    /// <summary>Figures kept for the newest cube; those of an earlier day are seldom asked for twice.</summary>
    internal KeptFigures? FiguresOf(FigureCube cube) => latest.IsValueCreated && ReferenceEquals(latest.Value, cube) ? latestFigures : null;

    /// <summary>Revisions in the order in which they were accepted.</summary>
    public IEnumerable<FiledFact> Facts => byEnterprise.SelectMany(facts => facts);

    public IReadOnlyList<FiledFact> FactsOf(int enterprise) => byEnterprise[enterprise];

    public int? PlaceOf(long assetId) => placeOf.TryGetValue(assetId, out int place) ? place : null;

    public Area? AreaOf(long assetId) => Areas.FirstOrDefault(area => area.Id == assetId) ?? (PlaceOf(assetId) is { } place ? Enterprises[place].Area : null);

    /// <summary>The newest month of which anything is known.</summary>
    public Period? NewestStep => Facts.Where(fact => fact.Period.IsStep && fact.Form != "S1").Select(fact => (Period?)fact.Period).Max();

    /// <summary>Every figure as it was known at the end of a day.</summary>
    public FigureCube AsOf(DateOnly? day, TimeZoneInfo zone) => day is not { } end ? Latest : cubes.GetOrAdd((false, end), _ =>
        FigureCube.Build(Rules.Catalogue, Enterprises, byEnterprise.SelectMany(facts => Newest(facts.Where(fact => DayOf(fact.Accepted, zone) <= end)))));

    /// <summary>
    /// What may be told to those who may not read single forms: each period as it was known on its day of release, and nothing later, because two
    /// totals before and after one form came would tell that form.
    /// </summary>
    public FigureCube Released(DateOnly today, TimeZoneInfo zone) => cubes.GetOrAdd((true, today), _ =>
        FigureCube.Build(Rules.Catalogue, Enterprises, byEnterprise.SelectMany(facts => Newest(facts.Where(fact =>
            Rules.Calendar.ReleaseOf(fact.Form, fact.Period) is var day && day <= today && DayOf(fact.Accepted, zone) <= day)))));

    public ReleasedCells ReleasedCells(DateOnly today, TimeZoneInfo zone)
    {
        ReleasedCells? cells = released;
        return cells is not null && cells.Today == today ? cells : released = new(this, Released(today, zone), today);
    }

    /// <summary>An outside figure that fits best: for the enterprise's division, then its section, then all industries; of the nearest area.</summary>
    public OutsideFigure? OutsideOf(string indicator, string areaPath, string division, string section, int periodKey, DateTimeOffset? knownBy = null) =>
        !outside.TryGetValue((indicator, periodKey), out OutsideFigure[]? figures) ? null : figures
            .Where(figure => (figure.Industry.Length == 0 || figure.Industry == division || figure.Industry == section)
                && (figure.AssetId is not { } area || areaPath.Contains($"/{area}/", StringComparison.Ordinal))
                && (knownBy is null || figure.Entered <= knownBy))
            .OrderByDescending(figure => figure.Industry.Length).ThenByDescending(figure => figure.AssetId is { } area ? areaPath.IndexOf($"/{area}/", StringComparison.Ordinal) : -1)
            .ThenByDescending(figure => figure.Revision).FirstOrDefault();

    /// <summary>The same after some forms were accepted: only their enterprises' columns are written anew.</summary>
    public EconomySnapshot With(IReadOnlyCollection<FiledFact> added)
    {
        var changed = (FiledFact[][])byEnterprise.Clone();
        FigureCube? cube = latest.IsValueCreated ? latest.Value : null;
        foreach (IGrouping<int, FiledFact> group in added.GroupBy(fact => fact.Enterprise))
        {
            changed[group.Key] = [.. changed[group.Key].Concat(group).OrderBy(fact => fact.Accepted).ThenBy(fact => fact.Revision)];
            cube = cube?.With(group.Key, Newest(changed[group.Key]));
        }

        var next = new EconomySnapshot(Rules, Areas, Enterprises, changed, Outside, cube);
        // What is released already does not change by what comes after its day: the decisions made about it go on.
        if (released is { } cells && added.All(fact => Rules.Calendar.ReleaseOf(fact.Form, fact.Period) is var day && (day > cells.Today || DayOf(fact.Accepted, EconomyBook.Zone) > day)))
        {
            next.released = cells;
            next.cubes[(true, cells.Today)] = cells.Cube;
        }

        return next;
    }

    public EconomySnapshot With(IReadOnlyList<OutsideFigure> figures) => new(Rules, Areas, Enterprises, byEnterprise, figures, latest.IsValueCreated ? latest.Value : null);

    /// <summary>Enterprises below an area, of an industry (section letter or division digits) or a chain.</summary>
    public Selection Select(string areaPath, string? industry = null, string? chain = null)
    {
        List<int> chosen = [];
        List<decimal>? weights = chain is null ? null : [];
        for (int place = 0; place < Enterprises.Count; place++)
        {
            Enterprise enterprise = Enterprises[place];
            if (!enterprise.Path.StartsWith(areaPath, StringComparison.Ordinal)) continue;
            if (!string.IsNullOrEmpty(industry) && enterprise.Section != industry && !enterprise.Industry.StartsWith(industry, StringComparison.Ordinal)) continue;
            if (chain is not null)
            {
                decimal weight = Chains.WeightOf(Rules.Chains, chain, enterprise.Industry);
                if (weight == 0) continue;
                weights!.Add(weight);
            }

            chosen.Add(place);
        }

        return new([.. chosen], weights is null ? null : [.. weights]);
    }

    public static DateOnly DayOf(DateTimeOffset time, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime);

    /// <summary>Of each form and period the highest revision.</summary>
    private static IEnumerable<FiledFact> Newest(IEnumerable<FiledFact> facts) =>
        facts.GroupBy(fact => (fact.Form, fact.Period)).Select(group => group.MaxBy(fact => fact.Revision)!);

    private static FiledFact[][] Sorted(int enterprises, IEnumerable<FiledFact> facts)
    {
        var byEnterprise = new FiledFact[enterprises][];
        ILookup<int, FiledFact> lookup = facts.ToLookup(fact => fact.Enterprise);
        for (int i = 0; i < enterprises; i++) byEnterprise[i] = [.. lookup[i].OrderBy(fact => fact.Accepted).ThenBy(fact => fact.Revision)];
        return byEnterprise;
    }
}
