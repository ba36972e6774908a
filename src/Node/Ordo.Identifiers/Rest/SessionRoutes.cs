using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Rest;

/// <summary>State of a session of the scheme <c>Handle</c>.</summary>
/// <param name="SessionId">Whoever sends it is taken for its client.</param>
/// <param name="Nonce">16 bytes in Base64; the client signs them in front of its own.</param>
/// <param name="Authenticated">Whether it has.</param>
/// <param name="Id"><c>index:handle</c> of the client, when it is known.</param>
/// <param name="ServerAlg"><c>SHA256</c>, when the client sent a <c>cnonce</c> to see the server's signature.</param>
/// <param name="ServerSignature">By the key in the site record, over both nonces, in Base64.</param>
public sealed record HandleSession(string SessionId, string Nonce, bool Authenticated, string? Id, string? ServerAlg, string? ServerSignature);

/// <summary><c>/api/sessions</c> (notes, 11.5): open one, prove who is in it, look at it, end it.</summary>
internal static class SessionRoutes
{
    private const int MaxEntity = 16 * 1024;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/sessions", Begin).WithName("BeginHandleSession").Produces<HandleSession>(201).Produces<HandleAnswer>(400).Produces<HandleAnswer>(401).Produces<HandleAnswer>(403).Produces<HandleAnswer>(429);
        api.MapGet("/sessions/this", Show).WithName("GetHandleSession").Produces<HandleSession>().Produces<HandleAnswer>(401).Produces<HandleAnswer>(403).Produces<HandleAnswer>(429);
        api.MapPut("/sessions/this", Prove).WithName("ProveHandleSession").Produces<HandleSession>().Produces<HandleAnswer>(400).Produces<HandleAnswer>(401).Produces<HandleAnswer>(403).Produces<HandleAnswer>(429);
        api.MapDelete("/sessions/this", End).WithName("EndHandleSession").Produces(204).Produces<HandleAnswer>(401).Produces<HandleAnswer>(403).Produces<HandleAnswer>(429);
    }

    private static async Task Begin(HttpContext http, HandleCredentials credentials, RestSessions sessions)
    {
        if (await ReadAsync(http) is not { } said) return;
        CredentialCheck check = credentials.MayTake(http) ? await credentials.CheckAsync(http, said) : new(CredentialVerdict.Exposed);
        if (check.Verdict is not (CredentialVerdict.None or CredentialVerdict.Right))
        {
            await credentials.RefuseAsync(http, null, check, said);
            return;
        }

        RestSession session = sessions.Begin();
        if (check.Client is { } client) session = sessions.Prove(session, client)!;
        http.Response.Headers.Location = "/api/sessions/this";
        await WriteAsync(http, StatusCodes.Status201Created, session, await credentials.SignatureAsync(http, session, said));
    }

    private static async Task Show(HttpContext http, HandleCredentials credentials)
    {
        var said = HandleParameters.Of(http.Request);
        CredentialCheck check = await credentials.CheckAsync(http, said);
        await (check.Session is { } session ? WriteAsync(http, StatusCodes.Status200OK, session) : credentials.RefuseAsync(http, null, check, said));
    }

    private static async Task Prove(HttpContext http, HandleCredentials credentials)
    {
        if (await ReadAsync(http) is not { } said) return;
        CredentialCheck check = await credentials.CheckAsync(http, said);
        await (check is { Verdict: CredentialVerdict.Right, Session: { } session } ? WriteAsync(http, StatusCodes.Status200OK, session) : credentials.RefuseAsync(http, null, check, said));
    }

    private static async Task End(HttpContext http, HandleCredentials credentials, RestSessions sessions)
    {
        var said = HandleParameters.Of(http.Request);
        CredentialCheck check = await credentials.CheckAsync(http, said);
        if (check.Session is not { } session)
        {
            await credentials.RefuseAsync(http, null, check, said);
            return;
        }

        sessions.Close(session);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Header and entity together.</summary>
    /// <returns><c>null</c> when the entity is none, and that is answered.</returns>
    private static async Task<HandleParameters?> ReadAsync(HttpContext http)
    {
        var said = HandleParameters.Of(http.Request);
        if (http.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) is not true || http.Request.ContentLength == 0) return said;
        try
        {
            using JsonDocument entity = await HandleQuery.ReadEntityAsync(http, MaxEntity);
            return said.With(entity.RootElement);
        }
        catch (Exception bad) when (bad is BadEntityException || HandleQuery.IsNoJson(bad))
        {
            await HandleAnswers.CodeAsync(http, ResponseCode.ProtocolError, null, bad is BadEntityException ? bad.Message : "The entity is no JSON.");
            return null;
        }
    }

    private static Task WriteAsync(HttpContext http, int status, RestSession session, string? signature = null)
    {
        http.Response.Headers.CacheControl = "no-store";
        return HandleAnswers.WriteAsync(http, status, json =>
        {
            json.WriteString("sessionId", session.Id);
            json.WriteString("nonce", Convert.ToBase64String(session.Nonce));
            json.WriteBoolean("authenticated", session.Client is not null);
            if (session.Client is { Identity: var identity }) json.WriteString("id", $"{identity.Index}:{identity.Handle}");
            if (signature is null) return;
            json.WriteString("serverAlg", "SHA256");
            json.WriteString("serverSignature", signature);
        });
    }
}
