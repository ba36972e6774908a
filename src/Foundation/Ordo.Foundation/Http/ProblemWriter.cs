using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ordo.Foundation.Http;

/// <summary>Sends a problem, with the header that some problems need besides their body.</summary>
internal static class ProblemWriter
{
    public static Task WriteAsync(this ProblemHttpResult problem, HttpContext context)
    {
        AddRetryAfter(problem, context.Response);
        return problem.ExecuteAsync(context);
    }

    /// <summary>Endpoint filter: a handler's own problems get the header too.</summary>
    public static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        object? result = await next(context);
        object? inner = result;
        while (inner is INestedHttpResult nested) inner = nested.Result;
        if (inner is ProblemHttpResult problem) AddRetryAfter(problem, context.HttpContext.Response);
        return result;
    }

    private static void AddRetryAfter(ProblemHttpResult problem, HttpResponse response)
    {
        if (problem.ProblemDetails.Extensions.TryGetValue(Problems.RetryAfterSeconds, out object? seconds))
            response.Headers.RetryAfter = Convert.ToString(seconds, CultureInfo.InvariantCulture);
    }
}
