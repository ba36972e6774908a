namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>Configuration section <c>Perception:Gateways:Line</c>; what holds for all bodies over HTTP is in <see cref="HttpIngressOptions"/>.</summary>
public sealed record LineProtocolOptions
{
    public const string Section = "Perception:Gateways:Line";

    /// <summary>Longest line, bytes. A longer one is refused and the next line read.</summary>
    public int MaxLineBytes { get; init; } = 1024 * 1024;

    /// <summary>Spellings of sources kept ready for the parser, at roughly half a kilobyte each.</summary>
    public int SourceCacheSize { get; init; } = 262_144;
}
