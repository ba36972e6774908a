using System.Collections.ObjectModel;

namespace Ordo.Perception.Sources;

/// <summary>What people have said about a source; immutable.</summary>
public sealed record SourceProfile
{
    public static readonly SourceProfile Unclaimed = new();

    public string NameZh { get; init; } = "";

    public string NameEn { get; init; } = "";

    /// <summary>The asset it was claimed for; <c>null</c> while it is unclaimed.</summary>
    public SourceAsset? Asset { get; init; }

    /// <summary>Code of the source template it was claimed with.</summary>
    public string? Template { get; init; }

    /// <summary>Expected period between messages, 1 … 604,800 s; <c>null</c> lets the server learn it.</summary>
    public int? HeartbeatSeconds { get; init; }

    /// <summary>Settings of its gateway, secrets included; see <see cref="Gateways.SourceSetting"/>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Raised by one at each edit: the ETag.</summary>
    public int Version { get; init; } = 1;

    internal static SourceProfile Of(SourceProfileRow row, SourceAsset? asset, SourceSecrets secrets) =>
        new()
        {
            NameZh = row.NameZh,
            NameEn = row.NameEn,
            Asset = asset,
            Template = row.Template,
            HeartbeatSeconds = row.HeartbeatSeconds,
            Settings = secrets.Settings(row),
            Version = row.Version,
        };

    /// <summary>A setting, or <c>null</c> where the gateway's default holds.</summary>
    public string? Setting(string name) => Settings.GetValueOrDefault(name);
}
