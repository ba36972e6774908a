using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ordo.Foundation.Http;

/// <summary>
/// The framework's sockets, accepted one by one where a door has seats: a connection without a seat is closed before the next is accepted. Refused any later, they would pile up under a flood and take the files
/// that the seats are there to save.
/// </summary>
public sealed class SeatedTransport(IOptions<SocketTransportOptions> options, ILoggerFactory loggers) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory sockets = new(options, loggers);
    private readonly ConditionalWeakTable<EndPoint, ConnectionSeats> doors = [];

    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        IConnectionListener listener = await sockets.BindAsync(endpoint, cancellationToken);
        return doors.TryGetValue(endpoint, out ConnectionSeats? seats) ? new Door(listener, seats) : listener;
    }

    /// <param name="door">The very end point that will be bound; its port may be 0.</param>
    internal void Seat(EndPoint door, ConnectionSeats seats) => doors.AddOrUpdate(door, seats);

    private sealed class Door(IConnectionListener listener, ConnectionSeats seats) : IConnectionListener
    {
        public EndPoint EndPoint => listener.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await listener.AcceptAsync(cancellationToken) is { } connection)
            {
                if (seats.TryTake(connection)) return connection;
                connection.Abort();
                await connection.DisposeAsync();
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => listener.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => listener.DisposeAsync();
    }
}

/// <summary>Registers <see cref="SeatedTransport"/>.</summary>
public static class ConnectionSeating
{
    public static IServiceCollection AddConnectionSeating(this IServiceCollection services)
    {
        services.TryAddSingleton<SeatedTransport>();
        // The last one registered is asked first.
        return services.AddSingleton<IConnectionListenerFactory>(provider => provider.GetRequiredService<SeatedTransport>());
    }
}
