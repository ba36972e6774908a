using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Identifiers.Registration;

namespace Ordo.Identifiers.Vendor;

/// <param name="Format">Always <c>string</c>.</param>
public sealed record IdentityData(string Format, string Value);

/// <param name="Auth">Not used here; who reads a field says the template.</param>
/// <param name="Index">That of the field in the template.</param>
/// <param name="Type">Name of the field in the template.</param>
public sealed record IdentityValue(string? Auth, uint Index, string Type, IdentityData Data);

/// <param name="TemplateVersion">Code and edition: <c>product:1</c>.</param>
public sealed record IdentityRecord(string Handle, string? TemplateVersion = null, IReadOnlyList<IdentityValue>? Value = null);

/// <param name="Msg"><c>success</c>, or the reason.</param>
public sealed record IdentityOutcome(string Handle, string Msg);

/// <param name="Status">1 success, −1 not signed in, −2 refused, −3 no permission, −4 fault of the server.</param>
public sealed record IdentityAnswer<T>(string Message, int Status, T? Data);

/// <summary>
/// The business interface that systems of other vendors' nodes speak (<c>/identityv2/data</c>), as far as it does not contradict: section 13.1 of the implementation notes. One signs in with an API token of this server;
/// a password is never sent. Nothing is deleted: a deletion retires, because a name is never given again.
/// </summary>
internal static class IdentityRoutes
{
    public const int MostItems = 2000;
    private const string Success = "success", RetiredBy = "identityv2 DELETE";

    public static void MapIdentityProfile(this IEndpointRouteBuilder routes)
    {
        // Clients of this interface read "status" out of every answer, so refusals have that form too.
        RouteGroupBuilder data = routes.MapGroup("/identityv2/data").WithTags("Identifier vendor profile").AllowAnonymous();
        data.MapGet("/detail", Detail).WithName("IdentityDetail");
        data.MapPost("", (IdentityRecord item, HttpContext http) => OneAsync(http, item, CreateAsync)).WithName("IdentityCreate");
        data.MapPut("", (IdentityRecord item, HttpContext http) => OneAsync(http, item, UpdateAsync)).WithName("IdentityUpdate");
        data.MapDelete("", ([FromBody] IdentityRecord item, HttpContext http) => OneAsync(http, item, DeleteAsync)).WithName("IdentityDelete");
        data.MapPost("/batchCreate", (IReadOnlyList<IdentityRecord> items, HttpContext http) => ManyAsync(http, items, CreateAsync)).WithName("IdentityBatchCreate");
        data.MapPut("/batchUpdate", (IReadOnlyList<IdentityRecord> items, HttpContext http) => ManyAsync(http, items, UpdateAsync)).WithName("IdentityBatchUpdate");
        data.MapDelete("/batchDelete", ([FromBody] IReadOnlyList<IdentityRecord> items, HttpContext http) => ManyAsync(http, items, DeleteAsync)).WithName("IdentityBatchDelete");
    }

    private static async Task<JsonHttpResult<IdentityAnswer<IdentityRecord>>> Detail(string handle, HttpContext http)
    {
        if (http.FindCaller() is null) return Answer<IdentityRecord>("未登录，请使用 API 令牌。", -1, null);
        try
        {
            IdentifierDetail detail = await Desk(http).ShowAsync(handle, http.RequestAborted);
            return Answer(Success, 1, new IdentityRecord(detail.Identifier.Handle, detail.Identifier.Template, [.. detail.Fields.Select(field => new IdentityValue("", field.Index, field.Name, new("string", field.Value)))]));
        }
        catch (ProblemException problem)
        {
            return Answer<IdentityRecord>(problem.Message, StatusOf(problem), null);
        }
    }

    private static async Task<JsonHttpResult<IdentityAnswer<string>>> OneAsync(HttpContext http, IdentityRecord item, Func<RegistrationDesk, IdentityRecord, CancellationToken, Task> act)
    {
        if (Obstacle(http) is { } obstacle) return Answer<string>(obstacle.Message, obstacle.Status, null);
        try
        {
            await act(Desk(http), item, http.RequestAborted);
            return Answer(Success, 1, item.Handle);
        }
        catch (ProblemException problem)
        {
            return Answer<string>(problem.Message, StatusOf(problem), null);
        }
    }

