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
    SourceRegistry registry, RequestBook requests, SourceSecrets secrets, IDbContextFactory<OrdoDbContext> databases, IPointDirectory points, SourceOptions options, TimeProvider clock, ILogger<SourceKeeper> logger)
    : BackgroundService
{
    private const int RowsPerSave = 1000;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim saving = new(1, 1);
    private long startedMs;
    private volatile bool assetsChanged;
    private bool notSaving;

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

    /// <summary>Writes requests now, for somebody who wants to read them from the database.</summary>
    public Task SaveNowAsync(CancellationToken cancellation) => SaveAsync(everything: false, cancellation);

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
        List<SourceProfileRow> profileRows = await database.Set<SourceProfileRow>().AsNoTracking().ToListAsync(cancellation);
        Dictionary<long, SourceAsset> assets = await AssetsAsync(database, cancellation);
        var profiles = profileRows.ToDictionary(p => (p.Gateway, p.Key), p => SourceProfile.Of(p, p.AssetId is { } asset ? assets.GetValueOrDefault(asset) : null, secrets));

        var renumbered = new List<SourceRow>();
        foreach (SourceRow row in rows)
        {
            SourceProfile profile = profiles.Remove((row.Gateway, row.Key), out SourceProfile? known) ? known : SourceProfile.Unclaimed;
            if (registry.Load(row.Gateway, row.Key, profile) is not { } source) continue;
            source.Remember(row);
            source.Unsaved = false;
            if (source.Id != row.Id) renumbered.Add(row);
        }

        foreach (((string gateway, string key), SourceProfile profile) in profiles) registry.Load(gateway, key, profile);
        if (renumbered.Count > 0) await RenumberAsync(database, renumbered, cancellation);
        await EndOpenRequestsAsync(database, cancellation);
    }

    /// <summary>What the last run had asked and not seen the end of.</summary>
    private async Task EndOpenRequestsAsync(OrdoDbContext database, CancellationToken cancellation)
    {
        RequestState[] open = [RequestState.Pending, RequestState.Accepted];
        foreach (SourceRequestRow row in await database.Set<SourceRequestRow>().Where(r => open.Contains(r.State)).ToListAsync(cancellation))
            (row.State, row.Finished, row.ResultZh, row.ResultEn) = (RequestState.TimedOut, clock.GetUtcNow(), "服务器重新启动。", "The server was restarted.");
        await database.SaveChangesAsync(cancellation);
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
            if (notSaving) LogSavesAgain();
            notSaving = false;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            if (!notSaving) LogNotSaved(fault); // once; still dirty, so every tick tries again
            notSaving = true;
        }
    }

    private async Task SaveAsync(bool everything, CancellationToken cancellation)
    {
        await saving.WaitAsync(cancellation);
        try
        {
            await SaveRequestsAsync(cancellation);
            await SaveChangedSettingsAsync(cancellation);
            foreach (Source[] part in registry.All.Where(s => s.Unsaved || (everything && s.Dirty)).Chunk(RowsPerSave))
            {
                await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
                foreach (Source source in part)
                {
                    source.Dirty = false;
                    SourceRow row = RowOf(source);
                    if (source.Unsaved) database.Add(row);
                    else database.Update(row);
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

    private async Task SaveChangedSettingsAsync(CancellationToken cancellation)
    {
        while (registry.TryTakeChanged(out Source? source))
        {
            try
            {
                await SaveSettingsAsync(source, cancellation);
            }
            catch
            {
                registry.PutBackChanged(source); // a password that a device has accepted is known nowhere else
                throw;
            }
        }
    }

    private async Task SaveSettingsAsync(Source source, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        SourceProfileRow? row = await database.Set<SourceProfileRow>().SingleOrDefaultAsync(p => p.Gateway == source.Gateway && p.Key == source.Key, cancellation);
        if (row is null) return;
        SourceProfile profile = source.Profile;
        secrets.Write(row, profile.Settings);
        row.Version = profile.Version;
        await database.SaveChangesAsync(cancellation);
    }

    private async Task SaveRequestsAsync(CancellationToken cancellation)
    {
        foreach (SourceRequest[] part in requests.TakeUnsaved().Chunk(RowsPerSave))
        {
            try
            {
                await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
                Guid[] ids = [.. part.Select(r => r.Id)];
                Dictionary<Guid, SourceRequestRow> known = await database.Set<SourceRequestRow>().Where(r => ids.Contains(r.Id)).ToDictionaryAsync(r => r.Id, cancellation);
                foreach (SourceRequest request in part)
                {
                    if (!known.TryGetValue(request.Id, out SourceRequestRow? row)) database.Add(row = NewRowOf(request));
                    SourceRequest.Progress now = request.Now;
                    (row.State, row.Finished, row.ResultZh, row.ResultEn) = (now.State, now.Finished, now.Result.Zh ?? "", now.Result.En ?? "");
                }

                await database.SaveChangesAsync(cancellation);
            }
            catch
            {
                foreach (SourceRequest request in part) requests.Note(request);
                throw;
            }
        }
    }

    private SourceRequestRow NewRowOf(SourceRequest request) => new()
    {
        Id = request.Id,
        SourceId = request.SourceId,
        AssetId = registry.Find(request.SourceId)?.Profile.Asset?.Id,
        Command = request.Command,
        Arguments = JsonSerializer.Serialize(request.Arguments),
        Created = request.Created,
        By = request.By,
    };

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
        IQueryable<long?> claimed = database.Set<SourceProfileRow>().Where(s => s.AssetId != null).Select(s => s.AssetId);
        return await database.Set<Asset>().Where(a => claimed.Contains(a.Id))
            .Select(a => new SourceAsset(a.Id, a.Path, a.NameZh, a.NameEn)).ToDictionaryAsync(a => a.Id, cancellation);
    }

    private static SourceRow RowOf(Source source) => new()
    {
        Id = source.Id,
        Gateway = source.Gateway,
        Key = source.Key,
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

    [LoggerMessage(2003, LogLevel.Information, "The state of the sources is saved again.")]
    private partial void LogSavesAgain();
}
