using Ordo.Foundation.Telemetry;

namespace Ordo.Foundation.Expressions;

using Evaluation = Func<IExpressionInputs, ExpressionValue>;

/// <summary>What the pieces of an expression do when they are evaluated. A piece is unknown when what it needs is; its quality is the worst of what it used.</summary>
internal static class Parts
{
    public static Evaluation Held(int input, int back) => inputs =>
        inputs.TryGet(input, back, out Sample sample) ? ExpressionValue.Of(sample.Value, sample.Quality.Status) : ExpressionValue.Unknown;

    /// <summary>Says no instead of unknown: whether there is a usable value is what is asked.</summary>
    public static Evaluation IsGood(int input) => inputs =>
        ExpressionValue.Of(inputs.TryGet(input, 0, out Sample sample) && sample.Quality.IsGood && double.IsFinite(sample.Value), QualityStatus.Good);

    public static Evaluation Age(int input) => inputs =>
        inputs.TryGet(input, 0, out Sample sample) ? ExpressionValue.Of(inputs.NowMs - sample.TimeMs) : ExpressionValue.Unknown;

    public static Evaluation Map(Evaluation operand, Func<double, double> map) => inputs =>
    {
        ExpressionValue value = operand(inputs);
        return value.IsKnown ? ExpressionValue.Of(map(value.Value), value.Quality) : value;
    };

    public static Evaluation Combine(Evaluation left, Evaluation right, Func<double, double, double> combine) => inputs =>
    {
        ExpressionValue a = left(inputs);
        if (!a.IsKnown) return a;
        ExpressionValue b = right(inputs);
        return b.IsKnown ? ExpressionValue.Of(combine(a.Value, b.Value), ExpressionValue.Worse(a.Quality, b.Quality)) : b;
    };

    public static Func<double, double, double> Operation(BinaryOperator comparison) => comparison switch
    {
        BinaryOperator.Less => static (x, y) => x < y ? 1 : 0,
        BinaryOperator.LessOrEqual => static (x, y) => x <= y ? 1 : 0,
        BinaryOperator.Greater => static (x, y) => x > y ? 1 : 0,
        BinaryOperator.GreaterOrEqual => static (x, y) => x >= y ? 1 : 0,
        BinaryOperator.Equal => static (x, y) => x == y ? 1 : 0,
        BinaryOperator.NotEqual => static (x, y) => x != y ? 1 : 0,
        _ => throw new ArgumentOutOfRangeException(nameof(comparison), comparison, "No comparison."),
    };

    public static Evaluation Not(Evaluation operand) => Map(operand, static value => value == 0 ? 1 : 0);

    /// <summary>False as soon as one side is, even when the other is unknown.</summary>
    public static Evaluation And(Evaluation left, Evaluation right) => inputs => Decide(left(inputs), right(inputs), deciding: false);

    /// <summary>True as soon as one side is, even when the other is unknown.</summary>
    public static Evaluation Or(Evaluation left, Evaluation right) => inputs => Decide(left(inputs), right(inputs), deciding: true);

    public static Evaluation If(Evaluation condition, Evaluation then, Evaluation otherwise) => inputs =>
    {
        ExpressionValue decided = condition(inputs);
        if (!decided.IsKnown) return decided;
        ExpressionValue taken = decided.IsTrue ? then(inputs) : otherwise(inputs);
        return taken.IsKnown ? ExpressionValue.Of(taken.Value, ExpressionValue.Worse(decided.Quality, taken.Quality)) : taken;
    };

    public static Evaluation Fold(string function, Evaluation[] parts) => function switch
    {
        "min" => Reduce(parts, Math.Min),
        "max" => Reduce(parts, Math.Max),
        "avg" => Map(Reduce(parts, static (x, y) => x + y), sum => sum / parts.Length),
        "coalesce" => FirstKnown(parts),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "No function over several values."),
    };

    private static Evaluation Reduce(Evaluation[] parts, Func<double, double, double> combine) => parts.Skip(1).Aggregate(parts[0], (left, right) => Combine(left, right, combine));

    private static Evaluation FirstKnown(Evaluation[] parts) => inputs =>
    {
        foreach (Evaluation part in parts)
            if (part(inputs) is { IsKnown: true } value) return value;
        return ExpressionValue.Unknown;
    };

    private static ExpressionValue Decide(ExpressionValue a, ExpressionValue b, bool deciding)
    {
        if (a.IsKnown && a.IsTrue == deciding) return b.IsKnown && b.IsTrue == deciding && b.Quality < a.Quality ? b : a;
        if (b.IsKnown && b.IsTrue == deciding) return b;
        return a.IsKnown && b.IsKnown ? ExpressionValue.Of(!deciding, ExpressionValue.Worse(a.Quality, b.Quality)) : ExpressionValue.Unknown;
    }
}
