using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Audit;

/// <summary>A line of the audit trail.</summary>
/// <param name="Before">What changed, as it was; <c>null</c> for something new.</param>
/// <param name="After">What changed, as it is; <c>null</c> for something deleted.</param>
public sealed record AuditItem(
    long Id, DateTimeOffset Time, string User, string? Token, string Action, string Entity, string EntityId, string? EntityName,
    JsonElement? Before, JsonElement? After, string? Address);

/// <summary>Which lines are wanted; a condition that is not given is met by all.</summary>
internal readonly record struct AuditFilter
{
    /// <summary>User name, exactly.</summary>
    public string? User { get; init; }

    /// <summary>Kind of thing: <c>account</c>, <c>asset</c> …</summary>
    public string? Entity { get; init; }

    public string? EntityId { get; init; }

    /// <summary>This time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Text in the name, in what was before or in what is after.</summary>
    public string? Q { get; init; }
}

internal static class AuditRoutes
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/audit", List).WithName("ListAudit").WithTags("Audit").RequireAuthorization(Permissions.ReadAudit).ProducesProblem(400);

    /// <summary>Newest first.</summary>
    private static async Task<Ok<PageOf<AuditItem>>> List(
        OrdoDbContext db, Caller caller, [AsParameters] AuditFilter filter, [AsParameters] Paging paging, CancellationToken cancellation)
    {
        PageOf<AuditEntry> page = await db.Set<AuditEntry>().AsNoTracking()
            .Within(line => line.AssetPath, caller.ScopesOf(Permissions.ReadAudit))
            .Matching(filter)
            .OrderByDescending(line => line.Id)
            .ToPageAsync(paging, cancellation);
        return TypedResults.Ok(new PageOf<AuditItem>([.. page.Items.Select(Show)], page.Total, page.Page, page.PageSize));
    }

    private static IQueryable<AuditEntry> Matching(this IQueryable<AuditEntry> lines, AuditFilter filter)
    {
        if (filter.User is { } user) lines = lines.Where(line => line.User == user);
        if (filter.Entity is { } entity) lines = lines.Where(line => line.Entity == entity);
        if (filter.EntityId is { } entityId) lines = lines.Where(line => line.EntityId == entityId);
        if (filter.From is { } from) lines = lines.Where(line => line.Time >= from);
        if (filter.To is { } to) lines = lines.Where(line => line.Time < to);
        return lines.Containing(filter.Q, line => line.EntityName, line => line.Before, line => line.After);
    }

    private static AuditItem Show(AuditEntry line) => new(
        line.Id, line.Time, line.User, line.Token, line.Action, line.Entity, line.EntityId, line.EntityName,
        JsonOf(line.Before), JsonOf(line.After), line.Address);

    private static JsonElement? JsonOf(string? json) => json is null ? null : JsonElement.Parse(json);
}
