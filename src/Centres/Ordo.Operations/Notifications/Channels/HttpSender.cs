using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Ordo.Operations.Notifications.Channels;

/// <summary>
/// Webhooks, SMS gateways and robots over HTTP: no redirects, no proxy of the environment, no cookies, connections only as the
/// <see cref="TargetPolicy"/> allows, a bounded answer. Not the framework's client factory, which logs addresses: a robot's address is its password.
/// </summary>
public sealed class HttpSender : IMessageSender, IDisposable
{
    private readonly HttpClient client;
    private readonly NotificationOptions options;
    private readonly TimeProvider clock;

    public HttpSender(TargetPolicy targets, NotificationOptions options, TimeProvider clock)
    {
        (this.options, this.clock) = (options, clock);
        client = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None, // a small answer cannot become a large one
            MaxResponseHeadersLength = 16,
            ConnectCallback = async (context, cancellation) => new NetworkStream(await targets.ConnectAsync(
                context.DnsEndPoint.Host, context.DnsEndPoint.Port, context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttps, cancellation), ownsSocket: true),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose() => client.Dispose();

    public async Task<SendResult> SendAsync(OpenChannel channel, Outgoing message, Func<Task> handing, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(handing);
        HttpCall call = HttpCall.Of(channel, message, clock.GetUtcNow());
        bool handed = false;
        using HttpRequestMessage request = RequestOf(call, message, async () =>
        {
            await handing();
            handed = true;
        });
        try
        {
            // Without a body everything is in the first line, and that is written when the connection stands.
            if (request.Content is null)
            {
                await handing();
                handed = true;
            }
            using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return Robots.Judge(channel, (int)answer.StatusCode, await ReadAsync(answer, cancellation));
        }
        catch (Exception e) when (RefusalIn(e) is { } refused)
        {
            throw refused;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or SocketException or AuthenticationException)
        {
            string what = e is OperationCanceledException ? "The receiver did not answer in time." : channel.WithoutSecrets(e.GetBaseException().Message);
            return new(handed && !IsBeforeRequest(e) ? SendOutcome.InDoubt : SendOutcome.NotNow, what);
        }
    }

    private static HttpRequestMessage RequestOf(HttpCall call, Outgoing message, Func<Task> handing)
    {
        var request = new HttpRequestMessage(new(call.Method), call.Address) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        // Every message on a connection of its own: the handler repeats a request by itself when a kept connection turns out to be dead, and each target is judged anew.
        request.Headers.ConnectionClose = true;
        request.Headers.UserAgent.Add(new("Ordo", "1"));
        request.Headers.TryAddWithoutValidation("Idempotency-Key", message.Key);
        foreach (var (name, value) in call.Headers) request.Headers.TryAddWithoutValidation(name, value);
        if (call.Body is not null) request.Content = new HandedContent(Encoding.UTF8.GetBytes(call.Body), call.ContentType, handing);
        return request;
    }

    private async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        byte[] buffer = new byte[options.MaxAnswerBytes];
        await using Stream body = await answer.Content.ReadAsStreamAsync(cancellation);
        int length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static TargetRefusedException? RefusalIn(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
            if (e is TargetRefusedException refused) return refused;
        return null;
    }

    private static bool IsBeforeRequest(Exception e) =>
        e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    /// <summary>A body that says when it begins to leave: until then nothing of the message has.</summary>
    private sealed class HandedContent : HttpContent
    {
        private readonly byte[] body;
        private readonly Func<Task> handing;

        public HandedContent(byte[] body, string contentType, Func<Task> handing)
        {
            (this.body, this.handing) = (body, handing);
            Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await handing();
            await stream.WriteAsync(body);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }
}
