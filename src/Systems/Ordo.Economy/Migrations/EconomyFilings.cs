using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Migrations;

/// <summary>Forms of enterprises with their journal, figures from outside, and what the console changed of the shipped tables.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611262300_economy_filings")]
internal sealed class EconomyFilings : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "economy_filing",
            table => new
            {
                Id = table.IdentityKey(),
                AssetId = table.Column<long>(),
                Form = table.Column<string>(maxLength: 20),
                Period = table.Column<int>(),
                Revision = table.Column<int>(),
                Vintage = table.Column<int>(),
                State = table.Column<int>(),
                Values = table.Column<string>(),
                Explanations = table.Column<string>(),
                Remark = table.Column<string>(maxLength: 1000, nullable: true),
                Opened = table.Column<long>(),
                Submitted = table.Column<long>(nullable: true),
                CheckedById = table.Column<long>(nullable: true),
                Accepted = table.Column<long>(nullable: true),
                Version = table.Column<int>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_economy_filing", row => row.Id);
                table.ForeignKey("FK_economy_filing_park_asset_AssetId", row => row.AssetId, "park_asset", "Id");
            });
        migrationBuilder.CreateIndex("IX_economy_filing_AssetId_Form_Period_Revision", "economy_filing", ["AssetId", "Form", "Period", "Revision"], unique: true);
        migrationBuilder.CreateIndex("IX_economy_filing_Accepted", "economy_filing", "Accepted");
        migrationBuilder.CreateIndex("IX_economy_filing_Form_Period_State", "economy_filing", ["Form", "Period", "State"]);

        migrationBuilder.CreateTable(
            "economy_filing_event",
            table => new
            {
                Id = table.IdentityKey(),
                FilingId = table.Column<long>(),
                Act = table.Column<int>(),
                Time = table.Column<long>(),
                Actor = table.Column<string>(maxLength: 300),
                Remark = table.Column<string>(maxLength: 1000, nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_economy_filing_event", row => row.Id));
        migrationBuilder.CreateIndex("IX_economy_filing_event_FilingId", "economy_filing_event", "FilingId");

        migrationBuilder.CreateTable(
            "economy_filing_reminder",
            table => new
            {
                Id = table.IdentityKey(),
                AssetId = table.Column<long>(),
                Form = table.Column<string>(maxLength: 20),
                Period = table.Column<int>(),
                Kind = table.Column<int>(),
                Time = table.Column<long>(),
                Actor = table.Column<string>(maxLength: 300),
            },
            constraints: table => table.PrimaryKey("PK_economy_filing_reminder", row => row.Id));
        migrationBuilder.CreateIndex("IX_economy_filing_reminder_AssetId_Form_Period_Kind", "economy_filing_reminder", ["AssetId", "Form", "Period", "Kind"], unique: true);
        migrationBuilder.CreateIndex("IX_economy_filing_reminder_Form_Period", "economy_filing_reminder", ["Form", "Period"]);

        migrationBuilder.CreateTable(
            "economy_setting",
            table => new
            {
                Id = table.IdentityKey(),
                Key = table.Column<string>(maxLength: 80),
                Content = table.Column<string>(),
                Version = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_economy_setting", row => row.Id));
        migrationBuilder.CreateIndex("IX_economy_setting_Key", "economy_setting", "Key", unique: true);

        migrationBuilder.CreateTable(
            "economy_figure",
            table => new
            {
                Id = table.IdentityKey(),
                Indicator = table.Column<string>(maxLength: 40),
                AssetId = table.Column<long>(nullable: true),
                Industry = table.Column<string>(maxLength: 5),
                Period = table.Column<int>(),
                Value = table.Column<decimal>(precision: 28, scale: 8),
                Revision = table.Column<int>(),
                Vintage = table.Column<int>(),
                Source = table.Column<string>(maxLength: 400),
                Entered = table.Column<long>(),
                EnteredBy = table.Column<string>(maxLength: 300),
            },
            constraints: table => table.PrimaryKey("PK_economy_figure", row => row.Id));
        migrationBuilder.CreateIndex("IX_economy_figure_Indicator_AssetId_Industry_Period_Revision", "economy_figure", ["Indicator", "AssetId", "Industry", "Period", "Revision"], unique: true);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (string table in new[] { "economy_figure", "economy_setting", "economy_filing_reminder", "economy_filing_event", "economy_filing" }) migrationBuilder.DropTable(table);
    }
}
