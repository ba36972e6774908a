using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Points;

namespace Ordo.Storage.Samples;

/// <summary>Which points a question is about, as the address says it.</summary>
internal sealed record PointSelection
{
    [FromQuery(Name = "ids"), Description("Numbers of points, separated by commas")]
    public string? Ids { get; init; }

    [FromQuery(Name = "asset"), Description("Instead of ids: every point of this asset and of all below it")]
    public long? Asset { get; init; }

    [FromQuery(Name = "quantity"), Description("With asset: only points of this quantity, such as activePower")]
    public string? Quantity { get; init; }

    /// <summary>Points of one question: what an answer may hold is limited besides.</summary>
    public const int MaxPoints = 20_000;

    /// <summary>The points that there are and that the caller may read; others are left out.</summary>
    /// <exception cref="ProblemException">422: nothing is said, what is said cannot be read, or it is too much.</exception>
    public IReadOnlyList<PointEntry> Of(PointSnapshot points, Caller caller)
    {
        if (Ids is not null) return [.. ReadIds(Ids).Select(points.ById).OfType<PointEntry>().Where(point => caller.Has(Permissions.ReadTelemetry, point.AssetPath))];
        if (Asset is not { } asset)
            throw new ProblemException(Problems.Validation(("ids", new("请给出 ids 或 asset。", "Say which points: `ids`, or `asset`."))));
        string below = string.Create(CultureInfo.InvariantCulture, $"/{asset}/");
        PointEntry[] found =
        [
            .. points.All.Where(point => point.AssetPath.Contains(below, StringComparison.Ordinal) && (Quantity is null || point.Point.Quantity == Quantity) && caller.Has(Permissions.ReadTelemetry, point.AssetPath))
                .OrderBy(point => point.Point.Id),
        ];
        return found.Length <= MaxPoints ? found : throw TooMany("asset");
    }

    public static List<long> ReadIds(string text)
    {
        var ids = new List<long>();
        var known = new HashSet<long>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
                throw new ProblemException(Problems.Validation(("ids", new("应为以逗号分隔的编号。", "Numbers are expected, separated by commas."))));
            if (known.Add(id)) ids.Add(id);
            if (ids.Count > MaxPoints) throw TooMany("ids");
        }

        return ids;
    }

    private static ProblemException TooMany(string field) =>
        new(Problems.Validation((field, new($"一次最多 {MaxPoints} 个点位。", $"At most {MaxPoints} points can be asked for at once."))));
}
