using Ordo.Operations.Duty;

namespace Ordo.Operations.Tests.Duty;

public sealed class RosterPlanTests
{
    public static TheoryData<string> Patterns => [.. ShiftPattern.All.Select(p => p.Code)];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_pattern_staffs_every_shift_of_every_day_with_one_team_and_shares_the_work(string code)
    {
        ShiftPattern pattern = ShiftPattern.All.Single(p => p.Code == code);
        RosterPlan plan = PlanOf(pattern);
        var work = new int[pattern.Teams];
        for (int day = -400; day < 400; day++) // before the first day as well
        {
            PlannedShift[] shifts = [.. plan.On(plan.FirstDay.AddDays(day))];
            Assert.All(shifts, shift => Assert.InRange(shift.Team, 0, pattern.Teams - 1));
            foreach (PlannedShift shift in shifts) work[shift.Team]++;
        }
        Assert.InRange(work.Max() - work.Min(), 0, 2);
    }

    [Theory]
    [InlineData("fourTeamsThreeShifts", 16)]
    [InlineData("fourTeamsTwoShifts", 12)]
    [InlineData("threeTeamsThreeShifts", 8)]
    [InlineData("twoTeamsDayNight", 12)]
    public void Nobody_comes_back_before_they_have_rested(string code, int hours)
    {
        RosterPlan plan = PlanOf(ShiftPattern.All.Single(p => p.Code == code));
        for (int team = 0; team < plan.Teams.Count; team++)
        {
            PlannedShift[] own = [.. Enumerable.Range(0, 40).SelectMany(day => plan.On(plan.FirstDay.AddDays(day))).Where(s => s.Team == team).OrderBy(s => s.Start)];
            double rest = own.Zip(own.Skip(1), (one, next) => (next.Start - one.End).TotalHours).Min();
            Assert.True(rest >= hours, $"{code}, team {team}: {rest} h");
        }
    }

    [Fact]
    public void A_night_shift_that_began_yesterday_is_still_on()
    {
        var plan = new RosterPlan(new(2026, 3, 1), [new("day", "08:00", 12), new("night", "20:00", 12)], [new("A", []), new("B", [])], [[0, 1]]);
        PlannedShift on = Assert.Single(plan.At(new(2026, 3, 5, 3, 0, 0)));
        Assert.Equal((new DateOnly(2026, 3, 4), 1, 1), (on.Day, on.Shift, on.Team));
        on = Assert.Single(plan.At(new(2026, 3, 5, 8, 0, 0)));
        Assert.Equal((new DateOnly(2026, 3, 5), 0), (on.Day, on.Shift));
    }

    [Fact]
    public void The_fingerprint_of_signed_hand_overs_is_frozen()
    {
        var handOver = new HandOver
        {
            RosterId = 3, AssetId = 7, RosterName = "主控室", Day = new(2026, 3, 1), ShiftName = "夜班", TeamName = "甲班", Notes = """{"situation":"平稳"}""", Snapshot = "{}",
            OutgoingId = 1, OutgoingName = "李", OutgoingSigned = DateTimeOffset.FromUnixTimeMilliseconds(1000), IncomingId = 2, IncomingName = "王",
            IncomingSigned = DateTimeOffset.FromUnixTimeMilliseconds(2000), IncomingRemark = "已阅", PreviousHash = "ab",
        };
        string hash = handOver.ComputeHash();
        Assert.Equal(Expected, hash);
        handOver.Notes = """{"situation":"平稳 "}""";
        Assert.NotEqual(hash, handOver.ComputeHash());
    }

    /// <summary>By Python's hashlib over the same fields.</summary>
    private const string Expected = "c3c1f8c8766f16fd3dd65b6fde54cf0e04df9451a172c0e8ffa00b88473bde80";

    private static RosterPlan PlanOf(ShiftPattern pattern) =>
        new(new(2026, 3, 1), pattern.Shifts, [.. Enumerable.Range(0, pattern.Teams).Select(i => new RosterTeam($"T{i}", []))], pattern.Cycle);
}
