using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;
using Ordo.Operations.Alarms;
using static System.FormattableString;

namespace Ordo.Operations.Duty;

/// <summary>Stored: never renumber, only add.</summary>
public enum HandOverState : byte
{
    /// <summary>The outgoing shift still writes.</summary>
    Draft = 1,

    /// <summary>Signed by who goes; the alarms of that moment are in it and nothing changes any more but the second signature.</summary>
    Outgoing = 2,

    /// <summary>Signed by who comes as well.</summary>
    Signed = 3,
}

/// <summary>
/// A hand-over of a shift (交接班): what stands, what was done, what must be watched, signed by who goes and who comes. From the first signature on
/// its text is fixed; each signed one carries the fingerprint of the one before it, so that a changed or missing one shows.
/// </summary>
public sealed class HandOver
{
    public long Id { get; init; }

    public long RosterId { get; init; }

    /// <summary>Of the roster, at that time.</summary>
    public long? AssetId { get; init; }

    public required string RosterName { get; init; }

    /// <summary>Day on which the outgoing shift began.</summary>
    public DateOnly Day { get; init; }

    public required string ShiftName { get; init; }

    public required string TeamName { get; init; }

    public HandOverState State { get; set; }

    /// <summary><see cref="HandOverNotes"/> as JSON.</summary>
    public required string Notes { get; set; }

    /// <summary><see cref="HandOverSnapshot"/> as JSON, taken at the first signature.</summary>
    public string? Snapshot { get; set; }

    public DateTimeOffset Created { get; init; }

    public long? OutgoingId { get; set; }

    public string? OutgoingName { get; set; }

    public DateTimeOffset? OutgoingSigned { get; set; }

    public long? IncomingId { get; set; }

    public string? IncomingName { get; set; }

    public DateTimeOffset? IncomingSigned { get; set; }

    /// <summary>What the incoming shift adds when it signs.</summary>
    public string? IncomingRemark { get; set; }

    /// <summary>Fingerprint of the hand-over of the same roster signed before this one; empty for the first.</summary>
    public string? PreviousHash { get; set; }

    /// <summary>SHA-256 over everything above, in hex; set with the second signature.</summary>
    public string? Hash { get; set; }

    /// <summary>Raised by one at each change: the ETag.</summary>
    public int Version { get; set; } = 1;

    /// <summary>The fingerprint as it must be. Member names and order are frozen by a test: signed hand-overs of years depend on them.</summary>
    internal string ComputeHash()
    {
        string[] parts =
        [
            "ordo-handover-1", PreviousHash ?? "", Invariant($"{RosterId}"), Invariant($"{AssetId}"), RosterName, Invariant($"{Day:yyyy-MM-dd}"), ShiftName, TeamName, Notes, Snapshot ?? "",
            Invariant($"{OutgoingId}"), OutgoingName ?? "", Invariant($"{OutgoingSigned?.ToUnixTimeMilliseconds()}"),
            Invariant($"{IncomingId}"), IncomingName ?? "", Invariant($"{IncomingSigned?.ToUnixTimeMilliseconds()}"), IncomingRemark ?? "",
        ];
        // Length before text, so that nothing can be moved from one field into its neighbour.
        string all = string.Concat(parts.Select(part => Invariant($"{Encoding.UTF8.GetByteCount(part)}:{part}\n")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
    }
}

/// <summary>What the outgoing shift writes.</summary>
/// <param name="Situation">How the plant runs (生产运行情况).</param>
/// <param name="Done">What was done (本班工作).</param>
/// <param name="Watch">What must be watched (注意事项).</param>
/// <param name="Equipment">Equipment, tools, keys (设备与工器具).</param>
public sealed record HandOverNotes(string Situation = "", string Done = "", string Watch = "", string Equipment = "")
{
    public const int MaxLength = 8000;
}

/// <summary>What stood on the desk at the first signature.</summary>
/// <param name="Total">All open alarms of the roster's assets; the list holds the most urgent ones.</param>
public sealed record HandOverSnapshot(
    DateTimeOffset Taken, int Total, int Unacknowledged, IReadOnlyDictionary<int, int> ByPriority, IReadOnlyList<HandOverAlarm> Alarms, IReadOnlyList<HandOverIncident> Incidents)
{
    public const int MaxAlarms = 300;
}

/// <summary>An open alarm as it stood.</summary>
public sealed record HandOverAlarm(
    long Id, int Priority, AlarmState State, string NameZh, string NameEn, string AssetNameZh, string AssetNameEn, DateTimeOffset Raised, string? AcknowledgedBy, double? Value, string Unit);

/// <summary>An open incident as it stood.</summary>
public sealed record HandOverIncident(long Id, string Title, string State, int OpenTasks);

internal sealed class HandOverTable : IEntityTypeConfiguration<HandOver>
{
    public void Configure(EntityTypeBuilder<HandOver> builder)
    {
        builder.ToTable("operations_handover");
        builder.IsAudited("handover", h => h.RosterName, h => h.AssetId);
        builder.Property(h => h.RosterName).HasMaxLength(Roster.MaxNameLength);
        builder.Property(h => h.ShiftName).HasMaxLength(64);
        builder.Property(h => h.TeamName).HasMaxLength(64);
        builder.Property(h => h.OutgoingName).HasMaxLength(64);
        builder.Property(h => h.IncomingName).HasMaxLength(64);
        builder.Property(h => h.PreviousHash).HasMaxLength(64);
        builder.Property(h => h.Hash).HasMaxLength(64);
        builder.Property(h => h.Snapshot).IsNotAudited(); // it is in the hand-over itself
        builder.Property(h => h.Version).IsConcurrencyToken();
        // A roster with signed hand-overs stays.
        builder.HasOne<Roster>().WithMany().HasForeignKey(h => h.RosterId).OnDelete(DeleteBehavior.NoAction);
        builder.HasIndex(h => new { h.RosterId, h.Id });
    }
}
