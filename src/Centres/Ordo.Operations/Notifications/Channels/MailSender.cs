using System.Globalization;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Ordo.Operations.Notifications.Channels;

/// <summary>E-mail over SMTP (RFC 5321) with MailKit; the connection is opened by the <see cref="TargetPolicy"/>.</summary>
public sealed class MailSender(TargetPolicy targets) : IMessageSender
{
    public async Task<SendResult> SendAsync(OpenChannel channel, Outgoing message, Func<Task> handing, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(handing);
        // In a closed network nobody answers for revocation lists; the chain and the name are judged all the same.
        using var client = new Client { CheckCertificateRevocation = false };
        try
        {
            await OpenAsync(client, channel, cancellation);
        }
        catch (Exception e) when (e is not TargetRefusedException)
        {
            return BeforeHanding(e, cancellation);
        }

        await handing();
        try
        {
            string answer = await client.SendAsync(MessageOf(channel.Settings, message), cancellation);
            await LeaveAsync(client);
            return new(SendOutcome.Sent, answer);
        }
        catch (SmtpCommandException e)
        {
            // The server said so itself, so nothing was taken. RFC 5321 §4.2.1: 4xx is transient, 5xx permanent.
            return new((int)e.StatusCode < 500 ? SendOutcome.NotNow : SendOutcome.Refused, $"{(int)e.StatusCode} {e.Message}");
        }
        catch (Exception e) when (e is SmtpProtocolException or IOException or SocketException or OperationCanceledException or ServiceNotConnectedException)
        {
            // Until the server has accepted the recipient no message follows.
            return client.IsRecipientAccepted ? new(SendOutcome.InDoubt, Describe(e)) : new(SendOutcome.NotNow, Describe(e));
        }
    }

    private async Task OpenAsync(Client client, OpenChannel channel, CancellationToken cancellation)
    {
        ChannelSettings settings = channel.Settings;
        (string host, int port) = (settings.Host!, settings.Port!.Value);
        Socket socket = await targets.ConnectAsync(host, port, settings.Security != MailSecurity.None, cancellation);
        await client.ConnectAsync(socket, host, port, settings.Security switch
        {
            MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
            MailSecurity.StartTls => SecureSocketOptions.StartTls, // refuses a server that does not offer it, so nobody can take it away on the wire
            _ => SecureSocketOptions.None,
        }, cancellation);
        if (settings.UserName is { Length: > 0 } userName) await client.AuthenticateAsync(userName, channel.Secret ?? "", cancellation);
    }

    private static SendResult BeforeHanding(Exception e, CancellationToken cancellation) => e switch
    {
        AuthenticationException => new(SendOutcome.Refused, $"The mail server does not accept the account: {e.Message}"),
        SslHandshakeException => new(SendOutcome.Refused, $"The mail server's certificate is not trusted, or its TLS does not fit: {FirstLine(e.Message)}"),
        NotSupportedException => new(SendOutcome.Refused, $"The mail server does not offer what the channel asks for: {e.Message}"),
        OperationCanceledException when cancellation.IsCancellationRequested => new(SendOutcome.NotNow, "The mail server did not answer in time."),
        _ => new(SendOutcome.NotNow, Describe(e)),
    };

    private static MimeMessage MessageOf(ChannelSettings settings, Outgoing message)
    {
        MailboxAddress from = MailboxAddress.Parse(settings.From!);
        var mail = new MimeMessage
        {
            Subject = message.Title,
            Date = message.Time,
            MessageId = $"{message.Key}@{from.Domain}",
            Body = BodyOf(message),
            Importance = message.Priority <= 2 ? MessageImportance.High : MessageImportance.Normal,
        };
        mail.From.Add(from);
        mail.To.Add(new MailboxAddress(message.Recipient, message.Address));
        mail.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834: no out-of-office answers
        mail.Headers.Add("X-Ordo-Delivery", message.Key);
        mail.Headers.Add("X-Ordo-Alarms", message.Count.ToString(CultureInfo.InvariantCulture));
        return mail;
    }

    private static MimeEntity BodyOf(Outgoing message)
    {
        var text = new TextPart("plain") { Text = message.Link is null ? message.Text : $"{message.Text}\n\n{message.Link}" };
        if (message.Attachment is not { } file) return text;
        return new Multipart("mixed")
        {
            text,
            new MimePart(file.ContentType)
            {
                Content = new MimeContent(new MemoryStream(file.Content.ToArray(), writable: false)),
                ContentDisposition = new(ContentDisposition.Attachment),
                ContentTransferEncoding = ContentEncoding.Base64,
                FileName = file.Name,
            },
        };
    }

    /// <summary>It was taken; a server that then hangs must not make a success a failure.</summary>
    private static async Task LeaveAsync(Client client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await client.DisconnectAsync(quit: true, limit.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ProtocolException or SocketException)
        {
        }
    }

    private static string Describe(Exception e) => e is OperationCanceledException ? "The mail server did not answer in time." : FirstLine(e.GetBaseException().Message);

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();

    /// <summary>Knows how far the conversation has come.</summary>
    private sealed class Client : SmtpClient
    {
        public bool IsRecipientAccepted { get; private set; }

        protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => IsRecipientAccepted = true;
    }
}
