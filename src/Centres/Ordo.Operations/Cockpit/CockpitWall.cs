using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Access;
using Ordo.Foundation.Cockpit;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Cockpit;

/// <summary>Everything the wall shows beside map and alarms.</summary>
/// <param name="Time">The moment it speaks of.</param>
/// <param name="SafeDays">Days without a lost-time accident (安全生产天数); <c>null</c> when nobody said since when.</param>
/// <param name="Failed">Panels that could not be worked out just now.</param>
public sealed record CockpitAnswer(DateTimeOffset Time, IReadOnlyList<CockpitPanel> Panels, CockpitWeather? Weather, int? SafeDays, int Failed);

/// <summary>The weather at the park's own station.</summary>
/// <param name="Temperature">°C.</param>
/// <param name="WindSpeed">m/s.</param>
/// <param name="WindDirection">Degrees from which it blows, clockwise from north.</param>
public sealed record CockpitWeather(double? Temperature, double? WindSpeed, double? WindDirection);

/// <summary>Asks every system for its panel. A hundred walls that show the same are answered from one reading.</summary>
internal sealed partial class CockpitWall(
    IEnumerable<ICockpitPanel> panels, PointPanelFile file, IPointDirectory points, NewestValues newest, CockpitOptions options, TimeProvider clock, ILogger<CockpitWall> logger)
{
    private const int MostViews = 256;
    private readonly ICockpitPanel[] panels = [.. panels];
    private readonly ConcurrentDictionary<string, (long Made, Task<CockpitAnswer> Answer)> answers = new(StringComparer.Ordinal);

    public Task<CockpitAnswer> ReadAsync(Caller caller, string rootPath)
    {
        string key = string.Join('|', (string[])[rootPath, .. panels.Select(p => p.Permission).Distinct().Select(p => string.Join(',', caller.ScopesOf(p).Order(StringComparer.Ordinal)))]);
        if (answers.TryGetValue(key, out var known) && clock.GetElapsedTime(known.Made) < options.MaxAge && !known.Answer.IsFaulted) return known.Answer;
        if (answers.Count >= MostViews) answers.Clear();
        Task<CockpitAnswer> answer = WorkOutAsync(new(caller, rootPath, clock.GetUtcNow()));
        answers[key] = (clock.GetTimestamp(), answer);
        return answer;
    }

    private async Task<CockpitAnswer> WorkOutAsync(CockpitView view)
    {
        // Shared by all who ask, so no single caller's leaving may end it; each panel has its own bound instead.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), clock);
        List<CockpitPanel> shown = [];
        int failed = 0;
        foreach (ICockpitPanel panel in panels.Where(p => view.Caller.Has(p.Permission)))
        {
            try
            {
                if (await panel.ReadAsync(view, limit.Token) is { } read) shown.Add(read);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                failed++; // one system that fails leaves the others on the wall, and the wall says that one is missing
                LogFailed(fault, panel.GetType().Name);
            }
        }
        return new(view.Now, shown, WeatherOf(view), SafeDays(view.Now), failed);
    }

    private CockpitWeather? WeatherOf(CockpitView view)
    {
        double? Of(string channel) => points.Current.All
            .Where(e => e.Point.Channel == channel && view.Sees(Permissions.ReadTelemetry, e.AssetPath)).OrderBy(e => e.Point.Id)
            .Select(e => newest.Of(e, view.Now)).FirstOrDefault(value => value is not null);
        var weather = new CockpitWeather(Of(file.Weather.Temperature), Of(file.Weather.WindSpeed), Of(file.Weather.WindDirection));
        return weather is { Temperature: null, WindSpeed: null } ? null : weather;
    }

    private int? SafeDays(DateTimeOffset now) =>
        options.SafeSince is { } since ? Math.Max(0, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone)).DateTime).DayNumber - since.DayNumber) : null;

    [LoggerMessage(4301, LogLevel.Warning, "Cockpit panel {Panel} could not be worked out")]
    private partial void LogFailed(Exception fault, string panel);
}
