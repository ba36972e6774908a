using System.Globalization;
using Ordo.Perception.Gateways.LineProtocol;

namespace Ordo.Perception.Tests.Gateways.LineProtocol;

/// <summary>Lines whose treatment was observed on a running InfluxDB 1.x. Every good line is read twice: as a stranger and as an expected one.</summary>
public class LineVectorTests
{
    private const string OutOfRange = "time outside range -9223372036854775806 - 9223372036854775806";

    [Theory]
    [InlineData("m1 v=1 1", "m1", "v", 1)]
    [InlineData("m2 v=1i 1", "m2", "v", 1)]
    [InlineData(@"m12\,a\ b,t\,k=v\ 1\=2 f\=k=1 1", @"m12\,a\ b,t\,k=v\ 1\=2", "f=k", 1)]
    [InlineData(@"m13,t=a\b v=1 1", @"m13,t=a\b", "v", 1)]
    [InlineData("m17,b=1,a=2 v=1 1", "m17,a=2,b=1", "v", 1)]
    [InlineData("m18 v=1e3 1", "m18", "v", 1000)]
    [InlineData("m18 v=1E-3 1", "m18", "v", 0.001)]
    [InlineData("m18 v=1e+3 1", "m18", "v", 1000)]
    [InlineData("m19 v=1. 1", "m19", "v", 1)]
    [InlineData("m20 v=.5 1", "m20", "v", 0.5)]
    [InlineData("m20 v=-2.5 1", "m20", "v", -2.5)]
    [InlineData("m20 v=-.5 1", "m20", "v", -0.5)]
    [InlineData("m20 v=01 1", "m20", "v", 1)]
    [InlineData("m26 v=1  1  ", "m26", "v", 1)]
    [InlineData("  m27 v=1 1", "m27", "v", 1)]
    [InlineData("m28  v=1 1", "m28", "v", 1)]
    [InlineData("m28 v=1 ", "m28", "v", 1)]
    [InlineData("m30 v=1\r", "m30", "v", 1)]
    [InlineData("m30 v=1 1\r", "m30", "v", 1)]
    [InlineData("m30 v=1i\r", "m30", "v", 1)]
    [InlineData("m39 v=1,v=2 1", "m39", "v", 2)]
    [InlineData("m42 v=1 9223372036854775806", "m42", "v", 1)]
    [InlineData("m43 v=1 -1", "m43", "v", 1)]
    [InlineData("m44=x,a=b v=1 1", "m44=x,a=b", "v", 1)]
    [InlineData("\"m45\" v=1 1", "\"m45\"", "v", 1)]
    [InlineData("m46,t=\"q\" v=1 1", "m46,t=\"q\"", "v", 1)]
    [InlineData("m46 \"v\"=1 1", "m46", "\"v\"", 1)]
    [InlineData("m#x v=1 1", "m#x", "v", 1)]
    [InlineData("m5 v=t 1", "m5", "v", 1)]
    [InlineData("m6 v=TRUE 1", "m6", "v", 1)]
    [InlineData("m6 v=True 1", "m6", "v", 1)]
    [InlineData("m6 v=F 1", "m6", "v", 0)]
    [InlineData("m6 v=false 1", "m6", "v", 0)]
    [InlineData("m40 v=-9223372036854775808i 1", "m40", "v", -9223372036854775808d)]
    [InlineData("m40 v=18446744073709551615u 1", "m40", "v", 18446744073709551615d)]
    [InlineData("m40 v=12345678.25 1", "m40", "v", 12345678.25)]
    [InlineData("m40 v=1234567890123456789 1", "m40", "v", 1234567890123456789d)]
    [InlineData("m56,t=é v=1 1", "m56,t=é", "v", 1)]
    [InlineData("m56,计量=电表 有功=1 1", "m56,计量=电表", "有功", 1)]
    [InlineData("m57 aVeryLongFieldNameOfMoreThanSixteenBytes=1 1", "m57", "aVeryLongFieldNameOfMoreThanSixteenBytes", 1)]
    [InlineData("m57 sixteen_bytes_=1 1", "m57", "sixteen_bytes_", 1)]
    [InlineData("m57 seven_b=1,eight_by=1,v=1 1", "m57", "v", 1)]
    public void A_good_line_becomes_its_samples(string line, string source, string channel, double value)
    {
        var harness = new LineHarness();
        for (int round = 0; round < 2; round++)
        {
            List<Stored> stored = harness.Parse(line + "\n" + line);
            Assert.Empty(harness.Faults.Unparsable);
            Assert.False(harness.Faults.Any);
            Stored last = stored[^1];
            Assert.Equal((source, channel, value), (last.Source, last.Channel, last.Value));
            Assert.Equal(stored.Count / 2, line.Count(c => c == '=') - (line.StartsWith("m39", StringComparison.Ordinal) ? 1 : 0) - EqualsSignsInKey(line));
        }
    }

