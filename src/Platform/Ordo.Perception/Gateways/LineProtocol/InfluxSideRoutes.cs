using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>What clients ask besides writing: whether somebody is there, and for the database they are about to write to.</summary>
internal static partial class InfluxSideRoutes
{
    /// <summary>The one database, bucket and organization, whatever clients call it.</summary>
    private const string Store = "ordo";

    private const string StoreId = "000000000000000a";
    private static readonly string[] Reading = ["GET", "HEAD"];

    public static void MapInfluxSideRoutes(this IEndpointRouteBuilder routes)
    {
        // Public: it says nothing but that a server is here, and clients send it without a token.
        routes.MapMethods("/ping", Reading, Ping).AllowAnonymous().ExcludeFromDescription();
        Guard(routes.MapMethods("/query", ["GET", "POST"], Query), InfluxDialect.Version1);
        Guard(routes.MapGet("/api/v2/buckets", Buckets), InfluxDialect.Version2);
        Guard(routes.MapGet("/api/v2/orgs", Organizations), InfluxDialect.Version2);
    }

    private static void Guard(IEndpointConventionBuilder route, InfluxDialect dialect) =>
        route.RequireAuthorization(Permissions.WriteTelemetry).WithMetadata(new InfluxRoute(dialect)).ExcludeFromDescription();

    private static IResult Ping(HttpContext context, string? verbose = null)
    {
        InfluxAnswers.AddVersion(context.Response);
        return verbose is null or "" or "0" or "false" ? TypedResults.NoContent() : TypedResults.Json(new { version = context.Response.Headers["X-Influxdb-Version"].ToString() });
    }

    /// <summary>Clients make their database before the first write and want to see that it worked; the name does not matter here.</summary>
    private static async Task Query(HttpContext context)
    {
        InfluxAnswers.AddVersion(context.Response);
        string query = context.Request.Query["q"].ToString();
        if (query.Length == 0 && context.Request.HasFormContentType) query = (await context.Request.ReadFormAsync(context.RequestAborted))["q"].ToString();
        if (query.Length == 0)
            await InfluxDialect.Version1.ErrorAsync(context, StatusCodes.Status400BadRequest, "missing required parameter \"q\"");
        else if (CreateDatabase().IsMatch(query))
            await context.Response.WriteAsJsonAsync(new { results = new[] { new { statement_id = 0 } } });
        else if (ShowDatabases().IsMatch(query))
            await context.Response.WriteAsJsonAsync(Table("databases", "name", Store));
        else
            await InfluxDialect.Version1.ErrorAsync(context, StatusCodes.Status400BadRequest, "only CREATE DATABASE and SHOW DATABASES are understood; read through /api/v1");
    }

    private static object Table(string name, string column, string value) =>
        new { results = new[] { new { statement_id = 0, series = new[] { new { name, columns = new[] { column }, values = new[] { new[] { value } } } } } } };

    private static object Buckets(string? name = null) => new
    {
        buckets = new[] { new { id = StoreId, orgID = StoreId, type = "user", name = name is { Length: > 0 } ? name : Store, retentionRules = Array.Empty<object>() } },
    };

    private static object Organizations(string? org = null) => new { orgs = new[] { new { id = StoreId, name = org is { Length: > 0 } ? org : Store, status = "active" } } };

    [GeneratedRegex(@"^\s*CREATE\s+DATABASE\s+(""[^""]+""|\S+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CreateDatabase();

    [GeneratedRegex(@"^\s*SHOW\s+DATABASES\s*;?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ShowDatabases();
}
