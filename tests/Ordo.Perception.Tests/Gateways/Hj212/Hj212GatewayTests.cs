using System.Text;
using Ordo.Perception.Gateways.Hj212;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Tests.Gateways.Hj212;

/// <summary>Frames through the real port: the note's samples as case folders, whole, byte by byte and cut everywhere.</summary>
public sealed class Hj212GatewayTests
{
    public static TheoryData<string> Cases => [.. Hj212Case.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_frame_gets_its_stated_reaction(string name)
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        await ExpectAsync(server, name, Hj212Case.Bytes(name));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_frame_may_come_one_byte_at_a_time(string name)
    {
        byte[] bytes = Hj212Case.Bytes(name);
        await using Hj212Server server = await Hj212Server.StartAsync();
        Hj212Case expected = Prepare(server, name);
        string answers = await server.ExchangeAsync(Enumerable.Range(0, bytes.Length).Select(i => (ReadOnlyMemory<byte>)bytes.AsMemory(i, 1)));

        Assert.Equal(Frames(expected.Answers), answers);
        Assert.Equal(expected.SampleLines, server.SampleLines());
    }

    [Fact]
    public async Task All_valid_frames_may_come_in_one_piece()
    {
        string[] valid = [.. Hj212Case.Names.Where(n => n[0] == 'v')];
        await using Hj212Server server = await Hj212Server.StartAsync();
        await server.ExchangeAsync(valid.SelectMany(Hj212Case.Bytes).ToArray());

        Assert.Equal(valid.SelectMany(n => Hj212Case.Read(n).Verdicts), server.Log().Select(e => Word(e.Verdict)));
        // V18 says again what V17 said.
        Assert.Equal(valid.SelectMany(n => Hj212Case.Read(n).SampleLines).Distinct().Order(StringComparer.Ordinal), server.SampleLines());
    }

    [Fact]
    public async Task An_acknowledgement_waits_until_the_samples_are_durable()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        var disk = new TaskCompletionSource();
        server.Store.Disk = disk.Task;
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Hj212Case.Bytes("v08-cn-2011-upload-real-time-water"));
        Task<string> answer = Hj212Server.ReadFrameAsync(socket);

        Assert.NotSame(answer, await Task.WhenAny(answer, Task.Delay(200)));
        disk.SetResult();
        Assert.Contains("CN=9014", await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_store_refuses_is_not_acknowledged_and_taken_when_it_comes_again()
    {
        byte[] frame = Hj212Case.Bytes("v08-cn-2011-upload-real-time-water"), heartbeat = Hj212Case.Bytes("v27-heart-beat-cn-9015-as-used-in-the-field");
        await using Hj212Server server = await Hj212Server.StartAsync();
        server.Store.Refusal = Foundation.Telemetry.IngestRefusal.StoreUnavailable;

        string answers = await server.ExchangeAsync((byte[])[.. frame, .. heartbeat]);
        Assert.Equal(Frames(Hj212Case.Read("v27-heart-beat-cn-9015-as-used-in-the-field").Answers), answers);
        Assert.Equal([Verdict.Refused, Verdict.Kept], server.Log().Select(e => e.Verdict));

        server.Store.Refusal = null;
        Assert.Contains("CN=9014", await server.ExchangeAsync(frame), StringComparison.Ordinal);
        Assert.Equal(Verdict.Stored, server.Log()[^1].Verdict);
        Assert.Equal((1, 1, 2), (server.Source("010000A8900016F000169DC0").RefusedCount, server.Store.Writes, server.Store.Read().Length));
    }

    [Fact]
    public async Task A_check_sum_of_another_kind_is_taken_from_the_device_that_is_set_to_it_and_from_no_other()
    {
        byte[] modbus = Hj212Case.Bytes("x02-crc-computed-with-standard-modbus-public-sample-2005-style");
        byte[] swapped = Hj212Case.Bytes("x03-crc-computed-with-standard-modbus-low-byte-first");
        await using Hj212Server server = await Hj212Server.StartAsync();
        server.Configure("ABCDEFG1234567", ("crc", "modbus"));
        server.Configure("010000A8900016F000169DC0", ("crc", "modbusSwapped"));

        await server.ExchangeAsync(modbus);
        Assert.Equal(Verdict.Kept, server.Log()[^1].Verdict);
        string answer = await server.ExchangeAsync(swapped);
        Assert.Equal(Verdict.Stored, server.Log()[^1].Verdict);
        Assert.StartsWith(Encoding.ASCII.GetString(Hj212FrameWriter.Frame(
            "QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&", Hj212CrcKind.ModbusSwapped)), answer, StringComparison.Ordinal);
        await server.ExchangeAsync(Hj212Case.Bytes("v24-cn-2011-upload-noise-st-23"));
        Assert.Equal(Verdict.Unreadable, server.Log()[^1].Verdict);
    }

    [Fact]
    public async Task A_time_in_the_future_or_from_a_dead_clock_is_stored_and_marked()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        await server.ExchangeAsync(Hj212FrameWriter.Frame("QN=20260301080000000;ST=22;CN=2011;PW=1;MN=A;Flag=5;CP=&&DataTime=20270101000000;a34004-Rtd=5,a34004-Flag=N&&"));
        await server.ExchangeAsync(Hj212FrameWriter.Frame("QN=20260301080000000;ST=22;CN=2011;PW=1;MN=A;Flag=5;CP=&&DataTime=20000202000000;a34004-Rtd=5,a34004-Flag=D&&"));

        Assert.Equal(["A a34004-Rtd 2000-02-01T16:00:00Z 5 bad:D", "A a34004-Rtd 2026-12-31T16:00:00Z 5 uncertain:N"], server.SampleLines());
        Assert.All(server.Log(), e => Assert.NotEmpty(e.Reason.En));
    }

