using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms;

/// <summary>What a list is asked for.</summary>
public readonly record struct AlarmFilter
{
    /// <summary>Default: what stands on the desk.</summary>
    public Word<AlarmListState>? State { get; init; }

    /// <summary>Any of these; none means all.</summary>
    public int[]? Priority { get; init; }

    /// <summary>This asset and everything below it.</summary>
    public long? Asset { get; init; }

    /// <summary>This point.</summary>
    public long? Point { get; init; }

    /// <summary>Part of the point's code or names.</summary>
    public string? Q { get; init; }

    /// <summary>Raised at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Raised before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Any of these kinds.</summary>
    public Word<AlarmKind>[]? Kind { get; init; }

    /// <summary>Of this definition; with state <c>all</c>: what happened the last times.</summary>
    public long? Definition { get; init; }

    /// <summary>Of this group.</summary>
    public long? Group { get; init; }

    /// <summary>Only those that chatter.</summary>
    public bool? Chattering { get; init; }

    /// <summary>Only those active for more than a day.</summary>
    public bool? Stale { get; init; }
}

/// <summary>Alarms of one group that stand on the desk.</summary>
/// <param name="GroupId">Id of the first occurrence of the group.</param>
/// <param name="Count">Alarms of it that stand on the desk.</param>
/// <param name="Priority">The most urgent of them.</param>
/// <param name="First">The first of them that rose: first-out, or what is left of the group.</param>
public sealed record AlarmGroupItem(long GroupId, int Count, int Unacknowledged, int Priority, DateTimeOffset FirstRaised, DateTimeOffset LastRaised, AlarmItem First);

