using Ordo.Economy.Filing;
using Ordo.Economy.Growth;
using Ordo.Economy.Indicators;

namespace Ordo.Economy.Figures;

/// <summary>Which total: an area, in it an industry or a chain.</summary>
/// <param name="Area">The area.</param>
/// <param name="Industry">Section letter or division digits; <c>null</c> for all.</param>
/// <param name="Chain">Code of a chain; <c>null</c> for none.</param>
public sealed record CellKey(Area Area, string? Industry = null, string? Chain = null);

/// <summary>A total with everything that must stand beside it.</summary>
/// <param name="Value">In the indicator's unit; <c>null</c> without data, or when it is hidden.</param>
/// <param name="Base">The same enterprises a year before.</param>
/// <param name="Growth">Percent, same enterprises; for ratios and indices the difference (percentage points for a ratio in percent).</param>
/// <param name="RealGrowth">Percent at comparable prices; <c>null</c> without a price index.</param>
/// <param name="Reporting">Enterprises in it.</param>
/// <param name="Expected">Enterprises whose form is due.</param>
/// <param name="Hidden">It must not be told: it would give single enterprises away.</param>
public sealed record Figure(decimal? Value, decimal? Base, decimal? Growth, decimal? RealGrowth, int Reporting, int Expected, bool Hidden)
{
    public static Figure Nothing(int expected) => new(null, null, null, null, 0, expected, false);

    /// <summary>Percent of the enterprises due.</summary>
    public decimal? Coverage => Expected > 0 ? Reporting * 100m / Expected : null;
}

/// <summary>What was asked for.</summary>
internal readonly record struct FigureKey(string Code, long Area, string? Industry, string? Chain, int Period);

/// <summary>Figures already worked out of the same facts; emptied when it grows too large.</summary>
internal sealed class KeptFigures
{
    private const int Most = 200_000;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<FigureKey, Figure> figures = new();
    private int count;

    public Figure? Find(FigureKey key) => figures.GetValueOrDefault(key);

    public void Keep(FigureKey key, Figure figure)
    {
        if (!figures.TryAdd(key, figure) || Interlocked.Increment(ref count) <= Most) return;
        figures.Clear();
        Interlocked.Exchange(ref count, 0);
    }
}

/// <summary>Reads totals out of a cube: as they are for who may read single forms, or only what is released and safe for everybody else.</summary>
public sealed class FigureReader(EconomySnapshot snapshot, FigureCube cube, ReleasedCells? released)
{
    private readonly IndicatorCatalogue catalogue = snapshot.Rules.Catalogue;
    private readonly Dictionary<CellKey, Selection> selections = [];
    private readonly KeptFigures? kept = released is not null ? released.Figures : snapshot.FiguresOf(cube);

    public EconomySnapshot Snapshot => snapshot;

    public FigureCube Cube => cube;

    /// <summary>Whether small cells are hidden.</summary>
    public bool IsProtected => released is not null;

    public Selection Select(CellKey cell) => selections.TryGetValue(cell, out Selection? known) ? known
        : selections[cell] = snapshot.Select(cell.Area.Path, cell.Industry, cell.Chain);

    /// <summary>The basis on which an indicator is best told for a month.</summary>
    public static Period Best(Indicator indicator, Period step) => indicator.Basis == FigureBasis.Cumulative ? step.Cumulative : step;

    /// <summary>Once worked out it is kept with what it was worked out of, because a page and the next page ask for the same again.</summary>
    public Figure Read(string code, CellKey cell, Period period)
    {
        if (catalogue.Find(code) is not { } indicator) return Figure.Nothing(0);
        var key = new FigureKey(code, cell.Area.Id, cell.Industry, cell.Chain, period.Key);
        if (kept?.Find(key) is { } known) return known;
        Selection selection = Select(cell);
        int expected = Expected(indicator, selection);
        Figure figure = released is null ? ReadOpenly(indicator, cell, selection, period, expected) : ReadReleased(indicator, cell, selection, period, expected);
        kept?.Keep(key, figure);
        return figure;
    }

    private int Expected(Indicator indicator, Selection selection)
    {
        string? leaf = catalogue.LeavesOf(indicator.Code).FirstOrDefault(code => code != "LAND");
        FormTemplate? form = leaf is null ? null : FormTemplates.All.FirstOrDefault(each => each.Item(leaf) is not null);
        return form is null ? 0 : selection.Enterprises.Count(place => snapshot.Enterprises[place] is { Files: true } enterprise && form.Sections.Contains(enterprise.Section));
    }