    [Theory]
    [InlineData(@"m14,t=a\ v=1 1", "invalid tag format")]
    [InlineData("m15,t= v=1 1", "missing tag value")]
    [InlineData("m16,t=1,t=2 v=1 1", "duplicate tags")]
    [InlineData("m16,t=1,a=1,t=2 v=1 1", "duplicate tags")]
    [InlineData("m21 v=+1 1", "invalid boolean")]
    [InlineData("m22 v=NaN 1", "invalid number")]
    [InlineData("m60 v=INF 1", "invalid boolean")]
    [InlineData("m60 v=1_0 1", "invalid number")]
    [InlineData("m60 v=0x1 1", "invalid number")]
    [InlineData("m60 v=1i1 1", "invalid number")]
    [InlineData("m60 v=1.5i 1", "invalid number")]
    [InlineData("m60 v=- 1", "invalid number")]
    [InlineData("m60 v=. 1", "invalid number")]
    [InlineData("m60 v=1e 1", "invalid number")]
    [InlineData("m60 v=1.2.3 1", "invalid number")]
    [InlineData("m60 v=1e400 1", "invalid float")]
    [InlineData("m60 v=i 1", "invalid boolean")]
    [InlineData("m60 v=-i 1", "invalid number")]
    [InlineData("m60 v=-1u 1", "invalid number")]
    [InlineData("m60 v=1\t1", "invalid number")]
    [InlineData("m23 v=1 1.5", "bad timestamp")]
    [InlineData("m23 v=1 -", "bad timestamp")]
    [InlineData("m23 v=1 +1", "bad timestamp")]
    [InlineData("m23 v=1 1e3", "bad timestamp")]
    [InlineData("m23 v=1 1\r\r", "bad timestamp")]
    [InlineData("m25 v=1 1 x", "point is invalid")]
    [InlineData("m32", "missing fields")]
    [InlineData("m33 ", "invalid field format")]
    [InlineData("m34 v", "invalid field format")]
    [InlineData("m34 v 1", "invalid field format")]
    [InlineData("m34 v=1,", "invalid field format")]
    [InlineData("m34 v=1, w=2", "invalid field format")]
    [InlineData("m34 v =1", "invalid field format")]
    [InlineData("m34 v=1,w", "invalid field format")]
    [InlineData("m35 v=", "missing field value")]
    [InlineData("m35 v= 4", "missing field value")]
    [InlineData("m35 v=,w=1", "missing field value")]
    [InlineData("m36 =1", "missing field key")]
    [InlineData("m36 v=1,=2", "missing field key")]
    [InlineData("m37,=a v=1", "missing tag key")]
    [InlineData("m37, t=a v=1", "missing tag key")]
    [InlineData("m38,a v=1", "missing tag value")]
    [InlineData("m38,a=b", "missing fields")]
    [InlineData(",t=a v=1 1", "missing measurement")]
    [InlineData("m40 v=9223372036854775808i 1", "unable to parse integer 9223372036854775808: value out of range")]
    [InlineData("m40 v=18446744073709551616u 1", "unable to parse unsigned integer 18446744073709551616: value out of range")]
    [InlineData("m41 v=1i 9223372036854775807", OutOfRange)]
    [InlineData("m41 v=1i -9223372036854775807", OutOfRange)]
    [InlineData("m41 v=1i 99999999999999999999999", OutOfRange)]
    [InlineData("m59 v=\"unterminated 1", "unbalanced quotes")]
    [InlineData("m59 v=\"a\"b 1", "invalid field format")]
    [InlineData("m59 v=\"a\\", "unbalanced quotes")]
    [InlineData("m7 v=tRue 1", "invalid boolean")]
    [InlineData("p1 v=bad 2", "invalid boolean")]
    [InlineData("m\t v=1 1", "control character in a name")]
    [InlineData("m\tv=1 1", "control character in a name")]
    [InlineData("m \tv=1 1", "control character in a name")]
    [InlineData("m\u007F v=1 1", "control character in a name")]
    [InlineData("m,t=\0 v=1 1", "control character in a name")]
    public void A_bad_line_is_refused_with_its_reason_and_its_neighbours_are_kept(string line, string reason)
    {
        var harness = new LineHarness();
        for (int round = 0; round < 2; round++)
        {
            List<Stored> stored = harness.Parse($"before v=1 1000000\n{line}\nbehind v=2 1000000\n");
            Assert.Equal([new("before", "v", 1, 1), new("behind", "v", 1, 2)], stored);
            Assert.Equal([$"unable to parse '{line}': {reason}"], harness.Faults.Unparsable);
            Assert.Equal(2, harness.Catalogue.SeriesCount); // nothing of a bad line leaves a trace
        }
    }

