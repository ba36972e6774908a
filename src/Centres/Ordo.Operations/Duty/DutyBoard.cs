using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Duty;

/// <summary>A shift with the people who really work it.</summary>
/// <param name="People">Who works, each with whom they stand in for, or <c>null</c>.</param>
internal sealed record StaffedShift(PlannedShift Planned, RosterShift Shift, RosterTeam? Team, IReadOnlyList<(long AccountId, long? InsteadOf)> People);

/// <summary>Who is on duty.</summary>
public sealed class DutyBoard(ParkClock park)
{
    /// <summary>Accounts on duty at a time; empty when the roster is gone or nobody is.</summary>
    public async Task<IReadOnlyList<long>> OnDutyAsync(OrdoDbContext database, long rosterId, DateTimeOffset time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        Roster? roster = await database.Set<Roster>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == rosterId, cancellation);
        if (roster is null) return [];
        IReadOnlyList<StaffedShift> shifts = await AtAsync(database, roster, time, cancellation);
        return [.. shifts.SelectMany(s => s.People).Select(p => p.AccountId).Distinct()];
    }

    internal Task<IReadOnlyList<StaffedShift>> AtAsync(OrdoDbContext database, Roster roster, DateTimeOffset time, CancellationToken cancellation)
    {
        var plan = JsonText.Read<RosterPlan>(roster.Plan);
        return StaffAsync(database, roster, plan, [.. plan.At(park.LocalOf(time))], cancellation);
    }

    /// <summary>The shifts that begin on the days from the first to the last.</summary>
    internal static Task<IReadOnlyList<StaffedShift>> BetweenAsync(OrdoDbContext database, Roster roster, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        var plan = JsonText.Read<RosterPlan>(roster.Plan);
        var shifts = new List<PlannedShift>();
        for (DateOnly day = first; day <= last; day = day.AddDays(1)) shifts.AddRange(plan.On(day));
        return StaffAsync(database, roster, plan, shifts, cancellation);
    }

    private static async Task<IReadOnlyList<StaffedShift>> StaffAsync(OrdoDbContext database, Roster roster, RosterPlan plan, List<PlannedShift> shifts, CancellationToken cancellation)
    {
        if (shifts.Count == 0) return [];
        (DateOnly first, DateOnly last) = (shifts.Min(s => s.Day), shifts.Max(s => s.Day));
        var changes = (await database.Set<Substitution>().AsNoTracking().Where(s => s.RosterId == roster.Id && s.Day >= first && s.Day <= last).ToListAsync(cancellation))
            .ToDictionary(s => (s.Day, s.Shift, s.AccountId), s => s.StandInId);
        return [.. shifts.Select(shift =>
        {
            RosterTeam? team = shift.Team >= 0 ? plan.Teams[shift.Team] : null;
            return new StaffedShift(shift, plan.Shifts[shift.Shift], team, [.. (team?.Members ?? []).Select(member =>
                changes.TryGetValue((shift.Day, shift.Shift, member), out long standIn) ? (standIn, (long?)member) : (member, null))]);
        })];
    }
}