/// <summary>What became of one of many acknowledgements.</summary>
/// <param name="Outcome"><c>done</c>, or why not.</param>
public sealed record AlarmActResult(long Id, AcknowledgementOutcome Outcome);

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
internal sealed class AlarmDesk(
    OrdoDbContext database, AlarmEngine engine, AlarmJournal journal, AlarmCatalogue catalogue, IPointDirectory points, AlarmOptions options, TimeProvider clock)
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
        rows = filter.State?.Value == AlarmListState.All // history: newest first
            ? rows.OrderByDescending(row => row.Alarm.Raised).ThenByDescending(row => row.Alarm.Id)
            : rows.OrderBy(row => row.Alarm.Priority).ThenByDescending(row => row.Alarm.Raised).ThenByDescending(row => row.Alarm.Id);
        int size = paging.Size, skip = paging.Skip;
        // Who sees everything needs no look at the assets to count: over millions of occurrences that is most of the time.
        int total = filter.Asset is null && caller.HasEverywhere(Permissions.ReadAlarms)
            ? await Filtered(database.Set<AlarmOccurrence>().Select(alarm => new AlarmRow { Alarm = alarm }), filter).CountAsync(cancellation)
            : await rows.CountAsync(cancellation);
        List<AlarmNamed> page = await rows.Skip(skip).Take(size).Select(row => new AlarmNamed { Alarm = row.Alarm, NameZh = row.Asset!.NameZh, NameEn = row.Asset.NameEn }).ToListAsync(cancellation);
        return new([.. page.Select(ItemOf)], total, paging.Number, size);
    }

    public async Task<AlarmItem?> FindAsync(long id, Caller caller, CancellationToken cancellation)
    {
        AlarmNamed? row = await Visible(caller).Where(row => row.Alarm.Id == id)
            .Select(row => new AlarmNamed { Alarm = row.Alarm, NameZh = row.Asset!.NameZh, NameEn = row.Asset.NameEn }).SingleOrDefaultAsync(cancellation);
        return row is null ? null : ItemOf(row);
    }

    /// <summary>What stands on the desk, by group: the most urgent first, among them the newest.</summary>
    public async Task<PageOf<AlarmGroupItem>> GroupsAsync(AlarmFilter filter, Paging paging, Caller caller, CancellationToken cancellation)
    {
        int size = paging.Size, skip = paging.Skip;
        IQueryable<AlarmRow> rows = Filtered(Visible(caller), filter with { State = filter.State is { Value: AlarmListState.All } ? null : filter.State });
        if (filter.Asset is { } assetId)
            rows = await PathOfAsync(assetId, cancellation) is { } root && caller.Has(Permissions.ReadAlarms, root) ? rows.Within(row => row.Asset!.Path, [root]) : rows.Where(_ => false);
        var groups = rows.GroupBy(row => row.Alarm.GroupId).Select(g => new
        {
            Id = g.Key,
            Count = g.Count(),
            Unacknowledged = g.Count(r => r.Alarm.State == AlarmState.Unacknowledged || r.Alarm.State == AlarmState.ReturnedUnacknowledged || r.Alarm.State == AlarmState.LatchedUnacknowledged),
            Priority = g.Min(r => r.Alarm.Priority),
            FirstId = g.Min(r => r.Alarm.Id),
            FirstRaised = g.Min(r => r.Alarm.Raised),
            LastRaised = g.Max(r => r.Alarm.Raised),
        });
        int total = await groups.CountAsync(cancellation);
        var page = await groups.OrderBy(g => g.Priority).ThenByDescending(g => g.LastRaised).ThenByDescending(g => g.Id).Skip(skip).Take(size).ToListAsync(cancellation);
        long[] ids = [.. page.Select(g => g.FirstId)];
        Dictionary<long, AlarmItem> first = (await Visible(caller).Where(row => ids.Contains(row.Alarm.Id))
            .Select(row => new AlarmNamed { Alarm = row.Alarm, NameZh = row.Asset!.NameZh, NameEn = row.Asset.NameEn }).ToListAsync(cancellation))
            .ToDictionary(row => row.Alarm.Id, ItemOf);
        return new(
            [.. page.Where(g => first.ContainsKey(g.FirstId)).Select(g => new AlarmGroupItem(g.Id, g.Count, g.Unacknowledged, g.Priority, g.FirstRaised, g.LastRaised, first[g.FirstId]))],
            total, paging.Number, size);
    }

    /// <summary>The journal, newest first, of the alarms in the caller's scope.</summary>
    public async Task<PageOf<AlarmEventItem>> JournalAsync(AlarmJournalFilter filter, Paging paging, Caller caller, CancellationToken cancellation)
    {
        IQueryable<AlarmEvent> events = database.Set<AlarmEvent>().AsNoTracking();
        if (filter.Definition is { } definition) events = events.Where(e => e.DefinitionId == definition);
        if (filter.Alarm is { } alarm) events = events.Where(e => e.AlarmId == alarm);
        if (filter.From is { } from) events = events.Where(e => e.Recorded >= from);
        if (filter.To is { } to) events = events.Where(e => e.Recorded < to);
        if (filter.By is { } by) events = events.Where(e => e.Actor == by);
        if (filter.Kind is { Length: > 0 } kinds)
        {
            AlarmStimulus[] wanted = [.. kinds.Select(k => k.Value)];
            events = events.Where(e => wanted.Contains(e.Stimulus));
        }
        if (!caller.HasEverywhere(Permissions.ReadAlarms))
        {
            // What belongs to no occurrence is shown where its definition is asked for, and that was checked.
            bool isOwn = filter.Definition is { } id && catalogue.Find(id, points.Current) is { } asked && caller.Has(Permissions.ReadAlarms, PathOf(asked));
            IQueryable<long> visible = Visible(caller).Select(row => row.Alarm.Id);
            events = isOwn ? events : events.Where(e => visible.Contains(e.AlarmId));
        }
        return await events.OrderByDescending(e => e.Id).ToPageAsync(paging, e => AlarmEventItem.Of(e), cancellation);
    }

    /// <summary>Everything that is held, whether or not its condition holds, in the caller's scope.</summary>
    public async Task<PageOf<AlarmHeldItem>> HeldAsync(Paging paging, Caller caller, CancellationToken cancellation)
    {
        List<AlarmHold> holds = await database.Set<AlarmHold>().AsNoTracking().OrderBy(h => h.DefinitionId).ToListAsync(cancellation);
        AlarmHeldItem[] visible = [.. holds
            .Select(h => (Hold: h, Definition: catalogue.Find(h.DefinitionId, points.Current)))
            .Where(h => h.Definition is { } d && caller.Has(Permissions.ReadAlarms, PathOf(d)))
            .Select(h => new AlarmHeldItem(
                h.Hold.DefinitionId, h.Definition!.Code, h.Definition.NameZh, h.Definition.NameEn, h.Definition.Kind, h.Definition.AssetId, h.Definition.PointId, h.Definition.Priority,
                engine.StandingOf(h.Hold.DefinitionId) is var standing && standing.Situation.ConditionHolds, standing.Situation.State, standing.Current?.Id, AlarmHoldItem.Of(h.Hold)))];
        return paging.Of(visible);
    }

    private string PathOf(AlarmDefinition definition) =>
        (definition.PointId is { } point ? points.Current.ById(point)?.AssetPath : null) ?? definition.AssetPath ?? "/";

    private AlarmItem ItemOf(AlarmNamed row) =>
        AlarmItem.Of(row.Alarm, row.NameZh, row.NameEn, catalogue.Stored.GetValueOrDefault(row.Alarm.DefinitionId), clock.GetUtcNow() - options.StaleAfter);

    public async Task<IReadOnlyList<AlarmEventItem>?> EventsAsync(long id, Caller caller, CancellationToken cancellation)
    {
        if (!await Visible(caller).AnyAsync(row => row.Alarm.Id == id, cancellation)) return null;
        return await database.Set<AlarmEvent>().AsNoTracking().Where(e => e.AlarmId == id).OrderBy(e => e.Id)
            .Select(e => AlarmEventItem.Of(e))
            .ToListAsync(cancellation);
    }

    public async Task<AlarmSummary> SummaryAsync(Caller caller, CancellationToken cancellation)
    {
        var counts = await Visible(caller).Where(row => row.Alarm.IsOpen == EF.Parameter(true))
            .GroupBy(row => new { row.Alarm.Priority, row.Alarm.State })
            .Select(group => new { group.Key.Priority, group.Key.State, Count = group.Count() })
            .ToListAsync(cancellation);
        return AlarmSummary.Of([.. counts.Select(c => (c.Priority, c.State, c.Count))], await FloodAsync(caller, cancellation));
    }

    /// <summary>Counted in fixed periods of ten minutes, in the caller's scope: a flood is a matter of one position, not of a plant.</summary>
    private async Task<AlarmFloodNow?> FloodAsync(Caller caller, CancellationToken cancellation)
    {
        const int periods = 18;
        long length = (long)AlarmFloodNow.Period.TotalMilliseconds, now = clock.GetUtcNow().ToUnixTimeMilliseconds(), last = now - (now % length);
        DateTimeOffset first = DateTimeOffset.FromUnixTimeMilliseconds(last - ((periods - 1) * length));
        // Raised is the sample's time, and a sample may be a little old; what counts is in this window either way.
        List<DateTimeOffset> raised = await Visible(caller).Where(row => row.Alarm.Raised >= first && row.Alarm.IsAnnounced).Select(row => row.Alarm.Raised).ToListAsync(cancellation);
        int[] counts = new int[periods];
        foreach (DateTimeOffset at in raised) counts[Math.Min(periods - 1, (int)((at - first) / AlarmFloodNow.Period))]++;
        return AlarmFloodNow.Now(counts, DateTimeOffset.FromUnixTimeMilliseconds(last));
    }

    /// <summary>Somebody says that they saw it. Done means: on disk.</summary>
    public async Task<AcknowledgementOutcome> AcknowledgeAsync(long id, string? comment, Caller caller, CancellationToken cancellation)
    {
        (AcknowledgementOutcome? outcome, long sequence) = await TryAcknowledgeAsync(id, comment, caller, cancellation);
        if (sequence > 0 && !await IsWrittenAsync(sequence, cancellation)) return AcknowledgementOutcome.NotWritten;
        if (outcome is { } known) return known;
        AlarmState state = await database.Set<AlarmOccurrence>().Where(o => o.Id == id).Select(o => o.State).SingleAsync(cancellation);
        return state == AlarmState.Normal ? AcknowledgementOutcome.AlreadyNormal : AcknowledgementOutcome.RisenAgain;
    }

    /// <summary>Many at once; each has its own outcome, and one wait for the disk serves all.</summary>
    public async Task<IReadOnlyList<AlarmActResult>> AcknowledgeManyAsync(IReadOnlyList<long> ids, string? comment, Caller caller, CancellationToken cancellation)
    {
        List<(long Id, AcknowledgementOutcome? Outcome)> results = [];
        long last = 0;
        foreach (long id in ids)
        {
            (AcknowledgementOutcome? outcome, long sequence) = await TryAcknowledgeAsync(id, comment, caller, cancellation);
            results.Add((id, outcome));
            last = Math.Max(last, sequence);
        }
        bool isWritten = last == 0 || await IsWrittenAsync(last, cancellation);
        long[] open = [.. results.Where(r => r.Outcome is null).Select(r => r.Id)];
        Dictionary<long, AlarmState> states = await database.Set<AlarmOccurrence>().Where(o => open.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.State, cancellation);
        return [.. results.Select(r => new AlarmActResult(r.Id, r.Outcome switch
        {
            AcknowledgementOutcome.Done when !isWritten => AcknowledgementOutcome.NotWritten,
            { } known => known,
            _ => states.GetValueOrDefault(r.Id) == AlarmState.Normal ? AcknowledgementOutcome.AlreadyNormal : AcknowledgementOutcome.RisenAgain,
        }))];
    }

    /// <summary>Waits until a change is on disk.</summary>
    /// <returns><c>false</c> when the database did not take it in time.</returns>
    public Task<bool> WrittenAsync(long sequence, CancellationToken cancellation) => IsWrittenAsync(sequence, cancellation);

    /// <summary>An occurrence that the caller may act on.</summary>
    public async Task<(AlarmOccurrence? Alarm, bool IsAllowed)> ForActAsync(long id, string permission, Caller caller, CancellationToken cancellation)
    {
        AlarmOccurrence? alarm = engine.Find(id) ?? await database.Set<AlarmOccurrence>().AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancellation);
        if (alarm is null) return (null, false);
        string path = await PathOfAsync(alarm.AssetId, cancellation) ?? "/"; // without its asset it belongs to those who see everything
        return caller.Has(Permissions.ReadAlarms, path) ? (alarm, caller.Has(permission, path)) : (null, false);
    }

    /// <returns>No outcome where only the database knows what became of it.</returns>
    private async Task<(AcknowledgementOutcome? Outcome, long Sequence)> TryAcknowledgeAsync(long id, string? comment, Caller caller, CancellationToken cancellation)
    {
        (AlarmOccurrence? found, bool isAllowed) = await ForActAsync(id, Permissions.AcknowledgeAlarms, caller, cancellation);
        if (found is null) return (AcknowledgementOutcome.NotFound, 0);
        if (!isAllowed) return (AcknowledgementOutcome.NotAllowed, 0);
        (Acknowledgement outcome, long sequence) = engine.Acknowledge(id, caller.DisplayName, caller.AccountId, comment);
        return (outcome == Acknowledgement.NotOpen ? null : AcknowledgementOutcome.Done, sequence);
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

    /// <remarks>Open is asked for by a parameter, because <c>WHERE "IsOpen"</c> alone finds no index in SQLite and reads every occurrence there ever was.</remarks>
    private IQueryable<AlarmRow> Filtered(IQueryable<AlarmRow> rows, AlarmFilter filter)
    {
        rows = (filter.State?.Value ?? AlarmListState.Open) switch
        {
            AlarmListState.Open => rows.Where(row => row.Alarm.IsOpen == EF.Parameter(true) && row.Alarm.State < AlarmState.Shelved),
            AlarmListState.Unacknowledged => rows.Where(row => row.Alarm.IsOpen == EF.Parameter(true)
                && (row.Alarm.State == AlarmState.Unacknowledged || row.Alarm.State == AlarmState.ReturnedUnacknowledged || row.Alarm.State == AlarmState.LatchedUnacknowledged)),
            AlarmListState.Active => rows.Where(row => row.Alarm.IsOpen == EF.Parameter(true)
                && (row.Alarm.State == AlarmState.Unacknowledged || row.Alarm.State == AlarmState.Acknowledged)),
            AlarmListState.Shelved => rows.Where(row => row.Alarm.IsOpen == EF.Parameter(true) && row.Alarm.State == AlarmState.Shelved),
            AlarmListState.Suppressed => rows.Where(row => row.Alarm.IsOpen == EF.Parameter(true) && row.Alarm.State == AlarmState.Suppressed),
            AlarmListState.OutOfService => rows.Where(row => row.Alarm.IsOpen == EF.Parameter(true) && row.Alarm.State == AlarmState.OutOfService),
            AlarmListState.Latched => rows.Where(row => row.Alarm.IsOpen == EF.Parameter(true)
                && (row.Alarm.State == AlarmState.LatchedUnacknowledged || row.Alarm.State == AlarmState.LatchedAcknowledged)),
            _ => rows,
        };
        if (filter.Kind is { Length: > 0 } kinds)
        {
            AlarmKind[] wantedKinds = [.. kinds.Select(k => k.Value)];
            rows = rows.Where(row => wantedKinds.Contains(row.Alarm.Kind));
        }
        if (filter.Definition is { } definition) rows = rows.Where(row => row.Alarm.DefinitionId == definition);
        if (filter.Group is { } group) rows = rows.Where(row => row.Alarm.GroupId == group);
        if (filter.Chattering is { } chattering) rows = rows.Where(row => row.Alarm.IsChattering == chattering);
        if (filter.Stale is { } stale)
        {
            DateTimeOffset before = clock.GetUtcNow() - options.StaleAfter;
            rows = rows.Where(row => (row.Alarm.IsOpen == EF.Parameter(true) && row.Alarm.Raised < before
                && (row.Alarm.State == AlarmState.Unacknowledged || row.Alarm.State == AlarmState.Acknowledged)) == stale);
        }
        if (filter.Priority is { Length: > 0 } priorities) rows = rows.Where(row => priorities.Contains(row.Alarm.Priority));
        if (filter.Point is { } point) rows = rows.Where(row => row.Alarm.PointId == point);
        if (filter.From is { } from) rows = rows.Where(row => row.Alarm.Raised >= from);
        if (filter.To is { } to) rows = rows.Where(row => row.Alarm.Raised < to);
        if (string.IsNullOrWhiteSpace(filter.Q)) return rows;
        string wanted = filter.Q.Trim();
#pragma warning disable CA1304, CA1311, CA1862 // becomes SQL
        return rows.Where(row => (row.Alarm.PointCode + " " + row.Alarm.PointNameZh + " " + row.Alarm.PointNameEn + " " + row.Alarm.NameZh + " " + row.Alarm.NameEn).ToLower().Contains(EF.Parameter(wanted).ToLower()));
#pragma warning restore CA1304, CA1311, CA1862
    }

    private async Task<string?> PathOfAsync(long assetId, CancellationToken cancellation) =>
        await database.Set<Asset>().Where(asset => asset.Id == assetId).Select(asset => asset.Path).SingleOrDefaultAsync(cancellation);
}

/// <summary>Which events of the journal are asked for.</summary>
public readonly record struct AlarmJournalFilter
{
    public long? Definition { get; init; }

    public long? Alarm { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public string? By { get; init; }

    public Word<AlarmStimulus>[]? Kind { get; init; }
}

/// <summary>An alarm that is shelved, suppressed or out of service.</summary>
/// <param name="Active">Its condition holds.</param>
/// <param name="AlarmId">The newest occurrence, where there is one.</param>
public sealed record AlarmHeldItem(
    long DefinitionId, string Code, string NameZh, string NameEn, AlarmKind Kind, long AssetId, long? PointId, int Priority, bool Active, AlarmState State, long? AlarmId, AlarmHoldItem Hold);

/// <summary>An occurrence with the names of its asset now.</summary>
internal sealed class AlarmNamed
{
    public required AlarmOccurrence Alarm { get; init; }

    public string? NameZh { get; init; }

    public string? NameEn { get; init; }
}
