using System.Buffers;
using System.Runtime.InteropServices;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>
/// 64 bits of a handle whose case does not count. Seeded with a secret of the store, so that nobody outside can make handles that fall into one place.
/// </summary>
internal readonly struct HandleHash(ulong seed)
{
    private const ulong First = 0x9E37_79B9_7F4A_7C15;
    private const ulong Second = 0xD6E8_FEB8_6659_FD93;

    /// <returns>Never 0, which marks an empty place.</returns>
    public ulong Of(ReadOnlySpan<byte> handle)
    {
        byte[]? rented = null;
        Span<byte> folded = handle.Length <= 256 ? stackalloc byte[handle.Length] : (rented = ArrayPool<byte>.Shared.Rent(handle.Length)).AsSpan(0, handle.Length);
        HandleText.Fold(handle, folded);
        ulong state = Mix(seed ^ (ulong)folded.Length, First);
        ReadOnlySpan<byte> rest = folded;
        for (; rest.Length >= 8; rest = rest[8..]) state = Mix(state ^ MemoryMarshal.Read<ulong>(rest), Second);
        ulong last = 0;
        for (int i = 0; i < rest.Length; i++) last |= (ulong)rest[i] << (8 * i);
        state = Mix(Mix(state ^ last, Second) ^ seed, First);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return state == 0 ? 1 : state;
    }

    private static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
