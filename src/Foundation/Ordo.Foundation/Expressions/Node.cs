namespace Ordo.Foundation.Expressions;

/// <summary>An expression as it was written, before anybody asked what its points are.</summary>
public abstract record Node(TextSpan Span);

/// <param name="Unit">Between the quotes: <c>kW</c>, <c>acceleration:g</c>, <c>kgce/kWh</c>; none for a bare number.</param>
public sealed record NumberNode(TextSpan Span, double Value, string? Unit) : Node(Span);

public sealed record BooleanNode(TextSpan Span, bool Value) : Node(Span);

/// <summary>A point: by id, <c>#123</c>, or by codes, <c>[asset/point]</c>.</summary>
/// <param name="Id">Where it was given by id.</param>
/// <param name="Name">Where it was given by codes: what stands between the brackets, <c>]]</c> read as <c>]</c>.</param>
public sealed record ReferenceNode(TextSpan Span, long? Id, string? Name) : Node(Span);

public sealed record UnaryNode(TextSpan Span, UnaryOperator Operator, Node Operand) : Node(Span);

/// <param name="OperatorSpan">Where the operator stands: what does not fit together is shown there.</param>
public sealed record BinaryNode(TextSpan Span, BinaryOperator Operator, TextSpan OperatorSpan, Node Left, Node Right) : Node(Span);

/// <param name="Window">The stretch of time given as the last argument, if there is one.</param>
public sealed record CallNode(TextSpan Span, string Function, TextSpan NameSpan, IReadOnlyList<Node> Arguments, WindowNode? Window) : Node(Span);

/// <summary>A stretch of time that ends now: of fixed length, or since the calendar hour, day, month or year began.</summary>
public sealed record WindowNode(TextSpan Span, TimeWindow Window) : Node(Span);

public enum UnaryOperator
{
    Negate,
    Not,
}

public enum BinaryOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

/// <summary>The park's calendar, for windows that begin with it.</summary>
public enum CalendarPeriod
{
    None,
    Hour,
    Day,
    Month,
    Year,
}

/// <summary>The time a function looks back: <c>(now − length, now]</c>, or since the calendar period began, its first instant included.</summary>
/// <param name="LengthMs">Of a fixed window; the longest the period can be for a calendar one.</param>
/// <param name="Period">Which calendar period, or none.</param>
public readonly record struct TimeWindow(long LengthMs, CalendarPeriod Period)
{
    /// <summary>Longest fixed window: what a function has to read again for each value.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    public static TimeWindow Since(CalendarPeriod period) => new(
        period switch
        {
            CalendarPeriod.Hour => 3_600_000L,
            CalendarPeriod.Day => 25 * 3_600_000L, // a day on which the clocks are set back
            CalendarPeriod.Month => 32 * 86_400_000L,
            _ => 367 * 86_400_000L,
        },
        period);
}
