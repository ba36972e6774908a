using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Migrations;

/// <summary>Occurrences of alarms, their journal, and up to where each series was judged.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611230301_operations_initial")]
public sealed class OperationsInitial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "operations_alarm",
            table => new
            {
                Id = table.Column<long>(),
                PointId = table.Column<long>(),
                AssetId = table.Column<long>(),
                Kind = table.Column<byte>(),
                Priority = table.Column<int>(),
                State = table.Column<byte>(),
                IsOpen = table.Column<bool>(),
                Repeats = table.Column<int>(),
                Raised = table.Column<long>(),
                Returned = table.Column<long>(nullable: true),
                Acknowledged = table.Column<long>(nullable: true),
                AcknowledgedBy = table.Column<string>(nullable: true),
                AcknowledgedById = table.Column<long>(nullable: true),
                Comment = table.Column<string>(nullable: true),
                Value = table.Column<double>(),
                Limit = table.Column<double>(),
                Unit = table.Column<string>(),
                PointCode = table.Column<string>(),
                PointNameZh = table.Column<string>(),
                PointNameEn = table.Column<string>(),
            },
            constraints: table => table.PrimaryKey("PK_operations_alarm", row => row.Id));
        migrationBuilder.CreateIndex("IX_operations_alarm_IsOpen_Priority_Raised", "operations_alarm", ["IsOpen", "Priority", "Raised"]);
        migrationBuilder.CreateIndex("IX_operations_alarm_PointId_Kind_Id", "operations_alarm", ["PointId", "Kind", "Id"]);
        migrationBuilder.CreateIndex("IX_operations_alarm_Raised", "operations_alarm", "Raised");

        migrationBuilder.CreateTable(
            "operations_alarm_event",
            table => new
            {
                Id = table.Column<long>(),
                AlarmId = table.Column<long>(),
                Stimulus = table.Column<byte>(),
                Cause = table.Column<byte>(),
                From = table.Column<byte>(),
                To = table.Column<byte>(),
                Time = table.Column<long>(),
                Recorded = table.Column<long>(),
                Value = table.Column<double>(nullable: true),
                Limit = table.Column<double>(nullable: true),
                Actor = table.Column<string>(nullable: true),
                ActorId = table.Column<long>(nullable: true),
                Comment = table.Column<string>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_operations_alarm_event", row => row.Id));
        migrationBuilder.CreateIndex("IX_operations_alarm_event_AlarmId", "operations_alarm_event", "AlarmId");

        migrationBuilder.CreateTable(
            "operations_alarm_mark",
            table => new
            {
                Page = table.Column<int>(),
                JudgedTo = table.Column<byte[]>(),
            },
            constraints: table => table.PrimaryKey("PK_operations_alarm_mark", row => row.Page));
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("operations_alarm_mark");
        migrationBuilder.DropTable("operations_alarm_event");
        migrationBuilder.DropTable("operations_alarm");
    }
}
