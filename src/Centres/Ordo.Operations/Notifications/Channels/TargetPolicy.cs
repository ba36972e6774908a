using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ordo.Foundation;
using Ordo.Foundation.Modules;

namespace Ordo.Operations.Notifications.Channels;

/// <summary>The target may not be connected to; the message says which setting would allow it.</summary>
public sealed class TargetRefusedException(Text reason) : Exception(reason.En)
{
    public Text Reason { get; } = reason;
}

/// <summary>
/// Where channels may connect to. Judged on the address that is really connected to, after the name was resolved, so that a name cannot be pointed
/// at the control network later. Public addresses are open to enciphered connections; everything else must be listed by who runs the server.
/// </summary>
public sealed class TargetPolicy
{
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // ::/8 holds ::, ::1 and the embeddings of IPv4; 64:ff9b and 2002 lead back to IPv4 addresses.
            "::/8", "64:ff9b::/32", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    private readonly List<Entry> entries = [];

    public TargetPolicy(NotificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (string text in options.AllowedTargets) entries.Add(Entry.Parse(text));
    }

    /// <summary>What is wrong with a target whose host is an address in the text; names are judged when they are resolved.</summary>
    public Text? FaultOf(string host, int port, bool enciphered)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (IsListed(host, port)) return null;
        return IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) ? FaultOf(host, port, address, enciphered)
            : enciphered ? null : NotEnciphered(host, port);
    }

    /// <summary>Opens a connection to a target that is allowed.</summary>
    /// <exception cref="TargetRefusedException">It is not.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, bool enciphered, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(host);
        bool byName = IsListed(host, port);
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, cancellation);
        Text? fault = null;
        Exception? failure = null;
        foreach (IPAddress address in addresses)
        {
            if (!byName && FaultOf(host, port, address, enciphered) is { } refused)
            {
                fault ??= refused;
                continue;
            }

            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, port, cancellation);
                return socket;
            }
            catch (Exception e)
            {
                socket.Dispose();
                if (e is not SocketException) throw;
                failure = e;
            }
        }
        throw failure ?? (fault is { } reason ? new TargetRefusedException(reason) : new SocketException((int)SocketError.HostNotFound));
    }

    private Text? FaultOf(string host, int port, IPAddress address, bool enciphered)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (entries.Any(entry => entry.Matches(address, port))) return null;
        if (!Array.Exists(Special, network => network.Contains(address))) return enciphered ? null : NotEnciphered(host, port);
        return new(
            $"{host}:{port}（{address}）不是公网地址，须由服务器管理员在 Operations:Notification:AllowedTargets 中列出。",
            $"{host}:{port} ({address}) is not a public address; whoever runs the server must list it in Operations:Notification:AllowedTargets.");
    }

    private static Text NotEnciphered(string host, int port) => new(
        $"到 {host}:{port} 的连接未加密，须由服务器管理员在 Operations:Notification:AllowedTargets 中列出。",
        $"The connection to {host}:{port} is not enciphered; whoever runs the server must list it in Operations:Notification:AllowedTargets.");

    private bool IsListed(string host, int port) => entries.Any(entry => entry.Matches(host, port));

    private sealed record Entry(string? Name, IPNetwork? Network, int? Port)
    {
        public static Entry Parse(string text)
        {
            string host = text.Trim();
            int? port = null;
            int colon = host.LastIndexOf(':');
            if (colon > 0 && (host.IndexOf(':') == colon || host[colon - 1] == ']')
                && int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                (host, port) = (host[..colon], number);
            host = host.Trim('[', ']');
            if (IPNetwork.TryParse(host, out IPNetwork network)) return new(null, network, port);
            if (IPAddress.TryParse(host, out IPAddress? address)) return new(null, new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128), port);
            string name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
            return Uri.CheckHostName(name) == UriHostNameType.Dns ? new(host, null, port)
                : throw new SettingsRefusedException($"Operations:Notification:AllowedTargets holds '{text}'; expected a host name, *.domain, an address or a network such as 10.1.0.0/16, with :port if only that one.");
        }

        public bool Matches(string host, int port) => (Port ?? port) == port && Name is not null
            && (Name.StartsWith("*.", StringComparison.Ordinal) ? host.EndsWith(Name[1..], StringComparison.OrdinalIgnoreCase) : host.Equals(Name, StringComparison.OrdinalIgnoreCase));

        public bool Matches(IPAddress address, int port) => (Port ?? port) == port && Network is { } network && network.Contains(address);
    }
}
