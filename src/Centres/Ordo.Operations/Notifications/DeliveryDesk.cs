using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms;
using Ordo.Operations.Notifications.Channels;

namespace Ordo.Operations.Notifications;

/// <param name="Kind">Kind of channel.</param>
/// <param name="Channel">Name of the channel; <c>null</c> when it is gone, or when a rule reached nobody.</param>
/// <param name="Step">Step of the rule, from 0.</param>
/// <param name="Count">Alarms it tells of.</param>
/// <param name="AlarmIds">The first of them.</param>
/// <param name="Title">Of a message that a system sent; <c>null</c> for alarms and reports.</param>
public sealed record DeliveryItem(
    long Id, string? Kind, string? Channel, string Recipient, string Address, int Step, bool IsTest, DeliveryState State, int Priority, int Count, IReadOnlyList<long> AlarmIds,
    DateTimeOffset Created, DateTimeOffset NotBefore, int Attempts, DateTimeOffset? Finished, string? Answer, string? Title);

/// <summary>Who was told of one alarm, and who will be.</summary>
/// <param name="NextStep">When the next step is due if nobody acknowledges.</param>
public sealed record AlarmNotices(IReadOnlyList<AlarmNotice> Deliveries, DateTimeOffset? NextStep);

/// <param name="Channel">Kind of channel.</param>
/// <param name="Step">Step of the rule, from 0.</param>
/// <param name="Time">When it was sent, failed, or is to be sent.</param>
public sealed record AlarmNotice(string Recipient, string? Channel, int Step, DeliveryState State, DateTimeOffset Time);

/// <param name="Version">The ETag; 0 before anything was entered.</param>
public sealed record ContactItem(long AccountId, string Name, string UserName, string? Email, string? Phone, bool MayEdit, int Version);

public sealed record ContactDraft(string? Email = null, string? Phone = null);

/// <summary>What was sent, and how people are reached.</summary>
internal sealed class DeliveryDesk(OrdoDbContext database, AccessDirectory access, Outbox outbox, TimeProvider clock)
{
    public async Task<PageOf<DeliveryItem>> ListAsync(DeliveryState? state, long? alarm, string? search, Paging paging, Caller caller, CancellationToken cancellation)
    {
        IQueryable<Delivery> rows = Visible(caller);
        if (state is { } wanted) rows = rows.Where(d => d.State == wanted);
        if (alarm is { } alarmId) rows = rows.Where(d => database.Set<DeliveryAlarm>().Any(a => a.DeliveryId == d.Id && a.AlarmId == alarmId));
        PageOf<Delivery> page = await rows.Containing(search, d => d.Recipient, d => d.Address).OrderByDescending(d => d.Id).ToPageAsync(paging, cancellation);
        return new(await ItemsAsync(page.Items, cancellation), page.Total, page.Page, page.PageSize);
    }

