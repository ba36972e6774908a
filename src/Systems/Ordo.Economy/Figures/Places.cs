using Ordo.Economy.Structure;
using Ordo.Foundation.Park;

namespace Ordo.Economy.Figures;

/// <summary>An area of the tree that totals are made for: region, city, park, zone, or a single enterprise.</summary>
public sealed record Area(long Id, long? ParentId, string Path, AssetKind Kind, string Code, string NameZh, string NameEn);

/// <summary>An enterprise as economic monitoring needs it.</summary>
/// <param name="Industry">GB/T 4754 digits, without the letter; empty when not known.</param>
/// <param name="Section">Letter; empty when not known.</param>
/// <param name="LandMu">Land in use; <c>null</c> when not known.</param>
/// <param name="Files">Whether forms are due from it: not when it is marked as below the designated size.</param>
public sealed record Enterprise(Area Area, string Industry, string Section, decimal? LandMu, bool Files)
{
    public long Id => Area.Id;

    public string Path => Area.Path;

    /// <summary>Two digits.</summary>
    public string Division => Industry.Length >= 2 ? Industry[..2] : "";

    public static Enterprise Of(Asset asset)
    {
        System.Text.Json.JsonElement attributes = System.Text.Json.JsonElement.Parse(asset.Attributes);
        string industry = attributes.TryGetProperty("industry", out System.Text.Json.JsonElement code) ? code.GetString() ?? "" : "";
        string section = industry.Length > 0 ? IndustryCatalogue.Find(industry)?.Section ?? "" : "";
        decimal? land = attributes.TryGetProperty("areaM2", out System.Text.Json.JsonElement area) && area.TryGetDecimal(out decimal squareMetres) && squareMetres > 0
            ? squareMetres / Efficiency.SquareMetresPerMu : null;
        bool files = !attributes.TryGetProperty("aboveDesignatedSize", out System.Text.Json.JsonElement above) || above.ValueKind != System.Text.Json.JsonValueKind.False;
        return new(new(asset.Id, asset.ParentId, asset.Path, asset.Kind, asset.Code, asset.NameZh, asset.NameEn), industry.TrimStart('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T'), section, land, files);
    }
}

/// <summary>Enterprises a total is made of, by their place in the snapshot, and how much each counts (1 without weights).</summary>
public sealed record Selection(int[] Enterprises, decimal[]? Weights = null)
{
    public decimal WeightOf(int index) => Weights is null ? 1 : Weights[index];
}
