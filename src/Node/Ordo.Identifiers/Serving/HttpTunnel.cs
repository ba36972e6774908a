using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Recursion;

namespace Ordo.Identifiers.Serving;

/// <summary>
/// The Handle protocol inside HTTP: a POST of <c>application/x-hdl-message</c> to any path outside <c>/api</c>. It stands in front of the routes because
/// the path is a handle, and in front of sign-in because the messages bring their own.
/// </summary>
internal sealed class HttpTunnel(Responder responder, Administration administration, RecursiveResolver recursion) : IStartupFilter
{
    public const string MediaType = "application/x-hdl-message";
    private const int MaxPooled = 64;
    private readonly ConcurrentBag<Scratch> pool = [];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, rest) => IsTunnelled(context.Request) ? AnswerAsync(context) : rest(context));
        next(app);
    };

    private static bool IsTunnelled(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && !request.Path.StartsWithSegments("/api")
        && MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) && type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase);

    private async Task AnswerAsync(HttpContext context)
    {
        const int largest = Envelope.Size + Envelope.MaxMessage;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = largest;
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (BadHttpRequestException bad)
        {
            context.Response.StatusCode = bad.StatusCode;
            return;
        }

        if (!pool.TryTake(out Scratch? scratch)) scratch = new();
        try
        {
            ReadOnlyMemory<byte> message = body.GetBuffer().AsMemory(0, (int)body.Length);
            IPAddress from = context.Connection.RemoteIpAddress ?? IPAddress.None;
            ReadOnlyMemory<byte> bytes = Administration.IsFor(message.Span)
                ? await administration.AnswerAsync(message.ToArray(), Transport.Http, from, scratch)
                : responder.Answer(message, Transport.Http, scratch, hereOnly: !recursion.Allows(from)) ? scratch.Response.WrittenMemory : default;
            if (scratch.Elsewhere) bytes = await recursion.AnswerAsync(message, Transport.Http);
            if (bytes.IsEmpty)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            context.Response.ContentType = MediaType;
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
        finally
        {
            if (pool.Count < MaxPooled) pool.Add(scratch);
        }
    }
}
