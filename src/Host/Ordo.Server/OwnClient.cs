using System.Net;

namespace Ordo.Server;

/// <summary>With which a server asks itself.</summary>
internal static class OwnClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="address">Where the server listens; <c>[::]</c> and <c>0.0.0.0</c> stand for every address, the loopback among them.</param>
    public static HttpClient To(string address)
    {
        var own = new UriBuilder(address);
        if (IPAddress.TryParse(own.Host.Trim('[', ']'), out IPAddress? ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
            own.Host = ip.Equals(IPAddress.Any) ? "127.0.0.1" : "[::1]";
        return new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = own.Uri, Timeout = Patience };
    }
}