    [Theory]
    [InlineData("# comment")]
    [InlineData(" #c")]
    [InlineData("#v=\"")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\r")]
    public void Comments_and_blank_lines_are_nothing(string line)
    {
        var harness = new LineHarness();
        Assert.Equal(2, harness.Parse($"{line}\nm v=1 1\n{line}\nm v=2 2\n{line}").Count);
        Assert.Empty(harness.Parse(line));
        Assert.False(harness.Faults.Any);
    }

    [Theory]
    [InlineData("m4 v=\"q\\\"x\\\\y\" 1")]
    [InlineData("m10 v=\"a\\nb\" 1")]
    [InlineData("m11 v=\"line1\nline2\" 1")]
    [InlineData("m11 v=\"line1\r\nm v=5 5\nline2\" 1")]
    [InlineData("m58 v=\"中文\" 1")]
    [InlineData("m58 v=\"\" 1")]
    [InlineData("m58 v=\"\t, =#\"")]
    public void A_text_is_understood_counted_and_not_stored(string line)
    {
        var harness = new LineHarness();
        for (int round = 0; round < 2; round++)
        {
            List<Stored> stored = harness.Parse($"{line}\n{line}\nn v=1 1000000");
            Assert.Equal([new("n", "v", 1, 1)], stored);
            Assert.False(harness.Faults.Any);
            Assert.Equal(2, harness.TextFields);
        }
    }

    [Theory]
    [InlineData("n", 1_000L)]
    [InlineData("ns", 1_000L)]
    [InlineData("u", 1_000_000L)]
    [InlineData("us", 1_000_000L)]
    [InlineData("ms", 1_000_000_000L)]
    [InlineData("s", 1_000_000_000_000L)]
    [InlineData("m", 60_000_000_000_000L)]
    [InlineData("h", 3_600_000_000_000_000L)]
    public void Time_counts_in_the_precision_of_the_request(string precision, long nanoseconds)
    {
        var harness = new LineHarness { Request = new() { ReceivedMs = 0, Precision = TimestampPrecision.OfVersion1(precision)! } };
        foreach (Stored sample in harness.Parse("pp v=1 1000\npp v=1 1000"))
            Assert.Equal(nanoseconds / 1_000_000, sample.TimeMs);
        foreach (Stored sample in harness.Parse("pp v=1 -1000\npp v=1 -1000"))
            Assert.Equal(-((nanoseconds + 999_999) / 1_000_000), sample.TimeMs);
    }

    [Theory]
    [InlineData("ms", 9_223_372_036_854)]
    [InlineData("s", 9_223_372_036)]
    [InlineData("h", 2_562_047)]
    public void A_time_that_nanoseconds_cannot_hold_is_refused_in_every_precision(string precision, long largest)
    {
        var harness = new LineHarness { Request = new() { ReceivedMs = 0, Precision = TimestampPrecision.OfVersion1(precision)! } };
        Assert.Equal(4, harness.Parse($"m v=1 {largest}\nm v=1 -{largest}\nm v=1 {largest}\nm v=1 -{largest}").Count);
        Assert.Empty(harness.Parse($"m v=1 {largest + 1}\nm v=1 -{largest + 1}"));
        Assert.Equal(2, harness.Faults.BadLines);
    }

    [Fact]
    public void A_line_without_time_gets_the_receipt_of_the_request()
    {
        var harness = new LineHarness();
        Assert.Equal([LineHarness.Now, LineHarness.Now], harness.Parse("m v=1\nm v=2").Select(s => s.TimeMs));
        Assert.Equal(1_700_000_000_000, TimestampPrecision.Seconds.Truncate(LineHarness.Now));
        Assert.Equal(LineHarness.Now, TimestampPrecision.Nanoseconds.Truncate(LineHarness.Now));
    }

    [Theory]
    [InlineData("m49 time=1 1", "invalid field name: input field \"time\" on measurement \"m49\" is invalid")]
    [InlineData("m50,time=a v=1 1", "invalid tag key: input tag \"time\" on measurement \"m50\" is invalid")]
    [InlineData("m50,_field=a v=1 1", "invalid tag key: input tag \"_field\" on measurement \"m50\" is invalid")]
    public void Reserved_names_are_dropped(string line, string reason)
    {
        var harness = new LineHarness();
        for (int round = 0; round < 2; round++)
        {
            Assert.Empty(harness.Parse(line));
            Assert.Equal((1, reason, 0), (harness.Faults.Dropped, harness.Faults.DropReason, harness.Faults.BadLines));
        }
    }

    [Fact]
    public void A_text_for_a_field_of_numbers_is_a_conflict_and_the_rest_of_the_line_is_stored()
    {
        var harness = new LineHarness();
        harness.Parse("c1 v=1,w=1 1");
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal([new("c1", "w", 2, 5)], harness.Parse("c1 v=\"error\",w=5 2000000"));
            Assert.Equal("field type conflict: input field \"v\" on measurement \"c1\" is type string, already exists as type float", harness.Faults.DropReason);
        }
        Assert.Equal(2, harness.Parse("c2 s=\"x\",v=1 1\nc2 s=7,v=1 1")[^1..].Count + 1);
        Assert.False(harness.Faults.Any);
        Assert.Equal(2, harness.Parse("c2 s=7,v=1 1").Count);
    }

