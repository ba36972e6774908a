using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Identifiers.Changes;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Resolution;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Templates;

namespace Ordo.Identifiers.Rest;

/// <summary>
/// The REST interface of Handle.Net. Its clients read <c>responseCode</c> out of every entity, so these routes are open to everybody as far as the policy
/// goes and refuse in that shape themselves; who reads what is public needs no name at all.
/// </summary>
internal static class HandleRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder api = routes.MapGroup("/api").WithTags("Identifiers").AllowAnonymous();
        api.MapGet("/handles/{**handle}", Read).WithName("ResolveHandle").Produces<HandleAnswer>().Produces<HandleAnswer>(400).Produces<HandleAnswer>(401).Produces<HandleAnswer>(404);
        api.MapPost("/handles/{**handle}", ReadPosted).WithName("ResolveHandlePosted").Accepts<object>("application/json", "application/x-www-form-urlencoded", "*/*").WithSummary("The same with the parameters in the entity")
            .Produces<HandleAnswer>().Produces<HandleAnswer>(400).Produces<HandleAnswer>(401).Produces<HandleAnswer>(404);
        api.MapPut("/handles/{**handle}", Write).WithName("WriteHandle").Accepts<HandleAnswer>("application/json", "*/*").Produces<HandleAnswer>().Produces<HandleAnswer>(201)
            .Produces<HandleAnswer>(400).Produces<HandleAnswer>(401).Produces<HandleAnswer>(403).Produces<HandleAnswer>(404).Produces<HandleAnswer>(409);
        api.MapDelete("/handles/{**handle}", Delete).WithName("DeleteHandle").Produces<HandleAnswer>().Produces<HandleAnswer>(400).Produces<HandleAnswer>(401)
            .Produces<HandleAnswer>(403).Produces<HandleAnswer>(404);
        api.MapGet("/handles", List).WithName("ListHandles").Produces(200).Produces<HandleAnswer>(400).Produces<HandleAnswer>(401).Produces<HandleAnswer>(403);
        foreach (string asked in (string[])["/handles/{**handle}", "/sessions", "/sessions/this"]) api.MapMethods(asked, ["OPTIONS"], Preflight).ExcludeFromDescription();
        SessionRoutes.Map(api);
        foreach (string other in (string[])["/handles/{**handle}", "/handles", "/prefixes", "/site", "/sessions", "/sessions/this"]) api.Map(other, NotAllowed).ExcludeFromDescription();
        api.MapGet("/prefixes", ListPrefixes).WithName("ListHomedPrefixes").Produces(200).Produces<HandleAnswer>(401).Produces<HandleAnswer>(403);
        api.MapPost("/prefixes", (HttpContext http, HandleDesk desk, string? prefix = null) => desk.SetHomeAsync(http, prefix, true)).WithName("HomePrefix")
            .Produces<HandleAnswer>().Produces<HandleAnswer>(400).Produces<HandleAnswer>(401).Produces<HandleAnswer>(403);
        api.MapDelete("/prefixes", (HttpContext http, HandleDesk desk, string? prefix = null) => desk.SetHomeAsync(http, prefix, false)).WithName("UnhomePrefix")
            .Produces<HandleAnswer>().Produces<HandleAnswer>(400).Produces<HandleAnswer>(401).Produces<HandleAnswer>(403);
        api.MapGet("/site", (HttpContext http, SiteRecord site) => HandleAnswers.WriteAsync(http, 200, json =>
        {
            json.WriteNumber("responseCode", (int)ResponseCode.Success);
            json.WritePropertyName("site");
            ValueJson.WriteSite(json, site.Current);
        })).WithName("GetHandleSite").Produces(200);
    }

    private static Task Read(HttpContext http, HandleDesk desk, [FromQuery] string[]? index = null, [FromQuery] string[]? type = null) =>
        Guard(http, handle => desk.ReadAsync(http, handle, HandleQuery.Indexes(index), type ?? []));

    private static Task ReadPosted(HttpContext http, HandleDesk desk) => Guard(http, async handle =>
    {
        await HandleQuery.TakePostedAsync(http);
        IQueryCollection asked = http.Request.Query;
        await desk.ReadAsync(http, handle, HandleQuery.Indexes([.. asked["index"].OfType<string>()]), [.. asked["type"].OfType<string>()]);
    });

    private static Task Write(HttpContext http, HandleDesk desk, [FromQuery] string[]? index = null) => Guard(http, handle => desk.WriteAsync(http, handle, index ?? []));

    private static Task Delete(HttpContext http, HandleDesk desk, [FromQuery] string[]? index = null) =>
        Guard(http, handle => desk.DeleteAsync(http, handle, HandleQuery.Indexes(index)));

    private static Task List(HttpContext http, HandleDesk desk, string? prefix = null, int? page = null, int? pageSize = null) => desk.ListAsync(http, prefix, page, pageSize);

    private static Task ListPrefixes(HttpContext http, HandleDesk desk) => desk.ListPrefixesAsync(http);

    private static Task Preflight(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.AccessControlAllowMethods = "GET, POST, PUT, DELETE, OPTIONS";
        http.Response.Headers.AccessControlAllowHeaders = "Authorization, Content-Type";
        return Task.CompletedTask;
    }

    private static Task NotAllowed(HttpContext http)
    {
        PathString path = http.Request.Path;
        http.Response.Headers.Allow = path.StartsWithSegments("/api/prefixes") ? "GET, POST, DELETE"
            : path.StartsWithSegments("/api/sessions", out PathString session) ? session.HasValue ? "GET, PUT, DELETE, OPTIONS" : "POST, OPTIONS"
            : path.StartsWithSegments("/api/handles", out PathString rest) && rest.HasValue ? "GET, POST, PUT, DELETE, OPTIONS"
            : "GET";
        return HandleAnswers.CodeAsync(http, ResponseCode.NotSupported, null, status: StatusCodes.Status405MethodNotAllowed);
    }

    /// <summary>Whatever goes wrong, the answer has a response code.</summary>
    private static async Task Guard(HttpContext http, Func<Octets, Task> action)
    {
        string? name = null;
        try
        {
            if (HandleQuery.Handle(http) is not { } handle)
            {
                await HandleAnswers.CodeAsync(http, ResponseCode.InvalidHandle, null);
                return;
            }

            name = handle.ToString();
            await action(handle);
        }
        catch (BadEntityException bad)
        {
            await HandleAnswers.CodeAsync(http, ResponseCode.ProtocolError, name, bad.Message);
        }
        catch (Exception bad) when (HandleQuery.IsNoJson(bad))
        {
            await HandleAnswers.CodeAsync(http, ResponseCode.ProtocolError, name, "The entity is no JSON.");
        }
        catch (BadHttpRequestException bad) when (!http.RequestAborted.IsCancellationRequested)
        {
            await HandleAnswers.CodeAsync(http, ResponseCode.ProtocolError, name, status: bad.StatusCode);
        }
        catch (Exception fault) when (fault is IOException or RecordDamagedException && !http.RequestAborted.IsCancellationRequested)
        {
            await HandleAnswers.CodeAsync(http, fault is IOException ? ResponseCode.ReadOnly : ResponseCode.Error, name);
        }
    }
}

