using System.Text;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Cockpit;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Statistics;

namespace Ordo.Identifiers.Cockpit;

/// <summary>The node on the wall: identifiers registered, measured by what was agreed, resolutions day by day, and the enterprises whose identifiers are asked for most.</summary>
internal sealed class IdentifiersPanel(IDbContextFactory<OrdoDbContext> databases, NodeBook book, HandleStore store) : ICockpitPanel
{
    private const int ChartDays = 14, RankingLength = 5;

    public string Permission => Permissions.ReadIdentifiers;

    public async ValueTask<CockpitPanel?> ReadAsync(CockpitView view, CancellationToken cancellation)
    {
        PrefixEntry[] prefixes = [.. (await book.CurrentAsync(cancellation)).Prefixes.Where(prefix => view.Sees(Permission, prefix.Enterprise.Path))];
        if (prefixes.Length == 0) return null;
        DateOnly today = StatisticsKeeper.DateOf(view.Now);
        DateOnly[] days = [.. Enumerable.Range(0, ChartDays).Select(back => today.AddDays(back - ChartDays + 1))];
        int low = StatisticsKeeper.NumberOf(days[0]);
        string[] names = [.. prefixes.Select(prefix => prefix.Name)];
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        List<PrefixDay> rows = await database.Set<PrefixDay>().AsNoTracking().Where(row => row.Day >= low && names.Contains(row.Prefix)).ToListAsync(cancellation);
        Dictionary<int, long> byDay = rows.GroupBy(row => row.Day).ToDictionary(group => group.Key, group => group.Sum(row => row.Succeeded));
        Dictionary<string, long> byPrefix = rows.GroupBy(row => row.Prefix, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.Sum(row => row.Succeeded), StringComparer.OrdinalIgnoreCase);
        long resolved = byDay.Values.Sum(), right = resolved + rows.Sum(row => row.NotFound), all = right + rows.Sum(row => row.Failed);
        Foundation.Text rate = all == 0 ? new("", "") : new($"，成功率 {100.0 * right / all:F1}%", $", {100.0 * right / all:F1} % answered rightly");
        return new()
        {
            System = "identifiers",
            Title = new("标识解析", "Identifiers"),
            Period = new("累计", "up to now"),
            Headline = new(prefixes.Sum(prefix => (long)store.CountOf(Encoding.UTF8.GetBytes(prefix.Name))), 0, "", new("标识注册量", "registered")),
            Beside = new(prefixes.Sum(prefix => prefix.Quota), 0, "", new("合同配额", "agreed quota")),
            Chart = new(true, [.. days.Select(day => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), StatisticsKeeper.Zone.GetUtcOffset(view.Now)))], [.. days.Select(day => (double?)byDay.GetValueOrDefault(StatisticsKeeper.NumberOf(day)))], null),
            Ranking =
            [
                .. prefixes.Select(prefix => (prefix.Enterprise, Resolved: byPrefix.GetValueOrDefault(prefix.Name))).Where(row => row.Resolved > 0).OrderByDescending(row => row.Resolved).Take(RankingLength)
                    .Select(row => new CockpitRow(new($"{row.Enterprise.NameZh} 解析", $"{row.Enterprise.NameEn}, resolved"), row.Resolved, 0, "", row.Enterprise.AssetId)),
            ],
            Origin = new($"企业 {prefixes.Length} 家；曲线为每日解析，{ChartDays} 天共 {resolved:N0} 次{rate.Zh}", $"{prefixes.Length} enterprises; the chart is resolutions a day, {resolved:N0} in {ChartDays} days{rate.En}"),
            Link = "/identifiers/statistics",
        };
    }
}
