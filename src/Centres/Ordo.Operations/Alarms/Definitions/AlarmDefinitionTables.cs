using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;
using Ordo.Operations.Alarms.PlantStates;

namespace Ordo.Operations.Alarms.Definitions;

internal sealed class AlarmDefinitionTable : IEntityTypeConfiguration<AlarmDefinition>
{
    public void Configure(EntityTypeBuilder<AlarmDefinition> builder)
    {
        builder.ToTable("operations_alarm_definition");
        builder.IsAudited("alarmDefinition", d => d.Code, d => d.AssetId);
        builder.Property(d => d.Code).HasMaxLength(AlarmDefinitionRules.MaxCode);
        builder.Property(d => d.NameZh).HasMaxLength(AlarmDefinitionRules.MaxName);
        builder.Property(d => d.NameEn).HasMaxLength(AlarmDefinitionRules.MaxName);
        builder.Property(d => d.Version).IsConcurrencyToken();
        builder.Ignore(d => d.AssetPath).Ignore(d => d.IsLimitOfPoint);
        builder.HasIndex(d => d.Code).IsUnique();
        builder.HasIndex(d => d.AssetId);
        builder.HasIndex(d => d.PointId);
    }
}

internal sealed class AlarmDefinitionChangeTable : IEntityTypeConfiguration<AlarmDefinitionChange>
{
    public void Configure(EntityTypeBuilder<AlarmDefinitionChange> builder)
    {
        builder.ToTable("operations_alarm_change");
        builder.IsNotAudited(); // it is the history itself
        builder.HasIndex(c => new { c.DefinitionId, c.Id });
        builder.HasIndex(c => c.Status);
    }
}

internal sealed class PlantStateTable : IEntityTypeConfiguration<PlantState>
{
    public void Configure(EntityTypeBuilder<PlantState> builder)
    {
        builder.ToTable("operations_plant_state");
        builder.IsAudited("plantState", s => s.State, s => s.AssetId);
        builder.HasKey(s => s.AssetId);
        builder.Property(s => s.AssetId).ValueGeneratedNever();
        builder.Property(s => s.Version).IsConcurrencyToken();
    }
}
