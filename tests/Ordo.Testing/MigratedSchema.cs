using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Persistence;
using Xunit;

namespace Ordo.Testing;

/// <summary>
/// Migrations are written by hand, so a test must see that they build what the model says: one database is migrated, another created from the
/// model, and both are read back from the provider's own catalogue, line by line.
/// </summary>
public static class MigratedSchema
{
    /// <param name="migrated">Empty; will be migrated.</param>
    /// <param name="created">Empty; will be created from the model.</param>
    /// <param name="modules">The modules whose migrations and entities are compared.</param>
    public static async Task EqualsModelAsync(TestDatabase migrated, TestDatabase created, params IReadOnlyList<IModule> modules)
    {
        await using OrdoDbContext byMigration = migrated.Open(modules), byModel = created.Open(modules);
        await byMigration.Database.MigrateOrdoAsync();
        await byModel.Database.EnsureCreatedAsync();
        string expected = await DescribeAsync(byModel), actual = await DescribeAsync(byMigration);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, actual);
    }

    private static async Task<string> DescribeAsync(OrdoDbContext context)
    {
        bool sqlite = context.Database.IsSqlite();
        var lines = new List<string>();
        foreach (string query in sqlite ? Sqlite : PostgreSql) lines.AddRange(await ReadAsync(context, query));
        return string.Join('\n', lines);
    }

    private static async Task<List<string>> ReadAsync(OrdoDbContext context, string query)
    {
        await context.Database.OpenConnectionAsync();
        await using DbCommand command = context.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // constants below
        command.CommandText = query;
#pragma warning restore CA2100
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            lines.Add(string.Join(" | ", values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture))));
        }

        return lines;
    }

    private static readonly string[] Sqlite =
    [
        """
        SELECT 'column', t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, instr(t.sql, 'AUTOINCREMENT') > 0 FROM sqlite_master t, pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\_\_EF%' ESCAPE '\' ORDER BY t.name, c.name
        """,
        """
        SELECT 'index', t.name, i.name, i."unique", i.partial, group_concat(c.name) FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE '\_\_EF%' ESCAPE '\' GROUP BY t.name, i.name ORDER BY t.name, i.name
        """,
        """
        SELECT 'foreign key', t.name, f."from", f."table", f."to", f.on_delete FROM sqlite_master t, pragma_foreign_key_list(t.name) f
        WHERE t.type = 'table' AND t.name NOT LIKE '\_\_EF%' ESCAPE '\' ORDER BY t.name, f."from"
        """,
    ];

    private static readonly string[] PostgreSql =
    [
        """
        SELECT 'column', table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, identity_generation FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name NOT LIKE '\_\_EF%' ORDER BY table_name, column_name
        """,
        "SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_EF%' ORDER BY indexname",
        """
        SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '%\_\_EF%' ORDER BY conrelid::regclass::text, conname
        """,
    ];
}
