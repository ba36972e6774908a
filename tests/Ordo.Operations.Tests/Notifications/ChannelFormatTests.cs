using System.Text.Json;
using Ordo.Foundation.Modules;
using Ordo.Operations.Notifications;
using Ordo.Operations.Notifications.Channels;
using Ordo.Operations.Notifications.Rules;

namespace Ordo.Operations.Tests.Notifications;

/// <summary>What goes over the wire, without a wire.</summary>
public sealed class ChannelFormatTests
{
    private const string Nasty = "\"}],\\ \n\r\t\u0000 &x=1#{{secret}} 告警 🔥";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1577808000000);

    [Fact]
    public void Signatures_are_what_the_robots_compute() // by openssl and by Python's hmac
    {
        Assert.Equal("XE4R7IL0vopgq8cbuTGw6A2PvUgYymHWfIDiKqcpEXA=", Robots.DingTalkSign(1577808000000, "SECabc123"));
        Assert.Equal("l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=", Robots.FeishuSign(1599360473, "demo"));
    }

    [Fact]
    public void Each_robot_gets_its_address_and_body()
    {
        HttpCall weCom = HttpCall.Of(Open(ChannelKind.WeCom, secret: "k&y"), Message("text"), Now);
        Assert.Equal("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k%26y", weCom.Address.AbsoluteUri);
        Assert.Equal("""{"msgtype":"text","text":{"content":"text","mentioned_mobile_list":["13800000000"]}}""", weCom.Body);
        HttpCall dingTalk = HttpCall.Of(Open(ChannelKind.DingTalk, secret: "tok", signing: "SECabc123"), Message("text"), Now);
        Assert.Equal(
            "https://oapi.dingtalk.com/robot/send?access_token=tok&timestamp=1577808000000&sign=XE4R7IL0vopgq8cbuTGw6A2PvUgYymHWfIDiKqcpEXA%3D", dingTalk.Address.AbsoluteUri);
        Assert.Equal("""{"msgtype":"text","text":{"content":"text"},"at":{"atMobiles":["13800000000"],"isAtAll":false}}""", dingTalk.Body);
        HttpCall feishu = HttpCall.Of(Open(ChannelKind.Feishu, secret: "tok", signing: "demo"), Message("text"), DateTimeOffset.FromUnixTimeSeconds(1599360473));
        Assert.Equal("https://open.feishu.cn/open-apis/bot/v2/hook/tok", feishu.Address.AbsoluteUri);
        JsonElement body = JsonElement.Parse(feishu.Body!);
        Assert.Equal(("1599360473", "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=", "text"),
            (body.GetProperty("timestamp").GetString(), body.GetProperty("sign").GetString(), body.GetProperty("content").GetProperty("text").GetString()));
    }

    [Fact]
    public void A_long_message_is_cut_to_what_WeCom_takes_and_never_inside_a_character()
    {
        JsonElement body = JsonElement.Parse(Robots.WeComBody(Message(string.Concat(Enumerable.Repeat("告警🔥", 2000)))));
        string content = body.GetProperty("text").GetProperty("content").GetString()!;
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(content), 1900, 2048);
        Assert.EndsWith("…", content, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', content);
    }

    [Theory]
    [InlineData(200, """{"errcode":0}""", SendOutcome.Sent)]
    [InlineData(200, """{"code":0,"msg":"success"}""", SendOutcome.Sent)]
    [InlineData(200, """{"StatusCode":0,"StatusMessage":"success"}""", SendOutcome.Sent)]
    [InlineData(200, """{"errcode":45009}""", SendOutcome.NotNow)]
    [InlineData(200, """{"errcode":130101}""", SendOutcome.NotNow)]
    [InlineData(200, """{"errcode":93000}""", SendOutcome.Refused)]
    [InlineData(200, "<html>", SendOutcome.Refused)]
    [InlineData(200, "[]", SendOutcome.Refused)]
    [InlineData(302, "", SendOutcome.Refused)]
    [InlineData(400, "", SendOutcome.Refused)]
    [InlineData(429, "", SendOutcome.NotNow)]
    [InlineData(503, "", SendOutcome.NotNow)]
    [InlineData(504, "", SendOutcome.InDoubt)]
    public void An_answer_is_judged_by_what_it_means_not_by_its_200(int status, string body, SendOutcome expected) =>
        Assert.Equal(expected, Robots.Judge(Open(ChannelKind.DingTalk), status, body).Outcome);

    [Fact]
    public void Whatever_is_filled_in_stays_in_its_place()
    {
        var settings = new ChannelSettings(
            Address: "https://sms.test/send?to={{phone}}&k={{secret}}", Body: """{"a":{"b":{"text":"{{text}}","n":[{"x":"{{title}}"}]}}}""",
            Headers: new Dictionary<string, string> { ["X-Title"] = "{{title}}" });
        HttpCall call = HttpCall.Of(new(ChannelKind.Sms, "sms", settings, "k&\n", null), Message(Nasty) with { Title = Nasty, Address = "+86 1#" }, Now);
        JsonElement body = JsonElement.Parse(call.Body!);
        Assert.Equal(Nasty, body.GetProperty("a").GetProperty("b").GetProperty("text").GetString());
        Assert.Equal(Nasty, body.GetProperty("a").GetProperty("b").GetProperty("n")[0].GetProperty("x").GetString());
        Assert.Equal("?to=%2B86%201%23&k=k%26%0A", call.Address.Query);
        Assert.Equal("sms.test", call.Address.Host);
        Assert.DoesNotContain('\n', call.Headers["X-Title"]);
        Assert.DoesNotContain('\r', call.Headers["X-Title"]);

        HttpCall form = HttpCall.Of(new(ChannelKind.Sms, "sms", settings with { Format = TemplateFormat.Form, Body = "to={{phone}}&text={{text}}" }, null, null), Message(Nasty), Now);
        Assert.Equal(2, form.Body!.Split('&').Length);
    }

    [Theory]
    [InlineData("""{"text":"{{text}}"}""", null)]
    [InlineData("""{"text":{{text}}}""", "valid JSON")]
    [InlineData("""{"text":"{{txet}}"}""", "at character 10")]
    [InlineData("""{"text":"{{phone_no}}"}""", "at character 10")]
    [InlineData("""{"a":{"b":{"c":"{{ title }}"}}}""", null)]
    [InlineData("", "valid JSON")]
    public void A_wrong_template_is_refused_with_the_place(string template, string? fault)
    {
        string? found = TemplateText.FaultOf(template, TemplateEscape.Json)?.En;
        if (fault is null) Assert.Null(found);
        else Assert.Contains(fault, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8.8.8.8", true, true)]
    [InlineData("8.8.8.8", false, false)] // in the clear
    [InlineData("10.1.2.3", false, true)] // listed
    [InlineData("10.2.2.3", true, false)]
    [InlineData("127.0.0.1", true, false)]
    [InlineData("169.254.169.254", true, false)]
    [InlineData("192.168.1.1", true, false)]
    [InlineData("172.31.0.1", true, false)]
    [InlineData("100.64.0.1", true, false)]
    [InlineData("0.0.0.0", true, false)]
    [InlineData("224.0.0.1", true, false)]
    [InlineData("::1", true, false)]
    [InlineData("::ffff:127.0.0.1", true, false)]
    [InlineData("64:ff9b::7f00:1", true, false)]
    [InlineData("2002:7f00:1::", true, false)]
    [InlineData("fe80::1", true, false)]
    [InlineData("fd00::1", true, false)]
    [InlineData("2400:3200::1", true, true)]
    [InlineData("mail.park.local", false, true)] // listed by name
    [InlineData("sub.corp.local", false, true)]
    [InlineData("corp.local", false, false)]
    [InlineData("example.com", true, true)]
    [InlineData("example.com", false, false)]
    public void Only_listed_and_public_targets_are_open(string host, bool enciphered, bool isOpen)
    {
        var policy = new TargetPolicy(new NotificationOptions { AllowedTargets = ["10.1.0.0/16", "mail.park.local", "*.corp.local", "192.168.1.1:25"] });
        Assert.Equal(isOpen, policy.FaultOf(host, 443, enciphered) is null);
    }

    [Fact]
    public void A_listed_port_opens_no_other_and_a_wrong_entry_is_refused_at_the_start()
    {
        var policy = new TargetPolicy(new NotificationOptions { AllowedTargets = ["192.168.1.1:25", "[fd00::5]:587"] });
        Assert.Null(policy.FaultOf("192.168.1.1", 25, false));
        Assert.NotNull(policy.FaultOf("192.168.1.1", 8080, true));
        Assert.Null(policy.FaultOf("[fd00::5]", 587, true));
        Assert.Throws<SettingsRefusedException>(() => new TargetPolicy(new NotificationOptions { AllowedTargets = ["not a host"] }));
    }

    [Theory]
    [InlineData("2026-03-02 22:00", "2026-03-03 07:00")] // Monday
    [InlineData("2026-03-03 06:59", "2026-03-03 07:00")] // began on Monday
    [InlineData("2026-03-03 07:00", null)]
    [InlineData("2026-03-03 22:30", null)] // Tuesday is not named
    [InlineData("2026-03-04 03:00", null)]
    public void Quiet_hours_go_over_midnight_and_belong_to_the_day_they_begin_on(string local, string? end)
    {
        var quiet = new QuietHours("22:00", "07:00", [1, 3]);
        Assert.Equal(end is null ? null : At(end), quiet.EndAt(At(local)));
    }

    private static DateTime At(string text) => DateTime.ParseExact(text, "yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    private static OpenChannel Open(ChannelKind kind, string? secret = null, string? signing = null) => new(kind, "c", new(), secret, signing);

    private static Outgoing Message(string text) => new("019a", "title", text, "li", "13800000000", ["13800000000"], 2, 1, 17, Now, null);
}
