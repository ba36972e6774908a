using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Ordo.Server.Cli;
using IPNetwork = System.Net.IPNetwork;

namespace Ordo.Server.Web;

/// <summary>
/// The reverse proxies whose word about a client is believed (<c>Http:TrustedProxies</c>, addresses or CIDR networks with commas between). Sign-in and
/// ingress limits count by client address and the console's origin is compared with the host: behind a proxy all of these are its own, unless it may speak
/// for its clients. Nobody is believed by default, because whoever may say where he comes from is never limited.
/// </summary>
public static class TrustedProxies
{
    public static void UseTrustedProxies(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (Read(app.Configuration["Ordo:Http:TrustedProxies"]) is not { Length: > 0 } networks) return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null, // a chain of proxies is believed as far as each of them is trusted
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (IPNetwork network in networks) options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }

    /// <exception cref="StartRefusedException">A word is neither an address nor a network.</exception>
    public static IPNetwork[] Read(string? setting) =>
        [.. (setting ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(NetworkOf)];

    private static IPNetwork NetworkOf(string word)
    {
        if (IPNetwork.TryParse(word, out IPNetwork network)) return network;
        if (IPAddress.TryParse(word, out IPAddress? address)) return new(address, address.GetAddressBytes().Length * 8);
        throw new StartRefusedException($"Http:TrustedProxies: {word} is neither an address nor a network such as 10.0.0.0/8.");
    }
}
