using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Economy.Plans.Cases;
using Ordo.Economy.Plans.Reports;
using Ordo.Foundation.Audit;

namespace Ordo.Economy.Plans;

internal sealed class PlanTable : IEntityTypeConfiguration<PlanRow>
{
    public void Configure(EntityTypeBuilder<PlanRow> builder)
    {
        builder.ToTable("economy_plan");
        builder.IsAudited("plan", plan => plan.NameZh);
        builder.Property(plan => plan.Version).IsConcurrencyToken();
        builder.HasIndex(plan => plan.Code).IsUnique();
    }
}

internal sealed class PlanTargetTable : IEntityTypeConfiguration<PlanTargetRow>
{
    public void Configure(EntityTypeBuilder<PlanTargetRow> builder)
    {
        builder.ToTable("economy_plan_target");
        builder.IsAudited("planTarget", target => target.NameZh, target => target.AssetId);
        builder.Property(target => target.Version).IsConcurrencyToken();
        builder.HasIndex(target => target.Code).IsUnique();
        builder.HasIndex(target => target.PlanId);
        builder.HasIndex(target => target.ParentId);
        builder.HasOne<PlanRow>().WithMany().HasForeignKey(target => target.PlanId).OnDelete(DeleteBehavior.NoAction);
        builder.HasOne<PlanTargetRow>().WithMany().HasForeignKey(target => target.ParentId).OnDelete(DeleteBehavior.NoAction);
    }
}

internal sealed class PlanFigureTable : IEntityTypeConfiguration<PlanFigureRow>
{
    public void Configure(EntityTypeBuilder<PlanFigureRow> builder)
    {
        builder.ToTable("economy_plan_figure");
        builder.IsNotAudited(); // never changed, and each says who entered it and when: the figures are their own journal
        builder.HasIndex(figure => figure.FigureId).IsUnique();
        builder.HasIndex(figure => figure.IndicatorCode);
    }
}

internal sealed class PlanContentTable : IEntityTypeConfiguration<PlanContentRow>
{
    public void Configure(EntityTypeBuilder<PlanContentRow> builder)
    {
        builder.ToTable("economy_plan_content");
        builder.IsNotAudited();
        builder.HasKey(content => content.Name);
    }
}

internal sealed class CorrectionCaseTable : IEntityTypeConfiguration<CorrectionCaseRow>
{
    public void Configure(EntityTypeBuilder<CorrectionCaseRow> builder)
    {
        builder.ToTable("economy_plan_case");
        builder.IsAudited("correctionCase", row => row.Title);
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.HasIndex(row => row.TargetId);
        builder.HasIndex(row => row.State);
        builder.HasOne<PlanTargetRow>().WithMany().HasForeignKey(row => row.TargetId).OnDelete(DeleteBehavior.NoAction);
    }
}

internal sealed class CorrectionEventTable : IEntityTypeConfiguration<CorrectionEventRow>
{
    public void Configure(EntityTypeBuilder<CorrectionEventRow> builder)
    {
        builder.ToTable("economy_plan_case_event");
        builder.IsNotAudited(); // it is the journal
        builder.HasIndex(row => row.CaseId);
        builder.HasOne<CorrectionCaseRow>().WithMany().HasForeignKey(row => row.CaseId).OnDelete(DeleteBehavior.NoAction);
    }
}

internal sealed class PlanReportTable : IEntityTypeConfiguration<PlanReportRow>
{
    public void Configure(EntityTypeBuilder<PlanReportRow> builder)
    {
        builder.ToTable("economy_plan_report");
        builder.IsAudited("planReport", report => report.Title);
        builder.Property(report => report.Content).IsNotAudited(); // large, and never changed
        builder.HasIndex(report => report.PlanId);
        builder.HasOne<PlanRow>().WithMany().HasForeignKey(report => report.PlanId).OnDelete(DeleteBehavior.NoAction);
    }
}
