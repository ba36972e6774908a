using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Operations.Notifications.Channels;

/// <summary>How a message travels. Stored: never renumber, only add.</summary>
public enum ChannelKind : byte
{
    /// <summary>To each person's e-mail address, over SMTP.</summary>
    Email = 1,

    /// <summary>To each person's telephone number, through an SMS gateway's HTTP interface (短信).</summary>
    Sms = 2,

    /// <summary>One message to a program that listens for it.</summary>
    Webhook = 3,

    /// <summary>One message to a group, through a robot of WeCom (企业微信).</summary>
    WeCom = 4,

    /// <summary>One message to a group, through a robot of DingTalk (钉钉).</summary>
    DingTalk = 5,

    /// <summary>One message to a group, through a robot of Feishu (飞书).</summary>
    Feishu = 6,

    /// <summary>To each person's open consoles, as a notification of the browser.</summary>
    Browser = 7,
}

public static class ChannelKinds
{
    /// <summary>Each recipient gets a message of their own; on the others one message goes to all who listen there.</summary>
    public static bool IsPersonal(this ChannelKind kind) => kind is ChannelKind.Email or ChannelKind.Sms or ChannelKind.Browser;

    /// <summary>Speaks HTTP with an address and a body of its own.</summary>
    public static bool IsTemplate(this ChannelKind kind) => kind is ChannelKind.Sms or ChannelKind.Webhook;

    public static bool IsRobot(this ChannelKind kind) => kind is ChannelKind.WeCom or ChannelKind.DingTalk or ChannelKind.Feishu;
}

/// <summary>A way by which people are told (通知渠道).</summary>
public sealed class NotificationChannel
{
    public const int MaxNameLength = 64;

    public long Id { get; init; }

    public ChannelKind Kind { get; init; }

    public required string Name { get; set; }

    /// <summary>Usable for alarms of this asset and below; <c>null</c> is everywhere.</summary>
    public long? AssetId { get; set; }

    public bool Enabled { get; set; }

    /// <summary>Of messages that go to a group: <c>zh-CN</c> or <c>en</c>. A person's message is in the person's language.</summary>
    public string Language { get; set; } = "zh-CN";

    /// <summary><see cref="ChannelSettings"/> as JSON; nothing secret.</summary>
    public required string Settings { get; set; }

    /// <summary>Password of the mail account, token in a robot's address, key of a gateway; enciphered with the keys in the data folder.</summary>
    public string? Secret { get; set; }

    /// <summary>What a robot's signature is made with; enciphered.</summary>
    public string? SigningSecret { get; set; }

    /// <summary>Raised by one at each change: the ETag.</summary>
    public int Version { get; set; } = 1;
}

/// <summary>Security of a connection to a mail server.</summary>
public enum MailSecurity
{
    /// <summary>Begins in the clear and goes on enciphered, or not at all.</summary>
    StartTls,

    /// <summary>Enciphered from the first byte.</summary>
    Tls,

    /// <summary>In the clear; without a password, and only to targets the server's owner allowed.</summary>
    None,
}

/// <summary>What kind of body a template makes: it decides how what is filled in is escaped.</summary>
public enum TemplateFormat
{
    Json,
    Form,
    Text,
}

/// <summary>Everything about a channel that is not secret; which members count depends on the kind.</summary>
/// <param name="Host">Of the mail server.</param>
/// <param name="Port">Of the mail server.</param>
/// <param name="Security">Of the connection to the mail server.</param>
/// <param name="UserName">Account on the mail server; without it nobody signs in.</param>
/// <param name="From">Sender: <c>ordo@park.cn</c> or <c>Ordo &lt;ordo@park.cn&gt;</c>.</param>
/// <param name="Address">URL of a webhook, gateway or robot; may hold placeholders, for robots the part before the token.</param>
/// <param name="Method"><c>POST</c>, <c>PUT</c> or <c>GET</c>.</param>
/// <param name="Format">Of the body.</param>
/// <param name="Body">Template of the body.</param>
/// <param name="Headers">Templates of further headers.</param>
/// <param name="SuccessContains">The answer must hold this text to count as taken; for gateways that answer 200 to everything.</param>
public sealed record ChannelSettings(
    string? Host = null, int? Port = null, MailSecurity Security = MailSecurity.StartTls, string? UserName = null, string? From = null,
    string? Address = null, string Method = "POST", TemplateFormat Format = TemplateFormat.Json, string? Body = null,
    IReadOnlyDictionary<string, string>? Headers = null, string? SuccessContains = null)
{
    /// <summary>Where a secret would go. A secret is never sent to another place than the one it was entered for.</summary>
    internal (string?, int?, string?) Target => (Host, Port, Address);
}

internal sealed class NotificationChannelTable : IEntityTypeConfiguration<NotificationChannel>
{
    public void Configure(EntityTypeBuilder<NotificationChannel> builder)
    {
        builder.ToTable("operations_channel");
        builder.IsAudited("channel", c => c.Name, c => c.AssetId);
        builder.Property(c => c.Name).HasMaxLength(NotificationChannel.MaxNameLength);
        builder.Property(c => c.Language).HasMaxLength(8);
        builder.Property(c => c.Secret).IsSecret();
        builder.Property(c => c.SigningSecret).IsSecret();
        builder.Property(c => c.Version).IsConcurrencyToken();
    }
}
