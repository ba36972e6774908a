using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Operations.Alarms;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Performance;

/// <summary>The figures of a period for one caller: what lies outside of the scope is not counted.</summary>
internal sealed class PerformanceDesk(OccurrenceDays days, OrdoDbContext database, AssetNames assets, AlarmCatalogue catalogue, IPointDirectory points)
{
    private const int MostSteps = 600, LongList = 50, MostFloods = 100, TopTen = 10;

    /// <param name="from">Taken down to whole ten minutes.</param>
    /// <returns><c>null</c>: no such asset in the caller's scope.</returns>
    public async Task<AlarmPerformance?> OfAsync(
        DateTimeOffset from, DateTimeOffset to, long? assetId, int operators, Caller caller, CancellationToken cancellation)
    {
        string root = "/";
        if (assetId is { } id)
        {
            string? path = await database.Set<Asset>().Where(a => a.Id == id).Select(a => a.Path).SingleOrDefaultAsync(cancellation);
            if (path is null || !caller.Has(Permissions.ReadAlarms, path)) return null;
            root = path;
        }

        long toMs = to.ToUnixTimeMilliseconds(), fromMs = from.ToUnixTimeMilliseconds();
        fromMs -= fromMs % PerformanceCounts.PeriodMs;
        from = DateTimeOffset.FromUnixTimeMilliseconds(fromMs);

        IReadOnlyList<RiseColumns> rises = await days.ReadAsync(from, to, cancellation);
        IReadOnlyList<AlarmIdentity> alarms = days.Alarms;
        bool[] counts = await CountedAsync(alarms, root, caller, cancellation);
        var counted = new PerformanceCounts(fromMs, toMs, counts);
        foreach (RiseColumns column in rises) counted.Add(column);

        List<StandingRow> standing = await StandingAsync(from, to, root, caller, cancellation);
        IReadOnlyList<AlarmFlood> floods = AlarmFlood.In(counted.PerTenMinutes, operators);
        int stale = StaleAlarms.WorstDay([.. standing.Select(row => new Standing(row.Id, row.Raised.ToUnixTimeMilliseconds(), row.Returned?.ToUnixTimeMilliseconds()))], fromMs, toMs);
        var (step, sums, peaks) = Steps(counted.PerTenMinutes);
        return new(
            from, to, operators, counted.Total,
            PerformanceFigures.Of(counted, floods, toMs - fromMs, operators, stale, DateOnly.FromDateTime(to.UtcDateTime)),
            step * 10, sums, peaks, floods.Count,
            [.. floods.OrderByDescending(f => f.Alarms).Take(MostFloods).OrderBy(f => f.First).Select(f => new FloodItem(from.AddMinutes(10 * f.First), 10 * f.Periods, f.Alarms, f.Peak))],
            await SharesAsync(counted, alarms, PerformanceFigures.MostFrequent(counted.PerAlarm, TopTen), cancellation),
            await SharesAsync(counted, alarms, Restless(counted, alarm => alarm.InEpisodes), cancellation),
            await SharesAsync(counted, alarms, Restless(counted, alarm => alarm.Fleeting), cancellation),
            [.. standing.Where(row => row.Returned is null || row.Returned > to).Where(row => row.Raised < to - TimeSpan.FromMilliseconds(StaleAlarms.AfterMs))
                .OrderBy(row => row.Raised).Take(LongList).Select(row => row.Item)],
            [.. Enumerable.Range(AlarmPriority.Highest, AlarmPriority.Lowest)
                .Select(p => new PriorityShare(p, counted.PerPriority[p], counted.Total == 0 ? null : PerformanceFigures.Percent(counted.PerPriority[p], counted.Total)))],
            [.. Enumerable.Range(0, AlarmPriority.Lowest + 1).Select(p => TimeOf(counted, p))]);
    }

    private async Task<bool[]> CountedAsync(IReadOnlyList<AlarmIdentity> alarms, string root, Caller caller, CancellationToken cancellation)
    {
        IReadOnlyDictionary<long, AssetName> names = await assets.OfAsync(alarms.Select(alarm => alarm.AssetId), cancellation);
        bool everything = root == "/" && caller.HasEverywhere(Permissions.ReadAlarms); // alarms of assets that are gone are for those who see everything
        return [.. alarms.Select(alarm => everything
            || (names.TryGetValue(alarm.AssetId, out AssetName? asset) && asset.Path.StartsWith(root, StringComparison.Ordinal) && caller.Has(Permissions.ReadAlarms, asset.Path)))];
    }

