using System.ComponentModel;

namespace Ordo.Economy.Indicators;

/// <summary>What sort of figure it is; it decides how it is added up and what may be said about its change.</summary>
public enum IndicatorKind
{
    /// <summary>A state at the end of a period: assets, staff.</summary>
    Level,

    /// <summary>Something that flows through a period: output, revenue.</summary>
    Flow,
    Ratio,
    Index,

    /// <summary>A published growth rate, kept as published.</summary>
    Growth,

    /// <summary>Yes or no of an enterprise, 1 or 0.</summary>
    Binary,
}

/// <summary>Which way is good.</summary>
public enum IndicatorDirection
{
    Up,
    Down,
    Neutral,
}

/// <summary>Of what stretch of time an enterprise reports it.</summary>
public enum FigureBasis
{
    /// <summary>当月: of the month alone, January–February as one.</summary>
    Month,

    /// <summary>累计: from January on, as the accounts give it.</summary>
    Cumulative,

    /// <summary>期末: at the end of the period.</summary>
    End,
}

/// <summary>One indicator of the catalogue (指标).</summary>
/// <param name="Code">Stable, upper case: <c>GOV</c>.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name.</param>
/// <param name="Definition">What it counts and how, in Chinese as in the reporting handbook.</param>
/// <param name="Unit">Symbol, one of <see cref="EconomyUnit"/>.</param>
/// <param name="Kind">How it is added up.</param>
/// <param name="Direction">Which way is good.</param>
/// <param name="Frequency">How often it arises.</param>
/// <param name="Basis">Of what stretch of time it is reported.</param>
/// <param name="Dimensions">By what it can be broken down: <c>area</c>, <c>park</c>, <c>industry</c>, <c>chain</c>, <c>enterprise</c>.</param>
/// <param name="Formula">Over other indicators; empty for what is reported.</param>
/// <param name="Deflator">Code of the price index that makes it comparable; empty when it is no money or none applies.</param>
/// <param name="Decimals">Shown.</param>
/// <param name="Source">Where the definition comes from.</param>
/// <param name="Verified">Read in an official text; otherwise common practice, to be checked against the year's reporting handbook before a value is published.</param>
/// <param name="Edition">Of the definition, for example <c>2026.1</c>.</param>
public sealed record Indicator(
    string Code, string NameZh, string NameEn, string Definition, string Unit, IndicatorKind Kind, IndicatorDirection Direction, Filing.Frequency Frequency, FigureBasis Basis,
    IReadOnlyList<string> Dimensions, string Formula, string Deflator, int Decimals, string Source, bool Verified, string Edition)
{
    [Description("Whether it is worked out of others")]
    public bool IsDerived => Formula.Length > 0;
}
