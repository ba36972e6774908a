using System.IO.Compression;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park.Import;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Duty;
using Ordo.Operations.Notifications;
using Ordo.Operations.Notifications.Channels;
using Ordo.Operations.Notifications.Rules;

namespace Ordo.Operations.Reports;

/// <summary>Does one run: reads the template, fetches figures, writes workbook and page, hands it to the outbox. What goes wrong stands in the run log.</summary>
internal sealed partial class ReportWriter(
    IDbContextFactory<OrdoDbContext> databases, IPointDirectory points, ITelemetryReader telemetry, AccessDirectory access, DutyBoard duty, Outbox outbox, ParkClock park, TimeProvider clock,
    ILogger<ReportWriter> logger)
{
    /// <summary>Runs whose files are kept; of older ones only the line in the log remains.</summary>
    public const int KeptFiles = 62;

    public async Task WriteAsync(long runId, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        ReportRun run = await database.Set<ReportRun>().SingleAsync(r => r.Id == runId, cancellation);
        Report? report = await database.Set<Report>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == run.ReportId, cancellation);
        bool english = report?.Language == "en";
        try
        {
            Text? fault = report is null ? new("报表已删除。", "The report was deleted.") : await FillAsync(database, report, run, cancellation);
            run.State = fault is null ? ReportRunState.Done : ReportRunState.Failed;
            run.Error = fault is { } reason ? Shorten(english ? reason.En : reason.Zh) : null;
        }
        catch (Exception e) when (e is TelemetryDamagedException or TelemetryUnavailableException or UnreadableFileException)
        {
            LogFailed(e, run.Id, run.ReportId);
            run.State = ReportRunState.Failed;
            run.Error = Shorten(e is UnreadableFileException unreadable ? english ? unreadable.Reason.En : unreadable.Reason.Zh : e.Message);
        }

        run.Finished = clock.GetUtcNow();
        await database.SaveChangesAsync(cancellation);
        if (run.State == ReportRunState.Done) await ForgetFilesAsync(database, run.ReportId, cancellation);
        if (run is { State: ReportRunState.Done, By: null } && report is not null) await SendAsync(database, report, run, cancellation);
    }

    /// <returns>What speaks against it.</returns>
    private async Task<Text?> FillAsync(OrdoDbContext database, Report report, ReportRun run, CancellationToken cancellation)
    {
        if (report.Template is not { } file) return new("报表没有模板，请先上传。", "The report has no template; upload one.");
        string scope = await database.PathOfAsync(report.AssetId, cancellation);
        if (report.AssetId is not null && scope == "/") return new("报表所属的资产已不存在。", "The asset of the report is gone.");
        ReportTemplate template = ReportTemplate.Read(file);
        ReportPoints found = await ReportPoints.ReadAsync(database, points, scope, [.. template.Placeholders], cancellation);
        // Points may have gone since the template was checked.
        if (template.Faults.Concat(found.FaultsOf(template)).FirstOrDefault() is { } fault) return new($"{fault.Sheet}!{fault.Cell}：{fault.Reason.Zh}", $"{fault.Sheet}!{fault.Cell}: {fault.Reason.En}");

        var head = new ReportHead(report.Name, run.Period, clock.GetUtcNow(), report.Language == "en");
        var filler = new ReportFiller(template, found, head, park);
        if (filler.CountCells() > ReportFiller.MaxCells) return new($"报表超过 {ReportFiller.MaxCells} 个单元格。", $"The report has more than {ReportFiller.MaxCells} cells.");
        FilledReport filled = await filler.FillAsync(new(telemetry, clock), cancellation);
        run.Workbook = ReportWorkbook.Write(template, filled, head);
        run.Page = Packed(ReportPage.Write(template, filled, head));
        (run.Figures, run.Incomplete, run.Completeness) = (filled.Figures, filled.Incomplete, filled.Completeness);
        return null;
    }

    private async Task SendAsync(OrdoDbContext database, Report report, ReportRun run, CancellationToken cancellation)
    {
        ReportDelivery delivery = JsonText.Read<ReportDelivery>(report.Delivery);
        if (delivery.ChannelIds.Count == 0) return;
        DateTimeOffset now = clock.GetUtcNow();
        string path = await database.PathOfAsync(report.AssetId, cancellation);
        People people = await People.ReadAsync(database, access, duty, delivery.Recipients.Where(r => r.Kind == RecipientKind.Duty).Select(r => r.Id ?? 0), now, cancellation);
        IReadOnlyList<Person> recipients = people.Of(delivery.Recipients, path, Permissions.ReadReports);
        long[] ids = [.. delivery.ChannelIds];
        foreach (NotificationChannel channel in await database.Set<NotificationChannel>().AsNoTracking().Where(c => ids.Contains(c.Id) && c.Enabled).ToListAsync(cancellation))
        {
            if (!channel.Kind.IsPersonal()) database.Add(MessageTo(channel, null, "", run, path, now));
            else foreach (Person person in recipients.Where(p => p.AddressFor(channel.Kind) is not null)) database.Add(MessageTo(channel, person, person.AddressFor(channel.Kind)!, run, path, now));
        }
        await database.SaveChangesAsync(cancellation);
        outbox.Wake();
    }

    private static Delivery MessageTo(NotificationChannel channel, Person? person, string address, ReportRun run, string path, DateTimeOffset now) => new()
    {
        Key = Guid.CreateVersion7(now).ToString(),
        ChannelId = channel.Id,
        ChannelKind = channel.Kind,
        AccountId = person?.AccountId,
        Recipient = person?.Name ?? channel.Name,
        Address = address,
        Language = person?.Language ?? channel.Language,
        ReportRunId = run.Id,
        State = DeliveryState.Queued,
        Priority = 4, // never before an alarm
        AssetPath = path,
        Created = now,
        NotBefore = now,
    };

    private static async Task ForgetFilesAsync(OrdoDbContext database, long reportId, CancellationToken cancellation)
    {
        long oldest = await database.Set<ReportRun>().Where(r => r.ReportId == reportId && r.State == ReportRunState.Done).OrderByDescending(r => r.Id).Skip(KeptFiles).Select(r => r.Id).FirstOrDefaultAsync(cancellation);
        if (oldest == 0) return;
        await database.Set<ReportRun>().Where(r => r.ReportId == reportId && r.Id <= oldest && r.Workbook != null)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.Workbook, (byte[]?)null).SetProperty(r => r.Page, (byte[]?)null), cancellation);
    }

    private static byte[] Packed(string page)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(Encoding.UTF8.GetBytes(page));
        return packed.ToArray();
    }

    private static string Shorten(string text) => text.Length <= ReportRun.MaxErrorLength ? text : text[..(ReportRun.MaxErrorLength - 1)] + "…";

    [LoggerMessage(4301, LogLevel.Error, "Run {RunId} of report {ReportId} failed.")]
    private partial void LogFailed(Exception fault, long runId, long reportId);
}