    private static async Task<JsonHttpResult<IdentityAnswer<IReadOnlyList<IdentityOutcome>>>> ManyAsync(HttpContext http, IReadOnlyList<IdentityRecord> items, Func<RegistrationDesk, IdentityRecord, CancellationToken, Task> act)
    {
        if (Obstacle(http) is { } obstacle) return Answer<IReadOnlyList<IdentityOutcome>>(obstacle.Message, obstacle.Status, null);
        if (items.Count is 0 or > MostItems) return Answer<IReadOnlyList<IdentityOutcome>>($"每次 1 至 {MostItems} 条。", -2, null);
        List<IdentityOutcome> outcomes = new(items.Count);
        foreach (IdentityRecord item in items)
        {
            try
            {
                await act(Desk(http), item, http.RequestAborted);
                outcomes.Add(new(item.Handle, Success));
            }
            catch (ProblemException problem)
            {
                outcomes.Add(new(item.Handle, problem.Message));
            }
        }

        return Answer<IReadOnlyList<IdentityOutcome>>(Success, 1, outcomes);
    }

    private static async Task CreateAsync(RegistrationDesk desk, IdentityRecord item, CancellationToken cancellation)
    {
        int slash = item.Handle.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0) throw Wrong("handle", new("应为 前缀/后缀。", "prefix/suffix is expected."));
        string template = item.TemplateVersion ?? throw Wrong("templateVersion", new("缺少模板版本。", "The edition of a template is missing."));
        await desk.RegisterAsync(new(item.Handle[..slash], item.Handle[(slash + 1)..], template, await ValuesAsync(desk, item, item.Handle[..slash], template, cancellation)), cancellation);
    }

    private static async Task UpdateAsync(RegistrationDesk desk, IdentityRecord item, CancellationToken cancellation)
    {
        IdentifierDetail detail = await desk.ShowAsync(item.Handle, cancellation);
        await desk.ChangeAsync(item.Handle, new(await ValuesAsync(desk, item, item.Handle[..item.Handle.IndexOf('/', StringComparison.Ordinal)], detail.Identifier.Template, cancellation)), cancellation);
    }

    private static Task DeleteAsync(RegistrationDesk desk, IdentityRecord item, CancellationToken cancellation) => desk.MoveAsync(item.Handle, new(IdentifierState.Retired, RetiredBy), cancellation);

    /// <summary>Index and type must be those of the template, and the indexes of the server are its own.</summary>
    private static async Task<Dictionary<string, string>> ValuesAsync(RegistrationDesk desk, IdentityRecord item, string prefix, string template, CancellationToken cancellation)
    {
        Dictionary<string, string> values = [];
        foreach (IdentityValue value in item.Value ?? [])
        {
            string? name = await desk.FieldAtAsync(prefix, template, value.Index, cancellation);
            if (name is null || name != value.Type) throw Wrong($"value[{value.Index}]", new($"索引 {value.Index} 与类型“{value.Type}”不符合模板 {template}。", $"Index {value.Index} and type '{value.Type}' are not those of the template {template}."));
            if (!values.TryAdd(name, value.Data.Value)) throw Wrong($"value[{value.Index}]", new("重复。", "It is there twice."));
        }

        return values;
    }

    private static (string Message, int Status)? Obstacle(HttpContext http) => http.FindCaller() is not { } caller ? ("未登录，请使用 API 令牌。", -1) : caller.Has(Permissions.RegisterIdentifiers) ? null : ("没有标识注册权限。", -3);

    private static RegistrationDesk Desk(HttpContext http) => http.RequestServices.GetRequiredService<RegistrationDesk>();

    private static int StatusOf(ProblemException problem) => problem.Problem.StatusCode switch { 401 => -1, 403 => -3, >= 500 => -4, _ => -2 };

    private static JsonHttpResult<IdentityAnswer<T>> Answer<T>(string message, int status, T? data) => TypedResults.Json(new IdentityAnswer<T>(message, status, data), statusCode: status == -1 ? 401 : status == -3 ? 403 : 200);

    private static ProblemException Wrong(string field, Foundation.Text reason) => new(Problems.Validation((field, reason)));
}
