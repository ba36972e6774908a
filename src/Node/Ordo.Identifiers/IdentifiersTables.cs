using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Park;
using Ordo.Identifiers.Bulk;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Templates;

namespace Ordo.Identifiers;

/// <summary>Table <c>identifiers_enterprise</c>.</summary>
internal sealed class NodeEnterpriseTable : IEntityTypeConfiguration<NodeEnterprise>
{
    public void Configure(EntityTypeBuilder<NodeEnterprise> builder)
    {
        builder.ToTable("identifiers_enterprise");
        builder.IsAudited("identifierEnterprise", enterprise => enterprise.CreditCode, enterprise => enterprise.AssetId);
        builder.Property(enterprise => enterprise.CreditCode).HasMaxLength(18);
        builder.Property(enterprise => enterprise.Industry).HasMaxLength(5);
        builder.Property(enterprise => enterprise.Contact).HasMaxLength(100);
        builder.Property(enterprise => enterprise.Phone).HasMaxLength(40);
        builder.Property(enterprise => enterprise.Purpose).HasMaxLength(1000);
        builder.Property(enterprise => enterprise.Remark).HasMaxLength(1000);
        builder.Property(enterprise => enterprise.Version).IsConcurrencyToken();
        builder.HasIndex(enterprise => enterprise.AssetId).IsUnique();
        builder.HasIndex(enterprise => enterprise.State);
        builder.HasOne<Asset>().WithMany().HasForeignKey(enterprise => enterprise.AssetId).OnDelete(DeleteBehavior.NoAction);
    }
}

/// <summary>Table <c>identifiers_enterprise_event</c>.</summary>
internal sealed class EnterpriseEventTable : IEntityTypeConfiguration<EnterpriseEvent>
{
    public void Configure(EntityTypeBuilder<EnterpriseEvent> builder)
    {
        builder.ToTable("identifiers_enterprise_event");
        builder.IsNotAudited(); // a journal of its own
        builder.Property(line => line.Actor).HasMaxLength(300);
        builder.Property(line => line.Remark).HasMaxLength(1000);
        builder.HasIndex(line => line.EnterpriseId);
    }
}

/// <summary>Table <c>identifiers_prefix</c>.</summary>
internal sealed class NodePrefixTable : IEntityTypeConfiguration<NodePrefix>
{
    public void Configure(EntityTypeBuilder<NodePrefix> builder)
    {
        builder.ToTable("identifiers_prefix");
        builder.IsAudited("identifierPrefix", prefix => prefix.Name);
        builder.Property(prefix => prefix.Name).HasMaxLength(100);
        builder.Property(prefix => prefix.Contract).HasMaxLength(100);
        builder.Property(prefix => prefix.Version).IsConcurrencyToken();
        builder.HasIndex(prefix => prefix.Name).IsUnique();
        builder.HasIndex(prefix => prefix.EnterpriseId).IsUnique();
        builder.HasOne<NodeEnterprise>().WithMany().HasForeignKey(prefix => prefix.EnterpriseId).OnDelete(DeleteBehavior.NoAction);
    }
}

/// <summary>Table <c>identifiers_partner</c>.</summary>
internal sealed class NodePartnerTable : IEntityTypeConfiguration<NodePartner>
{
    public void Configure(EntityTypeBuilder<NodePartner> builder)
    {
        builder.ToTable("identifiers_partner");
        builder.IsNotAudited(); // the journal of the enterprise says who named whom
        builder.HasIndex(partner => new { partner.EnterpriseId, partner.PartnerId }).IsUnique();
    }
}

/// <summary>Table <c>identifiers_template</c>.</summary>
internal sealed class IdentifierTemplateTable : IEntityTypeConfiguration<IdentifierTemplate>
{
    public void Configure(EntityTypeBuilder<IdentifierTemplate> builder)
    {
        builder.ToTable("identifiers_template");
        builder.IsAudited("identifierTemplate", template => template.Code);
        builder.Property(template => template.Code).HasMaxLength(40);
        builder.Property(template => template.NameZh).HasMaxLength(100);
        builder.Property(template => template.NameEn).HasMaxLength(100);
        builder.Property(template => template.CreatedBy).HasMaxLength(300);
        builder.Property(template => template.UsedSince).IsNotAudited();
        builder.Property(template => template.Version).IsConcurrencyToken();
        builder.HasIndex(template => new { template.EnterpriseId, template.Code, template.Edition }).IsUnique();
        builder.HasOne<NodeEnterprise>().WithMany().HasForeignKey(template => template.EnterpriseId).OnDelete(DeleteBehavior.NoAction);
    }
}

/// <summary>Table <c>identifiers_event</c>.</summary>
internal sealed class IdentifierEventTable : IEntityTypeConfiguration<IdentifierEvent>
{
    public void Configure(EntityTypeBuilder<IdentifierEvent> builder)
    {
        builder.ToTable("identifiers_event");
        builder.IsNotAudited(); // a journal of its own
        builder.Property(line => line.Handle).HasMaxLength(400);
        builder.Property(line => line.Actor).HasMaxLength(300);
        builder.Property(line => line.Remark).HasMaxLength(1000);
        builder.HasIndex(line => line.Handle);
    }
}

/// <summary>Table <c>identifiers_job</c>.</summary>
internal sealed class BulkJobTable : IEntityTypeConfiguration<BulkJob>
{
    public void Configure(EntityTypeBuilder<BulkJob> builder)
    {
        builder.ToTable("identifiers_job");
        builder.IsNotAudited(); // says itself who ordered it and what came of it
        builder.Property(job => job.FileName).HasMaxLength(200);
        builder.Property(job => job.CreatedBy).HasMaxLength(300);
        builder.Property(job => job.FaultZh).HasMaxLength(1000);
        builder.Property(job => job.FaultEn).HasMaxLength(1000);
        builder.HasIndex(job => job.PrefixId);
        builder.HasIndex(job => job.State);
        builder.HasOne<NodePrefix>().WithMany().HasForeignKey(job => job.PrefixId).OnDelete(DeleteBehavior.NoAction);
    }
}
