using System.Globalization;
using System.Text;
using Ordo.Storage.Samples;

namespace Ordo.Storage.Tests.Samples;

public sealed class DigitsTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.001)]
    [InlineData(-0.25)]
    [InlineData(100)]
    [InlineData(21.2)]
    [InlineData(0.30000000000000004)]
    [InlineData(43.166666666666664)]
    [InlineData(1e-5)]
    [InlineData(123456789012.345)]
    [InlineData(999999999999.999)]
    [InlineData(1e12)]
    [InlineData(1e15)]
    [InlineData(1e22)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    [InlineData(double.MinValue)]
    public void A_value_has_its_shortest_digits(double value) => Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Written(value));

    [Fact]
    public void A_negative_zero_stays_one() => Assert.Equal("-0", Written(-0.0));

    [Fact]
    public void So_has_any_value_however_many_decimals_it_has()
    {
        var random = new Random(7);
        for (int i = 0; i < 200_000; i++)
        {
            double value = i % 2 == 0 ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) : Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(13)), random.Next(6));
            if (double.IsFinite(value)) Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Written(value));
        }
    }

    [Theory]
    [InlineData(0, "T00:00:00Z")]
    [InlineData(25_500_000, "T07:05:00Z")]
    [InlineData(86_399_999, "T23:59:59.999Z")]
    [InlineData(1_250, "T00:00:01.25Z")]
    [InlineData(500, "T00:00:00.5Z")]
    [InlineData(5, "T00:00:00.005Z")]
    public void A_time_has_as_many_decimals_as_it_needs(int timeMs, string text)
    {
        Span<byte> to = stackalloc byte[16];
        Assert.Equal(text, Encoding.ASCII.GetString(to[..Digits.WriteClock(timeMs, to)]));
    }

    private static string Written(double value)
    {
        Span<byte> to = stackalloc byte[40];
        return Encoding.ASCII.GetString(to[..Digits.Write(value, to)]);
    }
}
