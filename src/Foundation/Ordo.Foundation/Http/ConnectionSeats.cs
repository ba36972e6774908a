using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Ordo.Foundation.Http;

/// <summary>Places for connections at one door. Whoever finds none is cut off at once, before anything of him is read; nobody who sits is disturbed.</summary>
/// <param name="most">In all, at least 1.</param>
/// <param name="mostPerAddress">For one remote address, which never gets more than three fifths of all.</param>
/// <param name="tell">Told each address that was refused, and how many were in all.</param>
/// <param name="isMany">Addresses that speak for many, such as a reverse proxy: only the number in all limits them.</param>
public sealed class ConnectionSeats(int most, int mostPerAddress, Action<string, long> tell, Func<IPAddress, bool>? isMany = null)
{
    private readonly int mostPerAddress = Math.Min(mostPerAddress, Math.Max(1, most / 5 * 3));
    private readonly ConcurrentDictionary<IPAddress, int> byAddress = new();
    private int taken;
    private long refused;

    public int Taken => Volatile.Read(ref taken);

    /// <summary>Since the start.</summary>
    public long Refused => Volatile.Read(ref refused);

    /// <summary>Whoever connects there needs a place, and leaves it when his connection ends.</summary>
    /// <param name="listen">To be called before anything else is added.</param>
    public void Guard(ListenOptions listen)
    {
        ArgumentNullException.ThrowIfNull(listen);
        listen.ApplicationServices.GetRequiredService<SeatedTransport>().Seat(listen.EndPoint, this);
        listen.Use(next => async connection =>
        {
            IPAddress address = AddressOf(connection);
            try
            {
                await next(connection);
            }
            finally
            {
                Leave(address);
            }
        });
    }

    internal bool TryTake(ConnectionContext connection)
    {
        IPAddress address = AddressOf(connection);
        int all = Interlocked.Increment(ref taken), own = byAddress.AddOrUpdate(address, 1, static (_, count) => count + 1);
        if (all <= most && (own <= mostPerAddress || isMany?.Invoke(address) is true)) return true;
        Leave(address);
        tell($"{address}", Interlocked.Increment(ref refused));
        return false;
    }

    private void Leave(IPAddress address)
    {
        Interlocked.Decrement(ref taken);
        if (byAddress.AddOrUpdate(address, 0, static (_, count) => count - 1) <= 0) byAddress.TryRemove(new(address, 0));
    }

    private static IPAddress AddressOf(ConnectionContext connection) =>
        connection.RemoteEndPoint is not IPEndPoint { Address: var address } ? IPAddress.None : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
