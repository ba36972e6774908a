using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Duty;
using Ordo.Operations.Notifications.Channels;

namespace Ordo.Operations.Notifications.Rules;

/// <param name="AssetId">Alarms of this asset and below; <c>null</c> is everywhere.</param>
/// <param name="Steps">The first at once, each further one so many minutes after the alarm rose if nobody acknowledged.</param>
public sealed record RuleDraft(string Name, IReadOnlyList<RoutingStep> Steps, long? AssetId = null, bool Enabled = true, RoutingConditions? Conditions = null);

/// <param name="Warnings">What is worth a second look but is no fault.</param>
/// <param name="Version">The ETag.</param>
public sealed record RuleItem(
    long Id, string Name, long? AssetId, string? AssetNameZh, string? AssetNameEn, bool Enabled, RoutingConditions Conditions, IReadOnlyList<RoutingStep> Steps, IReadOnlyList<string> Warnings, int Version);

/// <summary>Rules as people write them.</summary>
internal sealed class RuleDesk(OrdoDbContext database, ChannelDesk channels, AccessDirectory access, NotificationService notifications, TimeProvider clock)
{
    private const int MaxSteps = 6, MaxRecipients = 30, MaxChannels = 10, MaxMinutes = 24 * 60;
    private const double MinMinutes = 0.1;

