using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Messages;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Notifications;

public sealed class SqliteSystemMessageTests(SqliteDatabase database) : SystemMessageTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresSystemMessageTests(PostgresDatabase database) : SystemMessageTests(database), IClassFixture<PostgresDatabase>;

/// <summary>What a system says to an enterprise's people, from the door to the mail server.</summary>
public abstract class SystemMessageTests(TestDatabase database)
{
    [Fact]
    public async Task A_systems_message_reaches_the_people_of_the_enterprise_once_and_nobody_above()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync(database);
        await stand.PersonAsync("south-user", "enterpriseUser", "south");
        await stand.PersonAsync("north-user", "enterpriseUser", "north");
        await stand.PersonAsync("everywhere", "statistician");
        await stand.MailChannelAsync();
        var messenger = stand.Server.Services.GetRequiredService<IMessenger>();
        var message = new SystemMessage("economy-reminder-1", stand.Server.Of["south"].Asset, Permissions.FileEconomy, new("请报送月报", "The monthly form is due"), new("截止 4 月 12 日。", "Due on 12 April."), "/economy/filing?form=M1");
        Assert.Equal(1, await messenger.SendAsync(message));
        await stand.PassUntilAsync(async () => stand.Mail.Mails.Count == 1 && (await stand.DeliveriesAsync("&state=sent")).Length == 1);
        var letter = Assert.Single(stand.Mail.Mails);
        Assert.Equal("south-user@park.test", Assert.Single(stand.Mail.Recipients));
        Assert.Contains("请报送月报", letter.Subject, StringComparison.Ordinal);
        Assert.Contains("截止 4 月 12 日。", letter.TextBody, StringComparison.Ordinal);
        Assert.Contains("https://ordo.park.test/economy/filing?form=M1", letter.TextBody, StringComparison.Ordinal);

        // The same again, as after a restart between the outbox and the system's own note.
        Assert.Equal(1, await messenger.SendAsync(message));
        Assert.Equal(1, await messenger.SendAsync(message with { Key = "economy-reminder-2", Title = new("再次提醒", "Once more") }));
        await stand.PassUntilAsync(() => stand.Mail.Mails.Count == 2);
        await stand.PassAsync(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));
        Assert.Equal(2, stand.Mail.Mails.Count);
        Assert.Equal(["再次提醒", "请报送月报"], (await stand.DeliveriesAsync()).Select(delivery => delivery.GetProperty("title").GetString()));

        Assert.Equal(0, await messenger.SendAsync(message with { Key = "nobody", AssetId = 999_999 }));
        Assert.Equal(0, await messenger.SendAsync(message with { Key = "no right", Permission = Permissions.ConfigureEconomy }));
    }
}
