using Ordo.Foundation.Expressions;
using Ordo.Foundation.Telemetry;
using Ordo.Foundation.Units;

namespace Ordo.Foundation.Tests.Expressions;

public class ExpressionCheckerTests
{
    private static readonly Dictionary<string, ExpressionPoint> Points = new[]
    {
        ("p", "activePower", "kW"), ("pw", "activePower", "W"), ("q", "reactivePower", "kvar"), ("e", "activeEnergy", "kWh"), ("heat", "thermalEnergy", "GJ"),
        ("t", "temperature", "degC"), ("f", "temperature", "degF"), ("dt", "temperatureDifference", "K"), ("rh", "humidity", "%"), ("u", "voltage", "V"), ("i", "current", "A"),
        ("c", "concentration", "mg/m3"), ("flow", "standardVolumeFlow", "Nm3/h"), ("water", "volumeFlow", "m3/h"), ("noise", "soundLevel", "dB(A)"), ("n", "count", "1"), ("s", "state", "1"),
    }.Select((point, index) => (point.Item1, new ExpressionPoint(index + 1, point.Item2, point.Item3))).ToDictionary(pair => pair.Item1, pair => pair.Item2);

    [Fact]
    public void Every_quantity_of_the_catalogue_has_a_dimension() =>
        Assert.All(UnitCatalogue.Quantities, quantity => Assert.All(quantity.Units, unit => Assert.NotNull(Measure.Of(unit))));

    [Theory]
    [InlineData("[p] + [pw]", "activePower:kW")]
    [InlineData("[pw] + [p]", "activePower:W")]
    [InlineData("[u] × [i]", "activePower:W")]
    [InlineData("[p] ÷ [pw]", "powerFactor:1")]
    [InlineData("sqrt([p]×[p] + [q]×[q])", "activePower:kW")]
    [InlineData("[q] × 2", "reactivePower:kvar")]
    [InlineData("integral([p], day)", "activeEnergy:J")]
    [InlineData("[p] × 1h", "activeEnergy:kWh")]
    [InlineData("[c] × [flow]", "massFlow:kg/h")]
    [InlineData("[t] - [t]", "temperatureDifference:degC")]
    [InlineData("[t] + [dt]", "temperature:degC")]
    [InlineData("[dt] + [f]", "temperature:degF")]
    [InlineData("[e] × 0.1229 'kgce/kWh'", "standardCoal:kgce")]
    [InlineData("max([e], [heat])", "activeEnergy:kWh")]
    [InlineData("count([p], 1h)", "powerFactor:1")]
    [InlineData("age([p])", "duration:ms")]
    [InlineData("previous([t])", "temperature:degC")]
    [InlineData("delta([e], month)", "activeEnergy:kWh")]
    public void The_unit_of_the_result_is_derived(string text, string expected)
    {
        CheckedExpression made = Check(text);
        Assert.Contains(made.Measure.Candidates(), unit => $"{unit.Quantity}:{unit.Code}" == expected);
        Unit target = UnitCatalogue.UnitOf(expected.Split(':')[0], expected.Split(':')[1])!;
        Assert.True(made.TryConvertTo(Measure.Of(target)!, out _));
    }

    [Theory]
    [InlineData("[p] + [q]", 4, 1)]
    [InlineData("[p] + [e]", 4, 1)]
    [InlineData("[flow] - [water]", 7, 1)]
    [InlineData("[t] + [t]", 4, 1)]
    [InlineData("[dt] - [t]", 5, 1)]
    [InlineData("[t] > [dt]", 4, 1)]
    [InlineData("[noise] + [noise]", 8, 1)]
    [InlineData("avg([noise], 1h)", 0, 3)]
    [InlineData("integral([t], day)", 0, 8)]
    [InlineData("1 + ([p] > 5)", 4, 9)]
    [InlineData("[p] and true", 0, 3)]
    [InlineData("if([p], 1, 0)", 3, 3)]
    [InlineData("if([p] > 1, [p], [e])", 0, 2)]
    [InlineData("[nothing] + 1", 0, 9)]
    [InlineData("#99", 0, 3)]
    [InlineData("frobnicate(1)", 0, 10)]
    [InlineData("abs(1, 2)", 0, 9)]
    [InlineData("previous([p] + 1)", 9, 7)]
    [InlineData("integral([p])", 0, 13)]
    [InlineData("integral([p] × [u], day)", 9, 9)]
    [InlineData("abs([p], 1h)", 9, 2)]
    [InlineData("5 'g'", 0, 5)]
    [InlineData("5 'furlong'", 0, 11)]
    [InlineData("5 'kW/fortnight'", 0, 16)]
    [InlineData("sqrt([p])", 0, 9)]
    public void What_does_not_fit_is_refused_at_its_place(string text, int position, int length)
    {
        Assert.Null(ExpressionChecker.Check(text, Find, out IReadOnlyList<ExpressionFault> faults));
        ExpressionFault fault = Assert.Single(faults);
        Assert.Equal((position, length), (fault.Position, fault.Length));
    }

    [Fact]
    public void All_faults_are_said_at_once_and_each_once()
    {
        Assert.Null(ExpressionChecker.Check("[x] + ([p] + [q]) × abs(true) = 5 'parsec'", Find, out IReadOnlyList<ExpressionFault> faults));
        Assert.Equal([0, 11, 24, 32], faults.Select(fault => fault.Position));
    }

