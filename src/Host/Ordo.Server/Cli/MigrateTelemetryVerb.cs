using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Ordo.Foundation.Telemetry;
using Ordo.Server.DataFolders;
using Ordo.Storage.Moving;

namespace Ordo.Server.Cli;

/// <summary><c>ordo migrate-telemetry</c>: all samples from the embedded store to ClickHouse, or back.</summary>
public static class MigrateTelemetryVerb
{
    public static Command Create()
    {
        var to = new Option<string>("--to") { Description = "The store that receives: clickhouse or embedded.", HelpName = "STORE", Required = true };
        to.AcceptOnlyFromAmong("clickhouse", "embedded");
        var set = new Option<string[]>("--set") { Description = "A setting, Section:Key=value, such as Storage:ClickHouse:Shards:0=http://ch1:8123; may be repeated.", HelpName = "SETTING", DefaultValueFactory = _ => [] };
        Option<string> data = Verb.Data();
        var command = new Command("migrate-telemetry", "Copy all telemetry into the other store and compare both. Stop the server before. May be interrupted: the next run goes on.") { to, set, data };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(to) == "clickhouse", parsed.GetRequiredValue(set), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string data, bool toClickHouse, string[] settings, CancellationToken cancellation)
    {
        using DataFolderSession session = DataFolderSession.Open(data);
        await using WebApplication app = ServerApp.Build(new ServerSettings { Data = session.Folder.FullPath, Set = settings });
        try
        {
            MoveResult result = await app.Services.GetRequiredService<TelemetryMigration>().RunAsync(toClickHouse, new Lines(), cancellation);
            foreach (string difference in result.Differences) await Console.Error.WriteLineAsync(difference);
            if (result.Differences.Count > 0)
            {
                await Console.Error.WriteLineAsync("The stores are not the same. A target that held samples of its own before may have more; nothing was changed in the source.");
                return 1;
            }

            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Series:N0} series, {result.Samples:N0} samples: the counts are the same, and so is every sample of {result.ComparedSeries:N0} series. Start the server with Storage:Engine={(toClickHouse ? "clickhouse" : "embedded")}."));
            return 0;
        }
        catch (OperationCanceledException)
        {
            throw new StartRefusedException("Interrupted; run the same command again to go on.");
        }
        catch (Exception e) when (e is IngestRefusedException or TelemetryUnavailableException)
        {
            throw new StartRefusedException($"{e.Message} Run the same command again to go on.", e);
        }
    }

    /// <summary>A line every few seconds at most, and one at the end of each phase.</summary>
    private sealed class Lines : IProgress<MoveProgress>
    {
        private readonly Stopwatch since = Stopwatch.StartNew();

        public void Report(MoveProgress value)
        {
            if (since.Elapsed < TimeSpan.FromSeconds(2) && value.Series < value.OfSeries) return;
            since.Restart();
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Phase}: {value.Series:N0} of {value.OfSeries:N0} series, {value.Samples:N0} samples copied"));
        }
    }
}
