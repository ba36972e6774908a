using System.Text;
using System.Text.Json;
using Ordo.Foundation.Access;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Live;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Live;

public sealed class LiveSamplesTests
{
    private static readonly Caller Everyone = Caller("/");
    private readonly FakeTime time = new();
    private readonly MemoryTelemetry telemetry = new();
    private readonly LiveSamples samples;

    public LiveSamplesTests()
    {
        samples = new(time) { IsListenedTo = true };
        samples.Apply(new([Point(1, 0, "/1/2/"), Point(2, 1, "/1/3/", scale: 0.1)], 8), telemetry);
    }

    [Fact]
    public void A_client_is_sent_the_newest_value_of_each_point_that_changed()
    {
        LiveView view = Everything();
        Observe(0, 1, 10);
        Observe(0, 2, 20);
        Observe(1, 1, 300);
        Observe(5, 1, 7); // no point
        samples.CloseRound();

        long since = 0;
        Assert.Equal("1=20 2=30", Text(view.Changes(ref since)));
        Assert.Equal("", Text(view.Changes(ref since)));
    }

    [Fact]
    public void A_slow_client_catches_up_in_one_frame_with_the_newest_values()
    {
        LiveView view = Everything();
        long prompt = 0, slow = 0;
        for (int i = 1; i <= 50; i++)
        {
            Observe(i % 2, i, i);
            samples.CloseRound();
            Text(view.Changes(ref prompt));
        }

        Assert.Equal("1=50 2=4.9", Text(view.Changes(ref slow)));
        Assert.Equal(prompt, slow);
    }

    [Fact]
    public void Clients_that_look_at_the_same_share_the_frame()
    {
        LiveView view = Everything();
        Observe(0, 1, 10);
        samples.CloseRound();
        long one = 0, other = 0;
        Assert.Equal(view.Changes(ref one), view.Changes(ref other)); // the same memory, not only the same bytes
    }

    [Fact]
    public void Only_what_the_caller_may_see_and_asked_for_is_sent()
    {
        Observe(0, 1, 10);
        Observe(1, 1, 300);
        samples.CloseRound();
        long since = 0;
        Assert.Equal("2=30", Text(new LiveView(samples, new(Caller("/1/3/"), "/", null)).Changes(ref since)));
        since = 0;
        Assert.Equal("1=10", Text(new LiveView(samples, new(Everyone, "/1/2/", null)).Changes(ref since)));
        since = 0;
        Assert.Equal("", Text(new LiveView(samples, new(Caller("/1/3/"), "/", new HashSet<long> { 1 })).Changes(ref since)));
    }

    [Fact]
    public void Late_samples_are_not_shown_and_a_clock_set_right_is()
    {
        LiveView view = Everything();
        long now = time.GetUtcNow().ToUnixTimeMilliseconds(), since = 0;
        Observe(0, now, 10);
        Observe(0, now - 1, 9);
        Observe(1, now + 86_400_000, 20);
        Observe(1, now, 21);
        samples.CloseRound();
        Assert.Equal("1=10 2=2.1", Text(view.Changes(ref since)));
    }

    [Fact]
    public void A_value_is_not_lost_when_points_change_between()
    {
        LiveView view = Everything();
        long since = 0;
        Observe(0, 1, 10);
        samples.CloseRound();
        Observe(1, 1, 300);
        samples.Apply(new([Point(2, 1, "/1/3/", scale: 0.1), Point(3, 4, "/1/3/"), Point(1, 0, "/1/2/")], 8), telemetry);
        Assert.Equal("1=10", Text(view.Changes(ref since)));
        samples.CloseRound();
        Assert.Equal("2=30", Text(view.Changes(ref since)));
    }

    [Fact]
    public void A_point_made_from_a_series_that_already_speaks_is_sent_its_newest_value()
    {
        LiveView view = Everything();
        long since = 0;
        int series = telemetry.Write(new("hj212", "new", "a34004-Rtd"), time.GetUtcNow(), 43);
        samples.Apply(new([Point(7, series, "/1/2/"), Point(2, 1, "/1/3/", scale: 0.1)], 8), telemetry);
        samples.CloseRound();
        Assert.Equal("7=43", Text(view.Changes(ref since)));
    }

    [Fact]
    public void What_is_no_number_is_null_and_the_quality_carries_its_flag()
    {
        using (Batch batch = Batch.Rent())
        {
            batch.Add(0, 1_772_323_200_500, double.NaN, new(QualityStatus.Bad, 'D'));
            samples.Observe(batch);
        }
        samples.CloseRound();
        long since = 0;
        Assert.Equal(
            "event: sample\ndata: [{\"pointId\":1,\"time\":\"2026-03-01T00:00:00.5Z\",\"value\":null,\"quality\":\"bad:D\"}]\n\n",
            Encoding.UTF8.GetString(Everything().Changes(ref since).Span));
    }

    private LiveView Everything() => new(samples, new(Everyone, "/", null));

    private void Observe(int series, long timeMs, double value)
    {
        using Batch batch = Batch.Rent();
        batch.Add(series, timeMs, value, SampleQuality.Good);
        samples.Observe(batch);
    }

    private static PointEntry Point(long id, int series, string path, double scale = 1) => new(new() { Id = id, Scale = scale }, series, path);

    private static Caller Caller(string scope) => new(1, "tester", null, new Dictionary<string, string[]> { [Permissions.ReadTelemetry] = [scope] });

    /// <summary><c>point=value</c>, by point.</summary>
    private static string Text(ReadOnlyMemory<byte> frame)
    {
        if (frame.IsEmpty) return "";
        string text = Encoding.UTF8.GetString(frame.Span);
        Assert.StartsWith("event: sample\ndata: [", text, StringComparison.Ordinal);
        Assert.EndsWith("]\n\n", text, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(text["event: sample\ndata: ".Length..]);
        return string.Join(' ', json.RootElement.EnumerateArray().OrderBy(s => s.GetProperty("pointId").GetInt64())
            .Select(s => $"{s.GetProperty("pointId").GetInt64()}={Math.Round(s.GetProperty("value").GetDouble(), 6)}"));
    }
}
