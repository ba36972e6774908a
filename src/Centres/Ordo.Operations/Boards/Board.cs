using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Park;

namespace Ordo.Operations.Boards;

/// <summary>Widgets on a grid that people arrange for themselves (看板): a JSON document and who may see it.</summary>
public sealed class Board
{
    public const int MaxNameLength = 100;

    public long Id { get; init; }

    public required string Name { get; set; }

    /// <summary>Where it belongs; <c>null</c> is everywhere.</summary>
    public long? AssetId { get; set; }

    /// <summary>A template: every asset of this kind has it, with <c>@</c> for itself.</summary>
    public AssetKind? AssetKind { get; set; }

    /// <summary><see cref="BoardDocument"/> as JSON.</summary>
    public required string Document { get; set; }

    /// <summary>Raised by one at each change: the ETag.</summary>
    public int Version { get; set; } = 1;
}

internal sealed class BoardTable : IEntityTypeConfiguration<Board>
{
    public void Configure(EntityTypeBuilder<Board> builder)
    {
        builder.ToTable("operations_board");
        builder.IsAudited("board", b => b.Name, b => b.AssetId);
        builder.Property(b => b.Name).HasMaxLength(Board.MaxNameLength);
        builder.Property(b => b.Version).IsConcurrencyToken();
    }
}
