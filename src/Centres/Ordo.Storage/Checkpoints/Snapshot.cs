using System.Collections.Concurrent;
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
/// A damaged block costs the open samples in it, never the others; <see cref="Read"/> says how many bytes. Each block stands alone, so all cores read.
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

    /// <summary>Takes what the snapshot holds of one series; the buffer is used again for the next.</summary>
    public delegate void SeriesHandler(int series, long sequence, Sample? latest, SampleBuffer open);

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
                    table.CopyLocked(samples, series);
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
    /// <param name="begin">Called with the head before any series; makes a handler for each thread that reads.</param>
    /// <returns>The head, <c>null</c> when there is no snapshot; and the bytes that could not be read.</returns>
    /// <exception cref="InvalidDataException">Not even the head can be read.</exception>
    public static (SnapshotHead? Head, long DamagedBytes) Read(IStoreFiles files, Func<SnapshotHead, Func<SeriesHandler>> begin)
    {
        if (!files.List().Contains(Name)) return (null, 0);
        using IStoreFile file = files.Open(Name);
        Span<byte> magic = stackalloc byte[Magic.Length];
        long position = Magic.Length, length = file.Length, damaged = 0;
        if (file.Read(magic, 0) < Magic.Length || !magic.SequenceEqual(Magic) || NextBlock(file, position, length) is not { } first || !first.TryRead(file, out byte[] block))
            throw new InvalidDataException($"{Name}: the head is damaged.");
        SnapshotHead head = ReadHead(block);
        Func<SeriesHandler> handlers = begin(head);

        var blocks = new List<Block>();
        bool isWhole = false;
        for (position = first.End; NextBlock(file, position, length) is { } next; position = next.End)
        {
            if (next.Length == 0 && (isWhole = next.TryRead(file, out _))) break;
            blocks.Add(next);
        }

        if (!isWhole) damaged += length - position;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(Partitioner.Create(blocks, EnumerablePartitionerOptions.NoBuffering), parallel, () => new BlockReader(file, handlers()), (next, _, reader) =>
        {
            if (!reader.TryRead(next)) Interlocked.Add(ref damaged, next.End - next.Position);
            return reader;
        }, _ => { });
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

    /// <summary>Where the next block lies by what its frame says; <c>null</c> at a frame that cannot be.</summary>
    private static Block? NextBlock(IStoreFile file, long position, long fileLength)
    {
        Span<byte> frame = stackalloc byte[Block.FrameLength];
        if (file.Read(frame, position) < frame.Length) return null;
        uint length = BitConverter.ToUInt32(frame);
        return length <= fileLength - position - frame.Length && length <= int.MaxValue ? new(position, (int)length, BitConverter.ToUInt32(frame[4..])) : null;
    }

    private static SnapshotHead ReadHead(byte[] block)
    {
        var reader = new ByteReader(block);
        return new((long)reader.VarInt(), (long)reader.VarInt(), (long)reader.VarInt(), reader.Count(), reader.Count());
    }

    private static uint Crc(long position, ReadOnlySpan<byte> payload) =>
        Checksum.End(Checksum.Add(Checksum.Add(Checksum.Start, (ulong)position), payload));

    private readonly record struct Block(long Position, int Length, uint Checksum)
    {
        public const int FrameLength = 8;

        public long End => Position + FrameLength + Length;

        public bool TryRead(IStoreFile file, out byte[] payload)
        {
            payload = new byte[Length];
            return TryRead(file, payload);
        }

        public bool TryRead(IStoreFile file, Span<byte> payload) =>
            file.Read(payload, Position + FrameLength) == Length && Crc(Position, payload) == Checksum;
    }

    /// <summary>What one thread needs to read block after block.</summary>
    private sealed class BlockReader(IStoreFile file, SeriesHandler handle)
    {
        private readonly ChunkCodec codec = new();
        private readonly SampleBuffer samples = new(1024);
        private byte[] payload = new byte[BlockLength * 2];

        public bool TryRead(Block block)
        {
            if (payload.Length < block.Length) payload = new byte[block.Length];
            if (!block.TryRead(file, payload.AsSpan(0, block.Length))) return false;
            try
            {
                ReadSeries(payload.AsSpan(0, block.Length));
                return true;
            }
            catch (Exception e) when (e is InvalidDataException or ChunkDamagedException)
            {
                return false;
            }
        }

        private void ReadSeries(ReadOnlySpan<byte> block)
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

                handle(series, sequence, latest, samples);
            }
        }
    }
}
