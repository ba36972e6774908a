using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Migrations;

/// <summary>Packed occurrences of the days that are over, for the figures of the alarm system.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611260348_operations_performance_days")]
public sealed class OperationsPerformanceDays : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTable(
        "operations_alarm_day",
        table => new
        {
            Day = table.Column<int>(),
            Rows = table.Column<int>(),
            Announced = table.Column<int>(),
            Rises = table.Column<byte[]>(),
            Alarms = table.Column<byte[]>(),
        },
        constraints: table => table.PrimaryKey("PK_operations_alarm_day", row => row.Day));

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("operations_alarm_day");
}
