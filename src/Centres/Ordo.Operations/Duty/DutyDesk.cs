using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Notifications;

namespace Ordo.Operations.Duty;

/// <param name="AssetId">For what they are on duty; <c>null</c> is everything.</param>
public sealed record RosterDraft(string Name, RosterPlan Plan, long? AssetId = null);

/// <param name="MayPlan">The caller may change it.</param>
/// <param name="Version">The ETag.</param>
public sealed record RosterItem(long Id, string Name, long? AssetId, string? AssetNameZh, string? AssetNameEn, RosterPlan Plan, bool MayPlan, int Version);

/// <summary>A person as lists show them.</summary>
public sealed record PersonItem(long Id, string Name);

/// <param name="InsteadOf">In whose place.</param>
public sealed record DutyPerson(long Id, string Name, string? Phone, PersonItem? InsteadOf);

/// <param name="Start">Beginning.</param>
/// <param name="End">End.</param>
/// <param name="Shift">Number of the shift in the plan.</param>
public sealed record DutyShift(DateOnly Day, int Shift, string Name, string? Team, DateTimeOffset Start, DateTimeOffset End, IReadOnlyList<DutyPerson> People);

/// <summary>Who is on duty now on one roster.</summary>
/// <param name="Next">The shift that comes.</param>
public sealed record DutyNow(long RosterId, string RosterName, long? AssetId, string? AssetNameZh, string? AssetNameEn, IReadOnlyList<DutyShift> Shifts, DutyShift? Next);

/// <param name="Id">Of the substitution.</param>
/// <param name="Swap">Both halves of a swap have the same.</param>
public sealed record SubstitutionItem(long Id, DateOnly Day, int Shift, PersonItem Person, PersonItem StandIn, string Reason, string? Swap);

public sealed record DutyCalendar(IReadOnlyList<DutyShift> Shifts, IReadOnlyList<SubstitutionItem> Substitutions);

public sealed record SubstitutionDraft(DateOnly Day, int Shift, long PersonId, long StandInId, string Reason);

/// <summary>Two people change places: the first works the second's shift and the other way round.</summary>
public sealed record SwapDraft(DateOnly Day, int Shift, long PersonId, DateOnly OtherDay, int OtherShift, long OtherPersonId, string Reason);

/// <summary>Rosters as people plan and read them.</summary>
internal sealed class DutyDesk(OrdoDbContext database, DutyBoard board, AccessDirectory access, NotificationService notifications, ParkClock park, TimeProvider clock)
{
    private const int MaxShifts = 6, MaxTeams = 12, MaxMembers = 50, MaxCycle = 60, MaxCalendarDays = 92;

