using FsCheck;
using FsCheck.Fluent;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms;

namespace Ordo.Operations.Tests.Alarms;

/// <summary>Random lives of a point, lived by the engine and by a plain model that knows neither states nor cuts.</summary>
public sealed class AlarmModelTests
{
    public enum Act
    {
        Good, Uncertain, Bad, Duplicate, Late, AcknowledgeHigh, AcknowledgeHighHigh, AcknowledgeLow, AcknowledgeLowLow, Write, WriteMarks, Kill,
    }

    public sealed record Happening(Act Act, int Value);

    [Fact]
    public void No_sequence_loses_or_doubles_an_alarm_and_nothing_returns_to_normal_unseen() =>
        Prop.ForAll(Lives(Act.Good, Act.Uncertain, Act.Bad, Act.Duplicate, Act.Late, Act.AcknowledgeHigh, Act.AcknowledgeHighHigh, Act.AcknowledgeLow, Act.AcknowledgeLowLow), Same)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    /// <remarks>No late samples here: one that came late and not yet under a written mark is, after a kill, simply in its place in the store.</remarks>
    [Fact]
    public void A_kill_at_any_point_between_sample_and_written_transition_changes_nothing() =>
        Prop.ForAll(Lives(Act.Good, Act.Uncertain, Act.Bad, Act.Duplicate, Act.AcknowledgeHigh, Act.AcknowledgeHighHigh, Act.AcknowledgeLow, Act.Write, Act.WriteMarks, Act.Kill), Same)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static Arbitrary<Happening[]> Lives(params Act[] acts) =>
        (from act in Gen.Frequency((4, Gen.Constant(Act.Good)), (6, Gen.Elements(acts)))
         from value in Gen.Frequency((3, Gen.Elements(-2, 0, 1, 2, 3, 10, 11, 12, 13, 50, 77, 78, 79, 80, 88, 89, 90, 95)), (1, Gen.Choose(-5, 95)))
         select new Happening(act, value)).ArrayOf().ToArbitrary();

    private static bool Same(Happening[] life)
    {
        var stand = new AlarmStand(AlarmStand.Point());
        var model = new Model();
        stand.Write(allMarks: true);
        int last = 50;
        foreach (Happening happening in life)
        {
            switch (happening.Act)
            {
                case Act.Good or Act.Uncertain or Act.Bad:
                    last = happening.Value;
                    stand.Sample(last, new((QualityStatus)happening.Act));
                    if (happening.Act != Act.Bad) model.Sample(stand.NowMs, last);
                    break;
                case Act.Duplicate when stand.Telemetry.TryGetLatest(0, out Sample newest):
                    stand.SampleAt(newest.TimeMs, newest.Value, newest.Quality);
                    break;
                case Act.Late when stand.Telemetry.TryGetLatest(0, out Sample newest):
                    stand.SampleAt(newest.TimeMs - 1, happening.Value);
                    break;
                case Act.AcknowledgeHigh or Act.AcknowledgeHighHigh or Act.AcknowledgeLow or Act.AcknowledgeLowLow:
                    AlarmKind kind = Enum.Parse<AlarmKind>(happening.Act.ToString()["Acknowledge".Length..]);
                    string by = $"user{happening.Value}";
                    stand.Acknowledge(kind, by);
                    stand.Write(); // nobody is told "acknowledged" before it is written
                    model.Acknowledge(kind, by);
                    break;
                case Act.Write:
                    stand.Write();
                    break;
                case Act.WriteMarks:
                    stand.Write(allMarks: true);
                    break;
                case Act.Kill:
                    stand.KillAndStart();
                    break;
            }
        }

        stand.Write();
        string expected = model.ToString(), actual = Describe(stand.Journal.Occurrences);
        Assert.Equal(expected, actual);
        Assert.Equal(model.Occurrences * 1L, stand.Journal.Events.Count(e => e.Stimulus == AlarmStimulus.ConditionMet));
        Assert.DoesNotContain(stand.Journal.Occurrences, o => o.State == AlarmState.Normal && o.AcknowledgedBy is null);
        return true;
    }

    private static string Describe(IEnumerable<AlarmOccurrence> occurrences) => string.Join('\n', occurrences
        .OrderBy(o => o.Kind).ThenBy(o => o.Raised)
        .Select(o => $"{o.Kind} {o.Raised.ToUnixTimeMilliseconds()} {o.Returned?.ToUnixTimeMilliseconds()} {o.AcknowledgedBy} {!o.State.IsActive()} {!o.State.IsUnacknowledged()}"));

    /// <summary>Two booleans and two lists per limit; limits 0, 10, 80, 90, deadband 2.</summary>
    private sealed class Model
    {
        private readonly List<Line> lines = [];

        public int Occurrences => lines.Count;

        public void Sample(long time, double v)
        {
            Judge(AlarmKind.LowLow, time, beyond: v <= 0, back: v >= 2);
            Judge(AlarmKind.Low, time, beyond: v <= 10, back: v >= 12);
            Judge(AlarmKind.High, time, beyond: v >= 80, back: v <= 78);
            Judge(AlarmKind.HighHigh, time, beyond: v >= 90, back: v <= 88);
        }

        public void Acknowledge(AlarmKind kind, string by)
        {
            foreach (Line line in lines.Where(l => l.Kind == kind && l.By is null)) line.By = by;
        }

        public override string ToString() => string.Join('\n', lines.OrderBy(l => l.Kind).ThenBy(l => l.Raised)
            .Select(l => $"{l.Kind} {l.Raised} {l.Returned} {l.By} {l.Returned is not null} {l.By is not null}"));

        private void Judge(AlarmKind kind, long time, bool beyond, bool back)
        {
            Line? standing = lines.Find(l => l.Kind == kind && l.Returned is null);
            if (standing is null && beyond) lines.Add(new() { Kind = kind, Raised = time });
            if (standing is not null && back) standing.Returned = time;
        }

        private sealed class Line
        {
            public AlarmKind Kind { get; init; }

            public long Raised { get; init; }

            public long? Returned { get; set; }

            public string? By { get; set; }
        }
    }
}
