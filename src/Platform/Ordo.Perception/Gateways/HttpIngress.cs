using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Ordo.Foundation.Access;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways;

/// <summary>Configuration section <c>Perception:Http</c>: what holds for every route that takes samples.</summary>
public sealed record HttpIngressOptions
{
    public const string Section = "Perception:Http";

    /// <summary>Longest body after decompression, bytes. It is stored while it is read, so its length costs no memory.</summary>
    public long MaxBodyBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Samples held at most for one request before they are written.</summary>
    public int MaxBatchSamples { get; init; } = 65_536;

    /// <summary>Requests read at the same time. More are told to come back before their body is read.</summary>
    public int MaxConcurrentRequests { get; init; } = 256;

    /// <summary>Faults named in an answer; all are counted.</summary>
    public int MaxReportedFaults { get; init; } = 20;
}

/// <summary>Why a request is refused before its body is read.</summary>
internal enum Refusal
{
    None,

    /// <summary>415: a content encoding other than gzip.</summary>
    Encoding,

    /// <summary>413: the announced length.</summary>
    TooLarge,

    /// <summary>429: the address sends more than it may.</summary>
    Address,

    /// <summary>503: the store refused a moment ago, or too many requests are being read.</summary>
    Busy,
}

/// <summary>Who sends over HTTP.</summary>
/// <param name="Remote">Address and port, for the list of sources.</param>
/// <param name="Gate">How much the address may send.</param>
internal sealed record Sender(string? Remote, RateGate Gate);

/// <summary>The door for samples over HTTP: what can be refused is refused before the body is read.</summary>
internal sealed class HttpIngress(IngressLimits limits, HttpIngressOptions options, HttpIngressLog log)
{
    private static readonly TimeSpan Shortly = TimeSpan.FromSeconds(1);
    private int open;
    private long refusingUntil = long.MinValue;

    public HttpIngressOptions Options => options;

    public HttpIngressLog Log => log;

    /// <summary>Lets a request in, or says why not. Who was let in must <see cref="Leave"/>.</summary>
    /// <param name="context">The request; its body is not touched.</param>
    /// <param name="wait">When refused for now: how long the client should wait.</param>
    public Refusal TryEnter(HttpContext context, out TimeSpan wait)
    {
        wait = Shortly;
        if (EncodingOf(context.Request) is not ("" or "identity" or "gzip" or "x-gzip")) return Refusal.Encoding;
        if (context.Request.ContentLength > options.MaxBodyBytes)
        {
            log.TooLong(SenderOf(context).Remote, options.MaxBodyBytes);
            return Refusal.TooLarge;
        }
        RateGate address = limits.OfAddress(Ingress.Http, context.Connection.RemoteIpAddress);
        TimeSpan now = limits.Now;
        if (!address.IsOpen(now))
        {
            address.CountRefused();
            log.Limited(SenderOf(context).Remote);
            wait = address.Wait(now);
            return Refusal.Address;
        }
        if (now.Ticks < Volatile.Read(ref refusingUntil)) return Refusal.Busy;
        if (Interlocked.Increment(ref open) > options.MaxConcurrentRequests)
        {
            Leave();
            return Refusal.Busy;
        }
        address.Charge(now, 1, 0);
        return Refusal.None;
    }

    public void Leave() => Interlocked.Decrement(ref open);

    /// <summary>The store refuses: for a moment nobody's body is read.</summary>
    public void NoteRefused() => Volatile.Write(ref refusingUntil, (limits.Now + Shortly).Ticks);

    /// <summary>The body, inflated when it is compressed. Its reader bounds its length.</summary>
    public Stream OpenBody(HttpContext context)
    {
        // What comes in is never longer than what comes out, up to a few bytes a member.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = options.MaxBodyBytes;
        return EncodingOf(context.Request) is "gzip" or "x-gzip" ? new GzipBody(context.Request.Body) : context.Request.Body;
    }

    public Sender SenderOf(HttpContext context)
    {
        IPAddress? address = context.Connection.RemoteIpAddress;
        return new Sender(address is null ? null : new IPEndPoint(address, context.Connection.RemotePort).ToString(), limits.OfAddress(Ingress.Http, address));
    }

    /// <summary>
    /// Which sources a caller may write to: <c>null</c> when all, new ones included. A caller with a scope writes to what is claimed within it
    /// (decision 0031).
    /// </summary>
    public static Func<Source, bool>? ScopeOf(Caller caller) => caller.HasEverywhere(Permissions.WriteTelemetry)
        ? null
        : source => source.Profile.Asset is { } asset && caller.Has(Permissions.WriteTelemetry, asset.Path);

    private static string EncodingOf(HttpRequest request) => request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
}
