using Ordo.Foundation.Points;
using Ordo.Operations.Alarms;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Tests.Alarms;

/// <summary>Silence: of one source, of a gateway, of everything; and that a restart makes none.</summary>
public sealed class AlarmSilenceTests
{
    private const int Sources = 40;
    private readonly AlarmStand stand;

    public AlarmSilenceTests()
    {
        stand = new([.. Enumerable.Range(0, Sources).Select(PointOf)]);
        stand.Define([.. Enumerable.Range(0, Sources).Select(i => new AlarmDefinition
        {
            Id = 100 + i, Code = $"S{i}", NameZh = "静", Kind = AlarmKind.Stale, AssetId = 7, PointId = i + 1, Priority = 3, WindowSeconds = 60,
        })]);
    }

    [Fact]
    public void One_silent_source_is_one_alarm_and_clears_when_it_speaks()
    {
        Talk(TimeSpan.FromMinutes(5), _ => true);
        Talk(TimeSpan.FromMinutes(2), i => i != 3);
        Assert.Equal("Stale Unacknowledged", stand.Desk());
        Assert.Equal(4, stand.Engine.Open().Single().PointId);
        Talk(TimeSpan.FromSeconds(30), _ => true);
        Assert.Equal("Stale ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void All_gateways_cut_and_back_is_one_alarm_that_names_the_sources_and_no_storm()
    {
        Talk(TimeSpan.FromMinutes(5), _ => true);
        stand.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal("CommonCause Unacknowledged", stand.Desk());
        AlarmOccurrence cause = stand.Engine.Open().Single();
        Assert.Equal((7L, (double)Sources), (cause.AssetId, cause.Value));
        Assert.StartsWith("g0/source0, g0/source1", cause.Detail, StringComparison.Ordinal);
        stand.Write(allMarks: true);
        Assert.Equal(Sources, stand.Journal.Occurrences.Count(o => o.Kind == AlarmKind.Stale && o.State == AlarmState.Suppressed && !o.IsAnnounced));

        Talk(TimeSpan.FromMinutes(4), _ => true);
        Assert.Equal("CommonCause ReturnedUnacknowledged", stand.Desk());
        stand.Write(allMarks: true);
        Assert.Equal(1, stand.Journal.Occurrences.Count(o => o.IsAnnounced));
        Assert.Empty(stand.Journal.Restart().Holds);
    }

    [Fact]
    public void One_gateway_cut_names_that_gateway_and_who_stays_silent_afterwards_has_a_trouble_of_its_own()
    {
        Talk(TimeSpan.FromMinutes(5), _ => true);
        Talk(TimeSpan.FromMinutes(3), i => i % 2 == 1);
        Assert.Equal("CommonCause Unacknowledged", stand.Desk());
        Assert.Equal(Sources / 2, stand.Engine.Open().Single().Value);

        Talk(TimeSpan.FromMinutes(5), i => i != 2);
        Assert.Equal("Stale Unacknowledged, CommonCause ReturnedUnacknowledged", stand.Desk());
        Assert.Equal(3, stand.Engine.Open().Single(o => o.Kind == AlarmKind.Stale).PointId);
    }

    [Fact]
    public void A_restart_raises_no_false_silence_and_remembers_the_true_ones()
    {
        Talk(TimeSpan.FromMinutes(5), _ => true);
        Talk(TimeSpan.FromMinutes(2), i => i != 3);
        stand.Write(allMarks: true);
        stand.Time.Advance(TimeSpan.FromHours(2)); // the server was down
        stand.KillAndStart();
        stand.Pass(TimeSpan.FromSeconds(100));
        Assert.Equal("Stale Unacknowledged", stand.Desk());
        Talk(TimeSpan.FromMinutes(5), i => i != 3);
        Assert.Equal("Stale Unacknowledged", stand.Desk());
        stand.Write(allMarks: true);
        Assert.Equal(1, stand.Journal.Occurrences.Count(o => o.Kind == AlarmKind.Stale));
    }

    [Fact]
    public void A_common_cause_survives_a_restart_of_the_server_in_the_middle_of_it()
    {
        Talk(TimeSpan.FromMinutes(5), _ => true);
        stand.Pass(TimeSpan.FromMinutes(3));
        stand.Write(allMarks: true);
        stand.KillAndStart();
        Assert.Equal("CommonCause Unacknowledged", stand.Desk());
        Talk(TimeSpan.FromMinutes(4), _ => true);
        Assert.Equal("CommonCause ReturnedUnacknowledged", stand.Desk());
        stand.Write(allMarks: true);
        Assert.Equal(1, stand.Journal.Occurrences.Count(o => o.IsAnnounced));
    }

    [Fact]
    public void Somebody_sets_the_servers_clock_and_nothing_falls_silent()
    {
        Talk(TimeSpan.FromMinutes(5), _ => true);
        stand.Time.SetClock(stand.Time.GetUtcNow().AddDays(1));
        stand.Pass(TimeSpan.FromSeconds(20));
        Talk(TimeSpan.FromMinutes(2), _ => true);
        stand.Time.SetClock(stand.Time.GetUtcNow().AddDays(-2));
        Talk(TimeSpan.FromMinutes(2), _ => true);
        Assert.Empty(stand.Desk());
    }

    private void Talk(TimeSpan time, Func<int, bool> who)
    {
        for (; time > TimeSpan.Zero; time -= TimeSpan.FromSeconds(10))
        {
            stand.Pass(TimeSpan.FromSeconds(10));
            for (int i = 0; i < Sources; i++)
                if (who(i)) stand.SampleAt(stand.NowMs, 20, series: i);
        }
    }

    private static PointEntry PointOf(int i)
    {
        PointEntry entry = AlarmStand.Point(i + 1, i, null, null, null, null);
        (entry.Point.Gateway, entry.Point.Source) = ($"g{i % 2}", $"source{i}");
        return entry with { AssetPath = $"/1/7/{20 + i}/" };
    }
}
