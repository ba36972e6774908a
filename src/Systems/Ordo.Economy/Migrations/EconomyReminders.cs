using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Migrations;

/// <summary>How many people a reminder reached.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611271812_economy_reminders")]
internal sealed class EconomyReminders : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.AddColumn<int>("Reached", "economy_filing_reminder", nullable: false, defaultValue: 0);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropColumn("Reached", "economy_filing_reminder");
}
