using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>How far the files of a store go.</summary>
/// <param name="Seed">Tells one store from another.</param>
/// <param name="Segment">Number of the last segment.</param>
/// <param name="Length">Of it.</param>
/// <param name="Prefixes">Length of the log of prefixes.</param>
/// <param name="Bytes">Of all segments.</param>
internal readonly record struct LogPosition(ulong Seed, int Segment, long Length, long Prefixes, long Bytes);

/// <summary>The files of a store: the log of prefixes, and the segments in which records stand. One thread changes them; readers take no lock.</summary>
internal sealed partial class HandleLog : IDisposable
{
    private const int OffsetBits = 27;
    private readonly string folder;
    private readonly bool isCopy;
    private readonly ILogger logger;
    private Segment[] segments = [];

    /// <param name="isCopy">The store follows another, which has everything that is missing here.</param>
    /// <exception cref="InvalidDataException">A file is missing, or belongs to another store.</exception>
    public HandleLog(string folder, bool isCopy, ILogger logger)
    {
        (this.folder, this.isCopy, this.logger) = (folder, isCopy, logger);
        Directory.CreateDirectory(folder);
        RemoveUnbegun(PrefixesPath);
        if (!File.Exists(PrefixesPath) && File.Exists(SegmentPath(0)) && new FileInfo(SegmentPath(0)).Length > Segment.HeadSize)
            throw new InvalidDataException($"{PrefixesPath} is missing, and without it the handles beside it cannot be read. Restore it from a backup.");
        Prefixes = File.Exists(PrefixesPath) ? Segment.Open(PrefixesPath) : Segment.Create(PrefixesPath, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));
        Hash = new(Seed);

