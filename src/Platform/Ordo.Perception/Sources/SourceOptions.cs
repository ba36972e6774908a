namespace Ordo.Perception.Sources;

/// <summary>Configuration section <c>Perception:Sources</c>.</summary>
public sealed record SourceOptions
{
    public const string Section = "Perception:Sources";

    /// <summary>Unclaimed sources remembered at most, so that invented identities cannot fill the memory. More are refused and counted.</summary>
    public int MaxUnclaimed { get; init; } = 100_000;

    /// <summary>Longest identity of a source, UTF-8 bytes.</summary>
    public int MaxKeyBytes { get; init; } = 4096;

    /// <summary>Memory of all frame logs together, MiB.</summary>
    public int FrameLogMebibytes { get; init; } = 64;

    /// <summary>How often the counters are written to the database.</summary>
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromSeconds(30);
}
