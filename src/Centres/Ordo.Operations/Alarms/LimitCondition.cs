namespace Ordo.Operations.Alarms;

/// <summary>What an alarm watches for. Stored: never renumber, only add.</summary>
public enum AlarmKind : byte
{
    /// <summary>低低限</summary>
    LowLow = 1,

    /// <summary>低限</summary>
    Low = 2,

    /// <summary>高限</summary>
    High = 3,

    /// <summary>高高限</summary>
    HighHigh = 4,

    /// <summary>偏差: too far from a set point or from another point.</summary>
    Deviation = 5,

    /// <summary>变化率: the slope of the value.</summary>
    RateOfChange = 6,

    /// <summary>状态: a discrete value, or bits of it.</summary>
    State = 7,

    /// <summary>数据中断: no usable value for a time.</summary>
    Stale = 8,

    /// <summary>表达式: several points, arithmetic, time windows.</summary>
    Expression = 9,

    /// <summary>统计带: outside what is usual at this hour of the week.</summary>
    Band = 10,

    /// <summary>系统报警: raised by a system or a gateway.</summary>
    Raised = 11,

    /// <summary>共因: many sources fell silent at once.</summary>
    CommonCause = 12,
}

/// <summary>
/// One limit of a point with its deadband (IEC 62682, signal conditioning): a high alarm sets at <c>v ≥ limit</c> and clears at
/// <c>v ≤ limit − deadband</c>, a low alarm mirrored.
/// </summary>
/// <param name="Kind">One of the four limits.</param>
/// <param name="Limit">In the point's unit.</param>
/// <param name="Deadband">In the point's unit, ≥ 0. With 0 a high alarm clears below its limit: a value on the limit cannot both set and clear.</param>
public readonly record struct LimitCondition(AlarmKind Kind, double Limit, double Deadband)
{
    /// <param name="value">In the point's unit, not NaN: what is no number is no measurement and must not get here.</param>
    /// <param name="wasMet">Whether the condition held before this value. Judging the same value twice changes nothing.</param>
    public bool IsMet(double value, bool wasMet) => Kind switch
    {
        AlarmKind.High or AlarmKind.HighHigh => value >= Limit || (wasMet && value > Limit - Deadband),
        _ => value <= Limit || (wasMet && value < Limit + Deadband),
    };
}
