using System.Globalization;
using System.Text;

namespace Ordo.Simulator.Hj212;

/// <summary>A frame of HJ 212-2017 as a field device writes and reads it: <c>##</c>, length, data segment, CRC, CR LF.</summary>
/// <param name="Qn">Request number, <c>yyyyMMddHHmmssfff</c>.</param>
/// <param name="St">System code: 22 air, 32 waste water, 91 interaction.</param>
/// <param name="Cn">Command code.</param>
/// <param name="Pw">Password.</param>
/// <param name="Mn">Identity of the device.</param>
/// <param name="Flag">5 asks for an answer, 4 does not.</param>
/// <param name="Data">The data area between the <c>&amp;&amp;</c>.</param>
public sealed record Hj212Frame(string Qn, string St, int Cn, string Pw, string Mn, int Flag, string Data)
{
    /// <summary>Longest data segment a device may send (HJ 212-2017 table 2).</summary>
    public const int MaxSegmentLength = 1024;

    public bool WantsAnswer => (Flag & 1) == 1;

    public byte[] ToBytes()
    {
        string segment = string.Create(CultureInfo.InvariantCulture, $"QN={Qn};ST={St};CN={Cn};PW={Pw};MN={Mn};Flag={Flag};CP=&&{Data}&&");
        byte[] bytes = Encoding.UTF8.GetBytes(segment);
        if (bytes.Length > MaxSegmentLength) throw new InvalidOperationException($"The data segment of {Mn} CN={Cn} has {bytes.Length} bytes, more than {MaxSegmentLength}.");
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"##{bytes.Length:D4}{segment}{Crc(bytes):X4}\r\n"));
    }

    /// <summary>Reads one frame without its CR LF; <c>null</c> when length, CRC or the mandatory fields are wrong.</summary>
    public static Hj212Frame? Parse(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 10 || !frame.StartsWith("##"u8)) return null;
        ReadOnlySpan<byte> segment = frame[6..^4];
        if (!int.TryParse(frame[2..6], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length != segment.Length) return null;
        if (!int.TryParse(frame[^4..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int crc) || crc != Crc(segment)) return null;

        string text = Encoding.UTF8.GetString(segment);
        int area = text.IndexOf("CP=&&", StringComparison.Ordinal), end = text.LastIndexOf("&&", StringComparison.Ordinal);
        if (area < 0 || end < area + 5) return null;
        Dictionary<string, string> head = Fields(text[..area]);
        if (!int.TryParse(head.GetValueOrDefault("CN"), NumberStyles.None, CultureInfo.InvariantCulture, out int cn)) return null;
        _ = int.TryParse(head.GetValueOrDefault("Flag"), NumberStyles.None, CultureInfo.InvariantCulture, out int flag);
        return new(head.GetValueOrDefault("QN", ""), head.GetValueOrDefault("ST", ""), cn, head.GetValueOrDefault("PW", ""),
            head.GetValueOrDefault("MN", ""), flag, text[(area + 5)..end]);
    }

    /// <summary>The data area by name; both separators of the standard's own examples are understood.</summary>
    public Dictionary<string, string> DataFields() => Fields(Data);

    /// <summary>CRC of Appendix A: like CRC-16/Modbus, but the low half of the register is thrown away at every byte.</summary>
    public static int Crc(ReadOnlySpan<byte> data)
    {
        int crc = 0xFFFF;
        foreach (byte b in data)
        {
            crc = (crc >> 8) ^ b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xA001;
        }
        return crc;
    }

    private static Dictionary<string, string> Fields(string text)
    {
        Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);
        foreach (string pair in text.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) fields[pair[..equals].TrimEnd()] = pair[(equals + 1)..].TrimStart();
        }
        return fields;
    }
}
