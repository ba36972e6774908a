using System.CommandLine;
using System.Net;
using Ordo.Simulator.DemoPark;

namespace Ordo.Simulator;

/// <summary>Command line of the simulator. Exit code 0 after a clean stop, 2 for wrong options, 1 for anything else.</summary>
public static class Program
{
    public static Task<int> Main(string[] arguments)
    {
        var defaults = new SimulatorOptions();
        var server = new Option<Uri>("--server")
        {
            Description = "HTTP address of the platform",
            DefaultValueFactory = _ => defaults.Server,
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https") return address;
                result.AddError($"--server must be an http or https address, is '{result.Tokens[0].Value}'.");
                return null;
            },
        };
        var hj212 = new Option<IPEndPoint>("--hj212")
        {
            Description = "HJ 212 port of the platform, ADDRESS:PORT",
            DefaultValueFactory = _ => defaults.Hj212,
            CustomParser = result =>
            {
                if (IPEndPoint.TryParse(result.Tokens[0].Value.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase), out IPEndPoint? address) && address.Port > 0) return address;
                result.AddError($"--hj212 must be ADDRESS:PORT, is '{result.Tokens[0].Value}'.");
                return null;
            },
        };
        var token = new Option<string?>("--token") { Description = "API token with the role ingest (or ORDO_TOKEN in the environment); without one only the HJ 212 devices run" };
        var data = new Option<string>("--recordings") { Description = "folder with the measurements and the demo park", DefaultValueFactory = _ => defaults.Data };
        var speed = new Option<double>("--speed") { Description = "recorded seconds per second; 60 lets a measured hour pass in a minute", DefaultValueFactory = _ => defaults.Speed };
        var anchor = new Option<DateTimeOffset?>("--anchor") { Description = "when acceleration begins [now]; the same anchor replays the same values after a restart" };
        var from = new Option<DateTimeOffset?>("--from") { Description = "moment of the calendar that is replayed at the anchor [the anchor itself]" };
        var hours = new Option<double>("--hours") { Description = "history sent at start", DefaultValueFactory = _ => defaults.History.TotalHours };
        var interval = new Option<int>("--interval") { Description = "seconds between real-time messages of an HJ 212 device, 30 … 3600", DefaultValueFactory = _ => (int)defaults.RealTimeInterval.TotalSeconds };
        var misbehave = new Option<string>("--misbehave") { Description = $"drop, late, crc, duplicate, skew, each with =PROBABILITY [{Misbehaviour.DefaultProbability}]", DefaultValueFactory = _ => "" };
        var seed = new Option<int>("--seed") { Description = "of the misbehaviour", DefaultValueFactory = _ => 1 };
        var allowRemote = new Option<bool>("--allow-remote") { Description = "talk to other machines than this one" };
        var untilStdin = new Option<bool>("--until-stdin-closes") { Description = "stop when standard input ends: with the process that started this one, even when that is killed" };
        var root = new RootCommand("Field devices that speak the real protocols and replay real measurements.")
            { server, hj212, token, data, speed, anchor, from, hours, interval, misbehave, seed, allowRemote, untilStdin };

        root.SetAction(async (parsed, cancellation) =>
        {
            SimulatorOptions options;
            try
            {
                options = new()
                {
                    Server = parsed.GetValue(server)!,
                    Hj212 = parsed.GetValue(hj212)!,
                    Token = parsed.GetValue(token) ?? Environment.GetEnvironmentVariable("ORDO_TOKEN"),
                    Data = parsed.GetValue(data)!,
                    Speed = parsed.GetValue(speed),
                    Anchor = parsed.GetValue(anchor),
                    From = parsed.GetValue(from),
                    History = TimeSpan.FromHours(parsed.GetValue(hours)),
                    RealTimeInterval = TimeSpan.FromSeconds(parsed.GetValue(interval)),
                    Misbehaviour = Misbehaviour.Parse(parsed.GetValue(misbehave)!, parsed.GetValue(seed)),
                    AllowRemote = parsed.GetValue(allowRemote),
                };
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return 2;
            }
            string[] faults = [.. options.Faults()];
            foreach (string fault in faults) await Console.Error.WriteLineAsync(fault);
            if (faults.Length > 0) return 2;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (parsed.GetValue(untilStdin)) _ = StopWithStdinAsync(stop);
            await FieldSimulator.RunAsync(options, Console.Out, TimeProvider.System, stop.Token);
            return 0;
        });

        var folder = new Argument<string>("folder") { Description = "holds enterprises.csv; park.csv and devices.csv are written beside it" };
        var park = new Command("park", "Draw the demo park again.") { folder };
        park.SetAction(parsed => ParkWriter.Write(parsed.GetValue(folder)!));
        root.Subcommands.Add(park);

        ParseResult result = root.Parse(arguments);
        if (result.Errors.Count == 0) return result.InvokeAsync();
        foreach (var error in result.Errors) Console.Error.WriteLine(error.Message);
        return Task.FromResult(2);
    }

    private static async Task StopWithStdinAsync(CancellationTokenSource stop)
    {
        await using Stream input = Console.OpenStandardInput();
        while (await input.ReadAsync(new byte[256]) > 0)
        {
        }

        await stop.CancelAsync();
    }
}
