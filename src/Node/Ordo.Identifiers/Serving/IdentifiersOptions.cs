using System.Net;
using Microsoft.Extensions.Configuration;
using Ordo.Foundation.Modules;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Serving;

/// <summary>Configuration section <c>Identifiers</c>.</summary>
public sealed record IdentifiersOptions
{
    public const string Section = "Identifiers";

    /// <summary>Whether the node listens on its own port; the store and REST are there in any case.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>UDP and TCP port, 0 … 65,535; 0 takes free ones.</summary>
    public int Port { get; init; } = 2641;

    /// <summary>Address to listen on; the default is this machine only. Falls back to <c>Bind</c>.</summary>
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>Address that the site record tells to clients; default is <see cref="Bind"/>.</summary>
    public string? PublicAddress { get; init; }

    /// <summary>What the site record is called.</summary>
    public string SiteDescription { get; init; } = "Ordo";

    /// <summary>Serial of the site record; count it up when address or ports change.</summary>
    public ushort SiteSerial { get; init; } = 1;

    /// <summary>Threads that receive over UDP.</summary>
    public int UdpThreads { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Longest answer over UDP: who asks may have forged the address it goes to. Longer ones are asked for over TCP.</summary>
    public int MaxUdpAnswerBytes { get; init; } = 4096;

    /// <summary>Requests over UDP that one network (IPv4 /24, IPv6 /56) may send in a second; this machine may send any number. 0: no limit.</summary>
    public int UdpRequestsPerSecond { get; init; } = 5000;

    /// <summary>TCP connections at a time.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Of them from one address.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 1000;

    /// <summary>How long a connection may be silent, and how long a client may take to read its answers.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most characters of a handle that is registered; resolution accepts 2048 bytes.</summary>
    public int MaxHandleCharacters { get; init; } = 255;

    /// <summary>Code of this node, under which enterprises get their prefixes: digits and dots. The default is the one of examples; set the own one before the first enterprise is approved.</summary>
    public string NodePrefix { get; init; } = "88.999";

    /// <summary>Pages behind codes that one network (IPv4 /24, IPv6 /56) may open in a second; this machine may open any number. 0: no limit.</summary>
    public int PublicPagesPerSecond { get; init; } = 50;

    /// <summary>Address in front of the codes on labels, <c>https://id.example.cn</c>; default is the address that the label was asked for at.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Whether secret keys (HS_SECKEY as Basic password) and sessions are taken over plain HTTP too, where others may read them: for a laboratory, or behind a proxy that does not say that it speaks TLS.</summary>
    public bool SecretKeysOverHttp { get; init; }

    /// <summary>Who administers this server over the Handle protocol and its REST interface: <c>300:0.NA/88.999, 301:88.999/ADMIN</c>. They read every value, change every record that has no life of its own, and alone take prefixes home. Default is nobody.</summary>
    public string Administrators { get; init; } = "";

    /// <summary>Port of HTTPS with client certificates, 0 … 65,535; 0 takes a free one. By default there is none: a proxy in front speaks TLS, and there a client certificate ends.</summary>
    public int? HttpsPort { get; init; }

    /// <summary>PEM file with the certificate of that port and those of its issuers. Read anew when it changes.</summary>
    public string? HttpsCertificate { get; init; }

    /// <summary>PEM file with the certificate's private key; default is the certificate's own file.</summary>
    public string? HttpsKey { get; init; }

    /// <summary>Address of the primary whose handles this node copies and answers for (<c>https://primary:8080</c>); by default it is one itself.</summary>
    public Uri? Follow { get; init; }

    /// <summary>API token with which it asks the primary; its account needs the permission <c>identifiers.manage</c>.</summary>
    public string? FollowToken { get; init; }

    /// <summary>What this node is called in the primary's list of replicas.</summary>
    public string NodeName { get; init; } = Environment.MachineName;

    /// <summary>Days for which it is kept who changed records over the Handle protocol and <c>/api/handles</c>, 0 … 36,500; 0 keeps them for ever.</summary>
    public int ChangeDays { get; init; } = 400;

    /// <summary><see cref="Administrators"/> one by one.</summary>
    internal IEnumerable<ValueReference> AdministratorIdentities => AdministratorNames.Select(name => ValueReference.TryParse(name, out ValueReference identity) ? identity : default).Where(identity => identity.Handle.Length > 0);

    private string[] AdministratorNames => Administrators.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Reads and checks the configuration; every fault is reported at once.</summary>
    /// <param name="configuration">The section <c>Ordo</c>.</param>
    public static IdentifiersOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        IConfigurationSection section = configuration.GetSection(Section);
        IdentifiersOptions options = section.Get<IdentifiersOptions>() ?? new();
        if (section["Bind"] is null && configuration["Bind"] is { } bind) options = options with { Bind = bind };
        string[] faults = [.. options.Faults()];
        return faults.Length == 0 ? options : throw new SettingsRefusedException(string.Join(' ', faults));
    }

