using Ordo.Identifiers.Statistics;

namespace Ordo.Identifiers.Tests.Statistics;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void A_percentile_is_at_most_a_sixteenth_too_high_and_never_too_low()
    {
        var random = new Random(7);
        for (int round = 0; round < 50; round++)
        {
            var histogram = new LatencyHistogram();
            long[] times = [.. Enumerable.Range(0, 1000).Select(_ => (long)Math.Pow(2, random.NextDouble() * 34))];
            foreach (long ticks in times) histogram.Add(TimeSpan.FromTicks(ticks));
            Array.Sort(times);
            foreach (double share in new[] { 0.5, 0.95, 0.99, 1 })
            {
                long right = times[(int)Math.Ceiling(times.Length * share) - 1], read = histogram.Percentile(share)!.Value.Ticks;
                Assert.InRange(read, right, right + (right / 16) + 1);
            }
        }
    }

    [Fact]
    public void What_was_written_is_read_again_and_days_are_added_up()
    {
        var one = new LatencyHistogram();
        for (int i = 0; i < 100; i++) one.Add(TimeSpan.FromMicroseconds(i));
        one.Add(TimeSpan.FromHours(30));
        one.Add(TimeSpan.FromTicks(-5));
        var both = LatencyHistogram.Parse(one.ToString());
        Assert.Equal(one.ToString(), both.ToString());
        both.Merge(one);
        Assert.Equal(204, both.Count);
        Assert.Equal(one.ToString(), both.Since(one).ToString());
        Assert.Equal(one.Percentile(0.5), both.Percentile(0.5));
    }

    [Fact]
    public void Nothing_answered_has_no_percentile() => Assert.Null(new LatencyHistogram().Percentile(0.99));

    [Theory]
    [InlineData("")]
    [InlineData("x:1 99999:3 -1:4 5 :7 6:-2 7:1.5")]
    public void What_is_no_histogram_counts_for_nothing(string text) => Assert.Equal(0, LatencyHistogram.Parse(text).Count);

    [Fact]
    public async Task Threads_that_count_at_the_same_time_lose_nothing()
    {
        var histogram = new LatencyHistogram();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 50_000; i++) histogram.Add(TimeSpan.FromTicks(30));
        })));
        Assert.Equal(200_000, histogram.Count);
    }
}
