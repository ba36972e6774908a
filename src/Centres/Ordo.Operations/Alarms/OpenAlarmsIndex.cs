using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ordo.Operations.Alarms;

/// <summary>
/// What stands on the desk, in an index of its own: with <c>WHERE "IsOpen"</c> SQLite searches no index that begins with the column, it walks through all of it, and
/// after some years that is millions of rows for a list of eight.
/// </summary>
internal sealed class OpenAlarmsIndex : IEntityTypeConfiguration<AlarmOccurrence>
{
    public const string Name = "IX_operations_alarm_open", Filter = "\"IsOpen\"";

    public void Configure(EntityTypeBuilder<AlarmOccurrence> builder) =>
        builder.HasIndex(o => new { o.Priority, o.Raised }).HasFilter(Filter).HasDatabaseName(Name);
}
