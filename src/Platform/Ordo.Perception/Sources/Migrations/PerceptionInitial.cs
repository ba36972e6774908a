using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Perception.Sources.Migrations;

/// <summary>Table of the sources.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611230101_perception_initial")]
public sealed class PerceptionInitial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTable(
        "perception_source",
        table => new
        {
            Id = table.Column<int>(),
            Gateway = table.Column<string>(),
            Key = table.Column<string>(),
            NameZh = table.Column<string>(),
            NameEn = table.Column<string>(),
            AssetId = table.Column<long>(nullable: true),
            Template = table.Column<string>(nullable: true),
            HeartbeatSeconds = table.Column<int>(nullable: true),
            Settings = table.Column<string>(),
            Version = table.Column<int>(),
            FirstSeenMs = table.Column<long>(),
            LastSeenMs = table.Column<long>(),
            Remote = table.Column<string>(nullable: true),
            LearnedHeartbeatMs = table.Column<long>(),
            Online = table.Column<bool>(),
            Frames = table.Column<long>(),
            Samples = table.Column<long>(),
            Errors = table.Column<long>(),
            Refused = table.Column<long>(),
        },
        constraints: table => table.PrimaryKey("PK_perception_source", s => s.Id));

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("perception_source");
}
