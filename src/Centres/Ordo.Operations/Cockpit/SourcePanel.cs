using Ordo.Foundation.Access;
using Ordo.Foundation.Cockpit;
using Ordo.Perception.Sources;

namespace Ordo.Operations.Cockpit;

/// <summary>Whether the park can be seen at all: how many of its sources speak, and which are silent.</summary>
internal sealed class SourcePanel(SourceRegistry sources) : ICockpitPanel
{
    public string Permission => Permissions.ReadSources;

    public ValueTask<CockpitPanel?> ReadAsync(CockpitView view, CancellationToken cancellation)
    {
        Source[] mine = [.. sources.All.Where(s => s.Profile.Asset is { } asset && view.Sees(Permission, asset.Path))];
        if (mine.Length == 0) return default;
        Source[] silent = [.. mine.Where(s => s.State == SourceState.Offline).OrderBy(s => s.LastSeenMs)];
        return ValueTask.FromResult<CockpitPanel?>(new()
        {
            System = "perception",
            Title = new("数据感知", "Perception"),
            Period = new("此刻", "now"),
            Headline = new(mine.Length - silent.Length, 0, "", new($"/ {mine.Length} 个数据源在线", $"of {mine.Length} sources online")),
            Beside = new(silent.Length, 0, "", new("离线", "offline")),
            Ranking = silent.Length == 0 ? ByGateway(mine) : [.. silent.Take(5).Select(s => new CockpitRow(
                new(NameOf(s.Profile.NameZh, s), NameOf(s.Profile.NameEn, s)),
                s.LastSeenMs == 0 ? null : Math.Max(0, (view.Now.ToUnixTimeMilliseconds() - s.LastSeenMs) / 60_000.0), 0, "min", s.Profile.Asset!.Id))],
            Origin = new($"{mine.Length} 个已认领的数据源", $"{mine.Length} claimed sources"),
            Link = "/sources",
        });
    }

    private static CockpitRow[] ByGateway(Source[] mine) =>
        [.. mine.GroupBy(s => s.Gateway).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(5)
            .Select(g => new CockpitRow(new(g.Key, g.Key), g.Count(), 0, "", null))];

    private static string NameOf(string given, Source source) =>
        given.Length > 0 ? given : source.Profile.NameZh.Length > 0 ? source.Profile.NameZh : source.Profile.Asset!.NameZh;
}
