using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.Migrations;

/// <summary>Pages given out by link.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611272110_access_links")]
internal sealed class AccessLinks : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "access_link",
            columns: table => new
            {
                Id = table.IdentityKey(),
                PublicId = table.Column<string>(maxLength: 32, nullable: false),
                AccountId = table.Column<long>(nullable: false),
                Name = table.Column<string>(maxLength: 64, nullable: false),
                TargetKind = table.Column<string>(maxLength: 16, nullable: false),
                TargetId = table.Column<long>(nullable: false),
                AssetId = table.Column<long>(nullable: true),
                Key = table.Column<string>(maxLength: 400, nullable: false),
                FrameAncestors = table.Column<string>(maxLength: 1000, nullable: false),
                Created = table.Column<long>(nullable: false),
                Expires = table.Column<long>(nullable: false),
                LastUsed = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_access_link", row => row.Id);
                table.ForeignKey("FK_access_link_access_account_AccountId", row => row.AccountId, "access_account", "Id", onDelete: ReferentialAction.Cascade);
                table.ForeignKey("FK_access_link_park_asset_AssetId", row => row.AssetId, "park_asset", "Id");
            });
        migrationBuilder.CreateIndex("IX_access_link_AccountId", "access_link", "AccountId");
        migrationBuilder.CreateIndex("IX_access_link_AssetId", "access_link", "AssetId");
        migrationBuilder.CreateIndex("IX_access_link_PublicId", "access_link", "PublicId", unique: true);
        migrationBuilder.CreateIndex("IX_access_link_TargetKind_TargetId", "access_link", ["TargetKind", "TargetId"]);
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("access_link");
}
