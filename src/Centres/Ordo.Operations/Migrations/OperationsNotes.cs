using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Migrations;

/// <summary>Notes at curves.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611271430_operations_notes")]
public sealed class OperationsNotes : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "operations_note",
            table => new
            {
                Id = table.IdentityKey(),
                PointId = table.Column<long>(),
                Time = table.Column<long>(),
                Text = table.Column<string>(maxLength: 500),
                AccountId = table.Column<long>(),
                By = table.Column<string>(maxLength: 256),
                Written = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_operations_note", row => row.Id));
        migrationBuilder.CreateIndex("IX_operations_note_PointId_Time", "operations_note", ["PointId", "Time"]);
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("operations_note");
}
