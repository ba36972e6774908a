using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Ordo.Foundation.Access;

namespace Ordo.Server.Observability;

/// <summary>Whether the server has opened its stores and answers.</summary>
public sealed class Readiness
{
    private volatile bool ready;

    public bool IsReady => ready;

    public void SetReady() => ready = true;
}

/// <summary>The server about itself.</summary>
/// <param name="Version">Of the server.</param>
/// <param name="Started">When this process started.</param>
/// <param name="UptimeSeconds">Since then.</param>
/// <param name="WorkingSetBytes">Memory resident now.</param>
public sealed record SystemInfo(string Version, DateTimeOffset Started, long UptimeSeconds, long WorkingSetBytes);

/// <summary>Health for supervisors, metrics for Prometheus, and the server's own figures for its operator.</summary>
public static class SystemRoutes
{
    public static void MapSystem(this WebApplication app)
    {
        app.MapGet("/health/live", () => TypedResults.Text("live")).AllowAnonymous().WithTags("System").WithName("GetLiveness");
        app.MapGet("/health/ready", Ready).AllowAnonymous().WithTags("System").WithName("GetReadiness");
        app.MapGet("/metrics", (PrometheusText metrics) => TypedResults.Text(metrics.Write(), "text/plain; version=0.0.4"))
            .RequireAuthorization(Permissions.ReadSystem).WithTags("System").WithName("GetMetrics");
        app.MapGet("/api/v1/system", GetSystem).RequireAuthorization(Permissions.SignedIn).WithTags("System").WithName("GetSystem");
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
    }

    private static Results<ContentHttpResult, StatusCodeHttpResult> Ready(Readiness readiness) =>
        readiness.IsReady ? TypedResults.Text("ready") : TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);

    private static Ok<SystemInfo> GetSystem(TimeProvider clock)
    {
        using var process = Process.GetCurrentProcess();
        DateTimeOffset started = process.StartTime.ToUniversalTime();
        return TypedResults.Ok(new SystemInfo(ServerVersion.Current, started, (long)(clock.GetUtcNow() - started).TotalSeconds, process.WorkingSet64));
    }
}
