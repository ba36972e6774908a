namespace Ordo.Economy.Structure;

/// <summary>Ratios of output to what it took. Each is <c>null</c> without a positive denominator: no land is not an infinite yield.</summary>
public static class Efficiency
{
    /// <summary>One 亩 in square metres: 10,000 ÷ 15.</summary>
    public const decimal SquareMetresPerMu = 10_000m / 15;

    /// <summary>One square kilometre in 亩.</summary>
    public const decimal MuPerSquareKilometre = 1500;

    /// <summary>亩均: output (万元), tax (万元) or energy (tce) per 亩. State beside the figure which land it is: supplied, built-up or planned.</summary>
    public static decimal? PerMu(decimal value, decimal squareMetres) => squareMetres > 0 ? value / (squareMetres / SquareMetresPerMu) : null;

    /// <summary>The land in km² that a published yield implies: for finding out which land it was.</summary>
    public static decimal? ImpliedSquareKilometres(decimal value, decimal perMu) => perMu > 0 ? value / perMu / MuPerSquareKilometre : null;

    /// <summary>全员劳动生产率: value added (万元) per head of the average staff.</summary>
    public static decimal? LabourProductivity(decimal valueAdded, decimal averageStaff) => averageStaff > 0 ? valueAdded / averageStaff : null;

    /// <summary>产销率 PSR, percent: sales output ÷ gross output. Above 100 is possible (sold from stock), below 90 a warning.</summary>
    public static decimal? OutputSalesRatio(decimal salesOutput, decimal grossOutput) => grossOutput > 0 ? salesOutput / grossOutput * 100 : null;
}
