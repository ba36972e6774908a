using System.Globalization;
using System.Text;
using Ordo.Foundation;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>One argument of a command to a device.</summary>
/// <param name="Name">Field name of the standard.</param>
/// <param name="Label">For people.</param>
/// <param name="Required">Whether the command makes no sense without it.</param>
/// <param name="Expected">What a value looks like.</param>
/// <param name="ToWire">The value as it travels, or <c>null</c> when it is not acceptable.</param>
/// <param name="IsSecret">Never shown again.</param>
public sealed record Hj212Argument(string Name, Text Label, bool Required, Text Expected, Func<string, string?> ToWire, bool IsSecret = false);

/// <summary>A command of the platform to a device.</summary>
/// <param name="Number">CN.</param>
/// <param name="Name">For people.</param>
/// <param name="Arguments">In the order of the data area.</param>
/// <param name="IsNotification">The device only takes notice (9013); otherwise it agrees (9011), acts and reports (9012).</param>
public sealed record Hj212Command(int Number, Text Name, IReadOnlyList<Hj212Argument> Arguments, bool IsNotification = false);

/// <summary>The commands of HJ 212-2017 table 9 from the platform to the device.</summary>
public static class Hj212Commands
{
    private static readonly Hj212Argument PolId = Code("PolId", new("因子或设备编码", "Factor or instrument code"), required: true);
    private static readonly Hj212Argument AnyPolId = PolId with { Required = false };
    private static readonly Hj212Argument InfoId = Code("InfoId", new("现场端信息编码", "Site information code"), required: true);
    private static readonly Hj212Argument[] Range =
    [
        Time("BeginTime", new("开始时间", "From"), required: true), Time("EndTime", new("结束时间", "To"), required: true),
    ];

    public static readonly IReadOnlyList<Hj212Command> All =
    [
        new(1000, new("设置超时时间与重发次数", "Set time-out and resends"),
            [Number("OverTime", new("超时时间（秒）", "Time-out, s"), 1, 99), Number("ReCount", new("重发次数", "Resends"), 1, 99)]),
        new(1011, new("读取现场时间", "Read the clock"), [AnyPolId]),
        new(1012, new("设置现场时间", "Set the clock"), [AnyPolId, Time("SystemTime", new("时间，缺省为当前时间", "Time; now when left out"), required: false)]),
        new(1061, new("读取实时数据间隔", "Read the real-time interval"), []),
        new(1062, new("设置实时数据间隔", "Set the real-time interval"), [Number("RtdInterval", new("间隔（秒）", "Interval, s"), 30, 3600)]),
        new(1063, new("读取分钟数据间隔", "Read the minute interval"), []),
        new(1064, new("设置分钟数据间隔", "Set the minute interval"), [MinuteInterval()]),
        new(1072, new("设置访问密码", "Set the password"),
            [new("NewPW", new("新密码", "New password"), true, new("1 … 6 个字母或数字", "1 … 6 letters or digits"), value => Word(value, 6), IsSecret: true)]),
        new(2011, new("开始上传实时数据", "Start real-time data"), []),
        new(2012, new("停止上传实时数据", "Stop real-time data"), [], IsNotification: true),
        new(2021, new("开始上传设备状态", "Start equipment state"), []),
        new(2022, new("停止上传设备状态", "Stop equipment state"), [], IsNotification: true),
        new(2031, new("取日历史数据", "Fetch day history"), Range),
        new(2041, new("取设备运行时间历史数据", "Fetch run-time history"), Range),
        new(2051, new("取分钟历史数据", "Fetch minute history"), Range),
        new(2061, new("取小时历史数据", "Fetch hour history"), Range),
        new(3011, new("零点与量程校准", "Calibrate zero and span"), [PolId]),
        new(3012, new("即时采样", "Sample at once"), [PolId]),
        new(3013, new("启动清洗或反吹", "Start cleaning or blow-back"), [PolId]),
        new(3014, new("比对采样", "Comparison sampling"), [PolId]),
        new(3015, new("超标留样", "Keep a sample"), [AnyPolId]),
        new(3016, new("设置采样时间周期", "Set the sampling period"),
            [PolId, Clock("CstartTime", new("首次采样时刻", "First sampling time")), Number("Ctime", new("采样周期（小时）", "Period, h"), 1, 24)]),
        new(3017, new("读取采样时间周期", "Read the sampling period"), [PolId]),
        new(3018, new("读取出样时间", "Read the result delay"), [PolId]),
        new(3019, new("读取设备唯一标识", "Read the instrument id"), [PolId]),
        new(3020, new("读取现场端信息", "Read site information"),
            [PolId, InfoId, Range[0] with { Required = false }, Range[1] with { Required = false }]),
        new(3021, new("设置现场端参数", "Set a site parameter"), [PolId, InfoId, Value()]),
    ];

