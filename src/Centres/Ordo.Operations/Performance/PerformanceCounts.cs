using Ordo.Operations.Alarms;

namespace Ordo.Operations.Performance;

/// <summary>What one look over the occurrences of a period counts; the figures are made of these.</summary>
public sealed class PerformanceCounts
{
    public const long PeriodMs = 600_000;
    private readonly long fromMs, toMs;
    private readonly bool[] counts;
    private readonly ChatterWatch[] chatter;

    /// <param name="fromMs">Beginning, on a whole ten minutes.</param>
    /// <param name="toMs">End; the last ten minutes may be cut by it.</param>
    /// <param name="counts">Whether the alarm of each number is looked at (scope, asset).</param>
    public PerformanceCounts(long fromMs, long toMs, bool[] counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        (this.fromMs, this.toMs, this.counts) = (fromMs, toMs, counts);
        PerTenMinutes = new int[Math.Max(1, (int)((toMs - fromMs + PeriodMs - 1) / PeriodMs))];
        PerAlarm = new int[counts.Length];
        chatter = new ChatterWatch[counts.Length];
    }

    public int Total { get; private set; }

    public int[] PerTenMinutes { get; }

    /// <summary>Occurrences by number of the alarm.</summary>
    public int[] PerAlarm { get; }

    /// <summary>Occurrences by priority; index 0 is not used.</summary>
    public int[] PerPriority { get; } = new int[AlarmPriority.Lowest + 1];

    /// <summary>Time to acknowledge by priority; index 0 holds all.</summary>
    public DelayHistogram[] Acknowledgement { get; } = [.. Enumerable.Range(0, AlarmPriority.Lowest + 1).Select(_ => new DelayHistogram())];

    /// <summary>Chattering and fleeting by number of the alarm.</summary>
    public ReadOnlySpan<ChatterWatch> Chatter => chatter;

    /// <summary>Occurrences must come in the order they rose, also from one set of columns to the next.</summary>
    public void Add(RiseColumns rises)
    {
        ArgumentNullException.ThrowIfNull(rises);
        ReadOnlySpan<long> raised = rises.RaisedMs;
        ReadOnlySpan<int> lasted = rises.LastedMs, unseen = rises.UnseenSeconds, alarm = rises.Alarm;
        ReadOnlySpan<byte> priority = rises.Priority;
        for (int i = 0; i < raised.Length; i++)
        {
            if (raised[i] < fromMs || raised[i] >= toMs || !counts[alarm[i]]) continue;
            Total++;
            PerTenMinutes[(raised[i] - fromMs) / PeriodMs]++;
            PerAlarm[alarm[i]]++;
            PerPriority[priority[i]]++;
            chatter[alarm[i]].Add(raised[i], lasted[i] == RiseColumns.None ? null : lasted[i]);
            if (unseen[i] == RiseColumns.None) continue;
            Acknowledgement[0].Add(unseen[i]);
            Acknowledgement[priority[i]].Add(unseen[i]);
        }
    }
}
