using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>Writes frames: answers and requests of the platform. Not thread-safe; reused, so that an answer allocates nothing.</summary>
public sealed class Hj212FrameWriter
{
    private readonly ArrayBufferWriter<byte> segment = new(256);

    /// <summary>The answer to a message: 9013 to a notification, 9014 to data. 2005 devices look for the number inside the data area.</summary>
    /// <param name="message">What is answered.</param>
    /// <param name="command">9013 or 9014.</param>
    /// <param name="crc">The device's check sum.</param>
    /// <param name="output">Where the frame goes.</param>
    public void WriteAnswer(in Hj212Message message, int command, Hj212CrcKind crc, IBufferWriter<byte> output)
    {
        segment.ResetWrittenCount();
        if (!message.Is2005) Field("QN="u8, message.RequestNumber);
        Field("ST="u8, "91"u8);
        Number("CN="u8, command);
        if (message.HasPassword) Field("PW="u8, message.Password);
        Field("MN="u8, message.Device);
        Number("Flag="u8, message.VersionBits);
        segment.Write("CP=&&"u8);
        if (message.Is2005) WriteReference(message, command);
        segment.Write("&&"u8);
        Finish(segment.WrittenSpan, crc, output);
    }

    /// <summary>Puts head, length, check sum and line end around a data segment.</summary>
    public static void Finish(ReadOnlySpan<byte> dataSegment, Hj212CrcKind crc, IBufferWriter<byte> output)
    {
        Span<byte> frame = output.GetSpan(dataSegment.Length + 12);
        "##"u8.CopyTo(frame);
        dataSegment.Length.TryFormat(frame[2..], out _, "D4", CultureInfo.InvariantCulture);
        dataSegment.CopyTo(frame[6..]);
        Span<byte> tail = frame[(6 + dataSegment.Length)..];
        Hj212Crc.Compute(dataSegment, crc).TryFormat(tail, out _, "X4", CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(tail[4..]);
        output.Advance(dataSegment.Length + 12);
    }

    /// <summary>A whole frame around a data segment.</summary>
    public static byte[] Frame(string dataSegment, Hj212CrcKind crc = Hj212CrcKind.Hj212)
    {
        var output = new ArrayBufferWriter<byte>(dataSegment.Length + 16);
        Finish(Encoding.UTF8.GetBytes(dataSegment), crc, output);
        return output.WrittenSpan.ToArray();
    }

    private void WriteReference(in Hj212Message message, int command)
    {
        if (!message.RequestNumber.IsEmpty)
        {
            segment.Write("QN="u8);
            segment.Write(message.RequestNumber);
        }

        if (command != 9014) return;
        if (!message.RequestNumber.IsEmpty) segment.Write(";"u8);
        Number("CN="u8, message.Command, ends: false);
    }

    private void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        segment.Write(name);
        segment.Write(value);
        segment.Write(";"u8);
    }

    private void Number(ReadOnlySpan<byte> name, int value, bool ends = true)
    {
        segment.Write(name);
        value.TryFormat(segment.GetSpan(11), out int written, default, CultureInfo.InvariantCulture);
        segment.Advance(written);
        if (ends) segment.Write(";"u8);
    }
}
