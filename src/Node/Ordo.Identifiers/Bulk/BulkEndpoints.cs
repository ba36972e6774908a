using System.ComponentModel;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Registration;

namespace Ordo.Identifiers.Bulk;

/// <param name="Rows">Without the header; <c>null</c> until they are counted.</param>
/// <param name="Same">Were there already with the same values.</param>
/// <param name="Reason">Why the file as a whole was refused.</param>
public sealed record BulkJobItem(
    long Id, string Prefix, string Template, string FileName, BulkState State, long FileBytes, long? Rows, long Done, long Registered, long Same, long Bad, string? Reason, DateTimeOffset Created, string CreatedBy, DateTimeOffset? Finished);

public sealed record BadRowItem(long Row, string Suffix, string Field, string Reason);

/// <param name="BadRows">The first two hundred; all of them are in the file.</param>
public sealed record BulkJobDetail(BulkJobItem Job, IReadOnlyList<BadRowItem> BadRows, bool MayCancel);

/// <summary><c>/api/v1/identifiers/jobs</c>: files of identifiers.</summary>
internal static class BulkEndpoints
{
    public static void MapBulk(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder reading = routes.MapGroup("/api/v1/identifiers/jobs").WithTags("Identifier jobs").RequireAuthorization(Permissions.ReadIdentifiers);
        reading.MapGet("", List).WithName("ListIdentifierJobs").ProducesProblem(400);
        reading.MapGet("/{id:long}", Get).WithName("GetIdentifierJob").ProducesProblem(404);
        reading.MapGet("/{id:long}/bad-rows.csv", BadRows).WithName("GetIdentifierJobBadRows").Produces<Stream>(200, "text/csv").ProducesProblem(404);
        RouteGroupBuilder own = routes.MapGroup("/api/v1/identifiers/jobs").WithTags("Identifier jobs").RequireAuthorization(Permissions.RegisterIdentifiers).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        own.MapPost("", Upload).WithName("UploadIdentifiers").Accepts<Stream>("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet").ProducesProblem(413).ProducesProblem(422)
            .WithSummary("The file is the body; its columns are suffix and the fields of the template");
        own.MapPost("/{id:long}/cancellation", Cancel).WithName("CancelIdentifierJob");
    }

    private static async Task<Ok<PageOf<BulkJobItem>>> List(BulkDesk desk, [AsParameters] Paging paging, CancellationToken cancellation) => TypedResults.Ok(await desk.ListAsync(paging, cancellation));

    private static async Task<Ok<BulkJobDetail>> Get(long id, BulkDesk desk, CancellationToken cancellation) => TypedResults.Ok(await desk.ShowAsync(id, cancellation));

    private static async Task<Accepted<BulkJobDetail>> Upload(
        HttpContext http, BulkDesk desk, string prefix, [Description("Code and edition: product:1")] string template, [Description("Name of the file; .csv or .xlsx")] string name, CancellationToken cancellation)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = JobFolder.MaxBytes;
        long id = await desk.UploadAsync(prefix, template, name, http.Request.Body, cancellation);
        return TypedResults.Accepted($"/api/v1/identifiers/jobs/{id}", await desk.ShowAsync(id, cancellation));
    }

    private static async Task<Ok<BulkJobDetail>> Cancel(long id, BulkDesk desk, CancellationToken cancellation)
    {
        await desk.CancelAsync(id, cancellation);
        return TypedResults.Ok(await desk.ShowAsync(id, cancellation));
    }

    private static async Task<PushStreamHttpResult> BadRows(long id, BulkDesk desk, CancellationToken cancellation)
    {
        IEnumerable<BadRow> rows = await desk.BadRowsAsync(id, cancellation);
        return TypedResults.Stream(async body =>
        {
            await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)); // Excel takes a CSV without the mark for GBK
            await writer.WriteAsync("row,suffix,field,原因,reason\r\n");
            foreach (BadRow row in rows) await writer.WriteAsync(string.Join(',', $"{row.Row}", CsvText.Cell(row.Suffix), CsvText.Cell(row.Field), CsvText.Cell(row.Zh), CsvText.Cell(row.En)) + "\r\n");
        }, "text/csv; charset=utf-8", $"bad-rows-{id}.csv");
    }
}

/// <summary>Takes files in and tells how far they have come.</summary>
internal sealed class BulkDesk(OrdoDbContext database, NodeBook book, Registrar registrar, JobFolder folder, BulkRunner runner, Caller caller, TimeProvider clock)
{
    private const int BadRowsShown = 200, MaxWaiting = 20;

    public async Task<PageOf<BulkJobItem>> ListAsync(Paging paging, CancellationToken cancellation)
    {
        NodeSnapshot snapshot = await book.CurrentAsync(cancellation);
        long[] visible = [.. snapshot.Prefixes.Where(prefix => caller.Has(Permissions.ReadIdentifiers, prefix.Enterprise.Path)).Select(prefix => prefix.Id)];
        PageOf<BulkJob> page = await database.Set<BulkJob>().AsNoTracking().Where(job => visible.Contains(job.PrefixId)).OrderByDescending(job => job.Id).ToPageAsync(paging, cancellation);
        return new([.. page.Items.Select(job => ItemOf(job, snapshot))], page.Total, page.Page, page.PageSize);
    }

    public async Task<BulkJobDetail> ShowAsync(long id, CancellationToken cancellation)
    {
        (BulkJob job, PrefixEntry prefix) = await FindAsync(id, cancellation);
        bool open = job.State is BulkState.Waiting or BulkState.Running;
        return new(
            ItemOf(job, await book.CurrentAsync(cancellation)),
            [.. folder.ReadBad(id, job.FaultBytes).Take(BadRowsShown).Select(BulkRunner.ReadBad).Select(row => new BadRowItem(row.Row, row.Suffix, row.Field, new Foundation.Text(row.Zh, row.En).ToString()))],
            open && caller.Has(Permissions.RegisterIdentifiers, prefix.Enterprise.Path));
    }

