using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Limits;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>
/// <c>POST /api/v2/write</c> and <c>POST /write</c>: 204 when every line is durable. Bucket, organization, database and retention policy
/// are accepted and do not matter: there is one store.
/// </summary>
internal static class LineProtocolRoutes
{
    private static readonly string[] OtherMethods = ["GET", "HEAD", "PUT", "PATCH", "DELETE"];

    public static IServiceCollection AddLineProtocol(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(configuration.GetSection(LineProtocolOptions.Section).Get<LineProtocolOptions>() ?? new LineProtocolOptions())
        .AddSingleton<LineProtocolDesk>()
        .AddSingleton<IAuthorizationMiddlewareResultHandler, InfluxAuthorization>()
        .AddGateway<LineProtocolGateway>();

    public static void MapLineProtocol(this IEndpointRouteBuilder routes)
    {
        RefuseOthers(routes, "/api/v2/write", InfluxDialect.Version2);
        Write(routes.MapPost("/api/v2/write", WriteVersion2), InfluxDialect.Version2, "WriteLineProtocol").Produces<InfluxV2Error>(400).Produces<InfluxV2Error>(401)
            .Produces<InfluxV2Error>(403).Produces<InfluxV2Error>(404).Produces<InfluxV2Error>(413).Produces<InfluxV2Error>(415).Produces<InfluxV2Error>(422)
            .Produces<InfluxV2Error>(429).Produces<InfluxV2Error>(503);
        RefuseOthers(routes, "/write", InfluxDialect.Version1);
        Write(routes.MapPost("/write", WriteVersion1), InfluxDialect.Version1, "WriteLineProtocolV1").Produces<InfluxV1Error>(400).Produces<InfluxV1Error>(401)
            .Produces<InfluxV1Error>(403).Produces<InfluxV1Error>(413).Produces<InfluxV1Error>(415).Produces<InfluxV1Error>(429).Produces<InfluxV1Error>(503);
        routes.MapInfluxSideRoutes();
    }

    private static void RefuseOthers(IEndpointRouteBuilder routes, string path, InfluxDialect dialect) =>
        routes.MapMethods(path, OtherMethods, (HttpContext context) => RefuseMethod(context, dialect))
            .RequireAuthorization(Permissions.WriteTelemetry).WithMetadata(new InfluxRoute(dialect)).ExcludeFromDescription();

    // Any content type: clients and curl send whatever they please, and the body is line protocol all the same.
    private static RouteHandlerBuilder Write(RouteHandlerBuilder route, InfluxDialect dialect, string name) => route
        .RequireAuthorization(Permissions.WriteTelemetry).WithMetadata(new InfluxRoute(dialect)).WithName(name).WithTags("Write").Accepts<string>("text/plain", "*/*").Produces(204);

    private static Task RefuseMethod(HttpContext context, InfluxDialect dialect)
    {
        context.Response.Headers.Allow = "POST";
        return dialect.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
    }

    /// <param name="context">The request; its body is line protocol, gzip if it says so.</param>
    /// <param name="desk">Does the work.</param>
    /// <param name="caller">Who writes.</param>
    /// <param name="bucket">Required by clients' habit; any name.</param>
    /// <param name="org">Accepted, ignored.</param>
    /// <param name="precision"><c>ns</c> (default), <c>us</c>, <c>ms</c>, <c>s</c>.</param>
    private static Task WriteVersion2(HttpContext context, LineProtocolDesk desk, Caller caller, string? bucket = null, string? org = null, string? precision = null)
    {
        const InfluxDialect dialect = InfluxDialect.Version2;
        if (string.IsNullOrEmpty(bucket)) return dialect.ErrorAsync(context, StatusCodes.Status404NotFound, "bucket not found: name one, any name will do");
        return TimestampPrecision.OfVersion2(precision) is { } unit
            ? desk.WriteAsync(context, dialect, unit, caller)
            : dialect.ErrorAsync(context, StatusCodes.Status400BadRequest, "invalid precision; valid precision units are ns, us, ms, and s");
    }

    /// <param name="context">The request; its body is line protocol, gzip if it says so.</param>
    /// <param name="desk">Does the work.</param>
    /// <param name="caller">Who writes.</param>
    /// <param name="db">Required by clients' habit; any name.</param>
    /// <param name="rp">Accepted, ignored; may be empty.</param>
    /// <param name="precision"><c>n</c>, <c>ns</c> (default), <c>u</c>, <c>us</c>, <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c>.</param>
    private static Task WriteVersion1(HttpContext context, LineProtocolDesk desk, Caller caller, string? db = null, string? rp = null, string? precision = null)
    {
        const InfluxDialect dialect = InfluxDialect.Version1;
        InfluxAnswers.AddVersion(context.Response);
        context.Response.Headers["Request-Id"] = context.TraceIdentifier;
        if (string.IsNullOrEmpty(db)) return dialect.ErrorAsync(context, StatusCodes.Status400BadRequest, "database is required");
        return TimestampPrecision.OfVersion1(precision) is { } unit
            ? desk.WriteAsync(context, dialect, unit, caller)
            : dialect.ErrorAsync(context, StatusCodes.Status400BadRequest, "invalid precision; valid precision units are n, u, ms, s, m, and h");
    }
}

/// <summary>Takes write requests and answers in the dialect of the client.</summary>
internal sealed class LineProtocolDesk(LineProtocolGateway gateway, HttpIngress ingress, IngressLimits limits, TimeProvider clock)
{
    public async Task WriteAsync(HttpContext context, InfluxDialect dialect, TimestampPrecision precision, Caller caller)
    {
        Refusal refusal = ingress.TryEnter(context, out TimeSpan wait);
        if (refusal != Refusal.None)
        {
            await RefuseAsync(context, dialect, refusal, wait);
            return;
        }
        try
        {
            await ReadAsync(context, dialect, new LineRequest
            {
                Precision = precision,
                ReceivedMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
                Now = limits.Now,
                MayWrite = HttpIngress.ScopeOf(caller),
                ExpectedBytes = context.Request.ContentLength,
            });
        }
        finally
        {
            ingress.Leave();
        }
    }

