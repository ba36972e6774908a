using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Migrations.Operations.Builders;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Ordo.Foundation.Persistence;

/// <summary>Columns that a migration must word differently for SQLite and PostgreSQL.</summary>
public static class MigrationColumns
{
    /// <summary>A <c>long</c> key numbered by the database; on SQLite with AUTOINCREMENT, so that the number of a deleted row never comes back.</summary>
    public static OperationBuilder<AddColumnOperation> IdentityKey(this ColumnsBuilder table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Column<long>(nullable: false)
            .Annotation("Sqlite:Autoincrement", true)
            .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn);
    }
}
