using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Statistics;

namespace Ordo.Identifiers.Resolution;

/// <summary>How somebody resolved.</summary>
public enum ResolutionTransport
{
    Udp = 1,
    Tcp = 2,
    Tunnel = 3,
    Rest = 4,

    /// <summary>The page behind a code.</summary>
    Page = 5,
}

/// <summary>Resolutions by how they ended.</summary>
internal readonly record struct Outcomes(long Succeeded, long NotFound, long Failed)
{
    public long All => Succeeded + NotFound + Failed;

    public static Outcomes operator +(Outcomes left, Outcomes right) => new(left.Succeeded + right.Succeeded, left.NotFound + right.NotFound, left.Failed + right.Failed);

    public static Outcomes operator -(Outcomes left, Outcomes right) => new(left.Succeeded - right.Succeeded, left.NotFound - right.NotFound, left.Failed - right.Failed);
}

/// <summary>What was counted under one prefix since the start.</summary>
internal sealed class PrefixCount
{
    private readonly long[] counts = new long[(ResolutionCounts.Transports + 1) * 3];

    public void Add(ResolutionTransport transport, int outcome) => Interlocked.Increment(ref counts[((int)transport * 3) + outcome]);

    public Outcomes Of(ResolutionTransport transport)
    {
        int at = (int)transport * 3;
        return new(Volatile.Read(ref counts[at]), Volatile.Read(ref counts[at + 1]), Volatile.Read(ref counts[at + 2]));
    }
}

/// <summary>
/// Counts resolutions (标识解析量) and how long they took, in memory. A request adds to two numbers and waits for nobody; <see cref="StatisticsKeeper"/> takes them to the
/// curves and into the database. Records of prefixes and the name <c>0</c>, with which clients keep a connection open, are nobody's identifiers and are left out.
/// </summary>
internal sealed class ResolutionCounts
{
    public const int Transports = 5;
    private readonly ConcurrentDictionary<string, PrefixCount> prefixes;
    private readonly ConcurrentDictionary<string, PrefixCount>.AlternateLookup<ReadOnlySpan<byte>> byBytes;
    private readonly PrefixCount others = new();
    private readonly LatencyHistogram[] latencies = [.. Enumerable.Range(0, Transports + 1).Select(_ => new LatencyHistogram())];

    public ResolutionCounts()
    {
        prefixes = new(PrefixComparer.Instance);
        byBytes = prefixes.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>By prefix of an enterprise; the empty one holds what was asked for under any other.</summary>
    public IEnumerable<KeyValuePair<string, PrefixCount>> Prefixes => prefixes.Append(new("", others));

    /// <summary>From now on a prefix is counted by itself. Only those of enterprises are, so that names made up by somebody take no memory.</summary>
    public void Know(string prefix) => prefixes.TryAdd(prefix, new());

    /// <param name="begun"><see cref="Stopwatch.GetTimestamp"/> when the request was there; 0 when nobody looked.</param>
    public void Add(ResolutionTransport transport, ReadOnlySpan<byte> asked, ResponseCode code, long begun = 0)
    {
        int slash = asked.IndexOf((byte)'/');
        if (slash < 0 || HandleText.IsPrefixHandle(asked)) return; // the name 0 has no "/" either
        PrefixCount count = byBytes.TryGetValue(asked[..slash], out PrefixCount? known) ? known : others;
        count.Add(transport, code switch { ResponseCode.Success => 0, ResponseCode.HandleNotFound => 1, _ => 2 });
        if (begun != 0) latencies[(int)transport].Add(Stopwatch.GetElapsedTime(begun));
    }

    public LatencyHistogram LatencyOf(ResolutionTransport transport) => latencies[(int)transport].Copy();

    /// <summary>Since the start, over everything.</summary>
    public Outcomes Total()
    {
        var total = new Outcomes();
        foreach ((_, PrefixCount count) in Prefixes)
            foreach (ResolutionTransport transport in Enum.GetValues<ResolutionTransport>()) total += count.Of(transport);
        return total;
    }

    /// <summary>Prefixes are compared as handles are: without case in ASCII. Looked up by their bytes, so that a request makes no text.</summary>
    private sealed class PrefixComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
    {
        public static readonly PrefixComparer Instance = new();

        public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal) || (x is not null && y is not null && HandleText.EqualsFolded(Encoding.UTF8.GetBytes(x), Encoding.UTF8.GetBytes(y)));

        public int GetHashCode(string obj) => GetHashCode(Encoding.UTF8.GetBytes(obj));

        public bool Equals(ReadOnlySpan<byte> alternate, string other)
        {
            Span<byte> bytes = stackalloc byte[256];
            return Encoding.UTF8.TryGetBytes(other, bytes, out int length) && HandleText.EqualsFolded(alternate, bytes[..length]);
        }

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode(); // seeded, because names come from anybody
            Span<byte> folded = stackalloc byte[256];
            ReadOnlySpan<byte> rest = alternate;
            while (rest.Length > 0)
            {
                int take = Math.Min(rest.Length, folded.Length);
                HandleText.Fold(rest[..take], folded);
                hash.AddBytes(folded[..take]);
                rest = rest[take..];
            }

            return hash.ToHashCode();
        }

        public string Create(ReadOnlySpan<byte> alternate) => Encoding.UTF8.GetString(alternate);
    }
}
