using Ordo.Foundation.Telemetry;

namespace Ordo.Foundation.Expressions;

/// <summary>What a part of an expression is worth at a moment: a number (true is 1, false 0) with the worst quality of what it was made of, or unknown.</summary>
public readonly record struct ExpressionValue
{
    /// <summary>There is no value: no sample yet, too old, or not defined, like a division by zero.</summary>
    public static readonly ExpressionValue Unknown;

    private ExpressionValue(double value, QualityStatus quality, bool isKnown) => (Value, Quality, IsKnown) = (value, quality, isKnown);

    public double Value { get; }

    public QualityStatus Quality { get; }

    public bool IsKnown { get; }

    public bool IsTrue => IsKnown && Value != 0;

    /// <param name="value">Unknown when it is not finite.</param>
    /// <param name="quality">The worst of the inputs.</param>
    public static ExpressionValue Of(double value, QualityStatus quality = QualityStatus.Good) => double.IsFinite(value) ? new(value, quality, true) : Unknown;

    public static ExpressionValue Of(bool value, QualityStatus quality) => new(value ? 1 : 0, quality, true);

    public static QualityStatus Worse(QualityStatus a, QualityStatus b) => a > b ? a : b;
}

/// <summary>What a function makes of the samples of a stretch of time. Only good samples count; where others lie among them the figure is uncertain.</summary>
public enum WindowFunction
{
    Min,
    Max,
    Avg,
    Sum,
    Count,
    First,
    Last,

    /// <summary>Growth of a counter, a fall being a reset that starts again from zero.</summary>
    Delta,

    /// <summary>Over time in milliseconds, straight lines between good samples.</summary>
    Integral,
}

/// <summary>
/// What an expression sees at one moment: implemented over columns of samples (<see cref="SampleInputs"/>), and by whoever keeps the newest values in
/// memory. Values are in the unit of the input's point.
/// </summary>
public interface IExpressionInputs
{
    /// <summary>The moment, milliseconds since 1970-01-01T00:00:00Z.</summary>
    long NowMs { get; }

    /// <summary>The sample of an input that holds now.</summary>
    /// <param name="input">Index in <see cref="CheckedExpression.Inputs"/>.</param>
    /// <param name="back">0 for the newest at or before now, 1 for the one before it.</param>
    /// <param name="sample">The sample.</param>
    /// <returns><c>false</c> when there is none, or the newest is too old to still hold.</returns>
    bool TryGet(int input, int back, out Sample sample);

    ExpressionValue Over(int input, WindowFunction function, TimeWindow window);
}
