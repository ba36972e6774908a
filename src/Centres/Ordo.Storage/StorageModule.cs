using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Calculations;
using Ordo.Storage.Care;
using Ordo.Storage.ClickHouse;
using Ordo.Storage.Moving;
using Ordo.Storage.Retention;
using Ordo.Storage.Samples;
using Ordo.Storage.Transfer;

namespace Ordo.Storage;

/// <summary>The data storage centre (数据存储中心): the telemetry store and the routes that read it.</summary>
public sealed class StorageModule : IModule
{
    public string Name => "storage";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new();
        services.AddSingleton(options);
        services.AddSingleton(provider => new TelemetryStore(
            options,
            Path.Combine(ModuleHosting.DataFolder(configuration), "telemetry"),
            provider.GetServices<ISampleObserver>,
            provider.GetRequiredService<ILogger<TelemetryStore>>(),
            clock: provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ClickHouseStore(
            options,
            provider.GetRequiredService<IDbContextFactory<OrdoDbContext>>(),
            provider.GetServices<ISampleObserver>,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ClickHouseStore>>()));
        services.AddSingleton<ITelemetryEngine>(provider => options.IsOnClickHouse ? provider.GetRequiredService<ClickHouseStore>() : provider.GetRequiredService<TelemetryStore>());
        services.AddSingleton<IIngest>(provider => provider.GetRequiredService<ITelemetryEngine>());
        services.AddSingleton<ITelemetryReader>(provider => provider.GetRequiredService<ITelemetryEngine>());
        services.AddSingleton<IStorageStatus>(provider => provider.GetRequiredService<ITelemetryEngine>());
        services.AddSingleton(provider => provider.GetRequiredService<ITelemetryEngine>().Catalogue);
        services.AddSingleton<ITelemetryCare>(provider => provider.GetRequiredService<TelemetryStore>());
        services.AddSingleton(provider => new SampleDesk(
            provider.GetRequiredService<ITelemetryReader>(), options, provider.GetRequiredService<ITelemetryEngine>().Calendar, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<RetentionKeeper>(),
            options.IsOnClickHouse ? null : provider.GetRequiredService<SettledCurves>()));
        services.AddSingleton<SettledCurves>();
        services.AddSingleton<ISampleObserver>(provider => provider.GetRequiredService<SettledCurves>());
        services.AddSingleton(provider => new TelemetryMigration(
            options,
            ModuleHosting.DataFolder(configuration),
            provider.GetRequiredService<IDbContextFactory<OrdoDbContext>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService<StorageService>();
        services.AddSingleton(provider => provider.GetRequiredService<ITelemetryEngine>().Calendar);
        services.AddSingleton(provider => new Lazy<IIngest>(provider.GetRequiredService<IIngest>)); // the store asks for its observers, and this one writes to the store
        services.AddSingleton<CalculationEngine>();
        services.AddSingleton<ISampleObserver>(provider => provider.GetRequiredService<CalculationEngine>());
        services.AddHostedService(provider => provider.GetRequiredService<CalculationEngine>());
        services.AddScoped<CalculationDesk>();
        services.AddHostedService<SampleWarmUp>();
        services.AddSingleton<TransferDesk>();
        services.AddSingleton<RetentionKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<RetentionKeeper>());
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        SampleRoutes.Map(routes);
        SeriesRoutes.Map(routes);
        CalculationRoutes.Map(routes);
        RetentionRoutes.Map(routes);
        TransferRoutes.Map(routes);
        LatestRoutes.Map(routes);
        GapRoutes.Map(routes);
        StatisticsRoutes.Map(routes);
    }
}

/// <summary>Opens the store before any other service starts, and closes it when all have stopped: gateways and the web server only ever see it open.</summary>
internal sealed class StorageService(ITelemetryEngine store) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.Run(store.Start, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Without the token: what is in memory is sealed however long it takes.
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.Run(store.Stop, CancellationToken.None);
}
