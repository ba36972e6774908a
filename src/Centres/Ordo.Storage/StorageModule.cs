using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Http;
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
        services.AddHostedService(provider => new StorageService(
            provider.GetRequiredService<ITelemetryEngine>(), provider.GetRequiredService<RetentionKeeper>(), provider.GetRequiredService<SettledCurves>(),
            options.IsOnClickHouse ? null : new CurvesFile(provider.GetRequiredService<TelemetryStore>().Folder), provider.GetRequiredService<ILogger<StorageService>>()));
        services.AddSingleton(provider => provider.GetRequiredService<ITelemetryEngine>().Calendar);
        services.AddSingleton(provider => new Lazy<IIngest>(provider.GetRequiredService<IIngest>)); // the store asks for its observers, and this one writes to the store
        services.AddSingleton<CalculationEngine>();
        services.AddSingleton<ISampleObserver>(provider => provider.GetRequiredService<CalculationEngine>());
        services.AddHostedService(provider => provider.GetRequiredService<CalculationEngine>());
        services.AddScoped<CalculationDesk>();
        services.AddSingleton<IFirstQuestions, SampleFirstQuestions>();
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

/// <summary>
/// Opens the store before any other service starts, and closes it when all have stopped: gateways and the web server only ever see it open. The joined curves that it had are there again after a stop.
/// </summary>
/// <param name="file">Where they are; <c>null</c> where samples can come in past this process.</param>
internal sealed partial class StorageService(ITelemetryEngine store, RetentionKeeper retention, SettledCurves curves, CurvesFile? file, ILogger<StorageService> log) : IHostedLifecycleService
{
    private readonly ILogger log = log;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.Run(Open, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Without the token: what is in memory is sealed however long it takes.
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.Run(Close, CancellationToken.None);

    private void Open()
    {
        if (file is not null) curves.Load(file);
        store.Start();
    }

    private void Close()
    {
        store.Stop();
        if (file is null) return;
        try
        {
            curves.Save(file, retention.Drops);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogCurvesNotKept(e);
        }
    }

    [LoggerMessage(3041, LogLevel.Warning, "Joined curves could not be kept for the next start; they are read again when they are asked for")]
    private partial void LogCurvesNotKept(Exception fault);
}
