using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Identifiers.Enterprises;

/// <summary>What an enterprise shows of itself.</summary>
public enum DocumentKind
{
    /// <summary>营业执照</summary>
    BusinessLicence = 1,

    /// <summary>授权委托书</summary>
    Authorization = 2,

    /// <summary>合同</summary>
    Contract = 3,

    /// <summary>资质证明</summary>
    Qualification = 4,
    Other = 5,
}

/// <summary>A document of an application (申请材料).</summary>
public sealed class EnterpriseDocument
{
    public const int MaxNameLength = 200;

    public long Id { get; set; }

    public long EnterpriseId { get; set; }

    public DocumentKind Kind { get; set; }

    public string Name { get; set; } = "";

    /// <summary>Found in its bytes.</summary>
    public string ContentType { get; set; } = "";

    public int Size { get; set; }

    /// <summary>Lower-case hex.</summary>
    public string Sha256 { get; set; } = "";

    public byte[] Content { get; set; } = [];

    public DateTimeOffset Uploaded { get; set; }

    public string UploadedBy { get; set; } = "";

    /// <summary>How often a reviewer opened it; who and when stands in the journal of the enterprise.</summary>
    public int Downloads { get; set; }
}

/// <summary>Table <c>identifiers_document</c>.</summary>
internal sealed class EnterpriseDocumentTable : IEntityTypeConfiguration<EnterpriseDocument>
{
    public void Configure(EntityTypeBuilder<EnterpriseDocument> builder)
    {
        builder.ToTable("identifiers_document");
        builder.IsNotAudited(); // the journal of the enterprise says who added, opened and removed what
        builder.Property(document => document.Name).HasMaxLength(EnterpriseDocument.MaxNameLength);
        builder.Property(document => document.ContentType).HasMaxLength(32);
        builder.Property(document => document.Sha256).HasMaxLength(64);
        builder.Property(document => document.UploadedBy).HasMaxLength(300);
        builder.HasIndex(document => document.EnterpriseId);
        builder.HasOne<NodeEnterprise>().WithMany().HasForeignKey(document => document.EnterpriseId).OnDelete(DeleteBehavior.NoAction);
    }
}
