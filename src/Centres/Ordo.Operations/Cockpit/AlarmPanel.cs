using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Cockpit;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms;

namespace Ordo.Operations.Cockpit;

/// <summary>What stands on the alarm desk: how many are urgent, how the day went, where they crowd.</summary>
internal sealed class AlarmPanel(AlarmEngine engine, AssetNames assets, IDbContextFactory<OrdoDbContext> databases) : ICockpitPanel
{
    /// <summary>A flood is drawn by its first so many; more bars of the same height would say nothing new.</summary>
    private const int MostCounted = 20_000;

    public string Permission => Permissions.ReadAlarms;

    public async ValueTask<CockpitPanel?> ReadAsync(CockpitView view, CancellationToken cancellation)
    {
        AlarmOccurrence[] open = engine.Open();
        DateTimeOffset first = view.Now.AddHours(-23), begin = new(first.Ticks - (first.Ticks % TimeSpan.TicksPerHour), first.Offset);
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        var raised = await database.Set<AlarmOccurrence>().AsNoTracking().Where(o => o.Raised >= begin && o.Raised <= view.Now)
            .OrderByDescending(o => o.Raised).Select(o => new { o.Raised, o.AssetId }).Take(MostCounted).ToListAsync(cancellation);
        IReadOnlyDictionary<long, AssetName> names = await assets.OfAsync(open.Select(o => o.AssetId).Concat(raised.Select(o => o.AssetId)), cancellation);
        bool Sees(long asset) => names.TryGetValue(asset, out AssetName? name) && view.Sees(Permission, name.Path);

        AlarmOccurrence[] mine = [.. open.Where(o => Sees(o.AssetId))];
        double?[] hours = [.. Enumerable.Range(0, 24).Select(hour => (double?)raised.Count(o => Sees(o.AssetId) && o.Raised >= begin.AddHours(hour) && o.Raised < begin.AddHours(hour + 1)))];
        return new()
        {
            System = "safety",
            Title = new("告警", "Alarms"),
            Period = new("此刻", "now"),
            Headline = new(mine.Count(o => o.Priority <= 2), 0, "", new("项一、二级告警", "alarms of priority 1 and 2")),
            Beside = new(mine.Count(o => o.State.IsUnacknowledged()), 0, "", new("未确认", "unacknowledged")),
            Chart = new(Bars: true, [.. Enumerable.Range(0, 24).Select(hour => begin.AddHours(hour))], hours, Limit: null),
            Ranking = [.. mine.GroupBy(o => o.AssetId).OrderBy(g => g.Min(o => o.Priority)).ThenByDescending(g => g.Count()).ThenBy(g => g.Key).Take(5)
                .Select(g => new CockpitRow(new(names[g.Key].NameZh, names[g.Key].NameEn is { Length: > 0 } en ? en : names[g.Key].NameZh), g.Count(), 0, "", g.Key))],
            Origin = new($"{mine.Length} 项活动告警，24 小时内 {hours.Sum():0} 次", $"{mine.Length} open alarms, {hours.Sum():0} raised in 24 h"),
            Link = "/alarms?state=open",
        };
    }
}
