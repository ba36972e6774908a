using FsCheck;
using FsCheck.Fluent;
using Ordo.Economy.Plans.Cases;
using static Ordo.Economy.Plans.Cases.CorrectionAction;
using static Ordo.Economy.Plans.Cases.CorrectionState;

namespace Ordo.Economy.Tests.Plans.Cases;

public class CorrectionCaseTests
{
    private static CorrectionState? Walk(params CorrectionAction[] actions)
    {
        CorrectionState? state = Opened;
        foreach (CorrectionAction action in actions) state = state is { } now ? CorrectionCase.Next(now, action) : null;
        return state;
    }

    [Fact]
    public void A_case_goes_from_its_opening_to_its_check()
    {
        Assert.Equal(Closed, Walk(Assign, Remark, Report, Close));
        Assert.Equal(Closed, Walk(Assign, Report, CorrectionAction.Return, Assign, Report, Close)); // the check failed once
        Assert.Equal(Withdrawn, Walk(Withdraw));
    }

    [Fact]
    public void No_step_is_left_out()
    {
        Assert.Null(Walk(Close));
        Assert.Null(Walk(Report)); // nobody was named
        Assert.Null(Walk(Assign, Close)); // nobody said that it is done
        Assert.Null(Walk(Assign, Report, Close, Remark)); // closed is closed
    }

    [Fact]
    public void Only_what_was_assigned_and_reported_can_be_closed() => Prop.ForAll(
        ArbMap.Default.ArbFor<CorrectionAction[]>(),
        actions =>
        {
            CorrectionState state = Opened;
            bool assigned = false, reported = false;
            foreach (CorrectionAction action in actions)
            {
                if (CorrectionCase.Next(state, action) is not { } next) continue;
                if (next == Closed && !(assigned && reported)) return false;
                if (CorrectionCase.IsOver(state)) return false;
                (assigned, reported) = (assigned || action == Assign, action == Report || (reported && action != CorrectionAction.Return));
                state = next;
            }
            return true;
        }).QuickCheckThrowOnFailure();
}
