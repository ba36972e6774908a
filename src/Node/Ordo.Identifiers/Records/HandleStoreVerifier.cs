using System.Globalization;
using System.Text;

namespace Ordo.Identifiers.Records;

/// <summary>What was read of one file.</summary>
/// <param name="Records">That are whole.</param>
/// <param name="Bytes">Of the file.</param>
internal readonly record struct VerifiedFile(string File, long Records, long Bytes);

/// <summary>One thing that is damaged.</summary>
/// <param name="What">What it is, and what of it is lost, for people.</param>
internal readonly record struct IdentifierDamage(string File, string What);

/// <summary>What a check of a store of identifiers found.</summary>
/// <param name="Good">Every file that could be opened, with what is whole in it.</param>
/// <param name="TornBytes">At the end of the newest file: not written to their end, nobody was told that they are stored.</param>
internal sealed record IdentifierVerification(IReadOnlyList<VerifiedFile> Good, IReadOnlyList<IdentifierDamage> Damages, long TornBytes);

/// <summary>Reads every record of a store and changes nothing. Works beside a running server: what is being written while it reads does not count.</summary>
internal sealed class HandleStoreVerifier
{
    private const int MostNamed = 20;
    private readonly string folder;
    private readonly IProgress<long>? progress;
    private readonly CancellationToken cancellation;
    private readonly List<VerifiedFile> good = [];
    private readonly List<IdentifierDamage> damages = [];
    private long torn, done;

    private HandleStoreVerifier(string folder, IProgress<long>? progress, CancellationToken cancellation) => (this.folder, this.progress, this.cancellation) = (folder, progress, cancellation);

    /// <summary>Whether there is a store in a folder.</summary>
    public static bool IsOne(string folder) => File.Exists(HandleLog.PrefixesIn(folder)) || (Directory.Exists(folder) && HandleLog.SegmentsIn(folder).Length > 0);

    /// <param name="folder">The store's.</param>
    /// <param name="progress">Told the bytes read so far.</param>
    public static IdentifierVerification Verify(string folder, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        var verifier = new HandleStoreVerifier(folder, progress, cancellation);
        verifier.Run();
        return new(verifier.good, verifier.damages, verifier.torn);
    }

    private void Run()
    {
        // First the newest: a segment that begins meanwhile is not looked at, and the one before it is not taken for a closed one.
        int[] numbers = [.. HandleLog.SegmentsIn(folder).Where(number => new FileInfo(HandleLog.SegmentIn(folder, number)).Length >= Segment.HeadSize)];
        ulong? seed = Read(HandleLog.PrefixesIn(folder), isClosed: false, seed: null);
        for (int number = 0; number <= numbers.LastOrDefault(-1); number++) Read(HandleLog.SegmentIn(folder, number), isClosed: number < numbers[^1], seed);
    }

    /// <returns>Its seed.</returns>
    private ulong? Read(string path, bool isClosed, ulong? seed)
    {
        string file = Path.GetFileName(path);
        try
        {
            using Segment segment = Segment.OpenToRead(path);
            if (seed is { } expected && segment.Seed != expected) Damage(file, "belongs to another store than prefixes.log beside it");
            long records = 0, places = 0, begun = done;
            long end = segment.Replay(Count, Note, isClosed);
            if (places > MostNamed) Damage(file, string.Create(CultureInfo.InvariantCulture, $"and {places - MostNamed:N0} more places"));
            torn += segment.Length - end;
            good.Add(new(file, records, segment.Length));
            progress?.Report(done = begun + segment.Length);
            return segment.Seed;

            void Count(long offset, in RecordFrame frame)
            {
                if (++records % 4096 != 0) return;
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(done = begun + offset);
            }

            void Note(long offset, long bytes, ReadOnlySpan<byte> beginning)
            {
                if (++places > MostNamed) return;
                string seems = RecordFrame.TryGuess(beginning, out RecordFrame guess) ? $", it seems the record of {Printable(guess.Handle)}" : "";
                Damage(file, string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes from byte {offset} on cannot be read{seems}"));
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Damage(file, e is FileNotFoundException ? "is missing: the store cannot be opened without it" : e.Message);
            return null;
        }
    }

    private static string Printable(ReadOnlySpan<byte> handle) => string.Concat(Encoding.UTF8.GetString(handle).Select(each => char.IsControl(each) ? '?' : each));

    private void Damage(string file, string what) => damages.Add(new(file, what));
}
