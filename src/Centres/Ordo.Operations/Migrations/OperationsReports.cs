using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Migrations;

/// <summary>Reports from customers' workbooks, the log of their runs, and the messages that bring them.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611271400_operations_reports")]
public sealed class OperationsReports : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "operations_report",
            table => new
            {
                Id = table.IdentityKey(),
                Name = table.Column<string>(maxLength: 100),
                AssetId = table.Column<long>(nullable: true),
                Kind = table.Column<byte>(),
                Language = table.Column<string>(maxLength: 8),
                Scheduled = table.Column<bool>(),
                RunAtMinutes = table.Column<int>(),
                NextDue = table.Column<long>(nullable: true),
                Delivery = table.Column<string>(),
                Template = table.Column<byte[]>(nullable: true),
                FileName = table.Column<string>(maxLength: 200, nullable: true),
                Version = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_operations_report", row => row.Id));
        migrationBuilder.CreateIndex("IX_operations_report_NextDue", "operations_report", "NextDue");
        migrationBuilder.CreateTable(
            "operations_report_run",
            table => new
            {
                Id = table.IdentityKey(),
                ReportId = table.Column<long>(),
                ReportName = table.Column<string>(maxLength: 100),
                Kind = table.Column<byte>(),
                First = table.Column<DateOnly>(),
                State = table.Column<byte>(),
                Started = table.Column<long>(),
                Finished = table.Column<long>(nullable: true),
                By = table.Column<string>(maxLength: 256, nullable: true),
                Figures = table.Column<int>(),
                Incomplete = table.Column<int>(),
                Completeness = table.Column<double>(),
                Error = table.Column<string>(maxLength: 600, nullable: true),
                Workbook = table.Column<byte[]>(nullable: true),
                Page = table.Column<byte[]>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_operations_report_run", row => row.Id));
        migrationBuilder.CreateIndex("IX_operations_report_run_ReportId_Id", "operations_report_run", ["ReportId", "Id"]);
        migrationBuilder.CreateIndex("IX_operations_report_run_State", "operations_report_run", "State");
        migrationBuilder.AddColumn<long>("ReportRunId", "operations_delivery", nullable: true);
        migrationBuilder.CreateIndex("IX_operations_delivery_ReportRunId", "operations_delivery", "ReportRunId");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropIndex("IX_operations_delivery_ReportRunId", "operations_delivery");
        migrationBuilder.DropColumn("ReportRunId", "operations_delivery");
        migrationBuilder.DropTable("operations_report_run");
        migrationBuilder.DropTable("operations_report");
    }
}
