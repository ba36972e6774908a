using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Units;
using Ordo.Operations.Alarms;
using Ordo.Operations.Alarms.Definitions;
using Ordo.Operations.Notifications.Channels;
using Ordo.Operations.Reports;

namespace Ordo.Operations.Notifications;

/// <summary>Writes a message when it leaves, so that it says how things are and not how they were.</summary>
internal sealed class MessageWriter(AssetNames assets, IPointDirectory points, AlarmCatalogue catalogue, ParkClock park, NotificationOptions options, TimeProvider clock)
{
    /// <summary>Alarms that get a line; the others are a number.</summary>
    private const int MaxLines = 5;

    /// <summary>Largest file that goes with a mail; many servers take 10 MiB, and base64 adds a third.</summary>
    private const int MaxAttachment = 7 << 20;

    /// <returns><c>null</c> when every alarm was dealt with while the message waited.</returns>
    public async Task<Outgoing?> WriteAsync(OrdoDbContext database, Delivery delivery, CancellationToken cancellation)
    {
        bool english = delivery.Language == "en";
        if (delivery.IsTest) return Of(delivery, TestTitle(english), TestText(delivery, english), 0);
        if (delivery is { Title: { } title, Body: { } body })
            return Of(delivery, title, $"{title}\n{body}", 0) with { Link = options.PublicAddress is { } console ? new Uri(console, delivery.Link ?? "/").ToString() : null };
        if (delivery.ReportRunId is { } runId) return await ReportAsync(database, delivery, runId, english, cancellation);
        List<AlarmOccurrence> alarms = await (
            from listed in database.Set<DeliveryAlarm>()
            where listed.DeliveryId == delivery.Id
            join alarm in database.Set<AlarmOccurrence>() on listed.AlarmId equals alarm.Id
            orderby alarm.Priority, alarm.Raised, alarm.Id
            select alarm).AsNoTracking().ToListAsync(cancellation);
        int listedCount = alarms.Count;
        alarms.RemoveAll(a => !a.State.IsUnacknowledged() || (delivery.Held && !a.IsOpen));
        if (alarms.Count == 0 && delivery.Count <= listedCount) return null;

        // What was only counted is taken as still standing.
        int count = Math.Max(1, delivery.Count - (listedCount - alarms.Count));
        var names = await assets.OfAsync(alarms.Select(a => a.AssetId), cancellation);
        string[] lines = [.. alarms.Take(MaxLines).Select(a => LineOf(a, names, english))];
        return Of(delivery, TitleOf(delivery, alarms, lines, count, english), TextOf(delivery, alarms, lines, count, english), alarms.Count > 0 ? alarms[0].Id : 0) with { Count = count };
    }

