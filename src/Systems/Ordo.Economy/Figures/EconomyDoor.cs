using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Economy.Figures;

/// <summary>Gives a caller the figures it may see: everything below an area whose forms it may read, and only released totals with small cells hidden elsewhere.</summary>
public sealed class EconomyDoor(EconomyBook book)
{
    /// <param name="assetId">An area or an enterprise; default the highest the caller may read.</param>
    /// <param name="asOf">Figures as they were known at the end of this day.</param>
    /// <exception cref="ProblemException">404, also for what lies outside of the scope.</exception>
    public async Task<(FigureReader Reader, Area Area)> OpenAsync(long? assetId, Caller caller, DateOnly? asOf, CancellationToken cancellation)
    {
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        Area? area = assetId is { } id ? snapshot.AreaOf(id) : Highest(snapshot, caller);
        if (area is null || !caller.Has(Permissions.ReadEconomy, area.Path)) throw NoSuchArea();
        if (caller.Has(Permissions.ReadFilings, area.Path)) return (new(snapshot, snapshot.AsOf(asOf, EconomyBook.Zone), null), area);
        // A single enterprise's figures are its own, even by way of a total of one.
        if (area.Kind >= Foundation.Park.AssetKind.Enterprise) throw NoSuchArea();
        DateOnly day = asOf is { } wanted && wanted < book.Today ? wanted : book.Today;
        return (new(snapshot, snapshot.Released(day, EconomyBook.Zone), snapshot.ReleasedCells(day, EconomyBook.Zone)), area);
    }

    /// <summary>What anybody may read, whoever asks: for reports that leave the house.</summary>
    public async Task<(FigureReader Reader, Area Area)> OpenReleasedAsync(long? assetId, Caller caller, CancellationToken cancellation)
    {
        (FigureReader reader, Area area) = await OpenAsync(assetId, caller, null, cancellation);
        EconomySnapshot snapshot = reader.Snapshot;
        if (area.Kind >= Foundation.Park.AssetKind.Enterprise) throw NoSuchArea();
        return (new(snapshot, snapshot.Released(book.Today, EconomyBook.Zone), snapshot.ReleasedCells(book.Today, EconomyBook.Zone)), area);
    }

    private static Area? Highest(EconomySnapshot snapshot, Caller caller)
    {
        Area[] visible = [.. snapshot.Areas.Where(area => caller.Has(Permissions.ReadEconomy, area.Path)).OrderBy(area => area.Path.Length)];
        // A park is what people work on; a region above with a single park tells the same.
        return visible.FirstOrDefault(area => area.Kind == Foundation.Park.AssetKind.Park) is { } park && visible.Count(area => area.Kind == Foundation.Park.AssetKind.Park) == 1 ? park
            : visible.FirstOrDefault() ?? snapshot.Enterprises.FirstOrDefault(enterprise => caller.Has(Permissions.ReadEconomy, enterprise.Path))?.Area;
    }

    internal static ProblemException NoSuchArea() => new(Problems.NotFound(new("没有这个地区或企业的数据。", "There are no figures of such an area or enterprise.")));
}
