using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ordo.Operations.Notifications.Channels;

/// <summary>One HTTP request, ready to be sent.</summary>
/// <param name="Address">With the robot's token: never to be shown.</param>
public sealed record HttpCall(string Method, Uri Address, string? Body, string ContentType, IReadOnlyDictionary<string, string> Headers)
{
    private const string Json = "application/json; charset=utf-8";
    private static readonly Dictionary<string, string> None = [];

    /// <param name="channel">Its settings are valid.</param>
    /// <param name="message">What to say.</param>
    /// <param name="now">For signatures, which hold for an hour.</param>
    public static HttpCall Of(OpenChannel channel, Outgoing message, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(message);
        string address = channel.Settings.Address ?? Robots.DefaultAddressOf(channel.Kind)!;
        return channel.Kind switch
        {
            ChannelKind.WeCom => new("POST", new($"{address}?key={Uri.EscapeDataString(channel.Secret ?? "")}"), Robots.WeComBody(message), Json, None),
            ChannelKind.DingTalk => new("POST", new($"{address}?access_token={Uri.EscapeDataString(channel.Secret ?? "")}{DingTalkSignature(channel, now)}"), Robots.DingTalkBody(message), Json, None),
            ChannelKind.Feishu => new("POST", new($"{address.TrimEnd('/')}/{Uri.EscapeDataString(channel.Secret ?? "")}"), Robots.FeishuBody(message, channel.SigningSecret, now), Json, None),
            _ => OfTemplate(channel, message),
        };
    }

    private static string DingTalkSignature(OpenChannel channel, DateTimeOffset now)
    {
        if (channel.SigningSecret is not { Length: > 0 } secret) return "";
        long timestamp = now.ToUnixTimeMilliseconds();
        return string.Create(CultureInfo.InvariantCulture, $"&timestamp={timestamp}&sign={Uri.EscapeDataString(Robots.DingTalkSign(timestamp, secret))}");
    }

    private static HttpCall OfTemplate(OpenChannel channel, Outgoing message)
    {
        ChannelSettings settings = channel.Settings;
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["title"] = message.Title,
            ["text"] = message.Text,
            ["phone"] = message.Address,
            ["email"] = message.Address,
            ["recipient"] = message.Recipient,
            ["priority"] = message.Priority.ToString(CultureInfo.InvariantCulture),
            ["count"] = message.Count.ToString(CultureInfo.InvariantCulture),
            ["alarmId"] = message.AlarmId.ToString(CultureInfo.InvariantCulture),
            ["time"] = message.Time.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
            ["link"] = message.Link ?? "",
            ["key"] = message.Key,
            ["secret"] = channel.Secret ?? "",
        };
        string address = TemplateText.Fill(settings.Address!, TemplateEscape.Url, values);
        string? body = settings.Method == "GET" ? null : TemplateText.Fill(settings.Body ?? "", EscapeOf(settings.Format), values);
        var headers = (settings.Headers ?? None).ToDictionary(h => h.Key, h => TemplateText.Fill(h.Value, TemplateEscape.Header, values));
        return new(settings.Method, new(address), body, ContentTypeOf(settings.Format), headers);
    }

    internal static TemplateEscape EscapeOf(TemplateFormat format) => format switch
    {
        TemplateFormat.Json => TemplateEscape.Json,
        TemplateFormat.Form => TemplateEscape.Url,
        _ => TemplateEscape.None,
    };

    private static string ContentTypeOf(TemplateFormat format) => format switch
    {
        TemplateFormat.Json => Json,
        TemplateFormat.Form => "application/x-www-form-urlencoded",
        _ => "text/plain; charset=utf-8",
    };
}

/// <summary>What the three robots want to hear and how they answer.</summary>
public static class Robots
{
    /// <summary>WeCom takes 2048 bytes of text; a longer message is refused as a whole.</summary>
    private const int WeComBytes = 2000;

    /// <summary>DingTalk and Feishu take about 20,000 bytes.</summary>
    private const int OtherBytes = 15_000;

    /// <summary>Where the public services listen; a private deployment has its own.</summary>
    public static string? DefaultAddressOf(ChannelKind kind) => kind switch
    {
        ChannelKind.WeCom => "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        ChannelKind.DingTalk => "https://oapi.dingtalk.com/robot/send",
        ChannelKind.Feishu => "https://open.feishu.cn/open-apis/bot/v2/hook",
        _ => null,
    };

