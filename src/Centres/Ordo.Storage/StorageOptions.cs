using Ordo.Storage.ClickHouse;

namespace Ordo.Storage;

/// <summary>Settings of the telemetry store, section <c>Storage</c>.</summary>
public sealed record StorageOptions
{
    public const string Section = "Storage";

    /// <summary>Which store keeps the samples: <c>embedded</c>, in the data folder, or <c>clickhouse</c>, on the cluster that <see cref="ClickHouse"/> names.</summary>
    public string Engine { get; init; } = EmbeddedEngine;

    public ClickHouseOptions ClickHouse { get; init; } = new();

    /// <summary>Series one source may have, so that a source gone mad cannot fill the catalogue. 1 … 1,000,000.</summary>
    public int MaxSeriesPerSource { get; init; } = 10_000;

    /// <summary>Series that all sources may have together in the embedded store; 0: as many as half of the memory has room for, at a kibibyte each. From 0.</summary>
    public int MaxSeries { get; init; }

    /// <summary>Time zone whose days and months are the park's: an IANA name.</summary>
    public string TimeZone { get; init; } = "Asia/Shanghai";

    /// <summary>How far in the future a sample may lie. What lies further keeps its time and its value, and is stored as uncertain, counted and told. From 0.</summary>
    public TimeSpan FutureTolerance { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Length of a log segment in bytes. 1 MiB … 1 GiB.</summary>
    public int LogSegmentBytes { get; init; } = 16 << 20;

    /// <summary>
    /// A checkpoint is made when the log has grown by so many bytes since the last. While one is being made the log may grow as much again, then writers wait:
    /// a restart never has to read more than twice this, a segment and a group of batches. 1 MiB … 16 GiB.
    /// </summary>
    public long CheckpointBytes { get; init; } = 128 << 20;

    /// <summary>A checkpoint is made, too, when the log has so many samples more: where values are small a mebibyte of log is a million of them, and each costs a restart time. From 1,000.</summary>
    public long CheckpointSamples { get; init; } = 20_000_000;

    /// <summary>Samples of a series that become a chunk. 16 … 16,384.</summary>
    public int ChunkSamples { get; init; } = 2048;

    /// <summary>Samples held in memory, not yet in chunks; above it smaller chunks are made, and far above it writers wait. 18 bytes each, and never more than a quarter of the memory. From 10,000.</summary>
    public long MaxOpenSamples { get; init; } = 32_000_000;

    /// <summary>Batches that wait for the log before writers wait themselves. 1 … 1,000,000.</summary>
    public int MaxWaitingBatches { get; init; } = 1024;

    /// <summary>Samples that one answer of the read routes may hold. From 1,000.</summary>
    public int MaxAnswerSamples { get; init; } = 1_000_000;

    /// <summary>Samples that one CSV file may hold. From 1,000.</summary>
    public int MaxExportSamples { get; init; } = 20_000_000;

    /// <summary>Bytes the telemetry may use on disk; 0: as much as the disk has. It warns and drops nothing. From 0.</summary>
    public long DiskBudgetBytes { get; init; }

    /// <summary>Share of the budget, or of the disk, at which a warning begins, in per cent. 1 … 100.</summary>
    public int DiskWarningPercent { get; init; } = 80;

    /// <summary><see cref="MaxSeries"/>, with the number that stands for 0.</summary>
    internal int SeriesLimit => MaxSeries > 0 ? MaxSeries : (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / 1024, 10_000, int.MaxValue);

    /// <summary><see cref="MaxOpenSamples"/>, as far as there is memory for them.</summary>
    internal long OpenSamplesLimit => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / 18, 10_000, MaxOpenSamples);

    internal const string EmbeddedEngine = "embedded", ClickHouseEngine = "clickhouse";

    internal bool IsOnClickHouse => string.Equals(Engine, ClickHouseEngine, StringComparison.OrdinalIgnoreCase);

    /// <summary>Every fault of the settings, one sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        if (!IsOnClickHouse && !string.Equals(Engine, EmbeddedEngine, StringComparison.OrdinalIgnoreCase)) yield return $"Storage:Engine is '{Engine}'; {EmbeddedEngine} and {ClickHouseEngine} are possible.";
        foreach (string fault in IsOnClickHouse ? ClickHouse.Faults() : []) yield return fault;
        if (MaxSeries < 0) yield return $"Storage:MaxSeries is {MaxSeries}; 0 (by the memory) or more is possible.";
        if (MaxSeriesPerSource is < 1 or > 1_000_000) yield return $"Storage:MaxSeriesPerSource is {MaxSeriesPerSource}; 1 … 1,000,000 is possible.";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _)) yield return $"Storage:TimeZone is '{TimeZone}'; this system knows no such time zone.";
        if (FutureTolerance < TimeSpan.Zero || FutureTolerance > TimeSpan.FromDays(3_650_000)) yield return $"Storage:FutureTolerance is {FutureTolerance}; from 0 to ten thousand years is possible.";
        if (LogSegmentBytes is < 1 << 20 or > 1 << 30) yield return $"Storage:LogSegmentBytes is {LogSegmentBytes}; 1 MiB … 1 GiB is possible.";
        if (CheckpointBytes is < 1 << 20 or > 16L << 30) yield return $"Storage:CheckpointBytes is {CheckpointBytes}; 1 MiB … 16 GiB is possible.";
        if (CheckpointSamples < 1_000) yield return $"Storage:CheckpointSamples is {CheckpointSamples}; at least 1,000 is needed.";
        if (ChunkSamples is < 16 or > 16_384) yield return $"Storage:ChunkSamples is {ChunkSamples}; 16 … 16,384 is possible.";
        if (MaxOpenSamples < 10_000) yield return $"Storage:MaxOpenSamples is {MaxOpenSamples}; at least 10,000 is needed.";
        if (MaxWaitingBatches is < 1 or > 1_000_000) yield return $"Storage:MaxWaitingBatches is {MaxWaitingBatches}; 1 … 1,000,000 is possible.";
        if (MaxAnswerSamples < 1_000) yield return $"Storage:MaxAnswerSamples is {MaxAnswerSamples}; at least 1,000 is needed.";
        if (DiskBudgetBytes < 0) yield return $"Storage:DiskBudgetBytes is {DiskBudgetBytes}; 0 or more is possible.";
        if (DiskWarningPercent is < 1 or > 100) yield return $"Storage:DiskWarningPercent is {DiskWarningPercent}; 1 … 100 is possible.";
        if (MaxExportSamples < 1_000) yield return $"Storage:MaxExportSamples is {MaxExportSamples}; at least 1,000 is needed.";
    }
}
