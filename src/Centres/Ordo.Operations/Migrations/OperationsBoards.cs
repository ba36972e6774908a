using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Migrations;

/// <summary>Boards.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611271450_operations_boards")]
public sealed class OperationsBoards : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTable(
        "operations_board",
        table => new
        {
            Id = table.IdentityKey(),
            Name = table.Column<string>(maxLength: 100),
            AssetId = table.Column<long>(nullable: true),
            AssetKind = table.Column<int>(nullable: true),
            Document = table.Column<string>(),
            Version = table.Column<int>(),
        },
        constraints: table => table.PrimaryKey("PK_operations_board", row => row.Id));

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("operations_board");
}
