using System.Globalization;
using System.Text;
using Ordo.Foundation;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>The settings of one source, with the gateway's defaults where nothing is set.</summary>
internal sealed record Hj212Settings(byte[]? Password, Hj212CrcKind Crc, Hj212Patience Patience, TimeSpan ClockSkewLimit, FirstConnection FirstConnection)
{
    private static readonly Text Switch = new("on 或 off", "on or off");

    public static readonly IReadOnlyList<SourceSetting> All =
    [
        new("password", new("访问密码 PW", "Password (PW)"), v => v.Length is > 0 and <= 64 && v.All(c => c is > ' ' and < (char)0x7F and not ';'),
            new("1 … 64 个可见字符", "1 … 64 visible characters"), IsSecret: true),
        new("crc", new("校验算法", "Check sum"), v => v is "hj212" or "modbus" or "modbusSwapped", new("hj212、modbus 或 modbusSwapped", "hj212, modbus or modbusSwapped")),
        Whole("answerTimeoutSeconds", new("应答超时（秒）", "Answer time-out, s"), 1, 99),
        Whole("resends", new("重发次数", "Resends"), 0, 99),
        Whole("executionTimeoutSeconds", new("执行超时（秒）", "Execution time-out, s"), 1, 3600),
        Whole("clockSkewSeconds", new("时钟允许偏差（秒）", "Clock skew allowed, s"), 1, 86_400),
        new("firstConnection", new("首次连接动作", "On first connection"), v => v is "nothing" or "clock" or "full", new("nothing、clock 或 full", "nothing, clock or full")),
        Whole("realTimeSeconds", new("实时数据间隔（秒）", "Real-time interval, s"), 30, 3600),
        Whole("minuteInterval", new("分钟数据间隔", "Minute interval"), 1, 30),
        new("realTimeUpload", new("实时数据上传", "Real-time upload"), v => v is "on" or "off", Switch),
        new("equipmentUpload", new("设备状态上传", "Equipment state upload"), v => v is "on" or "off", Switch),
    ];

    public int? RealTimeSeconds { get; private init; }

    public int? MinuteInterval { get; private init; }

    public bool? RealTimeUpload { get; private init; }

    public bool? EquipmentUpload { get; private init; }

    public static Hj212Settings Read(SourceProfile profile, Hj212Options options)
    {
        int? Number(string name) => int.TryParse(profile.Setting(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
        TimeSpan Seconds(string name, TimeSpan otherwise) => Number(name) is { } value ? TimeSpan.FromSeconds(value) : otherwise;
        bool? On(string name) => profile.Setting(name) is { } value ? value == "on" : null;

        return new Hj212Settings(
            profile.Setting("password") is { Length: > 0 } password ? Encoding.ASCII.GetBytes(password) : null,
            Enum.TryParse(profile.Setting("crc"), ignoreCase: true, out Hj212CrcKind crc) ? crc : Hj212CrcKind.Hj212,
            new Hj212Patience(Seconds("answerTimeoutSeconds", options.AnswerTimeout), Number("resends") ?? options.Resends, Seconds("executionTimeoutSeconds", options.ExecutionTimeout)),
            Seconds("clockSkewSeconds", options.ClockSkewLimit),
            Enum.TryParse(profile.Setting("firstConnection"), ignoreCase: true, out FirstConnection first) ? first : options.FirstConnection)
        {
            RealTimeSeconds = Number("realTimeSeconds"),
            MinuteInterval = Number("minuteInterval"),
            RealTimeUpload = On("realTimeUpload"),
            EquipmentUpload = On("equipmentUpload"),
        };
    }

    private static SourceSetting Whole(string name, Text label, int from, int to) => new(
        name, label, v => int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= from && number <= to,
        new($"{from} … {to} 的整数", $"a whole number {from} … {to}"));
}
