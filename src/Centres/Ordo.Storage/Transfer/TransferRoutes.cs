using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Samples;

namespace Ordo.Storage.Transfer;

/// <summary>Samples out and in as files, any selection, however many.</summary>
internal static class TransferRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/telemetry/export", Export).WithName("ExportTelemetry").WithTags("Telemetry").RequireAuthorization(Permissions.ReadTelemetry)
            .Produces<string>(StatusCodes.Status200OK, "text/csv", "text/plain").ProducesProblem(404).ProducesProblem(422);
        routes.MapPost("/api/v1/telemetry/import", Import).WithName("ImportTelemetry").WithTags("Telemetry").RequireAuthorization(Permissions.WriteTelemetry)
            .Accepts<string>("text/csv").WithMetadata(new DisableRequestSizeLimit());
    }

    /// <summary>Of points, of series, of all points of an asset and below it, or of everything the caller sees.</summary>
    private static async Task<IResult> Export(
        DateTimeOffset from, TransferDesk desk, OrdoDbContext db, ISeriesCatalogue catalogue, IPointDirectory points, Caller caller, TimeProvider clock, CancellationToken cancellation,
        DateTimeOffset? to = null, string? ids = null, string? series = null, long? asset = null, string format = "csv")
    {
        long begin = from.ToUnixTimeMilliseconds(), end = (to ?? clock.GetUtcNow()).ToUnixTimeMilliseconds();
        if (begin >= end) throw Refuse("from", new("起始时间必须早于结束时间。", "It must be before `to`."));
        if (format is not ("csv" or "line")) throw Refuse("format", new("应为 csv 或 line。", "It is csv or line."));
        int[] selected = [.. await SelectAsync(db, catalogue, points.Current, caller, ids, series, asset, cancellation)];
        return new Answer(async http =>
        {
            http.Response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "text/plain; charset=utf-8";
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"ordo-telemetry.{(format == "csv" ? "csv" : "lp")}\"";
            http.Response.Headers["X-Ordo-Series"] = selected.Length.ToString(CultureInfo.InvariantCulture);
            await desk.WriteAsync(selected, begin, end, format == "line", http.Response.BodyWriter, http.RequestAborted);
        });
    }

    private static async Task<Ok<TransferResult>> Import(HttpRequest request, TransferDesk desk, Caller caller, CancellationToken cancellation)
    {
        // A file names any series there is.
        if (!caller.HasEverywhere(Permissions.WriteTelemetry)) throw new ProblemException(Problems.Forbidden(new("只有对整个园区有写入权限的账号可以导入。", "Only who may write telemetry everywhere can import it.")));
        return TypedResults.Ok(await desk.ReadAsync(request.Body, cancellation));
    }

    private static async Task<IEnumerable<int>> SelectAsync(
        OrdoDbContext db, ISeriesCatalogue catalogue, PointSnapshot points, Caller caller, string? ids, string? series, long? asset, CancellationToken cancellation)
    {
        if (ids is not null) return Numbers("ids", ids).Select(id => points.ById(id) is { } point && caller.Has(Permissions.ReadTelemetry, point.AssetPath) ? point.Series : throw NoSuch()).OfType<int>().Distinct();
        if (series is not null) return Numbers("series", series).Select(id => id <= int.MaxValue && caller.MaySee((int)id, catalogue, points) ? (int)id : throw NoSuch()).Distinct();
        if (asset is { } root)
        {
            string? path = (await db.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == root, cancellation))?.Path;
            if (path is null || !caller.Has(Permissions.ReadTelemetry, path)) throw NoSuch();
            return points.All.Where(point => point.AssetPath.StartsWith(path, StringComparison.Ordinal)).Select(point => point.Series).OfType<int>().Order();
        }

        return Enumerable.Range(0, catalogue.SeriesCount).Where(number => caller.MaySee(number, catalogue, points));
    }

    private static List<long> Numbers(string field, string text)
    {
        var numbers = new List<long>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            numbers.Add(long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw Refuse(field, new("应为以逗号分隔的编号。", "Numbers are expected, separated by commas.")));
        return numbers;
    }

    private static ProblemException NoSuch() => new(Problems.NotFound(new("没有这个点位、序列或资产。", "There is no such point, series or asset.")));

    private static ProblemException Refuse(string field, Text reason) => new(Problems.Validation((field, reason)));

    private sealed class Answer(Func<HttpContext, Task> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => write(httpContext);
    }

    private sealed class DisableRequestSizeLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => null;
    }
}
