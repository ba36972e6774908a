namespace Ordo.Operations.Performance;

/// <summary>
/// A flood of alarms (报警泛滥; EEMUA 191, ISA-18.2): begins with the ten minutes in which more than 10 alarms came for one operator position, ends
/// with the ten minutes before the first in which fewer than 5 came.
/// </summary>
/// <param name="First">Number of its first ten-minute period, from 0.</param>
/// <param name="Periods">How many periods it lasted.</param>
/// <param name="Alarms">All that came in it.</param>
/// <param name="Peak">Most in one period.</param>
public readonly record struct AlarmFlood(int First, int Periods, int Alarms, int Peak)
{
    public const int BeginsAbove = 10, EndsBelow = 5;

    /// <param name="perTenMinutes">Alarms of each ten-minute period, one after the other without gaps.</param>
    /// <param name="operators">Positions that share the alarms: the bounds are per position.</param>
    public static IReadOnlyList<AlarmFlood> In(ReadOnlySpan<int> perTenMinutes, int operators = 1)
    {
        List<AlarmFlood> floods = [];
        for (int i = 0; i < perTenMinutes.Length; i++)
        {
            if (perTenMinutes[i] <= BeginsAbove * operators) continue;
            int first = i, alarms = 0, peak = 0;
            for (; i < perTenMinutes.Length && perTenMinutes[i] >= EndsBelow * operators; i++)
            {
                alarms += perTenMinutes[i];
                peak = Math.Max(peak, perTenMinutes[i]);
            }

            floods.Add(new(first, i - first, alarms, peak));
        }

        return floods;
    }
}
