using Ordo.Foundation.Units;
using Ordo.Perception.Gateways.Hj212;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Tests.Gateways.Hj212;

public sealed class Hj212FactorsTests
{
    private readonly Hj212Factors factors = new();

    [Fact]
    public void The_table_is_complete_and_every_unit_is_one_of_ours()
    {
        Assert.Equal(184, Hj212Factors.All.Count(f => f.Code.Length == 6 && f.Code[0] is 'a' or 'w' && f.Code is not ("w01003" or "w01016" or "a05024" or "a99054")));
        Assert.Equal(Hj212Factors.All.Count, Hj212Factors.All.Select(f => f.Code).Distinct().Count());
        foreach (Hj212Factor factor in Hj212Factors.All)
        {
            Assert.True(UnitCatalogue.UnitOf(factor.Quantity, factor.Unit) is not null, factor.Code);
            Assert.True(factor.FieldUnit.Length == 0 || UnitCatalogue.UnitOf(factor.Quantity, factor.FieldUnit) is not null, factor.Code);
            Assert.True(factor.TotalQuantity.Length == 0 || UnitCatalogue.UnitOf(factor.TotalQuantity, factor.TotalUnit) is not null, factor.Code);
        }
    }

    [Theory]
    [InlineData("a34004-Rtd", "细微颗粒物 PM2.5 实时值", "PM2.5", "concentration", "ug/m3")]
    [InlineData("w01018-Avg.hour", "化学需氧量 小时平均值", "COD (CODCr) hour mean", "concentration", "mg/L")]
    [InlineData("w01018-Cou.day", "化学需氧量 日累计值", "COD (CODCr) day total", "mass", "kg")]
    [InlineData("011-Rtd", "化学需氧量 实时值", "COD (CODCr)", "concentration", "mg/L")]
    [InlineData("B01-Cou.hour", "污水 小时累计值", "waste water (flow) hour total", "volume", "m3")]
    [InlineData("a21026-ZsRtd", "二氧化硫 折算实时值", "sulphur dioxide (SO2) converted", "concentration", "mg/m3")]
    [InlineData("SB1-RS", "设备 SB1 运行状态", "Equipment SB1 state", "state", "1")]
    [InlineData("SB1-RT.day", "设备 SB1 运行时间", "Equipment SB1 run time", "duration", "h")]
    [InlineData("i12001-Info.w01018", "在线监控仪器运行状态 w01018", "instrument state w01018", "state", "1")]
    [InlineData("Ld-DayData.day", "昼间等效声级 日昼间值", "day level day day-time", "soundLevel", "dB(A)")]
    public void A_channel_explains_itself(string channel, string zh, string en, string quantity, string unit)
    {
        ChannelMeaning meaning = factors.Explain(channel)!;
        Assert.Equal((zh, en, quantity, unit), (meaning.Name.Zh, meaning.Name.En, meaning.Quantity, meaning.Unit));
    }

    [Theory]
    [InlineData("LAMPBLACK-Rtd")]
    [InlineData("nonsense")]
    [InlineData("-Rtd")]
    [InlineData("w01001-Cou.hour")] // nobody discharges pH
    public void What_is_not_published_is_not_explained(string channel) => Assert.Null(factors.Explain(channel));

    [Fact]
    public void Every_shipped_template_is_complete()
    {
        Assert.Equal(SourceTemplate.All.Count, SourceTemplate.All.Select(t => t.Code).Distinct().Count());
        Assert.True(SourceTemplate.All.Count >= 10);
        foreach (SourceTemplate template in SourceTemplate.All)
            foreach (TemplateChannel channel in template.Channels)
            {
                ChannelMeaning? meaning = channel.Over(template.Gateway == "hj212" ? factors.Explain(channel.Channel) : null);
                Assert.True(meaning is not null && UnitCatalogue.UnitOf(meaning.Quantity, meaning.Unit) is not null, $"{template.Code}: {channel.Channel}");
            }
    }
}
