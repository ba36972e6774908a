using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Operations.Reports;

/// <summary>Reports over HTTP.</summary>
internal static class ReportEndpoints
{
    public static void MapReports(this IEndpointRouteBuilder routes)
    {
        var reports = routes.MapGroup("/api/v1/reports").WithTags("Reports").RequireAuthorization(Permissions.ReadReports).ProducesProblem(404);
        reports.MapGet("", List).WithName("ListReports").ProducesProblem(400);
        reports.MapGet("/{id:long}", Get).WithName("GetReport");
        reports.MapGet("/{id:long}/template", Template).WithName("GetReportTemplate").Produces<byte[]>(200, ReportRun.WorkbookType);
        reports.MapGet("/{id:long}/runs", ListRuns).WithName("ListReportRuns").ProducesProblem(400);
        reports.MapPost("/{id:long}/runs", Run).WithName("RunReport").WithSummary("Writes the report of a period; the run log says when it is done").ProducesProblem(409).ProducesProblem(422).ProducesProblem(429);
        reports.MapGet("/{id:long}/runs/{runId:long}/workbook", Workbook).WithName("GetReportWorkbook").Produces<byte[]>(200, ReportRun.WorkbookType);
        reports.MapGet("/{id:long}/runs/{runId:long}/page", Page).WithName("GetReportPage").WithSummary("The report as a page to look at and to print").Produces<string>(200, "text/html");

        var write = routes.MapGroup("/api/v1/reports").WithTags("Reports").RequireAuthorization(Permissions.WriteReports).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);
        write.MapPost("", Add).WithName("CreateReport");
        write.MapPut("/{id:long}", Change).WithName("UpdateReport").ProducesProblem(412).ProducesProblem(428);
        write.MapDelete("/{id:long}", Delete).WithName("DeleteReport").ProducesProblem(412).ProducesProblem(428);
        write.MapPut("/{id:long}/template", SetTemplate).WithName("PutReportTemplate").WithSummary("A workbook with placeholders; a broken one is refused with sheet and cell")
            .Accepts<byte[]>(ReportRun.WorkbookType).ProducesProblem(412).ProducesProblem(413).ProducesProblem(428).WithMetadata(new UploadLimit(ReportTemplate.MaxBytes));
    }

    private static async Task<Ok<PageOf<ReportItem>>> List(
        ReportDesk desk, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, [Description("Only reports of this asset and of those below it")] long? asset = null) =>
        TypedResults.Ok(await desk.ListAsync(asset, paging, caller, cancellation));

    private static async Task<Ok<ReportItem>> Get(long id, ReportDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation) =>
        Answer(await desk.GetAsync(id, caller, cancellation), response);

    private static async Task<Created<ReportItem>> Add(ReportDraft draft, ReportDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        ReportItem report = await desk.AddAsync(draft, caller, cancellation);
        response.SetVersion(report.Version);
        return TypedResults.Created($"/api/v1/reports/{report.Id}", report);
    }

    private static async Task<Ok<ReportItem>> Change(long id, ReportDraft draft, ReportDesk desk, Caller caller, HttpContext http, CancellationToken cancellation) =>
        Answer(await desk.ChangeAsync(id, draft, caller, http.Request.CheckVersion, cancellation), http.Response);

    private static async Task<NoContent> Delete(long id, ReportDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        await desk.DeleteAsync(id, caller, request.CheckVersion, cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>The workbook is the body itself; <c>name</c> is what the file is called.</summary>
    private static async Task<Ok<ReportItem>> SetTemplate(long id, string name, ReportDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        byte[] content = await Uploads.ReadAsync(http.Request, ReportTemplate.MaxBytes, new($"模板最大 {ReportTemplate.MaxBytes >> 20} MiB。", $"A template may have {ReportTemplate.MaxBytes >> 20} MiB."), cancellation);
        return Answer(await desk.SetTemplateAsync(id, name, content, caller, http.Request.CheckVersion, cancellation), http.Response);
    }

    private static async Task<FileContentHttpResult> Template(long id, ReportDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        var (name, file) = await desk.TemplateAsync(id, caller, cancellation);
        return File(file, name, response);
    }

    private static async Task<Ok<PageOf<ReportRunItem>>> ListRuns(long id, ReportDesk desk, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.RunsAsync(id, paging, caller, cancellation));

    private static async Task<Accepted<ReportRunItem>> Run(long id, NewReportRun request, ReportDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Accepted($"/api/v1/reports/{id}/runs", await desk.RunAsync(id, request, caller, cancellation));

    private static async Task<FileContentHttpResult> Workbook(long id, long runId, ReportDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        ReportRun run = await desk.FilesAsync(id, runId, caller, cancellation);
        return File(run.Workbook!, run.FileName, response);
    }

    /// <summary>Texts of a customer's workbook: only to be looked at and printed, nothing in it may run or reach out.</summary>
    private static async Task<FileContentHttpResult> Page(long id, long runId, ReportDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        ReportRun run = await desk.FilesAsync(id, runId, caller, cancellation);
        response.Headers[HeaderNames.ContentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals; frame-ancestors 'self'";
        response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        using var unpacked = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(new MemoryStream(run.Page!), System.IO.Compression.CompressionMode.Decompress)) await gzip.CopyToAsync(unpacked, cancellation);
        return TypedResults.Bytes(unpacked.ToArray(), "text/html; charset=utf-8");
    }

    private static FileContentHttpResult File(byte[] content, string name, HttpResponse response) => Uploads.Answer(response, content, ReportRun.WorkbookType, name);

    private static Ok<ReportItem> Answer(ReportItem report, HttpResponse response)
    {
        response.SetVersion(report.Version);
        return TypedResults.Ok(report);
    }
}
