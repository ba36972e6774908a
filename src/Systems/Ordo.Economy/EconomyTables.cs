using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.Settings;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Park;

namespace Ordo.Economy;

/// <summary>Table <c>economy_filing</c>.</summary>
internal sealed class FiledFormTable : IEntityTypeConfiguration<FiledForm>
{
    public void Configure(EntityTypeBuilder<FiledForm> builder)
    {
        builder.ToTable("economy_filing");
        builder.IsAudited("filing", filing => filing.Form, filing => filing.AssetId);
        builder.Property(filing => filing.Form).HasMaxLength(20);
        builder.Property(filing => filing.Remark).HasMaxLength(1000);
        builder.Property(filing => filing.Version).IsConcurrencyToken();
        builder.HasIndex(filing => new { filing.AssetId, filing.Form, filing.Period, filing.Revision }).IsUnique();
        builder.HasIndex(filing => new { filing.Form, filing.Period, filing.State });
        builder.HasIndex(filing => filing.Accepted);
        builder.HasOne<Asset>().WithMany().HasForeignKey(filing => filing.AssetId).OnDelete(DeleteBehavior.NoAction);
    }
}

/// <summary>Table <c>economy_filing_event</c>.</summary>
internal sealed class FilingEventTable : IEntityTypeConfiguration<FilingEvent>
{
    public void Configure(EntityTypeBuilder<FilingEvent> builder)
    {
        builder.ToTable("economy_filing_event");
        builder.IsNotAudited(); // a journal of its own
        builder.Property(line => line.Actor).HasMaxLength(300);
        builder.Property(line => line.Remark).HasMaxLength(1000);
        builder.HasIndex(line => line.FilingId);
    }
}

/// <summary>Table <c>economy_filing_reminder</c>.</summary>
internal sealed class FilingReminderTable : IEntityTypeConfiguration<FilingReminder>
{
    public void Configure(EntityTypeBuilder<FilingReminder> builder)
    {
        builder.ToTable("economy_filing_reminder");
        builder.IsNotAudited(); // a journal of its own
        builder.Property(reminder => reminder.Form).HasMaxLength(20);
        builder.Property(reminder => reminder.Actor).HasMaxLength(300);
        builder.Property(reminder => reminder.Reached).HasDefaultValue(0); // rows from before it was counted
        builder.Property(reminder => reminder.Reached).HasDefaultValue(0); // of rows from before it was counted
        builder.HasIndex(reminder => new { reminder.AssetId, reminder.Form, reminder.Period, reminder.Kind }).IsUnique();
        builder.HasIndex(reminder => new { reminder.Form, reminder.Period });
    }
}

/// <summary>Table <c>economy_setting</c>.</summary>
internal sealed class EconomySettingTable : IEntityTypeConfiguration<EconomySetting>
{
    public void Configure(EntityTypeBuilder<EconomySetting> builder)
    {
        builder.ToTable("economy_setting");
        builder.IsAudited("economySetting", setting => setting.Key);
        builder.Property(setting => setting.Key).HasMaxLength(80);
        builder.Property(setting => setting.Version).IsConcurrencyToken();
        builder.HasIndex(setting => setting.Key).IsUnique();
    }
}

/// <summary>Table <c>economy_figure</c>.</summary>
internal sealed class OutsideFigureTable : IEntityTypeConfiguration<OutsideFigure>
{
    public void Configure(EntityTypeBuilder<OutsideFigure> builder)
    {
        builder.ToTable("economy_figure");
        builder.IsAudited("economyFigure", figure => figure.Indicator, figure => figure.AssetId);
        builder.Property(figure => figure.Indicator).HasMaxLength(40);
        builder.Property(figure => figure.Industry).HasMaxLength(5);
        builder.Property(figure => figure.Value).HasPrecision(28, 8);
        builder.Property(figure => figure.Source).HasMaxLength(400);
        builder.Property(figure => figure.EnteredBy).HasMaxLength(300);
        builder.HasIndex(figure => new { figure.Indicator, figure.AssetId, figure.Industry, figure.Period, figure.Revision }).IsUnique();
    }
}
