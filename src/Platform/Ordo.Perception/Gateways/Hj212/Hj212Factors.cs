using System.Collections.Frozen;
using System.Globalization;
using CsvHelper;
using Ordo.Foundation;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>One factor code (监测因子) as published; <c>factors.csv</c> beside this file says where.</summary>
/// <param name="Code">Code of 2017.</param>
/// <param name="LegacyCode">Code of 2005, or empty.</param>
/// <param name="Name">For people.</param>
/// <param name="Quantity">Quantity of Rtd, Min, Avg and Max.</param>
/// <param name="Unit">Unit of those, as the standard prints it.</param>
/// <param name="FieldUnit">Unit that devices are seen to send where it differs, or empty.</param>
/// <param name="TotalQuantity">Quantity of Cou, or empty.</param>
/// <param name="TotalUnit">Unit of Cou, or empty.</param>
/// <param name="Decimals">Usual decimals.</param>
public sealed record Hj212Factor(
    string Code, string LegacyCode, Text Name, string Quantity, string Unit, string FieldUnit, string TotalQuantity, string TotalUnit, int? Decimals);

/// <summary>The factor table, and what it says about channels.</summary>
public sealed class Hj212Factors : IChannelDictionary
{
    private static readonly FrozenDictionary<string, Text> Suffixes = new Dictionary<string, Text>
    {
        ["Rtd"] = new("实时值", ""),
        ["Min"] = new("最小值", "minimum"),
        ["Avg"] = new("平均值", "mean"),
        ["Max"] = new("最大值", "maximum"),
        ["Cou"] = new("累计值", "total"),
        ["ZsRtd"] = new("折算实时值", "converted"),
        ["ZsMin"] = new("折算最小值", "converted minimum"),
        ["ZsAvg"] = new("折算平均值", "converted mean"),
        ["ZsMax"] = new("折算最大值", "converted maximum"),
        ["ZsCou"] = new("折算累计值", "converted total"),
        ["Data"] = new("", ""),
        ["DayData"] = new("昼间值", "day-time"),
        ["NightData"] = new("夜间值", "night-time"),
        ["Info"] = new("", ""),
        ["Ala"] = new("报警值", "alarm value"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Text> Intervals = new Dictionary<string, Text>
    {
        ["minute"] = new("分钟", "minute"),
        ["hour"] = new("小时", "hour"),
        ["day"] = new("日", "day"),
    }.ToFrozenDictionary();

    private static readonly Lazy<IReadOnlyList<Hj212Factor>> Loaded = new(Load);
    private static readonly Lazy<FrozenDictionary<string, Hj212Factor>> ByCode = new(() =>
        All.Select(f => KeyValuePair.Create(f.Code, f)).Concat(All.Where(f => f.LegacyCode.Length > 0).Select(f => KeyValuePair.Create(f.LegacyCode, f)))
            .ToFrozenDictionary(StringComparer.Ordinal));

    /// <summary>Every factor, in the order of the file.</summary>
    public static IReadOnlyList<Hj212Factor> All => Loaded.Value;

    public string Gateway => Hj212Gateway.ShortName;

    /// <summary>The factor of a code, of 2017 or 2005.</summary>
    public static Hj212Factor? Find(string code) => ByCode.Value.GetValueOrDefault(code);

    /// <summary>Explains <c>a34004-Avg.hour</c>, <c>011-Rtd</c>, <c>SB1-RS</c>, <c>i12001-Info.w01018</c>.</summary>
    public ChannelMeaning? Explain(string channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        int hyphen = channel.IndexOf('-', StringComparison.Ordinal);
        if (hyphen < 1) return null;
        string code = channel[..hyphen];
        string[] rest = channel[(hyphen + 1)..].Split('.', 2);
        (string suffix, string ending) = (rest[0], rest.Length > 1 ? rest[1] : "");

        if (suffix == "RS") return new(new($"设备 {code} 运行状态", $"Equipment {code} state"), "state", "1", 0);
        if (suffix == "RT") return new(new($"设备 {code} 运行时间", $"Equipment {code} run time"), "duration", "h", 1);
        if (Find(code) is not { } factor || !Suffixes.TryGetValue(suffix, out Text kind)) return null;

        bool total = suffix is "Cou" or "ZsCou";
        if (total && factor.TotalQuantity.Length == 0) return null;
        Text name = Join(factor.Name, Join(Intervals.TryGetValue(ending, out Text interval) ? interval : new(ending, ending), kind, ""), " ");
        return total
            ? new(name, factor.TotalQuantity, factor.TotalUnit)
            : new(name, factor.Quantity, factor.FieldUnit.Length > 0 ? factor.FieldUnit : factor.Unit, factor.Decimals);
    }

    private static Text Join(Text first, Text second, string chineseGap) =>
        new($"{first.Zh}{(second.Zh.Length > 0 ? chineseGap : "")}{second.Zh}".Trim(), $"{first.En} {second.En}".Trim());

    private static List<Hj212Factor> Load()
    {
        using Stream stream = typeof(Hj212Factors).Assembly.GetManifestResourceStream("Ordo.Perception.Gateways.Hj212.factors.csv")!;
        using CsvReader csv = CsvReader.Create(stream, new CsvReaderOptions { Separator = ',', CommentPrefix = '#' });
        var factors = new List<Hj212Factor>();
        while (csv.Read())
        {
            string Column(string name) => csv.GetString(name);
            factors.Add(new Hj212Factor(
                Column("code"), Column("legacy"), new Text(Column("nameZh"), Column("nameEn")), Column("quantity"), Column("unit"), Column("fieldUnit"),
                Column("totalQuantity"), Column("totalUnit"), Column("decimals") is { Length: > 0 } decimals ? int.Parse(decimals, CultureInfo.InvariantCulture) : null));
        }

        return factors;
    }
}
