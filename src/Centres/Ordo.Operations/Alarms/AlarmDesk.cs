using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Alarms;

/// <summary>What a list is asked for.</summary>
/// <param name="State">Default: what stands on the desk.</param>
/// <param name="Priority">Any of these; none means all.</param>
/// <param name="Asset">This asset and everything below it.</param>
/// <param name="Point">This point.</param>
/// <param name="Q">Part of the point's code or names.</param>
/// <param name="From">Raised at this time or later.</param>
/// <param name="To">Raised before this time.</param>
public readonly record struct AlarmFilter(
    Word<AlarmListState>? State = null, int[]? Priority = null, long? Asset = null, long? Point = null, string? Q = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

public enum AcknowledgementOutcome
{
    Done,
    NotFound,
    NotAllowed,

    /// <summary>Returned and acknowledged: there is nothing left to see.</summary>
    AlreadyNormal,

    /// <summary>A newer occurrence took its place; whoever acknowledges must have seen that one.</summary>
    RisenAgain,

    /// <summary>The database did not take it in time; it stays noted and will be written.</summary>
    NotWritten,
}

/// <summary>What people see and do: lists within their scope, and acknowledgement.</summary>
internal sealed class AlarmDesk(OrdoDbContext database, AlarmEngine engine, AlarmJournal journal, TimeProvider clock)
{
    /// <summary>How long an acknowledgement waits for the disk.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    public async Task<PageOf<AlarmItem>?> ListAsync(AlarmFilter filter, Paging paging, Caller caller, CancellationToken cancellation)
    {
        IQueryable<AlarmRow> rows = Visible(caller);
        if (filter.Asset is { } assetId)
        {
            string? root = await PathOfAsync(assetId, cancellation);
            if (root is null || !caller.Has(Permissions.ReadAlarms, root)) return null;
            rows = rows.Within(row => row.Asset!.Path, [root]);
        }

        rows = Filtered(rows, filter);
        rows = filter.State?.Value == AlarmListState.All
            ? rows.OrderByDescending(row => row.Alarm.Raised).ThenByDescending(row => row.Alarm.Id)
            : rows.OrderBy(row => row.Alarm.Priority).ThenByDescending(row => row.Alarm.Raised).ThenByDescending(row => row.Alarm.Id);
        return await rows.ToPageAsync(paging, row => AlarmItem.Of(row.Alarm, row.Asset!.NameZh, row.Asset.NameEn), cancellation);
    }

    public async Task<AlarmItem?> FindAsync(long id, Caller caller, CancellationToken cancellation) =>
        await Visible(caller).Where(row => row.Alarm.Id == id)
            .Select(row => AlarmItem.Of(row.Alarm, row.Asset!.NameZh, row.Asset.NameEn)).SingleOrDefaultAsync(cancellation);

    public async Task<IReadOnlyList<AlarmEventItem>?> EventsAsync(long id, Caller caller, CancellationToken cancellation)
    {
        if (!await Visible(caller).AnyAsync(row => row.Alarm.Id == id, cancellation)) return null;
        return await database.Set<AlarmEvent>().AsNoTracking().Where(e => e.AlarmId == id).OrderBy(e => e.Id)
            .Select(e => AlarmEventItem.Of(e))
            .ToListAsync(cancellation);
    }

    public async Task<AlarmSummary> SummaryAsync(Caller caller, CancellationToken cancellation)
    {
        var counts = await Visible(caller).Where(row => row.Alarm.IsOpen)
            .GroupBy(row => new { row.Alarm.Priority, row.Alarm.State })
            .Select(group => new { group.Key.Priority, group.Key.State, Count = group.Count() })
            .ToListAsync(cancellation);
        return AlarmSummary.Of([.. counts.Select(c => (c.Priority, c.State, c.Count))]);
    }

    /// <summary>Somebody says that they saw it. Done means: on disk.</summary>
    public async Task<AcknowledgementOutcome> AcknowledgeAsync(long id, string? comment, Caller caller, CancellationToken cancellation)
    {
        AlarmOccurrence? alarm = engine.Find(id) ?? await database.Set<AlarmOccurrence>().AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancellation);
        if (alarm is null) return AcknowledgementOutcome.NotFound;
        string path = await PathOfAsync(alarm.AssetId, cancellation) ?? "/"; // without its asset it belongs to those who see everything
        if (!caller.Has(Permissions.ReadAlarms, path)) return AcknowledgementOutcome.NotFound;
        if (!caller.Has(Permissions.AcknowledgeAlarms, path)) return AcknowledgementOutcome.NotAllowed;

        (Acknowledgement outcome, long sequence) = engine.Acknowledge(id, caller.DisplayName, caller.AccountId, comment);
        if (!await IsWrittenAsync(sequence, cancellation)) return AcknowledgementOutcome.NotWritten;
        if (outcome != Acknowledgement.NotOpen) return AcknowledgementOutcome.Done;
        AlarmState state = await database.Set<AlarmOccurrence>().Where(o => o.Id == id).Select(o => o.State).SingleAsync(cancellation);
        return state == AlarmState.Normal ? AcknowledgementOutcome.AlreadyNormal : AcknowledgementOutcome.RisenAgain;
    }

    private async Task<bool> IsWrittenAsync(long sequence, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(WriteTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await journal.WrittenAsync(sequence, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Occurrences in the caller's scope. Those whose asset is gone are for callers who see everything.</summary>
    private IQueryable<AlarmRow> Visible(Caller caller) => (
        from alarm in database.Set<AlarmOccurrence>().AsNoTracking()
        join asset in database.Set<Asset>() on alarm.AssetId equals asset.Id into assets
        from asset in assets.DefaultIfEmpty()
        select new AlarmRow { Alarm = alarm, Asset = asset }).Within(row => row.Asset!.Path, caller.ScopesOf(Permissions.ReadAlarms));

    private static IQueryable<AlarmRow> Filtered(IQueryable<AlarmRow> rows, AlarmFilter filter)
    {
        rows = (filter.State?.Value ?? AlarmListState.Open) switch
        {
            AlarmListState.Open => rows.Where(row => row.Alarm.IsOpen),
            AlarmListState.Unacknowledged => rows.Where(row => row.Alarm.IsOpen
                && (row.Alarm.State == AlarmState.Unacknowledged || row.Alarm.State == AlarmState.ReturnedUnacknowledged)),
            AlarmListState.Active => rows.Where(row => row.Alarm.IsOpen
                && (row.Alarm.State == AlarmState.Unacknowledged || row.Alarm.State == AlarmState.Acknowledged)),
            _ => rows,
        };
        if (filter.Priority is { Length: > 0 } priorities) rows = rows.Where(row => priorities.Contains(row.Alarm.Priority));
        if (filter.Point is { } point) rows = rows.Where(row => row.Alarm.PointId == point);
        if (filter.From is { } from) rows = rows.Where(row => row.Alarm.Raised >= from);
        if (filter.To is { } to) rows = rows.Where(row => row.Alarm.Raised < to);
        if (string.IsNullOrWhiteSpace(filter.Q)) return rows;
        string wanted = filter.Q.Trim();
#pragma warning disable CA1304, CA1311, CA1862 // becomes SQL
        return rows.Where(row => (row.Alarm.PointCode + " " + row.Alarm.PointNameZh + " " + row.Alarm.PointNameEn).ToLower().Contains(EF.Parameter(wanted).ToLower()));
#pragma warning restore CA1304, CA1311, CA1862
    }

    private async Task<string?> PathOfAsync(long assetId, CancellationToken cancellation) =>
        await database.Set<Asset>().Where(asset => asset.Id == assetId).Select(asset => asset.Path).SingleOrDefaultAsync(cancellation);
}
