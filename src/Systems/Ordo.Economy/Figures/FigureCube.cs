using Ordo.Economy.Filing;
using Ordo.Economy.Indicators;

namespace Ordo.Economy.Figures;

/// <summary>One revision of a form that counts.</summary>
/// <param name="FilingId">Its row.</param>
/// <param name="Enterprise">Place of the enterprise in the snapshot.</param>
/// <param name="Accepted">From then on it is known.</param>
public sealed record FiledFact(long FilingId, int Enterprise, string Form, Period Period, int Revision, Vintage Vintage, DateTimeOffset Accepted, IReadOnlyDictionary<string, decimal> Values);

/// <summary>
/// Reported figures of all enterprises by indicator and month, in memory: a total over 500 enterprises is a walk through arrays. Immutable; a revised form gives
/// another cube that shares everything but that enterprise's columns.
/// </summary>
public sealed class FigureCube
{
    private readonly int firstYear, years;
    private readonly IndicatorCatalogue catalogue;
    private readonly IReadOnlyList<Enterprise> enterprises;
    private readonly Dictionary<string, decimal?[]?[]> columns;

    private FigureCube(IndicatorCatalogue catalogue, IReadOnlyList<Enterprise> enterprises, int firstYear, int years, Dictionary<string, decimal?[]?[]> columns) =>
        (this.catalogue, this.enterprises, this.firstYear, this.years, this.columns) = (catalogue, enterprises, firstYear, years, columns);

    public static FigureCube Build(IndicatorCatalogue catalogue, IReadOnlyList<Enterprise> enterprises, IEnumerable<FiledFact> newest)
    {
        FiledFact[] facts = [.. newest];
        int first = facts.Length == 0 ? 2020 : facts.Min(fact => fact.Period.Year), last = facts.Length == 0 ? 2020 : facts.Max(fact => fact.Period.Year);
        var cube = new FigureCube(catalogue, enterprises, first, last - first + 1, []);
        foreach (FiledFact fact in facts) cube.Put(fact);
        return cube;
    }

    /// <summary>The same with one enterprise's columns written anew; <c>null</c> when a year is new and everything must grow.</summary>
    public FigureCube? With(int enterprise, IEnumerable<FiledFact> newestOfIt)
    {
        FiledFact[] facts = [.. newestOfIt];
        if (facts.Any(fact => fact.Period.Year < firstYear || fact.Period.Year >= firstYear + years)) return null;
        var copy = new Dictionary<string, decimal?[]?[]>(columns.Count);
        foreach ((string code, decimal?[]?[] column) in columns)
        {
            var shared = (decimal?[]?[])column.Clone();
            shared[enterprise] = null;
            copy[code] = shared;
        }

        var cube = new FigureCube(catalogue, enterprises, firstYear, years, copy);
        foreach (FiledFact fact in facts) cube.Put(fact);
        return cube;
    }

    /// <summary>What an enterprise reported for exactly this end of period, on the indicator's own basis.</summary>
    public decimal? Raw(string code, int enterprise, int year, int month) => Of(code).Raw(enterprise, year, month);

    /// <summary>Of a period of any length; <c>null</c> when any part of it is missing.</summary>
    public decimal? Value(string code, int enterprise, Period period) => Of(code).Value(enterprise, period);

    /// <summary>One indicator of all enterprises: found once, asked for each enterprise.</summary>
    internal Column Of(string code) => new(this, catalogue.Find(code), columns.GetValueOrDefault(code), code == "LAND");

    /// <summary>One indicator of all enterprises.</summary>
    internal readonly struct Column
    {
        private readonly FigureCube cube;
        private readonly Indicator? indicator;
        private readonly decimal?[]?[]? values;
        private readonly bool isLand;

        internal Column(FigureCube cube, Indicator? indicator, decimal?[]?[]? values, bool isLand) => (this.cube, this.indicator, this.values, this.isLand) = (cube, indicator, values, isLand);

        public decimal? Raw(int enterprise, int year, int month)
        {
            int at = (year - cube.firstYear) * 12 + month - 1;
            return values is not null && at >= 0 && at < cube.years * 12 && values[enterprise] is { } months ? months[at] : null;
        }

        /// <summary>Of a period of any length; <c>null</c> when any part of it is missing.</summary>
        public decimal? Value(int enterprise, Period period)
        {
            if (isLand) return cube.enterprises[enterprise].LandMu;
            if (indicator is null || values is null) return null;
            return indicator.Basis switch
            {
                FigureBasis.End => Raw(enterprise, period.Year, period.Last),
                FigureBasis.Cumulative when period.First == 1 => Raw(enterprise, period.Year, period.Last),
                FigureBasis.Cumulative => Raw(enterprise, period.Year, period.Last) - Raw(enterprise, period.Year, period.First - 1),
                _ => Sum(indicator.Frequency, enterprise, period),
            };
        }

        private decimal? Sum(Frequency frequency, int enterprise, Period period)
        {
            if (frequency == Frequency.Year) return period.Fits(Frequency.Year) ? Raw(enterprise, period.Year, 12) : null;
            int stride = frequency == Frequency.Quarter ? 3 : 1;
            if (stride == 3 && (period.First % 3 != 1 || period.Last % 3 != 0)) return null;
            decimal sum = 0;
            for (int month = stride == 3 ? period.First + 2 : Math.Max(2, period.First); month <= period.Last; month += stride)
            {
                if (Raw(enterprise, period.Year, month) is not { } value) return null;
                sum += value;
            }

            return sum;
        }
    }

    private void Put(FiledFact fact)
    {
        int at = (fact.Period.Year - firstYear) * 12 + fact.Period.Last - 1;
        foreach ((string code, decimal value) in fact.Values)
        {
            if (!columns.TryGetValue(code, out decimal?[]?[]? column)) columns[code] = column = new decimal?[enterprises.Count][];
            (column[fact.Enterprise] ??= new decimal?[years * 12])[at] = value;
        }
    }
}