    [Fact]
    public async Task One_connection_may_carry_many_devices()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        var frames = new List<byte>();
        for (int i = 0; i < 1000; i++)
            frames.AddRange(Hj212FrameWriter.Frame($"QN=2026030108000{i:D4};ST=22;CN=2011;PW=1;MN=M{i % 10};Flag=5;CP=&&DataTime=20260301{8 + (i / 600):D2}{i / 10 % 60:D2}00;a34004-Rtd={i},a34004-Flag=N&&"));
        string answers = await server.ExchangeAsync(frames.ToArray());

        Assert.Equal(1000, answers.Split("CN=9014").Length - 1);
        Assert.Equal(10, server.Registry.All.Count());
        Assert.Equal(1000, server.Store.Read().Length);
        Assert.InRange(server.Store.Writes, 1, 100); // a storm costs few waits for the disk
        Assert.All(server.Registry.All, s => Assert.Equal((100, 100, SourceState.Online), (s.FrameCount, s.SampleCount, s.State)));
    }

    [Fact]
    public async Task Missing_packets_are_reported_once_nobody_can_expect_them_any_more()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        await server.ExchangeAsync(Hj212Case.Bytes("v15-packet-1-of-2-acknowledged-flag-7"));
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains("2 packets; 2 did not come", server.Log()[^1].Reason.En, StringComparison.Ordinal);

        await server.ExchangeAsync(Hj212Case.Bytes("v15-packet-1-of-2-acknowledged-flag-7"), Hj212Case.Bytes("v17-packet-2-of-2-acknowledged-flag-7"));
        int before = server.Log().Length;
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(before, server.Log().Length);
    }

    private static async Task ExpectAsync(Hj212Server server, string name, params IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Hj212Case expected = Prepare(server, name);
        string answers = await server.ExchangeAsync(pieces);
        Assert.Equal(Frames(expected.Answers), answers);
        Assert.Equal(expected.SampleLines, server.SampleLines());
        Assert.Equal(expected.Verdicts, server.Log().Select(e => Word(e.Verdict)));
    }

    private static Hj212Case Prepare(Hj212Server server, string name)
    {
        Hj212Case expected = Hj212Case.Read(name);
        foreach ((string device, string password) in expected.Passwords ?? []) server.Configure(device, ("password", password));
        return expected;
    }

    private static string Frames(IEnumerable<string> segments) => string.Concat(segments.Select(s => Encoding.UTF8.GetString(Hj212FrameWriter.Frame(s))));

    private static string Word(Verdict verdict) => char.ToLowerInvariant($"{verdict}"[0]) + $"{verdict}"[1..];
}
