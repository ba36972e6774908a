using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>Which API of InfluxDB a client speaks: they tell errors differently (decision 0030).</summary>
internal enum InfluxDialect
{
    /// <summary><c>/write</c>, <c>/query</c>: <c>{"error"}</c> and <c>X-Influxdb-Error</c>.</summary>
    Version1,

    /// <summary><c>/api/v2</c>: <c>{"code", "message"}</c> and <c>X-Platform-Error-Code</c>.</summary>
    Version2,
}

/// <summary>Error body of InfluxDB 1.x.</summary>
/// <param name="Error">What is wrong; bad lines one by one.</param>
public sealed record InfluxV1Error([property: JsonPropertyName("error")] string Error);

/// <summary>Error body of InfluxDB 2.x.</summary>
/// <param name="Code">Stable code: <c>invalid</c>, <c>unauthorized</c>, <c>unavailable</c> …</param>
/// <param name="Message">What is wrong; bad lines one by one.</param>
public sealed record InfluxV2Error([property: JsonPropertyName("code")] string Code, [property: JsonPropertyName("message")] string Message);

/// <summary>Answers in the dialect of the caller. Their words are English in every language: clients compare and log them.</summary>
internal static class InfluxAnswers
{
    private const int MaxHeaderLength = 1024;
    private const string Version = "1.8.10";

    public static void AddVersion(HttpResponse response)
    {
        response.Headers["X-Influxdb-Version"] = Version;
        response.Headers["X-Influxdb-Build"] = "Ordo";
    }

    public static Task NoContentAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static Task ErrorAsync(this InfluxDialect dialect, HttpContext context, int status, string message)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        if (dialect == InfluxDialect.Version2)
        {
            string code = CodeOf(status);
            response.Headers["X-Platform-Error-Code"] = code;
            return response.WriteAsJsonAsync(new InfluxV2Error(code, message));
        }
        if (status != StatusCodes.Status401Unauthorized) response.Headers["X-Influxdb-Error"] = HeaderText(message);
        return response.WriteAsJsonAsync(new InfluxV1Error(message));
    }

    public static Task LaterAsync(this InfluxDialect dialect, HttpContext context, int status, string message, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return dialect.ErrorAsync(context, status, message);
    }

    /// <summary>Nothing more is read from a connection that sends too much.</summary>
    public static Task TooLargeAsync(this InfluxDialect dialect, HttpContext context, long maxBytes)
    {
        context.Response.Headers.Connection = "close";
        return dialect.ErrorAsync(context, StatusCodes.Status413PayloadTooLarge, dialect == InfluxDialect.Version1
            ? "Request Entity Too Large"
            : string.Create(CultureInfo.InvariantCulture, $"request body is longer than {maxBytes} bytes after decompression"));
    }

    /// <summary>The answer when the body was read to its end.</summary>
    public static Task OutcomeAsync(this InfluxDialect dialect, HttpContext context, LineOutcome outcome)
    {
        LineFaults faults = outcome.Faults;
        if (faults.Limited > 0)
            return dialect.LaterAsync(context, StatusCodes.Status429TooManyRequests, $"{faults.Limited} lines were not stored because their source sends more than it may; send the request again later", faults.Wait);
        if (faults.Forbidden > 0)
            return dialect.ErrorAsync(context, StatusCodes.Status403Forbidden, $"{faults.Forbidden} lines were not stored because the token may not write to their source, the first one \"{faults.ForbiddenSource}\"");
        if (!faults.Any) return NoContentAsync(context);

        string partial = outcome.StoredLines > 0 || faults.BadLines == 0 ? "partial write: " : "";
        string message = partial + Reasons(faults);
        if (dialect == InfluxDialect.Version1) return dialect.ErrorAsync(context, StatusCodes.Status400BadRequest, partial.Length > 0 ? WithDropped(message, faults) : message);
        return faults.BadLines > 0
            ? dialect.ErrorAsync(context, StatusCodes.Status400BadRequest, message)
            : dialect.ErrorAsync(context, StatusCodes.Status422UnprocessableEntity, "failure writing points to database: " + WithDropped(message, faults));
    }

    /// <summary>Each bad line kept with its reason, how many more there are, and why points were dropped.</summary>
    private static string Reasons(LineFaults faults)
    {
        var reasons = new List<string>(faults.Unparsable);
        int more = faults.BadLines - faults.Unparsable.Count;
        if (more > 0) reasons.Add(string.Create(CultureInfo.InvariantCulture, $"and {more} more lines unable to parse"));
        if (faults.DropReason is { } dropped) reasons.Add(dropped);
        return string.Join('\n', reasons);
    }

    private static string WithDropped(string message, LineFaults faults) => string.Create(CultureInfo.InvariantCulture, $"{message} dropped={faults.Dropped}");

    private static string CodeOf(int status) => status switch
    {
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not found",
        405 => "method not allowed",
        413 => "request too large",
        422 => "unprocessable entity",
        429 => "too many requests",
        503 => "unavailable",
        >= 500 => "internal error",
        _ => "invalid",
    };

    /// <summary>Printable ASCII, because nothing else can travel in a header.</summary>
    private static string HeaderText(string message) => string.Concat(message.Take(MaxHeaderLength).Select(c => c is >= ' ' and <= '~' ? c : c == '\n' ? ' ' : '?'));
}
