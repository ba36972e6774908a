using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Persistence;
using Ordo.Server.Cli;
using Ordo.Testing;

namespace Ordo.Server.Tests;

/// <summary>What must hold for all modules together, those to come included.</summary>
public sealed class WholeServerTests
{
    [Fact]
    public Task On_SQLite_the_migrations_of_all_modules_build_the_model() => CompareAsync(new SqliteDatabase(), new SqliteDatabase());

    [Fact]
    public Task On_PostgreSQL_the_migrations_of_all_modules_build_the_model() => CompareAsync(new PostgresDatabase(), new PostgresDatabase());

    [Fact]
    public async Task Every_entity_says_whether_its_changes_are_audited()
    {
        await using var database = new SqliteDatabase();
        await using OrdoDbContext context = database.Open(Modules.All());
        Assert.Empty(AuditedEntities.Undecided(context.Model));
    }

    [Fact]
    public async Task Every_route_states_a_permission_or_that_it_is_public()
    {
        using var folder = new TemporaryFolder();
        await using WebApplication app = ServerApp.Build(new ServerSettings { Data = folder.Path });
        string[] silent = [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>() is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Select(endpoint => endpoint.DisplayName ?? endpoint.ToString()!)];
        Assert.Empty(silent);
    }

    [Fact]
    public async Task The_description_of_the_API_gives_every_value_a_type_and_every_name_in_camel_case()
    {
        using JsonDocument document = JsonDocument.Parse(await OpenApiVerb.WriteAsync(CancellationToken.None));
        JsonElement root = document.RootElement;
        var parameters =
            from path in root.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            where operation.Value.TryGetProperty("parameters", out _)
            from parameter in operation.Value.GetProperty("parameters").EnumerateArray()
            where parameter.GetProperty("in").GetString() is "query" or "path" && !char.IsAsciiLetterLower(parameter.GetProperty("name").GetString()![0])
            select $"{operation.Name} {path.Name} {parameter.GetProperty("name")}";
        Assert.Empty(parameters);
        var times =
            from schema in root.GetProperty("components").GetProperty("schemas").EnumerateObject()
            where schema.Value.TryGetProperty("properties", out _)
            from property in schema.Value.GetProperty("properties").EnumerateObject()
            where property.Value.TryGetProperty("format", out JsonElement format) && format.GetString() == "date-time" && !property.Value.TryGetProperty("type", out _)
            select $"{schema.Name}.{property.Name}";
        Assert.Empty(times);
    }

    [Fact]
    public async Task The_console_is_built_from_the_API_that_this_server_has()
    {
        string committed = await File.ReadAllTextAsync(Path.Combine(HouseTests.Root, "web", "openapi.json"));
        string present = await OpenApiVerb.WriteAsync(CancellationToken.None);
        Assert.True(committed == present, "web/openapi.json is not what the server says now: run ./ordo openapi, then npm run generate in web/, and commit both.");
    }

    private static async Task CompareAsync(TestDatabase migrated, TestDatabase created)
    {
        await using (migrated)
        await using (created)
        {
            await migrated.InitializeAsync();
            await created.InitializeAsync();
            await MigratedSchema.EqualsModelAsync(migrated, created, Modules.All());
        }
    }
}