    public async Task<IReadOnlyList<RuleItem>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        List<RuleRow> rows = await Visible(caller).OrderBy(r => r.Rule.Name).ThenBy(r => r.Rule.Id).ToListAsync(cancellation);
        return [.. rows.Select(ItemOf)];
    }

    public async Task<RuleItem> GetAsync(long id, Caller caller, CancellationToken cancellation) => ItemOf(await RowAsync(id, caller, cancellation));

    public async Task<RuleItem> AddAsync(RuleDraft draft, Caller caller, CancellationToken cancellation)
    {
        await CheckAsync(draft, caller, cancellation);
        var rule = new RoutingRule { Name = "", Conditions = "{}", Steps = "[]" };
        Apply(rule, draft);
        database.Add(rule);
        await database.SaveChangesAsync(cancellation);
        notifications.Wake();
        return await GetAsync(rule.Id, caller, cancellation);
    }

    public async Task<RuleItem> ChangeAsync(long id, RuleDraft draft, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        RoutingRule rule = await EditableAsync(id, caller, checkVersion, cancellation);
        await CheckAsync(draft, caller, cancellation);
        Apply(rule, draft);
        rule.Version++;
        await database.SaveChangesAsync(cancellation);
        notifications.Wake();
        return await GetAsync(id, caller, cancellation);
    }

    public async Task DeleteAsync(long id, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        database.Remove(await EditableAsync(id, caller, checkVersion, cancellation));
        await database.SaveChangesAsync(cancellation);
        notifications.Wake();
    }

    private void Apply(RoutingRule rule, RuleDraft draft)
    {
        if (draft.Enabled && !rule.Enabled) rule.ActiveFrom = clock.GetUtcNow();
        (rule.Name, rule.AssetId, rule.Enabled) = (draft.Name.Trim(), draft.AssetId, draft.Enabled);
        (rule.Conditions, rule.Steps) = (JsonText.Of(draft.Conditions ?? new()), JsonText.Of(draft.Steps));
    }

    private async Task CheckAsync(RuleDraft draft, Caller caller, CancellationToken cancellation)
    {
        List<Fault> faults = [];
        faults.CheckText("name", draft.Name, RoutingRule.MaxNameLength, required: true);
        (string path, Fault? place) = await database.PlaceAsync(draft.AssetId, Permissions.ConfigureNotifications, caller, cancellation);
        if (place is { } fault) faults.Add(fault);
        CheckConditions(faults, draft.Conditions ?? new());
        if (draft.Steps.Count is < 1 or > MaxSteps) faults.Add(new("steps", $"应有 1–{MaxSteps} 级。", $"It must have 1 to {MaxSteps} steps."));
        var known = await channels.Rows().ToListAsync(cancellation);
        AccessSnapshot accounts = await access.GetAsync(cancellation);
        for (int i = 0; i < draft.Steps.Count; i++)
        {
            RoutingStep step = draft.Steps[i];
            double before = i == 0 ? -1 : draft.Steps[i - 1].AfterMinutes;
            if (i == 0 && step.AfterMinutes != 0) faults.Add(new("steps[0].afterMinutes", "第一级应为 0 分钟。", "The first step has 0 minutes."));
            else if (i > 0 && (!(step.AfterMinutes >= before + MinMinutes) || step.AfterMinutes > MaxMinutes))
                faults.Add(new($"steps[{i}].afterMinutes", $"应比上一级的 {before} 分钟至少晚 {MinMinutes} 分钟，至多 {MaxMinutes} 分钟。", $"It must be at least {MinMinutes} more than the {before} minutes of the step before, and at most {MaxMinutes}."));
            CheckChannels(faults, $"steps[{i}]", step, known, path, caller);
            await CheckRecipientsAsync(faults, $"steps[{i}]", step, accounts, caller, cancellation);
        }
        faults.ThrowIfAny();
    }

    /// <summary>Who is told over what, wherever somebody may say so: faults about a place's channels and recipients.</summary>
    internal async Task CheckTargetsAsync(List<Fault> faults, string at, RoutingStep step, string path, Caller caller, CancellationToken cancellation)
    {
        CheckChannels(faults, at, step, await channels.Rows().ToListAsync(cancellation), path, caller);
        await CheckRecipientsAsync(faults, at, step, await access.GetAsync(cancellation), caller, cancellation);
    }

    private static void CheckConditions(List<Fault> faults, RoutingConditions conditions)
    {
        if (conditions.Priorities?.Any(p => p is < 1 or > 4) == true) faults.Add(new("conditions.priorities", "应为 1–4。", "They must be 1 to 4."));
        if (conditions.Systems?.FirstOrDefault(s => !AlarmSystem.All.Contains(s)) is { } unknown)
            faults.Add(new("conditions.systems", $"没有系统“{unknown}”；可用：{string.Join('、', AlarmSystem.All)}。", $"There is no system '{unknown}'; there are {string.Join(", ", AlarmSystem.All)}."));
        if (conditions.Quiet is not { } quiet) return;
        foreach (var (field, text) in (ReadOnlySpan<(string, string)>)[("from", quiet.From), ("to", quiet.To)])
            if (!TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                faults.Add(new($"conditions.quiet.{field}", $"应为 HH:mm，如 22:00；现为“{text}”。", $"It must be HH:mm such as 22:00; it is '{text}'."));
        if (quiet.From == quiet.To) faults.Add(new("conditions.quiet.to", "起止时间不能相同。", "Beginning and end must differ."));
        if (quiet.Days?.Any(d => d is < 1 or > 7) == true) faults.Add(new("conditions.quiet.days", "应为 1（周一）–7（周日）。", "They must be 1 (Monday) to 7 (Sunday)."));
        if (quiet.UrgentPriority is < 0 or > 4) faults.Add(new("conditions.quiet.urgentPriority", "应为 0–4。", "It must be 0 to 4."));
    }

    private static void CheckChannels(List<Fault> faults, string at, RoutingStep step, List<ChannelRow> known, string path, Caller caller)
    {
        if (step.ChannelIds.Count is < 1 or > MaxChannels) faults.Add(new($"{at}.channelIds", $"应选 1–{MaxChannels} 个渠道。", $"Choose 1 to {MaxChannels} channels."));
        foreach (long id in step.ChannelIds)
        {
            ChannelRow? channel = known.Find(c => c.Channel.Id == id && ChannelDesk.IsUsableBy(c, caller));
            if (channel is null) faults.Add(new($"{at}.channelIds", $"没有渠道 {id}。", $"There is no channel {id}."));
            else if (!path.StartsWith(channel.Path, StringComparison.Ordinal) && !channel.Path.StartsWith(path, StringComparison.Ordinal))
                faults.Add(new($"{at}.channelIds", $"渠道“{channel.Channel.Name}”不用于该资产。", $"The channel '{channel.Channel.Name}' is not for that asset."));
        }
        bool isPersonal = step.ChannelIds.Any(id => known.Find(c => c.Channel.Id == id)?.Channel.Kind.IsPersonal() == true);
        if (isPersonal && step.Recipients.Count == 0) faults.Add(new($"{at}.recipients", "邮件、短信和浏览器渠道需要接收人。", "E-mail, SMS and browser need recipients."));
    }

    private async Task CheckRecipientsAsync(List<Fault> faults, string at, RoutingStep step, AccessSnapshot accounts, Caller caller, CancellationToken cancellation)
    {
        string field = $"{at}.recipients";
        if (step.Recipients.Count > MaxRecipients) faults.Add(new(field, $"最多 {MaxRecipients} 项。", $"At most {MaxRecipients}."));
        foreach (RoutingRecipient recipient in step.Recipients.Take(MaxRecipients))
        {
            bool exists = recipient.Kind switch
            {
                RecipientKind.Person => accounts.Account(recipient.Id ?? 0) is { Disabled: false } account
                    && account.GrantPaths.Any(p => caller.ScopesOf(Permissions.ReadPark).Any(s => ScopePaths.Intersect(s, p) is not null)),
                RecipientKind.Role => Roles.Find(recipient.Role ?? "") is not null,
                _ => await RosterIsUsableAsync(recipient.Id ?? 0, caller, cancellation),
            };
            if (!exists) faults.Add(new(field, $"没有接收人 {recipient.Kind} {recipient.Id}{recipient.Role}。", $"There is no recipient {recipient.Kind} {recipient.Id}{recipient.Role}."));
        }
    }

    private async Task<bool> RosterIsUsableAsync(long id, Caller caller, CancellationToken cancellation)
    {
        Roster? roster = await database.Set<Roster>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellation);
        if (roster is null) return false;
        string path = await database.PathOfAsync(roster.AssetId, cancellation);
        return caller.ScopesOf(Permissions.ConfigureNotifications).Any(scope => ScopePaths.Intersect(scope, path) is not null);
    }

    private async Task<RuleRow> RowAsync(long id, Caller caller, CancellationToken cancellation) =>
        await Visible(caller).SingleOrDefaultAsync(r => r.Rule.Id == id, cancellation) ?? throw new ProblemException(Problems.NotFound(new("没有这条通知规则。", "There is no such rule.")));

    private async Task<RoutingRule> EditableAsync(long id, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        await RowAsync(id, caller, cancellation);
        RoutingRule rule = await database.Set<RoutingRule>().SingleAsync(r => r.Id == id, cancellation);
        return checkVersion(rule.Version) is { } changed ? throw new ProblemException(changed) : rule;
    }

    private IQueryable<RuleRow> Visible(Caller caller) => (
        from rule in database.Set<RoutingRule>().AsNoTracking()
        join asset in database.Set<Asset>() on rule.AssetId equals (long?)asset.Id into assets
        from asset in assets.DefaultIfEmpty()
        select new RuleRow { Rule = rule, Asset = asset }).Within(row => row.Asset!.Path, caller.ScopesOf(Permissions.ConfigureNotifications));

    private static RuleItem ItemOf(RuleRow row)
    {
        var conditions = JsonText.Read<RoutingConditions>(row.Rule.Conditions);
        var steps = JsonText.Read<List<RoutingStep>>(row.Rule.Steps);
        List<Text> warnings = [];
        bool isUrgent = conditions.Priorities is not { Count: > 0 } priorities || priorities.Any(p => p <= 2);
        // A message may be lost in the moment the server is killed, or lie in a pocket unheard: an urgent alarm needs somebody else who hears of it.
        if (isUrgent && steps.Count < 2) warnings.Add(new("紧急告警没有升级步骤：若第一级无人回应，不会再通知任何人。", "Urgent alarms have no further step: when nobody reacts to the first, nobody else is told."));
        return new(row.Rule.Id, row.Rule.Name, row.Rule.AssetId, row.Asset?.NameZh, row.Asset?.NameEn, row.Rule.Enabled, conditions, steps, [.. warnings.Select(w => w.ToString())], row.Rule.Version);
    }
}

/// <summary>A rule with its asset.</summary>
internal sealed class RuleRow
{
    public required RoutingRule Rule { get; init; }

    public Asset? Asset { get; init; }
}
