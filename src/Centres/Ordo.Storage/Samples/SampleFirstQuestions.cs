using System.Globalization;
using Ordo.Foundation.Http;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary>A curve as sent, thinned and in hours, the sum of some points, newest values: what nearly every page of the console draws.</summary>
internal sealed class SampleFirstQuestions(ISeriesCatalogue catalogue, IPointDirectory points, TimeProvider clock) : IFirstQuestions
{
    /// <summary>Enough for work on several threads.</summary>
    private const int Several = 32;

    public IEnumerable<FirstQuestion> Questions()
    {
        if (catalogue.SeriesCount == 0) yield break;
        DateTimeOffset now = clock.GetUtcNow();
        string day = $"from={Iso(now.AddDays(-1))}&to={Iso(now)}", hours = $"from={Iso(now.AddDays(-30))}&to={Iso(now)}&step=1h&aggregate=avg";
        yield return new("GetSamplesOfSeries", $"?aggregate=raw&{day}", 0);
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
