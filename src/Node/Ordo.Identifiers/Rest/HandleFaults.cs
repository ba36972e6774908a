using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Rest;

/// <summary>What goes wrong outside of a handler of the REST interface, or in a way that nobody expected: its clients read <c>responseCode</c> out of every entity, so this one has it too.</summary>
internal sealed partial class HandleFaults(ILogger<HandleFaults> log) : IExceptionHandler
{
    private static readonly PathString[] Bases = ["/api/handles", "/api/prefixes", "/api/site", "/api/sessions"];

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested || !Bases.Any(path => httpContext.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))) return false;
        (ResponseCode code, int status, string? text) = exception switch
        {
            BadHttpRequestException bad => (ResponseCode.ProtocolError, bad.StatusCode, null),
            IOException => (ResponseCode.ReadOnly, StatusCodes.Status503ServiceUnavailable, null),
            _ => (ResponseCode.Error, StatusCodes.Status500InternalServerError, $"The server failed; its log has the details under {httpContext.TraceIdentifier}."),
        };
        if (code != ResponseCode.ProtocolError) LogFailed(exception, httpContext.Request.Method, httpContext.Request.Path, httpContext.TraceIdentifier);
        await HandleAnswers.CodeAsync(httpContext, code, HandleQuery.Handle(httpContext)?.ToString(), text, status);
        return true;
    }

    [LoggerMessage(6104, LogLevel.Error, "{Method} {Path} failed; answered under the trace id {TraceId}")]
    private partial void LogFailed(Exception fault, string method, string path, string traceId);
}
