using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Ordo.Foundation.Modules;

namespace Ordo.Identifiers.Recursion;

/// <summary>Whose questions this node carries on to others, and to whom (<c>Identifiers:Recursion</c>). Off by default.</summary>
public sealed record RecursionOptions
{
    public const string Section = "Identifiers:Recursion";
    private static readonly char[] Between = [',', ' '];

    public bool Enabled { get; init; }

    /// <summary>Who may have handles of others resolved: networks with commas between. The default is this machine; everybody else is told as before that the prefix is elsewhere.</summary>
    public string Networks { get; init; } = "127.0.0.0/8, ::1/128";

    /// <summary>Nodes that are asked first (top node, superior node), with commas between: <c>udp://192.0.2.10:2641</c>, <c>tcp://[2001:db8::1]</c>. None by default: then only what is delegated here is resolved.</summary>
    public string Upstreams { get; init; } = "";

    /// <summary>Networks that other nodes may refer to. By default any but those that make no sense from outside: loopback, link-local, multicast, unspecified.</summary>
    public string ReferralNetworks { get; init; } = "";

    /// <summary>Memory for answers that are kept.</summary>
    public long CacheBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>No value is kept longer, whatever its TTL says.</summary>
    public TimeSpan MaxTtl { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long "no such handle" and "nobody is responsible" are kept. That a node does not answer is kept for a sixth of it.</summary>
    public TimeSpan NegativeTtl { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many nodes may hand one question on, this one among them.</summary>
    public int MaxHops { get; init; } = 8;

    /// <summary>Questions to others for one of a client.</summary>
    public int MaxQuestions { get; init; } = 16;

    /// <summary>Handles that are being asked for at a time; who comes beyond is told that the node is busy.</summary>
    public int MaxParallel { get; init; } = 256;

    /// <summary>How long one node has to answer. Over UDP it is asked again twice in that time.</summary>
    public TimeSpan QuestionTimeout { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How long a client waits at most.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="SettingsRefusedException">With every fault of the configuration.</exception>
    internal static RecursionOptions Read(IConfiguration configuration)
    {
        RecursionOptions options = configuration.GetSection(Section).Get<RecursionOptions>() ?? new();
        string[] faults = [.. options.Faults()];
        return faults.Length == 0 ? options : throw new SettingsRefusedException(string.Join(' ', faults));
    }

    internal IEnumerable<string> Faults()
    {
        foreach (string word in Words(Networks).Where(word => NetworkOf(word) is null)) yield return $"{Section}:Networks: '{word}' is neither an address nor a network such as 10.0.0.0/8.";
        foreach (string word in Words(ReferralNetworks).Where(word => NetworkOf(word) is null)) yield return $"{Section}:ReferralNetworks: '{word}' is neither an address nor a network such as 10.0.0.0/8.";
        foreach (string word in Words(Upstreams).Where(word => NodeAddress.Parse(word) is null)) yield return $"{Section}:Upstreams: '{word}' should be udp:// or tcp://, an IP address and perhaps a port.";
        if (CacheBytes < 64 * 1024) yield return $"{Section}:CacheBytes should be at least 65536, is {CacheBytes}.";
        if (MaxTtl < TimeSpan.Zero) yield return $"{Section}:MaxTtl should not be negative, is {MaxTtl}.";
        if (NegativeTtl < TimeSpan.Zero || NegativeTtl > TimeSpan.FromHours(1)) yield return $"{Section}:NegativeTtl should be 0 … 1 h, is {NegativeTtl}.";
        if (MaxHops is < 1 or > 32) yield return $"{Section}:MaxHops should be 1 … 32, is {MaxHops}.";
        if (MaxQuestions is < 1 or > 64) yield return $"{Section}:MaxQuestions should be 1 … 64, is {MaxQuestions}.";
        if (MaxParallel is < 1 or > 10_000) yield return $"{Section}:MaxParallel should be 1 … 10000, is {MaxParallel}.";
        if (QuestionTimeout < TimeSpan.FromMilliseconds(10) || QuestionTimeout > TimeSpan.FromMinutes(1)) yield return $"{Section}:QuestionTimeout should be 10 ms … 1 min, is {QuestionTimeout}.";
        if (Patience < QuestionTimeout || Patience > TimeSpan.FromMinutes(1)) yield return $"{Section}:Patience should be QuestionTimeout … 1 min, is {Patience}.";
    }

    internal IReadOnlyList<NodeAddress> UpstreamNodes => [.. Words(Upstreams).Select(NodeAddress.Parse).OfType<NodeAddress>()];

    internal NetworkList Allowed => new([.. Words(Networks).Select(NetworkOf).OfType<IPNetwork>()]);

    internal NetworkList? Referrals => Words(ReferralNetworks) is { Length: > 0 } words ? new([.. words.Select(NetworkOf).OfType<IPNetwork>()]) : null;

    private static string[] Words(string setting) => setting.Split(Between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IPNetwork? NetworkOf(string word)
    {
        if (IPNetwork.TryParse(word, out IPNetwork network)) return network;
        return IPAddress.TryParse(word, out IPAddress? address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
    }
}

/// <summary>Networks, of which an address is in one or in none.</summary>
internal sealed class NetworkList(IReadOnlyList<IPNetwork> networks)
{
    public bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (IPNetwork network in networks)
            if (network.Contains(address)) return true;
        return false;
    }
}

/// <summary>Where another node listens.</summary>
internal sealed record NodeAddress(IPEndPoint EndPoint, bool IsTcp)
{
    private const int UsualPort = 2641;

    /// <returns><c>null</c> when it is none. Names are not looked up: a resolver that waits for another one hangs with it.</returns>
    public static NodeAddress? Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("udp" or "tcp") || uri.PathAndQuery.Trim('/').Length > 0 || uri.UserInfo.Length > 0) return null;
        return IPAddress.TryParse(uri.Host.Trim('[', ']'), out IPAddress? address) ? new(new(address, uri.Port <= 0 ? UsualPort : uri.Port), uri.Scheme == "tcp") : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsTcp ? "tcp" : "udp")}://{EndPoint}");
}
