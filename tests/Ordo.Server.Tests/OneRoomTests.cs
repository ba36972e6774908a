using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Telemetry;
using Ordo.Server.Cli;
using Ordo.Testing;

namespace Ordo.Server.Tests;

/// <summary>A server with one room (<c>ordo server --only</c>).</summary>
public sealed class OneRoomTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_identifier_node_alone_has_its_routes_and_those_of_no_other_room()
    {
        await using WebApplication app = ServerApp.Build(new() { Data = folder.Path, Only = "identifiers" });
        string[] routes = RoutesOf(app);
        Assert.Contains(routes, route => route.StartsWith("/api/handles", StringComparison.Ordinal));
        Assert.Contains("/api/v1/identifiers/enterprises", routes);
        Assert.Contains("/api/v1/auth/login", routes);
        Assert.Contains("/api/v1/assets", routes);
        string[] others = ["/api/v1/alarms", "/api/v1/live", "/api/v1/series", "/api/v1/points", "/api/v1/sources", "/write", "/api/v2/write", "/api/v1/economy", "/api/v1/telemetry"];
        Assert.DoesNotContain(routes, route => others.Any(other => route.StartsWith(other, StringComparison.Ordinal)));
        Assert.Empty(app.Services.GetServices<IIngest>());
        Assert.Equal(["access", "park", "identifiers"], app.Services.GetRequiredService<RunningModules>().Names);
    }

    [Fact]
    public async Task Its_data_folder_has_the_tables_of_the_whole_park_so_that_either_server_opens_it()
    {
        await using WebApplication one = ServerApp.Build(new() { Data = folder.Path, Only = "identifiers" }), all = ServerApp.Build(new() { Data = folder.Path });
        await using OrdoDbContext few = await one.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>().CreateDbContextAsync();
        await using OrdoDbContext whole = await all.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>().CreateDbContextAsync();
        Assert.Equal(whole.Database.GetMigrations(), few.Database.GetMigrations());
        Assert.Equal(TablesOf(whole), TablesOf(few));
    }

    /// <summary>Commands do it beside a running server, whose files then have two who write them.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("identifiers")]
    public async Task Putting_a_server_together_opens_nothing(string? only)
    {
        await using (ServerApp.Build(new() { Data = folder.Path, Only = only }))
        {
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_room_that_cannot_be_alone_is_named_with_those_that_can() =>
        Assert.Contains("identifiers", Assert.Throws<StartRefusedException>(() => ServerApp.Build(new() { Data = folder.Path, Only = "economy" })).Message, StringComparison.Ordinal);

    private static string[] RoutesOf(WebApplication app) =>
        [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(endpoint => "/" + endpoint.RoutePattern.RawText?.Trim('/')).Distinct()];

    private static string[] TablesOf(OrdoDbContext context) => [.. context.Model.GetEntityTypes().Select(entity => entity.GetTableName() ?? "").Distinct().Order(StringComparer.Ordinal)];
}
