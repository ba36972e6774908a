using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Storage.Migrations;

/// <summary>Calculated series, and how long data is kept.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611260401_storage_care")]
internal sealed class StorageCare : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "storage_calculation",
            columns: table => new
            {
                Id = table.IdentityKey(),
                PointId = table.Column<long>(nullable: false),
                AssetId = table.Column<long>(nullable: true),
                Name = table.Column<string>(maxLength: 200, nullable: false),
                Formula = table.Column<string>(maxLength: 8000, nullable: false),
                Quantity = table.Column<string>(maxLength: 40, nullable: false),
                Unit = table.Column<string>(maxLength: 20, nullable: false),
                HoldSeconds = table.Column<int>(nullable: false),
                EverySeconds = table.Column<int>(nullable: true),
                Enabled = table.Column<bool>(nullable: false),
                Changed = table.Column<long>(nullable: false),
                ChangedBy = table.Column<string>(maxLength: 160, nullable: false),
                ComputeFrom = table.Column<long>(nullable: true),
                Version = table.Column<int>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_storage_calculation", row => row.Id));
        migrationBuilder.CreateIndex("IX_storage_calculation_PointId", "storage_calculation", "PointId", unique: true);

        migrationBuilder.CreateTable(
            name: "storage_retention",
            columns: table => new
            {
                Id = table.IdentityKey(),
                Quantity = table.Column<string>(maxLength: 40, nullable: false),
                RawDays = table.Column<int>(nullable: true),
                MinuteDays = table.Column<int>(nullable: true),
                HourDays = table.Column<int>(nullable: true),
                DayDays = table.Column<int>(nullable: true),
                RequiredDays = table.Column<int>(nullable: true),
                Basis = table.Column<string>(maxLength: 200, nullable: false),
                Version = table.Column<int>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_storage_retention", row => row.Id));
        migrationBuilder.CreateIndex("IX_storage_retention_Quantity", "storage_retention", "Quantity", unique: true);
    }
}