        int[] numbers = SegmentsIn(folder);
        int count = numbers.Length;
        int missing = Enumerable.Range(0, count).FirstOrDefault(number => numbers[number] != number, -1);
        if (missing >= 0) throw new InvalidDataException($"{SegmentPath(missing)} is missing, and newer files are there. Restore it from a backup.");
        if (count > 0 && RemoveUnbegun(SegmentPath(count - 1))) count--;
        IsNew = count == 0;
        segments = IsNew ? [Segment.Create(SegmentPath(0), Seed)] : [.. Enumerable.Range(0, count).Select(number => OpenSegment(SegmentPath(number)))];
    }

    /// <summary>Nothing was there.</summary>
    public bool IsNew { get; }

    /// <summary>Numbers of prefixes, and which are at home.</summary>
    public Segment Prefixes { get; private set; }

    public ulong Seed => Prefixes.Seed;

    public HandleHash Hash { get; private set; }

    public Segment[] Segments => Volatile.Read(ref segments);

    /// <summary>The segment that is open.</summary>
    public Segment Last => Segments[^1];

    public LogPosition Position
    {
        get
        {
            Segment[] known = Segments;
            return new(Seed, known.Length - 1, known[^1].Length, Prefixes.Length, known.Sum(segment => segment.Length));
        }
    }

    public string ImagePath => Path.Combine(folder, "index.image");

    private string PrefixesPath => PrefixesIn(folder);

    public static string PrefixesIn(string folder) => Path.Combine(folder, "prefixes.log");

    /// <summary>Where a segment is kept.</summary>
    public static string SegmentIn(string folder, int number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"handles-{number:000000}.log"));

    /// <summary>Numbers of the segments in a folder; one that is missing between others is not among them.</summary>
    public static int[] SegmentsIn(string folder) =>
        [.. Directory.EnumerateFiles(folder, "handles-*.log").Select(path => int.TryParse(Path.GetFileNameWithoutExtension(path).AsSpan(8), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1).Where(number => number >= 0).Order()];

    public static Place PlaceOf(int prefix, int segment, long offset) => new(prefix, ((long)segment << OffsetBits) | (offset / 8));

    /// <summary>Where the steps of a segment are kept.</summary>
    public string StepsPath(int segment) => Path.ChangeExtension(SegmentPath(segment), ".idx");

    /// <summary>Of the segments before one.</summary>
    public StepsHead[] HeadsBefore(int segment) => [.. Enumerable.Range(0, segment).Select(i => IndexSteps.HeadOf(StepsPath(i), Seed))];

    /// <summary>Reads a record.</summary>
    /// <param name="buffer">The record points into it.</param>
    /// <exception cref="RecordDamagedException">It is damaged on disk.</exception>
    public RecordFrame Read(Place place, RecordBuffer buffer) => RecordFrame.TryRead(ReadBytes(place, buffer), out RecordFrame frame) ? frame : throw Damaged(place);

    /// <summary>The name of a record, also of one that is damaged, as far as it seems to have one.</summary>
    public Octets? NameAt(Place place, RecordBuffer buffer) => RecordFrame.TryGuess(ReadBytes(place, buffer), out RecordFrame frame) ? (Octets?)frame.Handle.ToArray() : null;

    /// <summary>Reads frames as they stand in a file, for a copy; only what is durable, and perhaps the last one not whole.</summary>
    /// <param name="segment">Its number; −1 is the log of prefixes.</param>
    /// <returns>Bytes read.</returns>
    public int Read(int segment, long offset, Span<byte> target)
    {
        Segment[] known = Segments;
        if (segment >= known.Length) return 0;
        Segment file = segment < 0 ? Prefixes : known[segment];
        return offset >= file.Length ? 0 : file.Read(target[..(int)Math.Min(target.Length, file.Length - offset)], offset);
    }

    /// <summary>Goes through all prefixes; what a power failure left half written behind them is put aside.</summary>
    public void ReplayPrefixes(Segment.FrameAction each) => Replay(Prefixes, PrefixesPath, isClosed: false, Segment.HeadSize, each, (_, _, _) => { });

    /// <summary>Goes through the records of a segment; what a power failure left half written behind the last is put aside.</summary>
    public void Replay(int number, long from, Segment.FrameAction each, Segment.DamageAction damaged) =>
        Replay(segments[number], SegmentPath(number), isClosed: number < segments.Length - 1, from, each, damaged);

    /// <summary>The segment behind the last.</summary>
    /// <exception cref="IOException">There is no room for it; the last stays open.</exception>
    public Segment BeginSegment()
    {
        Segment segment = Segment.Create(SegmentPath(segments.Length), Seed);
        Volatile.Write(ref segments, [.. segments, segment]);
        return segment;
    }

    /// <summary>Becomes the log of a store with this seed.</summary>
    /// <exception cref="InvalidDataException">It is not empty and has another seed.</exception>
    public void Adopt(ulong seed)
    {
        if (Seed == seed) return;
        if (segments.Length > 1 || segments[0].Length > Segment.HeadSize || Prefixes.Length > Segment.HeadSize)
            throw new InvalidDataException($"{folder} holds another store than the one to be followed. Start the replica with an empty data folder.");
        foreach (Segment file in (Segment[])[Prefixes, segments[0]]) file.Dispose();
        foreach (string path in (string[])[StepsPath(0), SegmentPath(0), PrefixesPath]) File.Delete(path);
        Prefixes = Segment.Create(PrefixesPath, seed);
        Hash = new(seed);
        Volatile.Write(ref segments, [Segment.Create(SegmentPath(0), seed)]);
    }

    public void Dispose()
    {
        foreach (Segment segment in segments) segment.Dispose();
        Prefixes.Dispose();
    }

    private ReadOnlySpan<byte> ReadBytes(Place place, RecordBuffer buffer)
    {
        (Segment segment, long offset) = (Segments[place.Address >> OffsetBits], OffsetOf(place));
        int read = segment.Read(buffer.Bytes, offset), size = RecordFrame.SizeAt(buffer.Bytes.AsSpan(0, read));
        if (size > read)
        {
            buffer.Ensure(size);
            read = segment.Read(buffer.Bytes.AsSpan(0, size), offset);
        }

        return buffer.Bytes.AsSpan(0, read);
    }

    private static long OffsetOf(Place place) => (place.Address & ((1L << OffsetBits) - 1)) * 8;

    private static RecordDamagedException Damaged(Place place) =>
        new(string.Create(CultureInfo.InvariantCulture, $"handles-{place.Address >> OffsetBits:000000}.log: the record at byte {OffsetOf(place)} is damaged (wrong checksum)."));

    /// <summary>A file whose head was not written to its end holds nothing yet.</summary>
    private static bool RemoveUnbegun(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length >= Segment.HeadSize) return false;
        File.Delete(path);
        return true;
    }

    private string SegmentPath(int number) => SegmentIn(folder, number);

    private Segment OpenSegment(string path)
    {
        Segment segment = Segment.Open(path);
        return segment.Seed == Seed ? segment : throw new InvalidDataException($"{path} belongs to another store than prefixes.log beside it. Restore both from one backup.");
    }

    private void Replay(Segment segment, string path, bool isClosed, long from, Segment.FrameAction each, Segment.DamageAction damaged)
    {
        long first = -1, bytes = 0;
        int places = 0;
        // A copy gets what is damaged at its end from the store that it follows.
        long end = isCopy && !isClosed ? segment.Replay(each, from) : segment.Replay(each, Note, isClosed, from);
        if (places > 0) LogDamage(path, places, bytes, first);
        if (end == segment.Length) return;
        LogTornTail(path, segment.Length - end, end);
        segment.CutTail(end);

        void Note(long offset, long length, ReadOnlySpan<byte> beginning)
        {
            if (places++ == 0) first = offset;
            bytes += length;
            damaged(offset, length, beginning);
        }
    }

    [LoggerMessage(6000, LogLevel.Warning, "{File}: the last {Bytes} bytes, from byte {Offset} on, were not written to the end when the server stopped. Nobody was told that they are stored; a copy is put aside.")]
    private partial void LogTornTail(string file, long bytes, long offset);

    [LoggerMessage(6005, LogLevel.Error, "{File} is damaged in {Places} place(s), {Bytes} bytes from byte {First} on. What stood there cannot be read, all else can; ordo verify names each. Restore the file from a backup, or from a replica.")]
    private partial void LogDamage(string file, int places, long bytes, long first);
}
