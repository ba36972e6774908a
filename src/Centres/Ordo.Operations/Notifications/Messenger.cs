using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Messages;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Duty;
using Ordo.Operations.Notifications.Channels;

namespace Ordo.Operations.Notifications;

/// <summary>Puts messages of systems into the outbox: one for each person and each personal channel that is switched on and reaches the asset. See docs/decisions/0074.</summary>
internal sealed class Messenger(IDbContextFactory<OrdoDbContext> databases, AccessDirectory access, DutyBoard duty, Outbox outbox, TimeProvider clock) : IMessenger
{
    public async Task<int> SendAsync(SystemMessage message, CancellationToken cancellation = default)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        if (await database.Set<Asset>().Where(asset => asset.Id == message.AssetId).Select(asset => asset.Path).SingleOrDefaultAsync(cancellation) is not { } path) return 0;
        People people = await People.ReadAsync(database, access, duty, [], now, cancellation);
        Person[] meant = [.. people.Below(path).Where(person => person.Rights.Has(message.Permission, path))];
        if (meant.Length == 0) return 0;

        List<NotificationChannel> channels = [];
        foreach (NotificationChannel channel in await database.Set<NotificationChannel>().AsNoTracking().Where(channel => channel.Enabled).ToListAsync(cancellation))
        {
            string scope = await database.PathOfAsync(channel.AssetId, cancellation);
            // A channel whose asset is gone holds nowhere; it must not turn into everywhere.
            if (channel.Kind.IsPersonal() && (channel.AssetId is null || scope != "/") && path.StartsWith(scope, StringComparison.Ordinal)) channels.Add(channel);
        }

        Delivery[] deliveries = [.. from person in meant from channel in channels where person.AddressFor(channel.Kind) is not null select Of(message, person, channel, path, now)];
        string[] keys = [.. deliveries.Select(delivery => delivery.Key)];
        HashSet<string> known = [.. await database.Set<Delivery>().Where(delivery => keys.Contains(delivery.Key)).Select(delivery => delivery.Key).ToListAsync(cancellation)];
        database.AddRange(deliveries.Where(delivery => !known.Contains(delivery.Key)));
        await database.SaveChangesAsync(cancellation);
        outbox.Wake();
        return deliveries.Select(delivery => delivery.AccountId).Distinct().Count();
    }

    private static Delivery Of(SystemMessage message, Person person, NotificationChannel channel, string path, DateTimeOffset now)
    {
        bool english = person.Language == "en";
        return new()
        {
            Key = KeyOf(message.Key, person.AccountId, channel.Id),
            ChannelId = channel.Id,
            ChannelKind = channel.Kind,
            AccountId = person.AccountId,
            Recipient = person.Name,
            Address = person.AddressFor(channel.Kind)!,
            Language = person.Language,
            Title = Cut(english ? message.Title.En : message.Title.Zh, Delivery.MaxTitleLength),
            Body = Cut(english ? message.Body.En : message.Body.Zh, Delivery.MaxBodyLength),
            Link = message.Link,
            State = DeliveryState.Queued,
            Priority = 4, // never before an alarm
            AssetPath = path,
            Created = now,
            NotBefore = now,
        };
    }

    /// <summary>The same for the same message to the same person on the same channel: the unique index refuses a double.</summary>
    private static string KeyOf(string key, long account, long channel) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{key}|{account}|{channel}"))).AsSpan(0, 16)).ToString();

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
