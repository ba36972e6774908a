namespace Ordo.Server;

/// <summary>
/// The first request that a server answers: its own. It builds the table of routes and compiles what every request runs through, so that a server which says it is ready answers at once.
/// </summary>
internal static class FirstRequest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="address">Where the server listens; <c>[::]</c> and <c>0.0.0.0</c> stand for every address, the loopback among them.</param>
    public static async Task SendAsync(string address, CancellationToken cancellation)
    {
        var listens = new Uri(address);
        var own = new UriBuilder(listens) { Path = "/health/live" };
        if (System.Net.IPAddress.TryParse(listens.Host.Trim('[', ']'), out System.Net.IPAddress? ip) && (ip.Equals(System.Net.IPAddress.Any) || ip.Equals(System.Net.IPAddress.IPv6Any)))
            own.Host = ip.Equals(System.Net.IPAddress.Any) ? "127.0.0.1" : "[::1]";
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(own.Uri, cancellation);
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            // A server that cannot reach itself serves others all the same; the first of them waits a little.
        }
    }
}
