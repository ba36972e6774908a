using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Park.Import;
using Ordo.Foundation.Points;

namespace Ordo.Foundation.Park;

/// <summary>The park tree and its points. Needs the telemetry store's <c>ISeriesCatalogue</c> and <c>ITelemetryReader</c>.</summary>
public sealed class ParkModule : IModule
{
    public string Name => "park";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddScoped<AssetDesk>();
        services.AddScoped<PointDesk>();
        services.AddSingleton<PointDirectory>();
        services.AddSingleton<IPointDirectory>(provider => provider.GetRequiredService<PointDirectory>());
        services.AddHostedService(provider => provider.GetRequiredService<PointDirectory>());
        services.AddSingleton<LiveValues>();
        services.AddTransient<IParkImportPart, AssetImportPart>();
        services.AddTransient<IParkImportPart, PointImportPart>();
        services.AddScoped<ParkImporter>();
        services.AddScoped<ParkExporter>();
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        AssetRoutes.Map(routes);
        PointRoutes.Map(routes);
        ImportRoutes.Map(routes);
    }

    public void ConfigureModel(ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.ApplyConfiguration(new AssetTable());
        model.ApplyConfiguration(new PointTable());
    }
}
