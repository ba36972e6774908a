using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Perception.Sources.Migrations;

/// <summary>The sources, what people decided about them, and what was asked of them.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611230101_perception_initial")]
internal sealed class PerceptionInitial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "perception_source",
            table => new
            {
                Id = table.Column<int>(nullable: false),
                Gateway = table.Column<string>(nullable: false),
                Key = table.Column<string>(nullable: false),
                FirstSeenMs = table.Column<long>(nullable: false),
                LastSeenMs = table.Column<long>(nullable: false),
                Remote = table.Column<string>(nullable: true),
                LearnedHeartbeatMs = table.Column<long>(nullable: false),
                Online = table.Column<bool>(nullable: false),
                Frames = table.Column<long>(nullable: false),
                Samples = table.Column<long>(nullable: false),
                Errors = table.Column<long>(nullable: false),
                Refused = table.Column<long>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_perception_source", row => row.Id));

        migrationBuilder.CreateTable(
            "perception_profile",
            table => new
            {
                Id = table.IdentityKey(),
                Gateway = table.Column<string>(maxLength: 40, nullable: false),
                Key = table.Column<string>(maxLength: 500, nullable: false),
                NameZh = table.Column<string>(maxLength: 200, nullable: false),
                NameEn = table.Column<string>(maxLength: 200, nullable: false),
                AssetId = table.Column<long>(nullable: true),
                Template = table.Column<string>(maxLength: 64, nullable: true),
                HeartbeatSeconds = table.Column<int>(nullable: true),
                Settings = table.Column<string>(nullable: false),
                Secrets = table.Column<string>(nullable: false),
                Version = table.Column<int>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_perception_profile", row => row.Id));
        migrationBuilder.CreateIndex("IX_perception_profile_Gateway_Key", "perception_profile", ["Gateway", "Key"], unique: true);

        migrationBuilder.CreateTable(
            "perception_request",
            table => new
            {
                Id = table.Column<Guid>(nullable: false),
                SourceId = table.Column<int>(nullable: false),
                AssetId = table.Column<long>(nullable: true),
                Command = table.Column<string>(nullable: false),
                Arguments = table.Column<string>(nullable: false),
                State = table.Column<int>(nullable: false),
                ResultZh = table.Column<string>(nullable: false),
                ResultEn = table.Column<string>(nullable: false),
                Created = table.Column<long>(nullable: false),
                Finished = table.Column<long>(nullable: true),
                By = table.Column<string>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_perception_request", row => row.Id));
        migrationBuilder.CreateIndex("IX_perception_request_SourceId_Created", "perception_request", ["SourceId", "Created"]);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("perception_request");
        migrationBuilder.DropTable("perception_profile");
        migrationBuilder.DropTable("perception_source");
    }
}
