using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Economy.Filing;
using Ordo.Economy.Indicators;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Settings;

/// <summary>Replaces shipped tables. All tables together are judged before one is kept, so that a formula can never make a circle nor a calendar lack a day.</summary>
public sealed class SettingsDesk(OrdoDbContext database)
{
    public static IReadOnlyList<string> Keys { get; } = [EconomyRules.CalendarKey, EconomyRules.DisclosureKey, EconomyRules.ChecksKey, EconomyRules.ChainsKey, EconomyRules.ReportKey, EconomyRules.LightsKey];

    /// <summary>0 while it is as shipped.</summary>
    public async Task<int> VersionAsync(string key, CancellationToken cancellation) =>
        await database.Set<EconomySetting>().Where(setting => setting.Key == key).Select(setting => (int?)setting.Version).FirstOrDefaultAsync(cancellation) ?? 0;

    public async Task PutAsync(string key, JsonElement content, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        if (!caller.HasEverywhere(Permissions.ConfigureEconomy)) throw Everywhere();
        List<EconomySetting> settings = await database.Set<EconomySetting>().ToListAsync(cancellation);
        EconomySetting? setting = settings.FirstOrDefault(each => each.Key == key);
        if (checkVersion(setting?.Version ?? 0) is { } changed) throw new ProblemException(changed);
        if (setting is null)
        {
            setting = new() { Key = key, Version = 0 };
            settings.Add(setting);
            database.Add(setting);
        }

        setting.Content = content.GetRawText();
        setting.Version++;
        Judge(settings);
        await database.SaveChangesAsync(cancellation);
    }

    public async Task ResetAsync(string key, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        if (!caller.HasEverywhere(Permissions.ConfigureEconomy)) throw Everywhere();
        List<EconomySetting> settings = await database.Set<EconomySetting>().ToListAsync(cancellation);
        if (settings.FirstOrDefault(each => each.Key == key) is not { } setting) throw new ProblemException(Problems.NotFound(new("没有改动可以撤销。", "There is no change to take back.")));
        if (checkVersion(setting.Version) is { } changed) throw new ProblemException(changed);
        settings.Remove(setting);
        Judge(settings);
        database.Remove(setting);
        await database.SaveChangesAsync(cancellation);
    }

    private static void Judge(List<EconomySetting> settings)
    {
        EconomyRules rules;
        try
        {
            rules = EconomyRules.Of(settings);
        }
        catch (FormulaException fault)
        {
            throw new ProblemException(Problems.Validation(("formula", fault.Reason)));
        }
        catch (JsonException fault)
        {
            throw new ProblemException(Problems.Validation((fault.Path is { Length: > 2 } path ? path[2..] : "", new("内容的格式不正确。", "The content has the wrong form."))));
        }

        List<(string, Foundation.Text)> faults = [];
        foreach (CalendarRule rule in rules.Calendar.Rules)
            if (rule.DeadlineDay is < 1 or > 31 || rule.DeadlineMonths is < 1 or > 12 || rule.ReleaseDays is < 0 or > 366 || rule.RemindDays is null || rule.RemindDays.Any(days => days is < 0 or > 90) || (rule.LateDays ?? []).Any(days => days is < 1 or > 365))
                faults.Add(($"rules.{rule.Form}", new("月数 1…12，日 1…31，发布 0…366 天，提前提醒 0…90 天，逾期催报 1…365 天。", "Months 1…12, day 1…31, release 0…366 days, reminders 0…90 days before and 1…365 days after.")));
        if (rules.Calendar.RemindHour is < 0 or > 23) faults.Add(("remindHour", new("应在 0 到 23 之间。", "Between 0 and 23.")));
        if (rules.Disclosure.FewestContributors is < 2 or > 20) faults.Add(("fewestContributors", new("应在 2 到 20 之间。", "Between 2 and 20.")));
        if (rules.Disclosure.LargestShare is < 50 or > 100) faults.Add(("largestShare", new("应在 50 到 100 之间。", "Between 50 and 100.")));
        if (rules.Checks.ChangeFactor < 1.1m) faults.Add(("changeFactor", new("应不小于 1.1。", "At least 1.1.")));
        foreach (FormTemplate form in FormTemplates.All)
            foreach (FormItem item in form.Items)
                if (rules.Catalogue.Find(item.Code) is not { IsDerived: false }) faults.Add(("formula", new($"{item.Code} 是报表 {form.Code} 的项目，不能改成计算指标。", $"{item.Code} is asked on form {form.Code} and cannot become a calculated one.")));
        foreach (Figures.Chain chain in rules.Chains)
            if (chain.Industries.Any(part => part.Weight is <= 0 or > 1)) faults.Add(($"chains.{chain.Code}", new("权重应大于 0、不超过 1。", "A weight lies above 0 and at most at 1.")));
        faults.AddRange(rules.Lights.Faults(rules.Catalogue));
        if (faults.Count > 0) throw new ProblemException(Problems.Validation([.. faults]));
    }

    private static ProblemException Everywhere() => new(Problems.Forbidden(new("这些表对所有园区有效，须有全部范围的权限。", "These tables hold for all parks: the permission is needed everywhere.")));
}
