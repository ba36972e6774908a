using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ordo.Foundation.Access.Links;

/// <summary>Which routes a link opens: those that say so, for what the page shows. Every other route is closed to it.</summary>
public static class LinkAccess
{
    private static readonly object Key = typeof(OpenLink);

    /// <summary>No page asks for more: the longest period of a board, a day of clocks that differ, and a day of rounding.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromDays(32);

    /// <summary>Opens a route to links.</summary>
    /// <param name="builder">The route; it reads and changes nothing.</param>
    /// <param name="allows">Whether this request asks for no more than the page shows.</param>
    public static TBuilder OpenToLinks<TBuilder>(this TBuilder builder, Func<HttpRequest, LinkContent, bool> allows)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new LinkDoor(allows));

    /// <summary>Whether a request reads no further back than a page does.</summary>
    public static bool IsRecent(this HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        DateTimeOffset now = request.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        return DateTimeOffset.TryParse(request.Query["from"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset from) && from >= now - Reach;
    }

    /// <summary>The link of this request, or <c>null</c> when an account or a token asks.</summary>
    public static OpenLink? FindLink(this HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Items.TryGetValue(Key, out object? link) ? (OpenLink?)link : null;
    }

    internal static void SetLink(this HttpContext http, OpenLink link) => http.Items[Key] = link;

    /// <summary>Whether the request may pass: it is no link's, or its route is open to links and asks for what is shown.</summary>
    internal static bool Admits(HttpContext http) =>
        http.FindLink() is not { } link || (http.GetEndpoint()?.Metadata.GetMetadata<LinkDoor>() is { } door && door.Allows(http.Request, link.Content));

    private sealed record LinkDoor(Func<HttpRequest, LinkContent, bool> Allows);
}
