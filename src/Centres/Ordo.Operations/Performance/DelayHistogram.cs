namespace Ordo.Operations.Performance;

/// <summary>How long people took: exact to a second below an hour, to a minute below eight days, so that millions need no sorting.</summary>
public sealed class DelayHistogram
{
    private const int ExactSeconds = 3600, Minutes = 8 * 24 * 60;
    private readonly int[] seconds = new int[ExactSeconds];
    private readonly int[] minutes = new int[Minutes];

    public int Count { get; private set; }

    public void Add(long delaySeconds)
    {
        delaySeconds = Math.Max(0, delaySeconds); // a device's clock may run ahead of the person
        if (delaySeconds < ExactSeconds) seconds[delaySeconds]++;
        else minutes[Math.Min(delaySeconds / 60, Minutes - 1)]++;
        Count++;
    }

    /// <summary>The delay that the given part did not exceed (nearest rank), in seconds; <c>null</c> of nothing.</summary>
    public long? Quantile(double part)
    {
        if (Count == 0) return null;
        int rank = Math.Max(1, (int)Math.Ceiling(part * Count)), seen = 0;
        for (int i = 0; i < seconds.Length; i++)
            if ((seen += seconds[i]) >= rank) return i;
        for (int i = 0; i < minutes.Length; i++)
            if ((seen += minutes[i]) >= rank) return i * 60L;
        return (Minutes - 1) * 60L;
    }
}