/// <summary>Does what the REST interface is asked for.</summary>
internal sealed class HandleDesk(HandleStore store, ChangeTrail trail, NodeBook book, HandleCredentials credentials, AdminRights rights, ResolutionCounts counts, IdentifiersOptions options, TimeProvider clock)
{
    private const int MaxEntity = Envelope.MaxMessage * 2;

    public async Task ReadAsync(HttpContext http, Octets handle, uint[] indexes, string[] types)
    {
        long begun = Stopwatch.GetTimestamp();
        Caller? caller = http.FindCaller();
        string name = handle.ToString();
        ValueReference? identity = null;
        if (caller is null && (HandleQuery.Flag(http.Request, "auth") is true || http.Request.Headers.ContainsKey("Authorization")))
        {
            if (await StrangerAsync(http, name) is not { } known) return;
            identity = known;
        }

        bool? publicOnly = HandleQuery.Flag(http.Request, "publicOnly");
        Octets asked = handle.Span.Contains((byte)'/') ? handle : (byte[])[.. HandleText.PrefixHandles, .. handle.Span];
        if (!store.IsHome(asked.Span))
        {
            await CodeAsync(ResponseCode.NotResponsible, "That prefix doesn't live here");
            return;
        }

        StoredRecord? record;
        try
        {
            record = store.Find(asked);
        }
        catch (RecordDamagedException)
        {
            await CodeAsync(ResponseCode.Error, "The record cannot be read");
            return;
        }

        if (record is null)
        {
            await CodeAsync(ResponseCode.HandleNotFound);
            return;
        }

        // Who administers identifiers reads what is not public, as the administrator of a record does over the native protocol.
        bool mayReadAll = caller?.HasEverywhere(Permissions.WriteIdentifiers) is true || (identity is { } reader && rights.Of(reader, record.Values).HasFlag(AdminPermissions.AuthorizedRead));
        FieldVisibility most = caller is null ? FieldVisibility.Public : await MostVisibleAsync(asked, record, caller, http.RequestAborted);
        bool onlyPublic = publicOnly ?? (!mayReadAll && most == FieldVisibility.Public);
        Octets[] wanted = [.. types.Select(type => (Octets)type)];
        HandleValue[] selected = [.. record.Values.Where(value => (indexes.Length == 0 && wanted.Length == 0) || indexes.Contains(value.Index)
            || wanted.Any(type => ValueTypes.Matches(type.Span, value.Type.Span)))];
        HashSet<uint> shown = onlyPublic || mayReadAll ? [] : await ShownAsync(asked, record, most, http.RequestAborted);
        HandleValue[] readable = [.. selected.Where(value => value.Permissions.HasFlag(ValuePermissions.PublicRead)
            || (!onlyPublic && value.Permissions.HasFlag(ValuePermissions.AdminRead) && (mayReadAll || shown.Contains(value.Index))))];
        if (publicOnly is false && !mayReadAll && readable.Length < selected.Length)
        {
            counts.Add(ResolutionTransport.Rest, asked.Span, ResponseCode.NotAuthorized, begun);
            await (caller is null && identity is null ? credentials.RefuseAsync(http, name, CredentialCheck.None, HandleParameters.Of(http.Request)) : HandleAnswers.CodeAsync(http, ResponseCode.NotAuthorized, name));
            return;
        }

        if (readable.Length == 0 && (record.Values.Count > 0 || indexes.Length + wanted.Length > 0))
        {
            await CodeAsync(ResponseCode.ValuesNotFound, emptyValues: true);
            return;
        }

        counts.Add(ResolutionTransport.Rest, asked.Span, ResponseCode.Success, begun);
        await HandleAnswers.WriteAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteNumber("responseCode", (int)ResponseCode.Success);
            json.WriteString("handle", name);
            json.WriteStartArray("values");
            foreach (HandleValue value in readable) ValueJson.Write(json, value);
            json.WriteEndArray();
        });

        Task CodeAsync(ResponseCode code, string? text = null, bool emptyValues = false)
        {
            counts.Add(ResolutionTransport.Rest, asked.Span, code, begun);
            return HandleAnswers.CodeAsync(http, code, name, text, emptyValues: emptyValues);
        }
    }

    public async Task WriteAsync(HttpContext http, Octets handle, string[] indexes)
    {
        string name = handle.ToString();
        (bool mayAsk, ValueReference? identity) = await AdmitAsync(http, name, Permissions.WriteIdentifiers);
        if (!mayAsk) return;
        if (http.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) is not true) throw new BadEntityException("The content type should be application/json.");
        if (http.Request.ContentLength > MaxEntity) throw new BadHttpRequestException("", StatusCodes.Status413PayloadTooLarge);
        using JsonDocument entity = await HandleQuery.ReadEntityAsync(http, MaxEntity);
        List<HandleValue> values = ValueJson.ReadEntity(entity.RootElement);
        bool overwrite = HandleQuery.Flag(http.Request, "overwrite") ?? true;
        bool various = indexes is ["various"];
        uint[] named = various ? [.. values.Select(value => value.Index)] : HandleQuery.Indexes(indexes);
        if (!new HashSet<uint>(named).SetEquals(indexes.Length == 0 ? [] : values.Select(value => value.Index))) throw new BadEntityException("The indexes of the query should be those of the entity.");
        if (RecordChanges.Fault(values) is { } fault)
        {
            await HandleAnswers.CodeAsync(http, fault.Code, name, fault.Text);
            return;
        }

        if (HandleQuery.Flag(http.Request, "mintNewSuffix") is true) (handle, name) = Mint(handle);
        if (FaultOf(handle) is { } wrong)
        {
            await HandleAnswers.CodeAsync(http, wrong.Code, name, wrong.Text);
            return;
        }

        uint now = (uint)clock.GetUtcNow().ToUnixTimeSeconds();
        bool replaced = false;
        ChangeDecision decision = await trail.ChangeAsync(ChangerOf(http, identity), handle, old =>
        {
            replaced = old is not null && (indexes.Length == 0 || old.Values.Any(value => named.Contains(value.Index)));
            if (Guarded(old) is { } guarded) return guarded;
            bool whole = indexes.Length == 0;
            return Allowed(identity, whole ? OpCode.CreateHandle : OpCode.AddValues, handle, old, whole ? RecordChanges.Create(old, values, overwrite, now) : RecordChanges.Add(old, values, overwrite, now));
        });
        await HandleAnswers.CodeAsync(http, decision.Code, name, decision.Text, decision.Code == ResponseCode.Success && !replaced ? StatusCodes.Status201Created : null);
    }

    public async Task DeleteAsync(HttpContext http, Octets handle, uint[] indexes)
    {
        string name = handle.ToString();
        (bool mayAsk, ValueReference? identity) = await AdmitAsync(http, name, Permissions.WriteIdentifiers);
        if (!mayAsk) return;
        if (!store.IsHome(handle.Span))
        {
            await HandleAnswers.CodeAsync(http, ResponseCode.NotResponsible, name, "That prefix doesn't live here");
            return;
        }

        ChangeDecision decision = await trail.ChangeAsync(ChangerOf(http, identity), handle, old => Guarded(old) ?? (indexes.Length == 0
            ? Allowed(identity, OpCode.DeleteHandle, handle, old, RecordChanges.Delete(old))
            : Allowed(identity, OpCode.RemoveValues, handle, old, RecordChanges.Remove(old, indexes))));
        await HandleAnswers.CodeAsync(http, decision.Code, name, decision.Text);
    }

    public async Task ListAsync(HttpContext http, string? prefix, int? page, int? pageSize)
    {
        (bool mayAsk, ValueReference? identity) = await AdmitAsync(http, null, Permissions.ReadIdentifiers);
        if (mayAsk) await ListAsync(http, identity, prefix, page, pageSize);
    }

    private Task ListAsync(HttpContext http, ValueReference? identity, string? prefix, int? page, int? pageSize)
    {
        if (string.IsNullOrEmpty(prefix)) return HandleAnswers.CodeAsync(http, ResponseCode.ProtocolError, null, "prefix is missing");
        Octets bare = HandleText.Bare(prefix);
        if (!store.IsHome([.. bare.Span, (byte)'/'])) return HandleAnswers.CodeAsync(http, ResponseCode.NotResponsible, null, "That prefix doesn't live here");
        if (identity is { } lister && !rights.MayList(bare.Span, lister))
            return HandleAnswers.CodeAsync(http, ResponseCode.NotAuthorized, null);
        bool paged = page >= 0 && pageSize >= 0;
        IReadOnlyList<Octets> names = store.List(bare.Span, paged ? (int)Math.Min((long)page!.Value * pageSize!.Value, int.MaxValue) : 0, paged ? pageSize!.Value : int.MaxValue, out int total);
        return HandleAnswers.WriteAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteNumber("responseCode", (int)ResponseCode.Success);
            json.WriteString("prefix", prefix);
            json.WriteString("totalCount", total.ToString(System.Globalization.CultureInfo.InvariantCulture)); // a string in the reference server
            if (paged)
            {
                json.WriteNumber("page", page!.Value);
                json.WriteNumber("pageSize", pageSize!.Value);
            }

            json.WriteStartArray("handles");
            foreach (Octets handle in names) json.WriteStringValue(handle.ToString());
            json.WriteEndArray();
        });
    }

    public async Task ListPrefixesAsync(HttpContext http)
    {
        if (!(await AdmitToServerAsync(http, null, Permissions.ReadIdentifiers)).MayAsk) return;
        await HandleAnswers.WriteAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteNumber("responseCode", (int)ResponseCode.Success);
            json.WriteStartArray("prefixes");
            foreach (string prefix in store.HomePrefixes.Order(StringComparer.Ordinal)) json.WriteStringValue("0.NA/" + prefix);
            json.WriteEndArray();
        });
    }

    /// <summary>Takes a prefix home or sends it away.</summary>
    public async Task SetHomeAsync(HttpContext http, string? prefix, bool home)
    {
        (bool mayAsk, ValueReference? identity) = await AdmitToServerAsync(http, prefix, Permissions.ManageIdentifiers);
        if (!mayAsk) return;
        Octets bare = HandleText.Bare(prefix ?? "");
        if (!HandleText.CanBeHome(bare))
        {
            await HandleAnswers.CodeAsync(http, ResponseCode.InvalidHandle, prefix);
            return;
        }

        await trail.SetHomeAsync(ChangerOf(http, identity), bare, home);
        await HandleAnswers.CodeAsync(http, ResponseCode.Success, prefix);
    }

    private async Task<FieldVisibility> MostVisibleAsync(Octets handle, StoredRecord record, Caller caller, CancellationToken cancellation)
    {
        if (LifeCycle.StateOf(record.Values) is null) return FieldVisibility.Public;
        NodeSnapshot snapshot = await book.CurrentAsync(cancellation);
        return snapshot.PrefixOf(handle.ToString()) is { } prefix ? snapshot.MostVisible(prefix.Enterprise, caller) : FieldVisibility.Public;
    }

    /// <summary>Indexes of an enterprise's fields that somebody reads who reads up to this; of a suspended identifier only its own people read them.</summary>
    private async Task<HashSet<uint>> ShownAsync(Octets handle, StoredRecord record, FieldVisibility most, CancellationToken cancellation)
    {
        if (most == FieldVisibility.Public || LifeCycle.TemplateOf(record.Values) is not { } key) return [];
        if (most == FieldVisibility.Partner && LifeCycle.StateOf(record.Values) is IdentifierState.Suspended or IdentifierState.Retired) return [];
        NodeSnapshot snapshot = await book.CurrentAsync(cancellation);
        return snapshot.PrefixOf(handle.ToString())?.Enterprise.Templates.TryGetValue(key, out Template? template) is true
            ? [.. template.Content.Fields.Where(field => field.Visibility <= most).Select(field => field.Index)]
            : [];
    }

    /// <summary>An enterprise's identifier has a life of its own: it is changed where that is kept, and never deleted, because its name is never given again.</summary>
    private static ChangeDecision? Guarded(StoredRecord? old)
    {
        if (old is null || LifeCycle.StateOf(old.Values) is null) return null;
        Refusals.Count(Refusals.Guarded);
        return new(ResponseCode.InsufficientPermission, Text: "This identifier is registered for an enterprise; change or retire it through /api/v1/identifiers");
    }

    /// <summary>What is about the server: for accounts, and for identities that its settings name.</summary>
    /// <returns>As <see cref="AdmitAsync"/>.</returns>
    private async Task<(bool MayAsk, ValueReference? Identity)> AdmitToServerAsync(HttpContext http, string? handle, string permission)
    {
        (bool mayAsk, ValueReference? identity) = await AdmitAsync(http, handle, permission);
        if (identity is null || rights.IsServerAdministrator(identity.Value)) return (mayAsk, identity);
        await HandleAnswers.CodeAsync(http, ResponseCode.NotAuthorized, handle);
        return (false, null);
    }

    /// <returns>
    /// Not <c>MayAsk</c>: refused, and told so. <c>Identity</c>: who came with a key instead of an account; what it may do with a record is still to be asked.
    /// </returns>
    private async Task<(bool MayAsk, ValueReference? Identity)> AdmitAsync(HttpContext http, string? handle, string permission)
    {
        if (http.FindCaller() is not { } caller) return await StrangerAsync(http, handle) is { } known ? (true, known) : (false, null);
        if (caller.HasEverywhere(permission)) return (true, null);
        await HandleAnswers.CodeAsync(http, ResponseCode.NotAuthorized, handle);
        return (false, null);
    }

    /// <summary>Somebody without an account: known by a key, or refused.</summary>
    private async Task<ValueReference?> StrangerAsync(HttpContext http, string? handle)
    {
        var said = HandleParameters.Of(http.Request);
        CredentialCheck check = await credentials.CheckAsync(http, said);
        if (check.Client is { } client) return client.Identity;
        await credentials.RefuseAsync(http, handle, check, said);
        return null;
    }

    /// <summary>A change, unless the HS_ADMIN values of the record or its prefix do not let somebody make it.</summary>
    private ChangeDecision Allowed(ValueReference? identity, OpCode operation, Octets handle, StoredRecord? old, ChangeDecision wanted) =>
        identity is { } known && wanted.Code == ResponseCode.Success && rights.Refusal(operation, handle, old, wanted.Values, known) is { } refused ? new(refused) : wanted;

    private (ResponseCode Code, string Text)? FaultOf(Octets handle)
    {
        int slash = handle.Span.IndexOf((byte)'/');
        if (slash <= 0 || slash == handle.Length - 1) return (ResponseCode.InvalidHandle, "A handle is prefix/suffix.");
        if (Encoding.UTF8.GetCharCount(handle.Span) > options.MaxHandleCharacters) return (ResponseCode.InvalidHandle, $"A handle has at most {options.MaxHandleCharacters} characters here.");
        return store.IsHome(handle.Span) ? null : (ResponseCode.NotResponsible, "That prefix doesn't live here");
    }

    private static Changer ChangerOf(HttpContext http, ValueReference? identity) =>
        identity is { } known ? Changer.Of(known, "rest", http.Connection.RemoteIpAddress) : new(http.FindCaller()?.DisplayName ?? "", "rest", http.Connection.RemoteIpAddress);

    private static (Octets, string) Mint(Octets handle)
    {
        string minted = handle + (handle.Span.Contains((byte)'/') ? "" : "/") + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
        return (minted, minted);
    }
}
