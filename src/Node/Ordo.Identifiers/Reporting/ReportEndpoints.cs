using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;

namespace Ordo.Identifiers.Reporting;

/// <param name="Next">When it is tried again; <c>null</c> when it was delivered.</param>
public sealed record ReportDeliveryItem(string Receiver, int Attempts, DateTimeOffset? Delivered, DateTimeOffset? Next, string? Fault);

/// <param name="Previous">SHA-256 of the report before.</param>
/// <param name="MadeBy">Empty: made by itself.</param>
/// <param name="Deliveries">One for each receiver that was there when it was made.</param>
public sealed record NodeReportItem(
    long Id, DateOnly Day, long Sequence, string FileName, long Bytes, string Hash, string Previous, bool IsSigned, DateTimeOffset Made, string MadeBy, IReadOnlyList<ReportDeliveryItem> Deliveries);

/// <param name="Day">A day that is over; default: yesterday.</param>
public sealed record MakeReport(DateOnly? Day = null);

/// <summary>What the page of reports has to know besides them.</summary>
/// <param name="LastDay">The newest day of which a report can be made.</param>
public sealed record ReportingState(DateOnly LastDay, IReadOnlyList<string> Receivers, ReportFormat Format);

/// <summary><c>/api/v1/identifiers/reports</c>: what goes upward. It speaks of every enterprise, so only who manages the whole node sees it.</summary>
internal static class ReportEndpoints
{
    public static void MapNodeReports(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder reports = routes.MapGroup("/api/v1/identifiers/reports").WithTags("Identifier reports").RequireAuthorization(Permissions.ManageIdentifiers).ProducesProblem(403);
        reports.MapGet("", List).WithName("ListIdentifierReports").ProducesProblem(400);
        reports.MapGet("/state", State).WithName("GetIdentifierReporting").WithSummary("Receivers, and the format as data");
        reports.MapGet("/verification", Verify).WithName("VerifyIdentifierReports").WithSummary("Reads every file again and checks the chain");
        reports.MapGet("/{id:long}/file", Content).WithName("GetIdentifierReportFile").Produces<Stream>(200, "application/jsonl").ProducesProblem(404);
        reports.MapPost("", Make).WithName("MakeIdentifierReport").ProducesProblem(409).ProducesProblem(422);
        reports.MapPost("/{id:long}/delivery", Deliver).WithName("DeliverIdentifierReport").WithSummary("Tries again now").ProducesProblem(404);
    }

    private static async Task<Ok<PageOf<NodeReportItem>>> List(ReportDesk desk, [AsParameters] Paging paging, CancellationToken cancellation) => TypedResults.Ok(await desk.ListAsync(paging, cancellation));

    private static Ok<ReportingState> State(ReportDesk desk) => TypedResults.Ok(desk.State());

    private static async Task<Ok<ReportVerification>> Verify(ReportDesk desk, CancellationToken cancellation) => TypedResults.Ok(await desk.VerifyAsync(cancellation));

    private static async Task<FileContentHttpResult> Content([Description("Of a report")] long id, ReportDesk desk, CancellationToken cancellation)
    {
        (NodeReport report, byte[] content) = await desk.ReadAsync(id, cancellation);
        return TypedResults.Bytes(content, "application/jsonl", report.FileName);
    }

    private static async Task<Created<NodeReportItem>> Make(MakeReport request, ReportDesk desk, CancellationToken cancellation)
    {
        NodeReportItem report = await desk.MakeAsync(request.Day, cancellation);
        return TypedResults.Created($"/api/v1/identifiers/reports/{report.Id}/file", report);
    }

    private static async Task<Ok<NodeReportItem>> Deliver(long id, ReportDesk desk, CancellationToken cancellation) => TypedResults.Ok(await desk.DeliverAsync(id, cancellation));
}

