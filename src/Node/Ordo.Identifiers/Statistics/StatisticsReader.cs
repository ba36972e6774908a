using System.Text;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Resolution;

namespace Ordo.Identifiers.Statistics;

/// <summary>Adds up what <see cref="StatisticsKeeper"/> wrote, within what the caller may see.</summary>
internal sealed class StatisticsReader(OrdoDbContext database, NodeBook book, HandleStore store, StatisticsKeeper keeper, Caller caller, TimeProvider clock)
{
    public const int MostDays = 1100, DefaultDays = 30, MostEnterprises = 200;

    /// <param name="from">Default: thirty days up to <paramref name="to"/>.</param>
    /// <param name="to">Default: today.</param>
    public async Task<NodeStatistics> ReadAsync(DateOnly? from, DateOnly? to, int mostEnterprises, CancellationToken cancellation)
    {
        (DateOnly first, DateOnly last) = PeriodOf(from, to);
        await keeper.FlushAsync(cancellation); // what was counted up to this moment
        int low = StatisticsKeeper.NumberOf(first), high = StatisticsKeeper.NumberOf(last);
        NodeSnapshot snapshot = await book.CurrentAsync(cancellation);
        bool whole = caller.HasEverywhere(Permissions.ReadIdentifiers);
        PrefixEntry[] seen = [.. snapshot.Prefixes.Where(prefix => caller.Has(Permissions.ReadIdentifiers, prefix.Enterprise.Path))];
        string[] names = [.. seen.Select(prefix => prefix.Name)];
        IQueryable<PrefixDay> rows = database.Set<PrefixDay>().AsNoTracking();
        if (!whole) rows = rows.Where(row => names.Contains(row.Prefix));
        Dictionary<string, Sums> byPrefix = await SumAsync(rows.Where(row => row.Day >= low && row.Day <= high).GroupBy(row => row.Prefix), cancellation);
        Dictionary<int, Sums> byDay = await SumAsync(rows.Where(row => row.Day >= low && row.Day <= high).GroupBy(row => row.Day), cancellation);
        Dictionary<string, Sums> later = await SumAsync(rows.Where(row => row.Day > high).GroupBy(row => row.Prefix), cancellation);
        List<ResolutionDay> nodeDays = await database.Set<ResolutionDay>().AsNoTracking().Where(row => row.Day >= low && row.Day <= high).ToListAsync(cancellation);
        Dictionary<DateOnly, int> approved = await ApprovedAsync(snapshot, cancellation);

        StatisticsEnterprise[] enterprises =
        [
            .. seen.Select(prefix =>
            {
                Sums sums = byPrefix.GetValueOrDefault(prefix.Name) ?? new(default, 0);
                long ever = store.CountOf(Encoding.UTF8.GetBytes(prefix.Name)) - (later.GetValueOrDefault(prefix.Name)?.Registered ?? 0);
                return new StatisticsEnterprise(prefix.Enterprise.Id, prefix.Enterprise.NameZh, prefix.Enterprise.NameEn, prefix.Enterprise.Industry, prefix.Name, ever, sums.Registered, ResolutionFigures.Of(sums.Outcomes));
            }).OrderByDescending(row => row.Resolutions.Resolved).ThenByDescending(row => row.RegisteredEver),
        ];
        Outcomes all = byPrefix.Values.Aggregate(default(Outcomes), (sum, row) => sum + row.Outcomes);
        return new(
            first, last, approved.Where(day => day.Key <= last).Sum(day => day.Value), approved.Where(day => day.Key >= first && day.Key <= last).Sum(day => day.Value), enterprises.Sum(row => row.RegisteredEver),
            enterprises.Sum(row => row.Registered), await RetiredAsync(seen, whole, cancellation), ResolutionFigures.Of(all), whole ? ResolutionFigures.Of((byPrefix.GetValueOrDefault("") ?? new(default, 0)).Outcomes) : null, LatencyOf(nodeDays),
            [.. DaysOf(first, last).Select(day => DayOf(day, byDay.GetValueOrDefault(StatisticsKeeper.NumberOf(day)), approved.GetValueOrDefault(day), nodeDays))],
            IndustriesOf(enterprises), RegionsOf(enterprises, snapshot, await RegionNames.LoadAsync(database, cancellation)), [.. enterprises.Take(mostEnterprises)],
            [.. nodeDays.GroupBy(row => row.Node).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new StatisticsNode(group.Key, FiguresOf(group), LatencyOf(group)))],
            [.. nodeDays.GroupBy(row => row.Transport).OrderBy(group => group.Key).Select(group => new StatisticsTransport(group.Key, FiguresOf(group), LatencyOf(group)))]);
    }

    private (DateOnly From, DateOnly To) PeriodOf(DateOnly? from, DateOnly? to)
    {
        DateOnly today = StatisticsKeeper.DateOf(clock.GetUtcNow()), last = to ?? today;
        DateOnly first = from ?? last.AddDays(1 - DefaultDays);
        if (first > last || last.DayNumber - first.DayNumber >= MostDays || last > today)
            throw new ProblemException(Problems.Validation(("from", new($"期间应为 1 至 {MostDays} 天，且不晚于今天。", $"A period has 1 to {MostDays} days and ends today at the latest."))));
        return (first, last);
    }

    private static StatisticsDay DayOf(DateOnly day, Sums? sums, int approved, List<ResolutionDay> nodeDays)
    {
        int number = StatisticsKeeper.NumberOf(day);
        return new(day, approved, sums?.Registered ?? 0, ResolutionFigures.Of(sums?.Outcomes ?? default), LatencyOf(nodeDays.Where(row => row.Day == number)));
    }

    private static StatisticsIndustry[] IndustriesOf(IEnumerable<StatisticsEnterprise> enterprises) =>
    [
        .. enterprises.GroupBy(row => IndustryCatalogue.Find(row.Industry)).Select(group => new StatisticsIndustry(
            group.Key?.Section ?? "", group.Key?.Code ?? "", group.Key?.Name.Zh ?? "未分类", group.Key?.Name.En ?? "Not classified", group.Count(), group.Sum(row => row.RegisteredEver), group.Sum(row => row.Registered), Together(group)))
            .OrderByDescending(row => row.RegisteredEver),
    ];

    private static StatisticsRegion[] RegionsOf(IEnumerable<StatisticsEnterprise> enterprises, NodeSnapshot snapshot, RegionNames regions) =>
    [
        .. enterprises.GroupBy(row => regions.Of(snapshot.Enterprise(row.EnterpriseId)!.Path)).Select(group => new StatisticsRegion(
            group.Key?.Code ?? "", group.Key?.NameZh ?? "未填区划", group.Key?.NameEn ?? "No division", group.Count(), group.Sum(row => row.RegisteredEver), group.Sum(row => row.Registered), Together(group)))
            .OrderByDescending(row => row.RegisteredEver),
    ];

    private static ResolutionFigures Together(IEnumerable<StatisticsEnterprise> rows) =>
        ResolutionFigures.Of(rows.Aggregate(default(Outcomes), (sum, row) => sum + new Outcomes(row.Resolutions.Resolved, row.Resolutions.NotFound, row.Resolutions.Failed)));

    /// <summary>Enterprises that the caller sees, by the day of their approval.</summary>
    private async Task<Dictionary<DateOnly, int>> ApprovedAsync(NodeSnapshot snapshot, CancellationToken cancellation)
    {
        var rows = await database.Set<NodeEnterprise>().AsNoTracking().Where(row => row.Approved != null).Select(row => new { row.Id, row.Approved }).ToListAsync(cancellation);
        return rows.Where(row => snapshot.Enterprise(row.Id) is { } enterprise && caller.Has(Permissions.ReadIdentifiers, enterprise.Path)).GroupBy(row => StatisticsKeeper.DateOf(row.Approved!.Value)).ToDictionary(group => group.Key, group => group.Count());
    }

    private async Task<long> RetiredAsync(PrefixEntry[] seen, bool whole, CancellationToken cancellation)
    {
        IQueryable<IdentifierEvent> retired = database.Set<IdentifierEvent>().AsNoTracking().Where(line => line.Act == IdentifierAct.Retired);
        if (whole) return await retired.LongCountAsync(cancellation);
        long sum = 0;
        foreach (PrefixEntry prefix in seen) sum += await retired.LongCountAsync(line => line.Handle.StartsWith(prefix.Name.ToUpperInvariant() + "/"), cancellation);
        return sum;
    }

    private static async Task<Dictionary<T, Sums>> SumAsync<T>(IQueryable<IGrouping<T, PrefixDay>> groups, CancellationToken cancellation)
        where T : notnull
    {
        var sums = await groups.Select(group => new
        {
            group.Key, Succeeded = group.Sum(row => row.Succeeded), NotFound = group.Sum(row => row.NotFound), Failed = group.Sum(row => row.Failed), Registered = group.Sum(row => row.Registered),
        }).ToListAsync(cancellation);
        return sums.ToDictionary(row => row.Key, row => new Sums(new(row.Succeeded, row.NotFound, row.Failed), row.Registered));
    }

    private static IEnumerable<DateOnly> DaysOf(DateOnly first, DateOnly last)
    {
        for (DateOnly day = first; day <= last; day = day.AddDays(1)) yield return day;
    }

    private static ResolutionFigures FiguresOf(IEnumerable<ResolutionDay> rows) => ResolutionFigures.Of(rows.Aggregate(default(Outcomes), (sum, row) => sum + new Outcomes(row.Succeeded, row.NotFound, row.Failed)));

    private static LatencyFigures LatencyOf(IEnumerable<ResolutionDay> rows)
    {
        var all = new LatencyHistogram();
        foreach (ResolutionDay row in rows) all.Merge(LatencyHistogram.Parse(row.Latency));
        return new(Milliseconds(0.5), Milliseconds(0.95), Milliseconds(0.99));

        double? Milliseconds(double share) => all.Percentile(share) is { } time ? Math.Round(time.TotalMilliseconds, 4) : null;
    }

    private sealed record Sums(Outcomes Outcomes, long Registered);
}
