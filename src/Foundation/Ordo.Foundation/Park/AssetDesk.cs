using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Foundation.Park;

/// <summary>Changes of the park tree, each in one transaction that holds the tree still while it is judged.</summary>
internal sealed class AssetDesk(OrdoDbContext database, PointDirectory directory)
{
    /// <exception cref="ProblemException">What is wrong with the draft.</exception>
    public async Task<Asset> AddAsync(AssetDraft draft, Caller caller, CancellationToken cancellation)
    {
        await using IDbContextTransaction transaction = await HoldTreeAsync(cancellation);
        var asset = new Asset();
        Asset? parent = await CheckAsync(asset, draft, caller, cancellation);
        draft.ApplyTo(asset);
        // Until its own number is known it stands where its parent does, also for the audit trail.
        asset.Path = parent?.Path ?? "/";
        database.Add(asset);
        await SaveAsync(transaction, reshaped: true, cancellation);
        await directory.RefreshAsync([], CancellationToken.None);
        return await database.Set<Asset>().AsNoTracking().SingleAsync(added => added.Id == asset.Id, cancellation);
    }

    /// <param name="id">The asset.</param>
    /// <param name="draft">What it shall be; another parent moves it with all that is below.</param>
    /// <param name="caller">Must be allowed to write both where it is and where it goes.</param>
    /// <param name="checkVersion">Compares the caller's version with the stored one.</param>
    /// <exception cref="ProblemException">Not found, changed meanwhile, or what is wrong with the draft.</exception>
    public async Task<Asset> ChangeAsync(long id, AssetDraft draft, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        await using IDbContextTransaction transaction = await HoldTreeAsync(cancellation);
        Asset asset = (await database.Set<Asset>().FindAsync([id], cancellation)).WritableBy(caller);
        if (checkVersion(asset.Version) is { } changed) throw new ProblemException(changed);
        await CheckAsync(asset, draft, caller, cancellation);
        bool moves = draft.ParentId != asset.ParentId;
        draft.ApplyTo(asset);
        asset.Version++;
        await SaveAsync(transaction, moves, cancellation);
        await (moves ? directory.RepathAsync(CancellationToken.None) : directory.RefreshAsync([], CancellationToken.None));
        return asset;
    }

    /// <param name="id">The asset.</param>
    /// <param name="withContents">Delete what is below it and its points too; without, an asset that is not empty stays.</param>
    /// <param name="caller">Must be allowed to write it.</param>
    /// <param name="checkVersion">Compares the caller's version with the stored one.</param>
    /// <exception cref="ProblemException">Not found, changed meanwhile, not empty, or in use elsewhere.</exception>
    public async Task DeleteAsync(long id, bool withContents, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        await using IDbContextTransaction transaction = await HoldTreeAsync(cancellation);
        Asset asset = (await database.Set<Asset>().FindAsync([id], cancellation)).WritableBy(caller);
        if (checkVersion(asset.Version) is { } changed) throw new ProblemException(changed);
        List<Asset> assets = await database.Set<Asset>().Below(asset.Path).ToListAsync(cancellation);
        List<Point> points = await database.Set<Point>()
            .Where(point => database.Set<Asset>().Below(asset.Path).Any(owner => owner.Id == point.AssetId)).ToListAsync(cancellation);
        if (!withContents && assets.Count + points.Count > 1)
        {
            throw new ProblemException(Problems.Conflict("asset-not-empty", new(
                $"其下还有 {assets.Count - 1} 个资产和 {points.Count} 个点位；请先移走，或明确要求一并删除（contents=true）。",
                $"There are {assets.Count - 1} assets and {points.Count} points below it; move them first, or ask for them to be deleted too (contents=true).")));
        }

        database.RemoveRange(points);
        database.RemoveRange(assets);
        await SaveAsync(transaction, reshaped: false, cancellation);
        await directory.RefreshAsync([.. points.Select(point => point.Id)], CancellationToken.None);
    }

    private async Task<IDbContextTransaction> HoldTreeAsync(CancellationToken cancellation)
    {
        IDbContextTransaction transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.LockTreeAsync(cancellation);
        return transaction;
    }

    /// <summary>Judges a draft for an asset (a new one has id 0) and gives its parent.</summary>
    private async Task<Asset?> CheckAsync(Asset asset, AssetDraft draft, Caller caller, CancellationToken cancellation)
    {
        List<Fault> faults = AssetRules.FaultsOf(draft);
        Asset? parent = draft.ParentId is { } parentId ? await database.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(a => a.Id == parentId, cancellation) : null;
        // A parent that stays need not be the caller's: the top of a scope hangs below something the caller may not write.
        bool isNewPlace = asset.Id == 0 || draft.ParentId != asset.ParentId;
        if (isNewPlace && PlaceFaultOf(asset, draft, parent, caller) is { } place) faults.Add(new("parentId", place));
        if (AssetRules.NestingFaultOf(draft.Kind, parent?.Kind) is { } nesting) faults.Add(new("kind", nesting));
        if (asset.Id != 0 && draft.Kind != asset.Kind)
        {
            List<AssetKind> children = await database.Set<Asset>().Where(child => child.ParentId == asset.Id).Select(child => child.Kind).Distinct().ToListAsync(cancellation);
            faults.AddRange(children.Select(child => AssetRules.NestingFaultOf(child, draft.Kind)).OfType<Text>().Select(reason => new Fault("kind", reason)));
        }

        if (await database.Set<Asset>().AnyAsync(other => other.Code == draft.Code && other.Id != asset.Id, cancellation))
            faults.Add(new("code", $"编码“{draft.Code}”已被使用。", $"Code '{draft.Code}' is taken."));
        return faults.Count == 0 ? parent : throw faults.ToException();
    }

    private static Text? PlaceFaultOf(Asset asset, AssetDraft draft, Asset? parent, Caller caller)
    {
        if (draft.ParentId is null)
            return caller.HasEverywhere(Permissions.WritePark) ? null : new("请指定您管理范围内的上级资产。", "Name a parent within your scope.");
        if (parent is null || !caller.Has(Permissions.WritePark, parent.Path))
            return new("上级资产不存在。", "There is no such parent.");
        if (asset.Id != 0 && parent.Path.StartsWith(asset.Path, StringComparison.Ordinal))
            return new("不能移到自身或其下级之下。", "It cannot be moved below itself.");
        return ParkTree.DepthOf(parent.Path) < AssetRules.MaxDepth ? null
            : new($"层级不能超过 {AssetRules.MaxDepth}。", $"The tree may be {AssetRules.MaxDepth} levels deep.");
    }

    private async Task SaveAsync(IDbContextTransaction transaction, bool reshaped, CancellationToken cancellation)
    {
        try
        {
            await database.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException exception) when (exception.IsBrokenReference())
        {
            throw new ProblemException(Problems.Conflict("asset-in-use", new(
                "仍被账号权限、数据源等引用，请先解除。", "Accounts, sources or other things still refer to it; release them first.")));
        }

        if (reshaped) await database.RebuildPathsAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
