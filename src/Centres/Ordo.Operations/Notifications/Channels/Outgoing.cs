namespace Ordo.Operations.Notifications.Channels;

/// <summary>A message on its way to one recipient.</summary>
/// <param name="Key">The same at every attempt, so that a receiver can tell a repetition: <c>Message-ID</c>, <c>Idempotency-Key</c>.</param>
/// <param name="Title">One line: what is worst.</param>
/// <param name="Text">All of it.</param>
/// <param name="Recipient">Name of the person or group.</param>
/// <param name="Address">E-mail address or telephone number; empty on channels without.</param>
/// <param name="Mentions">Telephone numbers of people a robot calls by name.</param>
/// <param name="Priority">Of the worst alarm.</param>
/// <param name="Count">Alarms it tells of.</param>
/// <param name="AlarmId">Of the worst alarm; 0 for a test.</param>
/// <param name="Time">When it was written, in the park's time.</param>
/// <param name="Attachment">A file, for channels that carry one; the others send the text with its link.</param>
public sealed record Outgoing(
    string Key, string Title, string Text, string Recipient, string Address, IReadOnlyList<string> Mentions, int Priority, int Count, long AlarmId, DateTimeOffset Time, string? Link,
    OutgoingFile? Attachment = null);

/// <summary>A file that goes with a message.</summary>
public sealed record OutgoingFile(string Name, string ContentType, ReadOnlyMemory<byte> Content);

public enum SendOutcome
{
    /// <summary>The receiver said that it has it.</summary>
    Sent,

    /// <summary>Surely not there, and worth another attempt: nobody answered the door, too busy, out of order.</summary>
    NotNow,

    /// <summary>Surely not there, and no attempt will change that.</summary>
    Refused,

    /// <summary>It was handed over and nobody said what became of it. Never repeated: docs/decisions/0044.</summary>
    InDoubt,

    /// <summary>Nobody is there to hear it, and that is no fault.</summary>
    Absent,
}

/// <param name="Answer">What the receiver said, or what happened instead; never holds a secret.</param>
public sealed record SendResult(SendOutcome Outcome, string Answer);

/// <summary>A channel with its secrets, for the time of one message.</summary>
public sealed record OpenChannel(ChannelKind Kind, string Name, ChannelSettings Settings, string? Secret, string? SigningSecret)
{
    /// <summary>Takes secrets out of what a receiver said: some repeat the address they were called by.</summary>
    public string WithoutSecrets(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (string? secret in (string?[])[Secret, SigningSecret])
        {
            if (string.IsNullOrEmpty(secret)) continue;
            text = text.Replace(secret, "***", StringComparison.Ordinal).Replace(Uri.EscapeDataString(secret), "***", StringComparison.Ordinal);
        }
        return text;
    }
}

/// <summary>Sends over one kind of channel.</summary>
public interface IMessageSender
{
    /// <param name="channel">Where.</param>
    /// <param name="message">What.</param>
    /// <param name="handing">Awaited before the first byte of the message itself leaves: what fails before was surely not sent.</param>
    /// <param name="cancellation">The time for it is over, or the server stops.</param>
    Task<SendResult> SendAsync(OpenChannel channel, Outgoing message, Func<Task> handing, CancellationToken cancellation);
}
