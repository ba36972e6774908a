namespace Ordo.Operations.Performance;

/// <summary>Occurrences as the figures need them, in columns and in the order they rose: 21 bytes each, so that a year of a restless park fits in memory.</summary>
public sealed class RiseColumns(int capacity)
{
    /// <summary>Not returned, or not acknowledged.</summary>
    public const int None = -1;

    private long[] raisedMs = new long[capacity];
    private int[] lasted = new int[capacity], unseen = new int[capacity], alarm = new int[capacity];
    private byte[] priority = new byte[capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<long> RaisedMs => raisedMs.AsSpan(0, Count);

    /// <summary>Milliseconds until the condition cleared, at most 24 days; <see cref="None"/> while it holds.</summary>
    public ReadOnlySpan<int> LastedMs => lasted.AsSpan(0, Count);

    /// <summary>Seconds until somebody acknowledged; <see cref="None"/> when nobody did.</summary>
    public ReadOnlySpan<int> UnseenSeconds => unseen.AsSpan(0, Count);

    /// <summary>Number of the alarm, see <see cref="OccurrenceDays.Alarms"/>.</summary>
    public ReadOnlySpan<int> Alarm => alarm.AsSpan(0, Count);

    public ReadOnlySpan<byte> Priority => priority.AsSpan(0, Count);

    public void Add(DateTimeOffset raised, DateTimeOffset? returned, DateTimeOffset? acknowledged, int alarmNumber, int priorityNumber)
    {
        if (Count == raisedMs.Length) Grow();
        raisedMs[Count] = raised.ToUnixTimeMilliseconds();
        lasted[Count] = returned is null ? None : (int)Math.Clamp((returned.Value - raised).TotalMilliseconds, 0, int.MaxValue);
        unseen[Count] = acknowledged is null ? None : (int)Math.Clamp((acknowledged.Value - raised).TotalSeconds, 0, int.MaxValue);
        alarm[Count] = alarmNumber;
        priority[Count] = (byte)priorityNumber;
        Count++;
    }

    private void Grow()
    {
        int size = Math.Max(256, 2 * raisedMs.Length);
        Array.Resize(ref raisedMs, size);
        Array.Resize(ref lasted, size);
        Array.Resize(ref unseen, size);
        Array.Resize(ref alarm, size);
        Array.Resize(ref priority, size);
    }
}
