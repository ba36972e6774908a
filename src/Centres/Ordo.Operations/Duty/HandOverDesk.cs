using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Access.SignIn;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms;
using Ordo.Operations.Incidents;
using Ordo.Operations.Notifications;

namespace Ordo.Operations.Duty;

/// <param name="Day">Of the outgoing shift; default: the one that is on.</param>
/// <param name="Shift">Its number in the plan.</param>
public sealed record NewHandOver(long RosterId, DateOnly? Day = null, int? Shift = null);

public enum SignatureRole
{
    Outgoing,
    Incoming,
}

/// <summary>A signature: who signs proves it with the password, at that moment.</summary>
/// <param name="As">Which side.</param>
/// <param name="UserName">Who signs; need not be the one who is signed in, for two people sign at one desk.</param>
/// <param name="Remark">What the incoming shift adds.</param>
public sealed record HandOverSignature(SignatureRole As, string UserName, string Password, string? Remark = null);

/// <param name="Snapshot">Alarms and incidents at the first signature; before it, as they are now.</param>
/// <param name="Intact">Its fingerprint is what it must be; <c>null</c> before both have signed.</param>
/// <param name="Version">The ETag.</param>
public sealed record HandOverItem(
    long Id, long RosterId, string RosterName, long? AssetId, DateOnly Day, string ShiftName, string TeamName, HandOverState State, HandOverNotes Notes, HandOverSnapshot? Snapshot,
    DateTimeOffset Created, PersonItem? Outgoing, DateTimeOffset? OutgoingSigned, PersonItem? Incoming, DateTimeOffset? IncomingSigned, string? IncomingRemark,
    string? Hash, string? PreviousHash, bool? Intact, int Version);

