using Microsoft.EntityFrameworkCore;
using Ordo.Economy.Filing;
using Ordo.Economy.Settings;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Figures;

/// <summary>
/// Keeps the snapshot of all accepted figures. It is told of commits of its own process and takes in only what is new; what other processes changed it finds
/// when the snapshot has grown old.
/// </summary>
public sealed class EconomyBook : IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(30);
    private readonly IDbContextFactory<OrdoDbContext> databases;
    private readonly Commits commits;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim loading = new(1, 1);
    private Loaded? loaded;
    private HashSet<long> known = [];
    private DateTimeOffset newest = DateTimeOffset.MinValue;
    private long filingsChange, restChange;

    public EconomyBook(IDbContextFactory<OrdoDbContext> databases, Commits commits, TimeProvider clock)
    {
        (this.databases, this.commits, this.clock) = (databases, commits, clock);
        commits.Committed += Note;
    }

    /// <summary>The park's zone: statistics days are its days.</summary>
    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.TryFindSystemTimeZoneById("Asia/Shanghai", out TimeZoneInfo? zone) ? zone : TimeZoneInfo.CreateCustomTimeZone("China", TimeSpan.FromHours(8), "China", "China");

    public DateOnly Today => EconomySnapshot.DayOf(clock.GetUtcNow(), Zone);

    public async ValueTask<EconomySnapshot> CurrentAsync(CancellationToken cancellation)
    {
        if (Fresh() is { } current) return current;
        await loading.WaitAsync(cancellation);
        try
        {
            if (Fresh() is { } other) return other;
            // Taken before reading: what is committed meanwhile makes this snapshot old as soon as it is there, and nobody is given the one before it.
            (long filings, long rest, DateTimeOffset since) = (Volatile.Read(ref filingsChange), Volatile.Read(ref restChange), clock.GetUtcNow());
            EconomySnapshot snapshot = loaded is { } last && last.Rest == rest ? await AddNewAsync(last.Snapshot, cancellation) : await LoadAsync(cancellation);
            loaded = new(snapshot, filings, rest, since);
            return snapshot;
        }
        catch
        {
            loaded = null; // half read is not read
            throw;
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>Read everything again next time: after forms were accepted with a time in the past, as a demonstration does.</summary>
    public void Forget() => Interlocked.Increment(ref restChange);

    public void Dispose()
    {
        commits.Committed -= Note;
        loading.Dispose();
    }

    private EconomySnapshot? Fresh() =>
        Volatile.Read(ref loaded) is { } last && last.Filings == Volatile.Read(ref filingsChange) && last.Rest == Volatile.Read(ref restChange) && clock.GetUtcNow() - last.Since <= MaxAge ? last.Snapshot : null;

    private void Note(IReadOnlySet<Type> types)
    {
        if (types.Contains(typeof(FiledForm))) Interlocked.Increment(ref filingsChange);
        if (types.Contains(typeof(EconomySetting)) || types.Contains(typeof(Asset)) || types.Contains(typeof(OutsideFigure))) Interlocked.Increment(ref restChange);
    }

    private async Task<EconomySnapshot> LoadAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        EconomyRules rules = EconomyRules.Of(await database.Set<EconomySetting>().AsNoTracking().ToListAsync(cancellation));
        List<Asset> assets = await database.Set<Asset>().AsNoTracking().Where(asset => asset.Kind <= AssetKind.Enterprise).OrderBy(asset => asset.Kind).ThenBy(asset => asset.Code)
            .Select(asset => new Asset { Id = asset.Id, ParentId = asset.ParentId, Path = asset.Path, Kind = asset.Kind, Code = asset.Code, NameZh = asset.NameZh, NameEn = asset.NameEn, Attributes = asset.Attributes })
            .ToListAsync(cancellation);
        Area[] areas = [.. assets.Where(asset => asset.Kind < AssetKind.Enterprise).Select(asset => new Area(asset.Id, asset.ParentId, asset.Path, asset.Kind, asset.Code, asset.NameZh, asset.NameEn))];
        Enterprise[] enterprises = [.. assets.Where(asset => asset.Kind == AssetKind.Enterprise).Select(Enterprise.Of)];
        Dictionary<long, int> placeOf = enterprises.Select((enterprise, place) => (enterprise.Id, place)).ToDictionary(pair => pair.Id, pair => pair.place);
        List<OutsideFigure> outside = await database.Set<OutsideFigure>().AsNoTracking().ToListAsync(cancellation);
        List<FiledFact> facts = [];
        HashSet<long> ids = [];
        await foreach (FiledForm form in database.Set<FiledForm>().AsNoTracking().Where(form => form.Accepted != null).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            ids.Add(form.Id);
            if (form.Accepted > newest) newest = form.Accepted.Value;
            if (placeOf.TryGetValue(form.AssetId, out int place)) facts.Add(FactOf(form, place));
        }

        known = ids;
        return new(rules, areas, enterprises, facts, outside);
    }

    private async Task<EconomySnapshot> AddNewAsync(EconomySnapshot current, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        // Clocks of several processes differ a little; what is known already is left out by its id.
        DateTimeOffset since = newest == DateTimeOffset.MinValue ? newest : newest - TimeSpan.FromMinutes(5);
        List<FiledForm> forms = await database.Set<FiledForm>().AsNoTracking().Where(form => form.Accepted != null && form.Accepted >= since).ToListAsync(cancellation);
        FiledFact[] added = [.. forms.Where(form => !known.Contains(form.Id) && current.PlaceOf(form.AssetId) is not null).Select(form => FactOf(form, current.PlaceOf(form.AssetId)!.Value))];
        foreach (FiledForm form in forms)
        {
            known.Add(form.Id);
            if (form.Accepted > newest) newest = form.Accepted.Value;
        }

        // A form accepted at a time long before the newest one (a clock that was set back) is not among these: then everything is read again.
        if (await database.Set<FiledForm>().CountAsync(form => form.Accepted != null, cancellation) != known.Count) return await LoadAsync(cancellation);
        return added.Length == 0 ? current : current.With(added);
    }

    private static FiledFact FactOf(FiledForm form, int place) =>
        new(form.Id, place, form.Form, Period.OfKey(form.Period), form.Revision, form.Vintage, form.Accepted!.Value, form.ReadValues());

    /// <param name="Filings">How many changes of filings had been told before it was read.</param>
    /// <param name="Rest">How many of everything else.</param>
    /// <param name="Since">When its reading began.</param>
    private sealed record Loaded(EconomySnapshot Snapshot, long Filings, long Rest, DateTimeOffset Since);
}
