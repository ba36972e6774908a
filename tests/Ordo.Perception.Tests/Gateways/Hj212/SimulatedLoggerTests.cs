using System.Globalization;
using Ordo.Perception.Sources;
using Ordo.Simulator;
using Ordo.Simulator.Hj212;
using Ordo.Simulator.Replay;
using Ordo.Testing;

namespace Ordo.Perception.Tests.Gateways.Hj212;

/// <summary>The gateway and the simulator share no code: each is the other's independent partner.</summary>
public sealed class SimulatedLoggerTests
{
    private const string Device = "150200A22000000000000001";

    [Fact]
    public async Task A_day_of_a_simulated_air_station_is_stored_value_by_value()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using var stop = new CancellationTokenSource();
        DateTimeOffset now = server.Clock.GetUtcNow();
        (Station station, Task running) = Start(server, TimeSpan.FromHours(24), Misbehaviour.None, stop.Token);
        await server.UntilAsync(() => server.SampleLines().Any(line => line.Contains($"a34004-Avg.hour {Time(now.AddHours(-1))}", StringComparison.Ordinal)));

        string[] lines = server.SampleLines();
        Assert.All(lines, line => Assert.EndsWith(" good:N", line, StringComparison.Ordinal));
        for (int hour = -24; hour < 0; hour++)
        {
            DateTimeOffset time = now.AddHours(hour);
            foreach (string item in station.RealTime(time).Split(';'))
            {
                string[] parts = item[..item.IndexOf(',', StringComparison.Ordinal)].Split('=');
                Assert.Contains($"{Device} {parts[0]} {Time(time)} {parts[1]} good:N", lines);
            }
        }
        Assert.All(server.Log(), entry => Assert.True(entry.Verdict is Verdict.Stored or Verdict.Kept, entry.Reason.En)); // kept: 2081, the power-on
        await StopAsync(stop, running);
    }

    [Fact]
    public async Task A_simulated_station_does_what_the_platform_asks()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using var stop = new CancellationTokenSource();
        (_, Task running) = Start(server, TimeSpan.Zero, Misbehaviour.None, stop.Token);
        await server.UntilAsync(() => server.SampleLines().Length > 0);

        await DoneAsync("1011");
        await DoneAsync("1012", ("SystemTime", "2026-03-01T00:00:05Z"));
        await DoneAsync("1061");
        await DoneAsync("1062", ("RtdInterval", "60"));
        await DoneAsync("2061", ("BeginTime", "2026-02-28T16:00:00Z"), ("EndTime", "2026-02-28T18:00:00Z"));
        Assert.Contains(server.SampleLines(), line => line.StartsWith($"{Device} a34004-Avg.hour 2026-02-28T18:00:00Z ", StringComparison.Ordinal));
        await StopAsync(stop, running);

        async Task DoneAsync(string command, params (string Name, string Value)[] arguments)
        {
            SourceRequest request = server.Gateway.Ask(server.Source(Device), command, arguments.ToDictionary(a => a.Name, a => a.Value), "Bat").Request!;
            await server.UntilAsync(() => request.Now.Finished is not null);
            Assert.Equal((command, RequestState.Done), (command, request.Now.State));
        }
    }

    [Fact]
    public async Task A_misbehaving_station_loses_nothing_and_doubles_nothing()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using var stop = new CancellationTokenSource();
        DateTimeOffset now = server.Clock.GetUtcNow();
        (Station station, Task running) = Start(server, TimeSpan.FromHours(24), Misbehaviour.Parse("drop=0.05,crc=0.1,duplicate=0.2", seed: 3), stop.Token);
        await server.UntilAsync(() => server.SampleLines().Any(line => line.Contains($"a34004-Avg.hour {Time(now.AddHours(-1))}", StringComparison.Ordinal)), step: TimeSpan.FromMilliseconds(200));

        Assert.Contains(server.Log(), entry => entry.Verdict is not (Verdict.Stored or Verdict.Kept));
        string[] times = [.. server.Store.Read().Where(s => server.Catalogue.KeyOf(s.Series).Channel == "a34004-Avg.hour").Select(s => s.TimeMs).Distinct().Order()
            .Select(ms => Time(DateTimeOffset.FromUnixTimeMilliseconds(ms)))];
        Assert.Equal(Enumerable.Range(-24, 24).Select(hour => Time(now.AddHours(hour))).Where(time => station.Interval(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture), TimeSpan.FromHours(1)).Contains("a34004", StringComparison.Ordinal)), times);
        await StopAsync(stop, running);
    }

    private static (Station Station, Task Running) Start(Hj212Server server, TimeSpan history, Misbehaviour misbehaviour, CancellationToken cancellation)
    {
        DateTimeOffset now = server.Clock.GetUtcNow().ToOffset(Recording.China);
        Station station = new Fleet(Path.Combine(AppContext.BaseDirectory, "data")).Stations(new ReplayClock(now, now, 1)).First(s => s.Mn == Device);
        var options = new Hj212LoggerOptions { Platform = new(System.Net.IPAddress.Loopback, server.Gateway.EndPoint!.Port), History = history };
        return (station, new Hj212Logger(station, options, misbehaviour, new Tally(), server.Clock).RunAsync(cancellation));
    }

    private static async Task StopAsync(CancellationTokenSource stop, Task running)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience.Limit));
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
