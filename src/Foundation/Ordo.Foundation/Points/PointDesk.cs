using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Points;

/// <summary>Adds and changes points. Whether the caller may is the business of whoever calls.</summary>
public sealed class PointDesk(OrdoDbContext database, PointDirectory directory)
{
    /// <summary>Adds points, all or none, and binds them to their series.</summary>
    /// <returns>What is wrong, by member (<c>[3].code</c>); empty when the points were added.</returns>
    public async Task<IReadOnlyList<Fault>> AddAsync(IReadOnlyList<PointDraft> drafts, CancellationToken cancellation = default) =>
        (await TryAddAsync(drafts, cancellation)).Faults;

    internal async Task<(IReadOnlyList<Point> Points, IReadOnlyList<Fault> Faults)> TryAddAsync(IReadOnlyList<PointDraft> drafts, CancellationToken cancellation)
    {
        List<Fault> faults = [];
        HashSet<(long, string)> codes = [];
        HashSet<(string?, string?, string?)> series = [];
        for (int i = 0; i < drafts.Count; i++)
        {
            PointDraft draft = drafts[i];
            List<Fault> own = await FaultsOfAsync(draft, existing: null, cancellation);
            if (!codes.Add((draft.AssetId, draft.Code))) own.Add(CodeTaken(draft));
            if (draft.Channel is not null && !series.Add((draft.Gateway, draft.Source, draft.Channel))) own.Add(SeriesTaken());
            faults.AddRange(own.Select(fault => fault with { Field = $"[{i}].{fault.Field}" }));
        }

        if (faults.Count > 0) return ([], faults);

        List<Point> points = [.. drafts.Select(draft => Apply(draft, new()))];
        database.AddRange(points);
        if (await SaveAsync(cancellation) is { } late) return ([], [late]);
        await directory.RefreshAsync([.. points.Select(point => point.Id)], CancellationToken.None);
        return (points, []);
    }

    /// <returns>What is wrong, by member; empty when the point was changed.</returns>
    public async Task<IReadOnlyList<Fault>> ChangeAsync(Point point, PointDraft draft, CancellationToken cancellation = default)
    {
        List<Fault> faults = await FaultsOfAsync(draft, point, cancellation);
        if (faults.Count > 0) return faults;

        Apply(draft, point).Version++;
        if (await SaveAsync(cancellation) is { } late) return [late];
        await directory.RefreshAsync([point.Id], CancellationToken.None);
        return faults;
    }

    public async Task DeleteAsync(Point point, CancellationToken cancellation = default)
    {
        database.Remove(point);
        await database.SaveChangesAsync(cancellation);
        await directory.RefreshAsync([point.Id], CancellationToken.None);
    }

    private async Task<List<Fault>> FaultsOfAsync(PointDraft draft, Point? existing, CancellationToken cancellation)
    {
        List<Fault> faults = PointRules.FaultsOf(draft);
        long own = existing?.Id ?? 0;
        if (!await database.Set<Asset>().AnyAsync(asset => asset.Id == draft.AssetId, cancellation))
            faults.Add(new("assetId", "没有这个资产。", "There is no such asset."));
        if (await database.Set<Point>().AnyAsync(point => point.AssetId == draft.AssetId && point.Code == draft.Code && point.Id != own, cancellation))
            faults.Add(CodeTaken(draft));
        if (draft.Channel is not null && await database.Set<Point>().AnyAsync(
            point => point.Gateway == draft.Gateway && point.Source == draft.Source && point.Channel == draft.Channel && point.Id != own, cancellation))
            faults.Add(SeriesTaken());
        return faults;
    }

    /// <summary>Saves; what was judged a moment ago may have changed since.</summary>
    private async Task<Fault?> SaveAsync(CancellationToken cancellation)
    {
        try
        {
            await database.SaveChangesAsync(cancellation);
            return null;
        }
        catch (DbUpdateException exception) when (exception.IsDuplicate())
        {
            return new("code", "编码或通道刚刚被他人占用，请重新加载。", "Somebody has just taken this code or channel; load again.");
        }
        catch (DbUpdateException exception) when (exception.IsBrokenReference())
        {
            return new("assetId", "资产刚刚被删除。", "The asset has just been deleted.");
        }
    }

    private static Point Apply(PointDraft draft, Point point)
    {
        draft.ApplyTo(point);
        return point;
    }

    private static Fault CodeTaken(PointDraft draft) => new("code", $"该资产下已有编码为“{draft.Code}”的点位。", $"The asset already has a point with code '{draft.Code}'.");

    private static Fault SeriesTaken() => new("channel", "该通道已接入另一个点位。", "This channel already feeds another point.");
}
