using Ordo.Foundation.Points;

namespace Ordo.Perception.Sources;

/// <summary>A source as lists show it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Gateway">Short name of the gateway.</param>
/// <param name="Key">The device's own identity.</param>
/// <param name="NameZh">Chinese name; <c>null</c> until somebody gives it one.</param>
/// <param name="NameEn">English name.</param>
/// <param name="AssetId">The asset it is claimed for; <c>null</c> while it is unclaimed.</param>
/// <param name="AssetNameZh">Chinese name of that asset.</param>
/// <param name="AssetNameEn">English name of that asset.</param>
/// <param name="Template">Code of the template it was claimed with.</param>
/// <param name="State">Whether it still sends.</param>
/// <param name="FirstSeen">First message; <c>null</c> before it.</param>
/// <param name="LastSeen">Last message.</param>
/// <param name="Remote">Address and port of the last message.</param>
/// <param name="HeartbeatSeconds">How often it speaks, as configured or learned; an assumption until something was learned.</param>
/// <param name="Frames">Messages understood.</param>
/// <param name="Samples">Samples stored.</param>
/// <param name="Errors">Messages that could not be read.</param>
/// <param name="Refused">Messages not accepted.</param>
/// <param name="Version">The ETag.</param>
public record SourceItem(
    int Id, string Gateway, string Key, string? NameZh, string? NameEn, long? AssetId, string? AssetNameZh, string? AssetNameEn, string? Template,
    SourceState State, DateTimeOffset? FirstSeen, DateTimeOffset? LastSeen, string? Remote, int HeartbeatSeconds,
    long Frames, long Samples, long Errors, long Refused, int Version)
{
    /// <summary>The period shown, seconds, at least 1.</summary>
    internal static int HeartbeatOf(Source source) =>
        (int)Math.Max(1, ((source.HeartbeatMs == 0 ? Heartbeat.UnknownMs : source.HeartbeatMs) + 500) / 1000);

    internal static DateTimeOffset? Time(long milliseconds) => milliseconds == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    internal static string? OrNull(string text) => text.Length == 0 ? null : text;

    public static SourceItem Of(Source source)
    {
        ArgumentNullException.ThrowIfNull(source);
        SourceProfile profile = source.Profile;
        return new(
            source.Id, source.Gateway, source.Key, OrNull(profile.NameZh), OrNull(profile.NameEn), profile.Asset?.Id, profile.Asset?.NameZh, profile.Asset?.NameEn,
            profile.Template, source.State, Time(source.FirstSeenMs), Time(source.LastSeenMs), source.Remote, HeartbeatOf(source),
            source.FrameCount, source.SampleCount, source.ErrorCount, source.RefusedCount, profile.Version);
    }
}

/// <summary>One source with its settings.</summary>
public sealed record SourceDetail : SourceItem
{
    internal SourceDetail(Source source, IReadOnlySet<string> secrets)
        : base(Of(source))
    {
        ConfiguredHeartbeatSeconds = source.Profile.HeartbeatSeconds;
        Settings = source.Profile.Settings.Where(s => !secrets.Contains(s.Key)).ToDictionary();
        SecretsSet = [.. source.Profile.Settings.Keys.Where(secrets.Contains)];
    }

    /// <summary>The period somebody decided on; <c>null</c> while it is learned.</summary>
    public int? ConfiguredHeartbeatSeconds { get; }

    /// <summary>Settings of the gateway that differ from its defaults.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Names of the secrets that are set; their values are never given out.</summary>
    public IReadOnlyList<string> SecretsSet { get; }
}

/// <summary>What somebody wants to know of a source.</summary>
/// <param name="NameZh">0 … 200 characters.</param>
/// <param name="NameEn">0 … 200 characters.</param>
/// <param name="AssetId">The asset it belongs to; <c>null</c> gives it up.</param>
/// <param name="HeartbeatSeconds">1 … 604,800; <c>null</c> lets the server learn it.</param>
/// <param name="Template">Code of a template; left out, it stays.</param>
/// <param name="Settings">Settings to change, secrets among them; an empty or <c>null</c> value goes back to the default, one left out stays.</param>
public sealed record SourceEdit(
    string? NameZh, string? NameEn, long? AssetId, int? HeartbeatSeconds = null, string? Template = null, IReadOnlyDictionary<string, string?>? Settings = null);

