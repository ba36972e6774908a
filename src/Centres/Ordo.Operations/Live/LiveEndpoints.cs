using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Links;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Live;

/// <summary>The live stream over HTTP: server-sent events, as EventSource reads them.</summary>
internal static class LiveEndpoints
{
    public static void MapLive(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/live", Listen).RequireAuthorization(Permissions.ReadPark).WithName("ListenLive").WithTags("Live").OpenToLinks((request, shown) => shown.HasAll(request.Query["points"]))
            .WithSummary("Server-sent events: hello, sample, alarm, source, notice, resync")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);

    private static async Task<IResult> Listen(
        [Description("Only what lies below this asset")] long? scope,
        [Description("Only samples of these points, ids with commas between; alarms and sources come all the same")] string? points,
        HttpContext http, Caller caller, OrdoDbContext database, LiveHub hub, TimeProvider clock, IServiceScopeFactory scopes, IHostApplicationLifetime lifetime,
        CancellationToken cancellation)
    {
        if (!TryReadIds(points, out HashSet<long>? wanted))
            return Problems.BadRequest("points", new("应为以逗号分隔的点位编号。", "It must be ids of points with commas between."));
        string? root = scope is { } id ? await database.Set<Asset>().Where(a => a.Id == id).Select(a => a.Path).SingleOrDefaultAsync(cancellation) : "/";
        if (root is null || (scope is not null && !caller.Has(Permissions.ReadPark, root)))
            return Problems.NotFound(new("没有这个资产。", "There is no such asset."));
        await database.DisposeAsync(); // a stream lasts for hours; the connection is for others
        if (!hub.TryEnter())
            return Problems.Unavailable(new("实时连接过多。", "Too many live streams are open."), TimeSpan.FromSeconds(30));
        try
        {
            await StreamAsync(http, new(hub, new(caller, root, wanted), new(http, caller, scopes), http.Response, clock), lifetime.ApplicationStopping, cancellation);
        }
        finally
        {
            hub.Leave();
        }
        return Results.Empty;
    }

    private static async Task StreamAsync(HttpContext http, LiveStream stream, CancellationToken stopping, CancellationToken cancellation)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy that collects would make it late
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellation);
        try
        {
            await stream.RunAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            // The client left, took nothing for too long, or the server stops. What is half sent cannot be mended.
            if (!stopping.IsCancellationRequested) http.Abort();
        }
    }

    private static bool TryReadIds(string? text, out HashSet<long>? ids)
    {
        ids = null;
        if (string.IsNullOrEmpty(text)) return true;
        ids = [];
        foreach (string part in text.Split(','))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long id)) return false;
            ids.Add(id);
        }
        return true;
    }
}
