using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Modules;

namespace Ordo.Foundation.Persistence;

/// <summary>
/// The one database of the server, assembled from the modules; SQLite by default, PostgreSQL by configuration.
/// Every change of an audited entity goes into the audit trail within its own transaction.
/// </summary>
public sealed class OrdoDbContext(DbContextOptions<OrdoDbContext> options, IEnumerable<IModule> modules, AuditTrail audit, Commits commits)
    : DbContext(options)
{
    private readonly IModule[] modules = [.. modules];

    /// <summary>Assemblies that hold entity configurations and migrations.</summary>
    internal IEnumerable<Assembly> ModuleAssemblies => modules.Select(module => module.GetType().Assembly).Distinct();

    /// <summary>Names of the modules: two sets of modules are two models.</summary>
    internal string ModuleNames => string.Join(' ', modules.Select(module => module.GetType().FullName));

    /// <summary>Types of the entities changed since the last commit.</summary>
    internal HashSet<Type> Uncommitted { get; } = [];

    /// <summary>Not to be had: the audit trail reads from the database, and a request's thread should not wait for it.</summary>
    public override int SaveChanges(bool acceptAllChangesOnSuccess) => throw new NotSupportedException($"Use {nameof(SaveChangesAsync)}.");

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (!acceptAllChangesOnSuccess) throw new NotSupportedException("Changes are saved once and accepted at once.");
        var changes = await AuditTrail.CaptureAsync(this, cancellationToken);
        Uncommitted.UnionWith(ChangeTracker.Entries()
            .Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .Select(entry => entry.Metadata.ClrType));
        int saved = changes.Count == 0
            ? await base.SaveChangesAsync(true, cancellationToken)
            : await SaveWithAuditAsync(changes, cancellationToken);
        if (Database.CurrentTransaction is null) commits.Publish(this);
        return saved;
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcMilliseconds>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (IModule module in modules) module.ConfigureModel(modelBuilder);
    }

    /// <summary>The keys of new rows are known only after they are saved, so the audit is a second step of the same transaction.</summary>
    private async Task<int> SaveWithAuditAsync(IReadOnlyList<AuditedChange> changes, CancellationToken cancellation)
    {
        await using IDbContextTransaction? own = Database.CurrentTransaction is null ? await Database.BeginTransactionAsync(cancellation) : null;
        int saved = await base.SaveChangesAsync(true, cancellation);
        AddRange(await audit.CompleteAsync(this, changes, cancellation));
        await base.SaveChangesAsync(true, cancellation);
        if (own is not null) await own.CommitAsync(cancellation);
        return saved;
    }
}