/// <summary>One frame of the log.</summary>
/// <param name="Id">Ascending.</param>
/// <param name="Time">When it arrived or was sent.</param>
/// <param name="Direction">In: from the source.</param>
/// <param name="Text">As sent, secrets blotted out.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="Reason">Why, where something was wrong or odd.</param>
/// <param name="Samples">Samples it brought.</param>
public sealed record FrameItem(long Id, DateTimeOffset Time, FrameDirection Direction, string Text, Verdict Verdict, string? Reason, int Samples);

/// <summary>A template as the console offers it.</summary>
public sealed record SourceTemplateItem(string Code, string NameZh, string NameEn, string Gateway, IReadOnlyList<string> Channels);

/// <summary>A point to be made of a channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Code">Unique within the asset.</param>
/// <param name="NameZh">1 … 200 characters.</param>
/// <param name="NameEn">0 … 200 characters.</param>
/// <param name="Quantity">Code of the quantity.</param>
/// <param name="Unit">Code of the unit that the source sends, times scale plus offset.</param>
/// <param name="Decimals">Decimals shown.</param>
/// <param name="Scale">Shown value = raw value × scale + offset.</param>
/// <param name="Limits">In the unit of the point.</param>
/// <param name="LastValue">Newest raw value, in a proposal.</param>
/// <param name="Include">Whether the point is wanted.</param>
public sealed record ClaimPoint(
    string Channel, string Code, string NameZh, string NameEn, string Quantity, string Unit, int? Decimals = null, double Scale = 1, double Offset = 0,
    PointLimits? Limits = null, double? LastValue = null, bool Include = true);

/// <summary>The points that fit a source.</summary>
/// <param name="Template">Code of the template they come from.</param>
/// <param name="Points">The template's first.</param>
public sealed record ClaimProposal(string Template, IReadOnlyList<ClaimPoint> Points);

/// <summary>A claim: which asset, which points.</summary>
/// <param name="AssetId">The asset.</param>
/// <param name="Points">At most 500; those that are not to be included are left out.</param>
/// <param name="Template">Code of the template.</param>
/// <param name="NameZh">Name of the source.</param>
/// <param name="NameEn">Name of the source.</param>
public sealed record SourceClaim(long AssetId, IReadOnlyList<ClaimPoint> Points, string? Template = null, string? NameZh = null, string? NameEn = null);

/// <summary>What a claim made.</summary>
public sealed record ClaimResult(int Points);

/// <summary>A command to a device.</summary>
/// <param name="Command">Code, as <c>GET /api/v1/gateways</c> lists them.</param>
/// <param name="Arguments">By name.</param>
public sealed record DeviceRequestCommand(string Command, IReadOnlyDictionary<string, string>? Arguments = null);

/// <summary>The request is on its way.</summary>
public sealed record DeviceRequestAccepted(Guid Id);

/// <summary>A request and where it stands.</summary>
public sealed record DeviceRequest(
    Guid Id, string Command, IReadOnlyDictionary<string, string> Arguments, RequestState State, string? Result, DateTimeOffset Created, DateTimeOffset? Finished, string By);

/// <summary>A gateway, with what its sources can be told.</summary>
/// <param name="Name">Short name.</param>
/// <param name="Sources">Sources the caller may see.</param>
/// <param name="Settings">Settings of its sources.</param>
/// <param name="Commands">Commands its sources understand.</param>
public sealed record GatewayItem(string Name, int Sources, IReadOnlyList<GatewaySetting> Settings, IReadOnlyList<GatewayCommand> Commands);

/// <summary>A setting of a gateway's sources.</summary>
public sealed record GatewaySetting(string Name, string LabelZh, string LabelEn, string ExpectedZh, string ExpectedEn, bool Secret);

/// <summary>A command of a gateway's sources.</summary>
public sealed record GatewayCommand(string Command, string NameZh, string NameEn, IReadOnlyList<GatewayArgument> Arguments);

/// <summary>An argument of a command.</summary>
public sealed record GatewayArgument(string Name, string LabelZh, string LabelEn, bool Required, string ExpectedZh, string ExpectedEn, bool Secret);
