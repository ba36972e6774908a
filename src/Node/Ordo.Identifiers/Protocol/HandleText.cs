namespace Ordo.Identifiers.Protocol;

/// <summary>
/// How handles are compared (标识的大小写规则): ASCII a–z counts as A–Z, every other byte as itself. Unicode is neither folded nor normalised, because no other
/// server does, and a node that did would answer for names its neighbours hold apart.
/// </summary>
internal static class HandleText
{
    /// <summary>Most bytes of a handle on the wire.</summary>
    public const int MaxBytes = 2048;

    /// <summary>In front of a prefix in the name of the record that describes it.</summary>
    public static ReadOnlySpan<byte> PrefixHandles => "0.NA/"u8;

    public static void Fold(ReadOnlySpan<byte> text, Span<byte> folded)
    {
        // The two ranges differ in one bit; the loop is one the compiler turns into vectors.
        for (int i = 0; i < text.Length; i++)
        {
            byte b = text[i];
            folded[i] = (uint)(b - 'a') <= 'z' - 'a' ? (byte)(b & 0xDF) : b;
        }
    }

    public static bool EqualsFolded(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length) return false;
        for (int i = 0; i < left.Length; i++)
        {
            byte a = left[i], b = right[i];
            if (a != b && ((a ^ b) != 0x20 || (uint)((a | 0x20) - 'a') > 'z' - 'a')) return false;
        }

        return true;
    }

    /// <summary>What stands before the first "/"; of a name without one, the whole.</summary>
    public static ReadOnlySpan<byte> PrefixOf(ReadOnlySpan<byte> handle)
    {
        int slash = handle.IndexOf((byte)'/');
        return slash < 0 ? handle : handle[..slash];
    }

    public static bool IsPrefixHandle(ReadOnlySpan<byte> handle) =>
        handle.Length > PrefixHandles.Length && EqualsFolded(handle[..PrefixHandles.Length], PrefixHandles);

    /// <summary>The prefix that must be at home here for this node to answer: of <c>0.NA/88.999.1</c> the one it describes.</summary>
    public static ReadOnlySpan<byte> HomeOf(ReadOnlySpan<byte> handle) =>
        IsPrefixHandle(handle) ? handle[PrefixHandles.Length..] : PrefixOf(handle);

    /// <summary>A prefix as it is called without <c>0.NA/</c>, however it was given.</summary>
    public static Octets Bare(Octets prefix) => IsPrefixHandle(prefix.Span) ? new(prefix.Memory[PrefixHandles.Length..]) : prefix;

    /// <summary>Whether a bare prefix can be taken home.</summary>
    public static bool CanBeHome(Octets bare) => bare.Length is > 0 and <= 255 && !bare.Span.Contains((byte)'/');
}
