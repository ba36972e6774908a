using System.CommandLine;
using System.Globalization;
using Ordo.Server.Demo;

namespace Ordo.Server.Cli;

/// <summary><c>ordo demo</c>: a server with the demonstration park, and the simulator that sends it real measurements.</summary>
public static class DemoVerb
{
    public static Command Create()
    {
        var command = new Command("demo", "Run the server with a demonstration park, and real measurements sent to it over the real protocols.");
        Func<ParseResult, ServerSettings> settings = ServerVerb.AddOptions(command);
        var speed = new Option<double>("--speed") { Description = "Recorded seconds per second, 0.01 … 3600; at 60 a measured hour passes in a minute.", DefaultValueFactory = _ => 60 };
        var misbehave = new Option<string>("--misbehave") { Description = "What devices do wrong: drop, late, crc, duplicate, skew, each with =PROBABILITY.", DefaultValueFactory = _ => "" };
        var seed = new Option<int>("--seed") { Description = "Of the misbehaviour.", DefaultValueFactory = _ => 1 };
        command.Options.Add(speed);
        command.Options.Add(misbehave);
        command.Options.Add(seed);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var park = new DemoPark(
                ["--speed", parsed.GetValue(speed).ToString(CultureInfo.InvariantCulture), "--misbehave", parsed.GetRequiredValue(misbehave), "--seed", parsed.GetValue(seed).ToString(CultureInfo.InvariantCulture)]);
            await ServerApp.RunAsync(settings(parsed), park.StartAsync, cancellation);
        });
        return command;
    }
}
