namespace Ordo.Foundation.Expressions;

/// <summary>A point as the type check needs it.</summary>
public sealed record ExpressionPoint(long Id, string Quantity, string Unit);

/// <summary>A point an expression reads, and how far back.</summary>
/// <param name="PointId">The point.</param>
/// <param name="Windows">Stretches of time that functions look at.</param>
/// <param name="Back">Samples before the newest that are asked for: 1 with <c>previous</c>.</param>
public sealed record ExpressionInput(long PointId, IReadOnlyList<TimeWindow> Windows, int Back)
{
    /// <summary>How long before now a sample may still matter, the held one apart.</summary>
    public long LookBackMs => Windows.Count == 0 ? 0 : Windows.Max(window => window.LengthMs);
}

/// <summary>An expression that fits together: what it reads, what it gives, and how to evaluate it.</summary>
public sealed class CheckedExpression
{
    private readonly Func<IExpressionInputs, ExpressionValue> evaluate;

    internal CheckedExpression(
        string text, IReadOnlyList<ExpressionInput> inputs, IReadOnlyList<(TextSpan Span, long PointId)> references, bool isCondition, bool isBareNumber, Measure measure, Func<IExpressionInputs, ExpressionValue> evaluate)
    {
        (Text, Inputs, References, IsCondition, IsBareNumber, Measure) = (text, inputs, references, isCondition, isBareNumber, measure);
        this.evaluate = evaluate;
    }

    public string Text { get; }

    /// <summary>Each point once, in the order of first mention.</summary>
    public IReadOnlyList<ExpressionInput> Inputs { get; }

    /// <summary>Where points are mentioned, in the order of the text.</summary>
    public IReadOnlyList<(TextSpan Span, long PointId)> References { get; }

    /// <summary>It says yes or no, as 1 or 0.</summary>
    public bool IsCondition { get; }

    /// <summary>It has no unit of its own and takes any: <c>5</c>, <c>if(…, 1, 0)</c>.</summary>
    public bool IsBareNumber { get; }

    /// <summary>In what the result is; a plain number for a condition.</summary>
    public Measure Measure { get; }

    /// <summary>The value at the moment of the inputs. Pure: the same inputs give the same bits.</summary>
    public ExpressionValue Evaluate(IExpressionInputs inputs) => evaluate(inputs);

    /// <summary>Whether the result can be shown in a unit, and the function that converts it; <c>null</c> where it changes nothing.</summary>
    public bool TryConvertTo(Measure target, out Func<double, double>? converter)
    {
        ArgumentNullException.ThrowIfNull(target);
        converter = null;
        if (IsBareNumber) return true;
        if (!Measure.Fits(target) || (Measure.Quantity is not null && (Measure.Scale == MeasureScale.Affine) != (target.Scale == MeasureScale.Affine))) return false;
        converter = Measure.ConverterTo(target);
        return true;
    }

    /// <summary>The text with every mention of a point written anew, the rest as it was.</summary>
    public string Rewrite(Func<long, string> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var text = new System.Text.StringBuilder();
        int at = 0;
        foreach ((TextSpan span, long point) in References)
        {
            text.Append(Text, at, span.Start - at).Append(write(point));
            at = span.End;
        }

        return text.Append(Text, at, Text.Length - at).ToString();
    }
}