    private Figure ReadOpenly(Indicator indicator, CellKey cell, Selection selection, Period period, int expected)
    {
        IReadOnlyList<string> leaves = catalogue.LeavesOf(indicator.Code);
        var now = new OpenInput(this, selection, leaves, period);
        if (indicator.Kind == IndicatorKind.Growth || indicator.Frequency == Frequency.Month && leaves.Count == 1 && leaves[0] == "IPI") return Outside(indicator, cell, period);
        if (now.Reporting == 0) return Figure.Nothing(expected);
        decimal? value = catalogue.Evaluate(indicator.Code, now);
        var before = new OpenInput(this, selection, leaves, period.LastYear);
        if (indicator.Kind is IndicatorKind.Ratio or IndicatorKind.Index or IndicatorKind.Binary)
        {
            // A survey is answered by whoever answers; a ratio changes only among those that have it in both years.
            OpenInput common = indicator.Kind == IndicatorKind.Index ? before : before.Among(now);
            if (common.Reporting == 0) return new(value, null, null, null, now.Reporting, expected, false);
            decimal? then = catalogue.Evaluate(indicator.Code, common), since = indicator.Kind == IndicatorKind.Index ? value : catalogue.Evaluate(indicator.Code, now.Among(before));
            return new(value, then, since - then, null, now.Reporting, expected, false);
        }

        OpenInput current = now.Among(before), basis = before.Among(now);
        if (current.Reporting == 0) return new(value, null, null, null, now.Reporting, expected, false);
        decimal? same = catalogue.Evaluate(indicator.Code, current), baseValue = catalogue.Evaluate(indicator.Code, basis);
        decimal? growth = same is { } s && baseValue is { } b ? GrowthRate.Of(s, b) : null;
        decimal? real = indicator.Deflator.Length > 0 && !indicator.IsDerived && baseValue is { } comparableBase && Deflated(indicator, selection, current) is { } comparable
            ? GrowthRate.Of(comparable, comparableBase) : null;
        return new(value, baseValue, growth, real, now.Reporting, expected, false);
    }

    /// <summary>At last year's prices, each month and each enterprise by the index of its industry; <c>null</c> when an index is missing.</summary>
    private decimal? Deflated(Indicator indicator, Selection selection, OpenInput members)
    {
        decimal sum = 0;
        FigureCube.Column column = cube.Of(indicator.Code);
        foreach ((Period part, int[] inside) in members.PartsOf(indicator))
        {
            foreach (int index in inside)
            {
                int place = selection.Enterprises[index];
                if (column.Value(place, part) is not { } value || PriceIndex(indicator.Deflator, place, part) is not { } prices) return null;
                sum += GrowthRate.AtComparablePrices(value, prices) * selection.WeightOf(index);
            }
        }

        return sum;
    }

    /// <summary>Of one step or, for a longer period, of its last step.</summary>
    internal decimal? PriceIndex(string indicator, int place, Period period)
    {
        Enterprise enterprise = snapshot.Enterprises[place];
        return snapshot.OutsideOf(indicator, enterprise.Path, enterprise.Division, enterprise.Section, Period.Step(period.Year, period.Last).Key) is { Value: > 0 and var value } ? value : null;
    }

    private Figure Outside(Indicator indicator, CellKey cell, Period period)
    {
        string industry = cell.Industry ?? "";
        string division = industry.Length >= 2 ? industry[..2] : "", section = industry.Length == 1 ? industry : "";
        return snapshot.OutsideOf(indicator.Code, cell.Area.Path, division, section, period.Key) is { } figure
            ? new(figure.Value, null, null, null, 1, 1, false) : Figure.Nothing(0);
    }

