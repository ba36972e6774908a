using System.ComponentModel;
using System.Globalization;

namespace Ordo.Operations.Duty;

/// <summary>A shift of each day (班次).</summary>
/// <param name="Name">早班, 中班, 夜班.</param>
/// <param name="From">When it begins, <c>08:00</c>, in the park's time.</param>
/// <param name="Hours">How long it lasts, 1 … 24.</param>
public sealed record RosterShift(string Name, [property: Description("HH:mm")] string From, int Hours);

/// <summary>People who work together (班组).</summary>
/// <param name="Members">Accounts; the first leads.</param>
public sealed record RosterTeam(string Name, IReadOnlyList<long> Members);

/// <summary>Who works when (排班): a cycle of days, each naming the team of each shift, repeated from a first day on.</summary>
/// <param name="FirstDay">Day 1 of the cycle.</param>
/// <param name="Shifts">Of every day.</param>
/// <param name="Teams">All of them.</param>
/// <param name="Cycle">For each day of the cycle and each shift the number of the team, from 0; <c>-1</c> is nobody.</param>
public sealed record RosterPlan(DateOnly FirstDay, IReadOnlyList<RosterShift> Shifts, IReadOnlyList<RosterTeam> Teams, IReadOnlyList<IReadOnlyList<int>> Cycle)
{
    /// <summary>The shifts that begin on a day.</summary>
    public IEnumerable<PlannedShift> On(DateOnly day)
    {
        int length = Cycle.Count, offset = day.DayNumber - FirstDay.DayNumber, at = ((offset % length) + length) % length;
        for (int shift = 0; shift < Shifts.Count; shift++)
        {
            DateTime start = day.ToDateTime(TimeOnly.ParseExact(Shifts[shift].From, "HH:mm", CultureInfo.InvariantCulture));
            yield return new(day, shift, Cycle[at][shift], start, start.AddHours(Shifts[shift].Hours));
        }
    }

    /// <summary>The shifts that are on at a local time; one that began yesterday goes on over midnight.</summary>
    public IEnumerable<PlannedShift> At(DateTime local)
    {
        DateOnly today = DateOnly.FromDateTime(local);
        return On(today.AddDays(-1)).Concat(On(today)).Where(shift => local >= shift.Start && local < shift.End);
    }
}

/// <summary>One shift on one day.</summary>
/// <param name="Day">On which it begins.</param>
/// <param name="Shift">Number of the shift, from 0.</param>
/// <param name="Team">Number of the team, from 0; <c>-1</c> is nobody.</param>
/// <param name="Start">In the park's time.</param>
/// <param name="End">In the park's time.</param>
public readonly record struct PlannedShift(DateOnly Day, int Shift, int Team, DateTime Start, DateTime End);

/// <summary>The usual ways of shift work, to begin a plan with.</summary>
/// <param name="Code">Stable name.</param>
/// <param name="Teams">How many teams it takes.</param>
public sealed record ShiftPattern(string Code, string NameZh, string NameEn, IReadOnlyList<RosterShift> Shifts, int Teams, IReadOnlyList<IReadOnlyList<int>> Cycle)
{
    // The night shift stands at the day on whose midnight it begins, so between a late shift and a night shift there is a day off.
    private static readonly RosterShift[] ThreeShifts = [new("早班", "08:00", 8), new("中班", "16:00", 8), new("夜班", "00:00", 8)];
    private static readonly RosterShift[] TwoShifts = [new("白班", "08:00", 12), new("夜班", "20:00", 12)];

    public static IReadOnlyList<ShiftPattern> All { get; } =
    [
        Rotation("fourTeamsThreeShifts", "四班三运转", "Four teams, three shifts", ThreeShifts, 4, [0, 0, 1, 1, -1, 2, 2, -1]),
        Rotation("fourTeamsTwoShifts", "四班两运转", "Four teams, two shifts", TwoShifts, 4, [0, 1, -1, -1]),
        Rotation("threeTeamsThreeShifts", "三班三运转", "Three teams, three shifts", ThreeShifts, 3, [2, 1, 0]),
        // Two teams cannot change places without one of them working round the clock.
        new("twoTeamsDayNight", "两班（白班、夜班固定）", "Two teams, one by day and one by night", TwoShifts, 2, [[0, 1]]),
        Rotation("threeTeamsWholeDays", "三班 24 小时轮值", "Three teams, whole days", [new("值班", "08:00", 24)], 3, [0, -1, -1]),
        Rotation("days", "常白班", "Days only", [new("白班", "08:00", 9)], 1, [0]),
    ];

    /// <summary>Every team walks through the same days, each as far behind the one before as keeps each shift covered once.</summary>
    /// <param name="days">The shift of each day that a team works; -1 is off.</param>
    private static ShiftPattern Rotation(string code, string nameZh, string nameEn, RosterShift[] shifts, int teams, int[] days)
    {
        int step = days.Length / teams;
        var cycle = new List<IReadOnlyList<int>>();
        for (int day = 0; day < days.Length; day++)
        {
            int[] row = new int[shifts.Length];
            Array.Fill(row, -1);
            for (int team = 0; team < teams; team++)
                if (days[(day + (team * step)) % days.Length] is >= 0 and int shift) row[shift] = team;
            cycle.Add(row);
        }
        return new(code, nameZh, nameEn, shifts, teams, cycle);
    }
}
