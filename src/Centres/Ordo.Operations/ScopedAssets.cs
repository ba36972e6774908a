using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations;

/// <summary>Things that belong to an asset, or to no asset and so to the whole server.</summary>
internal static class ScopedAssets
{
    /// <summary>Path of the asset; <c>/</c> without one, so that what belongs to the whole server is for callers who may everywhere.</summary>
    public static async Task<string> PathOfAsync(this OrdoDbContext database, long? assetId, CancellationToken cancellation) =>
        assetId is { } id ? await database.Set<Asset>().Where(a => a.Id == id).Select(a => a.Path).SingleOrDefaultAsync(cancellation) ?? "/" : "/";

    /// <summary>For a new thing: the asset it shall belong to must be the caller's to use.</summary>
    public static async Task<(string Path, Fault? Fault)> PlaceAsync(this OrdoDbContext database, long? assetId, string permission, Caller caller, CancellationToken cancellation)
    {
        if (assetId is null)
            return caller.HasEverywhere(permission) ? ("/", null) : ("/", new Fault("assetId", "请选择您管理范围内的资产。", "Choose an asset within your scope."));
        string? path = await database.Set<Asset>().Where(a => a.Id == assetId).Select(a => a.Path).SingleOrDefaultAsync(cancellation);
        return path is not null && caller.Has(permission, path) ? (path, null) : ("/", new Fault("assetId", "没有这个资产。", "There is no such asset."));
    }

    public static void ThrowIfAny(this IReadOnlyCollection<Fault> faults)
    {
        if (faults.Count > 0) throw new ProblemException(Problems.Validation([.. faults.Select(f => (f.Field, f.Reason))]));
    }

    /// <summary>Collects a fault about a text's length.</summary>
    public static void CheckText(this List<Fault> faults, string field, string? text, int max, bool required = false)
    {
        if (required && string.IsNullOrWhiteSpace(text)) faults.Add(new(field, "不能为空。", "It must not be empty."));
        else if (text?.Length > max) faults.Add(new(field, $"最多 {max} 个字符，现有 {text.Length} 个。", $"At most {max} characters; it has {text.Length}."));
    }

    /// <summary>The address of the caller, for signatures.</summary>
    public static string AddressOf(this Microsoft.AspNetCore.Http.HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";
}
