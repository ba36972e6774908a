using Ordo.Operations.Map;

namespace Ordo.Operations.Tests.Map;

public sealed class AssetStatesTests
{
    [Fact]
    public void An_asset_shows_the_worst_of_everything_below_it()
    {
        var states = AssetStates.Of(
        [
            new("/1/2/10/", MapStateKind.Normal, null),
            new("/1/2/10/", MapStateKind.BadQuality, null),
            new("/1/2/11/", MapStateKind.Offline, null),
            new("/1/2/11/", MapStateKind.Stale, null),
            new("/1/3/", MapStateKind.Alarm, 3),
            new("/1/3/12/", MapStateKind.Alarm, 2),
            new("/1/4/", MapStateKind.Normal, null),
        ]).ToDictionary(s => s.AssetId);

        Assert.Equal((MapStateKind.Alarm, 2), (states[1].State, states[1].Priority));
        Assert.Equal((MapStateKind.Offline, (int?)null), (states[2].State, states[2].Priority));
        Assert.Equal(MapStateKind.BadQuality, states[10].State);
        Assert.Equal(MapStateKind.Offline, states[11].State);
        Assert.Equal((MapStateKind.Alarm, 2), (states[3].State, states[3].Priority));
        Assert.Equal((MapStateKind.Normal, "/1/4/"), (states[4].State, states[4].Path));
        Assert.Equal(7, states.Count);
    }

    [Theory]
    [InlineData(null, "a34004-Rtd", 60, 900)]
    [InlineData(null, "a34004-Rtd", 600, 1800)]
    [InlineData(null, "a34004-Avg.hour", 60, 10_800)]
    [InlineData(null, "LA-DayData.day", 60, 259_200)]
    [InlineData(5, "a34004-Avg.hour", 60, 5)]
    [InlineData(null, null, 0, 900)]
    public void A_value_is_stale_after_three_of_its_periods(int? set, string? channel, int heartbeatSeconds, int seconds) =>
        Assert.Equal(seconds * 1000L, Staleness.AfterMs(new() { StaleAfterSeconds = set, Channel = channel }, heartbeatSeconds * 1000L));
}
