using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Storage.Migrations;

/// <summary>Numbers of sources and series for a store on ClickHouse, where several nodes must agree on them.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611260201_storage_numbers")]
public sealed class StorageNumbers : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "storage_source",
            table => new
            {
                Id = table.Column<int>(),
                Gateway = table.Column<string>(),
                Name = table.Column<byte[]>(),
                Shard = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_storage_source", row => row.Id));
        migrationBuilder.CreateTable(
            "storage_series",
            table => new
            {
                Id = table.Column<int>(),
                SourceId = table.Column<int>(),
                Channel = table.Column<byte[]>(),
            },
            constraints: table => table.PrimaryKey("PK_storage_series", row => row.Id));
        migrationBuilder.CreateTable(
            "storage_identity",
            table => new
            {
                Id = table.Column<int>(),
                Value = table.Column<string>(),
            },
            constraints: table => table.PrimaryKey("PK_storage_identity", row => row.Id));
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("storage_identity");
        migrationBuilder.DropTable("storage_series");
        migrationBuilder.DropTable("storage_source");
    }
}
