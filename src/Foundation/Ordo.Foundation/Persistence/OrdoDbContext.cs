using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Modules;

namespace Ordo.Foundation.Persistence;

/// <summary>The one database of the server, assembled from the modules; SQLite by default, PostgreSQL by configuration.</summary>
public sealed class OrdoDbContext(DbContextOptions<OrdoDbContext> options, IEnumerable<IModule> modules) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (IModule module in modules) module.ConfigureModel(modelBuilder);
    }
}
