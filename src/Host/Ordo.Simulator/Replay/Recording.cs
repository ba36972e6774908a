namespace Ordo.Simulator.Replay;

/// <summary>A table laid on the time axis: which measured row belongs to which moment.</summary>
public sealed class Recording
{
    /// <summary>All moments are Chinese local time, as on the devices.</summary>
    public static readonly TimeSpan China = TimeSpan.FromHours(8);

    /// <summary>A Monday, so that weekdays meet weekdays when whole weeks are repeated.</summary>
    private static readonly DateTimeOffset Epoch = new(2024, 1, 1, 0, 0, 0, China);

    private readonly Func<DateTimeOffset, int> rowAt;

    private Recording(MeasuredTable table, TimeSpan rowLength, Func<DateTimeOffset, int> rowAt) =>
        (Table, RowLength, this.rowAt) = (table, rowLength, rowAt);

    public MeasuredTable Table { get; }

    /// <summary>How long one row is replayed at speed 1.</summary>
    public TimeSpan RowLength { get; }

    /// <summary>Index of the row for a replayed moment; defined for every moment.</summary>
    public int RowAt(DateTimeOffset replay) => rowAt(replay);

    /// <summary>
    /// One row an hour from 1 March 2015 to 29 February 2016: every hour of every calendar day once, leap day included, so that what is
    /// shown now was measured on the same day of the year at the same hour.
    /// </summary>
    public static Recording SameHourOfYear(MeasuredTable table) => new(table, TimeSpan.FromHours(1), replay =>
    {
        DateTime local = replay.ToOffset(China).DateTime;
        var measured = new DateTime(local.Month >= 3 ? 2015 : 2016, local.Month, local.Day, local.Hour, 0, 0);
        return (int)(measured - new DateTime(2015, 3, 1)).TotalHours;
    });

    /// <summary>Row after row without end, beginning <paramref name="offset"/> rows into the table on Monday 1 January 2024.</summary>
    public static Recording Repeated(MeasuredTable table, TimeSpan rowLength, int offset = 0) => new(table, rowLength, replay =>
        (int)((Rows(replay, rowLength) + offset) % table.Count + table.Count) % table.Count);

    /// <summary>What a register shows at the start of a moment's row: the sum of all rows since <see cref="Epoch"/>.</summary>
    /// <param name="column">Amounts per row.</param>
    public Func<DateTimeOffset, decimal> Register(string column)
    {
        decimal[] before = new decimal[Table.Count + 1];
        for (int i = 0; i < Table.Count; i++) before[i + 1] = before[i] + (Table[column][i] ?? 0);
        int first = RowAt(Epoch);
        return replay =>
        {
            long row = Rows(replay, RowLength) + first;
            return Math.DivRem(row, Table.Count, out long rest) * before[^1] + before[rest] - before[first];
        };
    }

    private static long Rows(DateTimeOffset replay, TimeSpan rowLength) => (long)Math.Floor((double)(replay - Epoch).Ticks / rowLength.Ticks);
}
