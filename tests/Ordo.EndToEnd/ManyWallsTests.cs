using System.Diagnostics;
using System.Globalization;
using Ordo.EndToEnd.Browser;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>A hundred walls look at one server, and some of them hang.</summary>
public sealed class ManyWallsTests
{
    private const int Walls = 100, Hanging = 5, Rounds = 20;

    [Fact]
    public async Task A_hundred_walls_hear_every_alarm_and_value_in_time_although_some_hang()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(("a34004", 40), ("a34002", 80));
        using var end = new CancellationTokenSource();
        long memory = Resident(server);
        Wall[] walls = await Task.WhenAll(Enumerable.Range(0, Walls).Select(i => Wall.OpenAsync(admin, park.FineDustId, hangs: i < Hanging, end.Token)));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"ordo_live_streams {Walls}"), await admin.GetStringAsync("/metrics"), StringComparison.Ordinal);

        var slowest = TimeSpan.Zero;
        for (int i = 1; i <= Rounds; i++)
        {
            double value = 100 + i; // above the limit and below it by turns would be the same alarm; each value is its own
            long sent = Stopwatch.GetTimestamp();
            await device.SendAsync(("a34004", i % 2 == 0 ? 40 + (i / 100.0) : value), ("a34002", 80));
            string wanted = (i % 2 == 0 ? 40 + (i / 100.0) : value).ToString(CultureInfo.InvariantCulture);
            foreach (Wall wall in walls.Skip(Hanging)) await wall.HearAsync($"\"value\":{wanted}");
            TimeSpan took = Stopwatch.GetElapsedTime(sent);
            if (took > slowest) slowest = took;

            // Each wall reads its panels again, as it does every ten seconds and after an alarm.
            await Task.WhenAll(walls.Select(async _ =>
            {
                using HttpResponseMessage answer = await admin.GetAsync("/api/v1/cockpit", end.Token);
                Assert.True(answer.IsSuccessStatusCode);
                await answer.Content.ReadAsByteArrayAsync(end.Token);
            }));
        }

        // Behind a wall that hangs the others would wait until it is given up, 30 s; how fast they hear is measured elsewhere, and a busy machine is no fault.
        Assert.True(slowest < TimeSpan.FromSeconds(20), $"The last of the walls heard a value after {slowest.TotalSeconds:0.0} s.");
        Assert.All(walls.Skip(Hanging), wall => Assert.True(wall.Alarms >= Rounds, $"A wall heard {wall.Alarms} alarm events.")); // a rise and a return, each at least once
        long grown = Resident(server) - memory;
        Assert.True(grown < 200 << 20, $"The server grew by {grown >> 20} MiB.");
        await end.CancelAsync();
    }

    private static long Resident(ServerProcess server)
    {
        using Process process = Process.GetProcessById(server.Id);
        return process.WorkingSet64;
    }

    /// <summary>The stream of one wall; one that hangs never reads.</summary>
    private sealed class Wall
    {
        private readonly Lock gate = new();
        private readonly List<string> heard = [];
        private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Alarms { get; private set; }

        public static async Task<Wall> OpenAsync(HttpClient admin, long point, bool hangs, CancellationToken cancellation)
        {
            HttpResponseMessage response = await admin.GetAsync($"/api/v1/live?points={point}", HttpCompletionOption.ResponseHeadersRead, cancellation);
            Assert.True(response.IsSuccessStatusCode);
            var wall = new Wall();
            if (!hangs) _ = wall.ReadAsync(response, cancellation);
            return wall;
        }

        public async Task HearAsync(string text)
        {
            using CancellationTokenSource limit = Patience.Begin();
            while (true)
            {
                Task next;
                lock (gate)
                {
                    if (heard.Exists(line => line.Contains(text, StringComparison.Ordinal))) return;
                    next = news.Task;
                }
                await next.WaitAsync(limit.Token);
            }
        }

        private async Task ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
        {
            using (response)
            {
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
                try
                {
                    while (await reader.ReadLineAsync(cancellation) is { } line)
                    {
                        lock (gate)
                        {
                            if (line == "event: alarm") Alarms++;
                            heard.Add(line);
                            TaskCompletionSource before = news;
                            news = new(TaskCreationOptions.RunContinuationsAsynchronously);
                            before.SetResult();
                        }
                    }
                }
                catch (Exception over) when (over is OperationCanceledException or IOException)
                {
                    // The test is over.
                }
            }
        }
    }
}