    /// <summary>Every fault of the configuration, each naming its key.</summary>
    public IEnumerable<string> Faults()
    {
        if (Port is < 0 or > 65_535) yield return $"{Section}:Port should be 0 … 65535, is {Port}.";
        if (!IPAddress.TryParse(Bind, out _)) yield return $"{Section}:Bind should be an IP address, is '{Bind}'.";
        if (PublicAddress is not null && !IPAddress.TryParse(PublicAddress, out _)) yield return $"{Section}:PublicAddress should be an IP address, is '{PublicAddress}'.";
        if (UdpThreads is < 1 or > 64) yield return $"{Section}:UdpThreads should be 1 … 64, is {UdpThreads}.";
        if (MaxUdpAnswerBytes is < 512 or > 262_144) yield return $"{Section}:MaxUdpAnswerBytes should be 512 … 262144, is {MaxUdpAnswerBytes}.";
        if (UdpRequestsPerSecond < 0) yield return $"{Section}:UdpRequestsPerSecond should not be negative, is {UdpRequestsPerSecond}.";
        if (MaxConnections < 1) yield return $"{Section}:MaxConnections should be at least 1, is {MaxConnections}.";
        if (MaxConnectionsPerAddress < 1) yield return $"{Section}:MaxConnectionsPerAddress should be at least 1, is {MaxConnectionsPerAddress}.";
        if (IdleTimeout < TimeSpan.FromSeconds(1)) yield return $"{Section}:IdleTimeout should be at least 1 s, is {IdleTimeout}.";
        if (!NodePrefix.Split('.').All(segment => segment.Length is > 0 and <= 8 && segment.All(char.IsAsciiDigit))) yield return $"{Section}:NodePrefix should be digits and dots such as 88.101, is '{NodePrefix}'.";
        if (PublicPagesPerSecond < 0) yield return $"{Section}:PublicPagesPerSecond should not be negative, is {PublicPagesPerSecond}.";
        if (PublicUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https"))) yield return $"{Section}:PublicUrl should be an http or https address, is '{url}'.";
        if (AdministratorNames.FirstOrDefault(name => !ValueReference.TryParse(name, out _)) is { } nobody) yield return $"{Section}:Administrators should be index:handle with commas between, has '{nobody}'.";
        if (HttpsPort is < 0 or > 65_535) yield return $"{Section}:HttpsPort should be 0 … 65535, is {HttpsPort}.";
        if (HttpsPort is not null && HttpsCertificate is null) yield return $"{Section}:HttpsCertificate should name a PEM file, is missing.";
        if (HttpsPort is not null && HttpsCertificate is { } certificate && !File.Exists(certificate)) yield return $"{Section}:HttpsCertificate should name a PEM file, there is none at {certificate}.";
        if (HttpsPort is not null && HttpsKey is { } key && !File.Exists(key)) yield return $"{Section}:HttpsKey should name a PEM file, there is none at {key}.";
        if (Follow is { } primary && (!primary.IsAbsoluteUri || primary.Scheme is not ("http" or "https"))) yield return $"{Section}:Follow should be an http or https address, is '{primary}'.";
        if (Follow is not null && string.IsNullOrEmpty(FollowToken)) yield return $"{Section}:FollowToken should be an API token of the primary, is missing.";
        if (NodeName.Length is 0 or > 64) yield return $"{Section}:NodeName should have 1 … 64 characters, has {NodeName.Length}.";
        if (ChangeDays is < 0 or > 36_500) yield return $"{Section}:ChangeDays should be 0 … 36500, is {ChangeDays}.";
        if (MaxHandleCharacters is < 3 or > 2048) yield return $"{Section}:MaxHandleCharacters should be 3 … 2048, is {MaxHandleCharacters}.";
    }
}
