using Ordo.Economy.Filing;

namespace Ordo.Economy.Tests.Filing;

public class UnitSlipTests
{
    private static readonly decimal[] History = [820, 900, 760, 1010, 870];

    [Fact]
    public void Yuan_for_ten_thousand_yuan_is_found_in_both_directions()
    {
        UnitSlipFinding tooLarge = UnitSlip.Find(9_130_000, History)!;
        Assert.Equal((10_000m, 913m, 870m), (tooLarge.Factor, tooLarge.Corrected, tooLarge.Median));
        UnitSlipFinding tooSmall = UnitSlip.Find(0.0913m, History)!;
        Assert.Equal((0.0001m, 913m), (tooSmall.Factor, tooSmall.Corrected));
        Assert.Equal(1_000m, UnitSlip.Find(913_000, History)!.Factor);
        Assert.Equal(100_000_000m, UnitSlip.Find(91_300_000_000, History)!.Factor);
        Assert.Equal(-913m, UnitSlip.Find(-9_130_000, History)!.Corrected);
    }

    [Theory]
    [InlineData(2_000)] // more than doubled
    [InlineData(90)] // a stopped line
    [InlineData(0)]
    [InlineData(-400)] // a loss is a loss
    [InlineData(50_000)] // wrong perhaps, but not by a unit
    public void A_bad_or_a_good_month_is_no_slip(int value) => Assert.Null(UnitSlip.Find(value, History));

    [Fact]
    public void Without_a_history_nothing_is_claimed() => Assert.Null(UnitSlip.Find(9_130_000, [820, 900]));
}