    public async Task<IReadOnlyList<RosterItem>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        var rows = await Visible(caller).OrderBy(r => r.Roster.Name).ThenBy(r => r.Roster.Id).ToListAsync(cancellation);
        return [.. rows.Select(r => ItemOf(r, caller))];
    }

    public async Task<RosterItem> GetAsync(long id, Caller caller, CancellationToken cancellation) => ItemOf(await FindAsync(id, caller, cancellation), caller);

    public async Task<RosterItem> AddAsync(RosterDraft draft, Caller caller, CancellationToken cancellation)
    {
        await CheckAsync(draft, caller, cancellation);
        var roster = new Roster { Name = draft.Name.Trim(), AssetId = draft.AssetId, Plan = JsonText.Of(draft.Plan) };
        database.Add(roster);
        await database.SaveChangesAsync(cancellation);
        return await GetAsync(roster.Id, caller, cancellation);
    }

    public async Task<RosterItem> ChangeAsync(long id, RosterDraft draft, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        Roster roster = await PlannableAsync(id, caller, checkVersion, cancellation);
        await CheckAsync(draft, caller, cancellation);
        (roster.Name, roster.AssetId, roster.Plan) = (draft.Name.Trim(), draft.AssetId, JsonText.Of(draft.Plan));
        roster.Version++;
        await database.SaveChangesAsync(cancellation);
        return await GetAsync(id, caller, cancellation);
    }

    public async Task DeleteAsync(long id, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        Roster roster = await PlannableAsync(id, caller, checkVersion, cancellation);
        if (await database.Set<HandOver>().AnyAsync(h => h.RosterId == id, cancellation))
            throw new ProblemException(Problems.Conflict("roster-in-use", new("该值班表已有交接班记录，不能删除。", "There are hand-overs of this roster, so it stays.")));
        database.RemoveRange(await database.Set<Substitution>().Where(s => s.RosterId == id).ToListAsync(cancellation));
        database.Remove(roster);
        await database.SaveChangesAsync(cancellation);
    }

    public async Task<IReadOnlyList<DutyNow>> NowAsync(Caller caller, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var rosters = await Visible(caller).OrderBy(r => r.Roster.Name).ThenBy(r => r.Roster.Id).ToListAsync(cancellation);
        var names = await NamesAsync(cancellation);
        DateOnly today = DateOnly.FromDateTime(park.LocalOf(now));
        List<DutyNow> duty = [];
        foreach (RosterRow row in rosters)
        {
            var shifts = await board.AtAsync(database, row.Roster, now, cancellation);
            var coming = await DutyBoard.BetweenAsync(database, row.Roster, today, today.AddDays(1), cancellation);
            StaffedShift? next = coming.Where(s => park.InstantOf(s.Planned.Start) > now && s.People.Count > 0).MinBy(s => s.Planned.Start);
            duty.Add(new(row.Roster.Id, row.Roster.Name, row.Roster.AssetId, row.Asset?.NameZh, row.Asset?.NameEn, [.. shifts.Select(s => ShiftOf(s, names))], next is null ? null : ShiftOf(next, names)));
        }
        return duty;
    }

    public async Task<DutyCalendar> CalendarAsync(long id, DateOnly from, DateOnly to, Caller caller, CancellationToken cancellation)
    {
        RosterRow row = await FindAsync(id, caller, cancellation);
        if (to < from || to.DayNumber - from.DayNumber >= MaxCalendarDays)
            throw new ProblemException(Problems.BadRequest("to", new($"应在 from 之后，且不超过 {MaxCalendarDays} 天。", $"It must not be before from, and at most {MaxCalendarDays} days.")));
        var names = await NamesAsync(cancellation);
        var shifts = await DutyBoard.BetweenAsync(database, row.Roster, from, to, cancellation);
        var changes = await database.Set<Substitution>().AsNoTracking().Where(s => s.RosterId == id && s.Day >= from && s.Day <= to).OrderBy(s => s.Day).ThenBy(s => s.Id).ToListAsync(cancellation);
        return new([.. shifts.Select(s => ShiftOf(s, names))], [.. changes.Select(s => new SubstitutionItem(s.Id, s.Day, s.Shift, PersonOf(s.AccountId, names), PersonOf(s.StandInId, names), s.Reason, s.Swap))]);
    }

    public async Task SubstituteAsync(long id, SubstitutionDraft draft, Caller caller, CancellationToken cancellation)
    {
        Roster roster = await PlannableAsync(id, caller, null, cancellation);
        List<Fault> faults = [];
        faults.CheckText("reason", draft.Reason, Substitution.MaxReasonLength, required: true);
        CheckWorks(roster, draft.Day, draft.Shift, draft.PersonId, "personId", faults);
        await CheckPersonAsync(draft.StandInId, "standInId", caller, faults, cancellation);
        if (draft.StandInId == draft.PersonId) faults.Add(new("standInId", "替班人不能是本人。", "Nobody stands in for themselves."));
        faults.ThrowIfAny();
        await ReplaceAsync([new() { RosterId = id, Day = draft.Day, Shift = draft.Shift, AccountId = draft.PersonId, StandInId = draft.StandInId, Reason = draft.Reason.Trim() }], cancellation);
    }

    public async Task SwapAsync(long id, SwapDraft draft, Caller caller, CancellationToken cancellation)
    {
        Roster roster = await PlannableAsync(id, caller, null, cancellation);
        List<Fault> faults = [];
        faults.CheckText("reason", draft.Reason, Substitution.MaxReasonLength, required: true);
        CheckWorks(roster, draft.Day, draft.Shift, draft.PersonId, "personId", faults);
        CheckWorks(roster, draft.OtherDay, draft.OtherShift, draft.OtherPersonId, "otherPersonId", faults);
        if (draft.OtherPersonId == draft.PersonId) faults.Add(new("otherPersonId", "请选择另一个人。", "Choose somebody else."));
        faults.ThrowIfAny();
        string swap = Guid.CreateVersion7(clock.GetUtcNow()).ToString(), reason = draft.Reason.Trim();
        await ReplaceAsync(
        [
            new() { RosterId = id, Day = draft.Day, Shift = draft.Shift, AccountId = draft.PersonId, StandInId = draft.OtherPersonId, Reason = reason, Swap = swap },
            new() { RosterId = id, Day = draft.OtherDay, Shift = draft.OtherShift, AccountId = draft.OtherPersonId, StandInId = draft.PersonId, Reason = reason, Swap = swap },
        ], cancellation);
    }

    public async Task RemoveSubstitutionAsync(long id, long substitutionId, Caller caller, CancellationToken cancellation)
    {
        await PlannableAsync(id, caller, null, cancellation);
        Substitution row = await database.Set<Substitution>().SingleOrDefaultAsync(s => s.Id == substitutionId && s.RosterId == id, cancellation)
            ?? throw new ProblemException(Problems.NotFound(new("没有这条替班记录。", "There is no such substitution.")));
        database.Remove(row);
        if (row.Swap is { } swap) database.RemoveRange(await database.Set<Substitution>().Where(s => s.Swap == swap && s.Id != row.Id).ToListAsync(cancellation));
        await database.SaveChangesAsync(cancellation);
        notifications.Wake();
    }

    /// <summary>People whom the caller works with: those who may see something that the caller may see.</summary>
    public async Task<IReadOnlyList<PersonItem>> PeopleAsync(string? search, Caller caller, CancellationToken cancellation)
    {
        IReadOnlyList<string> scopes = caller.ScopesOf(Permissions.ReadPark);
        AccessSnapshot known = await access.GetAsync(cancellation);
        long[] ids = [.. known.Accounts.Where(a => !a.Disabled && IsNear(a, scopes)).Select(a => a.Id)];
        return await database.Set<OrdoAccount>().AsNoTracking().Where(a => ids.Contains(a.Id)).Containing(search, a => a.UserName, a => a.DisplayName)
            .OrderBy(a => a.NormalizedUserName).Take(200).Select(a => new PersonItem(a.Id, a.DisplayName)).ToListAsync(cancellation);
    }

    internal async Task<RosterRow> FindAsync(long id, Caller caller, CancellationToken cancellation) =>
        await Visible(caller).SingleOrDefaultAsync(r => r.Roster.Id == id, cancellation) ?? throw new ProblemException(Problems.NotFound(new("没有这张值班表。", "There is no such roster.")));

    private static bool IsNear(KnownAccount account, IReadOnlyList<string> scopes) =>
        account.GrantPaths.Any(path => scopes.Any(scope => ScopePaths.Intersect(scope, path) is not null));

    private async Task ReplaceAsync(List<Substitution> added, CancellationToken cancellation)
    {
        foreach (Substitution substitution in added)
        {
            Substitution? earlier = await database.Set<Substitution>().SingleOrDefaultAsync(
                s => s.RosterId == substitution.RosterId && s.Day == substitution.Day && s.Shift == substitution.Shift && s.AccountId == substitution.AccountId, cancellation);
            if (earlier is not null)
                throw new ProblemException(Problems.Conflict("already-replaced", new("该班次已有替班安排，请先撤销。", "Somebody stands in for that shift already; take that back first.")));
        }
        database.AddRange(added);
        try
        {
            await database.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e.IsDuplicate())
        {
            throw new ProblemException(Problems.Conflict("already-replaced", new("该班次已有替班安排，请先撤销。", "Somebody stands in for that shift already; take that back first.")));
        }
        notifications.Wake();
    }

    private static void CheckWorks(Roster roster, DateOnly day, int shift, long person, string field, List<Fault> faults)
    {
        var plan = JsonText.Read<RosterPlan>(roster.Plan);
        PlannedShift? planned = plan.On(day).Where(s => s.Shift == shift).Select(s => (PlannedShift?)s).SingleOrDefault();
        if (planned is not { Team: >= 0 and int team } || !plan.Teams[team].Members.Contains(person))
            faults.Add(new(field, $"{day:yyyy-MM-dd} 的该班次没有此人。", $"That person does not work that shift on {day:yyyy-MM-dd}."));
    }

    private async Task CheckPersonAsync(long id, string field, Caller caller, List<Fault> faults, CancellationToken cancellation)
    {
        AccessSnapshot known = await access.GetAsync(cancellation);
        if (known.Account(id) is not { Disabled: false } account || !IsNear(account, caller.ScopesOf(Permissions.ReadPark)))
            faults.Add(new(field, "没有这个人。", "There is no such person."));
    }

    private async Task CheckAsync(RosterDraft draft, Caller caller, CancellationToken cancellation)
    {
        List<Fault> faults = RosterRules.FaultsOf(draft, MaxShifts, MaxTeams, MaxMembers, MaxCycle);
        (_, Fault? place) = await database.PlaceAsync(draft.AssetId, Permissions.PlanDuty, caller, cancellation);
        if (place is { } fault) faults.Add(fault);
        if (faults.Count == 0)
        {
            for (int team = 0; team < draft.Plan.Teams.Count; team++)
                foreach (long member in draft.Plan.Teams[team].Members)
                    await CheckPersonAsync(member, $"plan.teams[{team}].members", caller, faults, cancellation);
        }
        faults.ThrowIfAny();
    }

    private async Task<Roster> PlannableAsync(long id, Caller caller, Func<int, ProblemHttpResult?>? checkVersion, CancellationToken cancellation)
    {
        RosterRow row = await FindAsync(id, caller, cancellation);
        if (!caller.Has(Permissions.PlanDuty, row.Asset?.Path ?? "/"))
            throw new ProblemException(Problems.Forbidden(new("您可以查看但不能修改。", "You may see this but not change it.")));
        Roster roster = await database.Set<Roster>().SingleAsync(r => r.Id == id, cancellation);
        if (checkVersion?.Invoke(roster.Version) is { } changed) throw new ProblemException(changed);
        return roster;
    }

    private IQueryable<RosterRow> Visible(Caller caller) => (
        from roster in database.Set<Roster>().AsNoTracking()
        join asset in database.Set<Asset>() on roster.AssetId equals (long?)asset.Id into assets
        from asset in assets.DefaultIfEmpty()
        select new RosterRow { Roster = roster, Asset = asset }).Within(row => row.Asset!.Path, caller.ScopesOf(Permissions.ReadDuty));

    private static RosterItem ItemOf(RosterRow row, Caller caller) => new(
        row.Roster.Id, row.Roster.Name, row.Roster.AssetId, row.Asset?.NameZh, row.Asset?.NameEn, JsonText.Read<RosterPlan>(row.Roster.Plan),
        caller.Has(Permissions.PlanDuty, row.Asset?.Path ?? "/"), row.Roster.Version);

    private async Task<Dictionary<long, (string Name, string? Phone)>> NamesAsync(CancellationToken cancellation)
    {
        var accounts = await database.Set<OrdoAccount>().AsNoTracking().Select(a => new { a.Id, a.DisplayName }).ToListAsync(cancellation);
        var phones = await database.Set<Contact>().AsNoTracking().Where(c => c.Phone != null).ToDictionaryAsync(c => c.AccountId, c => c.Phone, cancellation);
        return accounts.ToDictionary(a => a.Id, a => (a.DisplayName, phones.GetValueOrDefault(a.Id)));
    }

    private DutyShift ShiftOf(StaffedShift shift, Dictionary<long, (string Name, string? Phone)> names) => new(
        shift.Planned.Day, shift.Planned.Shift, shift.Shift.Name, shift.Team?.Name, park.InstantOf(shift.Planned.Start), park.InstantOf(shift.Planned.End),
        [.. shift.People.Select(p => new DutyPerson(p.AccountId, PersonOf(p.AccountId, names).Name, names.GetValueOrDefault(p.AccountId).Phone, p.InsteadOf is { } absent ? PersonOf(absent, names) : null))]);

    private static PersonItem PersonOf(long id, Dictionary<long, (string Name, string? Phone)> names) =>
        new(id, names.TryGetValue(id, out var known) ? known.Name : "#" + id.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A roster with its asset.</summary>
internal sealed class RosterRow
{
    public required Roster Roster { get; init; }

    public Asset? Asset { get; init; }
}

/// <summary>What a roster must satisfy by itself.</summary>
internal static class RosterRules
{
    public static List<Fault> FaultsOf(RosterDraft draft, int maxShifts, int maxTeams, int maxMembers, int maxCycle)
    {
        List<Fault> faults = [];
        faults.CheckText("name", draft.Name, Roster.MaxNameLength, required: true);
        RosterPlan plan = draft.Plan;
        CheckCount(faults, "plan.shifts", plan.Shifts.Count, maxShifts);
        CheckCount(faults, "plan.teams", plan.Teams.Count, maxTeams);
        CheckCount(faults, "plan.cycle", plan.Cycle.Count, maxCycle);
        for (int i = 0; i < plan.Shifts.Count; i++)
        {
            faults.CheckText($"plan.shifts[{i}].name", plan.Shifts[i].Name, 32, required: true);
            if (!TimeOnly.TryParseExact(plan.Shifts[i].From, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                faults.Add(new($"plan.shifts[{i}].from", $"应为 HH:mm，如 08:00；现为“{plan.Shifts[i].From}”。", $"It must be HH:mm such as 08:00; it is '{plan.Shifts[i].From}'."));
            if (plan.Shifts[i].Hours is < 1 or > 24) faults.Add(new($"plan.shifts[{i}].hours", "应为 1–24 小时。", "It must be 1 to 24 hours."));
        }
        for (int i = 0; i < plan.Teams.Count; i++)
        {
            faults.CheckText($"plan.teams[{i}].name", plan.Teams[i].Name, 32, required: true);
            if (plan.Teams[i].Members.Count > maxMembers) faults.Add(new($"plan.teams[{i}].members", $"每班最多 {maxMembers} 人。", $"A team has at most {maxMembers} people."));
            if (plan.Teams[i].Members.Distinct().Count() != plan.Teams[i].Members.Count) faults.Add(new($"plan.teams[{i}].members", "有人重复。", "Somebody is named twice."));
        }
        for (int day = 0; day < plan.Cycle.Count; day++)
        {
            if (plan.Cycle[day].Count != plan.Shifts.Count)
                faults.Add(new($"plan.cycle[{day}]", $"应有 {plan.Shifts.Count} 个班次，现有 {plan.Cycle[day].Count} 个。", $"It must name {plan.Shifts.Count} shifts; it has {plan.Cycle[day].Count}."));
            if (plan.Cycle[day].Any(team => team < -1 || team >= plan.Teams.Count))
                faults.Add(new($"plan.cycle[{day}]", $"班组编号应为 -1（无人）到 {plan.Teams.Count - 1}。", $"A team is a number from -1 (nobody) to {plan.Teams.Count - 1}."));
        }
        return faults;
    }

    private static void CheckCount(List<Fault> faults, string field, int count, int max)
    {
        if (count < 1 || count > max) faults.Add(new(field, $"应有 1–{max} 项，现有 {count} 项。", $"It must have 1 to {max} entries; it has {count}."));
    }
}
