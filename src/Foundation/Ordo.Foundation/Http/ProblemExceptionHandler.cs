using System.Data.Common;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Telemetry;

namespace Ordo.Foundation.Http;

/// <summary>Turns what handlers throw into problem details; what nobody expected is logged and answered with nothing but its trace id.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        await ProblemOf(context, exception).WriteAsync(context);
        return true;
    }

    private ProblemHttpResult ProblemOf(HttpContext context, Exception exception)
    {
        Exception cause = exception.GetBaseException();
        switch (exception)
        {
            case ProblemException known:
                return known.Problem;
            case BadHttpRequestException bad:
                return Unreadable(bad);
            case DbUpdateConcurrencyException:
                return Problems.PreconditionFailed();
            case IngestRefusedException refused:
                return Problems.Unavailable(new("暂时无法写入，请稍后重试。", "Nothing can be stored at the moment; send it again later."), refused.RetryAfter);
            case TelemetryUnavailableException:
                LogStoreTrouble(context.Request.Method, context.Request.Path, cause.Message);
                return Problems.Unavailable(new("历史数据暂不可读，请稍后重试。", "Stored telemetry cannot be read at the moment; try again later."), TimeSpan.FromSeconds(5));
            case var _ when cause is DbException { SqlState: "40001" or "40P01" }:
                return Problems.Conflict("concurrent-change", new("与另一项修改同时发生，请重试。", "It met another change; try again."));
            case var _ when cause is DbException { SqlState: "22021" }: // PostgreSQL keeps no character 0
                return Problems.Of(StatusCodes.Status400BadRequest, "bad-request", new("文本中含有不可存储的字符。", "A text holds a character that cannot be stored."));
            case var _ when DatabaseTrouble.Passes(exception):
                LogStoreTrouble(context.Request.Method, context.Request.Path, cause.Message);
                return Problems.Unavailable(new("数据库暂不可用，请稍后重试。", "The database is not available at the moment; try again later."), TimeSpan.FromSeconds(5));
            case var _ when DiskTrouble.Passes(exception):
                LogStoreTrouble(context.Request.Method, context.Request.Path, cause.Message);
                return Problems.Unavailable(new("磁盘已满或暂时无法写入，请稍后重试。", "The disk is full or cannot be written at the moment; try again later."), TimeSpan.FromSeconds(5));
            default:
                LogUnexpected(exception, context.Request.Method, context.Request.Path, context.TraceIdentifier);
                ProblemHttpResult problem = Problems.Of(500, "internal", new(
                    $"服务器出错，编号 {context.TraceIdentifier} 已写入日志。",
                    $"The server failed; its log has the details under {context.TraceIdentifier}."));
                problem.ProblemDetails.Extensions["traceId"] = context.TraceIdentifier;
                return problem;
        }
    }

    /// <summary>The framework says what it could not bind only in an English sentence; the field is the second word within its quotes.</summary>
    private static ProblemHttpResult Unreadable(BadHttpRequestException bad)
    {
        if (bad.StatusCode != StatusCodes.Status400BadRequest) return Problems.OfStatus(bad.StatusCode);
        if (bad.InnerException is JsonException json) return Problems.BadRequest(FieldOf(json), ReasonOf(json));
        Match parameter = ParameterName.Match(bad.Message);
        if (!parameter.Success) return Problems.OfStatus(bad.StatusCode);
        string field = JsonNamingPolicy.CamelCase.ConvertName(parameter.Groups["name"].Value);
        return bad.Message.StartsWith("Failed", StringComparison.Ordinal)
            ? Problems.BadRequest(field, new("取值的格式不正确。", "The value has the wrong form."))
            : Problems.BadRequest(field, new("缺少必填项。", "It is required."));
    }

    private static string FieldOf(JsonException json) => json.Path is { Length: > 2 } path ? path[2..] : "$";

    private static Text ReasonOf(JsonException json)
    {
        Match missing = MissingProperties.Match(json.Message);
        if (missing.Success) return new($"缺少必填项：{missing.Groups["names"].Value}。", $"Required but missing: {missing.Groups["names"].Value}.");
        string where = json.LineNumber is { } line ? $"{line + 1}:{json.BytePositionInLine + 1}" : "?";
        return new($"不是有效的 JSON，或取值类型不符（位置 {where}）。", $"Not valid JSON, or a value of the wrong type (at {where}).");
    }

    [GeneratedRegex("parameter \"(?:[^\" ]+ )?(?<name>[^\" ]+)\"")]
    private static partial Regex ParameterName { get; }

    [GeneratedRegex("missing required properties including: (?<names>[^.]+)")]
    private static partial Regex MissingProperties { get; }

    [LoggerMessage(1002, LogLevel.Error, "{Method} {Path}: what is stored cannot be reached ({Reason}); answered 503.")]
    private partial void LogStoreTrouble(string method, string path, string reason);

    [LoggerMessage(1001, LogLevel.Error, "{Method} {Path} failed unexpectedly; answered 500 with trace id {TraceId}.")]
    private partial void LogUnexpected(Exception exception, string method, string path, string traceId);
}