    private Figure ReadReleased(Indicator indicator, CellKey cell, Selection selection, Period period, int expected)
    {
        if (indicator.Kind == IndicatorKind.Growth || indicator.Code == "IPI") return Outside(indicator, cell, period);
        IReadOnlyList<string> leaves = [.. catalogue.LeavesOf(indicator.Code).Where(leaf => leaf != "LAND")];
        var now = new ReleasedInput(this, released!, cell, selection, leaves, period, SameScope.None);
        if (now.Reporting == 0) return Figure.Nothing(expected);
        if (now.Hidden) return new(null, null, null, null, now.Reporting, expected, true);
        decimal? value = catalogue.Evaluate(indicator.Code, now);
        bool level = indicator.Kind is IndicatorKind.Flow or IndicatorKind.Level;
        if (!level)
        {
            var before = new ReleasedInput(this, released!, cell, selection, leaves, period.LastYear, SameScope.None);
            decimal? then = before.Hidden || before.Reporting == 0 ? null : catalogue.Evaluate(indicator.Code, before);
            return new(value, then, value - then, null, now.Reporting, expected, false);
        }

        var same = new ReleasedInput(this, released!, cell, selection, leaves, period, SameScope.Current);
        var basis = new ReleasedInput(this, released!, cell, selection, leaves, period.LastYear, SameScope.Base);
        if (same.Hidden || basis.Hidden || basis.Reporting == 0) return new(value, null, null, null, now.Reporting, expected, false);
        decimal? baseValue = catalogue.Evaluate(indicator.Code, basis), sameValue = catalogue.Evaluate(indicator.Code, same);
        decimal? growth = sameValue is { } s && baseValue is { } b ? GrowthRate.Of(s, b) : null;
        decimal? real = null;
        if (indicator.Deflator.Length > 0 && !indicator.IsDerived && baseValue is { } comparableBase)
        {
            var deflated = new ReleasedInput(this, released!, cell, selection, leaves, period, SameScope.Deflated);
            if (!deflated.Hidden && catalogue.Evaluate(indicator.Code, deflated) is { } comparable) real = GrowthRate.Of(comparable, comparableBase);
        }

        return new(value, baseValue, growth, real, now.Reporting, expected, false);
    }

    /// <summary>
    /// What may be read without hiding. Longer than a month it is the sum of its months (docs/decisions/0073), each of the enterprises that reported everything the formula needs
    /// for that month: a ratio of different enterprises is none, and who misses October keeps its nine months.
    /// </summary>
    private sealed class OpenInput : IFormulaInput
    {
        private readonly FigureReader reader;
        private readonly Selection selection;
        private readonly Period period;
        private readonly Period[] parts;
        private readonly int[][] members;

        public OpenInput(FigureReader reader, Selection selection, IReadOnlyList<string> leaves, Period period)
        {
            (this.reader, this.selection, this.period) = (reader, selection, period);
            Indicator[] asked = [.. leaves.Select(reader.catalogue.Find).OfType<Indicator>()];
            parts = !period.IsStep && asked.Any(IsSummed) ? [.. period.Steps] : [period];
            members = [.. parts.Select(part => Complete(asked, leaves, part))];
        }

        private OpenInput(OpenInput other, int[][] members) => (reader, selection, period, parts, this.members) = (other.reader, other.selection, other.period, other.parts, members);

        /// <summary>Enterprises in the month that has fewest of them.</summary>
        public int Reporting => members.Length == 0 ? 0 : members.Min(month => month.Length);

        public int Months => period.Months;

        /// <summary>The same of those only that the other one, of another year, has in the same months.</summary>
        public OpenInput Among(OpenInput other) => new(this, members.Length == other.members.Length ? [.. members.Select((month, i) => month.Intersect(other.members[i]).ToArray())] : []);

        /// <summary>The months that a figure is the sum of, or the one period that it is told of, with the enterprises of each.</summary>
        public IEnumerable<(Period Part, int[] Members)> PartsOf(Indicator indicator)
        {
            if (!IsSummed(indicator)) return [(PartOf(indicator, parts[^1]), members[^1])];
            return parts.Zip(members);
        }

        public decimal? Sum(string code)
        {
            if (members.Length == 0 || reader.catalogue.Find(code) is not { } indicator) return null;
            decimal sum = 0;
            FigureCube.Column column = reader.Cube.Of(code);
            foreach ((Period part, int[] inside) in PartsOf(indicator))
            {
                foreach (int index in inside)
                {
                    if (column.Value(selection.Enterprises[index], part) is not { } value) return null;
                    sum += value * selection.WeightOf(index);
                }
            }

            return sum;
        }

