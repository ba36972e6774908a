using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary><c>/api/v1/points/{id}/samples</c> and its likes: what was measured, as curves, figures and files.</summary>
internal static class SampleRoutes
{
    /// <summary>Points of one question.</summary>
    private const int MaxPoints = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var samples = routes.MapGroup("/api/v1").WithTags("Samples").RequireAuthorization(Permissions.ReadTelemetry).ProducesProblem(404).ProducesProblem(422);
        samples.MapGet("/points/{id:long}/samples", OfPoint).WithName("GetSamplesOfPoint");
        samples.MapGet("/points/samples", OfPoints).WithName("GetSamplesOfPoints");
        samples.MapGet("/series/{id:int}/samples", OfSeries).WithName("GetSamplesOfSeries");
    }

    private static async Task<SampleAnswer<SeriesSamples>> OfPoint(
        long id, [AsParameters] SampleQuery query, IPointDirectory points, Caller caller, SampleDesk desk, CancellationToken cancellation)
    {
        if (points.Current.ById(id) is not { } point || !caller.Has(Permissions.ReadTelemetry, point.AssetPath))
            throw new ProblemException(Problems.NotFound(new("没有这个点位。", "There is no such point.")));
        return await AnswerOne(SampleSource.Of(point), query, $"point-{id}", desk, cancellation);
    }

    /// <summary>Points that do not exist, or lie outside the caller's scope, are left out; only when none is left the answer is 404.</summary>
    private static async Task<SampleAnswer<SamplesOfPoints>> OfPoints(
        string ids, [AsParameters] SampleQuery query, IPointDirectory points, Caller caller, SampleDesk desk, CancellationToken cancellation)
    {
        SampleRequest request = query.Read(desk.Now, desk.Options);
        List<SampleSource> sources =
        [
            .. ReadIds(ids).Select(points.Current.ById).OfType<PointEntry>()
                .Where(point => caller.Has(Permissions.ReadTelemetry, point.AssetPath)).Select(SampleSource.Of),
        ];
        if (sources.Count == 0) throw new ProblemException(Problems.NotFound(new("没有这些点位。", "There are no such points.")));
        if (request is { Csv: true, Step: null })
        {
            await desk.CheckCountAsync(sources, request, desk.Options.MaxExportSamples, cancellation);
            return new(http => desk.WriteCsvAsync(sources, request, AsFile(http.Response, "points"), http.RequestAborted));
        }

        IReadOnlyList<SampleTable> tables = await desk.FetchAsync(sources, request, cancellation);
        return new(http => request.Csv
            ? desk.WriteCsvAsync(tables, AsFile(http.Response, "points"), http.RequestAborted)
            : SampleWriter.WriteJsonAsync(AsJson(http.Response).BodyWriter, tables, http.RequestAborted));
    }

    private static async Task<SampleAnswer<SeriesSamples>> OfSeries(
        int id, [AsParameters] SampleQuery query, ISeriesCatalogue catalogue, IPointDirectory points, Caller caller, SampleDesk desk, CancellationToken cancellation)
    {
        if (!caller.MaySee(id, catalogue, points.Current)) throw new ProblemException(Problems.NotFound(new("没有这个序列。", "There is no such series.")));
        return await AnswerOne(SampleSource.Of(id), query, $"series-{id}", desk, cancellation);
    }

    private static async Task<SampleAnswer<SeriesSamples>> AnswerOne(SampleSource source, SampleQuery query, string fileName, SampleDesk desk, CancellationToken cancellation)
    {
        SampleRequest request = query.Read(desk.Now, desk.Options);
        if (request is { Csv: true, Step: null })
        {
            await desk.CheckCountAsync([source], request, desk.Options.MaxExportSamples, cancellation);
            return new(http => desk.WriteCsvAsync([source], request, AsFile(http.Response, fileName), http.RequestAborted));
        }

        IReadOnlyList<SampleTable> tables = await desk.FetchAsync([source], request, cancellation);
        return new(http => request.Csv
            ? desk.WriteCsvAsync(tables, AsFile(http.Response, fileName), http.RequestAborted)
            : SampleWriter.WriteJsonAsync(AsJson(http.Response).BodyWriter, tables[0], http.RequestAborted));
    }

    private static List<long> ReadIds(string text)
    {
        var ids = new List<long>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
                throw new ProblemException(Problems.Validation(("ids", new("应为以逗号分隔的点位编号。", "Numbers of points are expected, separated by commas."))));
            if (!ids.Contains(id)) ids.Add(id);
            if (ids.Count > MaxPoints)
                throw new ProblemException(Problems.Validation(("ids", new($"一次最多 {MaxPoints} 个点位。", $"At most {MaxPoints} points can be asked for at once."))));
        }

        return ids;
    }

    private static HttpResponse AsJson(HttpResponse response)
    {
        response.ContentType = "application/json; charset=utf-8";
        return response;
    }

    private static HttpResponse AsFile(HttpResponse response, string name)
    {
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.csv\"";
        return response;
    }
}
