using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Units;

namespace Ordo.Operations.Reports;

/// <summary>A point of a report with the words for it.</summary>
internal sealed record ReportPoint(PointEntry Entry, string AssetCode, string AssetZh, string AssetEn)
{
    public long Id => Entry.Point.Id;

    public int Decimals => Entry.Point.Decimals ?? UnitCatalogue.QuantityOf(Entry.Point.Quantity)?.Decimals ?? 2;

    public string UnitSymbol => UnitCatalogue.UnitOf(Entry.Point.Quantity, Entry.Point.Unit)?.Symbol ?? Entry.Point.Unit;

    public string Reference => $"{AssetCode}/{Entry.Point.Code}";

    public string NameIn(bool english) => english && Entry.Point.NameEn.Length > 0 ? Entry.Point.NameEn : Entry.Point.NameZh;

    public string AssetIn(bool english) => english && AssetEn.Length > 0 ? AssetEn : AssetZh;
}

/// <summary>The points that a template names, looked up once. What lies outside the report's own asset looks like nothing at all: whoever may read the report may read its figures.</summary>
internal sealed class ReportPoints
{
    public const int MaxRows = 2_000;
    private readonly Dictionary<string, ReportPoint> byReference = new(StringComparer.Ordinal);
    private readonly Dictionary<RowRepeat, IReadOnlyList<ReportPoint>> groups = [];
    private readonly HashSet<RowRepeat> tooMany = [];

    private ReportPoints()
    {
    }

    public ReportPoint? Find(string reference) => byReference.GetValueOrDefault(reference);

    /// <summary>In the order of the assets' codes and the points'.</summary>
    public IReadOnlyList<ReportPoint> Group(RowRepeat repeat) => groups.GetValueOrDefault(repeat) ?? [];

    /// <param name="scope">Path of the asset the report belongs to.</param>
    public static async Task<ReportPoints> ReadAsync(OrdoDbContext database, IPointDirectory points, string scope, IReadOnlyCollection<Placeholder> placeholders, CancellationToken cancellation)
    {
        var found = new ReportPoints();
        HashSet<string> references = [.. placeholders.Select(p => p.Point).OfType<string>()];
        RowRepeat[] repeats = [.. placeholders.Select(p => p.Each).OfType<RowRepeat>().Where(e => e.Step == RowStep.Point).Distinct()];
        string[] codes = [.. references.Select(r => r[..r.LastIndexOf('/')]).Concat(repeats.Select(r => r.Below!)).Distinct()];
        Dictionary<long, Asset> assets = [];
        foreach (string[] some in codes.Chunk(500))
            foreach (Asset asset in await database.Set<Asset>().AsNoTracking().Where(a => some.Contains(a.Code)).ToListAsync(cancellation))
                if (asset.Path.StartsWith(scope, StringComparison.Ordinal)) assets[asset.Id] = asset;
        string[] roots = [.. repeats.Select(r => assets.Values.FirstOrDefault(a => a.Code == r.Below)?.Path).OfType<string>()];

        List<PointEntry> below = [];
        foreach (PointEntry entry in points.Current.All)
        {
            if (assets.TryGetValue(entry.Point.AssetId, out Asset? asset) && references.Contains($"{asset.Code}/{entry.Point.Code}"))
                found.byReference[$"{asset.Code}/{entry.Point.Code}"] = Of(entry, asset);
            if (Array.Exists(roots, root => entry.AssetPath.StartsWith(root, StringComparison.Ordinal))) below.Add(entry);
        }
        await found.GroupAsync(database, repeats, assets, below, cancellation);
        return found;
    }

    /// <summary>What the template asks for and is not there, cell by cell.</summary>
    public IEnumerable<TemplateFault> FaultsOf(ReportTemplate template) =>
        from sheet in template.Sheets
        from row in sheet.Rows
        from cell in row.Cells
        from placeholder in cell.Placeholders
        let fault = FaultOf(placeholder)
        where fault is not null
        select new TemplateFault(sheet.Name, cell.Place, placeholder.Point ?? placeholder.Each?.Below ?? "", fault.Value);

    private Text? FaultOf(Placeholder placeholder)
    {
        if (placeholder.Point is { } point && Find(point) is null) return new($"报表的资产范围内没有点位“{point}”。", $"There is no point '{point}' within the report's asset.");
        if (placeholder.Each is not { Step: RowStep.Point } repeat) return null;
        if (tooMany.Contains(repeat)) return new($"“{repeat.Below}”下的点位超过 {MaxRows} 个，请限定物理量。", $"There are more than {MaxRows} points below '{repeat.Below}'; name a quantity.");
        if (repeat.Quantity is { } quantity && UnitCatalogue.QuantityOf(quantity) is null) return new($"没有物理量“{quantity}”。", $"There is no quantity '{quantity}'.");
        return Group(repeat).Count == 0 ? new($"报表的资产范围内，“{repeat.Below}”下没有这样的点位。", $"There are no such points below '{repeat.Below}' within the report's asset.") : null;
    }

    private async Task GroupAsync(OrdoDbContext database, RowRepeat[] repeats, Dictionary<long, Asset> assets, List<PointEntry> below, CancellationToken cancellation)
    {
        foreach (RowRepeat repeat in repeats)
        {
            if (assets.Values.FirstOrDefault(a => a.Code == repeat.Below) is not { } root) continue;
            List<PointEntry> entries = [.. below.Where(e => e.AssetPath.StartsWith(root.Path, StringComparison.Ordinal) && (repeat.Quantity is null || e.Point.Quantity == repeat.Quantity))];
            if (entries.Count > MaxRows)
            {
                tooMany.Add(repeat);
                continue;
            }
            foreach (long[] missing in entries.Select(e => e.Point.AssetId).Distinct().Where(id => !assets.ContainsKey(id)).Chunk(500))
                foreach (Asset asset in await database.Set<Asset>().AsNoTracking().Where(a => missing.Contains(a.Id)).ToListAsync(cancellation)) assets[asset.Id] = asset;
            groups[repeat] = [.. entries.Where(e => assets.ContainsKey(e.Point.AssetId)).Select(e => Of(e, assets[e.Point.AssetId]))
                .OrderBy(p => p.AssetCode, StringComparer.Ordinal).ThenBy(p => p.Entry.Point.Code, StringComparer.Ordinal)];
        }
    }

    private static ReportPoint Of(PointEntry entry, Asset asset) => new(entry, asset.Code, asset.NameZh, asset.NameEn);
}
