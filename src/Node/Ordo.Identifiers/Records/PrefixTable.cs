using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>A prefix that handles are stored under.</summary>
/// <param name="Number">In places and frames.</param>
/// <param name="Name">Upper case, as it is compared.</param>
/// <param name="IsHome">Whether this node answers for it.</param>
internal sealed record Prefix(int Number, string Name, bool IsHome);

/// <summary>All prefixes; replaced as a whole when one changes, which is rare, so that reading takes no lock.</summary>
internal sealed class PrefixTable
{
    private Dictionary<string, Prefix> byName = new(StringComparer.Ordinal);

    public IEnumerable<Prefix> All => Volatile.Read(ref byName).Values;

    /// <summary>A number that was not given before.</summary>
    public int Next => All.Select(prefix => prefix.Number + 1).DefaultIfEmpty().Max();

    /// <param name="prefix">In any case; bytes that are no UTF-8 are found nowhere.</param>
    public Prefix? Find(ReadOnlySpan<byte> prefix)
    {
        if (prefix.Length > HandleText.MaxBytes) return null;
        Span<char> name = prefix.Length <= 256 ? stackalloc char[prefix.Length] : new char[prefix.Length];
        for (int i = 0; i < prefix.Length; i++) name[i] = (char)((uint)(prefix[i] - 'a') <= 'z' - 'a' ? prefix[i] & 0xDF : prefix[i]);
        return Volatile.Read(ref byName).GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out Prefix? found) ? found : null;
    }

    public void Set(Prefix prefix) =>
        Volatile.Write(ref byName, new(Volatile.Read(ref byName), StringComparer.Ordinal) { [prefix.Name] = prefix });

    /// <summary>A name as it is kept: each byte a character, ASCII in upper case.</summary>
    public static string NameOf(ReadOnlySpan<byte> prefix)
    {
        byte[] folded = new byte[prefix.Length];
        HandleText.Fold(prefix, folded);
        return System.Text.Encoding.Latin1.GetString(folded);
    }
}
