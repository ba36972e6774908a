using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;
using Ordo.Storage.Months;
using Ordo.Storage.OpenChunks;
using Ordo.Storage.Rollups;

namespace Ordo.Storage.Reading;

/// <summary>
/// Walks through a range of one series, window by window, each window the chunks of one month (a bounded number) and what memory holds between them.
/// Memory is copied first and chunks are read after: a sample that is sealed in between is met twice, never missed. Met twice it counts once,
/// because samples of the same time are one, and memory, the newer, wins.
/// </summary>
internal sealed class SeriesScan
{
    /// <summary>Chunks of one window.</summary>
    private const int ChunksPerWindow = 64;

    /// <summary>What it may keep of memory while nothing is read.</summary>
    private const int KeptBytes = 1 << 18;

    private readonly Func<IEnumerable<MonthFile>> months;
    private readonly OpenSeriesTable? table;
    private readonly RollupSource? rollups;
    private readonly SampleBuffer memory = new();
    private readonly List<StoredChunk> chunks = [];
    private int series;
    private long last;
    private byte[] bytes = [];
    private int used;
    private long cursor;
    private bool isDone = true;

    /// <param name="table">The open samples.</param>
    /// <param name="months">The chunks.</param>
    /// <param name="rollups">Where only figures are wanted: rollups that may stand in for chunks.</param>
    public SeriesScan(OpenSeriesTable table, MonthFiles months, RollupSource? rollups = null)
        : this(() => months.All.Values) => (this.table, this.rollups) = (table, rollups);

    /// <summary>The chunks of one month alone, without what is in memory.</summary>
    public SeriesScan(MonthFile month)
        : this(() => [month])
    {
    }

    private SeriesScan(Func<IEnumerable<MonthFile>> months) => this.months = months;

    /// <summary>Begins with a range of a series; what it needs of memory it keeps from one to the next.</summary>
    /// <param name="of">Whose samples.</param>
    /// <param name="from">First time of the range.</param>
    /// <param name="to">Last time of the range, in it.</param>
    public SeriesScan Over(int of, long from, long to)
    {
        (series, cursor, last, isDone) = (of, from, to, from > to);
        memory.Clear();
        rollups?.Clear();
        if (isDone || table is null) return this;
        table.CopyTo(memory, series, from, last);
        memory.Normalize();
        return this;
    }

    /// <summary>Lets go of the files it has read.</summary>
    /// <returns>Whether what it keeps of memory is little.</returns>
    public bool TryRelease()
    {
        chunks.Clear();
        isDone = true;
        return bytes.Length <= KeptBytes && memory.Capacity <= KeptBytes / 16;
    }

    /// <summary>Chunks of the window, ascending.</summary>
    public IReadOnlyList<StoredChunk> Chunks => chunks;

    /// <summary>First time of the window.</summary>
    public long WindowFirst { get; private set; }

    /// <summary>Last time of the window, in it.</summary>
    public long WindowLast { get; private set; }

    /// <summary>Samples of the whole range that memory holds, in order.</summary>
    public SampleBuffer Memory => memory;

    /// <summary>In place of chunks: rollups that tell everything of the window.</summary>
    public RollupRun? Rollup { get; private set; }

    public bool MoveNext()
    {
        chunks.Clear();
        used = 0;
        if (isDone) return false;
        WindowFirst = cursor;
        WindowLast = last;
        Rollup = null;
        MonthFile? month = months().FirstOrDefault(file => file.Month.Last >= cursor && file.Month.Start <= last);
        if (month is not null) ReadMonth(month);
        isDone = WindowLast == last;
        cursor = WindowLast + 1;
        return true;
    }

    public ReadOnlySpan<byte> DataOf(in StoredChunk chunk) => bytes.AsSpan(chunk.Offset, chunk.Length);

    /// <summary>Appends the window's samples, chunks and memory joined.</summary>
    public void Decode(ChunkCodec codec, SampleBuffer into)
    {
        into.Clear();
        foreach (StoredChunk chunk in chunks) Decode(chunk, codec, into);
        int first = memory.IndexOf(WindowFirst), end = WindowLast == long.MaxValue ? memory.Count : memory.IndexOf(WindowLast + 1);
        into.Add(memory.Times[first..end], memory.Values[first..end], memory.Qualities[first..end]);
        into.Normalize();
        into.Cut(WindowFirst, WindowLast == long.MaxValue ? long.MaxValue : WindowLast + 1);
    }

    public void Decode(in StoredChunk chunk, ChunkCodec codec, SampleBuffer into)
    {
        try
        {
            codec.Read(series, chunk.Head.First, DataOf(chunk), into);
        }
        catch (ChunkDamagedException e)
        {
            throw Damaged(chunk.File, e);
        }
    }

    private void ReadMonth(MonthFile file)
    {
        WindowLast = Math.Min(last, file.Month.Last);
        try
        {
            if (rollups?.Find(file, series, cursor, WindowLast, memory) is { } run)
            {
                WindowLast = run.Last;
                if (run.First < run.End)
                {
                    Rollup = run;
                    return;
                }
            }

            using MonthFile.Lease lease = file.Read();
            int following = lease.Reader.Read(series, cursor, WindowLast, ChunksPerWindow, (key, data) => Keep(file, key, data));
            // There may be more: the window ends with the last chunk that was read.
            if (following == ChunksPerWindow) WindowLast = Math.Min(WindowLast, chunks[^1].Head.Last);
        }
        catch (DatabaseException e) when (e.IsDamage)
        {
            throw new TelemetryDamagedException($"{file.Path} is {(file.IsMissing ? "missing" : "damaged")}: series {series} cannot be read from {Iso(cursor)} to {Iso(WindowLast)}. Restore the file from a backup; other months are not affected.", e);
        }
    }

    private void Keep(MonthFile file, ChunkKey key, ReadOnlySpan<byte> data)
    {
        ChunkHead head;
        try
        {
            ChunkCodec.Verify(series, key.Start, data);
            head = ChunkCodec.ReadHead(key.Start, data);
        }
        catch (ChunkDamagedException e)
        {
            throw Damaged(file, e, key.Start);
        }

        if (head.Last < cursor) return; // the chunk before the window reaches not into it
        if (bytes.Length - used < data.Length) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Math.Max(used + data.Length, 65_536)));
        data.CopyTo(bytes.AsSpan(used));
        chunks.Add(new(file, head, used, data.Length));
        used += data.Length;
    }

    private TelemetryDamagedException Damaged(MonthFile file, ChunkDamagedException e, long? start = null) =>
        new($"{file.Path}: the chunk of series {series} that starts at {Iso(start ?? cursor)} is damaged ({e.Message}). Restore the file from a backup; other ranges are not affected.", e);

    private static string Iso(long timeMs) =>
        timeMs is > -62_135_596_800_000 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(timeMs).UtcDateTime.ToString("O") : $"{timeMs} ms";
}

/// <summary>A chunk as a scan holds it.</summary>
internal readonly record struct StoredChunk(MonthFile File, ChunkHead Head, int Offset, int Length);
