using Ordo.Foundation;

namespace Ordo.Economy.Calculators;

/// <summary>A result that can be followed by hand.</summary>
/// <param name="Result">What was asked for.</param>
/// <param name="Steps">Every intermediate value in the order in which it arises.</param>
/// <param name="Clause">Where the rule comes from.</param>
public sealed record Calculation<T>(T Result, IReadOnlyList<CalculationStep> Steps, string Clause);

/// <param name="Name">In the caller's language.</param>
/// <param name="Formula">With the names of the request.</param>
/// <param name="Value"><c>null</c> where the formula has no value, for example without a positive base.</param>
/// <param name="Unit">Symbol; empty for a plain number.</param>
public sealed record CalculationStep(string Name, string Formula, decimal? Value, string Unit)
{
    /// <summary>Ten decimals: more is noise of the arithmetic. The result itself is not rounded.</summary>
    public static CalculationStep Of(Text name, string formula, decimal? value, string unit = "") =>
        new(name.ToString(), formula, value is { } number ? Math.Round(number, 10) : null, unit);

    public static CalculationStep Of(Text name, string formula, int value) => new(name.ToString(), formula, value, "");

    public static CalculationStep Of(Text name, string formula, double value, string unit = "") =>
        new(name.ToString(), formula, double.IsFinite(value) && Math.Abs(value) < 1e18 ? Math.Round((decimal)value, 10) : null, unit);
}
