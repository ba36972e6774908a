using System.Numerics;
using System.Runtime.InteropServices;

namespace Ordo.Storage.Files;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4), as the processor computes it.</summary>
internal static class Checksum
{
    public const uint Start = 0xFFFFFFFF;

    public static uint Of(ReadOnlySpan<byte> bytes) => End(Add(Start, bytes));

    public static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            state = BitOperations.Crc32C(state, MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[8..];
        }

        foreach (byte b in bytes) state = BitOperations.Crc32C(state, b);
        return state;
    }

    public static uint Add(uint state, ulong value) => BitOperations.Crc32C(state, value);

    public static uint End(uint state) => ~state;
}
