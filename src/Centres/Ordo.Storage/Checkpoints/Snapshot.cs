using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;
using Ordo.Storage.Files;
using Ordo.Storage.OpenChunks;

namespace Ordo.Storage.Checkpoints;

/// <summary>What a snapshot says about the rest of the store.</summary>
/// <param name="Sequence">Every log record up to this number is in the snapshot or in chunks.</param>
/// <param name="Segment">Number of the newest log segment begun.</param>
/// <param name="Seal">Number of the newest sealing; chunks of later ones hold samples that the log has too.</param>
/// <param name="Sources">Sources the catalogue must know.</param>
/// <param name="Series">Series the catalogue must know.</param>
internal sealed record SnapshotHead(long Sequence, long Segment, long Seal, int Sources, int Series);

/// <summary>
/// The file <c>open.snapshot</c>: the open samples and the newest sample of every series, so that the log before it can go (检查点).
/// Written beside the old one and renamed over it.
/// </summary>
/// <remarks>
/// <code>
/// file  = "ORDOSNP" 01 | head block | block* | empty block
/// block = length u32 | CRC-32C u32 (begun with the block's position) | payload
/// head  = sequence, segment, seal, sources, series varint
/// other = (series less the one before varint | sequence varint | flags u8: 1 newest sample, 2 open samples
///          [| time i64 | value f64 | quality u16] [| chunks varint | (first time i64 | length varint | chunk)*])*
/// </code>
/// A damaged block costs the open samples in it, never the others; <see cref="Read"/> says how many bytes.
/// </remarks>
internal static class Snapshot
{
    public const string Name = "open.snapshot";
    private const string Unfinished = "open.snapshot.new";
    private const int BlockLength = 1 << 18;
    private const int MaxChunk = 4096;
    private const byte HasLatest = 1;
    private const byte HasOpen = 2;
    private static readonly byte[] Magic = "ORDOSNP\x01"u8.ToArray();

    /// <summary>Writes all series while samples go on arriving: what a series took after the head's sequence number is told by its own.</summary>
    /// <returns>Bytes written.</returns>
    public static long Write(IStoreFiles files, SnapshotHead head, OpenSeriesTable table)
    {
        long position;
        using (IStoreFile file = files.Create(Unfinished))
        {
            file.Write(Magic, 0);
            position = Magic.Length;
            var block = new ByteWriter(BlockLength * 2);
            block.VarInt((ulong)head.Sequence);
            block.VarInt((ulong)head.Segment);
            block.VarInt((ulong)head.Seal);
            block.VarInt((ulong)head.Sources);
            block.VarInt((ulong)head.Series);
            WriteBlock(file, block, ref position);

            var codec = new ChunkCodec();
            var samples = new SampleBuffer(1024);
            var chunk = new ByteWriter(16_384);
            int before = 0;
            for (int series = 0; series < table.Count; series++)
            {
                ref OpenSeries open = ref table[series];
                if (!open.TryGetLatest(out Sample latest)) continue;
                long sequence;
                samples.Clear();
                long applied = table.AppliedSequence; // before the lock, see OpenSeriesTable.Detach
                lock (table.LockOf(series))
                {
                    open.CopyTo(samples, long.MinValue, long.MaxValue);
                    sequence = Math.Min(open.LastSequence, applied);
                    open.TryGetLatest(out latest);
                }

                samples.Normalize();

                block.VarInt((ulong)(series - before));
                block.VarInt((ulong)sequence);
                block.Byte((byte)(HasLatest | (samples.Count > 0 ? HasOpen : 0)));
                WriteSample(latest, block);
                if (samples.Count > 0) WriteChunks(series, samples, codec, chunk, block);
                before = series;
                if (block.Length < BlockLength) continue;
                WriteBlock(file, block, ref position);
                before = 0; // each block stands alone
            }

            if (block.Length > 0) WriteBlock(file, block, ref position);
            WriteBlock(file, block, ref position); // the empty one: nothing is missing
            file.Sync();
        }

        files.Rename(Unfinished, Name);
        files.SyncFolder();
        return position;
    }

