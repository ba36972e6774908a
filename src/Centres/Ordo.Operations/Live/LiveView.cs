using Ordo.Foundation.Access;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Live;

/// <summary>What a client asked for, within what it may see.</summary>
/// <param name="Caller">Whose rights hold.</param>
/// <param name="RootPath">Only what lies below this asset; <c>/</c> is everything.</param>
/// <param name="Points">Only samples of these points; <c>null</c> means of all.</param>
internal sealed record LiveSelection(Caller Caller, string RootPath, IReadOnlySet<long>? Points)
{
    /// <summary>Two clients with the same key see the same samples and share their frames.</summary>
    public string Key { get; } = string.Join('|',
        RootPath, Points is null ? "*" : string.Join(',', Points.Order()), string.Join(',', Caller.ScopesOf(Permissions.ReadTelemetry).Order(StringComparer.Ordinal)));

    public bool Wants(PointEntry point) =>
        (Points is null || Points.Contains(point.Point.Id)) && IsBelowRoot(point.AssetPath) && Caller.Has(Permissions.ReadTelemetry, point.AssetPath);

    public bool Wants(LiveMessage message) => message.AccountId is { } account ? account == Caller.AccountId : Sees(message.Permission, message.AssetPath);

    /// <param name="permission">Needed to see it.</param>
    /// <param name="assetPath">Where it belongs; <c>null</c> is only for those who see everything.</param>
    public bool Sees(string permission, string? assetPath) => assetPath is null
        ? RootPath == "/" && Caller.HasEverywhere(permission)
        : IsBelowRoot(assetPath) && Caller.Has(permission, assetPath);

    private bool IsBelowRoot(string path) => path.StartsWith(RootPath, StringComparison.Ordinal);
}

/// <summary>The samples of one selection. A hundred walls that show the same have one of these, and each frame is written once.</summary>
internal sealed class LiveView(LiveSamples samples, LiveSelection selection)
{
    private readonly Lock gate = new(); // guards everything below
    private readonly List<LiveSample> changes = [];
    private (bool[] BySlot, int Generation) wanted = ([], -1);
    private (long Since, long UpTo, ReadOnlyMemory<byte> Frame) last = (-1, -1, default);

    /// <summary>Clients that use it; guarded by the hub.</summary>
    public int Clients { get; set; }

    /// <summary>What changed after a round.</summary>
    /// <param name="since">Last round the client was sent; moves on to the last one that is closed.</param>
    /// <returns>Empty when nothing did.</returns>
    public ReadOnlyMemory<byte> Changes(ref long since)
    {
        long closed = samples.Closed;
        if (since == closed) return default;
        lock (gate)
        {
            if (last.Since != since || last.UpTo != closed) last = Build(since);
            since = last.UpTo;
            return last.Frame;
        }
    }

    private (long Since, long UpTo, ReadOnlyMemory<byte> Frame) Build(long since)
    {
        changes.Clear();
        long? upTo;
        while ((upTo = samples.CopyChanges(since, wanted, changes)) is null) wanted = samples.Select(selection.Wants);
        return (since, upTo.Value, changes.Count == 0 ? default : LiveFrame.Of(changes));
    }
}
