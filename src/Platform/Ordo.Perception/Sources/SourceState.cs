namespace Ordo.Perception.Sources;

/// <summary>Whether a source still sends, judged by its own heartbeat period.</summary>
public enum SourceState
{
    Offline,
    Online,
}

/// <summary>A source went silent or came back.</summary>
/// <param name="SourceId">Number of the source.</param>
/// <param name="State">The new state.</param>
/// <param name="LastSeen">When it last sent.</param>
/// <param name="AssetId">The asset it is claimed for, or <c>null</c>.</param>
/// <param name="AssetPath">Path of that asset, for scope checks.</param>
public readonly record struct SourceStateChange(int SourceId, SourceState State, DateTimeOffset LastSeen, long? AssetId, string? AssetPath);

/// <summary>The asset a source is claimed for, as lists and scope checks need it.</summary>
public sealed record SourceAsset(long Id, string Path, string NameZh, string NameEn);
