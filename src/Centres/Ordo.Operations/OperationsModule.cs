using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Alarms;
using Ordo.Foundation.Cockpit;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms;
using Ordo.Operations.Alarms.Definitions;
using Ordo.Operations.Alarms.PlantStates;
using Ordo.Operations.Cockpit;
using Ordo.Operations.Live;
using Ordo.Operations.Map;
using Ordo.Operations.Performance;

namespace Ordo.Operations;

/// <summary>The smart operations centre (智慧运营中心): alarms, the live stream, the state of the park on the map.</summary>
public sealed class OperationsModule : IModule
{
    public string Name => "operations";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection("Operations:Alarms").Get<AlarmOptions>() ?? new AlarmOptions());
        services.AddSingleton<AlarmCatalogue>();
        services.AddSingleton<AlarmEngine>();
        services.AddSingleton<ISampleObserver>(provider => provider.GetRequiredService<AlarmEngine>());
        services.AddSingleton<AlarmJournal>();
        services.AddSingleton<IAlarmRaiser, AlarmRaiser>();
        services.AddHostedService<AlarmService>();
        services.AddScoped<AlarmDesk>();
        services.AddSingleton<OccurrenceDays>();
        services.AddHostedService<DigestService>();
        services.AddScoped<PerformanceDesk>();
        services.AddScoped<AlarmHoldDesk>();
        services.AddScoped<AlarmDefinitionDesk>();
        services.AddScoped<AlarmDefinitionList>();

        services.AddSingleton(configuration.GetSection("Operations:Live").Get<LiveOptions>() ?? new LiveOptions());
        services.AddSingleton<LiveSamples>();
        services.AddSingleton<ISampleObserver>(provider => provider.GetRequiredService<LiveSamples>());
        services.AddSingleton<LiveMessages>();
        services.AddSingleton<LiveHub>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveHub>());

        services.AddSingleton<AssetNames>();
        services.AddSingleton<ParkStates>();
        services.AddHostedService<OperationsMetrics>();
        AddCockpit(services, configuration.GetSection("Operations:Cockpit").Get<CockpitOptions>() ?? new CockpitOptions());
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapAlarms();
        routes.MapAlarmPerformance();
        routes.MapAlarmDefinitions();
        routes.MapPlantStates();
        routes.MapLive();
        routes.MapStates();
        routes.MapCockpit();
    }

    private static void AddCockpit(IServiceCollection services, CockpitOptions options)
    {
        PointPanelFile file = PointPanelFile.Read(options.PointPanels);
        services.AddSingleton(options);
        services.AddSingleton(file);
        services.AddSingleton<NewestValues>();
        services.AddSingleton<Enterprises>();
        foreach (PointPanelDefinition definition in file.Panels)
            services.AddSingleton<ICockpitPanel>(provider => ActivatorUtilities.CreateInstance<PointPanel>(provider, definition));
        services.AddSingleton<ICockpitPanel, AlarmPanel>();
        services.AddSingleton<ICockpitPanel, SourcePanel>();
        services.AddSingleton<CockpitWall>();
    }
}
