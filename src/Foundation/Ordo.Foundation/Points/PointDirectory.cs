using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Telemetry;

namespace Ordo.Foundation.Points;

/// <summary>
/// All points in memory. Whoever saves points or assets calls <see cref="ReloadAsync"/> or <see cref="RefreshAsync"/> afterwards; a point that names
/// a series which does not exist yet creates it, so that its first sample finds it bound.
/// </summary>
public sealed partial class PointDirectory(
    IDbContextFactory<OrdoDbContext> databases, ISeriesCatalogue catalogue, ILogger<PointDirectory> log) : IPointDirectory, IHostedLifecycleService, IDisposable
{
    /// <summary>One change at a time; readers never wait for it except for the very first snapshot.</summary>
    private readonly SemaphoreSlim gate = new(1);
    private volatile PointSnapshot? current;

    public event Action? Changed;

    /// <summary>Loaded on first use, because the telemetry store that numbers the series opens while the server starts.</summary>
    public PointSnapshot Current => current ?? LoadFirst();

    /// <summary>Reads everything again: after an import, a move, a change of many points.</summary>
    public Task ReloadAsync(CancellationToken cancellation = default) => ChangeAsync(LoadAsync, cancellation);

    /// <summary>Reads some points again; those that are gone leave the directory.</summary>
    public Task RefreshAsync(IReadOnlyCollection<long> pointIds, CancellationToken cancellation = default) => ChangeAsync(
        async () =>
        {
            PointSnapshot before = Current;
            List<PointEntry> read = await ReadAsync(points => points.Where(point => pointIds.Contains(point.Id)), cancellation);
            return before.With(pointIds, read, catalogue.SeriesCount);
        },
        cancellation);

    private async Task ChangeAsync(Func<Task<PointSnapshot>> next, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            current = await next();
        }
        finally
        {
            gate.Release();
        }

        Changed?.Invoke();
    }

    private PointSnapshot LoadFirst()
    {
        gate.Wait();
        try
        {
            return current ??= Task.Run(LoadAsync).GetAwaiter().GetResult();
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<PointSnapshot> LoadAsync()
    {
        List<PointEntry> points = await ReadAsync(points => points, CancellationToken.None);
        LogLoaded(points.Count, points.Count(point => point.Series is not null));
        return new(points, catalogue.SeriesCount);
    }

    private async Task<List<PointEntry>> ReadAsync(Func<IQueryable<Point>, IQueryable<Point>> which, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        Dictionary<long, string> paths = await database.Set<Asset>().ToDictionaryAsync(asset => asset.Id, asset => asset.Path, cancellation);
        List<PointEntry> entries = [];
        await foreach (Point point in which(database.Set<Point>().AsNoTracking()).AsAsyncEnumerable().WithCancellation(cancellation))
            entries.Add(new(point, SeriesOf(point), paths[point.AssetId]));
        return entries;
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
        _ = Current;
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
