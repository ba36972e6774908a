using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ordo.Foundation.Modules;

/// <summary>
/// A room of the house: what one project contributes to the server. The host holds the only list of modules.
/// EF entity configurations and migrations are found in the module's assembly; nothing else is discovered by reflection.
/// </summary>
public interface IModule
{
    /// <summary>Lower-case name, the prefix of the module's tables and of its permissions: <c>park</c>, <c>perception</c>, <c>operations</c>.</summary>
    string Name { get; }

    /// <param name="services">The host's.</param>
    /// <param name="configuration">The section <c>Ordo</c>: a module reads <c>Storage:…</c>, set as <c>ORDO__Storage__…</c>.</param>
    void AddServices(IServiceCollection services, IConfiguration configuration);

    /// <summary>Maps the module's routes. Every route states a permission (or, rarely, that it is public).</summary>
    void MapRoutes(IEndpointRouteBuilder routes);

    /// <summary>
    /// Puts what the module answers in front of routing and sign-in: only for what is asked so often that those would cost more than the answer, and only what everybody may
    /// read. What it does not answer itself it must pass on.
    /// </summary>
    void UseFront(IApplicationBuilder app)
    {
    }

    /// <summary>
    /// Begins what takes long at a start, on a thread of its own, while the server brings the database up to date. It must not touch the database; who needs what is begun here waits for it,
    /// and meets its fault.
    /// </summary>
    void BeginStart(IServiceProvider services)
    {
    }

    /// <summary>Adds the module's entities to the one model. The default takes every <see cref="IEntityTypeConfiguration{TEntity}"/> of its assembly.</summary>
    void ConfigureModel(ModelBuilder model) => model.ApplyConfigurationsFromAssembly(GetType().Assembly);
}
