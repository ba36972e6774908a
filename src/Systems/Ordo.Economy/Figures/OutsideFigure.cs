using Ordo.Economy.Filing;

namespace Ordo.Economy.Figures;

/// <summary>A figure that no enterprise files: a price index, a published growth rate. Each revision is another row; none is ever changed.</summary>
public sealed class OutsideFigure
{
    public long Id { get; set; }

    public string Indicator { get; set; } = "";

    /// <summary>The area it is about; <c>null</c> for all.</summary>
    public long? AssetId { get; set; }

    /// <summary>Section or division of GB/T 4754; empty for all.</summary>
    public string Industry { get; set; } = "";

    public int Period { get; set; }

    public decimal Value { get; set; }

    public int Revision { get; set; } = 1;

    public Vintage Vintage { get; set; } = Vintage.First;

    /// <summary>Document and place.</summary>
    public string Source { get; set; } = "";

    public DateTimeOffset Entered { get; set; }

    public string EnteredBy { get; set; } = "";
}
