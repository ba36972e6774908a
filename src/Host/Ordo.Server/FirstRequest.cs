namespace Ordo.Server;

/// <summary>
/// The first requests that a server answers: its own. They build the table of routes, load who may do what and compile what every request runs through, so that a server which says it is ready answers
/// at once.
/// </summary>
internal static class FirstRequest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="address">Where the server listens; <c>[::]</c> and <c>0.0.0.0</c> stand for every address, the loopback among them.</param>
    public static async Task SendAsync(string address, CancellationToken cancellation)
    {
        var listens = new Uri(address);
        var own = new UriBuilder(listens);
        if (System.Net.IPAddress.TryParse(listens.Host.Trim('[', ']'), out System.Net.IPAddress? ip) && (ip.Equals(System.Net.IPAddress.Any) || ip.Equals(System.Net.IPAddress.IPv6Any)))
            own.Host = ip.Equals(System.Net.IPAddress.Any) ? "127.0.0.1" : "[::1]";
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            own.Path = "/health/live";
            using HttpResponseMessage alive = await client.GetAsync(own.Uri, cancellation);
            // With a token that nobody has: refused, after everything that a request with a good one runs through before its own work.
            own.Path = "/api/v1/points";
            using var refused = new HttpRequestMessage(HttpMethod.Get, own.Uri) { Headers = { Authorization = new("Bearer", nameof(FirstRequest)) } };
            using HttpResponseMessage refusal = await client.SendAsync(refused, cancellation);
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            // A server that cannot reach itself serves others all the same; the first of them waits a little.
        }
    }
}
