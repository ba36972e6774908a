using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Migrations;

/// <summary>An index of the alarms that stand on the desk alone.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611270030_operations_open_alarms")]
public sealed class OperationsOpenAlarms : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.CreateIndex("IX_operations_alarm_open", "operations_alarm", ["Priority", "Raised"], filter: "\"IsOpen\"");

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropIndex("IX_operations_alarm_open", "operations_alarm");
}
