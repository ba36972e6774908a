using Microsoft.AspNetCore.Http;
using Ordo.Foundation.Access;

namespace Ordo.Foundation.Audit;

/// <summary>Who acts, as the audit trail writes it.</summary>
public sealed record Actor(string User, string? Token = null, string? Address = null)
{
    /// <summary>The server itself: first start, clean-up, upgrade.</summary>
    public static readonly Actor System = new("system");
}

/// <summary>Who acts now: the caller of the request; outside a request the server itself, unless somebody is named with <see cref="Become"/>.</summary>
public sealed class CurrentActor(IHttpContextAccessor http)
{
    private readonly AsyncLocal<Actor?> named = new();

    public Actor Value => named.Value ?? OfRequest(http.HttpContext) ?? Actor.System;

    /// <summary>For the rest of this asynchronous flow, or until disposed: a command line, a job that somebody ordered.</summary>
    public IDisposable Become(Actor actor)
    {
        var previous = new Previous(this, named.Value);
        named.Value = actor;
        return previous;
    }

    private static Actor? OfRequest(HttpContext? request)
    {
        if (request is null) return null;
        string? address = request.Connection.RemoteIpAddress?.ToString();
        return request.FindCaller() is { } caller
            ? new(caller.UserName, caller.TokenName, address)
            : Actor.System with { Address = address };
    }

    private sealed class Previous(CurrentActor current, Actor? actor) : IDisposable
    {
        public void Dispose() => current.named.Value = actor;
    }
}
