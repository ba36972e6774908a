using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Migrations;

/// <summary>Mimic diagrams.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611271740_operations_mimics")]
public sealed class OperationsMimics : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTable(
        "operations_mimic",
        table => new
        {
            Id = table.IdentityKey(),
            Name = table.Column<string>(maxLength: 100),
            AssetId = table.Column<long>(nullable: true),
            Svg = table.Column<string>(),
            Checksum = table.Column<string>(maxLength: 64),
            Bindings = table.Column<string>(),
            Version = table.Column<int>(),
        },
        constraints: table => table.PrimaryKey("PK_operations_mimic", row => row.Id));

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("operations_mimic");
}
