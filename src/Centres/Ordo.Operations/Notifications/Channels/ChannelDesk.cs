using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Notifications.Rules;

namespace Ordo.Operations.Notifications.Channels;

/// <summary>A channel as it shall be.</summary>
/// <param name="Secret">Password, token or key; absent keeps what is there, empty takes it away.</param>
/// <param name="SigningSecret">Of a robot's signature; absent keeps what is there, empty takes it away.</param>
public sealed record ChannelDraft(
    ChannelKind Kind, string Name, ChannelSettings Settings, long? AssetId = null, bool Enabled = true, string Language = "zh-CN", string? Secret = null, string? SigningSecret = null);

/// <summary>A channel; its secrets are never shown.</summary>
/// <param name="Settings"><c>null</c> where the caller may use the channel but not change it.</param>
/// <param name="HasSecret">A secret is stored.</param>
/// <param name="HasSigningSecret">A secret for signatures is stored.</param>
/// <param name="Version">The ETag.</param>
public sealed record ChannelItem(
    long Id, ChannelKind Kind, string Name, long? AssetId, string? AssetNameZh, string? AssetNameEn, bool Enabled, string Language, ChannelSettings? Settings,
    bool HasSecret, bool HasSigningSecret, bool MayEdit, int Version);

/// <param name="To">E-mail address or telephone number, on channels that need one; default: the caller's own.</param>
public sealed record ChannelTest(string? To = null);

/// <param name="State">What became of it.</param>
/// <param name="Answer">What the receiver said, or what happened instead.</param>
public sealed record ChannelTestResult(DeliveryState State, string? Answer, double Seconds);

