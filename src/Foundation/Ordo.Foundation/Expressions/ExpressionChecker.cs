using Ordo.Foundation.Telemetry;
using Ordo.Foundation.Units;

namespace Ordo.Foundation.Expressions;

/// <summary>
/// Tree → something that can be evaluated: finds the points, checks that units and conditions fit together, and reports every fault with its place.
/// </summary>
public sealed class ExpressionChecker
{
    private readonly Func<ReferenceNode, ExpressionPoint?> find;
    private readonly List<ExpressionFault> faults = [];
    private readonly List<(TextSpan Span, long PointId)> references = [];
    private readonly List<long> points = [];
    private readonly List<(int Input, TimeWindow? Window, int Back)> uses = [];

    private ExpressionChecker(Func<ReferenceNode, ExpressionPoint?> find) => this.find = find;

    /// <param name="text">The expression.</param>
    /// <param name="find">Finds a point by id or by codes; <c>null</c> for one that is not there or that the author may not see, which must look alike.</param>
    /// <param name="faults">Everything that is wrong, in the order of the text; empty when the result is there.</param>
    public static CheckedExpression? Check(string text, Func<ReferenceNode, ExpressionPoint?> find, out IReadOnlyList<ExpressionFault> faults)
    {
        ArgumentNullException.ThrowIfNull(find);
        ParsedExpression parsed = ExpressionParser.Parse(text);
        if (parsed.Root is null)
        {
            faults = [parsed.Fault!];
            return null;
        }

        var checker = new ExpressionChecker(find);
        Part? root = checker.Visit(parsed.Root);
        faults = [.. checker.faults.OrderBy(fault => fault.Position)];
        if (root is null || faults.Count > 0) return null;
        return new(text, checker.Inputs(), [.. checker.references.OrderBy(reference => reference.Span.Start)], root.IsCondition, root.IsBare, root.Measure, root.Evaluate);
    }

    private ExpressionInput[] Inputs() => [.. points.Select((point, input) => new ExpressionInput(
        point,
        [.. uses.Where(use => use.Input == input).Select(use => use.Window).OfType<TimeWindow>().Distinct()],
        uses.Where(use => use.Input == input).Select(use => use.Back).Max()))];

    // Each node is visited once, so that each fault is said once; null where something below is wrong.
    private Part? Visit(Node node) => node switch
    {
        NumberNode number => Number(number),
        BooleanNode boolean => Part.Condition(boolean.Span, _ => ExpressionValue.Of(boolean.Value, QualityStatus.Good)),
        ReferenceNode reference => Held(reference, back: 0),
        UnaryNode unary => Unary(unary),
        BinaryNode binary => Binary(binary, Visit(binary.Left), Visit(binary.Right)),
        CallNode call => Call(call),
        _ => throw new InvalidOperationException($"Unknown node {node.GetType().Name}."),
    };

    private Part? Number(NumberNode node)
    {
        var value = ExpressionValue.Of(node.Value);
        if (node.Unit is null) return new(node.Span, Measure.Number, _ => value) { IsBare = true };
        var (measure, fault) = Measure.Parse(node.Unit);
        return measure is null ? Fail(node.Span, fault.Zh, fault.En) : new(node.Span, measure, _ => value);
    }

    private Part? Unary(UnaryNode node)
    {
        Part? operand = Visit(node.Operand);
        if (node.Operator == UnaryOperator.Not) return AsCondition(operand) is { } condition ? Part.Condition(node.Span, Parts.Not(condition.Evaluate)) : null;
        if (AsQuantity(operand)?.Absolute() is not { } quantity) return null;
        return quantity with { Span = node.Span, Evaluate = Parts.Map(quantity.Evaluate, static value => -value) };
    }

    private Part? Binary(BinaryNode node, Part? left, Part? right)
    {
        if (left is null || right is null) return null;
        if (node.Operator is BinaryOperator.And or BinaryOperator.Or)
        {
            if (AsCondition(left) is null | AsCondition(right) is null) return null;
            return Part.Condition(node.Span, node.Operator == BinaryOperator.And ? Parts.And(left.Evaluate, right.Evaluate) : Parts.Or(left.Evaluate, right.Evaluate));
        }

        bool isEquality = node.Operator is BinaryOperator.Equal or BinaryOperator.NotEqual;
        if (isEquality && left.IsCondition && right.IsCondition) return Part.Condition(node.Span, Parts.Combine(left.Evaluate, right.Evaluate, Parts.Operation(node.Operator)));
        if (AsQuantity(left) is null | AsQuantity(right) is null) return null;
        return node.Operator switch
        {
            BinaryOperator.Add => Add(node.Span, node.OperatorSpan, left, right),
            BinaryOperator.Subtract => Subtract(node, left, right),
            BinaryOperator.Multiply => Product(node.Span, left.Absolute(), right.Absolute()),
            BinaryOperator.Divide => Quotient(node.Span, left.Absolute(), right.Absolute()),
            _ => Alike(node.OperatorSpan, [left, right]) is [var a, var b] ? Part.Condition(node.Span, Parts.Combine(a.Evaluate, b.Evaluate, Parts.Operation(node.Operator))) : null,
        };
    }

