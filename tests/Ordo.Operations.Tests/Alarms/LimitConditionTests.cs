using Ordo.Operations.Alarms;

namespace Ordo.Operations.Tests.Alarms;

public sealed class LimitConditionTests
{
    [Theory]
    [InlineData(79.999, false, false)]
    [InlineData(80, false, true)]
    [InlineData(79, true, true)]
    [InlineData(78.001, true, true)]
    [InlineData(78, true, false)]
    [InlineData(79, false, false)]
    [InlineData(double.PositiveInfinity, false, true)]
    public void A_high_limit_sets_at_the_limit_and_clears_at_the_limit_less_the_deadband(double value, bool was, bool met)
    {
        Assert.Equal(met, new LimitCondition(AlarmKind.High, 80, 2).IsMet(value, was));
        Assert.Equal(met, new LimitCondition(AlarmKind.HighHigh, 80, 2).IsMet(value, was));
        Assert.Equal(met, new LimitCondition(AlarmKind.Low, -80, 2).IsMet(-value, was));
        Assert.Equal(met, new LimitCondition(AlarmKind.LowLow, -80, 2).IsMet(-value, was));
    }

    [Fact]
    public void Without_a_deadband_a_value_on_the_limit_sets_and_does_not_clear()
    {
        var condition = new LimitCondition(AlarmKind.High, 80, 0);
        Assert.True(condition.IsMet(80, wasMet: false));
        Assert.True(condition.IsMet(80, wasMet: true));
        Assert.False(condition.IsMet(79.9, wasMet: true));
    }
}
