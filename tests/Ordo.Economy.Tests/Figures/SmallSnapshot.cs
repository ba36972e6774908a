using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.Settings;
using Ordo.Foundation.Park;

namespace Ordo.Economy.Tests.Figures;

/// <summary>A park in memory: two zones, enterprises 0, 1, 2 … whose industries the test names.</summary>
internal sealed class SmallSnapshot(params (int Zone, string Industry)[] enterprises)
{
    private readonly List<FiledFact> facts = [];
    private readonly List<OutsideFigure> outside = [];

    public static Area Park { get; } = new(1, null, "/1/", AssetKind.Park, "P", "园区", "Park");

    public static Area Zone(int number) => new(1 + number, 1, $"/1/{1 + number}/", AssetKind.Zone, $"Z{number}", $"片区{number}", $"Zone {number}");

    public SmallSnapshot File(int enterprise, string period, params (string Code, decimal Value)[] values) => File(enterprise, period, 1, "2026-06-01", values);

    public SmallSnapshot File(int enterprise, string period, int revision, string accepted, params (string Code, decimal Value)[] values)
    {
        Assert.True(Period.TryParse(period, out Period parsed));
        facts.Add(new(facts.Count + 1, enterprise, "M1", parsed, revision, revision == 1 ? Vintage.First : Vintage.Revised,
            DateTimeOffset.Parse(accepted + "T04:00:00Z", System.Globalization.CultureInfo.InvariantCulture), values.ToDictionary(value => value.Code, value => value.Value)));
        return this;
    }

    public SmallSnapshot Prices(string period, string industry, decimal value)
    {
        Assert.True(Period.TryParse(period, out Period parsed));
        outside.Add(new() { Indicator = "IPI", Industry = industry, Period = parsed.Key, Value = value });
        return this;
    }

    public EconomySnapshot Build() => new(EconomyRules.Shipped, [Park, Zone(1), Zone(2)],
        [.. enterprises.Select((enterprise, i) => new Enterprise(new(100 + i, 1 + enterprise.Zone, $"/1/{1 + enterprise.Zone}/{100 + i}/", AssetKind.Enterprise, $"E{i}", $"企业{i}", $"Enterprise {i}"),
            enterprise.Industry, IndustryCatalogue.Find(enterprise.Industry)!.Section, 100, true))], facts, outside);

    public FigureReader Open() => Build() is var snapshot ? new(snapshot, snapshot.Latest, null) : null!;

    public FigureReader Protected(string today = "2026-12-31")
    {
        EconomySnapshot snapshot = Build();
        DateOnly day = DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture);
        return new(snapshot, snapshot.Released(day, EconomyBook.Zone), snapshot.ReleasedCells(day, EconomyBook.Zone));
    }
}
