using Ordo.Foundation.Points;

namespace Ordo.Storage.Calculations;

/// <summary>A point that a formula reads; without names where the caller may not see it.</summary>
/// <param name="Mention">How the formula shown writes it.</param>
public sealed record CalculationInputItem(long PointId, string Mention, string? AssetNameZh, string? AssetNameEn, string? NameZh, string? NameEn, string? Unit);

/// <summary>A calculated series with where it comes from.</summary>
/// <param name="Formula">With points by their codes of today.</param>
/// <param name="HoldSeconds">How long a sample of an input holds; older ones are unknown.</param>
/// <param name="EverySeconds">Evaluated at multiples of so many seconds; none: at every sample of an input.</param>
/// <param name="Problem">Why it gives no values.</param>
/// <param name="Pending">Something is being computed.</param>
/// <param name="ComputedUntil">How far the history that is being computed is.</param>
/// <param name="Version">The ETag; raised at each change.</param>
/// <param name="ChangedBy">Who wrote this version.</param>
public sealed record CalculationItem(
    long Id, PointItemOfResult Point, string Formula, IReadOnlyList<CalculationInputItem> Inputs, int HoldSeconds, int? EverySeconds, bool Enabled, string? Problem, bool Pending, DateTimeOffset? ComputedUntil, int Version, DateTimeOffset Changed, string ChangedBy);

/// <summary>The point of a result with its newest value.</summary>
public sealed record PointItemOfResult(
    long Id, long AssetId, string AssetNameZh, string AssetNameEn, string Code, string NameZh, string NameEn, string Quantity, string Unit, string UnitSymbol, int Decimals, DateTimeOffset? LastTime, double? LastValue, string? LastQuality);

/// <summary>What somebody wants a calculated series to be.</summary>
/// <param name="Formula">See the grammar in the integrator's guide; points as <c>[asset/point]</c> or <c>#id</c>.</param>
/// <param name="AssetId">With a new one: where its point lies. Afterwards the point is changed as any other.</param>
/// <param name="Code">Of the new point.</param>
/// <param name="NameZh">Of the new point.</param>
/// <param name="Quantity">Of the new point; must fit the formula.</param>
/// <param name="Unit">Of the new point.</param>
/// <param name="ComputeFrom">History is computed from here on; without, from the last day on.</param>
public sealed record CalculationDraft(
    string Formula, int HoldSeconds = 900, int? EverySeconds = null, bool Enabled = true, DateTimeOffset? ComputeFrom = null,
    long? AssetId = null, string? Code = null, string? NameZh = null, string NameEn = "", string? Quantity = null, string? Unit = null, int? Decimals = null)
{
    internal PointDraft PointDraft(string source) => new(
        AssetId ?? 0, Code ?? "", NameZh ?? "", Quantity ?? "", Unit ?? "", NameEn, Decimals, Calculation.Gateway, source, Calculation.Channel,
        StaleAfterSeconds: Math.Clamp(Math.Max(HoldSeconds, (EverySeconds ?? 0) * 3), 1, PointRules.MaxStaleAfterSeconds));
}

/// <param name="Formula">To be looked at.</param>
/// <param name="Quantity">Wanted for the result, where that is decided.</param>
/// <param name="Unit">Wanted for the result.</param>
public sealed record FormulaToCheck(string Formula, string? Quantity = null, string? Unit = null);

/// <param name="Position">Index of the first character, from 0.</param>
/// <param name="Length">Characters; 0 at the end of the text.</param>
public sealed record FormulaFault(int Position, int Length, string Reason);

/// <summary>A unit that can show the result.</summary>
public sealed record FormulaUnit(string Quantity, string Unit, string Symbol);

/// <summary>What a formula means, or what is wrong with it.</summary>
/// <param name="Unit">Of the result as the formula gives it; none for a bare number or a condition.</param>
/// <param name="IsCondition">It says yes or no, as 1 or 0.</param>
/// <param name="Candidates">Units for the result, the likeliest first.</param>
public sealed record FormulaCheck(IReadOnlyList<FormulaFault> Faults, IReadOnlyList<CalculationInputItem> Inputs, string? Unit, bool IsCondition, IReadOnlyList<FormulaUnit> Candidates);

/// <param name="From">Beginning of the range, at most 31 days before its end.</param>
/// <param name="To">End of the range; now when missing.</param>
public sealed record FormulaToPreview(
    string Formula, DateTimeOffset From, DateTimeOffset? To = null, string? Quantity = null, string? Unit = null, int HoldSeconds = 900, int? EverySeconds = null);

/// <summary>What a formula would have given. Nothing is stored.</summary>
/// <param name="Values">None where the value is unknown.</param>
/// <param name="Total">Values computed; where they are more than a chart draws, the smallest and the largest of equal slices are shown.</param>
public sealed record FormulaPreview(string? Unit, IReadOnlyList<DateTimeOffset> Times, IReadOnlyList<double?> Values, IReadOnlyList<string> Qualities, int Total, double? Min, double? Max);

/// <param name="From">From here to the newest sample.</param>
public sealed record RecomputeCalculation(DateTimeOffset From);