    /// <returns><c>null</c> when the run is gone.</returns>
    private async Task<Outgoing?> ReportAsync(OrdoDbContext database, Delivery delivery, long runId, bool english, CancellationToken cancellation)
    {
        ReportRun? run = await database.Set<ReportRun>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId && r.State == ReportRunState.Done, cancellation);
        if (run?.Workbook is not { } workbook) return null;
        bool fits = workbook.Length <= MaxAttachment;
        string title = $"{run.ReportName} {run.Period}";
        string whole = english
            ? $"{run.Figures} figures, completeness {ReportRun.Percent(run.Completeness)}, {run.Incomplete} not whole."
            : $"{run.Figures} 个数值，完整率 {ReportRun.Percent(run.Completeness)}，{run.Incomplete} 个不完整。";
        string large = fits ? "" : english ? "\nThe workbook is too large for a message; it is in the console." : "\n工作簿过大，未附上，请在控制台下载。";
        string? link = options.PublicAddress is { } console ? new Uri(console, $"/reports/{run.ReportId.ToString(CultureInfo.InvariantCulture)}").ToString() : null;
        return Of(delivery, title, $"{title}\n{whole}{large}", 0) with
        {
            Link = link,
            Attachment = fits && delivery.ChannelKind == ChannelKind.Email ? new(run.FileName, ReportRun.WorkbookType, workbook) : null,
        };
    }

    private Outgoing Of(Delivery delivery, string title, string text, long alarmId) => new(
        delivery.Key, title, text, delivery.Recipient, delivery.Address, delivery.Mentions.Split(',', StringSplitOptions.RemoveEmptyEntries), delivery.Priority, delivery.Count, alarmId,
        TimeZoneInfo.ConvertTime(clock.GetUtcNow(), park.Zone),
        options.PublicAddress is { } console ? new Uri(console, alarmId > 0 ? $"/alarms?state=all&open={alarmId.ToString(CultureInfo.InvariantCulture)}" : "/").ToString() : null);

    private static string TestTitle(bool english) => english ? "Ordo: test message" : "斡尔朵：测试消息";

    private string TestText(Delivery delivery, bool english)
    {
        string time = park.LocalOf(delivery.Created).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return english ? $"This is a test of the channel at {time}. No alarm stands behind it." : $"这是通知渠道的测试消息（{time}），没有对应的告警。";
    }

    private static string TitleOf(Delivery delivery, List<AlarmOccurrence> alarms, string[] lines, int count, bool english)
    {
        string escalated = delivery.Step == 0 ? "" : english ? $"Not acknowledged, step {delivery.Step + 1}: " : $"无人确认，第 {delivery.Step + 1} 级：";
        if (alarms.Count == 0) return escalated + (english ? $"{count} alarms" : $"{count} 条告警");
        string more = count <= 1 ? "" : english ? $" and {count - 1} more" : $" 等 {count} 条告警";
        return escalated + lines[0].Split('\n')[0] + more;
    }

    private string TextOf(Delivery delivery, List<AlarmOccurrence> alarms, string[] lines, int count, bool english)
    {
        var text = new StringBuilder();
        if (delivery.Step > 0) text.Append(english ? $"Nobody has acknowledged (step {delivery.Step + 1}).\n" : $"尚无人确认（第 {delivery.Step + 1} 级通知）。\n");
        for (int i = 0; i < lines.Length; i++)
        {
            string time = park.LocalOf(alarms[i].Raised).ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            string state = alarms[i].State.IsActive() ? "" : english ? ", returned" : "，已恢复";
            text.Append(CultureInfo.InvariantCulture, $"{time} {lines[i]}{state}\n");
        }
        // What to do fits where there is one thing to do.
        if (count == 1 && alarms.Count == 1 && catalogue.Find(alarms[0].DefinitionId, points.Current)?.Response is { Length: > 0 } response)
            text.Append(english ? $"What to do: {response}\n" : $"处置：{response}\n");
        if (count > lines.Length) text.Append(english ? $"… and {count - lines.Length} more\n" : $"……另有 {count - lines.Length} 条\n");
        return text.ToString().TrimEnd();
    }

    private string LineOf(AlarmOccurrence alarm, IReadOnlyDictionary<long, AssetName> names, bool english)
    {
        AssetName? asset = names.GetValueOrDefault(alarm.AssetId);
        string place = english && asset?.NameEn is { Length: > 0 } en ? en : asset?.NameZh ?? "";
        return $"[{alarm.Priority} {PriorityOf(alarm.Priority, english)}] {place} {AlarmWords.NameOf(alarm, english)} {ValueOf(alarm, english)}".Replace("  ", " ", StringComparison.Ordinal).Trim();
    }

    private string ValueOf(AlarmOccurrence alarm, bool english)
    {
        if (!double.IsFinite(alarm.Value) || alarm.PointId == 0) return alarm.Detail ?? "";
        Point? point = points.Current.ById(alarm.PointId)?.Point;
        string symbol = point is null ? alarm.Unit : UnitCatalogue.UnitOf(point.Quantity, alarm.Unit)?.Symbol ?? alarm.Unit;
        string unit = symbol.Length > 0 && symbol != "%" ? " " + symbol : symbol;
        int decimals = point?.Decimals ?? 2;
        string value = Number(alarm.Value, decimals), limit = Number(alarm.Limit, decimals);
        if (alarm.Kind > AlarmKind.HighHigh) return $"{value}{unit} {alarm.Detail}".Trim();
        return english ? $"{value}{unit} (limit {limit})" : $"{value}{unit}（限值 {limit}）";
    }

    private static string Number(double value, int decimals) => Math.Round(value, Math.Clamp(decimals, 0, 10)).ToString("0.##########", CultureInfo.InvariantCulture);

    private static string PriorityOf(int priority, bool english) => (priority, english) switch
    {
        (1, true) => "critical",
        (2, true) => "high",
        (3, true) => "medium",
        (_, true) => "low",
        (1, false) => "紧急",
        (2, false) => "高",
        (3, false) => "中",
        _ => "低",
    };
}

/// <summary>What an alarm is called in messages, reports and timelines.</summary>
internal static class AlarmWords
{
    public static string NameOf(AlarmOccurrence alarm, bool english)
    {
        if (alarm.NameZh.Length > 0) return english && alarm.NameEn.Length > 0 ? alarm.NameEn : alarm.NameZh;
        string point = english && alarm.PointNameEn.Length > 0 ? alarm.PointNameEn : alarm.PointNameZh;
        return $"{point} {KindOf(alarm.Kind, english)}".Trim();
    }

    public static string KindOf(AlarmKind kind, bool english) => (kind, english) switch
    {
        (AlarmKind.HighHigh, true) => "high-high",
        (AlarmKind.High, true) => "high",
        (AlarmKind.Low, true) => "low",
        (AlarmKind.LowLow, true) => "low-low",
        (AlarmKind.HighHigh, false) => "高高限",
        (AlarmKind.High, false) => "高限",
        (AlarmKind.Low, false) => "低限",
        (AlarmKind.LowLow, false) => "低低限",
        (AlarmKind.Deviation, true) => "deviation",
        (AlarmKind.RateOfChange, true) => "rate of change",
        (AlarmKind.State, true) => "state",
        (AlarmKind.Stale, true) => "no data",
        (AlarmKind.Expression, true) => "expression",
        (AlarmKind.Band, true) => "out of band",
        (AlarmKind.Raised, true) => "",
        (AlarmKind.CommonCause, true) => "common cause",
        (AlarmKind.Deviation, false) => "偏差",
        (AlarmKind.RateOfChange, false) => "变化率",
        (AlarmKind.State, false) => "状态",
        (AlarmKind.Stale, false) => "无数据",
        (AlarmKind.Expression, false) => "表达式",
        (AlarmKind.Band, false) => "超出统计带",
        (AlarmKind.Raised, false) => "",
        (AlarmKind.CommonCause, false) => "共同原因",
        _ => kind.ToString(),
    };
}