/// <summary>Channels as people set them up.</summary>
internal sealed class ChannelDesk(OrdoDbContext database, ChannelSecrets secrets, TargetPolicy targets, Outbox outbox, NotificationService notifications, TimeProvider clock)
{
    public async Task<IReadOnlyList<ChannelItem>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        List<ChannelRow> rows = await Rows().OrderBy(r => r.Channel.Name).ThenBy(r => r.Channel.Id).ToListAsync(cancellation);
        return [.. rows.Where(r => IsUsableBy(r, caller)).Select(r => ItemOf(r, caller))];
    }

    public async Task<ChannelItem> GetAsync(long id, Caller caller, CancellationToken cancellation) => ItemOf(await RowAsync(id, caller, cancellation), caller);

    public async Task<ChannelItem> AddAsync(ChannelDraft draft, Caller caller, CancellationToken cancellation)
    {
        var channel = new NotificationChannel { Kind = draft.Kind, Name = "", Settings = "{}" };
        await ApplyAsync(channel, draft, caller, cancellation);
        database.Add(channel);
        await database.SaveChangesAsync(cancellation);
        return await GetAsync(channel.Id, caller, cancellation);
    }

    public async Task<ChannelItem> ChangeAsync(long id, ChannelDraft draft, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        NotificationChannel channel = await EditableAsync(id, caller, checkVersion, cancellation);
        await ApplyAsync(channel, draft, caller, cancellation);
        channel.Version++;
        await database.SaveChangesAsync(cancellation);
        notifications.Wake();
        return await GetAsync(id, caller, cancellation);
    }

    public async Task DeleteAsync(long id, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        NotificationChannel channel = await EditableAsync(id, caller, checkVersion, cancellation);
        List<RoutingRule> rules = await database.Set<RoutingRule>().AsNoTracking().ToListAsync(cancellation);
        if (rules.Find(r => JsonText.Read<List<RoutingStep>>(r.Steps).Exists(s => s.ChannelIds.Contains(id))) is { } user)
            throw new ProblemException(Problems.Conflict("channel-in-use", new($"规则“{user.Name}”仍在使用该渠道。", $"The rule '{user.Name}' still uses it.")));
        database.Remove(channel);
        await database.SaveChangesAsync(cancellation);
    }

    /// <summary>A real message, now, with the receiver's real answer.</summary>
    public async Task<ChannelTestResult> TestAsync(long id, ChannelTest request, Caller caller, string language, CancellationToken cancellation)
    {
        ChannelRow row = await RowAsync(id, caller, cancellation);
        NotificationChannel channel = row.Channel;
        if (!caller.Has(Permissions.ConfigureNotifications, row.Path)) throw NotYours();
        Contact? own = await database.Set<Contact>().AsNoTracking().SingleOrDefaultAsync(c => c.AccountId == caller.AccountId, cancellation);
        string? to = string.IsNullOrWhiteSpace(request.To) ? (channel.Kind == ChannelKind.Sms ? own?.Phone : own?.Email) : request.To.Trim();
        if (channel.Kind is ChannelKind.Email or ChannelKind.Sms)
        {
            Text? fault = to is null ? new("请填写接收地址。", "Name an address to send to.") : channel.Kind == ChannelKind.Email ? ContactRules.FaultOfEmail(to) : ContactRules.FaultOfPhone(to);
            if (fault is { } reason) throw new ProblemException(Problems.Validation(("to", reason)));
        }

        DateTimeOffset now = clock.GetUtcNow();
        long begin = clock.GetTimestamp();
        Delivery sent = await outbox.SendNowAsync(new()
        {
            Key = Guid.CreateVersion7(now).ToString(),
            ChannelId = channel.Id,
            ChannelKind = channel.Kind,
            AccountId = channel.Kind.IsPersonal() ? caller.AccountId : null,
            Recipient = caller.UserName,
            Address = channel.Kind switch
            {
                ChannelKind.Email or ChannelKind.Sms => to!,
                ChannelKind.Browser => caller.AccountId.ToString(System.Globalization.CultureInfo.InvariantCulture),
                _ => "",
            },
            Language = language,
            IsTest = true,
            State = DeliveryState.Claimed,
            Priority = 4,
            Attempts = 1,
            AssetPath = row.Path,
            Created = now,
            NotBefore = now,
        }, cancellation);
        return new(sent.State, sent.Answer, Math.Round(clock.GetElapsedTime(begin).TotalSeconds, 2));
    }

    /// <summary>May change it, or stands below it in the park and may send over it.</summary>
    internal static bool IsUsableBy(ChannelRow row, Caller caller) => caller.ScopesOf(Permissions.ConfigureNotifications)
        .Any(scope => ScopePaths.Intersect(scope, row.Path) is not null);

    internal IQueryable<ChannelRow> Rows() =>
        from channel in database.Set<NotificationChannel>().AsNoTracking()
        join asset in database.Set<Asset>() on channel.AssetId equals (long?)asset.Id into assets
        from asset in assets.DefaultIfEmpty()
        select new ChannelRow { Channel = channel, Asset = asset };

    private async Task ApplyAsync(NotificationChannel channel, ChannelDraft draft, Caller caller, CancellationToken cancellation)
    {
        List<Fault> faults = ChannelRules.FaultsOf(draft, targets);
        (_, Fault? place) = await database.PlaceAsync(draft.AssetId, Permissions.ConfigureNotifications, caller, cancellation);
        if (place is { } fault) faults.Add(fault);
        if (channel.Id != 0 && draft.Kind != channel.Kind) faults.Add(new("kind", "渠道类型不能更改，请新建。", "The kind of a channel stays; make a new one."));
        bool moved = channel.Id != 0 && JsonText.Read<ChannelSettings>(channel.Settings).Target != draft.Settings.Target;
        if (moved && ((channel.Secret is not null && draft.Secret is null) || (channel.SigningSecret is not null && draft.SigningSecret is null)))
            faults.Add(new("secret", "目标地址已更改，请重新填写密钥：密钥不会发往另一个地址。", "The target was changed, so enter the secret again: it is never sent to another place than the one it was entered for."));
        if (channel.Kind.IsRobot() && string.IsNullOrEmpty(draft.Secret) && (channel.Secret is null || draft.Secret is ""))
            faults.Add(new("secret", "请填写机器人地址中的令牌。", "Enter the token from the robot's address."));
        faults.ThrowIfAny();

        (channel.Name, channel.AssetId, channel.Enabled, channel.Language) = (draft.Name.Trim(), draft.AssetId, draft.Enabled, draft.Language);
        channel.Settings = JsonText.Of(draft.Settings);
        if (draft.Secret is not null) channel.Secret = secrets.Protect(draft.Secret);
        if (draft.SigningSecret is not null) channel.SigningSecret = secrets.Protect(draft.SigningSecret);
    }

    private async Task<ChannelRow> RowAsync(long id, Caller caller, CancellationToken cancellation)
    {
        ChannelRow? row = await Rows().SingleOrDefaultAsync(r => r.Channel.Id == id, cancellation);
        return row is not null && IsUsableBy(row, caller) ? row : throw new ProblemException(Problems.NotFound(new("没有这个通知渠道。", "There is no such channel.")));
    }

    private async Task<NotificationChannel> EditableAsync(long id, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        ChannelRow row = await RowAsync(id, caller, cancellation);
        if (!caller.Has(Permissions.ConfigureNotifications, row.Path)) throw NotYours();
        NotificationChannel channel = await database.Set<NotificationChannel>().SingleAsync(c => c.Id == id, cancellation);
        return checkVersion(channel.Version) is { } changed ? throw new ProblemException(changed) : channel;
    }

    private static ProblemException NotYours() => new(Problems.Forbidden(new("您可以使用但不能修改该渠道。", "You may use this channel but not change it.")));

    private static ChannelItem ItemOf(ChannelRow row, Caller caller)
    {
        bool mayEdit = caller.Has(Permissions.ConfigureNotifications, row.Path);
        NotificationChannel c = row.Channel;
        return new(
            c.Id, c.Kind, c.Name, c.AssetId, mayEdit ? row.Asset?.NameZh : null, mayEdit ? row.Asset?.NameEn : null, c.Enabled, c.Language,
            mayEdit ? JsonText.Read<ChannelSettings>(c.Settings) : null, c.Secret is not null, c.SigningSecret is not null, mayEdit, c.Version);
    }
}