    private Part? Add(TextSpan span, TextSpan at, Part left, Part right)
    {
        if (left.Measure.Scale == MeasureScale.Logarithmic || right.Measure.Scale == MeasureScale.Logarithmic)
            return Fail(at, "对数量（dB、pH）不能相加。", "Logarithmic quantities (dB, pH) cannot be added.");
        if (left.IsAffine && right.IsAffine)
            return Fail(at, "两个温度不能相加；一个温度可加一个温差。", "Two temperatures cannot be added; a temperature and a difference can.");
        if (Difference(at, left, right) is not var (a, b)) return null;
        Part result = right.IsAffine ? b : a;
        return result with { Span = span, IsBare = left.IsBare && right.IsBare, Evaluate = Parts.Combine(a.Evaluate, b.Evaluate, static (x, y) => x + y) };
    }

    private Part? Subtract(BinaryNode node, Part left, Part right)
    {
        bool bothAffine = left.IsAffine && right.IsAffine;
        if (right.IsAffine && !bothAffine && !left.IsBare) return Fail(node.OperatorSpan, "不能从温差中减去温度。", "A temperature cannot be subtracted from a difference.");
        (Part, Part)? sides = bothAffine || (left.IsBare && right.IsAffine)
            ? Alike(node.OperatorSpan, [left, right]) is [var x, var y] ? (x, y) : null
            : Difference(node.OperatorSpan, left, right);
        if (sides is not var (a, b)) return null;
        // What is left of two temperatures is a difference: it has no zero any more.
        Measure measure = right.IsAffine ? a.Measure.Absolute : a.Measure;
        return new(node.Span, measure, Parts.Combine(a.Evaluate, b.Evaluate, static (p, q) => p - q)) { IsBare = left.IsBare && right.IsBare };
    }

    /// <summary>Brings the right side into the left side's unit without its zero; a bare number takes the other side's unit.</summary>
    private (Part Left, Part Right)? Difference(TextSpan at, Part left, Part right)
    {
        if (left.IsBare) return (left with { Measure = right.Measure }, right);
        if (right.IsBare) return (left, right with { Measure = left.Measure });
        if (!Fit(at, left, right, ignoreAffine: true)) return null;
        return right.IsAffine ? (left.In(right.Measure, isDifference: true), right) : (left, right.In(left.Measure, isDifference: true));
    }

    private static Part Product(TextSpan span, Part left, Part right) => new(
        span, Times(left, right), Parts.Combine(left.Evaluate, right.Evaluate, static (x, y) => x * y)) { IsBare = left.IsBare && right.IsBare };

    /// <summary>A bare factor scales and leaves the quantity what it is: 3 × kvar are kvar.</summary>
    private static Measure Times(Part left, Part right) => left.IsBare ? right.Measure : right.IsBare ? left.Measure : left.Measure * right.Measure;

    private static Part Quotient(TextSpan span, Part left, Part right) => new(
        span, right.IsBare ? left.Measure : left.Measure / right.Measure, Parts.Combine(left.Evaluate, right.Evaluate, static (x, y) => x / y)) { IsBare = left.IsBare && right.IsBare };