    /// <summary>Reads a snapshot.</summary>
    /// <param name="files">The store's folder.</param>
    /// <param name="begin">Called with the head before any series.</param>
    /// <param name="restore">Called for each series with its sequence number, newest sample and open samples.</param>
    /// <returns>The head, <c>null</c> when there is no snapshot; and the bytes that could not be read.</returns>
    /// <exception cref="InvalidDataException">Not even the head can be read.</exception>
    public static (SnapshotHead? Head, long DamagedBytes) Read(IStoreFiles files, Action<SnapshotHead> begin, Action<int, long, Sample?, SampleBuffer> restore)
    {
        if (!files.List().Contains(Name)) return (null, 0);
        using IStoreFile file = files.Open(Name);
        Span<byte> magic = stackalloc byte[Magic.Length];
        long position = Magic.Length, damaged = 0;
        if (file.Read(magic, 0) < Magic.Length || !magic.SequenceEqual(Magic) || !TryReadBlock(file, ref position, out byte[] block, out _))
            throw new InvalidDataException($"{Name}: the head is damaged.");
        SnapshotHead head = ReadHead(block);
        begin(head);

        var codec = new ChunkCodec();
        var samples = new SampleBuffer(1024);
        while (true)
        {
            long start = position;
            if (!TryReadBlock(file, ref position, out block, out bool isEnd))
            {
                damaged += isEnd ? file.Length - start : position - start;
                if (isEnd) break;
                continue;
            }

            if (block.Length == 0) break;
            try
            {
                ReadSeries(block, codec, samples, restore);
            }
            catch (Exception e) when (e is InvalidDataException or ChunkDamagedException)
            {
                damaged += block.Length;
            }
        }

        return (head, damaged);
    }

    private static void WriteSample(in Sample sample, ByteWriter to)
    {
        to.Int64(sample.TimeMs);
        to.Double(sample.Value);
        to.UInt16(sample.Quality.Raw);
    }

    private static void WriteChunks(int series, SampleBuffer samples, ChunkCodec codec, ByteWriter chunk, ByteWriter to)
    {
        to.VarInt((ulong)((samples.Count + MaxChunk - 1) / MaxChunk));
        for (int start = 0; start < samples.Count; start += MaxChunk)
        {
            int end = Math.Min(start + MaxChunk, samples.Count);
            chunk.Clear();
            codec.Write(series, samples.Times[start..end], samples.Values[start..end], samples.Qualities[start..end], chunk);
            to.Int64(samples.Times[start]);
            to.VarInt((ulong)chunk.Length);
            to.Bytes(chunk.Written);
        }
    }

    private static void WriteBlock(IStoreFile file, ByteWriter block, ref long position)
    {
        Span<byte> frame = stackalloc byte[8];
        BitConverter.TryWriteBytes(frame, (uint)block.Length);
        BitConverter.TryWriteBytes(frame[4..], Crc(position, block.Written));
        file.Write(frame, position);
        file.Write(block.Written, position + frame.Length);
        position += frame.Length + block.Length;
        block.Clear();
    }

    private static bool TryReadBlock(IStoreFile file, ref long position, out byte[] block, out bool isEnd)
    {
        block = [];
        isEnd = true;
        Span<byte> frame = stackalloc byte[8];
        if (file.Read(frame, position) < frame.Length) return false;
        uint length = BitConverter.ToUInt32(frame);
        if (length > file.Length - position - frame.Length) return false;
        block = new byte[length];
        file.Read(block, position + frame.Length);
        bool good = BitConverter.ToUInt32(frame[4..]) == Crc(position, block);
        position += frame.Length + length;
        isEnd = false;
        return good;
    }

    private static SnapshotHead ReadHead(byte[] block)
    {
        var reader = new ByteReader(block);
        return new((long)reader.VarInt(), (long)reader.VarInt(), (long)reader.VarInt(), reader.Count(), reader.Count());
    }

    private static void ReadSeries(byte[] block, ChunkCodec codec, SampleBuffer samples, Action<int, long, Sample?, SampleBuffer> restore)
    {
        var reader = new ByteReader(block);
        for (int series = 0; reader.Remaining > 0;)
        {
            series += reader.Count();
            long sequence = (long)reader.VarInt();
            byte flags = reader.Byte();
            Sample? latest = (flags & HasLatest) != 0 ? new(reader.Int64(), reader.Double(), new(reader.UInt16())) : null;
            samples.Clear();
            if ((flags & HasOpen) != 0)
            {
                for (int chunks = reader.Count(); chunks > 0; chunks--)
                {
                    long first = reader.Int64();
                    codec.Read(series, first, reader.Bytes(reader.Count()), samples);
                }
            }

            restore(series, sequence, latest, samples);
        }
    }

    private static uint Crc(long position, ReadOnlySpan<byte> payload) =>
        Checksum.End(Checksum.Add(Checksum.Add(Checksum.Start, (ulong)position), payload));
}
