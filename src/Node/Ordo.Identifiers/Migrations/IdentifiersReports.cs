using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Identifiers.Migrations;

/// <summary>Daily reports and their deliveries.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611271750_identifiers_reports")]
internal sealed class IdentifiersReports : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "identifiers_report",
            table => new
            {
                Id = table.IdentityKey(),
                Day = table.Column<int>(),
                Sequence = table.Column<long>(),
                Previous = table.Column<string>(maxLength: 64),
                Hash = table.Column<string>(maxLength: 64),
                Signature = table.Column<string>(maxLength: 2000, nullable: true),
                FileName = table.Column<string>(maxLength: 200),
                Bytes = table.Column<long>(),
                Made = table.Column<long>(),
                MadeBy = table.Column<string>(maxLength: 300),
            },
            constraints: table => table.PrimaryKey("PK_identifiers_report", row => row.Id));
        migrationBuilder.CreateIndex("IX_identifiers_report_Day", "identifiers_report", "Day", unique: true);
        migrationBuilder.CreateIndex("IX_identifiers_report_Sequence", "identifiers_report", "Sequence", unique: true);

        migrationBuilder.CreateTable(
            "identifiers_report_delivery",
            table => new
            {
                Id = table.IdentityKey(),
                ReportId = table.Column<long>(),
                Receiver = table.Column<string>(maxLength: 100),
                Attempts = table.Column<int>(),
                Next = table.Column<long>(nullable: true),
                Delivered = table.Column<long>(nullable: true),
                Fault = table.Column<string>(maxLength: 1000, nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_identifiers_report_delivery", row => row.Id);
                table.ForeignKey("FK_identifiers_report_delivery_identifiers_report_ReportId", row => row.ReportId, "identifiers_report", "Id");
            });
        migrationBuilder.CreateIndex("IX_identifiers_report_delivery_ReportId_Receiver", "identifiers_report_delivery", ["ReportId", "Receiver"], unique: true);
        migrationBuilder.CreateIndex("IX_identifiers_report_delivery_Next", "identifiers_report_delivery", "Next");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("identifiers_report_delivery");
        migrationBuilder.DropTable("identifiers_report");
    }
}
