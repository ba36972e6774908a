using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Ordo.Foundation.Access.SignIn;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Modules;

/// <summary>Puts a server together from its modules; the host calls the three methods, each once.</summary>
public static class ModuleHosting
{
    /// <summary>Registers the clock, the database, the conventions of HTTP, and every module.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="configuration">The section <c>Ordo</c> (environment: <c>ORDO__…</c>); <c>Data</c> is the data folder, default <c>./data</c>.</param>
    /// <param name="modules">All modules of the server, in the order of their dependencies.</param>
    public static IServiceCollection AddOrdoFoundation(this IServiceCollection services, IConfiguration configuration, params IReadOnlyList<IModule> modules) =>
        services.AddOrdoFoundation(configuration, modules, closed: []);

    /// <param name="modules">The rooms that are open, in the order of their dependencies.</param>
    /// <param name="closed">Those that only keep their tables.</param>
    public static IServiceCollection AddOrdoFoundation(this IServiceCollection services, IConfiguration configuration, IReadOnlyList<IModule> modules, IReadOnlyList<IModule> closed)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(modules);
        ArgumentNullException.ThrowIfNull(closed);
        services.AddSingleton(new RunningModules(modules));
        foreach (IModule module in closed) services.AddSingleton(module);
        services.TryAddSingleton(TimeProvider.System);
        services.AddOrdoDatabase(DatabaseOptions.Read(configuration, DataFolder(configuration)));
        services.AddHttpConventions();
        services.AddConnectionSeating();
        foreach (IModule module in modules)
        {
            services.AddSingleton(module);
            module.AddServices(services, configuration);
        }

        return services;
    }

    /// <summary>Full path of the folder that holds everything the server writes.</summary>
    public static string DataFolder(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Path.GetFullPath(configuration["Data"] ?? "data");
    }

    /// <summary>What modules answer in front of everything else; before routing.</summary>
    public static WebApplication UseOrdoFronts(this WebApplication app)
    {
        foreach (IModule module in app.Services.GetRequiredService<RunningModules>().All) module.UseFront(app);
        return app;
    }

    /// <summary>The request pipeline and the routes of every module.</summary>
    public static WebApplication UseOrdoFoundation(this WebApplication app)
    {
        app.UseHttpConventions();
        if (app.Services.GetService<IAuthenticationService>() is not null) app.UseAuthentication().UseCrossSiteGuard().UseAuthorization();
        var routes = app.MapConventionalGroup();
        foreach (IModule module in app.Services.GetRequiredService<RunningModules>().All) module.MapRoutes(routes);
        return app;
    }
}
