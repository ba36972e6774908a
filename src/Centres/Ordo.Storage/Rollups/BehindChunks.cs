using System.Numerics;
using Ordo.Storage.Months;

namespace Ordo.Storage.Rollups;

/// <summary>Which series' chunks have outgrown their rollups, month by month: a bit each, because there may be a million. Not thread-safe.</summary>
internal sealed class BehindChunks
{
    private readonly SortedDictionary<Month, ulong[]> months = [];

    public bool IsEmpty => months.Count == 0;

    public void Add(Month month, int series)
    {
        ulong[] marks = months.GetValueOrDefault(month) ?? [];
        if (series >> 6 >= marks.Length)
        {
            Array.Resize(ref marks, Math.Max((series >> 6) + 1, marks.Length * 2));
            months[month] = marks;
        }

        marks[series >> 6] |= 1UL << (series & 63);
    }

    /// <summary>Takes out some series of the earliest month, ascending; <c>null</c> when there are none.</summary>
    public (Month Month, List<int> Series)? Take(int most)
    {
        while (months.Count > 0)
        {
            var (month, marks) = months.First();
            var series = new List<int>();
            for (int word = 0; word < marks.Length && series.Count < most; word++)
                for (; marks[word] != 0 && series.Count < most; marks[word] &= marks[word] - 1) series.Add((word << 6) + BitOperations.TrailingZeroCount(marks[word]));
            if (series.Count < most) months.Remove(month); // all were taken
            if (series.Count > 0) return (month, series);
        }

        return null;
    }
}