    public static Hj212Command? Find(int number) => All.FirstOrDefault(c => c.Number == number);

    /// <summary>The data area of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="arguments">By field name.</param>
    /// <param name="is2005">HJ/T 212-2005, which names two fields differently.</param>
    /// <param name="now">Time to set where none is given.</param>
    /// <param name="faults">What is wrong with the arguments, empty when nothing is.</param>
    public static string DataArea(Hj212Command command, IReadOnlyDictionary<string, string> arguments, bool is2005, DateTimeOffset now, List<(string Field, Text Reason)> faults)
    {
        var fields = new List<string>();
        string? info = null;
        foreach (string unknown in arguments.Keys.Where(name => command.Arguments.All(a => a.Name != name)))
            faults.Add(($"arguments.{unknown}", new("此命令没有这个参数。", "This command has no such argument.")));
        foreach (Hj212Argument argument in command.Arguments)
        {
            string? given = arguments.GetValueOrDefault(argument.Name);
            if (string.IsNullOrEmpty(given))
            {
                if (argument.Required) faults.Add(($"arguments.{argument.Name}", new("缺少必填参数。", "It is required.")));
                else if (argument.Name == "SystemTime") fields.Add("SystemTime=" + Hj212Time.Format(now));
                continue;
            }

            if (argument.ToWire(given) is not { } wire)
            {
                faults.Add(($"arguments.{argument.Name}", new($"应为：{argument.Expected.Zh}。", $"Expected: {argument.Expected.En}.")));
                continue;
            }

            if (argument.Name == "InfoId") info = wire;
            fields.Add(argument.Name switch
            {
                "NewPW" when is2005 => "PW=" + wire,
                "Value" => $"{info}-Info={wire}",
                _ => $"{argument.Name}={wire}",
            });
        }

        return string.Join(is2005 && ReferenceEquals(command.Arguments, Range) ? ',' : ';', fields);
    }

    private static Hj212Argument Code(string name, Text label, bool required) =>
        new(name, label, required, new("1 … 24 个字母或数字，如 w01018", "1 … 24 letters or digits, such as w01018"), value => Word(value, 24));

    private static Hj212Argument Time(string name, Text label, bool required) => new(
        name, label, required, new("RFC 3339 时间，或 YYYYMMDDhhmmss（北京时间）", "an RFC 3339 time, or YYYYMMDDhhmmss in Chinese time"),
        value => Hj212Time.TryReadWritten(value, out DateTimeOffset time) ? Hj212Time.Format(time) : null);

    private static Hj212Argument Clock(string name, Text label) => new(name, label, true, new("时刻 hhmmss", "a time of day, hhmmss"), value =>
        value.Length == 6 && TimeOnly.TryParseExact(value, "HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? value : null);

    private static Hj212Argument Number(string name, Text label, int from, int to) => new(
        name, label, true, new($"{from} … {to} 的整数", $"a whole number {from} … {to}"),
        value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= from && number <= to ? number.ToString(CultureInfo.InvariantCulture) : null);

    private static Hj212Argument MinuteInterval() => Number("MinInterval", new("间隔（分钟）", "Interval, min"), 1, 30) with
    {
        Expected = new("1 2 3 4 5 6 10 12 15 20 30 之一", "one of 1 2 3 4 5 6 10 12 15 20 30"),
        ToWire = value => value is "1" or "2" or "3" or "4" or "5" or "6" or "10" or "12" or "15" or "20" or "30" ? value : null,
    };

    private static Hj212Argument Value() => new("Value", new("参数值", "Value"), true, new("不含 ; , & 的文字", "text without ; , &"),
        value => value.AsSpan().ContainsAny(";,&\r\n") || Encoding.UTF8.GetByteCount(value) > 800 ? null : value);

    private static string? Word(string value, int maxLength) =>
        value.Length <= maxLength && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? value : null;
}
