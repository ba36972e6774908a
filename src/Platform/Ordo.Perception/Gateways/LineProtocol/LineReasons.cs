using System.Globalization;
using Ordo.Foundation;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>What can be wrong with a line. The English words are InfluxDB's where it has some, because its clients match and log them.</summary>
internal static class LineReasons
{
    public static readonly Text MissingMeasurement = new("缺少测量名", "missing measurement");
    public static readonly Text MissingTagKey = new("缺少标签名", "missing tag key");
    public static readonly Text MissingTagValue = new("缺少标签值", "missing tag value");
    public static readonly Text InvalidTagFormat = new("标签格式错误", "invalid tag format");
    public static readonly Text DuplicateTags = new("标签重复", "duplicate tags");
    public static readonly Text MissingFields = new("缺少字段", "missing fields");
    public static readonly Text MissingFieldKey = new("缺少字段名", "missing field key");
    public static readonly Text MissingFieldValue = new("缺少字段值", "missing field value");
    public static readonly Text InvalidFieldFormat = new("字段格式错误", "invalid field format");
    public static readonly Text InvalidNumber = new("数值错误", "invalid number");
    public static readonly Text InvalidBoolean = new("布尔值错误", "invalid boolean");
    public static readonly Text InvalidFloat = new("浮点数超出范围", "invalid float");
    public static readonly Text UnbalancedQuotes = new("引号不成对", "unbalanced quotes");
    public static readonly Text BadTimestamp = new("时间戳错误", "bad timestamp");
    public static readonly Text InvalidPoint = new("时间戳之后有多余内容", "point is invalid");
    public static readonly Text KeyTooLong = new("名称超过 65535 字节", "max key length exceeded");
    public static readonly Text ControlCharacter = new("名称含控制字符", "control character in a name");
    public static readonly Text InvalidUtf8 = new("名称不是有效的 UTF-8", "name is not valid UTF-8");

    public static readonly Text TimeOutsideRange = new(
        "时间超出范围",
        string.Create(CultureInfo.InvariantCulture, $"time outside range {-TimestampPrecision.MaxNanoseconds} - {TimestampPrecision.MaxNanoseconds}"));

    public static Text IntegerOutOfRange(string digits, bool signed) => new(
        $"整数 {digits} 超出范围",
        $"unable to parse {(signed ? "integer" : "unsigned integer")} {digits}: value out of range");

    public static Text LineTooLong(int maxBytes) => new(
        string.Create(CultureInfo.InvariantCulture, $"行超过 {maxBytes} 字节"),
        string.Create(CultureInfo.InvariantCulture, $"line longer than {maxBytes} bytes"));
}
