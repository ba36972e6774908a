using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MimeKit;
using SmtpServer;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Notifications;

/// <summary>A mail server that speaks SMTP on a port of its own, by a program that is not ours; keeps what it takes.</summary>
internal sealed class MailReceiver : MessageStore, IMailboxFilter, IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public MailReceiver(int? port = null)
    {
        Port = port ?? FreePorts.Take();
        ISmtpServerOptions options = new SmtpServerOptionsBuilder().ServerName("mail.test").Endpoint(e => e.Endpoint(new(IPAddress.Loopback, Port))).Build();
        var services = new ServiceProvider();
        services.Add((IMessageStore)this);
        services.Add((IMailboxFilter)this);
        running = new SmtpServer.SmtpServer(options, services).StartAsync(stop.Token);
    }

    public int Port { get; }

    public ConcurrentQueue<MimeMessage> Mails { get; } = new();

    /// <summary>Runs when the whole message is here and before the server says so.</summary>
    public Func<Task> BeforeAnswer { get; set; } = () => Task.CompletedTask;

    /// <summary>Addresses that do not exist here.</summary>
    public HashSet<string> Unknown { get; } = [];

    public IEnumerable<string> Recipients => Mails.Select(m => ((MailboxAddress)m.To[0]).Address);

    public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(buffer.ToArray());
        Mails.Enqueue(await MimeMessage.LoadAsync(stream, cancellationToken));
        await BeforeAnswer();
        return SmtpResponse.Ok;
    }

    public Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox @from, int size, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox @from, CancellationToken cancellationToken) =>
        Task.FromResult(!Unknown.Contains($"{to.User}@{to.Host}"));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
        }
        stop.Dispose();
    }
}

/// <summary>What came over HTTP.</summary>
internal sealed record ReceivedCall(string Method, string Address, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>An HTTP receiver on a port of its own: keeps what it gets and answers as it is told.</summary>
internal sealed class HttpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private HttpReceiver(WebApplication app) => this.app = app;

    public ConcurrentQueue<ReceivedCall> Calls { get; } = new();

    public Func<HttpContext, Task> Answer { get; set; } = context => context.Response.WriteAsync("""{"errcode":0,"errmsg":"ok"}""");

    public string Address => app.Urls.First();

    public static async Task<HttpReceiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new HttpReceiver(builder.Build());
        receiver.app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            string body = await reader.ReadToEndAsync();
            receiver.Calls.Enqueue(new(
                context.Request.Method, context.Request.Path + context.Request.QueryString, body, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            await receiver.Answer(context);
        });
        await receiver.app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await app.StopAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
        }
        await app.DisposeAsync();
    }
}
