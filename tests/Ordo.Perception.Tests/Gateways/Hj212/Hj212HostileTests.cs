using System.Net.Sockets;
using Ordo.Perception.Gateways.Hj212;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Tests.Gateways.Hj212;

/// <summary>Connections that do not behave: memory stays bounded, the others notice nothing.</summary>
public sealed class Hj212HostileTests
{
    private static readonly byte[] Good = Hj212Case.Bytes("v08-cn-2011-upload-real-time-water");

    [Fact]
    public async Task An_endless_stream_without_a_frame_is_cut_off_early_and_another_connection_goes_on()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using Socket hostile = await server.ConnectAsync();
        byte[] noise = new byte[64 * 1024];
        new Random(1).NextBytes(noise);
        noise.AsSpan().Replace((byte)'#', (byte)'$');
        long sent = 0;
        try
        {
            while (sent < 1L << 30) sent += await hostile.SendAsync(noise);
        }
        catch (SocketException)
        {
            // closed by the gateway
        }

        Assert.InRange(sent, 1, 64 << 20); // what fits into the buffers of both kernels, at most
        Assert.Contains("CN=9014", await server.ExchangeAsync(Good), StringComparison.Ordinal);
        Assert.All(server.Sources.Strangers.Read(), e => Assert.InRange(e.Raw.Length, 0, 512));
    }

    [Fact]
    public async Task A_stream_of_heads_is_one_line_in_the_log_and_soon_cut_off()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using Socket hostile = await server.ConnectAsync();
        byte[] heads = new byte[1 << 20];
        heads.AsSpan().Fill((byte)'#');
        try
        {
            await hostile.SendAsync(heads);
            await Hj212Server.ReadToEndAsync(hostile);
        }
        catch (SocketException)
        {
            // closed by the gateway
        }

        await server.LoggedAsync(1);
        Assert.InRange(server.Log().Length, 1, 32);
    }

    [Fact]
    public async Task A_frame_that_never_ends_is_given_up_after_its_time_and_the_next_one_counts()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using Socket socket = await server.ConnectAsync();
        await socket.SendAsync("##9999QN=2016"u8.ToArray());
        await server.UntilAsync(() => server.Gateway.Connections == 1);
        // The gateway learns of the bytes in its own time; every second the clock asks again.
        await server.UntilAsync(() => server.Log().Length == 1, TimeSpan.FromSeconds(10));
        Assert.Equal("The frame was never finished.", server.Log()[0].Reason.En[..29]);

        await socket.SendAsync(Good);
        Assert.Contains("CN=9014", await Hj212Server.ReadFrameAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_connection_is_closed_in_the_end()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using Socket socket = await server.ConnectAsync();
        await server.UntilAsync(() => server.Gateway.Connections == 1);
        server.Clock.Advance(TimeSpan.FromMinutes(11));
        await server.UntilAsync(() => server.Gateway.Connections == 0);
    }

    [Fact]
    public async Task A_connection_does_not_lend_its_device_to_a_frame_without_one()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        await server.ExchangeAsync((byte[])[.. Good, .. Hj212Case.Bytes("x11-mn-missing-crc-correct")]);
        Assert.Equal(2, server.Store.Read().Length);
        Assert.Single(server.Sources.Strangers.Read());
    }

    [Fact]
    public async Task A_frame_cut_off_by_the_end_of_its_connection_is_not_continued_by_the_next()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        await server.ExchangeAsync(Good.AsMemory(0, 100));
        await server.ExchangeAsync(Good.AsMemory(100));
        Assert.Empty(server.Store.Read());
        Assert.All(server.Log(), e => Assert.Equal(Verdict.Unreadable, e.Verdict));
    }

    [Fact]
    public async Task Two_thousand_idle_connections_hold_no_buffers()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var sockets = new List<Socket>();
        try
        {
            for (int i = 0; i < 2_000; i++) sockets.Add(await server.ConnectAsync());
            await server.UntilAsync(() => server.Gateway.Connections == 2_000);
            // Both ends of each; other tests of this process hold memory for a moment too, so it is looked at again before it counts as held.
            await server.UntilAsync(() => (GC.GetTotalMemory(forceFullCollection: true) - before) / 2_000 < 16 * 1024);
            Assert.Contains("CN=9014", await server.ExchangeAsync(Good), StringComparison.Ordinal);
        }
        finally
        {
            sockets.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task An_address_has_a_limited_number_of_connections()
    {
        await using Hj212Server server = await Hj212Server.StartAsync(limits: new LimitOptions { ConnectionsPerAddress = 1 });
        using Socket first = await server.ConnectAsync();
        await server.UntilAsync(() => server.Gateway.Connections == 1);
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await second.ConnectAsync(server.Gateway.EndPoint!);
        }
        catch (SocketException)
        {
            // Cut off before this end had noticed that it was open.
        }

        await server.UntilAsync(() => server.Gateway.ConnectionsRefused == 1);

        await first.SendAsync(Good);
        Assert.Contains("CN=9014", await Hj212Server.ReadFrameAsync(first), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_floods_is_slowed_down_and_loses_nothing()
    {
        await using Hj212Server server = await Hj212Server.StartAsync(
            new Hj212Options { SendTimeout = TimeSpan.FromDays(1), IdleTimeout = TimeSpan.FromDays(1) }, // the clock runs ahead of the other threads here
            new LimitOptions { DeviceSource = new RateOptions { MessagesPerSecond = 10, Burst = TimeSpan.FromSeconds(1) } });
        using Socket socket = await server.ConnectAsync();
        var flood = new List<byte>();
        for (int i = 0; i < 50; i++) flood.AddRange(Frame(i));
        await socket.SendAsync(flood.ToArray());
        await server.LoggedAsync(51);
        await socket.SendAsync(Frame(50));
        Assert.Contains("It sends more than it may", server.Log()[^1].Reason.En, StringComparison.Ordinal);
        Assert.Equal(50, server.Store.Read().Length);

        await server.UntilAsync(() => server.Store.Read().Length == 51, TimeSpan.FromSeconds(1));
        Assert.True(server.Source("A").RefusedCount > 0);
    }

    [Fact]
    public async Task A_device_that_does_not_read_its_answers_is_disconnected()
    {
        await using Hj212Server server = await Hj212Server.StartAsync(limits: new LimitOptions { DeviceSource = new RateOptions(), DeviceAddress = new RateOptions() });
        using Socket socket = await server.ConnectAsync();
        socket.ReceiveBufferSize = 4096;
        byte[] storm = [.. Enumerable.Range(0, 1000).SelectMany(Frame)];
        using var enough = new CancellationTokenSource();
        Task sending = Task.Run(async () =>
        {
            try
            {
                while (!enough.IsCancellationRequested) await socket.SendAsync(storm, enough.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // closed by the gateway, or enough
            }
        });
        await server.UntilAsync(() => server.Gateway.Connections == 0, TimeSpan.FromSeconds(1));
        await enough.CancelAsync();
        await sending;
    }

    [Fact]
    public async Task Stopping_the_server_finishes_what_has_arrived()
    {
        Hj212Server server = await Hj212Server.StartAsync();
        using Socket socket = await server.ConnectAsync();
        await socket.SendAsync(Good);
        Assert.Contains("CN=9014", await Hj212Server.ReadFrameAsync(socket), StringComparison.Ordinal);
        await server.DisposeAsync();
        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        Assert.Equal(0, server.Gateway.Connections);
    }

    private static byte[] Frame(int i) => Hj212FrameWriter.Frame(
        $"QN=2026030108000{i:D4};ST=22;CN=2011;PW=1;MN=A;Flag=5;CP=&&DataTime=202603010{i / 3600 % 10}{i / 60 % 60:D2}{i % 60:D2};a34004-Rtd={i},a34004-Flag=N&&");
}
