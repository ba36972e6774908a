using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ordo.Testing;

namespace Ordo.Server.Tests;

/// <summary>A database on another machine is away for hours: whatever works by itself in the server waits for it, and none of it ends the server.</summary>
public sealed class DatabaseAwayTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task The_whole_server_stands_while_its_database_is_away_and_goes_on_when_it_is_back()
    {
        Foundation.Persistence.DatabaseOptions options = database.Through(out Wire wire);
        using Wire way = wire;
        await using TestServer server = await TestServer.StartAsync(Modules.All(), new Dictionary<string, string?>([TestPeople.Settings]) { ["Storage:DiskBudgetBytes"] = "1000000000" }, options);
        using var people = new TestPeople(server);
        await people.StartAsync();
        JsonElement made = await (await people.Admin.PostAsJsonAsync("/api/v1/tokens", new { name = "writer", role = "administrator" })).Content.ReadFromJsonAsync<JsonElement>();
        using HttpClient writer = server.CreateClient();
        writer.DefaultRequestHeaders.Authorization = new("Bearer", made.GetProperty("token").GetString());
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(writer));
        BackgroundService[] services = [.. server.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
        BackgroundService[] working = [.. services.Where(service => service.ExecuteTask is { IsCompleted: false })];
        Assert.True(working.Length > 10, $"{working.Length} of {services.Length} services work.");

        way.Cut();
        for (int step = 0; step < 60; step++)
        {
            server.Time.Advance(TimeSpan.FromMinutes(2));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(writer)); // a known token, and no database: not now
        }

        way.Mend();
        for (int step = 0; step < 5; step++)
        {
            server.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(writer));
        }

        Assert.Empty(working.Where(service => service.ExecuteTask is { IsCompleted: true }).Select(service => $"{service}: {service.ExecuteTask!.Exception}"));
        Assert.False(server.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using HttpResponseMessage answer = await client.GetAsync("/api/v1/accounts");
        return answer.StatusCode;
    }
}
