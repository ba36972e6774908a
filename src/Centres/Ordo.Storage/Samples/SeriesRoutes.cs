using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary>A stored series with its newest sample.</summary>
/// <param name="Id">Number of the series.</param>
/// <param name="Gateway">Short name of the gateway that brought it.</param>
/// <param name="Source">The device's own identity.</param>
/// <param name="Channel">The value within the source.</param>
/// <param name="PointId">The point it feeds.</param>
/// <param name="LastTime">Time of the newest sample.</param>
/// <param name="LastValue">As it was sent; none when that was no finite number.</param>
/// <param name="LastQuality"><c>good</c>, <c>uncertain</c> or <c>bad</c>, with the protocol's flag behind a colon.</param>
public sealed record SeriesItem(
    int Id, string Gateway, string Source, string Channel, long? PointId, DateTimeOffset? LastTime, double? LastValue, string? LastQuality);

/// <summary><c>/api/v1/series</c>: what is stored, whether or not anybody gave it a meaning.</summary>
internal static class SeriesRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var series = routes.MapGroup("/api/v1/series").WithTags("Series").RequireAuthorization(Permissions.ReadTelemetry);
        series.MapGet("", List).WithName("ListSeries");
        series.MapGet("/{id:int}", Get).WithName("GetSeries").ProducesProblem(404);
    }

    /// <summary>A series belongs to the asset of its point; one that feeds none is only for those who may read everything.</summary>
    public static bool MaySee(this Caller caller, int series, ISeriesCatalogue catalogue, PointSnapshot points) =>
        series >= 0 && series < catalogue.SeriesCount && (points.BySeries(series) is { } point
            ? caller.Has(Permissions.ReadTelemetry, point.AssetPath)
            : caller.HasEverywhere(Permissions.ReadTelemetry));

    private static Ok<PageOf<SeriesItem>> List(
        ISeriesCatalogue catalogue, ITelemetryReader reader, IPointDirectory directory, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation,
        string? q = null, string? gateway = null, string? source = null, bool? bound = null)
    {
        PointSnapshot points = directory.Current;
        var filter = new SeriesFilter(q, gateway, source);
        int skip = paging.Skip, size = paging.Size, total = 0;
        var page = new List<SeriesItem>();
        foreach (int series in Visible(caller, catalogue, points, bound))
        {
            cancellation.ThrowIfCancellationRequested();
            // Names are made only for what is looked at: there may be a million.
            if (!filter.AdmitsAll && !filter.Admits(catalogue.KeyOf(series))) continue;
            if (total++ >= skip && page.Count < size) page.Add(ItemOf(series, catalogue.KeyOf(series), points, reader));
        }

        return TypedResults.Ok(new PageOf<SeriesItem>(page, total, paging.Number, size));
    }

    private static Ok<SeriesItem> Get(int id, ISeriesCatalogue catalogue, ITelemetryReader reader, IPointDirectory directory, Caller caller)
    {
        PointSnapshot points = directory.Current;
        if (!caller.MaySee(id, catalogue, points)) throw new ProblemException(Problems.NotFound(new("没有这个序列。", "There is no such series.")));
        return TypedResults.Ok(ItemOf(id, catalogue.KeyOf(id), points, reader));
    }

    private static IEnumerable<int> Visible(Caller caller, ISeriesCatalogue catalogue, PointSnapshot points, bool? bound)
    {
        int count = catalogue.SeriesCount;
        if (!caller.HasEverywhere(Permissions.ReadTelemetry))
        {
            return bound == false ? [] : points.All
                .Where(point => point.Series < count && caller.Has(Permissions.ReadTelemetry, point.AssetPath))
                .Select(point => point.Series!.Value).Order();
        }

        IEnumerable<int> all = Enumerable.Range(0, count);
        return bound is { } wanted ? all.Where(series => points.BySeries(series) is not null == wanted) : all;
    }

    private static SeriesItem ItemOf(int series, SeriesKey key, PointSnapshot points, ITelemetryReader reader)
    {
        bool known = reader.TryGetLatest(series, out Sample last);
        return new(
            series, key.Gateway, key.Source, key.Channel, points.BySeries(series)?.Point.Id,
            known && IsNamed(last.TimeMs) ? DateTimeOffset.FromUnixTimeMilliseconds(last.TimeMs) : null,
            known && double.IsFinite(last.Value) ? last.Value : null, known ? last.Quality.ToString() : null);
    }

    /// <summary>A broken clock may say a year that no calendar has.</summary>
    private static bool IsNamed(long timeMs) =>
        timeMs >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && timeMs <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <param name="Text">In the source or the channel, without regard to case.</param>
    /// <param name="Gateway">Short name.</param>
    /// <param name="Source">The whole name.</param>
    private sealed record SeriesFilter(string? Text, string? Gateway, string? Source)
    {
        public bool AdmitsAll => string.IsNullOrEmpty(Gateway) && string.IsNullOrEmpty(Source) && string.IsNullOrWhiteSpace(Text);

        public bool Admits(SeriesKey key) =>
            (string.IsNullOrEmpty(Gateway) || key.Gateway == Gateway)
            && (string.IsNullOrEmpty(Source) || key.Source == Source)
            && (string.IsNullOrWhiteSpace(Text) || key.Source.Contains(Text.Trim(), StringComparison.OrdinalIgnoreCase) || key.Channel.Contains(Text.Trim(), StringComparison.OrdinalIgnoreCase));
    }
}
