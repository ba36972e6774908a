using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Migrations;

/// <summary>Templates of alarm definitions.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611262350_operations_alarm_templates")]
public sealed class AlarmTemplates : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTable(
        "operations_alarm_template",
        table => new
        {
            Code = table.Column<string>(maxLength: 60),
            NameZh = table.Column<string>(),
            NameEn = table.Column<string>(),
            AssetKind = table.Column<int>(),
            Parts = table.Column<string>(),
            Version = table.Column<int>(),
        },
        constraints: table => table.PrimaryKey("PK_operations_alarm_template", row => row.Code));

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("operations_alarm_template");
}
