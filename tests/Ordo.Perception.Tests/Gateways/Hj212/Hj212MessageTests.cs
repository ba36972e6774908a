using System.Text;
using Ordo.Perception.Gateways.Hj212;

namespace Ordo.Perception.Tests.Gateways.Hj212;

public sealed class Hj212MessageTests
{
    [Theory]
    [InlineData("QN=20160801085857223;PNUM=2;PNO=0001;ST=32;CN=2011;PW=123456;MN=A;FLAG=7;CP=&&&&")]
    [InlineData("MN=A;PNO=1;PNUM=2;flag=7; CN=2011;QN=20160801085857223;PW=123456;ST=32;RF=1;CP=&& &&")]
    public void Header_fields_are_read_by_name_in_any_order_and_case(string segment)
    {
        Assert.Equal(Hj212Fault.None, Hj212Message.TryParse(Encoding.ASCII.GetBytes(segment), out Hj212Message message));
        Assert.Equal(("A", "32", 2011, 2, 1), (Text(message.Device), Text(message.System), message.Command, message.PacketCount, message.PacketNumber));
        Assert.True(message.AnswerWanted && message.HasPackets && message.Data.IsEmpty);
        Assert.Equal(4, message.VersionBits);
    }

    [Fact]
    public void A_data_area_may_hold_what_looks_like_a_header()
    {
        Hj212Message.TryParse("ST=91;CN=9014;PW=;MN=A;Flag=0;CP=&&QN=20160824000501005;CN=2051;MN=B&&"u8, out Hj212Message message);
        Assert.Equal(("A", 9014, true, ""), (Text(message.Device), message.Command, message.RequestNumber.IsEmpty, Text(message.Password)));
    }

    [Theory]
    [InlineData("Rtd", "N", "good:N")]
    [InlineData("Rtd", "F", "bad:F")]
    [InlineData("Rtd", "M", "bad:M")]
    [InlineData("Rtd", "S", "uncertain:S")]
    [InlineData("Rtd", "D", "bad:D")]
    [InlineData("Rtd", "C", "bad:C")]
    [InlineData("Rtd", "T", "uncertain:T")]
    [InlineData("Rtd", "B", "bad:B")]
    [InlineData("Rtd", "X", "uncertain:X")]
    [InlineData("Rtd", "", "uncertain")]
    [InlineData("RS", "", "good")]
    public void A_data_flag_becomes_a_quality(string suffix, string flag, string expected) =>
        Assert.Equal(expected, Assert.Single(Read($"c-{suffix}=1" + (flag.Length > 0 ? $",c-Flag={flag}" : ""))).Quality.ToString());

    [Fact]
    public void A_converted_value_has_its_own_flag_where_one_is_sent()
    {
        Assert.Equal(["good:N", "bad:D"], Read("a21026-Rtd=1,a21026-ZsRtd=2,a21026-Flag=N,a21026-ZsFlag=D").Select(r => r.Quality.ToString()));
        Assert.Equal(["good:N", "good:N"], Read("01-Rtd=1,01-Flag=N,01-ZsRtd=2,01-Flag=N").Select(r => r.Quality.ToString()));
    }

    [Fact]
    public void Names_are_compared_without_case_but_factor_codes_are_not()
    {
        Assert.Equal([("good:N", 1.0), ("uncertain", 2.0)], Read("b01-rtd=1,b01-FLAG=N;B01-Rtd=2").Select(r => (r.Quality.ToString(), r.Value)));
        Assert.Equal("Rtd", Text(Hj212Readings.Canonical("rtd"u8)));
        Assert.Equal("Odd", Text(Hj212Readings.Canonical("Odd"u8)));
    }

    [Fact]
    public void Of_two_different_values_of_one_name_the_first_counts() =>
        Assert.Equal(10, Assert.Single(Read("w00000-Avg=10,w00000-Avg=11,w00000-Flag=N", Hj212Oddities.Repeated)).Value);

