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

    /// <summary>
    /// As bytes, for a day that will not change: 7-bit numbers, of each occurrence the milliseconds since the one before, how long it lasted + 1,
    /// how long it was unseen + 1, the place of its alarm in <paramref name="alarms"/>, and its priority.
    /// </summary>
    public byte[] Pack(Func<int, AlarmIdentity> identityOf, out IReadOnlyList<AlarmIdentity> alarms)
    {
        ArgumentNullException.ThrowIfNull(identityOf);
        List<AlarmIdentity> met = [];
        Dictionary<int, int> places = [];
        using var memory = new MemoryStream(Count * 10);
        using var writer = new BinaryWriter(memory);
        long before = 0;
        for (int i = 0; i < Count; i++)
        {
            if (!places.TryGetValue(alarm[i], out int place))
            {
                places[alarm[i]] = place = met.Count;
                met.Add(identityOf(alarm[i]));
            }

            writer.Write7BitEncodedInt64(raisedMs[i] - before);
            writer.Write7BitEncodedInt64(lasted[i] + 1L);
            writer.Write7BitEncodedInt64(unseen[i] + 1L);
            writer.Write7BitEncodedInt(place);
            writer.Write(priority[i]);
            before = raisedMs[i];
        }

        writer.Flush();
        alarms = met;
        return memory.ToArray();
    }

    /// <param name="packed">By <see cref="Pack"/>.</param>
    /// <param name="count">Occurrences in it.</param>
    /// <param name="numbers">Number of the alarm at each place.</param>
    public static RiseColumns Unpack(byte[] packed, int count, int[] numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        var rises = new RiseColumns(count);
        using var reader = new BinaryReader(new MemoryStream(packed));
        long raised = 0;
        for (int i = 0; i < count; i++)
        {
            raised += reader.Read7BitEncodedInt64();
            rises.raisedMs[i] = raised;
            rises.lasted[i] = (int)(reader.Read7BitEncodedInt64() - 1);
            rises.unseen[i] = (int)(reader.Read7BitEncodedInt64() - 1);
            rises.alarm[i] = numbers[reader.Read7BitEncodedInt()];
            rises.priority[i] = reader.ReadByte();
        }

        rises.Count = count;
        return rises;
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
