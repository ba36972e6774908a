using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Migrations;

/// <summary>An index for the alarms that stood long.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611260347_operations_performance")]
public sealed class OperationsPerformance : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.CreateIndex("IX_operations_alarm_Returned_Raised", "operations_alarm", ["Returned", "Raised"]);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropIndex("IX_operations_alarm_Returned_Raised", "operations_alarm");
}
