using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Links;
using Ordo.Foundation.Http;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary>Figures of a stretch of one point, of its good samples.</summary>
/// <param name="Unit">Code of the point's unit; every figure but the counts and the completeness is in it.</param>
/// <param name="Source"><c>samples</c>, or <c>hours</c> where there are too many: then there is no standard deviation, and completeness counts hours.</param>
/// <param name="Count">Samples of any quality.</param>
/// <param name="StandardDeviation">Of the samples, n − 1.</param>
/// <param name="IntegralHours">Unit × hours, straight from sample to sample; silences of more than an hour add nothing.</param>
/// <param name="Completeness">0 … 1: how much of the stretch up to now is told, by the rhythm the samples themselves keep.</param>
public sealed record PointStatistics(
    long PointId, string Unit, string Source, long Count, long Good, double? Min, double? Max, double? Mean, double? StandardDeviation, double? Sum, double? IntegralHours, double? Completeness);

/// <summary>One for each of the points that were asked for and may be read.</summary>
public sealed record StatisticsOfPoints(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<PointStatistics> Items);

/// <summary><c>/api/v1/points/statistics</c>: the figures of a selection.</summary>
internal static class StatisticsRoutes
{
    private const int MaxPoints = 50;

    /// <summary>Samples that are read one by one for one answer, some four million a second; beyond, hours answer.</summary>
    private const long MaxSamples = 1_000_000;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/points/statistics", OfPoints).WithName("GetStatisticsOfPoints").WithTags("Samples").RequireAuthorization(Permissions.ReadTelemetry)
            .OpenToLinks((request, shown) => shown.HasAll(request.Query["ids"]) && request.IsRecent())
            .ProducesProblem(404).ProducesProblem(422);

    private static async Task<Ok<StatisticsOfPoints>> OfPoints(
        [Description("Numbers of at most 50 points, separated by commas")] string ids, IPointDirectory points, ITelemetryReader reader, Caller caller, TimeProvider clock, StorageOptions options, CancellationToken cancellation,
        [Description("First moment, RFC 3339 with offset; default: 24 h before `to`")] string? from = null, [Description("The moment before which samples lie; default: now")] string? to = null)
    {
        SampleRequest request = new SampleQuery { From = from, To = to }.Read(clock.GetUtcNow(), options);
        List<long> wanted = PointSelection.ReadIds(ids);
        if (wanted.Count > MaxPoints) throw new ProblemException(Problems.Validation(("ids", new($"一次最多 {MaxPoints} 个点位。", $"At most {MaxPoints} points at once."))));
        PointEntry[] entries = [.. wanted.Select(points.Current.ById).OfType<PointEntry>().Where(p => caller.Has(Permissions.ReadTelemetry, p.AssetPath))];
        if (entries.Length == 0) throw new ProblemException(Problems.NotFound(new("没有这些点位。", "There are no such points.")));
        try
        {
            long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            bool few = await SampleDesk.CountAsync(reader, [.. entries.Select(e => e.Series).OfType<int>()], request, cancellation) <= MaxSamples;
            List<PointStatistics> items = [];
            if (few) foreach (PointEntry entry in entries) items.Add(await OfSamplesAsync(reader, entry, request, now, cancellation));
            else items = await OfHoursAsync(reader, entries, request, now, cancellation);
            return TypedResults.Ok(new StatisticsOfPoints(DateTimeOffset.FromUnixTimeMilliseconds(request.From), DateTimeOffset.FromUnixTimeMilliseconds(request.To), items));
        }
        catch (TelemetryDamagedException e)
        {
            throw SampleDesk.Damaged(e);
        }
    }

    private static async Task<PointStatistics> OfSamplesAsync(ITelemetryReader reader, PointEntry entry, SampleRequest request, long now, CancellationToken cancellation)
    {
        var statistics = new SampleStatistics(entry.Point.Scale, entry.Point.Offset);
        if (entry.Series is { } series)
            await foreach (SampleColumns block in reader.ReadAsync(series, request.From, request.To, cancellation)) statistics.Add(block);
        bool any = statistics.Good > 0;
        return new(
            entry.Point.Id, entry.Point.Unit, "samples", statistics.Count, statistics.Good, any ? statistics.Min : null, any ? statistics.Max : null, statistics.Mean, statistics.StandardDeviation,
            any ? statistics.Sum : null, any ? statistics.IntegralHours : null, statistics.CompletenessOver(Math.Min(now, request.To) - request.From));
    }

    /// <summary>All points in one question for each figure: what their hours share is read once.</summary>
    private static async Task<List<PointStatistics>> OfHoursAsync(ITelemetryReader reader, PointEntry[] entries, SampleRequest request, long now, CancellationToken cancellation)
    {
        var hour = Step.Fixed(TimeSpan.FromHours(1));
        int[] series = [.. entries.Select(entry => entry.Series).OfType<int>()];
        async Task<IReadOnlyList<AggregateColumns>> Of(Aggregate aggregate) => (await reader.AggregateAsync(series, request.From, request.To, hour, aggregate, cancellation)).Series;
        IReadOnlyList<AggregateColumns> sums = await Of(Aggregate.Sum), lows = await Of(Aggregate.Min), highs = await Of(Aggregate.Max);
        double begun = Math.Max(1, Math.Ceiling((Math.Min(now, request.To) - request.From) / 3_600_000.0));
        int next = 0;
        return [.. entries.Select(entry => entry.Series is null
            ? new PointStatistics(entry.Point.Id, entry.Point.Unit, "hours", 0, 0, null, null, null, null, null, null, null)
            : OfHours(entry, sums[next], lows[next], highs[next++], begun))];
    }

    private static PointStatistics OfHours(PointEntry entry, AggregateColumns sums, AggregateColumns lows, AggregateColumns highs, double begun)
    {
        (double scale, double offset) = (entry.Point.Scale, entry.Point.Offset);
        int[] told = [.. Enumerable.Range(0, sums.Values.Length).Where(i => sums.GoodCounts[i] > 0)];
        long good = sums.GoodCounts.Sum();
        if (good == 0) return new(entry.Point.Id, entry.Point.Unit, "hours", sums.Counts.Sum(), 0, null, null, null, null, null, null, 0);
        double raw = told.Sum(i => sums.Values[i]), one = (told.Min(i => lows.Values[i]) * scale) + offset, other = (told.Max(i => highs.Values[i]) * scale) + offset;
        return new(
            entry.Point.Id, entry.Point.Unit, "hours", sums.Counts.Sum(), good, Math.Min(one, other), Math.Max(one, other), (raw / good * scale) + offset, null, (raw * scale) + (good * offset),
            told.Sum(i => (sums.Values[i] / sums.GoodCounts[i] * scale) + offset), Math.Min(1, told.Length / begun));
    }
}
