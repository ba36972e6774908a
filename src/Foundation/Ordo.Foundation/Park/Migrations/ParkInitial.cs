using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Park.Migrations;

/// <summary>The park tree and its points.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611230001_park_initial")]
internal sealed class ParkInitial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "park_asset",
            columns: table => new
            {
                Id = table.IdentityKey(),
                ParentId = table.Column<long>(nullable: true),
                Path = table.Column<string>(maxLength: 400, nullable: false),
                Kind = table.Column<int>(nullable: false),
                Code = table.Column<string>(maxLength: 64, nullable: false),
                NameZh = table.Column<string>(maxLength: 200, nullable: false),
                NameEn = table.Column<string>(maxLength: 200, nullable: false),
                Geometry = table.Column<string>(nullable: true),
                Attributes = table.Column<string>(nullable: false),
                Version = table.Column<int>(nullable: false),
                Search = table.Column<string>(nullable: true, computedColumnSql: SearchText.Sql, stored: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_park_asset", row => row.Id);
                table.ForeignKey("FK_park_asset_park_asset_ParentId", row => row.ParentId, "park_asset", "Id");
            });
        migrationBuilder.CreateIndex("IX_park_asset_Code", "park_asset", "Code", unique: true);
        migrationBuilder.CreateIndex("IX_park_asset_ParentId", "park_asset", "ParentId");
        migrationBuilder.CreateIndex("IX_park_asset_Search", "park_asset", "Search");

        migrationBuilder.CreateTable(
            name: "park_point",
            columns: table => new
            {
                Id = table.IdentityKey(),
                AssetId = table.Column<long>(nullable: false),
                Code = table.Column<string>(maxLength: 64, nullable: false),
                NameZh = table.Column<string>(maxLength: 200, nullable: false),
                NameEn = table.Column<string>(maxLength: 200, nullable: false),
                Quantity = table.Column<string>(maxLength: 40, nullable: false),
                Unit = table.Column<string>(maxLength: 20, nullable: false),
                Decimals = table.Column<int>(nullable: true),
                Gateway = table.Column<string>(maxLength: 40, nullable: true),
                Source = table.Column<string>(maxLength: 500, nullable: true),
                Channel = table.Column<string>(maxLength: 200, nullable: true),
                Scale = table.Column<double>(nullable: false),
                Offset = table.Column<double>(nullable: false),
                LimitLowLow = table.Column<double>(nullable: true),
                LimitLow = table.Column<double>(nullable: true),
                LimitHigh = table.Column<double>(nullable: true),
                LimitHighHigh = table.Column<double>(nullable: true),
                Deadband = table.Column<double>(nullable: false),
                StaleAfterSeconds = table.Column<int>(nullable: true),
                Version = table.Column<int>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_park_point", row => row.Id);
                table.ForeignKey("FK_park_point_park_asset_AssetId", row => row.AssetId, "park_asset", "Id");
            });
        migrationBuilder.CreateIndex("IX_park_point_AssetId_Code", "park_point", ["AssetId", "Code"], unique: true);
        migrationBuilder.CreateIndex("IX_park_point_Gateway_Source_Channel", "park_point", ["Gateway", "Source", "Channel"], unique: true);
    }
}
