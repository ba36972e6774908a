using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Economy.Calculators;
using Ordo.Economy.Cockpit;
using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.Forecasting;
using Ordo.Economy.Forecasting.Nowcast;
using Ordo.Economy.Indicators;
using Ordo.Economy.Plans;
using Ordo.Economy.Plans.Cases;
using Ordo.Economy.Plans.Reports;
using Ordo.Economy.Reports;
using Ordo.Economy.Settings;
using Ordo.Economy.WarningLights;
using Ordo.Foundation.Cockpit;
using Ordo.Foundation.Modules;

namespace Ordo.Economy;

/// <summary>Monitoring of economic operation (经济运行监测) and of the plan (规划监测评估).</summary>
public sealed class EconomyModule : IModule
{
    public string Name => "economy";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddHostedService<PlanContentLoader>();
        services.AddScoped<PlanDesk>();
        services.AddScoped<CorrectionDesk>();
        services.AddScoped<PlanReports>();
        services.AddSingleton<EconomyBook>();
        services.AddSingleton<EconomyDoor>();
        services.AddSingleton<MeteredElectricity>();
        services.AddSingleton<NowcastDesk>();
        services.AddScoped<SettingsDesk>();
        services.AddScoped<FilingDesk>();
        services.AddScoped<FilingDuties>();
        services.AddScoped<FilingWorkbook>();
        services.AddSingleton<ICockpitPanel, EconomyPanel>();
        services.AddSingleton<ICockpitPanel, PlanPanel>();
        services.AddHostedService<FilingReminderService>();
        services.AddHostedService<ReleaseWarmUp>();
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapCalculators();
        routes.MapPlan();
        routes.MapCorrections();
        routes.MapPlanReports();
        routes.MapIndicators();
        routes.MapFilings();
        routes.MapFigures();
        routes.MapLights();
        routes.MapForecasts();
        routes.MapSettings();
        routes.MapReports();
    }
}
