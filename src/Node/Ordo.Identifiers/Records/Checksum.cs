using System.Numerics;
using System.Runtime.InteropServices;

namespace Ordo.Identifiers.Records;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4), as the processor computes it.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint state = 0xFFFFFFFF;
        while (bytes.Length >= 8)
        {
            state = BitOperations.Crc32C(state, MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[8..];
        }

        foreach (byte b in bytes) state = BitOperations.Crc32C(state, b);
        return ~state;
    }
}
