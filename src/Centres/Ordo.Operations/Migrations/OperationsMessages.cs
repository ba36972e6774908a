using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Migrations;

/// <summary>Messages of systems that are no alarms: what they say is in the row.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611271810_operations_messages")]
public sealed class OperationsMessages : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("Title", "operations_delivery", maxLength: 200, nullable: true);
        migrationBuilder.AddColumn<string>("Body", "operations_delivery", maxLength: 2000, nullable: true);
        migrationBuilder.AddColumn<string>("Link", "operations_delivery", maxLength: 200, nullable: true);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (string column in new[] { "Link", "Body", "Title" }) migrationBuilder.DropColumn(column, "operations_delivery");
    }
}
