using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Migrations;

/// <summary>Who is told, who is on duty, and what happened: notification, rosters and hand-overs, incidents.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611262320_operations_people")]
public sealed class OperationsPeople : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        AddNotifications(migrationBuilder);
        AddDeliveries(migrationBuilder);
        AddDuty(migrationBuilder);
        AddIncidents(migrationBuilder);
        AddIncidentParts(migrationBuilder);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (string table in (string[])
            [
                "operations_incident_picture", "operations_incident_person", "operations_incident_task", "operations_incident_alarm", "operations_incident_entry", "operations_incident",
                "operations_handover", "operations_substitution", "operations_roster", "operations_delivery_alarm", "operations_delivery", "operations_notice_cursor", "operations_notice",
                "operations_contact", "operations_rule", "operations_channel",
            ])
            migrationBuilder.DropTable(table);
    }

    private static void AddNotifications(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "operations_channel",
            table => new
            {
                Id = table.IdentityKey(),
                Kind = table.Column<byte>(),
                Name = table.Column<string>(maxLength: 64),
                AssetId = table.Column<long>(nullable: true),
                Enabled = table.Column<bool>(),
                Language = table.Column<string>(maxLength: 8),
                Settings = table.Column<string>(),
                Secret = table.Column<string>(nullable: true),
                SigningSecret = table.Column<string>(nullable: true),
                Version = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_operations_channel", row => row.Id));
        migrationBuilder.CreateTable(
            "operations_rule",
            table => new
            {
                Id = table.IdentityKey(),
                Name = table.Column<string>(maxLength: 64),
                Enabled = table.Column<bool>(),
                AssetId = table.Column<long>(nullable: true),
                Conditions = table.Column<string>(),
                Steps = table.Column<string>(),
                ActiveFrom = table.Column<long>(),
                Version = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_operations_rule", row => row.Id));
        migrationBuilder.CreateTable(
            "operations_contact",
            table => new
            {
                AccountId = table.Column<long>(),
                Email = table.Column<string>(maxLength: 254, nullable: true),
                Phone = table.Column<string>(maxLength: 20, nullable: true),
                Version = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_operations_contact", row => row.AccountId));
        migrationBuilder.CreateTable(
            "operations_notice",
            table => new
            {
                Id = table.IdentityKey(),
                AlarmId = table.Column<long>(),
                RuleId = table.Column<long>(),
                State = table.Column<byte>(),
                Steps = table.Column<int>(),
                Due = table.Column<long>(nullable: true),
                Began = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_operations_notice", row => row.Id));
        migrationBuilder.CreateIndex("IX_operations_notice_AlarmId_RuleId", "operations_notice", ["AlarmId", "RuleId"], unique: true);
        migrationBuilder.CreateIndex("IX_operations_notice_Due", "operations_notice", "Due");
        migrationBuilder.CreateIndex("IX_operations_notice_Began", "operations_notice", "Began");
        migrationBuilder.CreateTable(
            "operations_notice_cursor",
            table => new { Id = table.Column<int>(), AlarmId = table.Column<long>() },
            constraints: table => table.PrimaryKey("PK_operations_notice_cursor", row => row.Id));
    }

    private static void AddDeliveries(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "operations_delivery",
            table => new
            {
                Id = table.IdentityKey(),
                Key = table.Column<string>(maxLength: 36),
                ChannelId = table.Column<long>(),
                ChannelKind = table.Column<byte>(),
                AccountId = table.Column<long>(nullable: true),
                Recipient = table.Column<string>(maxLength: 64),
                Address = table.Column<string>(maxLength: 254),
                Language = table.Column<string>(maxLength: 8),
                Step = table.Column<int>(),
                IsTest = table.Column<bool>(),
                State = table.Column<byte>(),
                Priority = table.Column<int>(),
                Count = table.Column<int>(),
                Mentions = table.Column<string>(),
                AssetPath = table.Column<string>(maxLength: 400),
                Created = table.Column<long>(),
                NotBefore = table.Column<long>(),
                Held = table.Column<bool>(),
                Attempts = table.Column<int>(),
                Finished = table.Column<long>(nullable: true),
                Answer = table.Column<string>(maxLength: 400, nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_operations_delivery", row => row.Id));
        migrationBuilder.CreateIndex("IX_operations_delivery_Key", "operations_delivery", "Key", unique: true);
        migrationBuilder.CreateIndex("IX_operations_delivery_State_NotBefore", "operations_delivery", ["State", "NotBefore"]);
        migrationBuilder.CreateIndex("IX_operations_delivery_Finished", "operations_delivery", "Finished");
        migrationBuilder.CreateIndex("IX_operations_delivery_Created", "operations_delivery", "Created");
        migrationBuilder.CreateTable(
            "operations_delivery_alarm",
            table => new { DeliveryId = table.Column<long>(), AlarmId = table.Column<long>() },
            constraints: table =>
            {
                table.PrimaryKey("PK_operations_delivery_alarm", row => new { row.DeliveryId, row.AlarmId });
                table.ForeignKey("FK_operations_delivery_alarm_operations_delivery_DeliveryId", row => row.DeliveryId, "operations_delivery", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_operations_delivery_alarm_AlarmId", "operations_delivery_alarm", "AlarmId");
    }

    private static void AddDuty(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "operations_roster",
            table => new
            {
                Id = table.IdentityKey(),
                Name = table.Column<string>(maxLength: 64),
                AssetId = table.Column<long>(nullable: true),
                Plan = table.Column<string>(),
                Version = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_operations_roster", row => row.Id));
        migrationBuilder.CreateTable(
            "operations_substitution",
            table => new
            {
                Id = table.IdentityKey(),
                RosterId = table.Column<long>(),
                Day = table.Column<DateOnly>(),
                Shift = table.Column<int>(),
                AccountId = table.Column<long>(),
                StandInId = table.Column<long>(),
                Reason = table.Column<string>(maxLength: 200),
                Swap = table.Column<string>(maxLength: 36, nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_operations_substitution", row => row.Id);
                table.ForeignKey("FK_operations_substitution_operations_roster_RosterId", row => row.RosterId, "operations_roster", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex(
            "IX_operations_substitution_RosterId_Day_Shift_AccountId", "operations_substitution", ["RosterId", "Day", "Shift", "AccountId"], unique: true);
        migrationBuilder.CreateTable(
            "operations_handover",
            table => new
            {
                Id = table.IdentityKey(),
                RosterId = table.Column<long>(),
                AssetId = table.Column<long>(nullable: true),
                RosterName = table.Column<string>(maxLength: 64),
                Day = table.Column<DateOnly>(),
                ShiftName = table.Column<string>(maxLength: 64),
                TeamName = table.Column<string>(maxLength: 64),
                State = table.Column<byte>(),
                Notes = table.Column<string>(),
                Snapshot = table.Column<string>(nullable: true),
                Created = table.Column<long>(),
                OutgoingId = table.Column<long>(nullable: true),
                OutgoingName = table.Column<string>(maxLength: 64, nullable: true),
                OutgoingSigned = table.Column<long>(nullable: true),
                IncomingId = table.Column<long>(nullable: true),
                IncomingName = table.Column<string>(maxLength: 64, nullable: true),
                IncomingSigned = table.Column<long>(nullable: true),
                IncomingRemark = table.Column<string>(nullable: true),
                PreviousHash = table.Column<string>(maxLength: 64, nullable: true),
                Hash = table.Column<string>(maxLength: 64, nullable: true),
                Version = table.Column<int>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_operations_handover", row => row.Id);
                table.ForeignKey("FK_operations_handover_operations_roster_RosterId", row => row.RosterId, "operations_roster", "Id");
            });
        migrationBuilder.CreateIndex("IX_operations_handover_RosterId_Id", "operations_handover", ["RosterId", "Id"]);
    }

    private static void AddIncidents(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "operations_incident",
            table => new
            {
                Id = table.IdentityKey(),
                Title = table.Column<string>(maxLength: 120),
                AssetId = table.Column<long>(nullable: true),
                Priority = table.Column<int>(),
                State = table.Column<byte>(),
                Occurred = table.Column<long>(),
                Opened = table.Column<long>(),
                OpenedById = table.Column<long>(),
                OpenedBy = table.Column<string>(maxLength: 64),
                LeaderId = table.Column<long>(nullable: true),
                Closed = table.Column<long>(nullable: true),
                ClosedBy = table.Column<string>(maxLength: 64, nullable: true),
                Course = table.Column<string>(),
                Cause = table.Column<string>(),
                Consequence = table.Column<string>(),
                Measures = table.Column<string>(),
                Version = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_operations_incident", row => row.Id));
        migrationBuilder.CreateIndex("IX_operations_incident_State_Id", "operations_incident", ["State", "Id"]);
    }

    private static void AddIncidentParts(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "operations_incident_entry",
            table => new
            {
                Id = table.IdentityKey(),
                IncidentId = table.Column<long>(),
                Kind = table.Column<byte>(),
                Time = table.Column<long>(),
                Recorded = table.Column<long>(),
                AuthorId = table.Column<long>(),
                Author = table.Column<string>(maxLength: 64),
                Text = table.Column<string>(),
                AlarmId = table.Column<long>(nullable: true),
                PictureId = table.Column<long>(nullable: true),
                State = table.Column<byte>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_operations_incident_entry", row => row.Id);
                table.ForeignKey("FK_operations_incident_entry_operations_incident_IncidentId", row => row.IncidentId, "operations_incident", "Id");
            });
        migrationBuilder.CreateIndex("IX_operations_incident_entry_IncidentId", "operations_incident_entry", "IncidentId");
        migrationBuilder.CreateTable(
            "operations_incident_alarm",
            table => new { IncidentId = table.Column<long>(), AlarmId = table.Column<long>() },
            constraints: table =>
            {
                table.PrimaryKey("PK_operations_incident_alarm", row => new { row.IncidentId, row.AlarmId });
                table.ForeignKey("FK_operations_incident_alarm_operations_incident_IncidentId", row => row.IncidentId, "operations_incident", "Id");
            });
        migrationBuilder.CreateIndex("IX_operations_incident_alarm_AlarmId", "operations_incident_alarm", "AlarmId");
        migrationBuilder.CreateTable(
            "operations_incident_task",
            table => new
            {
                Id = table.IdentityKey(),
                IncidentId = table.Column<long>(),
                Title = table.Column<string>(maxLength: 200),
                AssigneeId = table.Column<long>(nullable: true),
                Assignee = table.Column<string>(maxLength: 64, nullable: true),
                Due = table.Column<long>(nullable: true),
                State = table.Column<byte>(),
                Created = table.Column<long>(),
                Finished = table.Column<long>(nullable: true),
                FinishedBy = table.Column<string>(maxLength: 64, nullable: true),
                Version = table.Column<int>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_operations_incident_task", row => row.Id);
                table.ForeignKey("FK_operations_incident_task_operations_incident_IncidentId", row => row.IncidentId, "operations_incident", "Id");
            });
        migrationBuilder.CreateIndex("IX_operations_incident_task_IncidentId", "operations_incident_task", "IncidentId");
        migrationBuilder.CreateTable(
            "operations_incident_person",
            table => new
            {
                Id = table.IdentityKey(),
                IncidentId = table.Column<long>(),
                AccountId = table.Column<long>(nullable: true),
                Name = table.Column<string>(maxLength: 64),
                Role = table.Column<string>(maxLength: 64),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_operations_incident_person", row => row.Id);
                table.ForeignKey("FK_operations_incident_person_operations_incident_IncidentId", row => row.IncidentId, "operations_incident", "Id");
            });
        migrationBuilder.CreateIndex("IX_operations_incident_person_IncidentId", "operations_incident_person", "IncidentId");
        migrationBuilder.CreateTable(
            "operations_incident_picture",
            table => new
            {
                Id = table.IdentityKey(),
                IncidentId = table.Column<long>(),
                Name = table.Column<string>(maxLength: 120),
                ContentType = table.Column<string>(maxLength: 32),
                Size = table.Column<int>(),
                Width = table.Column<int>(),
                Height = table.Column<int>(),
                Sha256 = table.Column<string>(maxLength: 64),
                Content = table.Column<byte[]>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_operations_incident_picture", row => row.Id);
                table.ForeignKey("FK_operations_incident_picture_operations_incident_IncidentId", row => row.IncidentId, "operations_incident", "Id");
            });
        migrationBuilder.CreateIndex("IX_operations_incident_picture_IncidentId", "operations_incident_picture", "IncidentId");
    }
}
