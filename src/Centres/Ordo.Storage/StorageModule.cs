using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Samples;

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
            provider.GetRequiredService<ILogger<TelemetryStore>>()));
        services.AddSingleton<IIngest>(provider => provider.GetRequiredService<TelemetryStore>());
        services.AddSingleton<ITelemetryReader>(provider => provider.GetRequiredService<TelemetryStore>());
        services.AddSingleton<IStorageStatus>(provider => provider.GetRequiredService<TelemetryStore>());
        services.AddSingleton(provider => provider.GetRequiredService<TelemetryStore>().Catalogue);
        services.AddSingleton(provider => new SampleDesk(
            provider.GetRequiredService<ITelemetryReader>(), options, provider.GetRequiredService<TelemetryStore>().Calendar, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<StorageService>();
    }

    /// <summary>None: telemetry does not lie in the database.</summary>
    public void ConfigureModel(ModelBuilder model)
    {
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        SampleRoutes.Map(routes);
        SeriesRoutes.Map(routes);
    }
}

/// <summary>Opens the store before any other service starts, and closes it when all have stopped: gateways and the web server only ever see it open.</summary>
internal sealed class StorageService(TelemetryStore store) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.Run(store.Start, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Without the token: what is in memory is sealed however long it takes.
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.Run(store.Stop, CancellationToken.None);
}
