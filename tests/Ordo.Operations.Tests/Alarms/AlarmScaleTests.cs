using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms;

namespace Ordo.Operations.Tests.Alarms;

/// <summary>Many alarms at once, and a restart in the middle of them.</summary>
public sealed class AlarmScaleTests
{
    [Fact]
    public void A_restart_in_the_middle_of_ten_thousand_active_alarms_finds_the_same_in_the_same_states()
    {
        const int count = 10_000;
        var stand = new AlarmStand([.. Enumerable.Range(0, count).Select(PointOf)]);
        stand.Write(allMarks: true);
        Rise(stand, 0, 6000);
        foreach (AlarmOccurrence alarm in stand.Engine.Open().Take(2000)) stand.Engine.Acknowledge(alarm.Id, "li.ming", 1, null);
        stand.Write();
        Rise(stand, 6000, count); // and these are lost with the server
        string[] before = Standing(stand);
        Assert.Equal(count, before.Length);

        long start = TimeProvider.System.GetTimestamp();
        stand.KillAndStart();
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        Assert.Equal(before, Standing(stand));
        Assert.Equal(2000, stand.Engine.Open().Count(o => o.State == AlarmState.Acknowledged));
        stand.Write(allMarks: true);
        Assert.Equal(count, stand.Journal.Occurrences.Count);
        TestContext.Current.SendDiagnosticMessage($"10,000 alarms restored in {took.TotalMilliseconds:F0} ms.");
    }

    [Fact]
    public void A_hundred_thousand_alarms_in_a_minute_keep_their_order_and_their_counts()
    {
        const int count = 100_000, perAsset = 100;
        var stand = new AlarmStand([.. Enumerable.Range(0, count).Select(PointOf)]);
        stand.Write(allMarks: true);
        var announced = new List<long>();
        stand.Engine.Changed += o => announced.Add(o.Id);
        for (int from = 0; from < count; from += 10_000)
        {
            Rise(stand, from, from + 10_000);
            stand.Time.Advance(TimeSpan.FromSeconds(6));
            if (from % 30_000 == 0) stand.Write(); // the database is slower than the plant
        }
        while (stand.Engine.PendingChanges > 0 || stand.Engine.SeriesWaiting > 0)
        {
            stand.Write();
            stand.CatchUp();
        }

        Assert.Equal(count, stand.Engine.OpenCount);
        Assert.Equal(announced.Order(), announced);
        Assert.Equal(Enumerable.Range(1, count).Select(i => (long)i), stand.Journal.Occurrences.Select(o => o.PointId).Order());
        AlarmOccurrence[] raised = [.. stand.Journal.Occurrences.OrderBy(o => o.Id)];
        Assert.Equal(count / perAsset, raised.Select(o => o.GroupId).Distinct().Count()); // the operator sees troubles, not rows
        Assert.All(raised.GroupBy(o => o.GroupId), group => Assert.Single(group.Select(o => o.AssetId).Distinct()));
    }

    private static void Rise(AlarmStand stand, int from, int to)
    {
        using Batch batch = Batch.Rent(to - from);
        for (int series = from; series < to; series++)
        {
            stand.Telemetry.Write(series, new(stand.NowMs, 85, SampleQuality.Good));
            batch.Add(series, stand.NowMs, 85, SampleQuality.Good);
        }
        stand.Engine.Observe(batch);
    }

    private static string[] Standing(AlarmStand stand) => [.. stand.Engine.Open().OrderBy(o => o.PointId).Select(o => $"{o.PointId} {o.Kind} {o.State} {o.Raised:O} {o.AcknowledgedBy}")];

    private static PointEntry PointOf(int i)
    {
        PointEntry entry = AlarmStand.Point(i + 1, i, lowLow: null, low: null, highHigh: null);
        entry.Point.AssetId = 1000 + (i / 100);
        return entry with { AssetPath = $"/1/{entry.Point.AssetId}/" };
    }
}
