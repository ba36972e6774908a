using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Migrations;

/// <summary>Definitions of alarms with their history, what is held, plant states, the journal's hash chain, and what an occurrence says more.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611262301_operations_alarm_definitions")]
public sealed class AlarmDefinitions : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ExtendOccurrences(migrationBuilder);
        ExtendEvents(migrationBuilder);
        CreateDefinitions(migrationBuilder);
        CreateHistory(migrationBuilder);
        CreateHolds(migrationBuilder);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("operations_plant_state");
        migrationBuilder.DropTable("operations_alarm_hold");
        migrationBuilder.DropTable("operations_alarm_change");
        migrationBuilder.DropTable("operations_alarm_definition");
        migrationBuilder.DropIndex("IX_operations_alarm_event_DefinitionId_Id", "operations_alarm_event");
        foreach (string column in (string[])["DefinitionId", "Hash"]) migrationBuilder.DropColumn(column, "operations_alarm_event");
        migrationBuilder.DropIndex("IX_operations_alarm_DefinitionId_Id", "operations_alarm");
        migrationBuilder.DropIndex("IX_operations_alarm_GroupId", "operations_alarm");
        foreach (string column in (string[])[
            "DefinitionId", "BasePriority", "Steps", "NameZh", "NameEn", "IsLatching", "IsAnnounced", "GroupId", "IsChattering",
            "HeldSince", "HeldUntil", "HeldBy", "HeldReason", "Detail"])
            migrationBuilder.DropColumn(column, "operations_alarm");
    }

    private static void ExtendOccurrences(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<long>("DefinitionId", "operations_alarm", defaultValue: 0L);
        migrationBuilder.AddColumn<int>("BasePriority", "operations_alarm", defaultValue: 0);
        migrationBuilder.AddColumn<byte>("Steps", "operations_alarm", defaultValue: (byte)0);
        migrationBuilder.AddColumn<string>("NameZh", "operations_alarm", defaultValue: "");
        migrationBuilder.AddColumn<string>("NameEn", "operations_alarm", defaultValue: "");
        migrationBuilder.AddColumn<bool>("IsLatching", "operations_alarm", defaultValue: false);
        migrationBuilder.AddColumn<bool>("IsAnnounced", "operations_alarm", defaultValue: false);
        migrationBuilder.AddColumn<long>("GroupId", "operations_alarm", defaultValue: 0L);
        migrationBuilder.AddColumn<bool>("IsChattering", "operations_alarm", defaultValue: false);
        migrationBuilder.AddColumn<long>("HeldSince", "operations_alarm", nullable: true);
        migrationBuilder.AddColumn<long>("HeldUntil", "operations_alarm", nullable: true);
        migrationBuilder.AddColumn<string>("HeldBy", "operations_alarm", nullable: true);
        migrationBuilder.AddColumn<string>("HeldReason", "operations_alarm", nullable: true);
        migrationBuilder.AddColumn<string>("Detail", "operations_alarm", nullable: true);
        // What was there is a limit of a point, each its own group, and was always announced.
        migrationBuilder.Sql(
            """
            UPDATE operations_alarm SET "DefinitionId" = -("PointId" * 8 + "Kind"), "BasePriority" = "Priority", "GroupId" = "Id", "IsAnnounced" = ("Id" = "Id")
            """);
        migrationBuilder.CreateIndex("IX_operations_alarm_DefinitionId_Id", "operations_alarm", ["DefinitionId", "Id"]);
        migrationBuilder.CreateIndex("IX_operations_alarm_GroupId", "operations_alarm", "GroupId");
    }

    private static void ExtendEvents(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<long>("DefinitionId", "operations_alarm_event", defaultValue: 0L);
        migrationBuilder.AddColumn<byte[]>("Hash", "operations_alarm_event", nullable: true);
        migrationBuilder.Sql(
            """
            UPDATE operations_alarm_event SET "DefinitionId" = COALESCE((SELECT a."DefinitionId" FROM operations_alarm a WHERE a."Id" = operations_alarm_event."AlarmId"), 0)
            """);
        migrationBuilder.CreateIndex("IX_operations_alarm_event_DefinitionId_Id", "operations_alarm_event", ["DefinitionId", "Id"]);
    }

    private static void CreateDefinitions(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "operations_alarm_definition",
            table => new
            {
                Id = table.IdentityKey(),
                Code = table.Column<string>(maxLength: 120),
                NameZh = table.Column<string>(maxLength: 200),
                NameEn = table.Column<string>(maxLength: 200),
                Kind = table.Column<byte>(),
                AssetId = table.Column<long>(),
                PointId = table.Column<long>(nullable: true),
                IsEnabled = table.Column<bool>(),
                Priority = table.Column<int>(),
                IsLatching = table.Column<bool>(),
                Limit = table.Column<double>(nullable: true),
                WorseLimit = table.Column<double>(nullable: true),
                Deadband = table.Column<double>(),
                OnDelayMs = table.Column<int>(),
                OffDelayMs = table.Column<int>(),
                Direction = table.Column<byte>(),
                Setpoint = table.Column<double>(nullable: true),
                ReferencePointId = table.Column<long>(nullable: true),
                WindowSeconds = table.Column<int>(nullable: true),
                Values = table.Column<string>(nullable: true),
                Mask = table.Column<long>(nullable: true),
                Expression = table.Column<string>(nullable: true),
                SuppressWhen = table.Column<string>(nullable: true),
                SuppressIn = table.Column<string>(nullable: true),
                Consequence = table.Column<string>(nullable: true),
                Severity = table.Column<byte>(),
                Response = table.Column<string>(nullable: true),
                RequiredRole = table.Column<string>(nullable: true),
                TimeToRespondSeconds = table.Column<int>(nullable: true),
                StepUpAfterSeconds = table.Column<int>(nullable: true),
                Template = table.Column<string>(nullable: true),
                System = table.Column<string>(nullable: true),
                SystemCode = table.Column<string>(nullable: true),
                Version = table.Column<int>(),
                Changed = table.Column<long>(),
                ChangedBy = table.Column<string>(),
            },
            constraints: table => table.PrimaryKey("PK_operations_alarm_definition", row => row.Id));
        migrationBuilder.CreateIndex("IX_operations_alarm_definition_Code", "operations_alarm_definition", "Code", unique: true);
        migrationBuilder.CreateIndex("IX_operations_alarm_definition_AssetId", "operations_alarm_definition", "AssetId");
        migrationBuilder.CreateIndex("IX_operations_alarm_definition_PointId", "operations_alarm_definition", "PointId");
    }

    private static void CreateHistory(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "operations_alarm_change",
            table => new
            {
                Id = table.IdentityKey(),
                DefinitionId = table.Column<long>(),
                Code = table.Column<string>(),
                AssetId = table.Column<long>(),
                Action = table.Column<byte>(),
                Status = table.Column<byte>(),
                Before = table.Column<string>(nullable: true),
                After = table.Column<string>(nullable: true),
                BaseVersion = table.Column<int>(),
                Reason = table.Column<string>(nullable: true),
                Time = table.Column<long>(),
                By = table.Column<string>(),
                ById = table.Column<long>(),
                DecidedAt = table.Column<long>(nullable: true),
                DecidedBy = table.Column<string>(nullable: true),
                DecisionComment = table.Column<string>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_operations_alarm_change", row => row.Id));
        migrationBuilder.CreateIndex("IX_operations_alarm_change_DefinitionId_Id", "operations_alarm_change", ["DefinitionId", "Id"]);
        migrationBuilder.CreateIndex("IX_operations_alarm_change_Status", "operations_alarm_change", "Status");
    }

    private static void CreateHolds(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "operations_alarm_hold",
            table => new
            {
                DefinitionId = table.Column<long>(),
                AssetId = table.Column<long>(),
                Holds = table.Column<byte>(),
                WasMet = table.Column<bool>(),
                ShelvedSince = table.Column<long>(nullable: true),
                ShelvedUntil = table.Column<long>(nullable: true),
                ShelvedBy = table.Column<string>(nullable: true),
                ShelfReason = table.Column<string>(nullable: true),
                SuppressedSince = table.Column<long>(nullable: true),
                SuppressedBy = table.Column<string>(nullable: true),
                OutSince = table.Column<long>(nullable: true),
                OutUntil = table.Column<long>(nullable: true),
                OutBy = table.Column<string>(nullable: true),
                OutReason = table.Column<string>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_operations_alarm_hold", row => row.DefinitionId));
        migrationBuilder.CreateTable(
            "operations_plant_state",
            table => new
            {
                AssetId = table.Column<long>(),
                State = table.Column<string>(),
                Since = table.Column<long>(),
                By = table.Column<string>(),
                Reason = table.Column<string>(nullable: true),
                Version = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_operations_plant_state", row => row.AssetId));
    }
}