    /// <summary>Sends what failed or is in doubt once more; a person decided so, and it is the same message with the same key.</summary>
    public async Task RepeatAsync(long id, Caller caller, CancellationToken cancellation)
    {
        Delivery? seen = await Visible(caller).SingleOrDefaultAsync(d => d.Id == id, cancellation);
        if (seen is null) throw new ProblemException(Problems.NotFound(new("没有这条投递记录。", "There is no such delivery.")));
        if (!caller.Has(Permissions.ConfigureNotifications, seen.AssetPath))
            throw new ProblemException(Problems.Forbidden(new("您可以查看但不能重发。", "You may read this but not send it again.")));
        int repeated = seen.ChannelId == 0 || seen.IsTest ? 0 : await database.Set<Delivery>()
            .Where(d => d.Id == id && (d.State == DeliveryState.Failed || d.State == DeliveryState.PossiblySent))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Queued).SetProperty(d => d.NotBefore, clock.GetUtcNow())
                .SetProperty(d => d.Finished, (DateTimeOffset?)null).SetProperty(d => d.Attempts, d => d.Attempts == 0 ? 1 : d.Attempts), cancellation);
        if (repeated == 0) throw new ProblemException(Problems.Conflict("not-repeatable", new("只有失败或可能已送达的投递可以重发。", "Only what failed or was possibly sent can be sent again.")));
        outbox.Wake();
    }

    /// <returns><c>null</c> when the caller may not see the alarm.</returns>
    public async Task<AlarmNotices?> OfAlarmAsync(long alarmId, Caller caller, CancellationToken cancellation)
    {
        long? assetId = await database.Set<AlarmOccurrence>().Where(a => a.Id == alarmId).Select(a => (long?)a.AssetId).SingleOrDefaultAsync(cancellation);
        if (assetId is null || !caller.Has(Permissions.ReadAlarms, await database.PathOfAsync(assetId, cancellation))) return null;
        var rows = await (
            from listed in database.Set<DeliveryAlarm>()
            where listed.AlarmId == alarmId
            join delivery in database.Set<Delivery>() on listed.DeliveryId equals delivery.Id
            orderby delivery.Id
            select delivery).AsNoTracking().ToListAsync(cancellation);
        DateTimeOffset? next = await database.Set<Notice>().Where(n => n.AlarmId == alarmId && n.Due != null).MinAsync(n => n.Due, cancellation);
        return new([.. rows.Select(d => new AlarmNotice(d.Recipient, JsonText.Word<ChannelKind>(d.ChannelId == 0 ? null : d.ChannelKind), d.Step, d.State, d.Finished ?? d.NotBefore))], next);
    }

    public async Task<IReadOnlyList<ContactItem>> ContactsAsync(string? search, Caller caller, CancellationToken cancellation)
    {
        AccessSnapshot known = await access.GetAsync(cancellation);
        IReadOnlyList<string> scopes = caller.ScopesOf(Permissions.ConfigureNotifications);
        var near = known.Accounts.Where(a => !a.Disabled && a.GrantPaths.Any(p => scopes.Any(s => ScopePaths.Intersect(s, p) is not null))).ToDictionary(a => a.Id);
        long[] ids = [.. near.Keys];
        var rows = await (
            from account in database.Set<OrdoAccount>().AsNoTracking().Where(a => ids.Contains(a.Id)).Containing(search, a => a.UserName, a => a.DisplayName)
            join contact in database.Set<Contact>() on account.Id equals contact.AccountId into contacts
            from contact in contacts.DefaultIfEmpty()
            orderby account.NormalizedUserName
            select new { account.Id, account.DisplayName, account.UserName, Contact = contact }).Take(500).ToListAsync(cancellation);
        return [.. rows.Select(r =>
        {
            // An address of somebody above the caller is not the caller's to read.
            bool mayEdit = MayEdit(near[r.Id], caller);
            return new ContactItem(r.Id, r.DisplayName, r.UserName!, mayEdit ? r.Contact?.Email : null, mayEdit ? r.Contact?.Phone : null, mayEdit, r.Contact?.Version ?? 0);
        })];
    }

    public async Task<ContactItem> OwnContactAsync(Caller caller, CancellationToken cancellation) => await ContactAsync(caller.AccountId, cancellation);

    /// <param name="accountId">Whose.</param>
    /// <param name="checkVersion">Compares the caller's version with the stored one.</param>
    public async Task<ContactItem> ChangeContactAsync(
        long accountId, ContactDraft draft, Caller caller, Func<int, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        KnownAccount? account = (await access.GetAsync(cancellation)).Account(accountId);
        bool isOwn = accountId == caller.AccountId && caller.TokenName is null;
        if (account is null || (!isOwn && !MayEdit(account, caller))) throw new ProblemException(Problems.NotFound(new("没有这个账号。", "There is no such account.")));
        (string? email, string? phone) = (Empty(draft.Email), Empty(draft.Phone));
        List<Fault> faults = [];
        if (ContactRules.FaultOfEmail(email) is { } wrongEmail) faults.Add(new("email", wrongEmail));
        if (ContactRules.FaultOfPhone(phone) is { } wrongPhone) faults.Add(new("phone", wrongPhone));
        faults.ThrowIfAny();
        Contact? contact = await database.Set<Contact>().SingleOrDefaultAsync(c => c.AccountId == accountId, cancellation);
        if (checkVersion(contact?.Version ?? 0) is { } changed) throw new ProblemException(changed);
        if (contact is null) database.Add(new Contact { AccountId = accountId, Email = email, Phone = phone });
        else
        {
            (contact.Email, contact.Phone) = (email, phone);
            contact.Version++;
        }
        try
        {
            await database.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e.IsDuplicate())
        {
            throw new ProblemException(Problems.PreconditionFailed());
        }
        return await ContactAsync(accountId, cancellation);
    }

    private async Task<ContactItem> ContactAsync(long accountId, CancellationToken cancellation)
    {
        OrdoAccount account = await database.Set<OrdoAccount>().AsNoTracking().SingleAsync(a => a.Id == accountId, cancellation);
        Contact? contact = await database.Set<Contact>().AsNoTracking().SingleOrDefaultAsync(c => c.AccountId == accountId, cancellation);
        return new(account.Id, account.DisplayName, account.UserName!, contact?.Email, contact?.Phone, true, contact?.Version ?? 0);
    }

    /// <summary>Only who is responsible for all that the account may see.</summary>
    private static bool MayEdit(KnownAccount account, Caller caller) => caller.HasEverywhere(Permissions.ConfigureNotifications)
        || (account.GrantPaths.Count > 0 && account.GrantPaths.All(path => caller.Has(Permissions.ConfigureNotifications, path)));

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private IQueryable<Delivery> Visible(Caller caller) => database.Set<Delivery>().AsNoTracking().Within(d => d.AssetPath, caller.ScopesOf(Permissions.ConfigureNotifications));

    private async Task<List<DeliveryItem>> ItemsAsync(IReadOnlyList<Delivery> rows, CancellationToken cancellation)
    {
        long[] ids = [.. rows.Select(d => d.Id)], channelIds = [.. rows.Select(d => d.ChannelId).Distinct()];
        var alarms = (await database.Set<DeliveryAlarm>().AsNoTracking().Where(a => ids.Contains(a.DeliveryId)).OrderBy(a => a.AlarmId).ToListAsync(cancellation)).ToLookup(a => a.DeliveryId, a => a.AlarmId);
        var channels = await database.Set<NotificationChannel>().Where(c => channelIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, cancellation);
        return [.. rows.Select(d => new DeliveryItem(
            d.Id, JsonText.Word<ChannelKind>(d.ChannelId == 0 ? null : d.ChannelKind), channels.GetValueOrDefault(d.ChannelId), d.Recipient, d.ChannelKind == ChannelKind.Browser ? "" : d.Address, d.Step, d.IsTest, d.State, d.Priority, d.Count,
            [.. alarms[d.Id].Take(10)], d.Created, d.NotBefore, d.Attempts, d.Finished, d.Answer, d.Title))];
    }
}
