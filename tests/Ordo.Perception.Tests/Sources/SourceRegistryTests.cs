using Ordo.Foundation;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Tests.Sources;

public sealed class SourceRegistryTests
{
    private readonly MemoryCatalogue catalogue = new();

    [Fact]
    public void A_source_is_the_same_whoever_asks_and_numbered_as_in_the_catalogue()
    {
        var registry = new SourceRegistry(catalogue, new SourceOptions());
        catalogue.SourceOf("line", "somebody else"u8);

        Assert.True(registry.Gateway("hj212").TryOpen("MN1"u8, out Source? source));

        Assert.Equal(1, source.Id);
        Assert.True(registry.Gateway("hj212").TryOpen("MN1"u8, out Source? again));
        Assert.Same(source, again);
        Assert.Same(source, registry.Find(1));
        Assert.Null(registry.Gateway("line").Find("MN1"u8));
        Assert.Null(registry.Find(0));
    }

    [Fact]
    public void Finding_a_known_source_allocates_nothing()
    {
        GatewaySources sources = new SourceRegistry(catalogue, new SourceOptions()).Gateway("hj212");
        sources.TryOpen("010000A8900016F000169DC0"u8, out Source? source);
        source!.Heard(1_000, "10.0.0.1:4000");

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            sources.TryOpen("010000A8900016F000169DC0"u8, out Source? found);
            found!.Heard(1_000 + i, "10.0.0.1:4000");
            found.Count(1, 12);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200);
        Assert.Equal((1000, 12_000), (source.FrameCount, source.SampleCount));
    }

    [Fact]
    public void Invented_identities_end_at_the_limit_and_are_counted()
    {
        var registry = new SourceRegistry(catalogue, new SourceOptions { MaxUnclaimed = 3 });
        GatewaySources sources = registry.Gateway("hj212");
        for (int i = 0; i < 10; i++) sources.TryOpen(BitConverter.GetBytes((long)i), out _);

        Assert.Equal(3, registry.All.Count());
        Assert.Equal(7, registry.TurnedAway);
        Assert.Equal(3, catalogue.SourceCount);
        Assert.True(sources.TryOpen(BitConverter.GetBytes(1L), out _));
    }

    [Fact]
    public void A_name_that_is_not_text_is_no_source()
    {
        GatewaySources sources = new SourceRegistry(catalogue, new SourceOptions()).Gateway("hj212");
        Assert.False(sources.TryOpen([0xFF, 0xFE], out _));
        Assert.False(sources.TryOpen([], out _));
        Assert.False(sources.TryOpen(new byte[5000], out _));
    }

    [Fact]
    public void Silence_and_return_are_told_once_each()
    {
        var registry = new SourceRegistry(catalogue, new SourceOptions());
        var changes = new List<SourceState>();
        registry.StateChanged += change => changes.Add(change.State);
        registry.Gateway("hj212").TryOpen("MN1"u8, out Source? source);

        source!.Heard(1_000_000, null);
        source.Heard(1_030_000, null);
        source.JudgeSilence(1_030_000 + Heartbeat.ToleranceMs(30_000), 0);
        Assert.Equal([SourceState.Online], changes);
        source.JudgeSilence(1_030_001 + Heartbeat.ToleranceMs(30_000), 0);
        source.JudgeSilence(9_000_000, 0);
        source.Heard(9_030_000, null);

        Assert.Equal([SourceState.Online, SourceState.Offline, SourceState.Online], changes);
        Assert.Equal(60_000, source.HeartbeatMs);
    }

    [Theory]
    [InlineData(0, 3_600_000, true, 3_600_000)] // an hourly device, seen for the second time
    [InlineData(30_000, 5, false, 30_000)] // a burst
    [InlineData(30_000, 30_000, false, 30_000)]
    [InlineData(30_000, 600_000, false, 600_000)]
    [InlineData(30_000, 86_400_000, true, 60_000)] // an outage of a day
    [InlineData(600_000, 30_000, false, 457_500)]
    public void The_heartbeat_is_the_longest_usual_gap(long learned, long gap, bool wasOffline, long expected) =>
        Assert.Equal(expected, Heartbeat.Learn(learned, gap, wasOffline));

    [Fact]
    public void A_frame_log_keeps_the_last_200_and_stays_within_its_share_of_memory()
    {
        var budget = new FrameLogBudget(total: 200_000, perLog: 100_000);
        var log = new FrameLog(budget);
        for (int i = 0; i < 500; i++) log.Add(i, FrameDirection.In, [(byte)i], Verdict.Stored, new Text("好", "good"), 1);
        FrameEntry[] entries = log.Read();
        Assert.Equal(FrameLog.Capacity, entries.Length);
        Assert.Equal((499, 300), (entries[0].TimeMs, entries[^1].TimeMs));

        for (int i = 0; i < 50; i++) log.Add(i, FrameDirection.In, new byte[20_000], Verdict.Unreadable);
        Assert.Equal(100_000 / (FrameLog.MaxFrameBytes + 96), log.Read().Length);

        for (int i = 0; i < 8; i++) new FrameLog(budget).Add(0, FrameDirection.In, [], Verdict.Kept);
        log.Trim();
        Assert.Single(log.Read()); // nine logs now share the same memory
    }
}
