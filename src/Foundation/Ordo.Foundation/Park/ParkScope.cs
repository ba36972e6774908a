using System.Diagnostics.CodeAnalysis;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Foundation.Park;

/// <summary>What a caller may see and change of the tree. Outside the scope an asset looks like none at all.</summary>
internal static class ParkScope
{
    /// <exception cref="ProblemException">404</exception>
    public static Asset VisibleTo([NotNull] this Asset? asset, Caller caller) =>
        asset is not null && caller.Has(Permissions.ReadPark, asset.Path) ? asset : throw NoSuchAsset();

    /// <exception cref="ProblemException">404, or 403 when the caller may see but not change it.</exception>
    public static Asset WritableBy([NotNull] this Asset? asset, Caller caller)
    {
        if (asset is not null && caller.Has(Permissions.WritePark, asset.Path)) return asset;
        throw asset is not null && caller.Has(Permissions.ReadPark, asset.Path) ? NotYours() : NoSuchAsset();
    }

    public static ProblemException NotYours() => new(Problems.Forbidden(new("您可以查看但不能修改。", "You may see this but not change it.")));

    public static ProblemException ToException(this IReadOnlyCollection<Fault> faults) =>
        new(Problems.Validation([.. faults.Select(fault => (fault.Field, fault.Reason))]));

    private static ProblemException NoSuchAsset() => new(Problems.NotFound(new("没有这个资产。", "There is no such asset.")));
}