/// <summary>Reports as people of the node see and order them.</summary>
internal sealed class ReportDesk(OrdoDbContext database, ReportKeeper keeper, ReportFolder folder, Caller caller)
{
    public async Task<PageOf<NodeReportItem>> ListAsync(Paging paging, CancellationToken cancellation)
    {
        Check();
        PageOf<NodeReport> page = await database.Set<NodeReport>().AsNoTracking().OrderByDescending(report => report.Sequence).ToPageAsync(paging, cancellation);
        return new(await ItemsAsync(page.Items, cancellation), page.Total, page.Page, page.PageSize);
    }

    public ReportingState State()
    {
        Check();
        return new(keeper.LastDay, keeper.Receivers, keeper.Format);
    }

    public async Task<ReportVerification> VerifyAsync(CancellationToken cancellation)
    {
        Check();
        return await keeper.VerifyAsync(cancellation);
    }

    public async Task<(NodeReport Report, byte[] Content)> ReadAsync(long id, CancellationToken cancellation)
    {
        NodeReport report = await FindAsync(id, cancellation);
        return (report, await folder.ReadAsync(report.FileName, cancellation) ?? throw new ProblemException(Problems.NotFound(new($"文件 {report.FileName} 已不在数据目录中。", $"The file {report.FileName} is gone from the data folder."))));
    }

    public async Task<NodeReportItem> MakeAsync(DateOnly? day, CancellationToken cancellation)
    {
        Check();
        DateOnly wanted = day ?? keeper.LastDay;
        if (wanted > keeper.LastDay) throw new ProblemException(Problems.Validation(("day", new($"只能上报已结束的日期，最晚为 {keeper.LastDay:yyyy-MM-dd}。", $"Only a day that is over can be reported, {keeper.LastDay:yyyy-MM-dd} at the latest."))));
        if (wanted.AddDays(400) < keeper.LastDay) throw new ProblemException(Problems.Validation(("day", new("最多补报 400 天以前。", "At most 400 days back."))));
        NodeReport report = await keeper.MakeAsync(wanted, caller.DisplayName, cancellation) ?? throw new ProblemException(Problems.Conflict("report-exists", new("该日已有上报文件，不再更改。", "The day has its report, which never changes.")));
        return await DeliverAsync(report.Id, cancellation);
    }

    public async Task<NodeReportItem> DeliverAsync(long id, CancellationToken cancellation)
    {
        NodeReport report = await FindAsync(id, cancellation);
        await keeper.DeliverAsync(id, cancellation);
        return (await ItemsAsync([report], cancellation))[0];
    }

    private async Task<NodeReport> FindAsync(long id, CancellationToken cancellation)
    {
        Check();
        return await database.Set<NodeReport>().AsNoTracking().FirstOrDefaultAsync(report => report.Id == id, cancellation) ?? throw new ProblemException(Problems.NotFound(new("没有这份上报文件。", "There is no such report.")));
    }

    private async Task<NodeReportItem[]> ItemsAsync(IReadOnlyList<NodeReport> reports, CancellationToken cancellation)
    {
        long[] ids = [.. reports.Select(report => report.Id)];
        ILookup<long, ReportDelivery> deliveries = (await database.Set<ReportDelivery>().AsNoTracking().Where(delivery => ids.Contains(delivery.ReportId)).OrderBy(delivery => delivery.Receiver).ToListAsync(cancellation)).ToLookup(delivery => delivery.ReportId);
        return [.. reports.Select(report => new NodeReportItem(
            report.Id, ReportKeeper.DateOf(report.Day), report.Sequence, report.FileName, report.Bytes, report.Hash, report.Previous, report.Signature is not null, report.Made, report.MadeBy,
            [.. deliveries[report.Id].Select(delivery => new ReportDeliveryItem(delivery.Receiver, delivery.Attempts, delivery.Delivered, delivery.Next, delivery.Fault))]))];
    }

    private void Check()
    {
        if (!caller.HasEverywhere(Permissions.ManageIdentifiers)) throw new ProblemException(Problems.Forbidden(new("上报涉及所有企业，需要整个节点的管理权限。", "Reports speak of every enterprise; managing the whole node is needed.")));
    }
}