    [Theory]
    [InlineData("395.507813", 395.507813)]
    [InlineData("-0.001221", -0.001221)]
    [InlineData("+7", 7)]
    [InlineData(".5", .5)]
    [InlineData(" 7.1 ", 7.1)]
    [InlineData("--", double.NaN)]
    [InlineData("", double.NaN)]
    [InlineData("nan", double.NaN)]
    public void Numbers_are_read_as_devices_write_them(string text, double expected) =>
        Assert.Equal(expected, Assert.Single(Read($"c-Rtd={text},c-Flag=N", double.IsNaN(expected) ? Hj212Oddities.NoNumber : default)).Value);

    [Theory]
    [InlineData("1e999")]
    [InlineData("Infinity")]
    [InlineData("7.1abc")]
    [InlineData("0x10")]
    [InlineData("1,5")]
    public void What_is_no_number_is_no_sample(string text) => Assert.DoesNotContain(Read($"c-Rtd={text};", null), r => r.Value is not (1 or double.NaN));

    [Fact]
    public void A_log_text_is_not_split_inside()
    {
        byte[] data = Encoding.UTF8.GetBytes("PolId=w01018;i11001-Info=//see http://x/a;b, c=1//;i12001-Info=2");
        var items = new List<Hj212Item>();
        Assert.Equal(0, Hj212DataArea.Parse(data, items));
        Assert.Equal(["w01018", "//see http://x/a;b, c=1//", "2"], items.Select(i => Text(i.Value(data))));
    }

    [Theory]
    [InlineData("20160229235959", true)]
    [InlineData("20160801085857123", true)]
    [InlineData("20150229000000", false)]
    [InlineData("20160230250000", false)]
    [InlineData("20160801240000", false)]
    [InlineData("00000000000000", false)]
    [InlineData("2016080108585", false)]
    [InlineData("2016-08-01 08:58", false)]
    public void A_time_must_exist(string text, bool exists) => Assert.Equal(exists, Hj212Time.TryRead(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Times_are_Chinese_time_in_summer_and_winter()
    {
        Assert.True(Hj212Time.TryRead("20160801085857"u8, out long utcMs));
        Assert.Equal(new DateTimeOffset(2016, 8, 1, 0, 58, 57, TimeSpan.Zero), DateTimeOffset.FromUnixTimeMilliseconds(utcMs));
        Assert.Equal("20160801085857", Hj212Time.Format(DateTimeOffset.FromUnixTimeMilliseconds(utcMs)));
    }

    [Fact]
    public void Missing_packets_are_told_by_their_numbers()
    {
        var packets = new Hj212Packets();
        Assert.True(packets.Note(2061, 1, count: 3, number: 2, nowMs: 0));
        Assert.False(packets.Note(2061, 1, count: 3, number: 4, nowMs: 0));
        Assert.False(packets.Note(2061, 1, count: 3, number: 0, nowMs: 0));
        Assert.Null(packets.TakeOverdue(1000, TimeSpan.FromSeconds(1)));
        Assert.Equal([1, 3], packets.TakeOverdue(1001, TimeSpan.FromSeconds(1))!.Missing);

        foreach (int number in (int[])[2, 1, 2, 3]) packets.Note(2061, 2, count: 3, number, nowMs: 0);
        Assert.Null(packets.TakeOverdue(1_000_000, TimeSpan.FromSeconds(1)));
    }

    private static List<Hj212Reading> Read(string data, Hj212Oddities? expected = Hj212Oddities.None)
    {
        var items = new List<Hj212Item>();
        var readings = new List<Hj212Reading>();
        byte[] bytes = Encoding.UTF8.GetBytes(data);
        Hj212DataArea.Parse(bytes, items);
        Hj212Oddities oddities = Hj212Readings.Read(bytes, items, is2005: false, readings);
        if (expected is { } odd) Assert.Equal(odd, oddities);
        return readings;
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
