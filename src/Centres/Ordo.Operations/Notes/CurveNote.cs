using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Operations.Notes;

/// <summary>What somebody wrote at a moment of a point's curve, for those who look at it later (标注).</summary>
public sealed class CurveNote
{
    public const int MaxText = 500;

    public long Id { get; init; }

    public long PointId { get; init; }

    public DateTimeOffset Time { get; init; }

    public required string Text { get; init; }

    /// <summary>Who wrote it; may take it away again.</summary>
    public long AccountId { get; init; }

    /// <summary>Name at that time.</summary>
    public required string By { get; init; }

    public DateTimeOffset Written { get; init; }
}

internal sealed class CurveNoteTable : IEntityTypeConfiguration<CurveNote>
{
    public void Configure(EntityTypeBuilder<CurveNote> builder)
    {
        builder.ToTable("operations_note");
        builder.IsAudited("curveNote", n => n.Text);
        builder.Property(n => n.Text).HasMaxLength(CurveNote.MaxText);
        builder.Property(n => n.By).HasMaxLength(256);
        builder.HasIndex(n => new { n.PointId, n.Time });
    }
}
