using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Foundation.Access.Links;

/// <summary>A link as requests need it.</summary>
/// <param name="Link">Detached.</param>
/// <param name="Key">Of its signature.</param>
/// <param name="Content">What it shows now.</param>
/// <param name="Caller">Who a request with it is: nobody's account, the right to follow links, and to read where its points are.</param>
public sealed record OpenLink(ShareLink Link, byte[] Key, LinkContent Content, Caller Caller);

/// <summary>
/// Links and what they open, in memory for as long as nothing they rest on changes: a page asks many times, and what a board shows is worked out over all points.
/// A change through this server is seen by the next request; one made by another process within <see cref="AccessDirectory.MaxAge"/>.
/// </summary>
public sealed class LinkDirectory
{
    private const int MaxKnown = 1_000;
    private readonly IDbContextFactory<OrdoDbContext> database;
    private readonly AccessDirectory access;
    private readonly LinkSecrets secrets;
    private readonly Dictionary<string, ILinkTarget> targets;
    private readonly TimeProvider clock;
    private volatile Known current;

    public LinkDirectory(
        IDbContextFactory<OrdoDbContext> database, AccessDirectory access, LinkSecrets secrets, IEnumerable<ILinkTarget> targets, TimeProvider clock, Commits commits)
    {
        (this.database, this.access, this.secrets, this.clock) = (database, access, secrets, clock);
        this.targets = targets.ToDictionary(target => target.Kind);
        current = new(clock.GetTimestamp());
        HashSet<Type> sources = [typeof(ShareLink), typeof(OrdoAccount), typeof(AccountGrant), typeof(Asset), typeof(Point), .. this.targets.Values.Select(target => target.Source)];
        commits.Committed += types =>
        {
            if (types.Overlaps(sources)) current = new(clock.GetTimestamp());
        };
    }

    /// <summary>The link with this public id, also when it has expired; <c>null</c> when there is none, or nothing to show with it.</summary>
    public async Task<OpenLink?> FindAsync(string publicId, CancellationToken cancellation = default)
    {
        Known known = current;
        if (clock.GetElapsedTime(known.Began) > AccessDirectory.MaxAge || known.Links.Count > MaxKnown) current = known = new(clock.GetTimestamp());
        if (known.Links.TryGetValue(publicId, out OpenLink? open)) return open;
        open = await ReadAsync(publicId, cancellation);
        known.Links[publicId] = open;
        return open;
    }

    private async Task<OpenLink?> ReadAsync(string publicId, CancellationToken cancellation)
    {
        await using OrdoDbContext context = await database.CreateDbContextAsync(cancellation);
        if (await context.Set<ShareLink>().AsNoTracking().SingleOrDefaultAsync(link => link.PublicId == publicId, cancellation) is not { } link) return null;
        if ((await access.GetAsync(cancellation)).Account(link.AccountId) is not { Disabled: false } maker) return null;
        if (!targets.TryGetValue(link.TargetKind, out ILinkTarget? target) || secrets.Reveal(link.Key) is not { } key) return null;
        return await target.OpenAsync(link, maker.Caller, cancellation) is { } content ? new(link, key, content, CallerOf(link, maker.Caller, content)) : null;
    }

    /// <summary>Account 0, because it is not its maker who looks: nothing meant for that person goes there.</summary>
    private static Caller CallerOf(ShareLink link, Caller maker, LinkContent content)
    {
        string[] places = [.. content.Points.Select(point => point.AssetPath).Distinct()];
        var scopes = new Dictionary<string, string[]>
        {
            [Permissions.FollowLink] = ["/"],
            [Permissions.ReadTelemetry] = places,
            [Permissions.ReadPark] = content.OnMap is not null ? [.. maker.ScopesOf(Permissions.ReadPark)] : places,
        };
        return new(0, maker.UserName, link.Name, scopes);
    }

    private sealed record Known(long Began)
    {
        public ConcurrentDictionary<string, OpenLink?> Links { get; } = new(StringComparer.Ordinal);
    }
}
