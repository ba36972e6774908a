namespace Ordo.Simulator;

/// <summary>What all devices together have done; the numbers of the status line.</summary>
public sealed class Tally
{
    private long messages, samples, resent, failures;
    private int online;
    private string? lastFailure;

    public int Online => Volatile.Read(ref online);

    /// <summary>Messages that the platform acknowledged.</summary>
    public long Messages => Interlocked.Read(ref messages);

    /// <summary>Values in acknowledged messages.</summary>
    public long Samples => Interlocked.Read(ref samples);

    public long Resent => Interlocked.Read(ref resent);

    /// <summary>Broken connections and refused messages.</summary>
    public long Failures => Interlocked.Read(ref failures);

    public void Connected() => Interlocked.Increment(ref online);

    public void Disconnected() => Interlocked.Decrement(ref online);

    public void Delivered(int values)
    {
        Interlocked.Increment(ref messages);
        Interlocked.Add(ref samples, values);
    }

    public void SentAgain() => Interlocked.Increment(ref resent);

    /// <summary>Why the last of them failed, or <c>null</c>.</summary>
    public string? LastFailure => Volatile.Read(ref lastFailure);

    public void Failed(string why)
    {
        Volatile.Write(ref lastFailure, why);
        Interlocked.Increment(ref failures);
    }
}
