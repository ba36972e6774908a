using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.Settings;
using Ordo.Economy.Tests.Figures;
using Ordo.Foundation;

namespace Ordo.Economy.Tests.Filing;

public sealed class FilingChecksTests
{
    private static readonly FormTemplate Monthly = FormTemplates.Find("M1")!;

    [Fact]
    public void A_good_form_has_no_fault() => Assert.Empty(FilingChecks.Hard(Monthly, SmallForm.Good(), EconomyRules.Shipped.Catalogue));

    [Theory]
    [InlineData("PROFIT", 999, "利润总额应等于")]
    [InlineData("ASSETS", 1, "资产总计应等于")]
    [InlineData("FGOODS", -5, "不能为负")]
    [InlineData("GOV_NEW", 5_000, "新产品产值不能大于")]
    [InlineData("STAFF", 10.5, "应为整数")]
    public void What_cannot_be_is_refused_with_its_item(string code, double value, string reason)
    {
        Dictionary<string, decimal> values = SmallForm.Good();
        values[code] = (decimal)value;
        List<Fault> faults = FilingChecks.Hard(Monthly, values, EconomyRules.Shipped.Catalogue);
        Assert.Contains(faults, fault => fault.Reason.Zh.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_item_is_told_and_is_not_taken_as_zero()
    {
        Dictionary<string, decimal> values = SmallForm.Good();
        values.Remove("REV");
        Fault fault = Assert.Single(FilingChecks.Hard(Monthly, values, EconomyRules.Shipped.Catalogue));
        Assert.Equal("REV", fault.Field);
    }

    [Fact]
    public void Yuan_for_ten_thousand_yuan_is_found_by_the_ratio_to_history()
    {
        Dictionary<string, decimal> values = SmallForm.Good();
        values["GOV"] *= 10_000;
        Finding finding = Assert.Single(Soft(values), finding => finding.Key == "unit:GOV");
        Assert.Equal((FindingKind.Unit, 1_000m), (finding.Kind, finding.Expected));
    }

    [Fact]
    public void A_fall_of_the_cumulative_accounts_is_a_changed_history()
    {
        Dictionary<string, decimal> values = SmallForm.Good();
        values["REV"] = 100;
        Assert.Contains(Soft(values), finding => finding is { Key: "history:REV", Kind: FindingKind.History });
    }

    [Fact]
    public void Output_that_does_not_follow_the_electricity_is_asked_about()
    {
        Dictionary<string, decimal> values = SmallForm.Good();
        Assert.DoesNotContain(Soft(values), finding => finding.Kind == FindingKind.Electricity);
        values["GOV"] = 1_900;
        values["SALES"] = 1_800;
        Finding finding = Assert.Single(Soft(values), finding => finding.Kind == FindingKind.Electricity);
        Assert.InRange(finding.Expected!.Value, 900, 1_100);
    }

    [Fact]
    public void Electricity_that_the_meters_deny_is_asked_about()
    {
        Dictionary<string, decimal> values = SmallForm.Good();
        Assert.Equal("电表合计 60 万kWh，填报 80 万kWh，相差 33.3%。", Misfits.ByMeter(Context(metered: 60), values)!.Reason.Zh);
        Assert.Null(Misfits.ByMeter(Context(metered: 78), values));
        Assert.Null(Misfits.ByMeter(Context(metered: null), values));
    }

    [Fact]
    public void A_text_for_a_number_is_told_with_what_stands_there()
    {
        List<(string Code, string Reason)> refused = [];
        Dictionary<string, decimal> values = FilingDesk.ReadNumbers(Monthly, new Dictionary<string, string> { ["GOV"] = "一千", ["SALES"] = " 1,234.5 ", ["EXP"] = "", ["NOPE"] = "1", ["ELEC"] = "99999999999999" },
            (code, reason) => refused.Add((code, reason.Zh)));
        Assert.Equal([("SALES", 1_234.5m)], values.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(["GOV", "NOPE", "ELEC"], refused.Select(each => each.Code));
        Assert.Contains("“一千”", refused[0].Reason, StringComparison.Ordinal);
    }

    private static List<Finding> Soft(Dictionary<string, decimal> values) => FilingChecks.Soft(Context(metered: null), values);

    private static CheckContext Context(decimal? metered)
    {
        var park = new SmallSnapshot((1, "3216"));
        Period period = Period.Step(2025, 2);
        for (int i = 0; i < 13; i++, period = period.NextStep)
        {
            decimal wave = 1 + 0.05m * (i % 5 - 2);
            Dictionary<string, decimal> values = SmallForm.Good(period.Last, wave * period.Months);
            park.File(0, period.ToString(), [.. values.Select(pair => (pair.Key, pair.Value))]);
        }

        EconomySnapshot snapshot = park.Build();
        return new(snapshot, 0, Monthly, period, metered);
    }
}

/// <summary>A monthly form in which everything fits.</summary>
internal static class SmallForm
{
    /// <param name="month">Month up to which the accounts add up.</param>
    /// <param name="scale">Of what flows in the month.</param>
    public static Dictionary<string, decimal> Good(int month = 4, decimal scale = 1) => new()
    {
        ["GOV"] = 1_000 * scale, ["GOV_NEW"] = 100 * scale, ["SALES"] = 980 * scale, ["EXP"] = 50 * scale, ["ELEC"] = 80 * scale, ["TCE"] = 120 * scale, ["STAFF"] = 200,
        ["REV"] = 950 * month, ["COST"] = 700 * month, ["TAXSUR"] = 10 * month, ["SELLEXP"] = 20 * month, ["ADMEXP"] = 30 * month, ["RDEXP"] = 25 * month, ["FINEXP"] = 15 * month, ["OTHERPL"] = 0,
        ["OPPROFIT"] = 150 * month, ["NONOPIN"] = 2 * month, ["NONOPOUT"] = 1 * month, ["PROFIT"] = 151 * month, ["TAXPAID"] = 60 * month, ["WAGE"] = 90 * month, ["DEPR"] = 40 * month, ["TAXP"] = 50 * month, ["OPSUR"] = 120 * month,
        ["ASSETS"] = 20_000, ["LIAB"] = 11_000, ["EQUITY"] = 9_000, ["FGOODS"] = 500, ["AR"] = 900,
    };
}
