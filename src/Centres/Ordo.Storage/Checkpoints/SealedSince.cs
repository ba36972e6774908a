using Ordo.Storage.Months;

namespace Ordo.Storage.Checkpoints;

/// <summary>What chunks written since the snapshot hold: for each month and series, everything of the log up to a sequence number.</summary>
internal sealed class SealedSince
{
    private readonly Dictionary<Month, long[]> months = [];

    public bool IsEmpty => months.Count == 0;

    public void Note(Month month, int series, long sequence)
    {
        long[] known = months.GetValueOrDefault(month) ?? [];
        if (series >= known.Length)
        {
            Array.Resize(ref known, Math.Max(series + 1, known.Length * 2));
            months[month] = known;
        }

        known[series] = Math.Max(known[series], sequence);
    }

    /// <summary>A look for one thread, when all is noted.</summary>
    public Look ForReading() => new(months);

    /// <summary>Asked for every sample of the log: it keeps a column for each month, and the month of one sample is mostly that of the one before.</summary>
    public sealed class Look(Dictionary<Month, long[]> months)
    {
        private long first = 1, last; // the month looked at last; empty at first
        private long[]? column;

        /// <summary>The sequence number up to which chunks hold the series' samples in the month of a time; 0 when none was written.</summary>
        public long UpTo(int series, long time)
        {
            if (months.Count == 0) return 0;
            if (time < first || time > last) Turn(Month.Of(time));
            return column is not null && series < column.Length ? column[series] : 0;
        }

        private void Turn(Month month)
        {
            (first, last) = (month.Start, month.Last);
            column = months.GetValueOrDefault(month);
        }
    }
}
