using Ordo.Foundation.Expressions;
using Ordo.Foundation.Telemetry;

namespace Ordo.Foundation.Tests.Expressions;

public class SampleInputsTests
{
    private const long Hour = 3_600_000, Hold = 10 * 60_000;
    private static readonly TimeWindow LastHour = new(Hour, CalendarPeriod.None), ThisHour = TimeWindow.Since(CalendarPeriod.Hour);

    [Fact]
    public void A_sample_holds_until_the_next_or_until_it_is_too_old()
    {
        SampleInputs inputs = Over((1000, 1, QualityStatus.Good), (5000, 2, QualityStatus.Bad));
        inputs.MoveTo(999);
        Assert.False(inputs.TryGet(0, 0, out _));
        inputs.MoveTo(4999);
        Assert.True(inputs.TryGet(0, 0, out Sample held));
        Assert.Equal(1, held.Value);
        Assert.False(inputs.TryGet(0, 1, out _));
        inputs.MoveTo(5000 + Hold);
        Assert.True(inputs.TryGet(0, 0, out held));
        Assert.Equal((2, QualityStatus.Bad), (held.Value, held.Quality.Status));
        Assert.True(inputs.TryGet(0, 1, out held));
        Assert.Equal(1, held.Value);
        inputs.MoveTo(5001 + Hold);
        Assert.False(inputs.TryGet(0, 0, out _));
    }

    [Fact]
    public void An_integral_is_the_area_under_straight_lines_and_the_held_end()
    {
        SampleInputs inputs = Over((0, 0, QualityStatus.Good), (60_000, 6, QualityStatus.Good), (120_000, 6, QualityStatus.Good));
        inputs.MoveTo(180_000);
        Assert.Equal((180_000 + 360_000 + 360_000, QualityStatus.Good), Values(inputs.Over(0, WindowFunction.Integral, LastHour)));
        // From 0:30 on, where the line has reached 3: 30 s at 4.5 on average, then 120 s at 6.
        Assert.Equal((30_000 * 4.5) + (120_000 * 6), inputs.Over(0, WindowFunction.Integral, new(150_000, CalendarPeriod.None)).Value);
    }

    [Fact]
    public void A_gap_is_not_bridged_and_makes_the_figure_uncertain()
    {
        SampleInputs inputs = Over((0, 2, QualityStatus.Good), (2 * Hold, 2, QualityStatus.Good));
        inputs.MoveTo(2 * Hold);
        Assert.Equal((2.0 * Hold, QualityStatus.Uncertain), Values(inputs.Over(0, WindowFunction.Integral, LastHour)));
    }

    [Fact]
    public void Only_good_samples_count_and_others_make_the_figure_uncertain()
    {
        SampleInputs inputs = Over((1, 10, QualityStatus.Good), (2, 999, QualityStatus.Bad), (3, double.NaN, QualityStatus.Good), (4, 4, QualityStatus.Good), (5, 6, QualityStatus.Good));
        inputs.MoveTo(5);
        Assert.Equal((20.0 / 3, QualityStatus.Uncertain), Values(inputs.Over(0, WindowFunction.Avg, LastHour)));
        Assert.Equal(3, inputs.Over(0, WindowFunction.Count, LastHour).Value);
        Assert.Equal(10, inputs.Over(0, WindowFunction.First, LastHour).Value);
        Assert.Equal(6, inputs.Over(0, WindowFunction.Last, LastHour).Value);
        Assert.Equal(4 + 2, inputs.Over(0, WindowFunction.Delta, LastHour).Value); // 10 → 4 is a reset
        Assert.Equal((10, QualityStatus.Good), Values(inputs.Over(0, WindowFunction.Sum, new(2, CalendarPeriod.None)))); // (3, 5]
    }

    [Fact]
    public void Windows_agree_with_counting_by_hand_wherever_the_walk_begins()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            List<(long Time, double Value, QualityStatus Quality)> samples = [];
            for (long time = random.Next(100_000); time < 3 * Hour; time += random.Next(1, 400_000)) samples.Add((time, Math.Round(random.NextDouble() * 100, 1), (QualityStatus)(random.Next(8) / 6)));
            SampleInputs walk = Over([.. samples]);
            for (long now = 0; now < 3 * Hour; now += random.Next(1, 600_000))
            {
                walk.MoveTo(now);
                SampleInputs fresh = Over([.. samples]);
                fresh.MoveTo(now);
                foreach (TimeWindow window in new[] { LastHour, ThisHour })
                {
                    foreach (WindowFunction function in Enum.GetValues<WindowFunction>()) Assert.Equal(fresh.Over(0, function, window), walk.Over(0, function, window));
                    long begin = window == LastHour ? now - Hour + 1 : now / Hour * Hour;
                    double[] good = [.. samples.Where(s => s.Time >= begin && s.Time <= now && s.Quality == QualityStatus.Good).Select(s => s.Value)];
                    Assert.Equal(good.Length, walk.Over(0, WindowFunction.Count, window).Value);
                    if (good.Length == 0) continue;
                    Assert.Equal(good.Sum(), walk.Over(0, WindowFunction.Sum, window).Value, 9);
                    Assert.Equal(good.Max(), walk.Over(0, WindowFunction.Max, window).Value);
                }
            }
        }
    }

    private static (double, QualityStatus) Values(ExpressionValue value) => (value.Value, value.Quality);

    private static SampleInputs Over(params (long Time, double Value, QualityStatus Quality)[] samples) => new(
        [new([.. samples.Select(s => s.Time)], [.. samples.Select(s => s.Value)], [.. samples.Select(s => new SampleQuality(s.Quality))])],
        [Hold],
        (time, period) => period == CalendarPeriod.Hour ? time / Hour * Hour : throw new NotSupportedException());
}
