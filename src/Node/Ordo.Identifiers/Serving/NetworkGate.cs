using System.Net;
using System.Net.Sockets;

namespace Ordo.Identifiers.Serving;

/// <summary>
/// How often each network may ask, where an address proves nothing (UDP) or a guess costs nothing. A fixed table of one word a network, so a flood of forged addresses costs
/// no memory; two networks that share a place share their allowance.
/// </summary>
internal sealed class NetworkGate(int perSecond, TimeProvider clock)
{
    private const int Places = 1 << 16;
    private readonly long[] due = new long[Places];
    private readonly uint seed = (uint)Random.Shared.Next();
    private readonly long interval = perSecond == 0 ? 0 : Math.Max(1, clock.TimestampFrequency / perSecond);

    /// <param name="address">As the socket gives it.</param>
    public bool TryPass(SocketAddress address) => TryPass(address.Buffer.Span, address.Family);

    /// <param name="address">As the system writes it.</param>
    public bool TryPass(ReadOnlySpan<byte> address, AddressFamily family)
    {
        if (interval == 0 || IsLoopback(address, family)) return true;
        ref long place = ref due[Hash(address, family) & (Places - 1)];
        long now = clock.GetTimestamp(), seen = Volatile.Read(ref place);
        while (true)
        {
            // A network that was silent may send one second's worth at once.
            long begin = Math.Max(seen, now);
            if (begin - now > clock.TimestampFrequency) return false;
            long found = Interlocked.CompareExchange(ref place, begin + interval, seen);
            if (found == seen) return true;
            seen = found;
        }
    }

    /// <summary>Whether <see cref="TryPass(SocketAddress)"/> would let it pass; nothing is counted.</summary>
    public bool IsOpen(SocketAddress address)
    {
        ReadOnlySpan<byte> bytes = address.Buffer.Span;
        return interval == 0 || IsLoopback(bytes, address.Family) || Volatile.Read(ref due[Hash(bytes, address.Family) & (Places - 1)]) - clock.GetTimestamp() <= clock.TimestampFrequency;
    }

    private uint Hash(ReadOnlySpan<byte> bytes, AddressFamily family)
    {
        ReadOnlySpan<byte> network = family == AddressFamily.InterNetwork ? bytes.Slice(4, 3) : bytes.Slice(8, 7);
        uint hash = seed;
        foreach (byte b in network) hash = (hash ^ b) * 16_777_619;
        return hash ^ (hash >> 15);
    }

    private static bool IsLoopback(ReadOnlySpan<byte> address, AddressFamily family) => family == AddressFamily.InterNetwork
        ? address[4] == 127
        : !address.Slice(8, 15).ContainsAnyExcept((byte)0) && address[23] == 1;
}
