using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Ordo.Foundation;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Resolution;

/// <summary>A run of bytes of a message and what it means.</summary>
/// <param name="Offset">From the first byte of the envelope.</param>
/// <param name="Hex">Lower case, without separators; a run of more than 256 bytes is cut.</param>
/// <param name="Field">What it is.</param>
/// <param name="Meaning">What it says here.</param>
public sealed record MessagePart(int Offset, int Length, string Hex, string Field, string Meaning);

/// <summary>
/// Takes a resolution and its answer apart, byte by byte, for people. It reads by itself what <see cref="Message"/> reads for the server, because a person wants to see
/// where something begins also when it is wrong.
/// </summary>
internal sealed class MessageAnatomy
{
    private const int MaxHex = 256;
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly List<MessagePart> parts = [];
    private int at;

    private MessageAnatomy(ReadOnlyMemory<byte> bytes) => this.bytes = bytes;

    public static IReadOnlyList<MessagePart> Of(ReadOnlyMemory<byte> message)
    {
        var anatomy = new MessageAnatomy(message);
        anatomy.Read();
        return anatomy.parts;
    }

    private int Left => bytes.Length - at;

    private void Read()
    {
        if (Left < Envelope.Size + Header.Size)
        {
            Rest(new("不足一个信封和报文头", "less than an envelope and a header"));
            return;
        }

        Span(2, new("协议版本", "protocol version"), b => $"{b[0]}.{b[1]}");
        Span(2, new("标志与建议版本", "flags and suggested version"), b => $"{FlagsOf((EnvelopeFlags)(b[0] & 0xE0))}{b[0] & 3}.{b[1]}");
        Number(new("会话号", "session id"), n => n == 0 ? new Text("无会话", "none").ToString() : $"{n}");
        Number(new("请求号", "request id"));
        Number(new("分包序号", "sequence number of the packet"));
        Number(new("报文长度（信封之后）", "length behind the envelope"));
        uint operation = Peek(), code = Peek(4);
        Number(new("操作码", "op code"), n => $"{n} {(OpCode)n}");
        Number(new("响应码", "response code"), n => n == 0 ? new Text("0 请求", "0 request").ToString() : $"{n} {(ResponseCode)n}");
        var flags = (OpFlags)Peek();
        Number(new("操作标志", "op flags"), n => ((OpFlags)n).ToString());
        Span(2, new("站点信息序号", "site-info serial"), b => b is [0xff, 0xff] ? new Text("未知", "unknown").ToString() : $"{BinaryPrimitives.ReadUInt16BigEndian(b)}");
        Span(1, new("递归次数", "recursion count"), b => $"{b[0]}");
        Span(1, new("保留", "reserved"), b => $"{b[0]}");
        Number(new("到期时间", "expiration"), TimeOf);
        uint body = Peek();
        Number(new("正文长度", "length of the body"));
        int end = (int)Math.Min(at + (long)body, bytes.Length);
        if (code != 0 && flags.HasFlag(OpFlags.RequestDigest) && Left > 0 && RequestDigest.SizeOf(bytes.Span[at]) is > 1 and var digest && at + digest <= end)
            Span(digest, new("请求摘要", "digest of the request"), b => b[0] switch { 1 => "MD5", 2 => "SHA-1", _ => "SHA-256" });
        ReadBody((OpCode)operation, (ResponseCode)code, end);
        if (at < end) Take(end - at, new("正文其余部分", "rest of the body"), "");
        if (Left >= 4) Number(new("凭证长度", "length of the credential"));
        if (Left > 0) Rest(new("凭证", "credential"));
    }

    private void ReadBody(OpCode operation, ResponseCode code, int end)
    {
        if (at >= end) return;
        if (code == ResponseCode.Request && operation == OpCode.Resolution)
        {
            Text(new("标识", "handle"), end);
            for (uint i = 0, n = Count(new("按索引筛选的个数", "number of indexes asked for"), end); i < n && at + 4 <= end; i++) Number(new("索引", "index"));
            for (uint i = 0, n = Count(new("按类型筛选的个数", "number of types asked for"), end); i < n && at + 4 <= end; i++) Text(new("类型", "type"), end);
        }
        else if (code == ResponseCode.Success && operation == OpCode.Resolution)
        {
            Text(new("标识（与请求写法相同）", "handle, spelled as in the request"), end);
            for (uint i = 0, n = Count(new("值的个数", "number of values"), end); i < n && at + HandleValue.SmallestSize <= end; i++) Value(end);
        }
        else if (code is ResponseCode.ServiceReferral or ResponseCode.PrefixReferral) Text(new("转介标识", "handle to go on with"), end);
        else if (code != ResponseCode.Request && code != ResponseCode.Success) Text(new("说明", "message"), end);
    }

    private void Value(int end)
    {
        Number(new("值：索引", "value: index"));
        Number(new("值：时间戳", "value: timestamp"), TimeOf);
        Span(1, new("值：TTL 类型", "value: TTL type"), b => b[0] == 0 ? new Text("相对（秒）", "relative, seconds").ToString() : new Text("绝对", "absolute").ToString());
        Number(new("值：TTL", "value: TTL"));
        Span(1, new("值：权限", "value: permissions"), b => $"{Convert.ToString(b[0] & 15, 2).PadLeft(4, '0')} {(ValuePermissions)b[0]}");
        Text(new("值：类型", "value: type"), end);
        Text(new("值：数据", "value: data"), end);
        for (uint i = 0, n = Count(new("值：引用的个数", "value: number of references"), end); i < n && at + 8 <= end; i++)
        {
            Text(new("引用：标识", "reference: handle"), end);
            if (at + 4 <= end) Number(new("引用：索引", "reference: index"));
        }
    }

    private uint Count(Text field, int end)
    {
        if (at + 4 > end) return 0;
        uint count = Peek();
        Number(field);
        return count;
    }

    /// <summary>A length and that many bytes.</summary>
    private void Text(Text field, int end)
    {
        if (at + 4 > end) return;
        uint length = Peek();
        Number(new(field.Zh + "：长度", field.En + ": length"));
        int take = (int)Math.Min(length, end - at);
        if (take > 0) Span(take, field, b => Readable(b));
    }

    private void Number(Text field, Func<uint, string>? say = null) =>
        Span(4, field, b => BinaryPrimitives.ReadUInt32BigEndian(b) is var n && say is not null ? say(n) : n.ToString(CultureInfo.InvariantCulture));

    private void Span(int length, Text field, Func<byte[], string> say) => Take(length, field, say(bytes.Slice(at, length).ToArray()));

    private void Rest(Text field) => Take(Left, field, "");

    private void Take(int length, Text field, string meaning)
    {
        ReadOnlySpan<byte> run = bytes.Span.Slice(at, length);
        parts.Add(new(at, length, Convert.ToHexStringLower(run[..Math.Min(length, MaxHex)]), field.ToString(), meaning));
        at += length;
    }

    private uint Peek(int ahead = 0) => BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[(at + ahead)..]);

    private static string FlagsOf(EnvelopeFlags flags) => flags == EnvelopeFlags.None ? "" : $"{flags} · ";

    private static string TimeOf(uint seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Readable(byte[] run)
    {
        if (!System.Text.Unicode.Utf8.IsValid(run)) return "";
        string text = Encoding.UTF8.GetString(run);
        return text.Any(c => char.IsControl(c) && c != '\n') ? "" : text.Length <= 200 ? text : text[..200] + "…";
    }
}
