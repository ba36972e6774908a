using System.IO.Compression;

namespace Ordo.Perception.Gateways;

/// <summary>
/// Inflates a gzip body of one or more members and, unlike <see cref="GZipStream"/> alone, notices when it was cut off or has something behind it.
/// Behind the body it feeds one more member with a known content: when that comes out at the end, everything before it was whole.
/// </summary>
internal sealed class GzipBody : Stream
{
    /// <summary>Message of the exception when the body ends too early.</summary>
    public const string CutOff = "unexpected EOF";

    private const int MarkerLength = 16;
    private static readonly byte[] Marker = "\0ordo end marker"u8.ToArray();
    private static readonly byte[] MarkerMember = Compress(Marker);

    private readonly GZipStream inflated;
    private readonly byte[] held = new byte[MarkerLength];
    private int heldLength;

    public GzipBody(Stream compressed) => inflated = new GZipStream(new FollowedBy(compressed, MarkerMember), CompressionMode.Decompress);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <param name="buffer">More than sixteen bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidDataException">Not gzip, damaged, cut off, or followed by something else.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(buffer.Length, MarkerLength);
        while (true)
        {
            held.AsSpan(0, heldLength).CopyTo(buffer.Span);
            int read = await inflated.ReadAsync(buffer[heldLength..], cancellationToken);
            if (read == 0)
            {
                if (held.AsSpan(0, heldLength).SequenceEqual(Marker)) return 0;
                throw new InvalidDataException(CutOff);
            }
            int total = heldLength + read;
            heldLength = Math.Min(MarkerLength, total);
            buffer.Span.Slice(total - heldLength, heldLength).CopyTo(held);
            if (total > heldLength) return total - heldLength;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inflated.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Compress(byte[] content)
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.NoCompression)) gzip.Write(content);
        return member.ToArray();
    }

    /// <summary>A stream and then some bytes. Leaves the stream open: it is the request's.</summary>
    private sealed class FollowedBy(Stream first, byte[] then) : Stream
    {
        private bool isEmpty = true;
        private bool firstEnded;
        private int given;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!firstEnded)
            {
                int read = await first.ReadAsync(buffer, cancellationToken);
                isEmpty &= read == 0;
                if (read > 0) return read;
                if (isEmpty) throw new InvalidDataException(CutOff);
                firstEnded = true;
            }
            int count = Math.Min(buffer.Length, then.Length - given);
            then.AsMemory(given, count).CopyTo(buffer);
            given += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