        /// <summary>Enterprises of the last month, whose figures since January say whether they lose.</summary>
        public int Count(string code) => members.Length == 0 ? 0 : members[^1].Length;

        public int Negative(string code) => members.Length == 0 ? 0 : members[^1].Count(index => reader.Cube.Value(code, selection.Enterprises[index], period) < 0);

        /// <summary>What is reported by month and adds up; a level is the last one, and what is reported by quarter or year has no months.</summary>
        private static bool IsSummed(Indicator indicator) => indicator is { Frequency: Frequency.Month, Basis: not FigureBasis.End } && indicator.Code != "LAND";

        private Period PartOf(Indicator indicator, Period part) => indicator.Frequency == Frequency.Month ? part : period;

        private int[] Complete(Indicator[] asked, IReadOnlyList<string> leaves, Period part)
        {
            (FigureCube.Column Column, Period Part)[] columns = [.. leaves.Select(leaf => (reader.Cube.Of(leaf), asked.FirstOrDefault(each => each.Code == leaf) is { } indicator ? PartOf(indicator, part) : part))];
            List<int> complete = [];
            for (int index = 0; index < selection.Enterprises.Length; index++)
            {
                bool all = true;
                for (int leaf = 0; all && leaf < columns.Length; leaf++) all = columns[leaf].Column.Value(selection.Enterprises[index], columns[leaf].Part) is not null;
                if (all) complete.Add(index);
            }

            return [.. complete];
        }
    }

    /// <summary>Sums of released months; those of a longer period are only sums of these, so that they tell nothing new.</summary>
    private sealed class ReleasedInput : IFormulaInput
    {
        private readonly FigureReader reader;
        private readonly ReleasedCells cells;
        private readonly CellKey cell;
        private readonly Selection selection;
        private readonly Period period;
        private readonly SameScope scope;

        public ReleasedInput(FigureReader reader, ReleasedCells cells, CellKey cell, Selection selection, IReadOnlyList<string> leaves, Period period, SameScope scope)
        {
            (this.reader, this.cells, this.cell, this.selection, this.period, this.scope) = (reader, cells, cell, selection, period, scope);
            Reporting = leaves.Count == 0 ? 0 : leaves.Min(leaf => Parts(leaf).Select(part => Members(leaf, part, SameScope.None).Length).DefaultIfEmpty(0).Min());
            Hidden = leaves.Any(leaf => Parts(leaf).Any(part => !cells.May(leaf, part, cell, scope)));
        }

        public int Reporting { get; }

        public bool Hidden { get; }

        public int Months => period.Months;

        public decimal? Sum(string code)
        {
            if (code == "LAND")
            {
                return selection.Enterprises.Select((place, index) => reader.Snapshot.Enterprises[place].LandMu * selection.WeightOf(index)).Sum() is > 0 and var land ? land : null;
            }

            decimal sum = 0;
            int parts = 0;
            FigureCube.Column column = reader.Cube.Of(code);
            foreach (Period part in Parts(code))
            {
                parts++;
                foreach (int index in Members(code, part, scope))
                {
                    int place = selection.Enterprises[index];
                    decimal value = column.Value(place, part)!.Value * selection.WeightOf(index);
                    if (scope == SameScope.Deflated)
                    {
                        if (reader.PriceIndex(reader.catalogue.Find(code)!.Deflator, place, part) is not { } prices) return null;
                        value = GrowthRate.AtComparablePrices(value, prices);
                    }

                    sum += value;
                }
            }

            return parts == 0 ? null : sum;
        }

        public int Count(string code) => Parts(code).Select(part => Members(code, part, scope).Length).DefaultIfEmpty(0).Min();

        public int Negative(string code) => Members(code, period, scope).Count(index => reader.Cube.Value(code, selection.Enterprises[index], period) < 0);

        /// <summary>The single steps that a flow is made of; a level is the last one.</summary>
        private IEnumerable<Period> Parts(string code)
        {
            Indicator? indicator = reader.catalogue.Find(code);
            if (indicator is null) return [];
            if (indicator.Frequency != Frequency.Month) return [period];
            return indicator.Basis == FigureBasis.End ? [Period.Step(period.Year, period.Last)] : period.Steps;
        }

        private int[] Members(string code, Period part, SameScope of) => cells.Members(cell, selection, code, part, of);
    }
}