    /// <summary>Base64 of HMAC-SHA256 over <c>timestamp LF secret</c>, with the secret as key; timestamp in milliseconds.</summary>
    public static string DingTalkSign(long timestamp, string secret) =>
        Sign(Encoding.UTF8.GetBytes(secret), string.Create(CultureInfo.InvariantCulture, $"{timestamp}\n{secret}"));

    /// <summary>Base64 of HMAC-SHA256 over nothing, with <c>timestamp LF secret</c> as key; timestamp in seconds.</summary>
    public static string FeishuSign(long timestamp, string secret) =>
        Sign(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{timestamp}\n{secret}")), "");

    public static string WeComBody(Outgoing message) => Write(new JsonObject
    {
        ["msgtype"] = "text",
        ["text"] = new JsonObject { ["content"] = Cut(TextOf(message), WeComBytes), ["mentioned_mobile_list"] = Array(message.Mentions) },
    });

    public static string DingTalkBody(Outgoing message) => Write(new JsonObject
    {
        ["msgtype"] = "text",
        ["text"] = new JsonObject { ["content"] = Cut(TextOf(message), OtherBytes) },
        ["at"] = new JsonObject { ["atMobiles"] = Array(message.Mentions), ["isAtAll"] = false },
    });

    public static string FeishuBody(Outgoing message, string? secret, DateTimeOffset now)
    {
        var body = new JsonObject { ["msg_type"] = "text", ["content"] = new JsonObject { ["text"] = Cut(TextOf(message), OtherBytes) } };
        if (string.IsNullOrEmpty(secret)) return Write(body);
        long timestamp = now.ToUnixTimeSeconds();
        body["timestamp"] = timestamp.ToString(CultureInfo.InvariantCulture);
        body["sign"] = FeishuSign(timestamp, secret);
        return Write(body);
    }

    /// <summary>What an answer means. Robots say 200 to everything and the truth in a number.</summary>
    public static SendResult Judge(OpenChannel channel, int status, string body)
    {
        ArgumentNullException.ThrowIfNull(channel);
        string answer = channel.WithoutSecrets($"{status} {Shorten(body)}".Trim());
        return status switch
        {
            // Who waits for somebody behind it cannot know what became of the message.
            504 => new(SendOutcome.InDoubt, answer),
            408 or 425 or 429 or >= 500 => new(SendOutcome.NotNow, answer),
            < 200 or >= 300 => new(SendOutcome.Refused, answer),
            _ when channel.Kind.IsRobot() => new(JudgeRobot(body), answer),
            _ when channel.Settings.SuccessContains is { Length: > 0 } wanted && !body.Contains(wanted, StringComparison.Ordinal) => new(SendOutcome.Refused, answer),
            _ => new(SendOutcome.Sent, answer),
        };
    }

    private static SendOutcome JudgeRobot(string body)
    {
        try
        {
            using JsonDocument answer = JsonDocument.Parse(body);
            foreach (string name in (string[])["errcode", "code", "StatusCode"])
                if (answer.RootElement.TryGetProperty(name, out JsonElement number) && number.TryGetInt64(out long code)) return OutcomeOf(code);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
        }
        return SendOutcome.Refused;
    }

    /// <summary>Too often: WeCom 45009, DingTalk 130101 and 410100, Feishu 9499 and 11232. Out of order: WeCom -1.</summary>
    private static SendOutcome OutcomeOf(long code) => code switch
    {
        0 => SendOutcome.Sent,
        -1 or 45009 or 130101 or 410100 or 9499 or 11232 => SendOutcome.NotNow,
        _ => SendOutcome.Refused,
    };

    private static string TextOf(Outgoing message) => message.Link is null ? message.Text : $"{message.Text}\n{message.Link}";

    /// <summary>At most so many bytes of UTF-8, never half a character.</summary>
    private static string Cut(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes) return text;
        var cut = new StringBuilder();
        int used = 3; // the ellipsis
        foreach (Rune rune in text.EnumerateRunes())
        {
            if ((used += rune.Utf8SequenceLength) > bytes) break;
            cut.Append(rune);
        }
        return cut.Append('…').ToString();
    }

    private static string Shorten(string body)
    {
        string line = string.Join(' ', body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 300 ? line : line[..300] + "…";
    }

    private static JsonArray Array(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static string Write(JsonObject body) => body.ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string Sign(byte[] key, string text) => Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
