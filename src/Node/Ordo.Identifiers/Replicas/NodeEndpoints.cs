using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Recursion;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Serving;

namespace Ordo.Identifiers.Replicas;

/// <summary>What a node is.</summary>
public enum NodeRole
{
    Primary,
    Replica,
}

/// <summary>How a replica stands.</summary>
public enum ReplicaState
{
    /// <summary>It has what the primary has, or is coming to it.</summary>
    Following,

    /// <summary>It cannot copy now, because the primary does not answer or the disk here is full; it goes on answering from what it has, and tries again.</summary>
    Unreachable,

    /// <summary>It cannot go on by itself; the reason says what to do.</summary>
    Stopped,
}

/// <summary>This node.</summary>
/// <param name="Handles">That exist.</param>
/// <param name="LogBytes">Of all its files of handles: how far it is, as a number.</param>
public sealed record ThisNode(string Name, NodeRole Role, long Handles, long LogBytes);

/// <summary>How this replica stands to its primary.</summary>
/// <param name="BehindBytes">What the primary had more when it was last heard.</param>
/// <param name="LagSeconds">Since it had everything; 0 while it has.</param>
/// <param name="Reason">Why it is not following.</param>
public sealed record FollowedPrimary(string Address, ReplicaState State, long BehindBytes, double LagSeconds, DateTimeOffset? LastHeard, string? Reason);

/// <summary>A replica of this node.</summary>
/// <param name="BehindBytes">What it has not asked for yet.</param>
/// <param name="Seen">When it last asked; one that lives asks at least every half minute.</param>
public sealed record ReplicaItem(string Name, string Address, long BehindBytes, DateTimeOffset Seen, bool IsAlive);

/// <summary>A configured node that is asked for handles of others.</summary>
/// <param name="Failed">Questions that it did not answer.</param>
/// <param name="IsSilent">It did not answer the last one.</param>
public sealed record UpstreamItem(string Address, long Answered, long Failed, DateTimeOffset? LastAnswered, bool IsSilent);

/// <summary>How handles of others are resolved for the park (递归解析), since the start.</summary>
/// <param name="FromCache">Questions of clients answered from what is kept.</param>
/// <param name="Asked">For which others were asked.</param>
/// <param name="Shared">That waited for the same question of somebody else.</param>
/// <param name="Refused">Because too many were under way, or too many nodes had handed them on.</param>
/// <param name="Answered">Questions to others that were answered.</param>
/// <param name="Silent">That were not.</param>
/// <param name="Nonsense">To which something came that was no answer.</param>
public sealed record RecursionState(
    long FromCache, long Asked, long Shared, long Refused, long Answered, long Silent, long Nonsense, int CachedHandles, long CacheBytes, long CacheLimitBytes, IReadOnlyList<UpstreamItem> Upstreams);

/// <summary>The nodes that this one knows.</summary>
/// <param name="Recursion"><c>null</c> when handles of others are not resolved.</param>
public sealed record NodeList(ThisNode Node, FollowedPrimary? Primary, IReadOnlyList<ReplicaItem> Replicas, RecursionState? Recursion);

/// <summary><c>/api/v1/identifiers/nodes</c>, and <c>…/log/{file}</c>, which replicas read.</summary>
internal static class NodeEndpoints
{
    public const string Seed = "Ordo-Log-Seed", Last = "Ordo-Log-Last", Prefixes = "Ordo-Log-Prefixes", Total = "Ordo-Log-Total";
    private const int Chunk = 4 << 20, MaxWaitSeconds = 30;
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    public static void MapNodes(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder nodes = routes.MapGroup("/api/v1/identifiers").WithTags("Identifier nodes");
        nodes.MapGet("/nodes", List).WithName("ListIdentifierNodes").RequireAuthorization(Permissions.ReadIdentifiers);
        nodes.MapGet("/public-book", Book).WithName("ReadIdentifierPublicBook").WithSummary("What pages behind codes say beside the records; replicas read it").RequireAuthorization(Permissions.ManageIdentifiers);
        // Everything is in the log, keys and private values as well.
        nodes.MapGet("/log/{file}", Read).WithName("ReadIdentifierLog").RequireAuthorization(Permissions.ManageIdentifiers).Produces<Stream>(200, "application/octet-stream").ProducesProblem(422);
    }

    private static Ok<NodeList> List(HandleStore store, Followers followers, ReplicaFollower follower, RecursiveResolver recursion, IdentifiersOptions options, TimeProvider clock)
    {
        LogPosition position = store.Position;
        return TypedResults.Ok(new NodeList(
            new(options.NodeName, options.Follow is null ? NodeRole.Primary : NodeRole.Replica, store.Count, position.Bytes), follower.State,
            [.. followers.All.Select(replica => new ReplicaItem(replica.Name, replica.Address, Math.Max(0, position.Bytes - replica.Position), replica.Seen, clock.GetUtcNow() - replica.Seen < Silence))],
            recursion.IsOn ? recursion.State : null));
    }

    private static async Task<Ok<PublicBook>> Book(NodeBook book, CancellationToken cancellation) => TypedResults.Ok(PublicBook.Of(await book.CurrentAsync(cancellation)));

    /// <summary>Frames behind an offset of a file, as they stand there; waits for some when there are none.</summary>
    /// <param name="file"><c>prefixes</c> or the number of a segment.</param>
    /// <param name="have">Bytes that the replica has in all.</param>
    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Read(
        string file, HttpContext http, HandleStore store, Followers followers, IdentifiersOptions options, TimeProvider clock, CancellationToken cancellation,
        long from = Segment.HeadSize, int wait = 0, string? replica = null, long have = 0)
    {
        int segment = -1;
        if (file != "prefixes" && !(int.TryParse(file, NumberStyles.None, CultureInfo.InvariantCulture, out segment) && segment <= store.Position.Segment))
            return Problems.Validation([("file", new Text("应为 prefixes 或已有的段号。", "Expected prefixes, or the number of a segment that exists."))]);
        if (from < Segment.HeadSize) return Problems.Validation([("from", new Text("偏移不应小于 16。", "The offset should not be less than 16."))]);
        if (replica is not null) followers.Saw(replica, $"{http.Connection.RemoteIpAddress}", have);
        byte[] buffer = new byte[Chunk];
        Task grown = store.Grown;
        int read = store.ReadLog(segment, from, buffer);
        if (read == 0 && wait > 0 && segment == store.Position.Segment)
        {
            try
            {
                await grown.WaitAsync(TimeSpan.FromSeconds(Math.Min(wait, MaxWaitSeconds)), clock, cancellation);
                read = store.ReadLog(segment, from, buffer);
            }
            catch (TimeoutException)
            {
                // Nothing new; the answer says so by being empty.
            }
        }

        LogPosition position = store.Position;
        IHeaderDictionary headers = http.Response.Headers;
        headers[Seed] = position.Seed.ToString("x16", CultureInfo.InvariantCulture);
        headers[Last] = position.Segment.ToString(CultureInfo.InvariantCulture);
        headers[Prefixes] = position.Prefixes.ToString(CultureInfo.InvariantCulture);
        headers[Total] = position.Bytes.ToString(CultureInfo.InvariantCulture);
        return TypedResults.File(buffer[..RecordFrame.WholeFrames(buffer.AsSpan(0, read))], "application/octet-stream");
    }
}
