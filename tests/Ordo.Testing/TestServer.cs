using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Telemetry;

namespace Ordo.Testing;

/// <summary>A server with only the modules under test, on a free port of 127.0.0.1, with a data folder and a clock of its own.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly TemporaryFolder folder;
    private readonly WebApplication app;

    private TestServer(TemporaryFolder folder, FakeTime time, WebApplication app)
    {
        (this.folder, Time, this.app) = (folder, time, app);
        Address = new(app.Urls.First());
    }

    public Uri Address { get; }

    public FakeTime Time { get; }

    public IServiceProvider Services => app.Services;

    public string DataFolder => folder.Path;

    /// <param name="settings">Of the section <c>Ordo</c>, for example <c>("Database:Provider", "sqlite")</c>.</param>
    /// <param name="modules">The modules under test and those they need.</param>
    /// <param name="database">Default: SQLite in the server's own folder.</param>
    /// <param name="services">Further registrations, after the modules'.</param>
    public static async Task<TestServer> StartAsync(
        IReadOnlyList<IModule> modules,
        IReadOnlyDictionary<string, string?>? settings = null,
        DatabaseOptions? database = null,
        Action<IServiceCollection>? services = null)
    {
        var folder = new TemporaryFolder();
        var time = new FakeTime();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // In code, because a module that opens a port of its own makes Kestrel forget addresses that are only named.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Data"] = folder.Path, ["Perception:Gateways:Hj212:Port"] = "0", ["Identifiers:Port"] = "0" })
            .AddInMemoryCollection(database is null ? [] : new Dictionary<string, string?>
            {
                ["Database:Provider"] = database.Provider.ToString(),
                ["Database:ConnectionString"] = database.ConnectionString,
            })
            .AddInMemoryCollection(settings ?? new Dictionary<string, string?>())
            .Build();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddOrdoFoundation(configuration, modules);
        services?.Invoke(builder.Services);
        AddMemoryTelemetry(builder.Services);

        WebApplication app = builder.Build();
        await using (OrdoDbContext context = await app.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>().CreateDbContextAsync())
            await context.Database.MigrateOrdoAsync();
        app.UseOrdoFronts();
        app.UseRouting();
        app.UseOrdoFoundation();
        await app.StartAsync();
        return new(folder, time, app);
    }

    /// <summary>A client that keeps its own cookies.</summary>
    public HttpClient CreateClient(string language = "en")
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = Patience.Limit };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        return client;
    }

    /// <summary>Where the storage module is not under test, the store is in memory.</summary>
    private static void AddMemoryTelemetry(IServiceCollection services)
    {
        services.TryAddSingleton(provider => new MemoryTelemetry(provider.GetServices<ISampleObserver>));
        services.TryAddSingleton<ISeriesCatalogue>(provider => provider.GetRequiredService<MemoryTelemetry>());
        services.TryAddSingleton<ITelemetryReader>(provider => provider.GetRequiredService<MemoryTelemetry>());
        services.TryAddSingleton<IIngest>(provider => provider.GetRequiredService<MemoryTelemetry>());
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Dispose();
    }
}