    [Fact]
    public void Invalid_utf8_in_a_name_is_refused_and_in_a_text_is_not_looked_at()
    {
        var harness = new LineHarness();
        byte[] body = [.. "m"u8, 0xFF, .. " v=1 1\nm v"u8, 0xC3, .. "=1 1\nm s=\""u8, 0xFF, .. "\",v=1 1\n"u8];
        Assert.Single(harness.Parse(body));
        Assert.Equal(2, harness.Faults.BadLines);
        Assert.All(harness.Faults.Unparsable, reason => Assert.EndsWith("name is not valid UTF-8", reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_is_as_long_as_line_protocol_allows()
    {
        var harness = new LineHarness();
        string longest = new('k', LineGrammar.MaxKeyLength - 1);
        Assert.Single(harness.Parse($"{longest} v=1 1"));
        Assert.Empty(harness.Parse($"{longest} vv=1 1\n{longest}kk v=1 1"));
        Assert.Equal(2, harness.Faults.BadLines);
        Assert.All(harness.Faults.Unparsable, reason => Assert.EndsWith("max key length exceeded", reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Fields_may_be_missing_mixed_or_new_in_any_line()
    {
        var harness = new LineHarness();
        string[] names = [.. Enumerable.Range(0, 70).Select(i => "f" + i.ToString(CultureInfo.InvariantCulture))];
        var random = new Random(7);
        for (int round = 0; round < 200; round++)
        {
            string[] chosen = [.. names.Take(1 + (round / 2)).Where(_ => random.Next(3) > 0)];
            if (round % 5 == 0) random.Shuffle(chosen);
            if (chosen.Length == 0) continue;
            string line = "m " + string.Join(',', chosen.Select((name, i) => $"{name}={i}.5")) + " 1000000";
            Assert.Equal(chosen.Select((name, i) => new Stored("m", name, 1, i + 0.5)), harness.Parse(line));
        }
    }

    private static int EqualsSignsInKey(string line)
    {
        string plain = line.Replace(@"\ ", "", StringComparison.Ordinal).TrimStart();
        return plain[..plain.IndexOf(' ', StringComparison.Ordinal)].Count(c => c == '=') + (line.Contains(@"f\=", StringComparison.Ordinal) ? 1 : 0);
    }
}
