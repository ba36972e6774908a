using System.Buffers.Text;
using System.Text;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>What is wrong with the structure of a data segment whose CRC is right.</summary>
public enum Hj212Fault
{
    None,

    /// <summary>No <c>CP=&amp;&amp;</c>.</summary>
    NoDataArea,

    /// <summary>The closing <c>&amp;&amp;</c> is missing.</summary>
    DataAreaNotClosed,

    BadRequestNumber,
    NoSystemCode,
    BadCommand,

    /// <summary>No MN: the frame of nobody. The connection does not lend it one.</summary>
    NoDevice,

    BadFlag,
}

/// <summary>
/// A data segment (HJ 212-2017 table 3): header fields by name, because devices write them in any order, and the data area. The spans lie in the
/// network buffer and live as long as it does.
/// </summary>
public readonly ref struct Hj212Message
{
    private const int MaxDeviceLength = 256;

    private Hj212Message(ReadOnlySpan<byte> data) => Data = data;

    /// <summary>请求编码: time stamp of the exchange, 17 digits; empty in most uploads of 2005.</summary>
    public ReadOnlySpan<byte> RequestNumber { get; private init; }

    /// <summary>系统编码 ST.</summary>
    public ReadOnlySpan<byte> System { get; private init; }

    /// <summary>命令编码 CN.</summary>
    public int Command { get; private init; }

    /// <summary>访问密码 PW.</summary>
    public ReadOnlySpan<byte> Password { get; private init; }

    public bool HasPassword { get; private init; }

    /// <summary>设备唯一标识 MN: opaque and case-sensitive, seldom the EPC-96 the standard asks for.</summary>
    public ReadOnlySpan<byte> Device { get; private init; }

    /// <summary>拆分包及应答标志: bit 0 answer wanted, bit 1 packets, bits 2…7 version. A missing flag is 0, as 2005 devices mean it.</summary>
    public byte Flags { get; private init; }

    /// <summary>PNUM, or 0.</summary>
    public int PacketCount { get; private init; }

    /// <summary>PNO from 1, or 0.</summary>
    public int PacketNumber { get; private init; }

    /// <summary>Data area without its <c>&amp;&amp;</c> frame.</summary>
    public ReadOnlySpan<byte> Data { get; }

    public bool AnswerWanted => (Flags & 1) != 0;

    public bool HasPackets => (Flags & 2) != 0;

    /// <summary>The version bits as an answer carries them: 0 for HJ/T 212-2005, 4 for 2017, 8 for what came later.</summary>
    public byte VersionBits => (byte)(Flags & 0xFC);

    /// <summary>Exchange numbers travel inside the data area.</summary>
    public bool Is2005 => VersionBits == 0;

    public static Hj212Fault TryParse(ReadOnlySpan<byte> segment, out Hj212Message message)
    {
        message = default;
        int open = segment.IndexOf("CP=&&"u8);
        if (open < 0) return Hj212Fault.NoDataArea;
        ReadOnlySpan<byte> data = segment[(open + 5)..];
        int close = data.LastIndexOf("&&"u8); // the last: a data area may hold anything
        if (close < 0) return Hj212Fault.DataAreaNotClosed;

        ReadOnlySpan<byte> header = segment[..open];
        ReadOnlySpan<byte> number = Field(header, "QN"u8, out _);
        ReadOnlySpan<byte> flag = Field(header, "Flag"u8, out _);
        bool flagIsNumber = TryReadNumber(flag, out int flags) && flags <= 255;
        message = new Hj212Message(data[..close].Trim((byte)' '))
        {
            RequestNumber = number,
            System = Field(header, "ST"u8, out _),
            Command = TryReadNumber(Field(header, "CN"u8, out _), out int command) ? command : 0,
            Password = Field(header, "PW"u8, out bool hasPassword),
            HasPassword = hasPassword,
            Device = Field(header, "MN"u8, out _),
            PacketCount = TryReadNumber(Field(header, "PNUM"u8, out _), out int count) ? count : 0,
            PacketNumber = TryReadNumber(Field(header, "PNO"u8, out _), out int packet) ? packet : 0,
            Flags = flagIsNumber ? (byte)flags : (byte)0,
        };
        if (message.Device.IsEmpty || message.Device.Length > MaxDeviceLength) return Hj212Fault.NoDevice;
        if (!number.IsEmpty && (number.Length > 20 || number.ContainsAnyExceptInRange((byte)'0', (byte)'9'))) return Hj212Fault.BadRequestNumber;
        if (message.System.IsEmpty) return Hj212Fault.NoSystemCode;
        if (message.Command == 0) return Hj212Fault.BadCommand;
        return flag.IsEmpty || flagIsNumber ? Hj212Fault.None : Hj212Fault.BadFlag;
    }

    /// <summary>The MN of a segment that may be damaged, to name the source in a log; never to store anything.</summary>
    public static ReadOnlySpan<byte> GuessDevice(ReadOnlySpan<byte> segment)
    {
        int at = segment.IndexOf(";MN="u8);
        if (at < 0) return default;
        ReadOnlySpan<byte> rest = segment[(at + 4)..];
        int end = rest.IndexOf((byte)';');
        return end is > 0 and <= MaxDeviceLength ? rest[..end] : default;
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, out bool found)
    {
        while (!header.IsEmpty)
        {
            int end = header.IndexOf((byte)';');
            ReadOnlySpan<byte> field = end < 0 ? header : header[..end];
            header = end < 0 ? default : header[(end + 1)..];
            int equals = field.IndexOf((byte)'=');
            if (equals < 0 || !Ascii.EqualsIgnoreCase(field[..equals].Trim((byte)' '), name)) continue;
            found = true;
            return field[(equals + 1)..].Trim((byte)' ');
        }

        found = false;
        return default;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> text, out int value) =>
        Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && value >= 0 && !text.IsEmpty;
}
