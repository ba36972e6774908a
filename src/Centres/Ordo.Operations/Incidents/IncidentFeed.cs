using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Incidents;

/// <summary>The published side of incidents.</summary>
internal sealed class IncidentFeed(IDbContextFactory<OrdoDbContext> databases, TimeProvider clock) : IIncidents
{
    public event Action<IncidentChange>? Changed;

    public void Publish(Incident incident, string path) => Changed?.Invoke(new(incident.Id, incident.State, path, incident.Version));

    public async Task<IncidentView?> FindAsync(long id, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        return (await ViewsAsync(database, database.Set<Incident>().Where(i => i.Id == id), "/", cancellation)).SingleOrDefault();
    }

    public async Task<IReadOnlyList<IncidentView>> OpenAsync(string assetPath, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        return await ViewsAsync(database, database.Set<Incident>().Where(i => i.State != IncidentState.Closed), assetPath, cancellation);
    }

    public async Task<bool> WriteAsync(long id, string author, string text, DateTimeOffset time, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        Incident? incident = await database.Set<Incident>().SingleOrDefaultAsync(i => i.Id == id && i.State != IncidentState.Closed, cancellation);
        if (incident is null) return false;
        database.Add(new IncidentEntry { IncidentId = id, Kind = IncidentEntryKind.Action, Time = time, Recorded = clock.GetUtcNow(), Author = author, Text = text });
        incident.Version++;
        await database.SaveChangesAsync(cancellation);
        Publish(incident, await database.PathOfAsync(incident.AssetId, cancellation));
        return true;
    }

    private static async Task<List<IncidentView>> ViewsAsync(OrdoDbContext database, IQueryable<Incident> incidents, string assetPath, CancellationToken cancellation)
    {
        var rows = await (
            from incident in incidents.AsNoTracking()
            join asset in database.Set<Asset>() on incident.AssetId equals (long?)asset.Id into assets
            from asset in assets.DefaultIfEmpty()
            orderby incident.Id
            select new { Incident = incident, Path = asset == null ? "/" : asset.Path }).ToListAsync(cancellation);
        rows.RemoveAll(r => !r.Path.StartsWith(assetPath, StringComparison.Ordinal));
        long[] ids = [.. rows.Select(r => r.Incident.Id)];
        var alarms = (await database.Set<IncidentAlarm>().AsNoTracking().Where(a => ids.Contains(a.IncidentId)).ToListAsync(cancellation)).ToLookup(a => a.IncidentId, a => a.AlarmId);
        return [.. rows.Select(r => new IncidentView(
            r.Incident.Id, r.Incident.Title, r.Incident.State, r.Incident.Priority, r.Incident.AssetId, r.Path, r.Incident.Occurred, r.Incident.Opened, r.Incident.Closed,
            [.. alarms[r.Incident.Id].Order()], r.Incident.Version))];
    }
}
