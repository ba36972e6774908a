using System.Globalization;
using Ordo.Foundation.Http;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary>A curve as sent, thinned and in hours, the sum of some points, newest values: what nearly every page of the console draws.</summary>
internal sealed class SampleFirstQuestions(ISeriesCatalogue catalogue, ITelemetryReader telemetry, IPointDirectory points, TimeProvider clock) : IFirstQuestions
{
    /// <summary>Enough for work on several threads.</summary>
    private const int Several = 32;

    public IEnumerable<FirstQuestion> Questions()
    {
        if (catalogue.SeriesCount == 0) yield break;
        // Where there are samples: a park that has been silent for a week is asked about the days before.
        DateTimeOffset end = clock.GetUtcNow();
        if (telemetry.TryGetLatest(0, out Sample newest) && newest.TimeMs > 0 && newest.TimeMs < end.ToUnixTimeMilliseconds()) end = DateTimeOffset.FromUnixTimeMilliseconds(newest.TimeMs);
        string day = $"from={Iso(end.AddDays(-1))}&to={Iso(end)}", before = $"from={Iso(end.AddDays(-3))}&to={Iso(end.AddDays(-2))}", hours = $"from={Iso(end.AddDays(-30))}&to={Iso(end)}&step=1h&aggregate=avg";
        yield return new("GetSamplesOfSeries", $"?aggregate=raw&{before}", 0);
        yield return new("GetSamplesOfSeries", $"?{day}", 0);
        yield return new("GetSamplesOfManySeries", $"?ids={string.Join(',', Enumerable.Range(0, Math.Min(Several, catalogue.SeriesCount)))}&{hours}");
        yield return new("ListSeries", $"?pageSize={Several}");
        IEnumerable<PointEntry> bound = points.Current.All.Where(entry => entry.Series is not null);
        if (bound.FirstOrDefault() is not { } one) yield break;
        PointEntry[] some = [.. bound.Where(entry => entry.Point.Unit == one.Point.Unit).Take(Several)];
        string ids = string.Join(',', some.Select(entry => entry.Point.Id));
        yield return new("GetSamplesOfPoint", $"?{day}", some[0].Point.Id);
        yield return new("GetSamplesOfPoints", $"?ids={ids}&{hours}");
        yield return new("GetSamplesOfPoints", $"?ids={ids}&across=sum&{hours}");
        yield return new("GetLatestOfPoints", $"?ids={ids}");
    }

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
