using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Ordo.Foundation.Persistence;

/// <summary>The hand-written migrations of every module, in the order of their ids (<c>yyyyMMddNNNN_module_what</c>).</summary>
internal sealed class ModuleMigrations : IMigrationsAssembly
{
    public ModuleMigrations(ICurrentDbContext context)
    {
        var found =
            from assembly in ((OrdoDbContext)context.Context).ModuleAssemblies
            from type in assembly.DefinedTypes
            where type.IsSubclassOf(typeof(Migration)) && !type.IsAbstract
            let id = type.GetCustomAttribute<MigrationAttribute>()?.Id
            where id is not null && type.GetCustomAttribute<DbContextAttribute>()?.ContextType == typeof(OrdoDbContext)
            select (id, type);
        var migrations = new SortedList<string, TypeInfo>(StringComparer.Ordinal);
        foreach (var (id, type) in found)
        {
            if (!migrations.TryAdd(id, type))
                throw new InvalidOperationException($"Migration {id} is there twice: {migrations[id].FullName} and {type.FullName}.");
        }

        Migrations = migrations;
    }

    public IReadOnlyDictionary<string, TypeInfo> Migrations { get; }

    /// <summary>None: the migrations are written by hand, and a test compares what they build with the model.</summary>
    public ModelSnapshot? ModelSnapshot => null;

    public Assembly Assembly => typeof(OrdoDbContext).Assembly;

    [SuppressMessage("Globalization", "CA1309", Justification = "EF's contract: an id or a name, in any case.")]
    public string? FindMigrationId(string nameOrId) =>
        Migrations.Keys.FirstOrDefault(id => string.Equals(id, nameOrId, StringComparison.OrdinalIgnoreCase)
            || id.EndsWith('_' + nameOrId, StringComparison.OrdinalIgnoreCase));

    public Migration CreateMigration(TypeInfo migrationClass, string activeProvider)
    {
        var migration = (Migration)Activator.CreateInstance(migrationClass.AsType())!;
        migration.ActiveProvider = activeProvider;
        return migration;
    }
}
