using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access.Links;
using Ordo.Foundation.Alarms;
using Ordo.Foundation.Cockpit;
using Ordo.Foundation.Messages;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms;
using Ordo.Operations.Alarms.Definitions;
using Ordo.Operations.Alarms.PlantStates;
using Ordo.Operations.Boards;
using Ordo.Operations.Cockpit;
using Ordo.Operations.Duty;
using Ordo.Operations.Grafana;
using Ordo.Operations.Incidents;
using Ordo.Operations.Live;
using Ordo.Operations.Map;
using Ordo.Operations.Mimics;
using Ordo.Operations.Notes;
using Ordo.Operations.Notifications;
using Ordo.Operations.Notifications.Channels;
using Ordo.Operations.Notifications.Rules;
using Ordo.Operations.Performance;
using Ordo.Operations.Reports;

namespace Ordo.Operations;

/// <summary>The smart operations centre (智慧运营中心): alarms, the live stream, the state of the park on the map.</summary>
public sealed class OperationsModule : IModule
{
    public string Name => "operations";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection("Operations:Alarms").Get<AlarmOptions>() ?? new AlarmOptions());
        services.AddSingleton(new ParkTimeZone(configuration["Storage:TimeZone"] ?? ParkTimeZone.Default));
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
        services.AddScoped<AlarmMassEdit>();
        services.AddScoped<AlarmDefinitionFile>();
        services.AddScoped<AlarmTemplateDesk>();
        services.AddScoped<ExpressionNames>();

        services.AddSingleton(configuration.GetSection("Operations:Live").Get<LiveOptions>() ?? new LiveOptions());
        services.AddSingleton<LiveSamples>();
        services.AddSingleton<ISampleObserver>(provider => provider.GetRequiredService<LiveSamples>());
        services.AddSingleton<LiveMessages>();
        services.AddSingleton<LiveHub>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveHub>());

        services.AddSingleton(new ParkClock(TimeZoneInfo.FindSystemTimeZoneById(configuration["Storage:TimeZone"] ?? "Asia/Shanghai")));
        AddNotifications(services, configuration.GetSection("Operations:Notification").Get<NotificationOptions>() ?? new NotificationOptions());
        services.AddSingleton<DutyBoard>();
        services.AddScoped<DutyDesk>();
        services.AddSingleton<SigningOrder>();
        services.AddScoped<HandOverDesk>();
        services.AddSingleton<IncidentFeed>();
        services.AddSingleton<IIncidents>(provider => provider.GetRequiredService<IncidentFeed>());
        services.AddScoped<IncidentDesk>();

        services.AddSingleton<ReportWriter>();
        services.AddSingleton<ReportService>();
        services.AddHostedService(provider => provider.GetRequiredService<ReportService>());
        services.AddScoped<ReportDesk>();
        services.AddScoped<MimicDesk>();
        services.AddSingleton<ILinkTarget, BoardLinkTarget>();

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
        routes.MapAlarmTemplates();
        routes.MapPlantStates();
        routes.MapLive();
        routes.MapStates();
        routes.MapCockpit();
        routes.MapNotifications();
        routes.MapDuty();
        routes.MapIncidents();
        routes.MapReports();
        routes.MapBoards();
        routes.MapBoardLinks();
        routes.MapMimics();
        routes.MapGrafana();
        routes.MapNotes();
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

    /// <summary>Must start after the alarms: it listens to their journal.</summary>
    private static void AddNotifications(IServiceCollection services, NotificationOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<TargetPolicy>();
        services.AddSingleton<ChannelSecrets>();
        services.AddSingleton<MessageWriter>();
        services.AddSingleton<HttpSender>();
        services.AddSingleton<MailSender>();
        services.AddSingleton<BrowserSender>();
        foreach (ChannelKind kind in Enum.GetValues<ChannelKind>())
            services.AddKeyedSingleton<IMessageSender>(kind, (provider, _) => kind switch
            {
                ChannelKind.Email => provider.GetRequiredService<MailSender>(),
                ChannelKind.Browser => provider.GetRequiredService<BrowserSender>(),
                _ => provider.GetRequiredService<HttpSender>(),
            });
        services.AddSingleton<Outbox>();
        services.AddSingleton<IMessenger, Messenger>();
        services.AddHostedService(provider => provider.GetRequiredService<Outbox>());
        services.AddSingleton<NotificationRouter>();
        services.AddSingleton<NotificationService>();
        services.AddHostedService(provider => provider.GetRequiredService<NotificationService>());
        services.AddScoped<ChannelDesk>();
        services.AddScoped<RuleDesk>();
        services.AddScoped<DeliveryDesk>();
    }
}
