using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.PlantStates;

namespace Ordo.Operations.Alarms.Definitions;

/// <summary>All stored definitions and the states of the plant, in memory; together with the limits of the points they are everything that can alarm.</summary>
public sealed class AlarmCatalogue(IDbContextFactory<OrdoDbContext> databases) : IDisposable
{
    private readonly SemaphoreSlim reading = new(1, 1);
    private volatile IReadOnlyDictionary<long, AlarmDefinition> stored = new Dictionary<long, AlarmDefinition>();
    private volatile IReadOnlyDictionary<string, AlarmDefinition> raised = new Dictionary<string, AlarmDefinition>();
    private volatile IReadOnlyDictionary<long, string> plantStates = new Dictionary<long, string>();

    /// <summary>Raised after a change was read; handlers must only take note of it.</summary>
    public event Action? Changed;

    /// <summary>By id.</summary>
    public IReadOnlyDictionary<long, AlarmDefinition> Stored => stored;

    /// <summary>State by asset.</summary>
    public IReadOnlyDictionary<long, string> PlantStates => plantStates;

    /// <summary>What a system raises, by its code.</summary>
    public AlarmDefinition? Raised(string code) => raised.GetValueOrDefault(code);

    /// <summary>Reads everything again.</summary>
    public Task ReloadAsync(CancellationToken cancellation = default) => ReadAsync(null, cancellation);

    /// <summary>Reads some again, after they were changed or deleted.</summary>
    public Task RefreshAsync(IReadOnlyCollection<long> ids, CancellationToken cancellation = default) => ReadAsync(ids, cancellation);

    /// <summary>A stored definition, or a limit of a point, with the limit the point has.</summary>
    /// <returns><c>null</c> when there is none.</returns>
    public AlarmDefinition? Find(long id, PointSnapshot points)
    {
        AlarmDefinition? own = stored.GetValueOrDefault(id);
        if (!AlarmKeys.IsLimitOfPoint(id)) return own;
        (long pointId, AlarmKind kind) = AlarmKeys.LimitOf(id);
        return points.ById(pointId) is { } entry ? OfLimit(entry, kind, own) : own;
    }

    /// <summary>Everything that can alarm: limits of points in the order of the points, then what is stored.</summary>
    public IEnumerable<AlarmDefinition> All(PointSnapshot points)
    {
        IReadOnlyDictionary<long, AlarmDefinition> own = stored;
        foreach (PointEntry entry in points.All)
            foreach (LimitCondition limit in PointWatch.ConditionsOf(entry.Point))
                yield return OfLimit(entry, limit.Kind, own.GetValueOrDefault(AlarmKeys.OfLimit(entry.Point.Id, limit.Kind)))!;
        foreach (AlarmDefinition definition in own.Values)
            if (!definition.IsLimitOfPoint) yield return definition.PointId is { } id && points.ById(id) is { } at ? definition with { AssetPath = at.AssetPath } : definition;
    }

    public void Dispose() => reading.Dispose();

    /// <summary>By which files know the limit of a point.</summary>
    public static string CodeOf(long pointId, AlarmKind kind) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"point:{pointId}:{JsonNamingPolicy.CamelCase.ConvertName(kind.ToString())}");

    private static AlarmDefinition? OfLimit(PointEntry entry, AlarmKind kind, AlarmDefinition? own)
    {
        if (PointWatch.ConditionsOf(entry.Point).Cast<LimitCondition?>().FirstOrDefault(c => c!.Value.Kind == kind) is not { } limit) return null;
        Point point = entry.Point;
        AlarmDefinition definition = own ?? new()
        {
            Id = AlarmKeys.OfLimit(point.Id, kind),
            Code = CodeOf(point.Id, kind),
            NameZh = $"{point.NameZh} {ZhOf(kind)}",
            NameEn = $"{(point.NameEn.Length > 0 ? point.NameEn : point.NameZh)} {EnOf(kind)}",
            Kind = kind,
            AssetId = point.AssetId,
            PointId = point.Id,
            Priority = AlarmPriority.DefaultOf(kind),
            Version = 0,
        };
        return definition with { Limit = limit.Limit, Deadband = limit.Deadband, AssetId = point.AssetId, AssetPath = entry.AssetPath };
    }

    private static string ZhOf(AlarmKind kind) => kind switch
    {
        AlarmKind.LowLow => "低低限",
        AlarmKind.Low => "低限",
        AlarmKind.High => "高限",
        _ => "高高限",
    };

    private static string EnOf(AlarmKind kind) => kind switch
    {
        AlarmKind.LowLow => "low-low",
        AlarmKind.Low => "low",
        AlarmKind.High => "high",
        _ => "high-high",
    };

    private async Task ReadAsync(IReadOnlyCollection<long>? ids, CancellationToken cancellation)
    {
        await reading.WaitAsync(cancellation);
        try
        {
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            var next = ids is null ? [] : new Dictionary<long, AlarmDefinition>(stored);
            foreach (long id in ids ?? []) next.Remove(id);
            foreach (long[]? part in ids is null ? [null] : ids.Chunk(500).Cast<long[]?>())
                foreach (var row in await Rows(database, part).ToListAsync(cancellation))
                    next[row.Definition.Id] = row.Definition with { AssetPath = row.Path };
            stored = next;
            raised = next.Values.Where(d => d.Kind == AlarmKind.Raised).ToDictionary(d => d.Code);
            plantStates = await database.Set<PlantState>().AsNoTracking().ToDictionaryAsync(s => s.AssetId, s => s.State, cancellation);
        }
        finally
        {
            reading.Release();
        }
        Changed?.Invoke();
    }

    private static IQueryable<Row> Rows(OrdoDbContext database, long[]? ids)
    {
        IQueryable<AlarmDefinition> definitions = database.Set<AlarmDefinition>().AsNoTracking();
        if (ids is not null) definitions = definitions.Where(d => ids.Contains(d.Id));
        return from definition in definitions
               join asset in database.Set<Asset>() on definition.AssetId equals asset.Id into assets
               from asset in assets.DefaultIfEmpty()
               select new Row { Definition = definition, Path = asset!.Path };
    }

    private sealed class Row
    {
        public required AlarmDefinition Definition { get; init; }

        public string? Path { get; init; }
    }
}
