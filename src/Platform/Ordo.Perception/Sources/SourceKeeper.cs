using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Perception.Sources;

/// <summary>
/// Keeps the sources over a restart and notices silence. Loads before the ports open; writes new sources within a second and counters every
/// <see cref="SourceOptions.SaveInterval"/>, so that no gateway ever waits for the database.
/// </summary>
internal sealed partial class SourceKeeper(
    SourceRegistry registry, IDbContextFactory<OrdoDbContext> databases, IPointDirectory points, SourceOptions options, TimeProvider clock, ILogger<SourceKeeper> logger)
    : BackgroundService
{
    private const int RowsPerSave = 1000;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim saving = new(1, 1);
    private long startedMs;
    private volatile bool assetsChanged;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        startedMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await LoadAsync(cancellationToken);
        points.Changed += () => assetsChanged = true;
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TrySaveAsync(everything: true, cancellationToken);
    }

    public override void Dispose()
    {
        saving.Dispose();
        base.Dispose();
    }

    /// <summary>Makes sure that a source has a row, for an edit that is about to change it.</summary>
    public Task SaveNewAsync(CancellationToken cancellation) => SaveAsync(everything: false, cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        long lastSave = clock.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (Source source in registry.All)
            {
                source.JudgeSilence(now, startedMs);
                source.Frames.Trim();
            }

            if (assetsChanged) await TryReloadAssetsAsync(stoppingToken);
            bool everything = clock.GetElapsedTime(lastSave) >= options.SaveInterval;
            if (everything) lastSave = clock.GetTimestamp();
            await TrySaveAsync(everything, stoppingToken);
        }
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        List<SourceRow> rows = await database.Set<SourceRow>().AsNoTracking().OrderBy(s => s.Id).ToListAsync(cancellation);
        Dictionary<long, SourceAsset> assets = await AssetsAsync(database, cancellation);
        var renumbered = new List<SourceRow>();
        foreach (SourceRow row in rows)
        {
            Source? source = registry.Add(registry.Gateway(row.Gateway), Encoding.UTF8.GetBytes(row.Key), ProfileOf(row, assets), unsaved: false);
            if (source is null) continue;
            source.Remember(row);
            if (source.Id != row.Id) renumbered.Add(row);
        }

        if (renumbered.Count > 0) await RenumberAsync(database, renumbered, cancellation);
    }

    /// <summary>The catalogue lost its numbers (telemetry folder replaced, or killed before a number was durable): names are what counts.</summary>
    private async Task RenumberAsync(OrdoDbContext database, List<SourceRow> rows, CancellationToken cancellation)
    {
        LogRenumbered(rows.Count);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        int[] old = [.. rows.Select(r => r.Id)];
        foreach (int[] ids in old.Chunk(RowsPerSave)) await database.Set<SourceRow>().Where(s => ids.Contains(s.Id)).ExecuteDeleteAsync(cancellation);
        foreach (SourceRow row in rows) row.Id = registry.Gateway(row.Gateway).Find(row.Key)!.Id;
        database.AddRange(rows);
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task TrySaveAsync(bool everything, CancellationToken cancellation)
    {
        try
        {
            await SaveAsync(everything, cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogNotSaved(fault); // still dirty, so the next tick tries again
        }
    }

    private async Task SaveAsync(bool everything, CancellationToken cancellation)
    {
        await saving.WaitAsync(cancellation);
        try
        {
            foreach (Source[] part in registry.All.Where(s => s.Unsaved || (everything && s.Dirty)).Chunk(RowsPerSave))
            {
                await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
                foreach (Source source in part)
                {
                    source.Dirty = false;
                    SourceRow row = RowOf(source);
                    if (source.Unsaved) database.Add(row);
                    else MarkCounters(database, row);
                }

                try
                {
                    await database.SaveChangesAsync(cancellation);
                }
                catch
                {
                    foreach (Source source in part) source.Dirty = true;
                    throw;
                }

                foreach (Source source in part) source.Unsaved = false;
            }
        }
        finally
        {
            saving.Release();
        }
    }

    /// <summary>Only what the gateways write; what people edit is written when they edit it.</summary>
    private static void MarkCounters(OrdoDbContext database, SourceRow row)
    {
        var entry = database.Attach(row);
        entry.Property(s => s.FirstSeenMs).IsModified = true;
        entry.Property(s => s.LastSeenMs).IsModified = true;
        entry.Property(s => s.Remote).IsModified = true;
        entry.Property(s => s.LearnedHeartbeatMs).IsModified = true;
        entry.Property(s => s.Online).IsModified = true;
        entry.Property(s => s.Frames).IsModified = true;
        entry.Property(s => s.Samples).IsModified = true;
        entry.Property(s => s.Errors).IsModified = true;
        entry.Property(s => s.Refused).IsModified = true;
    }

    private async Task TryReloadAssetsAsync(CancellationToken cancellation)
    {
        assetsChanged = false;
        try
        {
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            Dictionary<long, SourceAsset> assets = await AssetsAsync(database, cancellation);
            foreach (Source source in registry.All)
                if (source.Profile.Asset is { } asset && assets.GetValueOrDefault(asset.Id) != asset)
                    registry.Replace(source, source.Profile with { Asset = assets.GetValueOrDefault(asset.Id) });
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            assetsChanged = true;
            LogNotSaved(fault);
        }
    }

    private static async Task<Dictionary<long, SourceAsset>> AssetsAsync(OrdoDbContext database, CancellationToken cancellation)
    {
        IQueryable<long?> claimed = database.Set<SourceRow>().Where(s => s.AssetId != null).Select(s => s.AssetId);
        return await database.Set<Asset>().Where(a => claimed.Contains(a.Id))
            .Select(a => new SourceAsset(a.Id, a.Path, a.NameZh, a.NameEn)).ToDictionaryAsync(a => a.Id, cancellation);
    }

    internal static SourceProfile ProfileOf(SourceRow row, IReadOnlyDictionary<long, SourceAsset> assets) => new()
    {
        NameZh = row.NameZh,
        NameEn = row.NameEn,
        Asset = row.AssetId is { } asset ? assets.GetValueOrDefault(asset) : null,
        Template = row.Template,
        HeartbeatSeconds = row.HeartbeatSeconds,
        Settings = JsonSerializer.Deserialize<Dictionary<string, string>>(row.Settings) ?? [],
        Version = row.Version,
    };

    private static SourceRow RowOf(Source source) => new()
    {
        Id = source.Id,
        Gateway = source.Gateway,
        Key = source.Key,
        NameZh = source.Profile.NameZh,
        NameEn = source.Profile.NameEn,
        AssetId = source.Profile.Asset?.Id,
        Template = source.Profile.Template,
        HeartbeatSeconds = source.Profile.HeartbeatSeconds,
        Settings = JsonSerializer.Serialize(source.Profile.Settings),
        Version = source.Profile.Version,
        FirstSeenMs = source.FirstSeenMs,
        LastSeenMs = source.LastSeenMs,
        Remote = source.Remote,
        LearnedHeartbeatMs = source.LearnedHeartbeatMs,
        Online = source.State == SourceState.Online,
        Frames = source.FrameCount,
        Samples = source.SampleCount,
        Errors = source.ErrorCount,
        Refused = source.RefusedCount,
    };

    [LoggerMessage(2001, LogLevel.Warning, "{Count} sources have another number in the series catalogue than in the database; the database now follows the catalogue.")]
    private partial void LogRenumbered(int count);

    [LoggerMessage(2002, LogLevel.Error, "The state of the sources could not be saved; it is kept in memory and tried again.")]
    private partial void LogNotSaved(Exception fault);
}
