using Ordo.Foundation.Points;

namespace Ordo.Foundation.Tests.Points;

public class PointRulesTests
{
    private static readonly PointDraft Good = new(1, "p", "功率", "activePower", "kW");

    [Fact]
    public void A_plain_point_is_right() => Assert.Empty(PointRules.FaultsOf(Good));

    [Fact]
    public void Every_wrong_member_is_named() => Assert.Equal(
        ["code", "nameZh", "unit", "decimals", "staleAfterSeconds", "scale", "offset", "source", "channel", "limits.deadband"],
        PointRules.FaultsOf(Good with
        {
            Code = " p", NameZh = "", Unit = "mg/m3", Decimals = 16, StaleAfterSeconds = 0, Scale = 0, Offset = double.NaN, Gateway = "hj212", Limits = new(Deadband: -1),
        }).Select(fault => fault.Field));

    [Theory]
    [InlineData(1.0, 1.0, 2.0, 2.0, null)]
    [InlineData(null, null, null, 5.0, null)]
    [InlineData(2.0, 1.0, null, null, "limits.low")]
    [InlineData(null, 3.0, 3.0, null, "limits.high")]
    [InlineData(3.0, null, 3.0, null, "limits.high")]
    [InlineData(null, null, 3.0, 2.0, "limits.highHigh")]
    [InlineData(5.0, null, null, 1.0, "limits.highHigh")]
    [InlineData(double.NaN, null, null, null, "limits.lowLow")]
    public void Limits_ascend(double? lowLow, double? low, double? high, double? highHigh, string? field) =>
        Assert.Equal(field is null ? [] : [field], PointRules.FaultsOf(Good with { Limits = new(lowLow, low, high, highHigh) }).Select(fault => fault.Field));
}