    [Theory]
    [InlineData("[p] + [pw]", "kW", 3.5)] // 3 kW + 500 W
    [InlineData("[p] > 2", null, 1)]
    [InlineData("[p] > 2500 'W' and [pw] < 1 'kW'", null, 1)]
    [InlineData("[rh] > 50", null, 1)]
    [InlineData("[rh] > 0.5 'ratio:1'", null, 1)]
    [InlineData("[t] > 67 'temperature:degF'", null, 1)] // 20 °C are 68 °F
    [InlineData("[t] + 5", "degC", 25)]
    [InlineData("[t] - 293.15 'temperature:K'", "temperatureDifference:K", 0)]
    [InlineData("[t] × 2", "temperature:K", 586.3)]
    [InlineData("[c] × [flow]", "massRate:kg/h", 0.9)] // 30 mg/m³ × 30,000 m³/h
    [InlineData("[u] × [i]", "kW", 2.2)]
    [InlineData("-[p] + 1", "kW", -2)]
    [InlineData("abs(-[p])", "kW", 3)]
    [InlineData("min([p], [pw], 1)", "kW", 0.5)]
    [InlineData("avg([p], [p], 6)", "kW", 4)]
    [InlineData("if([s] = 1, [p], 0)", "kW", 3)]
    [InlineData("round(2.5)", "kW", 3)]
    [InlineData("[e] × 0.1229 'kgce/kWh'", "standardCoal:kgce", 122.9)]
    [InlineData("sqrt([p]×[p] + [q]×[q])", "apparentPower:kVA", 5)]
    [InlineData("[e] ÷ 2h", "kW", 500)]
    public void Worked_examples(string text, string? unit, double expected)
    {
        CheckedExpression made = Check(text);
        Func<double, double>? convert = null;
        if (unit is not null) Assert.True(made.TryConvertTo(Measure.Parse(unit).Measure!, out convert));
        double value = made.Evaluate(new Moment(made)).Value;
        Assert.Equal(expected, convert?.Invoke(value) ?? value, 9);
    }

    [Fact]
    public void Adding_kilowatts_does_not_leave_the_kilowatt()
    {
        CheckedExpression made = ExpressionChecker.Check("[p] + [p] + 0.1", Find, out _)!;
        Assert.True(made.TryConvertTo(Measure.Parse("kW").Measure!, out var convert));
        Assert.Null(convert);
        Assert.Equal(3.0 + 3.0 + 0.1, made.Evaluate(new Moment(made)).Value);
    }

    [Fact]
    public void Division_by_zero_is_unknown_and_a_known_side_decides_and_and_or()
    {
        Assert.False(Evaluate("[p] ÷ ([p] - [p])").IsKnown);
        Assert.False(Evaluate("[p] ÷ 0 > 1").IsKnown);
        Assert.True(Evaluate("[p] ÷ 0 > 1 or [p] > 1").IsTrue);
        Assert.True(Evaluate("not ([p] ÷ 0 > 1 and [p] > 9)").IsTrue);
        Assert.False(Evaluate("[p] ÷ 0 > 1 and [p] > 1").IsKnown);
        Assert.Equal(7, Evaluate("coalesce([p] ÷ 0, 7)").Value);
        Assert.Equal(3, Evaluate("if([p] > 1, [p], [p] ÷ 0)").Value);
    }

    [Fact]
    public void Quality_is_the_worst_of_what_was_used_and_only_of_that()
    {
        Assert.Equal(QualityStatus.Bad, Evaluate("[u] × [i]", ("i", QualityStatus.Bad)).Quality);
        Assert.Equal(QualityStatus.Uncertain, Evaluate("if([s] = 1, [p], 0)", ("s", QualityStatus.Uncertain)).Quality);
        Assert.Equal(QualityStatus.Good, Evaluate("if([p] > 1, [p], [p] + [pw])", ("pw", QualityStatus.Uncertain)).Quality);
        Assert.False(Evaluate("good([p])", ("p", QualityStatus.Uncertain)).IsTrue);
    }

    [Fact]
    public void Points_can_be_written_anew_where_they_stand()
    {
        CheckedExpression made = Check("[p]+ avg( [pw] ,1h)×2 +[p]");
        Assert.Equal("#1+ avg( #2 ,1h)×2 +#1", made.Rewrite(id => $"#{id}"));
        Assert.Equal([1, 2], made.Inputs.Select(input => input.PointId));
        Assert.Equal([0, 3_600_000], made.Inputs.Select(input => input.LookBackMs));
    }

    private static ExpressionValue Evaluate(string text, params (string Point, QualityStatus Quality)[] qualities)
    {
        CheckedExpression made = Check(text);
        return made.Evaluate(new Moment(made, qualities.ToDictionary(q => Points[q.Point].Id, q => q.Quality)));
    }

    private static CheckedExpression Check(string text)
    {
        CheckedExpression? made = ExpressionChecker.Check(text, Find, out IReadOnlyList<ExpressionFault> faults);
        Assert.True(made is not null, $"{text}: {string.Join(' ', faults)}");
        return made!;
    }

    private static ExpressionPoint? Find(ReferenceNode node) =>
        node.Name is { } name ? Points.GetValueOrDefault(name) : Points.Values.FirstOrDefault(point => point.Id == node.Id);

    /// <summary>One moment with a value for each point.</summary>
    private sealed class Moment(CheckedExpression expression, Dictionary<long, QualityStatus>? qualities = null) : IExpressionInputs
    {
        private static readonly double[] Values = [3, 500, 4, 1000, 1, 20, 68, 7, 60, 220, 10, 30, 30_000, 12, 55, 5, 1];

        public long NowMs => 0;

        public bool TryGet(int input, int back, out Sample sample)
        {
            long point = expression.Inputs[input].PointId;
            sample = new(0, Values[point - 1], new(qualities?.GetValueOrDefault(point) ?? QualityStatus.Good));
            return true;
        }

        public ExpressionValue Over(int input, WindowFunction function, TimeWindow window) => throw new NotSupportedException();
    }
}