    private Part? Call(CallNode node)
    {
        if (Functions.Describe(node.Function) is null)
            return Fail(node.NameSpan, $"没有函数“{node.Function}”；可用：{Functions.Names}。", $"There is no function '{node.Function}'; there are {Functions.Names}.");
        if (Functions.IsOverTime(node.Function) || node.Window is not null) return OverTime(node);
        if (node.Function is "previous" or "age" or "good") return OfSample(node);
        Part?[] visited = [.. node.Arguments.Select(Visit)];
        if (visited.Contains(null) || !HasCount(node)) return null;
        Part[] parts = visited!;
        if (node.Function == "if") return If(node, parts);
        if (parts.Select(AsQuantity).ToArray().Contains(null)) return null;
        switch (node.Function)
        {
            case "abs":
                Part absolute = parts[0].Absolute();
                return absolute with { Span = node.Span, Evaluate = Parts.Map(absolute.Evaluate, Math.Abs) };
            case "round":
                return parts[0] with { Span = node.Span, Evaluate = Parts.Map(parts[0].Evaluate, static value => Math.Round(value, MidpointRounding.AwayFromZero)) };
            case "sqrt":
                if (parts[0].IsBare) return parts[0] with { Span = node.Span, Evaluate = Parts.Map(parts[0].Evaluate, Math.Sqrt) };
                Part squared = parts[0].Absolute();
                Measure? baseUnit = squared.Measure.Root();
                if (baseUnit is null)
                {
                    squared = squared.In(squared.Measure with { Quantity = null, Factor = Ratio.One });
                    baseUnit = squared.Measure.Root();
                }

                return baseUnit is null
                    ? Fail(node.Span, $"{squared.Measure} 开平方没有单位。", $"The square root of {squared.Measure} has no unit.")
                    : new(node.Span, baseUnit, Parts.Map(squared.Evaluate, Math.Sqrt));
            case "sum":
                return parts.Skip(1).Aggregate((Part?)parts[0], (sum, part) => sum is null ? null : Add(node.Span, node.NameSpan, sum, part));
            default:
                if (Alike(node.NameSpan, parts) is not { } alike) return null;
                if (node.Function == "avg" && alike[0].Measure.Scale == MeasureScale.Logarithmic) return Fail(node.NameSpan, "对数量（dB、pH）不能取算术平均。", "Logarithmic quantities (dB, pH) have no arithmetic mean.");
                return alike[0] with { Span = node.Span, IsBare = parts.All(part => part.IsBare), Evaluate = Parts.Fold(node.Function, [.. alike.Select(part => part.Evaluate)]) };
        }
    }

    private Part? If(CallNode node, Part[] parts)
    {
        if (AsCondition(parts[0]) is not { } condition) return null;
        if (parts[1].IsCondition && parts[2].IsCondition) return Part.Condition(node.Span, Parts.If(condition.Evaluate, parts[1].Evaluate, parts[2].Evaluate));
        if (AsQuantity(parts[1]) is null | AsQuantity(parts[2]) is null) return null;
        if (Alike(node.NameSpan, parts[1..]) is not [var then, var otherwise]) return null;
        return then with { Span = node.Span, IsBare = parts[1].IsBare && parts[2].IsBare, Evaluate = Parts.If(condition.Evaluate, then.Evaluate, otherwise.Evaluate) };
    }

    private Part? OverTime(CallNode node)
    {
        if (Functions.WindowFunctionOf(node.Function) is not { } function)
            return Fail(node.Window!.Span, $"{node.Function} 不接受时间窗口。", $"{node.Function} takes no stretch of time.");
        if (node.Window is null)
            return Fail(node.Span, $"{node.Function} 需要时间窗口，例如 {node.Function}([资产/点位], 15min) 或 {node.Function}([资产/点位], day)。", $"{node.Function} needs a stretch of time, as in {node.Function}([asset/point], 15min) or {node.Function}([asset/point], day).");
        if (node.Arguments is not [ReferenceNode reference])
            return Fail(node.Arguments.Count > 0 ? node.Arguments[0].Span : node.Span, "对时间求值的函数只接受一个点位；复合式请先建为计算点。", "A function over time takes one point; make a calculated point of an expression first.");
        if (Find(reference) is not var (input, measure)) return null;
        uses.Add((input, node.Window.Window, 0));
        bool addsUp = function is WindowFunction.Sum or WindowFunction.Integral or WindowFunction.Avg;
        if (addsUp && measure.Scale == MeasureScale.Logarithmic) return Fail(node.NameSpan, "对数量（dB、pH）不能累加或取算术平均。", "Logarithmic quantities (dB, pH) cannot be added up or averaged.");
        if (function == WindowFunction.Sum && measure.Scale == MeasureScale.Affine) return Fail(node.NameSpan, "温度不能累加。", "Temperatures cannot be added up.");
        if (function == WindowFunction.Integral && measure.Scale == MeasureScale.Affine) return Fail(node.NameSpan, "温度不能对时间积分；请先减去基准温度。", "A temperature cannot be integrated; subtract a reference temperature first.");
        Measure result = function switch
        {
            WindowFunction.Count => Measure.Number,
            WindowFunction.Delta => measure.Absolute,
            WindowFunction.Integral => measure * Measure.Of(UnitCatalogue.UnitOf("duration", "ms")!)!,
            _ => measure,
        };
        TimeWindow window = node.Window.Window;
        return new(node.Span, result, inputs => inputs.Over(input, function, window));
    }

    private Part? OfSample(CallNode node)
    {
        if (!HasCount(node)) return null;
        if (node.Arguments is not [ReferenceNode reference]) return Fail(node.Arguments[0].Span, $"{node.Function} 只接受一个点位。", $"{node.Function} takes a point.");
        if (node.Function == "previous") return Held(reference, back: 1) is { } held ? held with { Span = node.Span } : null;
        if (Find(reference) is not var (input, _)) return null;
        uses.Add((input, null, 0));
        return node.Function == "good"
            ? Part.Condition(node.Span, Parts.IsGood(input))
            : new(node.Span, Measure.Of(UnitCatalogue.UnitOf("duration", "ms")!)!, Parts.Age(input));
    }

