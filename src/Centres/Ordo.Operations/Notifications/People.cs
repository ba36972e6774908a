using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Duty;
using Ordo.Operations.Notifications.Channels;
using Ordo.Operations.Notifications.Rules;

namespace Ordo.Operations.Notifications;

/// <summary>A person who can be told.</summary>
internal sealed record Person(long AccountId, string Name, string Language, string? Email, string? Phone, Caller Rights, IReadOnlyList<(string Role, string Path)> Roles)
{
    /// <summary>Where a channel reaches this person; <c>null</c> when no such address is known.</summary>
    public string? AddressFor(ChannelKind kind) => kind switch
    {
        ChannelKind.Email => Email,
        ChannelKind.Sms => Phone,
        _ => AccountId.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}

/// <summary>Everybody who can be told, read once for a batch of alarms.</summary>
internal sealed class People
{
    private readonly Dictionary<long, Person> byId;
    private readonly Dictionary<long, IReadOnlyList<long>> onDuty;

    private People(Dictionary<long, Person> byId, Dictionary<long, IReadOnlyList<long>> onDuty) => (this.byId, this.onDuty) = (byId, onDuty);

    /// <param name="rosters">Those that steps ask for.</param>
    public static async Task<People> ReadAsync(
        OrdoDbContext database, AccessDirectory access, DutyBoard duty, IEnumerable<long> rosters, DateTimeOffset now, CancellationToken cancellation)
    {
        AccessSnapshot known = await access.GetAsync(cancellation);
        var accounts = await database.Set<OrdoAccount>().AsNoTracking().Include(a => a.Grants).Where(a => !a.Disabled).ToListAsync(cancellation);
        var contacts = await database.Set<Contact>().AsNoTracking().ToDictionaryAsync(c => c.AccountId, cancellation);
        long[] roots = [.. accounts.SelectMany(a => a.Grants).Select(g => g.AssetId).OfType<long>().Distinct()];
        var paths = await database.Set<Asset>().Where(a => roots.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.Path, cancellation);
        var people = new Dictionary<long, Person>();
        foreach (OrdoAccount account in accounts)
        {
            if (known.Account(account.Id) is not { } rights) continue;
            Contact? contact = contacts.GetValueOrDefault(account.Id);
            var roles = account.Grants.Select(g => (g.Role, Path: g.AssetId is { } id ? paths.GetValueOrDefault(id) : "/")).Where(g => g.Path is not null).Select(g => (g.Role, g.Path!)).ToList();
            people[account.Id] = new(account.Id, account.DisplayName is { Length: > 0 } name ? name : account.UserName!, account.Language, contact?.Email, contact?.Phone, rights.Caller, roles);
        }

        var duties = new Dictionary<long, IReadOnlyList<long>>();
        foreach (long roster in rosters.Distinct()) duties[roster] = await duty.OnDutyAsync(database, roster, now, cancellation);
        return new(people, duties);
    }

    public Person? Find(long accountId) => byId.GetValueOrDefault(accountId);

    /// <summary>Those with a role granted on an asset itself or below it.</summary>
    public IEnumerable<Person> Below(string assetPath) => byId.Values.Where(person => person.Roles.Any(role => role.Path.StartsWith(assetPath, StringComparison.Ordinal)));

    /// <summary>Who is meant, each once. Nobody is told of what they may not see.</summary>
    public IReadOnlyList<Person> Of(IEnumerable<RoutingRecipient> recipients, string assetPath, string permission = Permissions.ReadAlarms) =>
        [.. recipients.SelectMany(r => Of(r, assetPath)).DistinctBy(p => p.AccountId).Where(p => p.Rights.Has(permission, assetPath))];

    private IEnumerable<Person> Of(RoutingRecipient recipient, string assetPath) => recipient.Kind switch
    {
        RecipientKind.Person => byId.TryGetValue(recipient.Id ?? 0, out Person? person) ? [person] : [],
        RecipientKind.Duty => (onDuty.GetValueOrDefault(recipient.Id ?? 0) ?? []).Select(Find).OfType<Person>(),
        _ => byId.Values.Where(p => p.Roles.Any(r => r.Role == recipient.Role && assetPath.StartsWith(r.Path, StringComparison.Ordinal))),
    };
}
