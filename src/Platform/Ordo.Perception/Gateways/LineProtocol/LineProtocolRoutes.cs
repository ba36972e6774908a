using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
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
        MapWrite(routes, "/api/v2/write", WriteVersion2, InfluxDialect.Version2, "WriteLineProtocol").Produces<InfluxV2Error>(400).Produces<InfluxV2Error>(401)
            .Produces<InfluxV2Error>(403).Produces<InfluxV2Error>(404).Produces<InfluxV2Error>(413).Produces<InfluxV2Error>(415).Produces<InfluxV2Error>(422)
            .Produces<InfluxV2Error>(429).Produces<InfluxV2Error>(503);
        MapWrite(routes, "/write", WriteVersion1, InfluxDialect.Version1, "WriteLineProtocolV1").Produces<InfluxV1Error>(400).Produces<InfluxV1Error>(401)
            .Produces<InfluxV1Error>(403).Produces<InfluxV1Error>(413).Produces<InfluxV1Error>(415).Produces<InfluxV1Error>(429).Produces<InfluxV1Error>(503);
        routes.MapInfluxSideRoutes();
    }

    private static RouteHandlerBuilder MapWrite(IEndpointRouteBuilder routes, string path, Delegate handler, InfluxDialect dialect, string name)
    {
        routes.MapMethods(path, OtherMethods, (HttpContext context) => RefuseMethod(context, dialect))
            .RequireAuthorization(Permissions.WriteTelemetry).WithMetadata(new InfluxRoute(dialect)).ExcludeFromDescription();
        return routes.MapPost(path, handler).RequireAuthorization(Permissions.WriteTelemetry).WithMetadata(new InfluxRoute(dialect))
            .WithName(name).WithTags("Write").Accepts<string>("text/plain").Produces(204);
    }

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

/// <summary>Takes write requests: what can be refused is refused before the body is read.</summary>
internal sealed class LineProtocolDesk(LineProtocolGateway gateway, IngressLimits limits, LineProtocolOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Shortly = TimeSpan.FromSeconds(1);
    private int open;
    private long refusingUntil = long.MinValue;

    public async Task WriteAsync(HttpContext context, InfluxDialect dialect, TimestampPrecision precision, Caller caller)
    {
        HttpRequest http = context.Request;
        RateGate address = limits.OfAddress(Ingress.Http, context.Connection.RemoteIpAddress);
        TimeSpan now = limits.Now;
        string encoding = http.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        bool isGzip = encoding is "gzip" or "x-gzip";
        if (!isGzip && encoding is not ("" or "identity"))
        {
            await dialect.ErrorAsync(context, StatusCodes.Status415UnsupportedMediaType, "unsupported content encoding; send gzip or none");
        }
        else if (http.ContentLength > options.MaxBodyBytes)
        {
            await dialect.TooLargeAsync(context, options.MaxBodyBytes);
        }
        else if (!address.IsOpen(now))
        {
            address.CountRefused();
            await dialect.LaterAsync(context, StatusCodes.Status429TooManyRequests, "this address sends more than it may", address.Wait(now));
        }
        else if (now.Ticks < Volatile.Read(ref refusingUntil))
        {
            await RefuseAsync(context, dialect, Shortly);
        }
        else
        {
            address.Charge(now, 1, 0);
            await ReadAsync(context, dialect, isGzip, new LineRequest
            {
                Precision = precision,
                ReceivedMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
                Now = now,
                MayWrite = caller.HasEverywhere(Permissions.WriteTelemetry)
                    ? null
                    : source => source.Profile.Asset is { } asset && caller.Has(Permissions.WriteTelemetry, asset.Path),
                ExpectedBytes = http.ContentLength,
            }, address);
        }
    }

    private async Task ReadAsync(HttpContext context, InfluxDialect dialect, bool isGzip, LineRequest request, RateGate address)
    {
        try
        {
            if (Interlocked.Increment(ref open) > options.MaxConcurrentRequests)
            {
                await RefuseAsync(context, dialect, Shortly);
                return;
            }
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = options.MaxBodyBytes;
            await using GzipBody? gzip = isGzip ? new GzipBody(context.Request.Body) : null;
            var sender = new Sender(context.Connection.RemoteIpAddress is { } ip ? new System.Net.IPEndPoint(ip, context.Connection.RemotePort).ToString() : null, address);
            LineOutcome outcome = await gateway.WriteAsync(gzip ?? context.Request.Body, request, sender, context.RequestAborted);
            await (outcome.IsComplete ? dialect.OutcomeAsync(context, outcome) : dialect.TooLargeAsync(context, options.MaxBodyBytes));
        }
        catch (IngestRefusedException refused)
        {
            Volatile.Write(ref refusingUntil, (limits.Now + Shortly).Ticks);
            await RefuseAsync(context, dialect, refused.RetryAfter);
        }
        catch (InvalidDataException broken)
        {
            await dialect.ErrorAsync(context, StatusCodes.Status400BadRequest, broken.Message == GzipBody.CutOff ? GzipBody.CutOff : "gzip: invalid data");
        }
        catch (BadHttpRequestException bad) when (!context.RequestAborted.IsCancellationRequested)
        {
            await (bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? dialect.TooLargeAsync(context, options.MaxBodyBytes)
                : dialect.ErrorAsync(context, bad.StatusCode, "the body cannot be read"));
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private static Task RefuseAsync(HttpContext context, InfluxDialect dialect, TimeSpan wait) =>
        dialect.LaterAsync(context, StatusCodes.Status503ServiceUnavailable, "nothing can be stored at the moment; send the request again later", wait);
}