    private Part? Held(ReferenceNode node, int back)
    {
        if (Find(node) is not var (input, measure)) return null;
        uses.Add((input, null, back));
        return new(node.Span, measure, Parts.Held(input, back));
    }

    private (int Input, Measure Measure)? Find(ReferenceNode node)
    {
        ExpressionPoint? point = find(node);
        Measure? measure = point is null ? null : UnitCatalogue.UnitOf(point.Quantity, point.Unit) is { } unit ? Measure.Of(unit) : null;
        if (point is null || measure is null)
        {
            string name = node.Name ?? $"#{node.Id}";
            Fail(node.Span, $"没有点位“{name}”，或您无权查看。", $"There is no point '{name}', or you may not see it.");
            return null;
        }

        references.Add((node.Span, point.Id));
        int input = points.IndexOf(point.Id);
        if (input < 0)
        {
            input = points.Count;
            points.Add(point.Id);
        }

        return (input, measure);
    }

    /// <summary>Brings all into the unit of the first that has one.</summary>
    private Part[]? Alike(TextSpan at, Part[] parts)
    {
        Part? first = parts.FirstOrDefault(part => !part.IsBare);
        if (first is null) return parts;
        foreach (Part part in parts)
            if (!part.IsBare && !Fit(at, first, part, ignoreAffine: false)) return null;
        return [.. parts.Select(part => part.IsBare ? part with { Measure = first.Measure } : part.In(first.Measure))];
    }

    private bool Fit(TextSpan at, Part left, Part right, bool ignoreAffine)
    {
        Measure a = left.Measure, b = right.Measure;
        bool fits = a.Dimension == b.Dimension && (ignoreAffine && (left.IsAffine || right.IsAffine) || (a.Fits(b) && left.IsAffine == right.IsAffine));
        if (!fits) Fail(at, $"单位不相容：左侧为 {Name(a).Zh}，右侧为 {Name(b).Zh}。", $"The units do not fit: left is {Name(a).En}, right is {Name(b).En}.");
        return fits;
    }

    private static Text Name(Measure measure)
    {
        string unit = measure.ToString() is "1" ? "" : $" ({measure})";
        return measure.Quantity is { } code && UnitCatalogue.QuantityOf(code) is { } quantity
            ? new(quantity.Name.Zh + unit, quantity.Name.En + unit)
            : measure.Dimension == Dimension.None ? new("无量纲数", "a pure number") : new(measure.ToString(), measure.ToString());
    }

    private Part? AsCondition(Part? part) => part is null || part.IsCondition ? part : Fail(part.Span, "此处应为条件（真或假），例如 [资产/点位] > 5。", "Expected a condition here, as in [asset/point] > 5.");

    private Part? AsQuantity(Part? part) => part is null || !part.IsCondition ? part : Fail(part.Span, "此处应为数值，不能是条件；可用 if(条件, 1, 0)。", "Expected a value here, not a condition; write if(condition, 1, 0).");

    private bool HasCount(CallNode node)
    {
        var (least, most) = Functions.Describe(node.Function)!.Value;
        int count = node.Arguments.Count;
        if (count >= least && count <= most) return true;
        string expected = least == most ? $"{least}" : most == int.MaxValue ? $"≥ {least}" : $"{least}…{most}";
        Fail(node.Span, $"{node.Function} 应有 {expected} 个参数，实为 {count} 个。", $"{node.Function} takes {expected} argument(s), found {count}.");
        return false;
    }

    private Part? Fail(TextSpan span, string zh, string en)
    {
        faults.Add(new(span, zh, en));
        return null;
    }
}

/// <summary>A checked piece of an expression.</summary>
/// <param name="Measure">In what its values are; a plain number for a condition.</param>
internal sealed record Part(TextSpan Span, Measure Measure, Func<IExpressionInputs, ExpressionValue> Evaluate)
{
    public bool IsCondition { get; init; }

    /// <summary>A number without a unit, which takes the unit of what it is added to or compared with.</summary>
    public bool IsBare { get; init; }

    public bool IsAffine => Measure.Scale == MeasureScale.Affine;

    public static Part Condition(TextSpan span, Func<IExpressionInputs, ExpressionValue> evaluate) => new(span, Measure.Number, evaluate) { IsCondition = true };

    public Part In(Measure target, bool isDifference = false) =>
        Measure.ConverterTo(target, isDifference) is { } convert ? this with { Measure = target, Evaluate = Parts.Map(Evaluate, convert) } : this with { Measure = target };

    /// <summary>Counted from the absolute zero, as products need it.</summary>
    public Part Absolute() => IsAffine ? In(Measure.Absolute) : this;
}
