using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Modules;

namespace Ordo.Foundation.Persistence;

/// <summary>The one database of the server, assembled from the modules; SQLite by default, PostgreSQL by configuration.</summary>
public sealed class OrdoDbContext(DbContextOptions<OrdoDbContext> options, IEnumerable<IModule> modules) : DbContext(options)
{
    private readonly IModule[] modules = [.. modules];

    /// <summary>Assemblies that hold entity configurations and migrations.</summary>
    internal IEnumerable<Assembly> ModuleAssemblies => modules.Select(module => module.GetType().Assembly).Distinct();

    /// <summary>Names of the modules: two sets of modules are two models.</summary>
    internal string ModuleNames => string.Join(' ', modules.Select(module => module.GetType().FullName));

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcMilliseconds>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (IModule module in modules) module.ConfigureModel(modelBuilder);
    }
}
