using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Identifiers.Migrations;

/// <summary>Enterprises with their prefixes, templates and partners, the history of identifiers, jobs of registration, and what was resolved by day.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611271400_identifiers_initial")]
internal sealed class IdentifiersInitial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "identifiers_enterprise",
            table => new
            {
                Id = table.IdentityKey(),
                AssetId = table.Column<long>(),
                State = table.Column<int>(),
                CreditCode = table.Column<string>(maxLength: 18),
                Industry = table.Column<string>(maxLength: 5),
                Contact = table.Column<string>(maxLength: 100),
                Phone = table.Column<string>(maxLength: 40),
                Purpose = table.Column<string>(maxLength: 1000),
                Expected = table.Column<long>(),
                Remark = table.Column<string>(maxLength: 1000, nullable: true),
                ReviewedById = table.Column<long>(nullable: true),
                Applied = table.Column<long>(),
                Approved = table.Column<long>(nullable: true),
                Version = table.Column<int>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_identifiers_enterprise", row => row.Id);
                table.ForeignKey("FK_identifiers_enterprise_park_asset_AssetId", row => row.AssetId, "park_asset", "Id");
            });
        migrationBuilder.CreateIndex("IX_identifiers_enterprise_AssetId", "identifiers_enterprise", "AssetId", unique: true);
        migrationBuilder.CreateIndex("IX_identifiers_enterprise_State", "identifiers_enterprise", "State");

        migrationBuilder.CreateTable(
            "identifiers_enterprise_event",
            table => new
            {
                Id = table.IdentityKey(),
                EnterpriseId = table.Column<long>(),
                Act = table.Column<int>(),
                Time = table.Column<long>(),
                Actor = table.Column<string>(maxLength: 300),
                Remark = table.Column<string>(maxLength: 1000, nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_identifiers_enterprise_event", row => row.Id));
        migrationBuilder.CreateIndex("IX_identifiers_enterprise_event_EnterpriseId", "identifiers_enterprise_event", "EnterpriseId");

        migrationBuilder.CreateTable(
            "identifiers_prefix",
            table => new
            {
                Id = table.IdentityKey(),
                EnterpriseId = table.Column<long>(),
                Name = table.Column<string>(maxLength: 100),
                State = table.Column<int>(),
                Quota = table.Column<long>(),
                Contract = table.Column<string>(maxLength: 100),
                ContractEnds = table.Column<long>(nullable: true),
                Allotted = table.Column<long>(),
                Version = table.Column<int>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_identifiers_prefix", row => row.Id);
                table.ForeignKey("FK_identifiers_prefix_identifiers_enterprise_EnterpriseId", row => row.EnterpriseId, "identifiers_enterprise", "Id");
            });
        migrationBuilder.CreateIndex("IX_identifiers_prefix_Name", "identifiers_prefix", "Name", unique: true);
        migrationBuilder.CreateIndex("IX_identifiers_prefix_EnterpriseId", "identifiers_prefix", "EnterpriseId", unique: true);

        migrationBuilder.CreateTable(
            "identifiers_partner",
            table => new { Id = table.IdentityKey(), EnterpriseId = table.Column<long>(), PartnerId = table.Column<long>() },
            constraints: table => table.PrimaryKey("PK_identifiers_partner", row => row.Id));
        migrationBuilder.CreateIndex("IX_identifiers_partner_EnterpriseId_PartnerId", "identifiers_partner", ["EnterpriseId", "PartnerId"], unique: true);

        migrationBuilder.CreateTable(
            "identifiers_template",
            table => new
            {
                Id = table.IdentityKey(),
                EnterpriseId = table.Column<long>(),
                Code = table.Column<string>(maxLength: 40),
                Edition = table.Column<int>(),
                NameZh = table.Column<string>(maxLength: 100),
                NameEn = table.Column<string>(maxLength: 100),
                Content = table.Column<string>(),
                UsedSince = table.Column<long>(nullable: true),
                Created = table.Column<long>(),
                CreatedBy = table.Column<string>(maxLength: 300),
                Version = table.Column<int>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_identifiers_template", row => row.Id);
                table.ForeignKey("FK_identifiers_template_identifiers_enterprise_EnterpriseId", row => row.EnterpriseId, "identifiers_enterprise", "Id");
            });
        migrationBuilder.CreateIndex("IX_identifiers_template_EnterpriseId_Code_Edition", "identifiers_template", ["EnterpriseId", "Code", "Edition"], unique: true);

        migrationBuilder.CreateTable(
            "identifiers_event",
            table => new
            {
                Id = table.IdentityKey(),
                Handle = table.Column<string>(maxLength: 400),
                Act = table.Column<int>(),
                Time = table.Column<long>(),
                Actor = table.Column<string>(maxLength: 300),
                Remark = table.Column<string>(maxLength: 1000, nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_identifiers_event", row => row.Id));
        migrationBuilder.CreateIndex("IX_identifiers_event_Handle", "identifiers_event", "Handle");

        migrationBuilder.CreateTable(
            "identifiers_job",
            table => new
            {
                Id = table.IdentityKey(),
                PrefixId = table.Column<long>(),
                TemplateId = table.Column<long>(),
                FileName = table.Column<string>(maxLength: 200),
                State = table.Column<int>(),
                FileBytes = table.Column<long>(),
                Rows = table.Column<long>(nullable: true),
                Done = table.Column<long>(),
                Registered = table.Column<long>(),
                Same = table.Column<long>(),
                Bad = table.Column<long>(),
                FaultBytes = table.Column<long>(),
                FaultZh = table.Column<string>(maxLength: 1000, nullable: true),
                FaultEn = table.Column<string>(maxLength: 1000, nullable: true),
                Created = table.Column<long>(),
                CreatedBy = table.Column<string>(maxLength: 300),
                Finished = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_identifiers_job", row => row.Id);
                table.ForeignKey("FK_identifiers_job_identifiers_prefix_PrefixId", row => row.PrefixId, "identifiers_prefix", "Id");
            });
        migrationBuilder.CreateIndex("IX_identifiers_job_PrefixId", "identifiers_job", "PrefixId");
        migrationBuilder.CreateIndex("IX_identifiers_job_State", "identifiers_job", "State");

        migrationBuilder.CreateTable(
            "identifiers_day",
            table => new
            {
                Id = table.IdentityKey(),
                Day = table.Column<int>(),
                Transport = table.Column<int>(),
                Succeeded = table.Column<long>(),
                Failed = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_identifiers_day", row => row.Id));
        migrationBuilder.CreateIndex("IX_identifiers_day_Day_Transport", "identifiers_day", ["Day", "Transport"], unique: true);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (string table in new[]
        {
            "identifiers_day", "identifiers_job", "identifiers_event", "identifiers_template", "identifiers_partner", "identifiers_prefix", "identifiers_enterprise_event", "identifiers_enterprise",
        }) migrationBuilder.DropTable(table);
    }
}
