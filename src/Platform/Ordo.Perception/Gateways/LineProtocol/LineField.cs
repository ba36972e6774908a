using System.Runtime.CompilerServices;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>
/// One field of a source, laid out to be compared with the bytes of a line in a few instructions.
/// <c>Length</c> is published last and read first, so that a reader sees a whole field or an empty place.
/// </summary>
internal struct LineField
{
    /// <summary>In place of a series: only texts came so far, and texts are not samples.</summary>
    public const int Text = -1;

    private ulong head;
    private ulong second;
    private byte[] name;
    private int length;

    /// <summary>The series of the field, or <see cref="Text"/>.</summary>
    public int Series;

    /// <summary>Bytes of the field key as sent and its equals sign; 0 in an empty place.</summary>
    public readonly int Length
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => length;
    }

    /// <summary>The field key as sent.</summary>
    public readonly ReadOnlySpan<byte> Name => name;

    public void Set(byte[] rawName, int series)
    {
        Span<byte> start = stackalloc byte[16];
        start.Clear();
        rawName.AsSpan(0, Math.Min(16, rawName.Length)).CopyTo(start);
        if (rawName.Length < 16) start[rawName.Length] = (byte)'=';
        head = Unsafe.ReadUnaligned<ulong>(ref start[0]);
        second = Unsafe.ReadUnaligned<ulong>(ref start[8]);
        name = rawName;
        Series = series;
        Volatile.Write(ref length, rawName.Length + 1);
    }

    /// <summary>Whether the line goes on with this field's key and an equals sign.</summary>
    /// <param name="text">The next byte of the line; 16 more must be readable, whatever they hold.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Matches(ref byte text)
    {
        int size = Volatile.Read(ref Unsafe.AsRef(in length));
        ulong difference = Unsafe.ReadUnaligned<ulong>(ref text) ^ head;
        if (size <= 8) return size > 0 && KeepFirst(difference, size) == 0;
        if (difference != 0) return false;
        difference = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, 8)) ^ second;
        return size <= 16 ? KeepFirst(difference, size - 8) == 0 : difference == 0 && MatchesRest(ref text);
    }

    /// <summary>The first one to eight bytes as they lie in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong KeepFirst(ulong bytes, int count) =>
        BitConverter.IsLittleEndian ? bytes << (64 - (8 * count)) : bytes >> (64 - (8 * count));

    /// <summary>Byte by byte, because here the name may reach behind what is readable; the first difference, at the latest the line feed, ends it.</summary>
    private readonly bool MatchesRest(ref byte text)
    {
        for (int i = 16; i < name.Length; i++)
            if (Unsafe.Add(ref text, i) != name[i]) return false;
        return Unsafe.Add(ref text, name.Length) == '=';
    }
}
