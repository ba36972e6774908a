namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>Configuration section <c>Perception:Gateways:Line</c>.</summary>
public sealed record LineProtocolOptions
{
    public const string Section = "Perception:Gateways:Line";

    /// <summary>Longest line, bytes. A longer one is refused and the next line read.</summary>
    public int MaxLineBytes { get; init; } = 1024 * 1024;

    /// <summary>Longest body after decompression, bytes. It is stored while it is read, so its length costs no memory.</summary>
    public long MaxBodyBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Samples held at most for one request before they are written.</summary>
    public int MaxBatchSamples { get; init; } = 65_536;

    /// <summary>Bad lines named in an answer; all are counted.</summary>
    public int MaxReportedLines { get; init; } = 20;

    /// <summary>Requests read at the same time. More are told to come back (503) before their body is read.</summary>
    public int MaxConcurrentRequests { get; init; } = 256;

    /// <summary>Spellings of sources kept ready for the parser, at roughly half a kilobyte each.</summary>
    public int SourceCacheSize { get; init; } = 262_144;
}
