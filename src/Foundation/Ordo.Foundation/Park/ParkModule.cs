using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Park.Import;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Foundation.Park;

/// <summary>The park tree and its points. Needs the telemetry store's <c>ISeriesCatalogue</c> and <c>ITelemetryReader</c>.</summary>
/// <param name="points">Without them the tree alone is there, for a server that has no telemetry store.</param>
public sealed class ParkModule(bool points = true) : IModule
{
    public string Name => "park";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddScoped<AssetDesk>();
        services.AddSingleton<PointDirectory>();
        services.AddSingleton<IPointDirectory>(provider => provider.GetRequiredService<PointDirectory>());
        services.AddHostedService(provider => provider.GetRequiredService<PointDirectory>());
        services.AddTransient<IParkImportPart, AssetImportPart>();
        services.AddScoped<ParkImporter>();
        services.AddScoped<ParkExporter>();
        if (!points)
        {
            services.AddSingleton<ISeriesCatalogue, UnstoredSeries>();
            return;
        }

        services.AddScoped<PointDesk>();
        services.AddSingleton<LiveValues>();
        services.AddTransient<IParkImportPart, PointImportPart>();
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        AssetRoutes.Map(routes);
        if (points) PointRoutes.Map(routes);
        ImportRoutes.Map(routes);
    }

    public void ConfigureModel(ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.ApplyConfiguration(new AssetTable());
        model.ApplyConfiguration(new PointTable());
    }
}