    private async Task ReadAsync(HttpContext context, InfluxDialect dialect, LineRequest request)
    {
        try
        {
            Stream body = ingress.OpenBody(context);
            Sender sender = ingress.SenderOf(context);
            LineOutcome outcome = await gateway.WriteAsync(body, request, sender, context.RequestAborted);
            Report(outcome, sender);
            await (outcome.IsComplete ? dialect.OutcomeAsync(context, outcome) : RefuseAsync(context, dialect, Refusal.TooLarge, default));
        }
        catch (IngestRefusedException refused)
        {
            ingress.NoteRefused();
            await RefuseAsync(context, dialect, Refusal.Busy, refused.RetryAfter);
        }
        catch (InvalidDataException broken)
        {
            await dialect.ErrorAsync(context, StatusCodes.Status400BadRequest, broken.Message == GzipBody.CutOff ? GzipBody.CutOff : "gzip: invalid data");
        }
        catch (BadHttpRequestException bad) when (!context.RequestAborted.IsCancellationRequested)
        {
            await (bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? RefuseAsync(context, dialect, Refusal.TooLarge, default)
                : dialect.ErrorAsync(context, bad.StatusCode, "the body cannot be read"));
        }
    }

    private void Report(LineOutcome outcome, Sender sender)
    {
        LineFaults faults = outcome.Faults;
        if (!outcome.IsComplete) ingress.Log.TooLong(sender.Remote, ingress.Options.MaxBodyBytes);
        if (faults.Limited > 0) ingress.Log.Limited(sender.Remote);
        if (faults.ForbiddenSource is { } source) ingress.Log.Forbidden(sender.Remote, source);
        if (faults.BadLines + faults.Dropped > 0)
            ingress.Log.Unreadable(sender.Remote, faults.BadLines + faults.Dropped, faults.Unparsable.Count > 0 ? faults.Unparsable[0] : faults.DropReason!);
    }

    private Task RefuseAsync(HttpContext context, InfluxDialect dialect, Refusal refusal, TimeSpan wait) => refusal switch
    {
        Refusal.Encoding => dialect.ErrorAsync(context, StatusCodes.Status415UnsupportedMediaType, "unsupported content encoding; send gzip or none"),
        Refusal.TooLarge => dialect.TooLargeAsync(context, ingress.Options.MaxBodyBytes),
        Refusal.Address => dialect.LaterAsync(context, StatusCodes.Status429TooManyRequests, "this address sends more than it may", wait),
        _ => dialect.LaterAsync(context, StatusCodes.Status503ServiceUnavailable, "nothing can be stored at the moment; send the request again later", wait),
    };
}
