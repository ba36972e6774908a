using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Economy.Calculators;
using Ordo.Economy.Plans;
using Ordo.Foundation.Modules;

namespace Ordo.Economy;

/// <summary>Monitoring of economic operation (经济运行监测) and of the plan (规划监测评估).</summary>
public sealed class EconomyModule : IModule
{
    public string Name => "economy";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapCalculators();
        routes.MapPlan();
    }
}
