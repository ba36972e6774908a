using Microsoft.Extensions.Logging;

namespace Ordo.Storage.ClickHouse;

/// <summary>What the store on ClickHouse tells its operator. Events 3100 … 3199.</summary>
internal sealed partial class ClickHouseLog(ILogger logger)
{
    [LoggerMessage(3100, LogLevel.Information, "Telemetry store on ClickHouse open: {Shards} shards, {Sources} sources, {Series} series, {Seconds:0.00} s")]
    public partial void Opened(int shards, int sources, int series, double seconds);

    [LoggerMessage(3101, LogLevel.Error, "Telemetry for shard {Shard} ({Servers}) is refused from now on: ClickHouse does not take it. Other shards go on; this one resumes by itself")]
    public partial void Refusing(int shard, string servers, Exception cause);

    [LoggerMessage(3102, LogLevel.Information, "Shard {Shard} ({Servers}) takes telemetry again")]
    public partial void WritingAgain(int shard, string servers);

    [LoggerMessage(3103, LogLevel.Warning, "What other nodes named and wrote cannot be looked up: {Reason}. Tried again")]
    public partial void RefreshFailed(string reason);

    [LoggerMessage(3104, LogLevel.Error, "{Observer} failed on a batch that is stored")]
    public partial void ObserverFailed(Exception cause, string observer);

    [LoggerMessage(3105, LogLevel.Information, "Telemetry store on ClickHouse closed: every batch is answered")]
    public partial void Closed();
}
