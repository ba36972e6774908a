using System.Net.Sockets;
using System.Text;
using Ordo.Perception.Gateways;
using Ordo.Perception.Gateways.Hj212;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Tests.Gateways.Hj212;

/// <summary>What the platform asks of a device, over the real port.</summary>
public sealed class Hj212RequestTests
{
    private const string Device = "010000A8900016F000169DC0";
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task An_interval_is_set_as_the_standard_shows_it()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using Socket device = await ConnectAsync(server, "Flag=4");

        SourceRequest request = Ask(server, "1062", ("RtdInterval", "30"));
        string sent = await Hj212Server.ReadFrameAsync(device);
        Assert.Equal(Frame("QN=20260301080000000;ST=32;CN=1062;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"), sent);

        await AnswerAsync(server, device, "QN=20260301080000000;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&");
        Assert.Equal(RequestState.Accepted, request.Now.State);
        await AnswerAsync(server, device, "QN=20260301080000000;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=1&&");
        Assert.Equal(RequestState.Done, request.Now.State);
        Assert.NotNull(request.Now.Finished);
    }

    [Fact]
    public async Task A_device_of_2005_is_asked_and_understood_in_its_own_way()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using Socket device = await ConnectAsync(server, "Flag=0");

        SourceRequest request = Ask(server, "2061", ("BeginTime", "2026-02-28T16:00:00Z"), ("EndTime", "20260301070000"));
        Assert.Equal(
            Frame("QN=20260301080000000;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=1;CP=&&BeginTime=20260301000000,EndTime=20260301070000&&"),
            await Hj212Server.ReadFrameAsync(device));
        await AnswerAsync(server, device, "ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=0;CP=&&QN=20260301080000000;QnRtn=1&&");
        await AnswerAsync(server, device, "ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;CP=&&DataTime=20260301000000;011-Avg=5,011-Flag=N&&");
        await AnswerAsync(server, device, "ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=0;CP=&&QN=20260301080000000;ExeRtn=1&&");

        Assert.Equal((RequestState.Done, "1 messages of data."), (request.Now.State, request.Now.Result.En.Trim()));
        Assert.Single(server.SampleLines());
    }

    [Fact]
    public async Task A_value_that_was_asked_for_is_the_result()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using Socket device = await ConnectAsync(server, "Flag=4");
        SourceRequest request = Ask(server, "1011", ("PolId", "w01018"));
        await Hj212Server.ReadFrameAsync(device);
        await AnswerAsync(server, device, "QN=20260301080000000;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&");
        await AnswerAsync(server, device, "QN=20260301080000000;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&PolId=w01018;SystemTime=20260301080001&&");
        await AnswerAsync(server, device, "QN=20260301080000000;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=1&&");
        Assert.Equal((RequestState.Done, "PolId=w01018;SystemTime=20260301080001"), (request.Now.State, request.Now.Result.En));
    }

    [Fact]
    public async Task Without_an_answer_the_same_frame_is_sent_three_times_more_and_then_never_again()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using Socket device = await ConnectAsync(server, "Flag=4");
        SourceRequest request = Ask(server, "1061");
        string first = await Hj212Server.ReadFrameAsync(device);
        for (int resend = 0; resend < 3; resend++)
        {
            server.Clock.Advance(AnswerTimeout);
            Assert.Equal(first, await Hj212Server.ReadFrameAsync(device));
            Assert.Equal(RequestState.Pending, request.Now.State);
        }

        server.Clock.Advance(AnswerTimeout);
        Assert.Equal((RequestState.TimedOut, "No answer to 4 sendings."), (request.Now.State, request.Now.Result.En));
    }

    [Fact]
    public async Task What_the_device_agreed_to_is_never_sent_again()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using Socket device = await ConnectAsync(server, "Flag=4");
        SourceRequest calibrate = Ask(server, "3011", ("PolId", "w01018")), next = Ask(server, "1061");
        string first = await Hj212Server.ReadFrameAsync(device);
        Assert.Contains("CN=3011", first, StringComparison.Ordinal);
        await AnswerAsync(server, device, "QN=20260301080000000;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&");
        server.Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(RequestState.TimedOut, calibrate.Now.State);
        Assert.Contains("CN=1061", await Hj212Server.ReadFrameAsync(device), StringComparison.Ordinal); // only now: one request at a time
        Assert.Equal(RequestState.Pending, next.Now.State);
    }

    [Theory]
    [InlineData("CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=2&&", RequestState.Failed, "refused")]
    [InlineData("CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=5&&", RequestState.Failed, "busy")]
    [InlineData("CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=100&&", RequestState.Done, "no data")]
    public async Task An_answer_is_told_in_words(string answer, RequestState state, string words)
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using Socket device = await ConnectAsync(server, "Flag=4");
        SourceRequest request = Ask(server, "1061");
        await Hj212Server.ReadFrameAsync(device);
        await AnswerAsync(server, device, "QN=20260301075959999;ST=91;" + answer); // to an older request: not ours
        Assert.Equal(RequestState.Pending, request.Now.State);
        await AnswerAsync(server, device, "QN=20260301080000000;ST=91;" + answer);
        Assert.Equal((state, words), (request.Now.State, request.Now.Result.En));
    }

    [Fact]
    public async Task A_notification_is_done_when_it_was_noticed()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using Socket device = await ConnectAsync(server, "Flag=4");
        SourceRequest request = Ask(server, "2012");
        await Hj212Server.ReadFrameAsync(device);
        await AnswerAsync(server, device, "QN=20260301080000000;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&");
        Assert.Equal(RequestState.Done, request.Now.State);
    }

    [Fact]
    public async Task The_clock_of_a_claimed_device_is_set_once_when_it_is_off()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        server.Configure(Device);
        using Socket device = await server.ConnectAsync();
        for (int i = 0; i < 2; i++)
            await device.SendAsync(Hj212FrameWriter.Frame($"QN=20260301075000{i:D3};ST=32;CN=2011;PW=123456;MN={Device};Flag=5;CP=&&DataTime=20260301075000;w01018-Rtd=1&&"));

        Assert.Contains("CN=9014", await Hj212Server.ReadFrameAsync(device), StringComparison.Ordinal);
        string[] rest = [await Hj212Server.ReadFrameAsync(device), await Hj212Server.ReadFrameAsync(device)];
        Assert.Contains(rest, frame => frame.Contains("CN=9014", StringComparison.Ordinal));
        Assert.Contains(rest, frame => frame.Contains("CN=1012;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&SystemTime=20260301080000&&", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_connection_may_set_everything_up_in_the_standards_order()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        server.Configure(Device, ("firstConnection", "full"), ("realTimeSeconds", "60"), ("minuteInterval", "10"), ("realTimeUpload", "on"), ("equipmentUpload", "off"));
        using Socket device = await ConnectAsync(server, "Flag=4");
        foreach (string expected in (string[])["CN=1012", "CN=1000", "CN=1062", "CN=1064", "CN=2011", "CN=2022"])
        {
            string frame = await Hj212Server.ReadFrameAsync(device);
            Assert.Contains(expected, frame, StringComparison.Ordinal);
            await AnswerAsync(server, device, $"QN={frame[9..26]};ST=91;CN={(expected == "CN=2022" ? "9013" : "9012")};PW=123456;MN={Device};Flag=4;CP=&&ExeRtn=1&&");
        }
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused_with_the_reason()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        server.Configure(Device);
        Assert.NotNull(server.Gateway.Ask(server.Source(Device), "1061", new Dictionary<string, string>(), "x").Obstacle);
        using Socket device = await ConnectAsync(server, "Flag=4");

        RequestOutcome Wrong(string command, params (string Name, string Value)[] arguments) =>
            server.Gateway.Ask(server.Source(Device), command, arguments.ToDictionary(a => a.Name, a => a.Value), "x");
        Assert.Equal("command", Assert.Single(Wrong("9999").Faults).Field);
        Assert.Equal("arguments.RtdInterval", Assert.Single(Wrong("1062").Faults).Field);
        Assert.Equal("arguments.RtdInterval", Assert.Single(Wrong("1062", ("RtdInterval", "29")).Faults).Field);
        Assert.Equal("arguments.x", Assert.Single(Wrong("1061", ("x", "1")).Faults).Field);
        Assert.Equal("arguments.Value", Assert.Single(Wrong("3021", ("PolId", "w01018"), ("InfoId", "i13001"), ("Value", "1;CN=9")).Faults).Field);
    }

    [Fact]
    public async Task A_new_password_that_the_device_took_is_the_one_demanded_from_then_on()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        server.Configure(Device, ("password", "123456"));
        using Socket device = await ConnectAsync(server, "Flag=4");
        Ask(server, "1072", ("NewPW", "654321"));
        await Hj212Server.ReadFrameAsync(device);
        await AnswerAsync(server, device, "QN=20260301080000000;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=1&&");

        Assert.Equal("654321", server.Source(Device).Profile.Setting("password"));
        await AnswerAsync(server, device, $"ST=32;CN=9015;PW=123456;MN={Device};Flag=4;CP=&&&&");
        Assert.Equal(Verdict.Refused, server.Log()[^1].Verdict);
        await AnswerAsync(server, device, $"ST=32;CN=9015;PW=654321;MN={Device};Flag=4;CP=&&&&");
        Assert.Equal(Verdict.Kept, server.Log()[^1].Verdict);
    }

    [Fact]
    public async Task A_new_password_is_never_shown()
    {
        await using Hj212Server server = await Hj212Server.StartAsync();
        using Socket device = await ConnectAsync(server, "Flag=4");
        Assert.Equal("******", Ask(server, "1072", ("NewPW", "654321")).Arguments["NewPW"]);
        Assert.Contains("CP=&&NewPW=654321&&", await Hj212Server.ReadFrameAsync(device), StringComparison.Ordinal);
    }

    private static async Task<Socket> ConnectAsync(Hj212Server server, string flag)
    {
        Socket device = await server.ConnectAsync();
        await AnswerAsync(server, device, $"ST=32;CN=9015;PW=123456;MN={Device};{flag};CP=&&&&", noticed: false);
        return device;
    }

    /// <summary>Sends a frame of the device and waits until the gateway has understood it.</summary>
    private static async Task AnswerAsync(Hj212Server server, Socket device, string segment, bool noticed = true)
    {
        int before = noticed ? server.Log().Length : 0;
        await device.SendAsync(Hj212FrameWriter.Frame(segment));
        await server.LoggedAsync(before + 1);
    }

    private static SourceRequest Ask(Hj212Server server, string command, params (string Name, string Value)[] arguments) =>
        server.Gateway.Ask(server.Source(Device), command, arguments.ToDictionary(a => a.Name, a => a.Value), "Bat").Request!;

    private static string Frame(string segment) => Encoding.UTF8.GetString(Hj212FrameWriter.Frame(segment));
}