    public async Task<IEnumerable<BadRow>> BadRowsAsync(long id, CancellationToken cancellation)
    {
        (BulkJob job, _) = await FindAsync(id, cancellation);
        return folder.ReadBad(id, job.FaultBytes).Select(BulkRunner.ReadBad);
    }

    public async Task<long> UploadAsync(string prefix, string template, string name, Stream content, CancellationToken cancellation)
    {
        PrefixEntry? entry = (await book.CurrentAsync(cancellation)).Find(prefix);
        bool sees = entry is not null && caller.Has(Permissions.ReadIdentifiers, entry.Enterprise.Path), mayWrite = entry is not null && caller.Has(Permissions.RegisterIdentifiers, entry.Enterprise.Path);
        if (entry is not null && !(sees && mayWrite)) Refusals.Count(Refusals.ForeignPrefix);
        if (entry is null || !sees) throw new ProblemException(Problems.NotFound(new("没有这个前缀。", "There is no such prefix.")));
        if (!mayWrite) throw NotYours();
        if (registrar.Obstacle(entry) is { } obstacle) throw new ProblemException(Problems.Conflict("prefix-closed", obstacle));
        if (!entry.Enterprise.Templates.TryGetValue(template, out Template? chosen))
            throw new ProblemException(Problems.Validation(("template", new("没有这个模板版本，应如 product:1。", "There is no such edition of a template; product:1 is the form."))));
        bool workbook = name.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase);
        if (name.Length > 200 || (!workbook && !name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))) throw new ProblemException(Problems.Validation(("name", new("文件应为 .csv 或 .xlsx。", "The file must be a .csv or an .xlsx."))));
        if (await database.Set<BulkJob>().CountAsync(job => job.PrefixId == entry.Id && (job.State == BulkState.Waiting || job.State == BulkState.Running), cancellation) >= MaxWaiting)
            throw new ProblemException(Problems.Conflict("too-many-jobs", new($"该前缀已有 {MaxWaiting} 个文件在等待。", $"{MaxWaiting} files of this prefix are waiting already.")));
        (string part, long bytes) = await folder.ReceiveAsync(content, cancellation)
            ?? throw new ProblemException(Problems.Of(413, "too-large", new($"文件最大 {JobFolder.MaxBytes >> 20} MiB，请分批上传。", $"A file has at most {JobFolder.MaxBytes >> 20} MiB; upload it in parts.")));
        var job = new BulkJob { PrefixId = entry.Id, TemplateId = chosen.Id, FileName = Path.GetFileName(name), FileBytes = bytes, Created = clock.GetUtcNow(), CreatedBy = caller.DisplayName };
        database.Add(job);
        await using (var transaction = await database.Database.BeginTransactionAsync(cancellation))
        {
            await database.SaveChangesAsync(cancellation);
            folder.Keep(part, job.Id, workbook); // before the commit: a job that is there has its file
            await transaction.CommitAsync(cancellation);
        }

        runner.Wake();
        return job.Id;
    }

    public async Task CancelAsync(long id, CancellationToken cancellation)
    {
        (BulkJob job, PrefixEntry prefix) = await FindAsync(id, cancellation);
        if (!caller.Has(Permissions.RegisterIdentifiers, prefix.Enterprise.Path)) throw NotYours();
        // Only where it is still open, and without touching what the runner counts.
        int ended = await database.Set<BulkJob>().Where(other => other.Id == job.Id && (other.State == BulkState.Waiting || other.State == BulkState.Running))
            .ExecuteUpdateAsync(set => set.SetProperty(other => other.State, BulkState.Cancelled).SetProperty(other => other.Finished, clock.GetUtcNow()), cancellation);
        if (ended == 0) throw new ProblemException(Problems.Conflict("job-ended", new("该文件已处理完毕。", "The file is done with already.")));
        folder.Remove(id);
    }

    private async Task<(BulkJob Job, PrefixEntry Prefix)> FindAsync(long id, CancellationToken cancellation)
    {
        BulkJob? job = await database.Set<BulkJob>().AsNoTracking().FirstOrDefaultAsync(job => job.Id == id, cancellation);
        PrefixEntry? prefix = job is null ? null : (await book.CurrentAsync(cancellation)).Prefixes.FirstOrDefault(prefix => prefix.Id == job.PrefixId);
        return job is not null && prefix is not null && caller.Has(Permissions.ReadIdentifiers, prefix.Enterprise.Path)
            ? (job, prefix)
            : throw new ProblemException(Problems.NotFound(new("没有这个批量任务。", "There is no such job.")));
    }

    private static BulkJobItem ItemOf(BulkJob job, NodeSnapshot snapshot)
    {
        PrefixEntry prefix = snapshot.Prefixes.First(prefix => prefix.Id == job.PrefixId);
        return new(
            job.Id, prefix.Name, prefix.Enterprise.Templates.Values.FirstOrDefault(template => template.Id == job.TemplateId)?.Key ?? "", job.FileName, job.State, job.FileBytes, job.Rows, job.Done, job.Registered, job.Same, job.Bad,
            job.FaultZh is null ? null : new Foundation.Text(job.FaultZh, job.FaultEn ?? "").ToString(), job.Created, job.CreatedBy, job.Finished);
    }

    private static ProblemException NotYours() => new(Problems.Forbidden(new("您可以查看但不能在此前缀下注册。", "You may see this prefix but not register under it.")));
}
