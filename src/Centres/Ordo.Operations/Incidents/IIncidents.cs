namespace Ordo.Operations.Incidents;

/// <summary>
/// What other rooms may know of incidents (read contract). Safety's emergency response builds on it: it keeps what is its own (levels, plans, dispatch)
/// under the incident's id and writes into the timeline through <see cref="WriteAsync"/>. Members are added, never changed.
/// </summary>
public interface IIncidents
{
    /// <summary>An incident was opened or changed. Raised after it is on disk, on the thread of the change; handlers must only take note of it.</summary>
    event Action<IncidentChange>? Changed;

    /// <returns><c>null</c> when there is no such incident. Scope is the caller's to check, by <see cref="IncidentView.AssetPath"/>.</returns>
    Task<IncidentView?> FindAsync(long id, CancellationToken cancellation);

    /// <summary>Incidents that are not closed, the oldest first.</summary>
    /// <param name="assetPath">Of this asset and below; <c>/</c> is all.</param>
    Task<IReadOnlyList<IncidentView>> OpenAsync(string assetPath, CancellationToken cancellation);

    /// <summary>Writes a line into the timeline of an incident that is not closed, in the name of another room.</summary>
    /// <returns><c>false</c> when there is no such incident or it is closed.</returns>
    Task<bool> WriteAsync(long id, string author, string text, DateTimeOffset time, CancellationToken cancellation);
}

/// <param name="AssetPath">Where it belongs.</param>
public sealed record IncidentChange(long Id, IncidentState State, string AssetPath, int Version);

/// <summary>An incident as other rooms see it.</summary>
/// <param name="AssetPath"><c>/</c> when it belongs to the whole server.</param>
/// <param name="AlarmIds">Alarms that belong to it.</param>
public sealed record IncidentView(
    long Id, string Title, IncidentState State, int Priority, long? AssetId, string AssetPath, DateTimeOffset Occurred, DateTimeOffset Opened, DateTimeOffset? Closed,
    IReadOnlyList<long> AlarmIds, int Version);
