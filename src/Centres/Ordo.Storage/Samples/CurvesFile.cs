using System.Security.Cryptography;
using System.Text;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Files;

namespace Ordo.Storage.Samples;

/// <summary>
/// Joined curves over a restart: written when the store is closed, and taken up when it is opened again if not one of its files has changed in between. It is gone as soon as it is taken up, so after
/// a crash there is none.
/// </summary>
/// <remarks>
/// <code>
/// file  = CRC-32C u32 of what follows | version u8 = 1 | SHA-256 of the names, lengths and times of the folder's files | settled i64 | curves u32 | curve*
/// curve = sources, how, aggregate, step | steps u32 | points u32 | starts i64* | isKept u8* | values f64*, figures i64*, whole i64*, any i64*
/// </code>
/// Numbers as <see cref="BinaryWriter"/> writes them. It holds nothing that cannot be read again from the store: what makes no sense is left.
/// </remarks>
/// <param name="folder">The store's.</param>
internal sealed class CurvesFile(string folder)
{
    public const string Name = "curves";
    private const byte Version = 1;

    /// <summary>Steps of all curves together: so much is written within the time of a stop.</summary>
    private const int MostSteps = 250_000;

    private readonly string path = Path.Combine(folder, Name);

    /// <summary>What is kept of one curve.</summary>
    /// <param name="IsKept">Which of the steps.</param>
    public sealed record Kept(SettledCurves.CurveKey Key, long[] Starts, AcrossPoints Figures, bool[] IsKept);

    /// <param name="curves">Those used last first.</param>
    /// <param name="settled">Hours before it are over.</param>
    public void Write(IEnumerable<Kept> curves, long settled)
    {
        int steps = 0;
        Kept[] some = [.. curves.TakeWhile(curve => (steps += curve.Starts.Length) <= MostSteps)];
        if (some.Length == 0) return;
        using var content = new MemoryStream();
        using var to = new BinaryWriter(content);
        to.Write(Version);
        to.Write(Mark());
        to.Write(settled);
        to.Write(some.Length);
        foreach (Kept curve in some)
        {
            to.Write(curve.Key.Sources);
            to.Write((byte)curve.Key.How);
            to.Write((byte)curve.Key.Aggregate);
            to.Write(curve.Key.Step.ToString());
            to.Write(curve.Starts.Length);
            to.Write(curve.Figures.Points);
            foreach (long start in curve.Starts) to.Write(start);
            foreach (bool isKept in curve.IsKept) to.Write(isKept);
            curve.Figures.Write(to);
        }

        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        using FileStream file = File.Create(path + ".new");
        file.Write(BitConverter.GetBytes(Checksum.Of(bytes)));
        file.Write(bytes);
        file.Close();
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Before the store is opened: what the last stop kept, if the store is as it was left.</summary>
    public (IReadOnlyList<Kept> Curves, long Settled) Take()
    {
        if (!File.Exists(path)) return ([], 0);
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            File.Delete(path);
            if (bytes.Length < 4 || BitConverter.ToUInt32(bytes) != Checksum.Of(bytes.AsSpan(4))) return ([], 0);
            using var from = new BinaryReader(new MemoryStream(bytes, 4, bytes.Length - 4));
            if (from.ReadByte() != Version || !from.ReadBytes(SHA256.HashSizeInBytes).AsSpan().SequenceEqual(Mark())) return ([], 0);
            long settled = from.ReadInt64();
            var curves = new Kept[from.ReadInt32()];
            for (int i = 0; i < curves.Length; i++) curves[i] = ReadCurve(from);
            return (curves, settled);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return ([], 0);
        }
    }

    private static Kept ReadCurve(BinaryReader from)
    {
        string sources = from.ReadString();
        (var how, var aggregate) = ((Across)from.ReadByte(), (Aggregate)from.ReadByte());
        if (!Step.TryParse(from.ReadString(), out Step step)) throw new InvalidDataException("A step that is none.");
        (int steps, int points) = (from.ReadInt32(), from.ReadInt32());
        var (starts, isKept) = (new long[steps], new bool[steps]);
        for (int i = 0; i < steps; i++) starts[i] = from.ReadInt64();
        for (int i = 0; i < steps; i++) isKept[i] = from.ReadBoolean();
        return new(new(sources, how, aggregate, step, 0), starts, AcrossPoints.Read(how, steps, points, from), isKept);
    }

    /// <summary>What the folder's files look like from outside; any write into the store changes it.</summary>
    private byte[] Mark()
    {
        var files = new StringBuilder();
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
            if (file.Name is not ("lock" or Name or Name + ".new")) files.Append(System.Globalization.CultureInfo.InvariantCulture, $"{file.Name}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}\n");
        return SHA256.HashData(Encoding.UTF8.GetBytes(files.ToString()));
    }
}