/// <summary>A channel with its asset.</summary>
internal sealed class ChannelRow
{
    public required NotificationChannel Channel { get; init; }

    public Asset? Asset { get; init; }

    public string Path => Asset?.Path ?? "/";
}

/// <summary>What a channel must satisfy by itself.</summary>
internal static class ChannelRules
{
    private const int MaxTemplate = 8_000, MaxHeaders = 20, MaxSecret = 2_000;

    /// <summary>Headers that belong to the connection or say who is asking.</summary>
    private static readonly HashSet<string> ReservedHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Content-Length", "Content-Type", "Transfer-Encoding", "Upgrade", "Expect", "Cookie", "TE", "Trailer", "Keep-Alive", "Proxy-Connection",
    };

    public static List<Fault> FaultsOf(ChannelDraft draft, TargetPolicy targets)
    {
        List<Fault> faults = [];
        faults.CheckText("name", draft.Name, NotificationChannel.MaxNameLength, required: true);
        faults.CheckText("secret", draft.Secret, MaxSecret);
        faults.CheckText("signingSecret", draft.SigningSecret, MaxSecret);
        if (draft.Language is not ("zh-CN" or "en")) faults.Add(new("language", "应为 zh-CN 或 en。", "It must be zh-CN or en."));
        if (!Enum.IsDefined(draft.Kind)) faults.Add(new("kind", "没有这种渠道。", "There is no such kind of channel."));
        else if (draft.Kind == ChannelKind.Email) CheckMail(faults, draft, targets);
        else if (draft.Kind.IsRobot()) CheckRobot(faults, draft, targets);
        else if (draft.Kind.IsTemplate()) CheckTemplate(faults, draft, targets);
        return faults;
    }

    private static void CheckMail(List<Fault> faults, ChannelDraft draft, TargetPolicy targets)
    {
        ChannelSettings s = draft.Settings;
        if (string.IsNullOrWhiteSpace(s.Host) || Uri.CheckHostName(s.Host) == UriHostNameType.Unknown) faults.Add(new("settings.host", "应为主机名或地址，如 smtp.park.cn。", "It must be a host name or an address, such as smtp.park.cn."));
        if (s.Port is null or < 1 or > 65535) faults.Add(new("settings.port", "应为 1–65535，通常是 587（STARTTLS）或 465（TLS）。", "It must be 1 to 65535, usually 587 (STARTTLS) or 465 (TLS)."));
        if (string.IsNullOrWhiteSpace(s.From) || !MailboxAddress.TryParse(s.From, out MailboxAddress? from) || ContactRules.FaultOfEmail(from.Address) is not null)
            faults.Add(new("settings.from", "应为发件地址，如 ordo@park.cn。", "It must be the sender's address, such as ordo@park.cn."));
        if (s.Security == MailSecurity.None && !string.IsNullOrEmpty(s.UserName)) faults.Add(new("settings.security", "未加密的连接不发送密码；请用 STARTTLS 或 TLS。", "No password is sent in the clear; use STARTTLS or TLS."));
        if (faults.Count == 0 && targets.FaultOf(s.Host!, s.Port!.Value, s.Security != MailSecurity.None) is { } refused) faults.Add(new("settings.host", refused));
    }

    private static void CheckRobot(List<Fault> faults, ChannelDraft draft, TargetPolicy targets)
    {
        string address = draft.Settings.Address ?? Robots.DefaultAddressOf(draft.Kind)!;
        if (address.Contains('?', StringComparison.Ordinal) || address.Contains('#', StringComparison.Ordinal))
            faults.Add(new("settings.address", "只填到问号之前；问号后的令牌填入密钥。", "Only what stands before the question mark; the token behind it goes into the secret."));
        CheckAddress(faults, address, targets);
    }

    private static void CheckTemplate(List<Fault> faults, ChannelDraft draft, TargetPolicy targets)
    {
        ChannelSettings s = draft.Settings;
        if (s.Method is not ("POST" or "PUT" or "GET")) faults.Add(new("settings.method", "应为 POST、PUT 或 GET。", "It must be POST, PUT or GET."));
        faults.CheckText("settings.address", s.Address, MaxTemplate, required: true);
        faults.CheckText("settings.body", s.Body, MaxTemplate);
        faults.CheckText("settings.successContains", s.SuccessContains, 200);
        CheckFilled(faults, "settings.address", s.Address, TemplateEscape.Url);
        if (s.Method != "GET") CheckFilled(faults, "settings.body", s.Body ?? "", HttpCall.EscapeOf(s.Format));
        if (s.Headers?.Count > MaxHeaders) faults.Add(new("settings.headers", $"最多 {MaxHeaders} 个。", $"At most {MaxHeaders}."));
        foreach (var (name, value) in s.Headers ?? new Dictionary<string, string>())
        {
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || ReservedHeaders.Contains(name))
                faults.Add(new("settings.headers", $"不能设置请求头“{name}”。", $"The header '{name}' cannot be set."));
            CheckFilled(faults, "settings.headers", value, TemplateEscape.Header);
        }

        if (s.Address is null || faults.Count > 0) return;
        // The place a message goes to must not depend on the message.
        string target = s.Address.Split("://", 2) is [_, var rest] ? rest.Split('/', '?', '#')[0] : "";
        if (target.Contains("{{", StringComparison.Ordinal)) faults.Add(new("settings.address", "主机名中不能有占位符。", "The host must not hold a placeholder."));
        CheckAddress(faults, TemplateText.Fill(s.Address, TemplateEscape.Url, TemplateText.Places), targets);
    }

    private static void CheckFilled(List<Fault> faults, string field, string? template, TemplateEscape escape)
    {
        if (template is not null && TemplateText.FaultOf(template, escape) is { } fault) faults.Add(new(field, fault));
    }

    private static void CheckAddress(List<Fault> faults, string address, TargetPolicy targets)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp) || uri.UserInfo.Length > 0)
            faults.Add(new("settings.address", "应为 http 或 https 地址，且不含用户名。", "It must be an http or https address without a user name."));
        else if (targets.FaultOf(uri.IdnHost, uri.Port, uri.Scheme == Uri.UriSchemeHttps) is { } refused)
            faults.Add(new("settings.address", refused));
    }
}
