using System.Text;
using Ordo.Simulator.Hj212;

namespace Ordo.Simulator.Tests.Hj212;

public class Hj212FrameTests
{
    // The one complete frame that HJ 212-2017 prints (Appendix A), and frames of Appendix C.
    [Theory]
    [InlineData("##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80")]
    [InlineData("##0094QN=20160801085857223;ST=91;CN=9011;PW=100000;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&E101")]
    [InlineData("##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240")]
    [InlineData("##0134QN=20160801085857223;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&BeginTime=20160801080000;EndTime=20160801080000&&7EC0")]
    public void The_standards_own_frames_are_read_and_written_byte_for_byte(string printed)
    {
        Hj212Frame frame = Hj212Frame.Parse(Encoding.UTF8.GetBytes(printed))!;
        Assert.Equal(printed + "\r\n", Encoding.UTF8.GetString(frame.ToBytes()));
    }

    [Theory]
    [InlineData("", 0xFFFF)]
    [InlineData("A", 0x7080)]
    [InlineData("123456789", 0x2F80)]
    public void The_crc_is_that_of_the_standard_not_that_of_Modbus(string text, int crc) => Assert.Equal(crc, Hj212Frame.Crc(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_changed_character_or_a_lying_length_makes_no_frame()
    {
        Assert.Null(Hj212Frame.Parse("##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=31&&1C80"u8));
        Assert.Null(Hj212Frame.Parse("##0100QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80"u8));
        Assert.Null(Hj212Frame.Parse("##"u8));
    }

    [Fact]
    public void The_length_counts_bytes()
    {
        byte[] frame = new Hj212Frame("20240101000000000", "32", 3020, "123456", "A", 5, "i11001-Info=//清洗管路//").ToBytes();
        Assert.Equal(frame.Length - 12, int.Parse(Encoding.UTF8.GetString(frame, 2, 4), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_segment_longer_than_the_standard_allows_is_never_sent() =>
        Assert.Throws<InvalidOperationException>(() => new Hj212Frame("1", "32", 2011, "1", "A", 5, new string('x', 1000)).ToBytes());
}
