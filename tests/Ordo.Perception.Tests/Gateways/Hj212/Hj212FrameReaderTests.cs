using System.Text;
using Ordo.Perception.Gateways.Hj212;

namespace Ordo.Perception.Tests.Gateways.Hj212;

public sealed class Hj212FrameReaderTests
{
    private static readonly byte[] Sample = Encoding.ASCII.GetBytes(
        "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n");

    [Theory]
    [InlineData("", 0xFFFF, 0xFFFF)]
    [InlineData("A", 0x7080, 0x707F)]
    [InlineData("123456789", 0x2F80, 0x4B37)]
    [InlineData("QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&", 0x1C80, 0x0759)]
    public void The_check_sum_is_the_published_one(string text, int hj212, int modbus)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(hj212, Hj212Crc.Compute(bytes));
        Assert.Equal(modbus, Hj212Crc.Compute(bytes, Hj212CrcKind.Modbus));
        Assert.Equal(((modbus & 0xFF) << 8) | (modbus >> 8), Hj212Crc.Compute(bytes, Hj212CrcKind.ModbusSwapped));
    }

    [Theory]
    [InlineData("880\r", false)]
    [InlineData(" 880", false)]
    [InlineData("08801", false)]
    [InlineData("+880", false)]
    [InlineData("0880", true)]
    [InlineData("7d0f", true)]
    public void A_check_sum_is_exactly_four_hex_digits(string text, bool valid) =>
        Assert.Equal(valid, Hj212Crc.TryRead(Encoding.ASCII.GetBytes(text), out ushort crc) && crc == Convert.ToUInt16(text, 16));

    [Fact]
    public void A_frame_is_found_wherever_the_network_cuts_it()
    {
        for (int cut = 0; cut <= Sample.Length; cut++)
        {
            ReadOnlySpan<byte> input = Sample.AsSpan(0, cut);
            FrameVerdict verdict = Read(ref input, out ReadOnlySpan<byte> segment);
            Assert.Equal(cut >= Sample.Length - 2 ? FrameVerdict.Frame : FrameVerdict.NeedMore, verdict);
            if (verdict == FrameVerdict.NeedMore) Assert.Equal(cut, input.Length);
            else Assert.Equal((101, cut - Sample.Length + 2), (segment.Length, input.Length));
        }
    }

    [Theory]
    [InlineData("##-001")]
    [InlineData("##+101")]
    [InlineData("## 101")]
    [InlineData("##0x1F")]
    [InlineData("##01O1")]
    public void A_length_is_four_digits_and_nothing_else(string head)
    {
        ReadOnlySpan<byte> input = Encoding.ASCII.GetBytes(head + Encoding.ASCII.GetString(Sample));
        Assert.Equal(FrameVerdict.BadLength, Read(ref input, out _));
        Assert.Equal(FrameVerdict.Frame, Read(ref input, out _));
    }

    [Fact]
    public void A_head_may_follow_a_stray_sign()
    {
        ReadOnlySpan<byte> input = [(byte)'#', .. Sample];
        Assert.Equal(FrameVerdict.BadLength, Read(ref input, out _));
        Assert.Equal(FrameVerdict.Frame, Read(ref input, out _));
    }

    [Fact]
    public void A_frame_is_given_up_as_soon_as_the_next_one_begins()
    {
        byte[] lying = Encoding.ASCII.GetBytes("##0999" + Encoding.ASCII.GetString(Sample[6..]));
        ReadOnlySpan<byte> input = [.. lying, .. Sample];
        Assert.Equal(FrameVerdict.Unfinished, Read(ref input, out _));
        Assert.Equal(FrameVerdict.Frame, Read(ref input, out _));
    }

    [Fact]
    public void A_length_in_characters_is_understood_where_bytes_do_not_fit()
    {
        const string Segment = "QN=20160801085857223;ST=32;CN=3020;PW=123456;MN=A;Flag=5;CP=&&DataTime=20160801085857;PolId=w01018;i11001-Info=//清洗管路//&&";
        byte[] bytes = Encoding.UTF8.GetBytes(Segment);
        byte[] frame = [.. Encoding.UTF8.GetBytes($"##{Segment.Length:D4}"), .. bytes, .. Encoding.ASCII.GetBytes($"{Hj212Crc.Compute(bytes):X4}\r\n")];
        for (int cut = 0; cut < frame.Length - 2; cut++)
        {
            ReadOnlySpan<byte> part = frame.AsSpan(0, cut);
            Assert.Equal(FrameVerdict.NeedMore, Read(ref part, out _));
        }

        ReadOnlySpan<byte> input = frame;
        Assert.Equal(FrameVerdict.Frame, Read(ref input, out ReadOnlySpan<byte> segment));
        Assert.Equal(bytes.Length, segment.Length);
    }

    [Fact]
    public void Whatever_arrives_every_step_makes_progress_and_an_untouched_frame_behind_it_is_found()
    {
        var random = new Random(212);
        byte[][] frames = [.. Hj212Case.Names.Where(n => n[0] == 'v').Select(Hj212Case.Bytes)];
        for (int round = 0; round < 20_000; round++)
        {
            byte[] damaged = Damage(frames[random.Next(frames.Length)], random);
            ReadOnlySpan<byte> input = [.. damaged, .. "\r\n"u8, .. Sample, .. Sample];
            int found = 0;
            while (input.Length > 0)
            {
                int before = input.Length;
                FrameVerdict verdict = Read(ref input, out ReadOnlySpan<byte> segment);
                if (verdict == FrameVerdict.NeedMore)
                {
                    if (input.IsEmpty || input.SequenceEqual("#"u8)) break;
                    // A damaged length may reach beyond everything: that is what the time-out is for.
                    Hj212FrameReader.GiveUp(ref input, FrameVerdict.Unfinished, out _);
                }

                Assert.True(input.Length < before);
                if (verdict == FrameVerdict.Frame && segment.SequenceEqual(Sample.AsSpan(6, 101))) found++;
            }

            // One corrupted frame in 256 passes the check sum, and may take what follows with it; two never vanish.
            Assert.True(found >= 1, Encoding.UTF8.GetString(damaged));
        }
    }

    [Fact]
    public void Whatever_a_data_segment_holds_reading_it_ends_without_a_fault()
    {
        var random = new Random(2120);
        byte[][] frames = [.. Hj212Case.Names.Select(Hj212Case.Bytes)];
        var items = new List<Hj212Item>();
        var readings = new List<Hj212Reading>();
        for (int round = 0; round < 20_000; round++)
        {
            byte[] segment = Damage(frames[random.Next(frames.Length)], random);
            if (Hj212Message.TryParse(segment, out Hj212Message message) != Hj212Fault.None) continue;
            Hj212DataArea.Parse(message.Data, items);
            Hj212Readings.Read(message.Data, items, message.Is2005, readings);
            foreach (Hj212Item item in items) Assert.True(item.Suffix(message.Data).Length < message.Data.Length && item.Value(message.Data).Length <= message.Data.Length);
        }
    }

    private static byte[] Damage(byte[] frame, Random random)
    {
        var bytes = new List<byte>(frame);
        for (int edits = random.Next(1, 5); edits > 0 && bytes.Count > 1; edits--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, "#&=;,0159\r\n"u8[random.Next(11)]); break;
                default: bytes.RemoveRange(at, Math.Min(random.Next(40), bytes.Count - at)); break;
            }
        }

        return [.. bytes];
    }

    private static FrameVerdict Read(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> segment) =>
        Hj212FrameReader.TryRead(ref input, 9999, (bytes, crc) => Hj212Crc.Compute(bytes) == crc, out _, out segment);
}
