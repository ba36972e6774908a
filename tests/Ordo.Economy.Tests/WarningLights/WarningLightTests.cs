using Ordo.Economy.WarningLights;

namespace Ordo.Economy.Tests.WarningLights;

public class WarningLightTests
{
    [Theory]
    [InlineData(10.1, Light.Red)]
    [InlineData(8.9, Light.Yellow)]
    [InlineData(7.0, Light.Green)]
    [InlineData(5.3, Light.LightBlue)]
    [InlineData(4.5, Light.Blue)]
    public void A_light_from_its_own_history(double value, Light expected)
    {
        LightLimits limits = LightLimits.OfHistory(7.2, 1.6);
        Assert.Equal(expected, WarningLight.Of(value, limits));
        Assert.Equal(6 - (int)expected, (int)WarningLight.Of(value, limits, highIsBad: true));
    }

    [Fact]
    public void Ten_lights_make_one()
    {
        CompositeLight light = WarningLight.Composite([.. new[] { 5, 4, 3, 3, 3, 2, 3, 4, 3, 2 }.Select(score => (Light)score)]);
        Assert.Equal((32, 106.67m, 64m, Light.Green), (light.Sum, Math.Round(light.Index, 2), light.FullShare, light.Light));
        CompositeLight early2008 = WarningLight.Composite([.. new[] { 5, 4, 4, 3, 3, 3, 3, 3, 3, 3 }.Select(score => (Light)score)]);
        Assert.Equal((34, 113.3m, 68m, Light.Green), (early2008.Sum, Math.Round(early2008.Index, 1), early2008.FullShare, early2008.Light));
    }

    [Fact]
    public void Months_in_the_band_are_counted_from_the_latest()
    {
        Assert.Equal(2, WarningLight.MonthsInBand([Light.Red, Light.Green, Light.Red, Light.Red]));
        Assert.Equal(0, WarningLight.MonthsInBand([]));
    }

    [Fact]
    public void An_outlier_is_far_from_the_median_and_a_constant_series_has_none()
    {
        double[] history = [1, 2, 3, 4, 5];
        Assert.Equal(7 / 1.4826, WarningLight.RobustDistance(10, history)!.Value, 9);
        Assert.Null(WarningLight.RobustDistance(10, [3, 3, 3, 3]));
    }

    [Fact]
    public void Limits_by_quantiles()
    {
        LightLimits limits = LightLimits.OfQuantiles([.. Enumerable.Range(0, 11).Select(i => (double)i)]);
        Assert.Equal((1.0, 3.0, 7.0, 9.0), (limits.Blue, limits.LightBlue, limits.Yellow, limits.Red));
        Assert.True(limits.AreRising);
    }
}
