using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Http;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Http;

public sealed class ConnectionSeatsTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> refused = new();
    private readonly ConnectionSeats seats;
    private readonly List<Socket> open = [];
    private WebApplication app = null!;
    private int port;

    public ConnectionSeatsTests() => seats = new(10, 8, (address, total) => refused.Enqueue($"{address} {total}"), address => address.ToString() == "127.0.0.9");

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, seats.Guard));
        builder.Services.AddConnectionSeating();
        app = builder.Build();
        app.MapGet("/", () => "here");
        await app.StartAsync();
        port = new Uri(app.Urls.First()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Socket socket in open) socket.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task One_address_takes_three_fifths_and_whoever_comes_then_still_finds_a_place()
    {
        for (int i = 0; i < 6; i++) Assert.True(await IsServedAsync("127.0.0.2"));
        Assert.False(await IsServedAsync("127.0.0.2"));
        Assert.False(await IsServedAsync("127.0.0.2"));
        for (int i = 0; i < 4; i++) Assert.True(await IsServedAsync($"127.0.0.{3 + i}"));
        Assert.False(await IsServedAsync("127.0.0.3")); // now it is full
        Assert.Equal(["127.0.0.2 1", "127.0.0.2 2", "127.0.0.3 3"], refused);
        Assert.Equal((10, 3), (seats.Taken, seats.Refused));
    }

    [Fact]
    public async Task A_place_is_free_again_when_its_connection_ends()
    {
        for (int i = 0; i < 6; i++) Assert.True(await IsServedAsync("127.0.0.2"));
        open[0].Dispose();
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); seats.Taken > 5; await Task.Yield()) Assert.True(waited.Elapsed < Patience.Limit);
        Assert.True(await IsServedAsync("127.0.0.2"));
        Assert.False(await IsServedAsync("127.0.0.2"));
    }

    [Fact]
    public async Task A_proxy_may_take_all_of_them()
    {
        for (int i = 0; i < 10; i++) Assert.True(await IsServedAsync("127.0.0.9"));
        Assert.False(await IsServedAsync("127.0.0.9"));
    }

    /// <summary>Connects from an address, asks, and stays.</summary>
    private async Task<bool> IsServedAsync(string from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        open.Add(socket);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
            return await socket.ReceiveAsync(new byte[1000]) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