    /// <summary>Occurrences that lasted beyond a day and into the period.</summary>
    private async Task<List<StandingRow>> StandingAsync(DateTimeOffset from, DateTimeOffset to, string root, Caller caller, CancellationToken cancellation)
    {
        DateTimeOffset risen = to - TimeSpan.FromMilliseconds(StaleAlarms.AfterMs);
        IQueryable<AlarmOccurrence> all = database.Set<AlarmOccurrence>().AsNoTracking();
        List<AlarmOccurrence> lasting = await all.Where(o => o.IsOpen && o.IsAnnounced && o.State < AlarmState.Shelved && o.Returned == null && o.Raised < risen).ToListAsync(cancellation);
        // From the index alone; only the few that stood so long are read.
        long dayMs = StaleAlarms.AfterMs;
        List<long> ids = await database.Database.SqlQuery<long>(
            $"""
             SELECT "Id" AS "Value" FROM operations_alarm WHERE "Returned" > {from.ToUnixTimeMilliseconds()} AND "Raised" < {risen.ToUnixTimeMilliseconds()} AND "Returned" - "Raised" > {dayMs} AND "IsAnnounced"
             """).ToListAsync(cancellation);
        foreach (long[] some in ids.Chunk(500)) lasting.AddRange(await all.Where(o => some.Contains(o.Id)).ToListAsync(cancellation));

        IReadOnlyDictionary<long, AssetName> names = await assets.OfAsync(lasting.Select(o => o.AssetId), cancellation);
        bool everything = root == "/" && caller.HasEverywhere(Permissions.ReadAlarms);
        return [.. lasting
            .Where(o => everything || (names.TryGetValue(o.AssetId, out AssetName? asset) && asset.Path.StartsWith(root, StringComparison.Ordinal) && caller.Has(Permissions.ReadAlarms, asset.Path)))
            .Select(o => new StandingRow(o.Id, o.Raised, o.Returned, new(
                o.Id, o.DefinitionId, o.Kind, o.NameZh, o.NameEn, o.PointNameZh, o.PointNameEn, o.AssetId,
                names.GetValueOrDefault(o.AssetId)?.NameZh ?? "", names.GetValueOrDefault(o.AssetId)?.NameEn ?? "", o.Priority, o.State, o.Raised)))];
    }

    private async Task<IReadOnlyList<AlarmShare>> SharesAsync(PerformanceCounts counted, IReadOnlyList<AlarmIdentity> alarms, int[] numbers, CancellationToken cancellation)
    {
        IReadOnlyDictionary<long, AssetName> names = await assets.OfAsync(numbers.Select(number => alarms[number].AssetId), cancellation);
        List<AlarmShare> shares = [];
        double cumulative = 0;
        foreach (int number in numbers)
        {
            AlarmIdentity alarm = alarms[number];
            AlarmDefinition? definition = catalogue.Find(alarm.DefinitionId, points.Current);
            Point? point = definition?.PointId is { } pointId ? points.Current.ById(pointId)?.Point : null;
            double share = PerformanceFigures.Percent(counted.PerAlarm[number], counted.Total);
            cumulative += share;
            ChatterWatch chatter = counted.Chatter[number];
            AssetName? asset = names.GetValueOrDefault(alarm.AssetId);
            shares.Add(new(
                alarm.DefinitionId, definition?.Kind ?? KindOf(alarm.DefinitionId), definition?.IsLimitOfPoint == false ? definition.NameZh : "", definition?.IsLimitOfPoint == false ? definition.NameEn : "", point?.NameZh ?? "", point?.NameEn ?? "",
                alarm.AssetId, asset?.NameZh ?? "", asset?.NameEn ?? "", definition?.Priority ?? AlarmPriority.Lowest, counted.PerAlarm[number], share, cumulative,
                chatter.Episodes, chatter.InEpisodes, chatter.Fleeting));
        }

        return shares;
    }

    /// <summary>Of a definition that is gone.</summary>
    private static AlarmKind KindOf(long definitionId) => AlarmKeys.IsLimitOfPoint(definitionId) ? AlarmKeys.LimitOf(definitionId).Kind : AlarmKind.Expression;

    private static int[] Restless(PerformanceCounts counted, Func<ChatterWatch, int> count)
    {
        int[] restless = new int[counted.Chatter.Length];
        for (int i = 0; i < restless.Length; i++) restless[i] = count(counted.Chatter[i]);
        return PerformanceFigures.MostFrequent(restless, LongList);
    }

    /// <summary>A picture has only so many pixels: the sum and the highest of each few neighbouring periods.</summary>
    private static (int PeriodsPerStep, int[] Sums, int[] Peaks) Steps(int[] perTenMinutes)
    {
        int step = Math.Max(1, (perTenMinutes.Length + MostSteps - 1) / MostSteps);
        if (step > 1) step = step <= 6 ? 6 : (step + 5) / 6 * 6; // whole hours
        int[][] parts = [.. perTenMinutes.Chunk(step)];
        return (step, [.. parts.Select(part => part.Sum())], [.. parts.Select(part => part.Max())]);
    }

    private static AcknowledgementTime TimeOf(PerformanceCounts counted, int priority)
    {
        DelayHistogram delays = counted.Acknowledgement[priority];
        int raised = priority == 0 ? counted.Total : counted.PerPriority[priority];
        return new(priority == 0 ? null : priority, delays.Count, raised - delays.Count, delays.Quantile(0.5), delays.Quantile(0.9));
    }

    private sealed record StandingRow(long Id, DateTimeOffset Raised, DateTimeOffset? Returned, StaleItem Item);
}