/// <summary>Hand-overs as two shifts write and sign them.</summary>
internal sealed class HandOverDesk(
    OrdoDbContext database, DutyDesk duty, DutyBoard board, Signatures signatures, SigningOrder order, ParkClock park, TimeProvider clock)
{
    private static readonly Text Unknown = new("没有这份交接班记录。", "There is no such hand-over.");

    public async Task<PageOf<HandOverItem>> ListAsync(long? rosterId, Paging paging, Caller caller, CancellationToken cancellation)
    {
        IQueryable<HandOverRow> rows = Visible(caller);
        if (rosterId is { } roster) rows = rows.Where(r => r.HandOver.RosterId == roster);
        PageOf<HandOverRow> page = await rows.OrderByDescending(r => r.HandOver.Id).ToPageAsync(paging, cancellation);
        return new([.. page.Items.Select(r => ItemOf(r.HandOver, null) with { Notes = new() })], page.Total, page.Page, page.PageSize);
    }

    public async Task<HandOverItem> GetAsync(long id, Caller caller, CancellationToken cancellation)
    {
        (HandOver handOver, string path) = await FindAsync(id, caller, cancellation);
        return ItemOf(handOver, handOver.State == HandOverState.Draft ? await SnapshotAsync(path, cancellation) : SnapshotOf(handOver));
    }

    public async Task<HandOverItem> BeginAsync(NewHandOver request, Caller caller, CancellationToken cancellation)
    {
        RosterRow row = await duty.FindAsync(request.RosterId, caller, cancellation);
        Require(caller, row.Asset?.Path ?? "/");
        StaffedShift shift = await ShiftAsync(row.Roster, request, cancellation);
        if (await database.Set<HandOver>().AnyAsync(h => h.RosterId == row.Roster.Id && h.Day == shift.Planned.Day && h.ShiftName == shift.Shift.Name, cancellation))
            throw new ProblemException(Problems.Conflict("handover-exists", new("该班次已有交接班记录。", "That shift has a hand-over already.")));
        var handOver = new HandOver
        {
            RosterId = row.Roster.Id,
            AssetId = row.Roster.AssetId,
            RosterName = row.Roster.Name,
            Day = shift.Planned.Day,
            ShiftName = shift.Shift.Name,
            TeamName = shift.Team?.Name ?? "",
            State = HandOverState.Draft,
            Notes = JsonText.Of(new HandOverNotes()),
            Created = clock.GetUtcNow(),
        };
        database.Add(handOver);
        await database.SaveChangesAsync(cancellation);
        return await GetAsync(handOver.Id, caller, cancellation);
    }

    public async Task<HandOverItem> WriteAsync(long id, HandOverNotes notes, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        HandOver handOver = await DraftAsync(id, caller, checkVersion, cancellation);
        List<Fault> faults = [];
        foreach (var (field, text) in (ReadOnlySpan<(string, string)>)[("situation", notes.Situation), ("done", notes.Done), ("watch", notes.Watch), ("equipment", notes.Equipment)])
            faults.CheckText(field, text, HandOverNotes.MaxLength);
        faults.ThrowIfAny();
        handOver.Notes = JsonText.Of(notes);
        handOver.Version++;
        await database.SaveChangesAsync(cancellation);
        return await GetAsync(id, caller, cancellation);
    }

    public async Task DeleteAsync(long id, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        database.Remove(await DraftAsync(id, caller, checkVersion, cancellation));
        await database.SaveChangesAsync(cancellation);
    }

    public async Task<HandOverItem> SignAsync(long id, HandOverSignature request, Caller caller, string address, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        if (caller.TokenName is not null) throw new ProblemException(Problems.Forbidden(new("签名须本人登录操作，不能使用令牌。", "A signature is given in person; a token cannot do it.")));
        (HandOver seen, string path) = await FindAsync(id, caller, cancellation);
        Require(caller, path);
        if (checkVersion(seen.Version) is { } changed) throw new ProblemException(changed);
        List<Fault> faults = [];
        faults.CheckText("remark", request.Remark, HandOverNotes.MaxLength);
        faults.ThrowIfAny();

        KnownAccount signer = await signatures.ProveAsync(request.UserName, request.Password, address, cancellation);
        if (!signer.Caller.Has(Permissions.HandOverDuty, path))
            throw new ProblemException(Problems.Validation(("userName", new("此人无权在此交接班。", "That person may not hand over here."))));
        using IDisposable turn = await order.TakeAsync(cancellation);
        HandOver handOver = await database.Set<HandOver>().SingleAsync(h => h.Id == id, cancellation);
        await database.Entry(handOver).ReloadAsync(cancellation);
        if (checkVersion(handOver.Version) is { } late) throw new ProblemException(late);
        if (request.As == SignatureRole.Outgoing) await SignOutgoingAsync(handOver, signer, path, cancellation);
        else await SignIncomingAsync(handOver, signer, request.Remark, cancellation);
        handOver.Version++;
        await database.SaveChangesAsync(cancellation);
        return await GetAsync(id, caller, cancellation);
    }

    private async Task SignOutgoingAsync(HandOver handOver, KnownAccount signer, string path, CancellationToken cancellation)
    {
        if (handOver.State != HandOverState.Draft)
            throw new ProblemException(Problems.Conflict("already-signed", new("交班人已签名。", "The outgoing shift has signed already.")));
        handOver.Snapshot = JsonText.Of(await SnapshotAsync(path, cancellation));
        (handOver.OutgoingId, handOver.OutgoingName, handOver.OutgoingSigned) = (signer.Id, await NameOfAsync(signer, cancellation), clock.GetUtcNow());
        handOver.State = HandOverState.Outgoing;
    }

    private async Task SignIncomingAsync(HandOver handOver, KnownAccount signer, string? remark, CancellationToken cancellation)
    {
        switch (handOver.State)
        {
            case HandOverState.Draft:
                throw new ProblemException(Problems.Conflict("not-signed-yet", new("请交班人先签名。", "The outgoing shift signs first.")));
            case HandOverState.Signed:
                throw new ProblemException(Problems.Conflict("already-signed", new("接班人已签名。", "The incoming shift has signed already.")));
        }

        if (signer.Id == handOver.OutgoingId)
            throw new ProblemException(Problems.Validation(("userName", new("交班人与接班人不能是同一人。", "Who goes and who comes cannot be the same person."))));
        (handOver.IncomingId, handOver.IncomingName, handOver.IncomingSigned) = (signer.Id, await NameOfAsync(signer, cancellation), clock.GetUtcNow());
        handOver.IncomingRemark = string.IsNullOrWhiteSpace(remark) ? null : remark.Trim();
        handOver.PreviousHash = await database.Set<HandOver>().Where(h => h.RosterId == handOver.RosterId && h.Hash != null)
            .OrderByDescending(h => h.IncomingSigned).ThenByDescending(h => h.Id).Select(h => h.Hash).FirstOrDefaultAsync(cancellation);
        handOver.State = HandOverState.Signed;
        handOver.Hash = handOver.ComputeHash();
    }

    private async Task<StaffedShift> ShiftAsync(Roster roster, NewHandOver request, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateOnly today = DateOnly.FromDateTime(park.LocalOf(now));
        if (request.Day is { } day)
        {
            if (Math.Abs(day.DayNumber - today.DayNumber) > 7)
                throw new ProblemException(Problems.Validation(("day", new("只能补写近 7 天内的班次。", "Only shifts of the last 7 days can be handed over."))));
            return (await DutyBoard.BetweenAsync(database, roster, day, day, cancellation)).SingleOrDefault(s => s.Planned.Shift == (request.Shift ?? 0))
                ?? throw new ProblemException(Problems.Validation(("shift", new("没有这个班次。", "There is no such shift."))));
        }
        return (await board.AtAsync(database, roster, now, cancellation)).OrderBy(s => s.Planned.Start).FirstOrDefault(s => s.Team is not null)
            ?? throw new ProblemException(Problems.Conflict("nobody-on-duty", new("现在没有班次在值班，请指明日期和班次。", "No shift is on now; name the day and the shift.")));
    }

    private async Task<HandOverSnapshot> SnapshotAsync(string path, CancellationToken cancellation)
    {
        var open = await (
            from alarm in database.Set<AlarmOccurrence>().AsNoTracking()
            where alarm.IsOpen && alarm.State < AlarmState.Shelved
            join asset in database.Set<Asset>() on alarm.AssetId equals asset.Id
            where asset.Path.StartsWith(path)
            orderby alarm.Priority, alarm.Raised descending, alarm.Id descending
            select new { Alarm = alarm, asset.NameZh, asset.NameEn }).ToListAsync(cancellation);
        var incidents = await (
            from incident in database.Set<Incident>().AsNoTracking()
            where incident.State != IncidentState.Closed
            join asset in database.Set<Asset>() on incident.AssetId equals (long?)asset.Id into assets
            from asset in assets.DefaultIfEmpty()
            where (asset == null ? "/" : asset.Path).StartsWith(path)
            orderby incident.Id
            select new HandOverIncident(incident.Id, incident.Title, incident.State.ToString(), database.Set<IncidentTask>().Count(t => t.IncidentId == incident.Id && t.State == IncidentTaskState.Open)))
            .Take(50).ToListAsync(cancellation);
        return new(
            clock.GetUtcNow(), open.Count, open.Count(o => o.Alarm.State.IsUnacknowledged()),
            Enumerable.Range(AlarmPriority.Highest, AlarmPriority.Lowest).ToDictionary(p => p, p => open.Count(o => o.Alarm.Priority == p)),
            [.. open.Take(HandOverSnapshot.MaxAlarms).Select(o => new HandOverAlarm(
                o.Alarm.Id, o.Alarm.Priority, o.Alarm.State, AlarmWords.NameOf(o.Alarm, english: false), AlarmWords.NameOf(o.Alarm, english: true), o.NameZh, o.NameEn,
                o.Alarm.Raised, o.Alarm.AcknowledgedBy, double.IsFinite(o.Alarm.Value) ? o.Alarm.Value : null, o.Alarm.Unit))],
            incidents);
    }

    private Task<string> NameOfAsync(KnownAccount account, CancellationToken cancellation) =>
        database.Set<OrdoAccount>().Where(a => a.Id == account.Id).Select(a => a.DisplayName).SingleAsync(cancellation);

    private async Task<HandOver> DraftAsync(long id, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        (_, string path) = await FindAsync(id, caller, cancellation);
        Require(caller, path);
        HandOver handOver = await database.Set<HandOver>().SingleAsync(h => h.Id == id, cancellation);
        if (checkVersion(handOver.Version) is { } changed) throw new ProblemException(changed);
        return handOver.State == HandOverState.Draft ? handOver
            : throw new ProblemException(Problems.Conflict("already-signed", new("已签名的交接班记录不能再修改。", "A signed hand-over cannot be changed.")));
    }

    private async Task<(HandOver HandOver, string Path)> FindAsync(long id, Caller caller, CancellationToken cancellation)
    {
        HandOverRow row = await Visible(caller).SingleOrDefaultAsync(r => r.HandOver.Id == id, cancellation) ?? throw new ProblemException(Problems.NotFound(Unknown));
        return (row.HandOver, row.Asset?.Path ?? "/");
    }

    private static void Require(Caller caller, string path)
    {
        if (!caller.Has(Permissions.HandOverDuty, path))
            throw new ProblemException(Problems.Forbidden(new("您可以查看但不能填写交接班记录。", "You may read hand-overs but not write them.")));
    }

    private IQueryable<HandOverRow> Visible(Caller caller) => (
        from handOver in database.Set<HandOver>().AsNoTracking()
        join asset in database.Set<Asset>() on handOver.AssetId equals (long?)asset.Id into assets
        from asset in assets.DefaultIfEmpty()
        select new HandOverRow { HandOver = handOver, Asset = asset }).Within(row => row.Asset!.Path, caller.ScopesOf(Permissions.ReadDuty));

    private static HandOverSnapshot? SnapshotOf(HandOver handOver) => handOver.Snapshot is { } json ? JsonText.Read<HandOverSnapshot>(json) : null;

    private static HandOverItem ItemOf(HandOver h, HandOverSnapshot? snapshot) => new(
        h.Id, h.RosterId, h.RosterName, h.AssetId, h.Day, h.ShiftName, h.TeamName, h.State, JsonText.Read<HandOverNotes>(h.Notes), snapshot, h.Created,
        h.OutgoingId is { } outgoing ? new(outgoing, h.OutgoingName!) : null, h.OutgoingSigned, h.IncomingId is { } incoming ? new(incoming, h.IncomingName!) : null, h.IncomingSigned, h.IncomingRemark,
        h.Hash, h.PreviousHash, h.Hash is null ? null : h.Hash == h.ComputeHash(), h.Version);
}

/// <summary>One signature at a time, so that each knows the one before it.</summary>
internal sealed class SigningOrder : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    public async Task<IDisposable> TakeAsync(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        return new Turn(turn);
    }

    public void Dispose() => turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}

internal sealed class HandOverRow
{
    public required HandOver HandOver { get; init; }

    public Asset? Asset { get; init; }
}
