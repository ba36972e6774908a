using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Operations.Performance;

/// <summary>The occurrences of a day that is over, packed; about ten bytes each.</summary>
internal sealed class OccurrenceDigest
{
    /// <summary><see cref="DateOnly.DayNumber"/>, UTC.</summary>
    public required int Day { get; init; }

    /// <summary>Occurrences the day had when this was written. Another number now: it is out of date.</summary>
    public required int Rows { get; init; }

    /// <summary>Those of them that people were told of: what <see cref="Rises"/> holds.</summary>
    public required int Announced { get; init; }

    /// <summary>By <see cref="RiseColumns.Pack"/>.</summary>
    public required byte[] Rises { get; init; }

    /// <summary>The alarms that <see cref="Rises"/> points to: pairs of definition and asset, 7-bit numbers, the definition zig-zag.</summary>
    public required byte[] Alarms { get; init; }

    public static byte[] Pack(IEnumerable<AlarmIdentity> alarms)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        foreach (AlarmIdentity alarm in alarms)
        {
            writer.Write7BitEncodedInt64((alarm.DefinitionId << 1) ^ (alarm.DefinitionId >> 63)); // limits of points are negative
            writer.Write7BitEncodedInt64(alarm.AssetId);
        }

        writer.Flush();
        return memory.ToArray();
    }

    public IEnumerable<AlarmIdentity> Identities()
    {
        using var memory = new MemoryStream(Alarms);
        using var reader = new BinaryReader(memory);
        while (memory.Position < memory.Length)
        {
            long zigzag = reader.Read7BitEncodedInt64();
            yield return new((long)((ulong)zigzag >> 1) ^ -(zigzag & 1), reader.Read7BitEncodedInt64());
        }
    }
}

internal sealed class OccurrenceDigestTable : IEntityTypeConfiguration<OccurrenceDigest>
{
    public void Configure(EntityTypeBuilder<OccurrenceDigest> builder)
    {
        builder.ToTable("operations_alarm_day");
        builder.IsNotAudited(); // worked out from the occurrences
        builder.HasKey(d => d.Day);
        builder.Property(d => d.Day).ValueGeneratedNever();
    }
}
