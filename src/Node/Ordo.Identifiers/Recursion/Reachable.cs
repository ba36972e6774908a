using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Serving;

namespace Ordo.Identifiers.Recursion;

/// <summary>
/// Which addresses this node goes to. A record of anybody may name any address, so a referral leads only into networks that may be referred to, and never back here.
/// </summary>
internal sealed class Reachable(RecursionOptions options, IdentifiersOptions node, Func<IPEndPoint?> udp, Func<IPEndPoint?> tcp)
{
    private const byte Query = 2, Udp = 0, Tcp = 1;
    private const int MaxSites = 4;
    private readonly NetworkList? referrals = options.Referrals;
    private readonly Lazy<HashSet<IPAddress>> own = new(() => AddressesOf(node));

    /// <summary>Whether it is this node.</summary>
    public bool IsSelf(NodeAddress address) =>
        (address.EndPoint.Port == udp()?.Port || address.EndPoint.Port == tcp()?.Port) && (IPAddress.IsLoopback(address.EndPoint.Address) || own.Value.Contains(address.EndPoint.Address));

    /// <summary>Where the sites among the values answer for a handle: all that do over UDP, then all that do over TCP.</summary>
    public IReadOnlyList<NodeAddress> Of(IEnumerable<HandleValue> values, bool derived, Octets handle)
    {
        List<NodeAddress> streams = [], datagrams = [];
        foreach (HandleValue value in values.Where(value => ServiceTypes.IsSite(value.Type, derived)).Take(MaxSites))
        {
            if (SiteInfo.Read(value.Data.Memory) is not { Servers.Count: > 0 } site) continue;
            SiteServer server = site.Servers[SiteInfo.ServerOf(handle.Span, site.Hash, site.Servers.Count)];
            IPAddress address = server.ToAddress();
            if (!MayBeReferredTo(address)) continue;
            foreach (SiteInterface door in server.Interfaces)
            {
                if ((door.Service & Query) == 0 || door.Protocol is not (Udp or Tcp) || door.Port is 0 or > 65_535) continue;
                var found = new NodeAddress(new(address, (int)door.Port), door.Protocol == Tcp);
                if (!IsSelf(found)) (found.IsTcp ? streams : datagrams).Add(found);
            }
        }

        return [.. datagrams, .. streams];
    }

    private bool MayBeReferredTo(IPAddress address)
    {
        if (referrals is not null) return referrals.Contains(address);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return !(IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.IsIPv4MappedToIPv6 || address.Equals(IPAddress.IPv6Any));
        byte[] bytes = address.GetAddressBytes();
        return bytes[0] is not (0 or 127 or >= 224) && (bytes[0], bytes[1]) != (169, 254);
    }

    private static HashSet<IPAddress> AddressesOf(IdentifiersOptions node)
    {
        HashSet<IPAddress> found = [IPAddress.Parse(node.Bind), IPAddress.Any, IPAddress.IPv6Any];
        if (node.PublicAddress is { } known) found.Add(IPAddress.Parse(known));
        foreach (NetworkInterface card in NetworkInterface.GetAllNetworkInterfaces())
            foreach (UnicastIPAddressInformation address in card.GetIPProperties().UnicastAddresses) found.Add(address.Address);
        return found;
    }
}

/// <summary>Types of values that say which node answers: for the handles of a prefix, or for prefixes under it.</summary>
internal static class ServiceTypes
{
    public static bool IsSite(Octets type, bool derived) => derived ? type.Is("HS_SITE.PREFIX"u8) : type.Is(ValueTypes.Site) || type.Is("HS_SITE.6"u8);

    /// <summary>Names a handle whose record holds the sites.</summary>
    public static bool IsService(Octets type, bool derived) => derived ? type.Is("HS_SERV.PREFIX"u8) || type.Is("HS_NA_DELEGATE"u8) : type.Is("HS_SERV"u8);

    public static bool IsAny(Octets type) => IsSite(type, false) || IsSite(type, true) || IsService(type, false) || IsService(type, true);
}
