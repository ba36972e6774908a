using Ordo.Operations.Live;

namespace Ordo.Operations.Notifications.Channels;

/// <summary>On the live stream: a message for one person.</summary>
/// <param name="AlarmId">The worst alarm; 0 for a test.</param>
/// <param name="Key">The same message is shown once, in however many windows.</param>
public sealed record LiveNotice(string Key, string Title, string Text, int Priority, int Count, long AlarmId);

/// <summary>To the consoles that a person has open, which show it with the browser's own notifications.</summary>
internal sealed class BrowserSender(LiveHub hub) : IMessageSender
{
    public async Task<SendResult> SendAsync(OpenChannel channel, Outgoing message, Func<Task> handing, CancellationToken cancellation)
    {
        long account = long.Parse(message.Address, System.Globalization.CultureInfo.InvariantCulture);
        int consoles = hub.ConsolesOf(account);
        if (consoles == 0) return new(SendOutcome.Absent, "No console of this person is open.");
        await handing();
        hub.Tell(account, new(message.Key, message.Title, message.Text, message.Priority, message.Count, message.AlarmId));
        return new(SendOutcome.Sent, $"{consoles} open");
    }
}
