using Ordo.Economy.Indicators;
using Ordo.Economy.Settings;

namespace Ordo.Economy.Tests.Indicators;

public sealed class FormulaTests
{
    private static readonly IndicatorCatalogue Catalogue = EconomyRules.Shipped.Catalogue;

    private sealed class Given(params (string Code, decimal Value)[] values) : IFormulaInput
    {
        public int Months { get; init; } = 1;

        public decimal? Sum(string code) => values.Where(value => value.Code == code).Select(value => (decimal?)value.Value).FirstOrDefault();

        public int Count(string code) => 100;

        public int Negative(string code) => 17;
    }

    [Fact]
    public void The_shipped_catalogue_has_forty_items_to_file_and_no_fault()
    {
        Assert.True(Catalogue.All.Count >= 80);
        Assert.Equal(40, Ordo.Economy.Filing.FormTemplates.Find("M1")!.Items.Count);
        Assert.All(Ordo.Economy.Filing.FormTemplates.All.SelectMany(form => form.Items), item => Assert.NotNull(Catalogue.Find(item.Code)));
        Assert.All(Catalogue.All, indicator => Assert.NotNull(EconomyUnit.Find(indicator.Unit)));
    }

    [Theory]
    [InlineData("PSR", 98.8)]
    [InlineData("COST100", 85.0)]
    [InlineData("LOSSFACE", 17.0)]
    [InlineData("LP", 24.0)] // 1,200 万元 in 6 months by 100 people
    [InlineData("MU_OUT", 15.755)]
    [InlineData("INV_DAYS", 36.0)] // 360 × 170 ÷ (850 × 12 ÷ 6)
    public void A_ratio_comes_out_in_its_own_unit(string code, double expected)
    {
        var input = new Given(
            ("GOV", 1_000), ("SALES", 988), ("COST", 850), ("REV", 1_000), ("STAFF", 100), ("WAGE", 500), ("DEPR", 200), ("TAXP", 200), ("OPSUR", 300), ("FGOODS", 170), ("LAND", 126.94383m))
        { Months = 6 };
        Assert.Equal(expected, (double)Catalogue.Evaluate(code, input)!.Value, 3);
    }

    [Fact]
    public void The_park_index_is_that_of_the_worked_example()
    {
        // Answers as sums of 1, 0, −1 over 100 enterprises: 50 + 50 × mean gives the five diffusion indices of the example.
        var input = new Given(("S_NEWORD", 4m), ("S_PROD", 6.2m), ("S_EMP", -2.2m), ("S_DELIV", 1.2m), ("S_STOCK", -4.4m));
        Assert.Equal(50.845m, Catalogue.Evaluate("PMI", input));
    }

    [Fact]
    public void What_is_missing_or_divided_by_nothing_is_no_figure()
    {
        Assert.Null(Catalogue.Evaluate("PSR", new Given(("GOV", 0), ("SALES", 5))));
        Assert.Null(Catalogue.Evaluate("PSR", new Given(("SALES", 5))));
    }

    [Theory]
    [InlineData("GOV + ELEC", "单位不同")]
    [InlineData("GOV / STAFF", "单位与")]
    [InlineData("GOV +", "没有写完")]
    [InlineData("GOV ! 3", "不应在此")]
    [InlineData("NOBODY / GOV", "没有指标 NOBODY")]
    [InlineData("sum(GOV)", "没有函数 sum")]
    [InlineData("360[年] * GOV", "没有单位")]
    public void A_formula_that_does_not_fit_is_refused_with_the_place(string formula, string reason)
    {
        FormulaException fault = Assert.Throws<FormulaException>(() => IndicatorCatalogue.With([Catalogue.Find("PSR")! with { Formula = formula }]));
        Assert.Contains(reason, fault.Reason.Zh, StringComparison.Ordinal);
        Assert.Contains("PSR", fault.Reason.Zh, StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_is_told_as_it_goes_round()
    {
        Indicator va = Catalogue.Find("VA")!, psr = Catalogue.Find("PSR")!;
        FormulaException fault = Assert.Throws<FormulaException>(() => IndicatorCatalogue.With([va with { Formula = "WAGE * PSR" }, psr with { Formula = "VA / GOV" }]));
        Assert.Contains("VA → PSR → VA", fault.Reason.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Yuan_and_ten_thousand_yuan_cannot_be_mixed_up()
    {
        IndicatorCatalogue catalogue = IndicatorCatalogue.With([Catalogue.Find("GOV")! with { Unit = "元" }]);
        Assert.Equal(98.8m, catalogue.Evaluate("PSR", new Given(("GOV", 10_000_000), ("SALES", 988))));
    }

    [Fact]
    public void A_change_is_followed_to_all_that_depend_on_it() => Assert.Superset(new HashSet<string> { "VA", "LP", "ENERGY" }, Catalogue.DependantsOf("WAGE").ToHashSet());
}
