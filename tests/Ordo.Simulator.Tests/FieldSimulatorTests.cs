using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Ordo.Simulator.Hj212;
using Ordo.Simulator.Replay;
using Ordo.Simulator.Tests.Http;
using Ordo.Testing;

namespace Ordo.Simulator.Tests;

public sealed class FieldSimulatorTests
{
    [Fact]
    public async Task All_devices_of_the_park_report_and_stop_cleanly()
    {
        var time = new FakeTime(new DateTimeOffset(2026, 11, 23, 15, 0, 0, Recording.China));
        using var stop = new CancellationTokenSource();
        using var server = new FakeServer();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        HashSet<string> silent = [.. TestFleet.Fleet.Devices.Where(device => device.Kind is "air" or "outlet").Select(device => device.Key)];
        var allHeard = new TaskCompletionSource();
        _ = AcknowledgeEverythingAsync(listener, mn =>
        {
            lock (silent)
                if (silent.Remove(mn) && silent.Count == 0) allHeard.SetResult();
        });
        var status = new StringWriter();
        var options = new SimulatorOptions { Server = server.Address, Hj212 = (IPEndPoint)listener.LocalEndpoint, Token = "t", Data = TestFleet.Data, Speed = 60, History = TimeSpan.FromHours(3) };

        Task running = FieldSimulator.RunAsync(options, status, time, stop.Token);
        await allHeard.Task.WaitAsync(Patience.Limit);
        HashSet<string> unused = ["/api/v1/telemetry", "/api/v2/write?org=ordo&bucket=park&precision=ms"];
        while (unused.Count > 0) unused.Remove((await server.NextAsync()).Path);
        time.Advance(TimeSpan.FromSeconds(10));
        stop.Cancel();
        await running.WaitAsync(Patience.Limit);

        Assert.Matches(new Regex("^11 HJ 212 devices online · [0-9]+ messages, [0-9]+ samples acknowledged .* replaying 11-23 15:10 at 60×"), status.ToString());
    }

    private static async Task AcknowledgeEverythingAsync(TcpListener listener, Action<string> heard)
    {
        while (true)
        {
            TcpClient client = await listener.AcceptTcpClientAsync();
            _ = Task.Run(async () =>
            {
                using (client)
                {
                    using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
                    while (await reader.ReadLineAsync() is { } line)
                    {
                        Hj212Frame frame = Hj212Frame.Parse(Encoding.UTF8.GetBytes(line))!;
                        await client.GetStream().WriteAsync((frame with { St = "91", Cn = 9014, Flag = 4, Data = "" }).ToBytes());
                        heard(frame.Mn);
                    }
                }
            });
        }
    }
}
