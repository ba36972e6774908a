using Ordo.Foundation;

namespace Ordo.Perception.Sources;

public enum FrameDirection
{
    /// <summary>From the source to the platform.</summary>
    In,

    /// <summary>From the platform to the source.</summary>
    Out,
}

/// <summary>What became of a frame.</summary>
public enum Verdict
{
    /// <summary>Its samples are durable.</summary>
    Stored,

    /// <summary>A resend of a frame already stored: acknowledged again, stored once.</summary>
    Duplicate,

    /// <summary>Understood or not, it carries nothing to store as samples; the text is kept here.</summary>
    Kept,

    /// <summary>An answer to a request of the platform.</summary>
    Answer,

    /// <summary>Well formed, but what it says cannot be stored: an impossible time, no number.</summary>
    Rejected,

    /// <summary>Not a frame of the protocol: wrong check sum, wrong structure, noise.</summary>
    Unreadable,

    /// <summary>Not accepted: wrong password, a limit, the store is not available.</summary>
    Refused,

    /// <summary>Sent by the platform.</summary>
    Sent,
}

/// <summary>One frame as it travelled, and how it was understood.</summary>
/// <param name="Id">Ascending within one run of the server.</param>
/// <param name="TimeMs">When it arrived or was sent, milliseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Direction">Which way it went.</param>
/// <param name="Raw">Its bytes, at most <see cref="FrameLog.MaxFrameBytes"/>. Not to be changed.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="Reason">Why, where the verdict alone does not say it.</param>
/// <param name="Samples">Number of samples it brought.</param>
public sealed record FrameEntry(long Id, long TimeMs, FrameDirection Direction, byte[] Raw, Verdict Verdict, Text Reason, int Samples);

/// <summary>Memory that all frame logs together may hold; each gets an equal share, never more than <paramref name="perLog"/>.</summary>
/// <param name="total">Bytes of all logs.</param>
/// <param name="perLog">Bytes of one log.</param>
public sealed class FrameLogBudget(long total, int perLog)
{
    private const int MinShare = 2 * FrameLog.MaxFrameBytes;
    private int logs;
    private long lastId;

    /// <summary>Bytes one log may hold now.</summary>
    public int Share => (int)Math.Clamp(total / Math.Max(1, Volatile.Read(ref logs)), MinShare, Math.Max(perLog, MinShare));

    internal bool HasRoom => total / Math.Max(1, Volatile.Read(ref logs)) > MinShare;

    internal void Join() => Interlocked.Increment(ref logs);

    internal long NextId() => Interlocked.Increment(ref lastId);
}

/// <summary>
/// The last frames of one source, in memory, newest last. Bounded by number and by bytes; lost when the server stops, because writing every frame a
/// second time would cost more than the samples themselves (decision 0021).
/// </summary>
public sealed class FrameLog(FrameLogBudget budget)
{
    public const int Capacity = 200;

    /// <summary>Longest piece of a frame that is kept: an HJ 212 frame of the highest ceiling fits.</summary>
    public const int MaxFrameBytes = 12 * 1024;

    private const int EntryOverhead = 96;
    private readonly Queue<FrameEntry> entries = new(); // its own lock
    private int bytes;
    private bool joined;

    /// <param name="timeMs">Milliseconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="direction">Which way it went.</param>
    /// <param name="raw">Copied; what is longer than <see cref="MaxFrameBytes"/> is cut.</param>
    /// <param name="verdict">What became of it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="samples">Number of samples it brought.</param>
    public void Add(long timeMs, FrameDirection direction, ReadOnlySpan<byte> raw, Verdict verdict, Text reason = default, int samples = 0)
    {
        byte[] kept = raw[..Math.Min(raw.Length, MaxFrameBytes)].ToArray();
        lock (entries)
        {
            if (!joined) budget.Join();
            joined = true;
            entries.Enqueue(new FrameEntry(budget.NextId(), timeMs, direction, kept, verdict, reason, samples));
            bytes += kept.Length + EntryOverhead;
            TrimLocked();
        }
    }

    /// <summary>Whether there is memory for frames that are kept only to be looked at; with very many logs it goes to the faulty ones.</summary>
    public bool HasRoom => budget.HasRoom;

    /// <summary>Newest first.</summary>
    public FrameEntry[] Read()
    {
        lock (entries)
        {
            FrameEntry[] all = [.. entries];
            Array.Reverse(all);
            return all;
        }
    }

    /// <summary>Gives back what is more than the share, which shrinks as other sources begin to log.</summary>
    public void Trim()
    {
        lock (entries) TrimLocked();
    }

    private void TrimLocked()
    {
        int share = budget.Share;
        while (entries.Count > Capacity || (bytes > share && entries.Count > 1))
            bytes -= entries.Dequeue().Raw.Length + EntryOverhead;
    }
}
