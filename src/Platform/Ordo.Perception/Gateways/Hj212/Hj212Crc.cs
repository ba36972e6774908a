namespace Ordo.Perception.Gateways.Hj212;

/// <summary>Which check sum a device computes. Only the first is the standard's; each source has exactly one, because every further one weakens the check.</summary>
public enum Hj212CrcKind
{
    /// <summary>HJ 212-2017 Appendix A.</summary>
    Hj212,

    /// <summary>CRC-16/Modbus, high byte first: a frequent misreading of the appendix.</summary>
    Modbus,

    /// <summary>CRC-16/Modbus, low byte first.</summary>
    ModbusSwapped,
}

/// <summary>
/// The check sum over the data segment. Polynomial and start value are those of Modbus, but the register is shifted right by eight <i>before</i> the byte
/// is combined, so its low half is thrown away at every byte: only 256 values exist. One corrupted frame in 256 passes.
/// </summary>
public static class Hj212Crc
{
    private static readonly ushort[] Table = BuildTable();

    public static ushort Compute(ReadOnlySpan<byte> segment, Hj212CrcKind kind = Hj212CrcKind.Hj212)
    {
        uint crc = 0xFFFF;
        if (kind == Hj212CrcKind.Hj212)
        {
            foreach (byte b in segment) crc = Table[(crc >> 8) ^ b];
            return (ushort)crc;
        }

        foreach (byte b in segment) crc = (crc >> 8) ^ Table[(crc ^ b) & 0xFF];
        return kind == Hj212CrcKind.Modbus ? (ushort)crc : (ushort)((crc >> 8) | (crc << 8));
    }

    /// <summary>Reads the four digits of the check sum, upper or lower case. Exactly four: <c>"880\r"</c> is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> digits, out ushort crc)
    {
        crc = 0;
        if (digits.Length != 4) return false;
        foreach (byte b in digits)
        {
            if (!char.IsAsciiHexDigit((char)b)) return false;
            crc = (ushort)((crc << 4) | ((b & 0x0F) + (b >= 'A' ? 9 : 0)));
        }

        return true;
    }

    private static ushort[] BuildTable()
    {
        var table = new ushort[256];
        for (int i = 0; i < 256; i++)
        {
            int crc = i;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xA001;
            table[i] = (ushort)crc;
        }

        return table;
    }
}
