using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Audit;

namespace Ordo.Foundation.Persistence;

/// <summary>Registers and opens the database.</summary>
public static class OrdoDatabase
{
    // One instance each: EF keeps a set of inner services for every instance it meets.
    private static readonly SqliteSettings Settings = new();
    private static readonly BulkChangeGuard Guard = new();

    /// <summary>Registers <see cref="OrdoDbContext"/> (per request) and <see cref="IDbContextFactory{TContext}"/> (for singletons).</summary>
    public static IServiceCollection AddOrdoDatabase(this IServiceCollection services, DatabaseOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<Commits>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<CurrentActor>();
        return services.AddDbContextFactory<OrdoDbContext>((provider, context) =>
            context.UseOrdo(options).AddInterceptors(new CommitInterceptor(provider.GetRequiredService<Commits>())));
    }

    /// <summary>The provider and what both have in common; also for tools and tests that build a context themselves.</summary>
    public static DbContextOptionsBuilder UseOrdo(this DbContextOptionsBuilder context, DatabaseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Provider == DatabaseProvider.Sqlite)
            context.UseSqlite(options.ConnectionString).AddInterceptors(Settings);
        else
            context.UseNpgsql(options.ConnectionString);
        return context
            .ReplaceService<IMigrationsAssembly, ModuleMigrations>()
            .ReplaceService<IModelCacheKeyFactory, ModuleModelCacheKeyFactory>()
            .AddInterceptors(Guard)
            // Without a scaffolded snapshot EF always believes that the model has changed.
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
    }

    /// <summary>Creates the database or brings an older one up to date.</summary>
    /// <exception cref="NewerDatabaseException">It was written by a newer server; nothing was changed.</exception>
    public static async Task MigrateOrdoAsync(this DatabaseFacade database, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        string[] unknown = [.. (await AppliedAsync(database, cancellation)).Except(database.GetMigrations())];
        if (unknown.Length > 0) throw new NewerDatabaseException(unknown[0]);
        await database.ClearMigrationLockAsync(cancellation);
        await database.MigrateAsync(cancellation);
    }

    private static async Task<IEnumerable<string>> AppliedAsync(DatabaseFacade database, CancellationToken cancellation) =>
        await database.CanConnectAsync(cancellation) ? await database.GetAppliedMigrationsAsync(cancellation) : [];

    /// <summary>
    /// EF locks a SQLite migration with a row, and a server killed in the middle would leave it there, so that every later start waits for ever.
    /// The data folder has one server at a time, so whoever comes here may clear it.
    /// </summary>
    private static async Task ClearMigrationLockAsync(this DatabaseFacade database, CancellationToken cancellation)
    {
        if (database.IsSqlite() && await database.CanConnectAsync(cancellation))
            await database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
    }
}

/// <summary>The database knows a migration that this server does not.</summary>
public sealed class NewerDatabaseException(string migration)
    : Exception($"The database was written by a newer Ordo (it has {migration}). Start that version, or restore the backup made before the upgrade.");
