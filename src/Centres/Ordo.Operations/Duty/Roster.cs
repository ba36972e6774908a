using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Operations.Duty;

/// <summary>A roster (值班表): of a control room, a fire brigade, the leaders on call.</summary>
public sealed class Roster
{
    public const int MaxNameLength = 64;

    public long Id { get; init; }

    public required string Name { get; set; }

    /// <summary>For what they are on duty; <c>null</c> is everything.</summary>
    public long? AssetId { get; set; }

    /// <summary><see cref="RosterPlan"/> as JSON.</summary>
    public required string Plan { get; set; }

    /// <summary>Raised by one at each change: the ETag.</summary>
    public int Version { get; set; } = 1;
}

/// <summary>Somebody works a shift in another's place (替班、调班).</summary>
public sealed class Substitution
{
    public const int MaxReasonLength = 200;

    public long Id { get; init; }

    public long RosterId { get; init; }

    /// <summary>Day on which the shift begins.</summary>
    public DateOnly Day { get; init; }

    public int Shift { get; init; }

    /// <summary>Who would have worked.</summary>
    public long AccountId { get; init; }

    /// <summary>Who works instead.</summary>
    public long StandInId { get; init; }

    public required string Reason { get; init; }

    /// <summary>The same for both halves of a swap, which come and go together.</summary>
    public string? Swap { get; init; }
}

internal sealed class RosterTable : IEntityTypeConfiguration<Roster>
{
    public void Configure(EntityTypeBuilder<Roster> builder)
    {
        builder.ToTable("operations_roster");
        builder.IsAudited("roster", r => r.Name, r => r.AssetId);
        builder.Property(r => r.Name).HasMaxLength(Roster.MaxNameLength);
        builder.Property(r => r.Version).IsConcurrencyToken();
    }
}

internal sealed class SubstitutionTable : IEntityTypeConfiguration<Substitution>
{
    public void Configure(EntityTypeBuilder<Substitution> builder)
    {
        builder.ToTable("operations_substitution");
        builder.IsAudited("substitution", s => s.Reason);
        builder.Property(s => s.Reason).HasMaxLength(Substitution.MaxReasonLength);
        builder.Property(s => s.Swap).HasMaxLength(36);
        builder.HasOne<Roster>().WithMany().HasForeignKey(s => s.RosterId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(s => new { s.RosterId, s.Day, s.Shift, s.AccountId }).IsUnique();
    }
}
