using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary>A stretch without samples.</summary>
/// <param name="From">The last sample before it, or where the range begins.</param>
/// <param name="To">The first sample behind it, or where the range ends.</param>
/// <param name="Seconds">Its length within the range.</param>
public sealed record SampleGapItem(DateTimeOffset From, DateTimeOffset To, double Seconds);

/// <summary>Where a series is silent (数据缺口).</summary>
/// <param name="PointId">The point, where one was asked for.</param>
/// <param name="SeriesId">The series; none while the point is bound to none.</param>
/// <param name="LongerThan">Only silence longer than this is told.</param>
/// <param name="Gaps">In order.</param>
/// <param name="Seconds">Length of all of them within the range.</param>
public sealed record GapsOfSeries(long? PointId, int? SeriesId, string LongerThan, IReadOnlyList<SampleGapItem> Gaps, double Seconds);

/// <summary><c>/api/v1/points/{id}/gaps</c>: when a device did not measure, or what it measured did not arrive.</summary>
internal static class GapRoutes
{
    private const int MaxGaps = 10_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var gaps = routes.MapGroup("/api/v1").WithTags("Samples").RequireAuthorization(Permissions.ReadTelemetry).ProducesProblem(404).ProducesProblem(422);
        gaps.MapGet("/points/{id:long}/gaps", OfPoint).WithName("GetGapsOfPoint");
        gaps.MapGet("/series/{id:int}/gaps", OfSeries).WithName("GetGapsOfSeries");
    }

    private static async Task<Ok<GapsOfSeries>> OfPoint(long id, [AsParameters] GapQuery query, IPointDirectory points, Caller caller, SampleDesk desk, CancellationToken cancellation)
    {
        if (points.Current.ById(id) is not { } point || !caller.Has(Permissions.ReadTelemetry, point.AssetPath))
            throw new ProblemException(Problems.NotFound(new("没有这个点位。", "There is no such point.")));
        return TypedResults.Ok(await FindAsync(SampleSource.Of(point), query, desk, cancellation));
    }

    private static async Task<Ok<GapsOfSeries>> OfSeries(
        int id, [AsParameters] GapQuery query, ISeriesCatalogue catalogue, IPointDirectory points, Caller caller, SampleDesk desk, CancellationToken cancellation)
    {
        if (!caller.MaySee(id, catalogue, points.Current)) throw new ProblemException(Problems.NotFound(new("没有这个序列。", "There is no such series.")));
        return TypedResults.Ok(await FindAsync(SampleSource.Of(id), query, desk, cancellation));
    }

    private static async Task<GapsOfSeries> FindAsync(SampleSource source, GapQuery query, SampleDesk desk, CancellationToken cancellation)
    {
        var (from, to, longerThan) = query.Read(desk);
        var found = new List<SampleGapItem>();
        double seconds = 0;
        await foreach (SampleGap gap in desk.GapsAsync(source, from, to, longerThan, query.GoodOnly ?? false, cancellation))
        {
            if (found.Count == MaxGaps)
            {
                throw new ProblemException(Problems.Validation(("longerThan", new(
                    $"缺口超过 {MaxGaps} 个；请加大 longerThan 或缩短时间范围。", $"There are more than {MaxGaps} gaps: ask for longer ones or for a shorter range."))));
            }

            double length = (gap.ToMs - gap.FromMs) / 1000.0;
            seconds += length;
            found.Add(new(DateTimeOffset.FromUnixTimeMilliseconds(gap.FromMs), DateTimeOffset.FromUnixTimeMilliseconds(gap.ToMs), length));
        }

        return new(source.PointId, source.Series, query.LongerThan!, found, seconds);
    }
}

/// <summary>What the address says about the gaps wanted.</summary>
internal sealed record GapQuery
{
    [FromQuery(Name = "longerThan"), Description("Silence longer than this is a gap: 90s, 15m, 2h, 1d")]
    public string? LongerThan { get; init; }

    [FromQuery(Name = "from"), Description("First moment, RFC 3339 with offset; default: 24 h before `to`")]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("The moment before which gaps lie, RFC 3339 with offset; default and at most: now")]
    public string? To { get; init; }

    [FromQuery(Name = "goodOnly"), Description("Samples that are not good count as none")]
    public bool? GoodOnly { get; init; }

    public (long From, long To, TimeSpan LongerThan) Read(SampleDesk desk)
    {
        SampleRequest request = new SampleQuery { From = From, To = To }.Read(desk.Now, desk.Options);
        if (!Step.TryParse(LongerThan, out Step length) || length.Unit == Step.StepUnit.Month)
            throw new ProblemException(Problems.Validation(("longerThan", new("应为时长，例如 90s、15m、2h、1d。", "A length is expected, such as 90s, 15m, 2h or 1d."))));
        // What is still to come is no gap.
        return (request.From, Math.Min(request.To, desk.Now.ToUnixTimeMilliseconds()), TimeSpan.FromMilliseconds(length.Milliseconds));
    }
}
