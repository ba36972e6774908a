using FsCheck;
using FsCheck.Fluent;
using Ordo.Operations.Alarms;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Tests.Alarms;

/// <summary>
/// Random lives with everything the standard knows: conditions, acknowledgement, reset, shelves, suppression, service, and kills in between. Lived by the engine with its journal,
/// and by a plain model that is nothing but flags and what the standard says about them.
/// </summary>
public sealed class AlarmLifeModelTests
{
    private const long Definition = 100;
    private static readonly AlarmActor Li = new("li.ming", 1, "because");

    public enum Act
    {
        Beyond, Back, Bad, Acknowledge, Reset, Shelve, Unshelve, WaitForShelf, Maintain, Run, TakeOut, PutBack, Write, Kill,
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Engine_and_plain_model_agree_after_every_life(bool isLatching) =>
        Prop.ForAll(Gen.Frequency((3, Gen.Elements(Act.Beyond, Act.Back)), (4, Gen.Elements(Enum.GetValues<Act>()))).ArrayOf().ToArbitrary(), life => Agree(life, isLatching))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    private static bool Agree(Act[] life, bool isLatching)
    {
        var definition = new AlarmDefinition
        {
            Id = Definition, Code = "A", NameZh = "甲", Kind = AlarmKind.High, AssetId = 7, PointId = 1, Priority = 3, Limit = 80, Deadband = 2,
            IsLatching = isLatching, SuppressIn = "maintenance",
        };
        var stand = new AlarmStand(AlarmStand.Point(lowLow: null, low: null, high: null, highHigh: null));
        stand.Define(definition);
        stand.Write(allMarks: true);
        var model = new Model(isLatching);
        foreach (Act act in life) Do(act, stand, model, definition);
        stand.Write(allMarks: true);

        Assert.Equal(model.State, stand.Engine.StandingOf(Definition).Situation.State);
        Assert.Equal(model.Rises, stand.Journal.Occurrences.Count);
        Assert.Equal(model.Announced, stand.Journal.Occurrences.Count(o => o.IsAnnounced));
        Assert.Equal(model.Rises, stand.Journal.Events.Count(e => e.Stimulus == AlarmStimulus.ConditionMet));
        Assert.Equal(model.Returns, stand.Journal.Events.Count(e => e.Stimulus == AlarmStimulus.ConditionCleared));
        Assert.True(stand.Journal.Occurrences.Count(o => o.IsOpen) <= 1);
        stand.KillAndStart();
        Assert.Equal(model.State, stand.Engine.StandingOf(Definition).Situation.State); // and a restart changes nothing
        return true;
    }

    private static void Do(Act act, AlarmStand stand, Model model, AlarmDefinition definition)
    {
        switch (act)
        {
            case Act.Beyond or Act.Back:
                stand.Sample(act == Act.Beyond ? 85 : 50);
                model.Sample(act == Act.Beyond);
                break;
            case Act.Bad:
                stand.Sample(double.NaN);
                break;
            case Act.Acknowledge:
                stand.Acknowledge(AlarmKind.High);
                model.Acknowledge();
                break;
            case Act.Reset when stand.Engine.Open() is [var alarm]:
                stand.Engine.Reset(alarm.Id, Li);
                model.Reset();
                break;
            case Act.Shelve:
                stand.Engine.Shelve(definition, stand.Time.GetUtcNow().AddMinutes(5), Li);
                model.Hold(shelved: true);
                break;
            case Act.Unshelve:
                stand.Engine.Unshelve(definition, Li);
                model.Release(shelved: true);
                break;
            case Act.WaitForShelf:
                stand.Time.Advance(TimeSpan.FromMinutes(6));
                stand.Engine.Tick();
                model.Release(shelved: true);
                break;
            case Act.Maintain or Act.Run:
                stand.SetPlantState(7, act == Act.Maintain ? "maintenance" : "running");
                if (act == Act.Maintain) model.Hold(suppressed: true);
                else model.Release(suppressed: true);
                break;
            case Act.TakeOut:
                stand.Engine.RemoveFromService(definition, null, Li);
                model.Hold(outOfService: true);
                break;
            case Act.PutBack:
                stand.Engine.ReturnToService(definition, Li);
                model.Release(outOfService: true);
                break;
            case Act.Write:
                stand.Write();
                return;
            case Act.Kill:
                stand.KillAndStart();
                return;
        }
        // Nobody is told that they acted before it is written; what follows from samples may be lost and is found again.
        if (act is not (Act.Beyond or Act.Back or Act.Bad)) stand.Write();
    }

    /// <summary>Flags, and sentences of the standard.</summary>
    private sealed class Model(bool isLatching)
    {
        private bool isBeyond, isSeen = true, isLatched, wasShelvedWhileWrong;
        private bool shelved, suppressed, outOfService;

        public int Rises { get; private set; }

        public int Returns { get; private set; }

        public int Announced { get; private set; }

        private bool isCurrentAnnounced;

        private bool IsHeld => shelved || suppressed || outOfService;

        public AlarmState State =>
            outOfService ? AlarmState.OutOfService
            : suppressed ? AlarmState.Suppressed
            : shelved ? AlarmState.Shelved
            : isBeyond ? (isSeen ? AlarmState.Acknowledged : AlarmState.Unacknowledged)
            : isLatched ? (isSeen ? AlarmState.LatchedAcknowledged : AlarmState.LatchedUnacknowledged)
            : isSeen ? AlarmState.Normal : AlarmState.ReturnedUnacknowledged;

        public void Sample(bool beyond)
        {
            if (beyond == isBeyond) return;
            isBeyond = beyond;
            if (beyond)
            {
                Rises++;
                isCurrentAnnounced = false;
                if (IsHeld) wasShelvedWhileWrong = true;
                else Announce();
            }
            else
            {
                Returns++;
                if (!IsHeld && isLatching) isLatched = true;
            }
        }

        public void Acknowledge()
        {
            if (!IsHeld) isSeen = true;
        }

        public void Reset()
        {
            if (!IsHeld && isLatched && isSeen && !isBeyond) isLatched = false;
        }

        public void Hold(bool shelved = false, bool suppressed = false, bool outOfService = false)
        {
            if (isBeyond || (isLatched && !IsHeld)) wasShelvedWhileWrong = true;
            this.shelved |= shelved;
            this.suppressed |= suppressed;
            this.outOfService |= outOfService;
        }

        public void Release(bool shelved = false, bool suppressed = false, bool outOfService = false)
        {
            bool was = IsHeld, endsShelf = shelved && this.shelved;
            this.shelved &= !shelved;
            this.suppressed &= !suppressed;
            this.outOfService &= !outOfService;
            if (!was || IsHeld) return;
            // It is announced again: what holds must be looked at again, what is over is over, unless it latches and was wrong while it was shelved.
            isLatched = !isBeyond && isLatching && endsShelf && wasShelvedWhileWrong;
            wasShelvedWhileWrong = false;
            isSeen = true;
            if (isBeyond || isLatched) Announce();
        }

        private void Announce()
        {
            isSeen = false;
            isLatched &= !isBeyond;
            if (!isCurrentAnnounced) Announced++;
            isCurrentAnnounced = true;
        }
    }
}
