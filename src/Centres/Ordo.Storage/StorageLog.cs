using Microsoft.Extensions.Logging;
using Ordo.Storage.Log;

namespace Ordo.Storage;

/// <summary>What the store tells its operator. Events 3000 … 3999.</summary>
internal sealed partial class StorageLog(ILogger logger)
{
    [LoggerMessage(3001, LogLevel.Information, "Telemetry store open: {Sources} sources, {Series} series, {Months} month files, {Seconds:0.00} s")]
    public partial void Opened(int sources, int series, int months, double seconds);

    [LoggerMessage(3002, LogLevel.Information, "Log replayed: {Samples} samples from {Records} records in {Segments} segments, {Skipped} of them in chunks already, {TornBytes} bytes of an unfinished record at the end passed over")]
    public partial void Replayed(long samples, long records, int segments, long skipped, long tornBytes);

    [LoggerMessage(3003, LogLevel.Error, "{DamagedBytes} bytes of the log are damaged and good records follow: acknowledged samples of that moment may be missing. Check the disk; devices that keep their data can send it again")]
    public partial void LogDamaged(long damagedBytes);

    [LoggerMessage(3004, LogLevel.Error, "{DamagedBytes} bytes of open.snapshot are damaged: samples of its series not yet in chunks are missing. Check the disk; devices that keep their data can send it again")]
    public partial void SnapshotDamaged(long damagedBytes);

    [LoggerMessage(3005, LogLevel.Information, "Telemetry store closed: all samples are on disk, nothing is left to replay")]
    public partial void Closed();

    [LoggerMessage(3006, LogLevel.Error, "Telemetry is refused from now on: the log cannot be written. Reading goes on; writing resumes by itself when the disk takes data again")]
    public partial void Refusing(Exception cause);

    [LoggerMessage(3007, LogLevel.Information, "The log can be written again; telemetry is taken")]
    public partial void WritingAgain();

    [LoggerMessage(3008, LogLevel.Error, "Chunks or checkpoints cannot be written; tried again every second. Samples stay safe in the log and in memory")]
    public partial void KeepingFailed(Exception cause);

    [LoggerMessage(3009, LogLevel.Information, "Chunks and checkpoints can be written again")]
    public partial void KeepingAgain();

    [LoggerMessage(3010, LogLevel.Error, "{Observer} failed on a batch that is stored")]
    public partial void ObserverFailed(Exception cause, string observer);

    [LoggerMessage(3011, LogLevel.Warning, "The last checkpoint could not be written; the next start replays the log instead")]
    public partial void CloseIncomplete(Exception cause);

    [LoggerMessage(3012, LogLevel.Error, "The month file {Path} is damaged: its samples cannot be read until it is restored from a backup. Everything else is served")]
    public partial void MonthDamaged(string path, Exception cause);

    [LoggerMessage(3013, LogLevel.Information, "What the start took: catalogue {Catalogue:0.00} s, chunks behind the checkpoint {Chunks:0.00} s, checkpoint {Snapshot:0.00} s, log {Log:0.00} s")]
    public partial void StartTook(double catalogue, double chunks, double snapshot, double log);

    [LoggerMessage(3014, LogLevel.Warning, "{Count} samples more lie over {Tolerance} in the future, among them one of {Gateway} {Source} {Channel} at {Time}. They are stored as uncertain under the time they came with. A clock is wrong: the device's, or this machine's")]
    public partial void FromTheFuture(long count, TimeSpan tolerance, string gateway, string source, string channel, string time);

    [LoggerMessage(3015, LogLevel.Error, "The month file {Path} is missing: its samples cannot be read until it is put back from a backup. Everything else is served. Whoever does without it takes its line out of the file 'months'")]
    public partial void MonthMissing(string path);

    public void Scanned(LogScan scan, long samples, long skipped)
    {
        if (scan.Records > 0 || scan.TornBytes > 0) Replayed(samples, scan.Records, scan.Segments, skipped, scan.TornBytes);
        if (scan.DamagedBytes > 0) LogDamaged(scan.DamagedBytes);
    }
}
