using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Chunks;

/// <summary>Figures of <see cref="Statistics"/> that a question needs; the counts are always there.</summary>
[Flags]
internal enum Figures : byte
{
    None = 0,
    Min = 1,
    Max = 2,
    Sum = 4,
    First = 8,
    Last = 16,
    Falls = 32,
    All = 63,
}

/// <summary>
/// What is known of a run of samples without looking at each: enough for every <see cref="Aggregate"/>, and two neighbouring runs can be joined.
/// </summary>
/// <remarks>Only usable samples count in all figures but <see cref="Count"/>: good ones that are a number. A NaN was sent, but cannot be averaged.</remarks>
internal struct Statistics
{
    /// <summary>Samples of any quality.</summary>
    public long Count;

    /// <summary>Good samples that are a number; when 0, the figures below mean nothing.</summary>
    public long Usable;

    public double Min;
    public double Max;
    public double Sum;
    public double First;
    public double Last;

    /// <summary>Sum of the values from which the next one fell: <c>Last - First + Falls</c> is the growth of a counter that starts again from zero after each fall.</summary>
    public double Falls;

    /// <summary>What an aggregate is taken from.</summary>
    public static Figures FiguresOf(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Avg or Aggregate.Sum => Figures.Sum,
        Aggregate.Min => Figures.Min,
        Aggregate.Max => Figures.Max,
        Aggregate.First => Figures.First,
        Aggregate.Last => Figures.Last,
        Aggregate.Delta => Figures.First | Figures.Last | Figures.Falls,
        _ => Figures.None,
    };

    public static bool IsUsable(double value, SampleQuality quality) => quality.IsGood && !double.IsNaN(value);

    public void Add(double value, SampleQuality quality)
    {
        Count++;
        if (!IsUsable(value, quality)) return;
        if (Usable++ == 0)
        {
            (Min, Max, Sum, First, Last, Falls) = (value, value, value, value, value, 0);
            return;
        }

        if (value < Min) Min = value;
        if (value > Max) Max = value;
        Sum += value;
        if (value < Last) Falls += Last;
        Last = value;
    }

    /// <summary>Joins the run that follows in time.</summary>
    public void Append(in Statistics next)
    {
        long count = Count + next.Count;
        if (Usable == 0) this = next;
        else if (next.Usable > 0)
        {
            Usable += next.Usable;
            if (next.Min < Min) Min = next.Min;
            if (next.Max > Max) Max = next.Max;
            Sum += next.Sum;
            Falls += next.Falls + (next.First < Last ? Last : 0);
            Last = next.Last;
        }

        Count = count;
    }

    /// <summary>Growth of a counter: from the last usable value before the run, where there is one, to the run's last.</summary>
    public readonly double Delta(double? before) => before switch
    {
        null => Last - First + Falls,
        { } value when First < value => Last + Falls,
        { } value => Last - value + Falls,
    };

    /// <summary>The figure asked for; <c>NaN</c> where there is nothing to take it from.</summary>
    /// <param name="aggregate">Any but <see cref="Aggregate.Delta"/>, which needs what was before: <see cref="Delta"/>.</param>
    public readonly double Of(Aggregate aggregate) => aggregate == Aggregate.Count ? Count : Usable == 0 ? double.NaN : aggregate switch
    {
        Aggregate.Avg => Sum / Usable,
        Aggregate.Min => Min,
        Aggregate.Max => Max,
        Aggregate.Sum => Sum,
        Aggregate.First => First,
        Aggregate.Last => Last,
        _ => throw new ArgumentOutOfRangeException(nameof(aggregate), aggregate, null),
    };
}
