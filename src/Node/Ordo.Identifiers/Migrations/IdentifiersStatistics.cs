using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Identifiers.Migrations;

/// <summary>Counts by node, prefix and hour, latencies, and the mark of what was written.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611271730_identifiers_statistics")]
internal sealed class IdentifiersStatistics : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropIndex("IX_identifiers_day_Day_Transport", "identifiers_day");
        migrationBuilder.AddColumn<string>("Node", "identifiers_day", maxLength: 100, nullable: false, defaultValue: "");
        migrationBuilder.AddColumn<long>("NotFound", "identifiers_day", nullable: false, defaultValue: 0L);
        migrationBuilder.AddColumn<string>("Latency", "identifiers_day", nullable: false, defaultValue: "");
        migrationBuilder.CreateIndex("IX_identifiers_day_Day_Transport_Node", "identifiers_day", ["Day", "Transport", "Node"], unique: true);

        migrationBuilder.CreateTable(
            "identifiers_prefix_day",
            table => new
            {
                Id = table.IdentityKey(),
                Day = table.Column<int>(),
                Node = table.Column<string>(maxLength: 100),
                Prefix = table.Column<string>(maxLength: 255),
                Succeeded = table.Column<long>(),
                NotFound = table.Column<long>(),
                Failed = table.Column<long>(),
                Registered = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_identifiers_prefix_day", row => row.Id));
        migrationBuilder.CreateIndex("IX_identifiers_prefix_day_Day_Prefix_Node", "identifiers_prefix_day", ["Day", "Prefix", "Node"], unique: true);

        migrationBuilder.CreateTable(
            "identifiers_hour",
            table => new
            {
                Id = table.IdentityKey(),
                Hour = table.Column<long>(),
                Node = table.Column<string>(maxLength: 100),
                Succeeded = table.Column<long>(),
                NotFound = table.Column<long>(),
                Failed = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_identifiers_hour", row => row.Id));
        migrationBuilder.CreateIndex("IX_identifiers_hour_Hour_Node", "identifiers_hour", ["Hour", "Node"], unique: true);

        migrationBuilder.CreateTable(
            "identifiers_mark",
            table => new { Id = table.IdentityKey(), Node = table.Column<string>(maxLength: 100), Mark = table.Column<Guid>() },
            constraints: table => table.PrimaryKey("PK_identifiers_mark", row => row.Id));
        migrationBuilder.CreateIndex("IX_identifiers_mark_Node", "identifiers_mark", "Node", unique: true);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (string table in new[] { "identifiers_mark", "identifiers_hour", "identifiers_prefix_day" }) migrationBuilder.DropTable(table);
        migrationBuilder.DropIndex("IX_identifiers_day_Day_Transport_Node", "identifiers_day");
        foreach (string column in new[] { "Node", "NotFound", "Latency" }) migrationBuilder.DropColumn(column, "identifiers_day");
        migrationBuilder.CreateIndex("IX_identifiers_day_Day_Transport", "identifiers_day", ["Day", "Transport"], unique: true);
    }
}
