using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Telemetry;

namespace Ordo.Foundation.Points;

/// <summary>
/// All points in memory. Whoever saves points or assets says so afterwards: <see cref="RefreshAsync"/> for some points, <see cref="RepathAsync"/> for a
/// move, <see cref="ReloadAsync"/> for much. A point that names a series which does not exist yet creates it, so that its first sample finds it bound.
/// </summary>
public sealed partial class PointDirectory(
    IDbContextFactory<OrdoDbContext> databases, ISeriesCatalogue catalogue, ILogger<PointDirectory> log) : IPointDirectory, IHostedLifecycleService, IDisposable
{
    private sealed record State(PointSnapshot Snapshot, PointIndex Index);

    /// <summary>One change at a time; readers never wait for it except for the very first snapshot.</summary>
    private readonly SemaphoreSlim gate = new(1);
    private volatile State? state;

    public event Action? Changed;

    public PointSnapshot Current => Loaded.Snapshot;

    internal PointIndex Index => Loaded.Index;

    /// <summary>Loaded on first use, because the telemetry store that numbers the series opens while the server starts.</summary>
    private State Loaded => state ?? LoadFirst();

    /// <summary>Reads everything again: after an import, a change of many points.</summary>
    public Task ReloadAsync(CancellationToken cancellation = default) => ChangeAsync(_ => LoadAsync(cancellation), cancellation);

    /// <summary>Reads some points again; those that are gone leave the directory. With none it only says that assets have changed.</summary>
    public Task RefreshAsync(IReadOnlyCollection<long> pointIds, CancellationToken cancellation = default) => ChangeAsync(
        async before =>
        {
            if (pointIds.Count == 0) return before;
            List<PointEntry> gone = [.. pointIds.Select(before.Snapshot.ById).OfType<PointEntry>()];
            List<PointEntry> now = await ReadAsync(points => points.Where(point => pointIds.Contains(point.Id)), cancellation);
            return After(before, pointIds, gone, now);
        },
        cancellation);

    /// <summary>Reads the places of the assets again: after a move, whatever its size.</summary>
    public Task RepathAsync(CancellationToken cancellation = default) => ChangeAsync(
        async before =>
        {
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            Dictionary<long, string> paths = await PathsAsync(database.Set<Asset>(), cancellation);
            List<PointEntry> moved = [.. before.Snapshot.All.Where(entry => paths.TryGetValue(entry.Point.AssetId, out string? path) && path != entry.AssetPath)];
            List<PointEntry> now = moved.ConvertAll(entry => entry with { AssetPath = paths[entry.Point.AssetId] });
            return After(before, [.. moved.Select(entry => entry.Point.Id)], moved, now);
        },
        cancellation);

    private async Task ChangeAsync(Func<State, Task<State>> next, CancellationToken cancellation)
    {
        State before = Loaded;
        await gate.WaitAsync(cancellation);
        try
        {
            state = await next(state ?? before);
        }
        finally
        {
            gate.Release();
        }

        Changed?.Invoke();
    }

    private State LoadFirst()
    {
        gate.Wait();
        try
        {
            return state ??= Task.Run(() => LoadAsync(CancellationToken.None)).GetAwaiter().GetResult();
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<State> LoadAsync(CancellationToken cancellation)
    {
        List<PointEntry> points = await ReadAsync(points => points, cancellation);
        LogLoaded(points.Count, points.Count(point => point.Series is not null));
        return new(new(points, catalogue.SeriesCount), PointIndex.Of(points));
    }

    private State After(State before, IReadOnlyCollection<long> changed, List<PointEntry> gone, List<PointEntry> now) =>
        new(before.Snapshot.With(changed, now, catalogue.SeriesCount), before.Index.With(gone, now));

    private async Task<List<PointEntry>> ReadAsync(Func<IQueryable<Point>, IQueryable<Point>> which, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        IQueryable<Point> points = which(database.Set<Point>().AsNoTracking());
        Dictionary<long, string> paths = await PathsAsync(database.Set<Asset>().Where(asset => points.Any(point => point.AssetId == asset.Id)), cancellation);
        List<PointEntry> entries = [];
        HashSet<string> words = [];
        await foreach (Point point in points.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            ShareWords(point, words);
            if (paths.TryGetValue(point.AssetId, out string? path)) entries.Add(new(point, SeriesOf(point), path));
        }

        return entries;
    }

    /// <summary>Asset id → path.</summary>
    private static Task<Dictionary<long, string>> PathsAsync(IQueryable<Asset> assets, CancellationToken cancellation) =>
        assets.Select(asset => new { asset.Id, asset.Path }).ToDictionaryAsync(asset => asset.Id, asset => asset.Path, cancellation);

    /// <summary>A park has some hundred different units, sources and names, and its database hands out a new string for each row.</summary>
    private static void ShareWords(Point point, HashSet<string> words)
    {
        (point.Code, point.NameZh, point.NameEn) = (Shared(point.Code), Shared(point.NameZh), Shared(point.NameEn));
        (point.Quantity, point.Unit) = (Shared(point.Quantity), Shared(point.Unit));
        if (point is { Gateway: { } gateway, Source: { } source, Channel: { } channel })
            (point.Gateway, point.Source, point.Channel) = (Shared(gateway), Shared(source), Shared(channel));

        string Shared(string word)
        {
            if (words.TryGetValue(word, out string? known)) return known;
            words.Add(word);
            return word;
        }
    }

    private int? SeriesOf(Point point)
    {
        if (point.Gateway is null || point.Source is null || point.Channel is null) return null;
        if (catalogue.TryFind(new(point.Gateway, point.Source, point.Channel), out int series)) return series;
        int source = catalogue.SourceOf(point.Gateway, Encoding.UTF8.GetBytes(point.Source));
        if (catalogue.TrySeriesOf(source, Encoding.UTF8.GetBytes(point.Channel), out series)) return series;
        LogNoRoom(point.Id, point.Code, point.Gateway, point.Source, point.Channel);
        return null;
    }

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Every module has started, the store among them.</summary>
    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken)
    {
        _ = Loaded;
        return Task.CompletedTask;
    }

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => gate.Dispose();

    [LoggerMessage(1201, LogLevel.Information, "{Points} points loaded, {Bound} of them bound to a series.")]
    private partial void LogLoaded(int points, int bound);

    [LoggerMessage(1202, LogLevel.Warning, "Point {PointId} ({Code}) stays unbound: source {Gateway} {Source} already has as many series as one source may, so channel {Channel} was not created.")]
    private partial void LogNoRoom(long pointId, string code, string gateway, string source, string channel);
}
