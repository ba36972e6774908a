using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Ordo.Foundation.Http;

/// <summary>
/// Every error the server answers (RFC 9457): a stable <c>type</c> for programs, words for people in the caller's language, and for wrong input
/// <c>errors</c>, a map from field to reasons.
/// </summary>
public static class Problems
{
    internal const string RetryAfterSeconds = "retryAfterSeconds";

    /// <summary>422: the request was understood, but its values are not acceptable.</summary>
    public static ProblemHttpResult Validation(params IReadOnlyCollection<(string Field, Text Reason)> errors) =>
        WithErrors(StatusCodes.Status422UnprocessableEntity, "validation", errors);

    /// <summary>400: the request itself cannot be read: broken JSON, a query value of the wrong type.</summary>
    public static ProblemHttpResult BadRequest(string field, Text reason) =>
        WithErrors(StatusCodes.Status400BadRequest, "bad-request", [(field, reason)]);

    /// <summary>404, also for what lies outside the caller's scope.</summary>
    public static ProblemHttpResult NotFound(Text detail) => Of(StatusCodes.Status404NotFound, "not-found", detail);

    /// <summary>403: signed in, but not allowed. For an asset outside the scope use <see cref="NotFound"/>.</summary>
    public static ProblemHttpResult Forbidden(Text detail) => Of(StatusCodes.Status403Forbidden, "forbidden", detail);

    /// <summary>409: the request is right, but not in the present state of things.</summary>
    /// <param name="type">Last part of the problem type, for example <c>last-administrator</c>.</param>
    /// <param name="detail">What stands in the way and what to do.</param>
    public static ProblemHttpResult Conflict(string type, Text detail) => Of(StatusCodes.Status409Conflict, type, detail);

    /// <summary>412: somebody else changed it since the caller read it.</summary>
    public static ProblemHttpResult PreconditionFailed() => Of(StatusCodes.Status412PreconditionFailed, "changed-meanwhile", new(
        "数据已被他人修改，请重新加载后再试。",
        "It was changed by somebody else meanwhile. Load it again and repeat the change."));

    /// <summary>428: an edit must say which version it was made on.</summary>
    public static ProblemHttpResult PreconditionRequired() => Of(StatusCodes.Status428PreconditionRequired, "if-match-required", new(
        "缺少 If-Match 请求头：请带上读取时得到的 ETag。",
        "The header If-Match is missing: send the ETag that came with the data you edited."));

    /// <summary>429 with <c>Retry-After</c>.</summary>
    public static ProblemHttpResult TooMany(Text detail, TimeSpan retryAfter) =>
        Later(StatusCodes.Status429TooManyRequests, "too-many-requests", detail, retryAfter);

    /// <summary>503 with <c>Retry-After</c>.</summary>
    public static ProblemHttpResult Unavailable(Text detail, TimeSpan retryAfter) =>
        Later(StatusCodes.Status503ServiceUnavailable, "unavailable", detail, retryAfter);

    /// <param name="status">HTTP status.</param>
    /// <param name="type">Last part of the problem type, kebab-case; programs rely on it.</param>
    /// <param name="detail">What is wrong with this request, and what to do.</param>
    public static ProblemHttpResult Of(int status, string type, Text detail) => TypedResults.Problem(new ProblemDetails
    {
        Status = status,
        Type = $"/problems/{type}",
        Title = TitleOf(status).ToString(),
        Detail = detail.ToString(),
    });

    /// <summary>The problem of a bare status code, for answers that have no body of their own.</summary>
    internal static ProblemHttpResult OfStatus(int status) => TypedResults.Problem(new ProblemDetails
    {
        Status = status,
        Type = $"/problems/{TypeOf(status)}",
        Title = TitleOf(status).ToString(),
    });

    private static ProblemHttpResult WithErrors(int status, string type, IEnumerable<(string Field, Text Reason)> errors) =>
        TypedResults.Problem(new ProblemDetails
        {
            Status = status,
            Type = $"/problems/{type}",
            Title = TitleOf(status).ToString(),
            Extensions =
            {
                ["errors"] = errors.GroupBy(error => error.Field, error => error.Reason.ToString())
                    .ToDictionary(group => group.Key, group => group.ToArray()),
            },
        });

    private static ProblemHttpResult Later(int status, string type, Text detail, TimeSpan retryAfter)
    {
        ProblemHttpResult problem = Of(status, type, detail);
        problem.ProblemDetails.Extensions[RetryAfterSeconds] = (int)Math.Ceiling(retryAfter.TotalSeconds);
        return problem;
    }

    private static string TypeOf(int status) => status switch
    {
        400 => "bad-request",
        401 => "sign-in-required",
        403 => "forbidden",
        404 => "not-found",
        405 => "method-not-allowed",
        413 => "too-large",
        415 => "media-type",
        429 => "too-many-requests",
        500 => "internal",
        503 => "unavailable",
        _ => status.ToString(CultureInfo.InvariantCulture),
    };

    private static Text TitleOf(int status) => status switch
    {
        400 => new("请求无法读取", "The request cannot be read"),
        401 => new("请先登录", "Sign in first"),
        403 => new("没有权限", "Not allowed"),
        404 => new("未找到", "Not found"),
        405 => new("该地址不支持此方法", "The address does not support this method"),
        409 => new("与当前状态冲突", "In conflict with the present state"),
        412 => new("数据已变化", "Changed meanwhile"),
        413 => new("请求过大", "The request is too large"),
        415 => new("不支持的内容类型", "Unsupported content type"),
        422 => new("输入有误", "The input is not valid"),
        428 => new("缺少版本", "The version is missing"),
        429 => new("请求过于频繁", "Too many requests"),
        503 => new("服务暂不可用", "Not available at the moment"),
        >= 500 => new("服务器内部错误", "Internal error"),
        _ => new("请求失败", "The request failed"),
    };
}

/// <summary>Ends a request with a problem from deep inside, where a result cannot be handed back.</summary>
public sealed class ProblemException(ProblemHttpResult problem) : Exception(Describe(problem.ProblemDetails))
{
    public ProblemHttpResult Problem { get; } = problem;

    /// <summary>For who has no problem details to read, such as a command line.</summary>
    private static string? Describe(ProblemDetails problem) =>
        problem.Extensions.TryGetValue("errors", out object? errors) && errors is Dictionary<string, string[]> fields
            ? string.Join(' ', fields.Select(field => $"{field.Key}: {string.Join(' ', field.Value)}"))
            : problem.Detail ?? problem.Title;
}
