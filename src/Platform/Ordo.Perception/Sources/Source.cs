using System.Text;

namespace Ordo.Perception.Sources;

/// <summary>
/// An outside thing that sends (数据源): a data logger, a meter, a service that writes over HTTP. Counters and times are written by the gateways
/// without a lock and without allocation; what people edit is replaced as a whole.
/// </summary>
public sealed class Source
{
    private readonly SourceRegistry registry;
    private long frames, samples, errors, refused;
    private long lastSeenMs;
    private long learnedHeartbeatMs;
    private int online;

    internal Source(SourceRegistry registry, int id, string gateway, byte[] keyBytes, SourceProfile profile, FrameLogBudget budget)
    {
        (this.registry, Id, Gateway, KeyBytes, Profile) = (registry, id, gateway, keyBytes, profile);
        Key = Encoding.UTF8.GetString(keyBytes);
        Frames = new FrameLog(budget);
    }

    /// <summary>The source's number in the series catalogue; also its id in the API.</summary>
    public int Id { get; }

    public string Gateway { get; }

    /// <summary>The device's own identity, opaque and case-sensitive.</summary>
    public string Key { get; }

    /// <summary>What people have said about it. Replaced as a whole, never changed in place.</summary>
    public SourceProfile Profile { get; internal set; }

    public FrameLog Frames { get; }

    public long FirstSeenMs { get; internal set; }

    /// <summary>Milliseconds since 1970-01-01T00:00:00Z; 0 before the first message.</summary>
    public long LastSeenMs => Volatile.Read(ref lastSeenMs);

    /// <summary>Address and port of the last message.</summary>
    public string? Remote { get; internal set; }

    /// <summary>Messages understood.</summary>
    public long FrameCount => Volatile.Read(ref frames);

    /// <summary>Samples stored.</summary>
    public long SampleCount => Volatile.Read(ref samples);

    /// <summary>Messages that could not be read, wholly or in part.</summary>
    public long ErrorCount => Volatile.Read(ref errors);

    /// <summary>Messages that were not accepted: password, limits, store.</summary>
    public long RefusedCount => Volatile.Read(ref refused);

    public SourceState State => Volatile.Read(ref online) == 1 ? SourceState.Online : SourceState.Offline;

    /// <summary>How often it speaks: as configured, else as learned; 0 when not known yet.</summary>
    public long HeartbeatMs => Profile.HeartbeatSeconds is { } seconds ? seconds * 1000L : Volatile.Read(ref learnedHeartbeatMs);

    internal byte[] KeyBytes { get; }

    internal long LearnedHeartbeatMs => Volatile.Read(ref learnedHeartbeatMs);

    /// <summary>It has no row in the database yet.</summary>
    internal bool Unsaved { get; set; }

    /// <summary>The counters in the database are behind.</summary>
    internal bool Dirty { get; set; }

    /// <summary>Something of the source arrived: it is alive.</summary>
    /// <param name="nowMs">Time of arrival, milliseconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="remote">Address and port it came from.</param>
    public void Heard(long nowMs, string? remote)
    {
        long before = Interlocked.Exchange(ref lastSeenMs, nowMs);
        bool back = Volatile.Read(ref online) == 0 && Interlocked.Exchange(ref online, 1) == 0;
        if (before != 0)
        {
            long learned = Volatile.Read(ref learnedHeartbeatMs);
            long next = Heartbeat.Learn(learned, nowMs - before, back);
            if (next != learned) Volatile.Write(ref learnedHeartbeatMs, next);
        }
        else
        {
            FirstSeenMs = nowMs;
        }

        if (!ReferenceEquals(Remote, remote)) Remote = remote;
        Dirty = true;
        if (back) registry.Raise(this);
    }

    /// <summary>Messages that were understood, and the samples of theirs that are durable.</summary>
    public void Count(int frameCount, int sampleCount)
    {
        Interlocked.Add(ref frames, frameCount);
        if (sampleCount != 0) Interlocked.Add(ref samples, sampleCount);
    }

    public void CountErrors(int count = 1)
    {
        Interlocked.Add(ref errors, count);
        Dirty = true;
    }

    public void CountRefused(int count = 1)
    {
        Interlocked.Add(ref refused, count);
        Dirty = true;
    }

    /// <summary>Goes offline when it has been silent for too long.</summary>
    /// <param name="nowMs">Now.</param>
    /// <param name="notBeforeMs">Silence counts from here at the earliest: the server was not there to hear.</param>
    internal void JudgeSilence(long nowMs, long notBeforeMs)
    {
        if (Volatile.Read(ref online) == 0) return;
        if (nowMs - Math.Max(LastSeenMs, notBeforeMs) <= Heartbeat.ToleranceMs(HeartbeatMs)) return;
        if (Interlocked.Exchange(ref online, 0) == 1) registry.Raise(this);
    }

    /// <summary>Takes what the database remembers; counters go on from there.</summary>
    internal void Remember(SourceRow row)
    {
        FirstSeenMs = row.FirstSeenMs;
        Interlocked.CompareExchange(ref lastSeenMs, row.LastSeenMs, 0);
        Interlocked.CompareExchange(ref learnedHeartbeatMs, row.LearnedHeartbeatMs, 0);
        if (row.Online) Interlocked.Exchange(ref online, 1);
        Remote ??= row.Remote;
        Interlocked.Add(ref frames, row.Frames);
        Interlocked.Add(ref samples, row.Samples);
        Interlocked.Add(ref errors, row.Errors);
        Interlocked.Add(ref refused, row.Refused);
    }
}
