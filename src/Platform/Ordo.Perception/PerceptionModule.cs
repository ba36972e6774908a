using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Park.Import;
using Ordo.Perception.Gateways;
using Ordo.Perception.Gateways.Hj212;
using Ordo.Perception.Gateways.Json;
using Ordo.Perception.Gateways.LineProtocol;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;

namespace Ordo.Perception;

/// <summary>The data-perception platform (数据感知平台): gateways and the sources that speak to them.</summary>
public sealed class PerceptionModule : IModule
{
    public string Name => "perception";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(configuration.GetSection(SourceOptions.Section).Get<SourceOptions>() ?? new SourceOptions());
        services.AddSingleton(configuration.GetSection(LimitOptions.Section).Get<LimitOptions>() ?? new LimitOptions());
        services.AddSingleton<IngressLimits>();
        services.AddSingleton<SourceRegistry>();
        services.AddDataProtection(); // its keys are the host's
        services.AddSingleton<SourceSecrets>();
        services.AddSingleton<SourceKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<SourceKeeper>());
        services.AddSingleton<RequestBook>();
        services.AddSingleton<GatewayList>();
        services.AddScoped<SourceDesk>();
        services.AddTransient<IParkImportPart, SourceImport>();
        services.AddSingleton<IChannelDictionary, Hj212Factors>();
        services.AddSingleton(Hj212Options.Read(configuration));
        services.AddGateway<Hj212Gateway>();
        services.AddSingleton(configuration.GetSection(HttpIngressOptions.Section).Get<HttpIngressOptions>() ?? new HttpIngressOptions());
        services.AddSingleton<HttpIngressLog>();
        services.AddSingleton<HttpIngress>();
        services.AddLineProtocol(configuration);
        services.AddJsonTelemetry();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, GatewayPorts>();
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        SourceRoutes.Map(routes);
        routes.MapLineProtocol();
        routes.MapJsonTelemetry();
    }
}

internal static class GatewayRegistration
{
    /// <summary>Registers a gateway; its options are registered beside it.</summary>
    public static IServiceCollection AddGateway<TGateway>(this IServiceCollection services)
        where TGateway : class, IGateway =>
        services.AddSingleton<TGateway>().AddSingleton<IGateway>(provider => provider.GetRequiredService<TGateway>());
}
