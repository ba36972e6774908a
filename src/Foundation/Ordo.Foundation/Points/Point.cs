namespace Ordo.Foundation.Points;

/// <summary>The meaning of a series (点位): which asset, which quantity, in which unit, between which limits.</summary>
public sealed class Point
{
    public long Id { get; set; }

    public long AssetId { get; set; }

    /// <summary>Unique within the asset, 1 … 64 characters.</summary>
    public string Code { get; set; } = "";

    public string NameZh { get; set; } = "";

    public string NameEn { get; set; } = "";

    /// <summary>Code of the quantity in the catalogue, for example <c>activePower</c>.</summary>
    public string Quantity { get; set; } = "";

    /// <summary>Code of the unit shown and compared with limits, one of the quantity's.</summary>
    public string Unit { get; set; } = "";

    /// <summary>Decimals shown; <c>null</c> takes the quantity's.</summary>
    public int? Decimals { get; set; }

    /// <summary>The series that feeds it; all three or none.</summary>
    public string? Gateway { get; set; }

    public string? Source { get; set; }

    public string? Channel { get; set; }

    /// <summary>Shown value = raw value × <see cref="Scale"/> + <see cref="Offset"/>.</summary>
    public double Scale { get; set; } = 1;

    public double Offset { get; set; }

    /// <summary>Limits in the point's unit; a missing one is not watched. Low-low ≤ low &lt; high ≤ high-high.</summary>
    public double? LimitLowLow { get; set; }

    public double? LimitLow { get; set; }

    public double? LimitHigh { get; set; }

    public double? LimitHighHigh { get; set; }

    /// <summary>How far a value must come back inside a limit before its alarm returns, in the point's unit, ≥ 0.</summary>
    public double Deadband { get; set; }

    /// <summary>A value older than this is stale; <c>null</c> takes three times the source's own interval.</summary>
    public int? StaleAfterSeconds { get; set; }

    /// <summary>Raised by one at each change: the ETag.</summary>
    public int Version { get; set; } = 1;
}
