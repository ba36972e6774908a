using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Migrations;

/// <summary>Plans with their targets and figures, correction cases, frozen reports.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611260750_economy_plans")]
public sealed class EconomyPlans : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        AddPlans(migrationBuilder);
        AddFigures(migrationBuilder);
        AddCases(migrationBuilder);
        migrationBuilder.CreateTable(
            "economy_plan_report",
            table => new
            {
                Id = table.IdentityKey(),
                PlanId = table.Column<long>(),
                Kind = table.Column<int>(),
                Title = table.Column<string>(),
                AsOf = table.Column<DateOnly>(),
                Summary = table.Column<string>(),
                Content = table.Column<string>(),
                Hash = table.Column<string>(),
                PreviousHash = table.Column<string>(),
                Frozen = table.Column<long>(),
                FrozenBy = table.Column<string>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_economy_plan_report", row => row.Id);
                table.ForeignKey("FK_economy_plan_report_economy_plan_PlanId", row => row.PlanId, "economy_plan", "Id");
            });
        migrationBuilder.CreateIndex("IX_economy_plan_report_PlanId", "economy_plan_report", "PlanId");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (string table in (string[])["economy_plan_report", "economy_plan_case_event", "economy_plan_case", "economy_plan_content", "economy_plan_figure", "economy_plan_target", "economy_plan"])
            migrationBuilder.DropTable(table);
    }

    private static void AddPlans(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "economy_plan",
            table => new
            {
                Id = table.IdentityKey(),
                Code = table.Column<string>(),
                NameZh = table.Column<string>(),
                NameEn = table.Column<string>(),
                Document = table.Column<string>(),
                Start = table.Column<DateOnly>(),
                End = table.Column<DateOnly>(),
                IsShipped = table.Column<bool>(),
                Version = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_economy_plan", row => row.Id));
        migrationBuilder.CreateIndex("IX_economy_plan_Code", "economy_plan", "Code", unique: true);

        migrationBuilder.CreateTable(
            "economy_plan_target",
            table => new
            {
                Id = table.IdentityKey(),
                PlanId = table.Column<long>(),
                ParentId = table.Column<long>(nullable: true),
                Code = table.Column<string>(),
                IndicatorCode = table.Column<string>(),
                Area = table.Column<string>(),
                AssetId = table.Column<long>(nullable: true),
                Chapter = table.Column<string>(),
                Task = table.Column<string>(),
                Category = table.Column<string>(),
                NameZh = table.Column<string>(),
                NameEn = table.Column<string>(),
                Unit = table.Column<string>(),
                Kind = table.Column<int>(),
                ValueKind = table.Column<int>(),
                BaseValue = table.Column<decimal>(nullable: true),
                Value = table.Column<decimal>(nullable: true),
                Qualifier = table.Column<int>(),
                StartYear = table.Column<int>(),
                Year = table.Column<int>(),
                Period = table.Column<string>(),
                Section = table.Column<string>(),
                Note = table.Column<string>(),
                Responsible = table.Column<string>(),
                Weight = table.Column<decimal>(nullable: true),
                Path = table.Column<string>(),
                Position = table.Column<int>(),
                Version = table.Column<int>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_economy_plan_target", row => row.Id);
                table.ForeignKey("FK_economy_plan_target_economy_plan_PlanId", row => row.PlanId, "economy_plan", "Id");
                table.ForeignKey("FK_economy_plan_target_economy_plan_target_ParentId", row => row.ParentId, "economy_plan_target", "Id");
            });
        migrationBuilder.CreateIndex("IX_economy_plan_target_Code", "economy_plan_target", "Code", unique: true);
        migrationBuilder.CreateIndex("IX_economy_plan_target_PlanId", "economy_plan_target", "PlanId");
        migrationBuilder.CreateIndex("IX_economy_plan_target_ParentId", "economy_plan_target", "ParentId");
    }

    private static void AddFigures(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "economy_plan_figure",
            table => new
            {
                Id = table.IdentityKey(),
                FigureId = table.Column<string>(),
                IndicatorCode = table.Column<string>(),
                Area = table.Column<string>(),
                AssetId = table.Column<long>(nullable: true),
                Category = table.Column<string>(),
                NameZh = table.Column<string>(),
                NameEn = table.Column<string>(),
                Unit = table.Column<string>(),
                Kind = table.Column<int>(),
                Year = table.Column<int>(),
                Value = table.Column<decimal>(nullable: true),
                Type = table.Column<int>(),
                Qualifier = table.Column<int>(),
                Period = table.Column<string>(),
                Document = table.Column<string>(),
                Section = table.Column<string>(),
                Note = table.Column<string>(),
                IsShipped = table.Column<bool>(),
                Replaces = table.Column<string>(nullable: true),
                Entered = table.Column<long>(),
                EnteredBy = table.Column<string>(),
            },
            constraints: table => table.PrimaryKey("PK_economy_plan_figure", row => row.Id));
        migrationBuilder.CreateIndex("IX_economy_plan_figure_FigureId", "economy_plan_figure", "FigureId", unique: true);
        migrationBuilder.CreateIndex("IX_economy_plan_figure_IndicatorCode", "economy_plan_figure", "IndicatorCode");

        migrationBuilder.CreateTable(
            "economy_plan_content",
            table => new
            {
                Name = table.Column<string>(),
                Checksum = table.Column<string>(),
                Rows = table.Column<int>(),
                Loaded = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_economy_plan_content", row => row.Name));
    }

    private static void AddCases(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "economy_plan_case",
            table => new
            {
                Id = table.IdentityKey(),
                TargetId = table.Column<long>(),
                Title = table.Column<string>(),
                State = table.Column<int>(),
                StatusAtOpening = table.Column<int>(),
                IndexAtOpening = table.Column<decimal>(nullable: true),
                ValueAtOpening = table.Column<decimal>(nullable: true),
                Cause = table.Column<string>(),
                Measure = table.Column<string>(),
                Owner = table.Column<string>(),
                ExpectedEffect = table.Column<string>(),
                Deadline = table.Column<DateOnly>(nullable: true),
                NextCheck = table.Column<DateOnly>(nullable: true),
                Reference = table.Column<string>(),
                ClosingFigureId = table.Column<string>(nullable: true),
                ClosingValue = table.Column<decimal>(nullable: true),
                Opened = table.Column<long>(),
                OpenedBy = table.Column<string>(),
                Ended = table.Column<long>(nullable: true),
                Version = table.Column<int>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_economy_plan_case", row => row.Id);
                table.ForeignKey("FK_economy_plan_case_economy_plan_target_TargetId", row => row.TargetId, "economy_plan_target", "Id");
            });
        migrationBuilder.CreateIndex("IX_economy_plan_case_TargetId", "economy_plan_case", "TargetId");
        migrationBuilder.CreateIndex("IX_economy_plan_case_State", "economy_plan_case", "State");

        migrationBuilder.CreateTable(
            "economy_plan_case_event",
            table => new
            {
                Id = table.IdentityKey(),
                CaseId = table.Column<long>(),
                Action = table.Column<int>(),
                From = table.Column<int>(),
                To = table.Column<int>(),
                Time = table.Column<long>(),
                Actor = table.Column<string>(),
                Text = table.Column<string>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_economy_plan_case_event", row => row.Id);
                table.ForeignKey("FK_economy_plan_case_event_economy_plan_case_CaseId", row => row.CaseId, "economy_plan_case", "Id");
            });
        migrationBuilder.CreateIndex("IX_economy_plan_case_event_CaseId", "economy_plan_case_event", "CaseId");
    }
}
