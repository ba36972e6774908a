using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Park.Import;

/// <summary><c>/api/v1/imports/park</c> and <c>/api/v1/exports/park</c>.</summary>
internal static class ImportRoutes
{
    private const string WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", CsvType = "text/csv";

    /// <summary>Room for the multipart frame around the largest file.</summary>
    private const long MaxBody = ParkFile.MaxBytes + (1 << 20);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var park = routes.MapGroup("/api/v1").WithTags("Import").RequireAuthorization(Permissions.ImportPark);
        park.MapPost("/imports/park", Import).WithName("ImportPark").ProducesProblem(413).ProducesProblem(415).ProducesProblem(422)
            // Forms of foreign pages are refused for all routes at once, by the CrossSiteGuard.
            .DisableAntiforgery().WithFormOptions(multipartBodyLengthLimit: MaxBody).WithMetadata(new BodyLimit(MaxBody));
        park.MapGet("/imports/park/template.xlsx", Template).WithName("GetImportTemplate").Produces<Stream>(200, WorkbookType);
        park.MapGet("/exports/park.xlsx", (ParkExporter exporter, Caller caller, CancellationToken cancellation) =>
            Export(exporter, ParkFileFormat.Xlsx, caller, cancellation)).WithName("ExportParkWorkbook").Produces<Stream>(200, WorkbookType);
        park.MapGet("/exports/park.csv", (ParkExporter exporter, Caller caller, CancellationToken cancellation) =>
            Export(exporter, ParkFileFormat.Csv, caller, cancellation)).WithName("ExportParkCsv").Produces<Stream>(200, CsvType);
    }

    private static async Task<Results<Ok<IReadOnlyDictionary<string, ImportCount>>, ProblemHttpResult>> Import(
        IFormFile file, ParkImporter importer, Caller caller, CancellationToken cancellation, bool check = false)
    {
        ParkFileFormat? format = Path.GetExtension(file.FileName).ToUpperInvariant() switch
        {
            ".CSV" => ParkFileFormat.Csv,
            ".XLSX" => ParkFileFormat.Xlsx,
            _ => null,
        };
        if (format is not { } known) return Problems.Validation(("file", new("文件应为 .csv 或 .xlsx。", "The file must be a .csv or .xlsx.")));

        await using Stream content = file.OpenReadStream();
        ImportOutcome outcome;
        try
        {
            outcome = await importer.ImportAsync(content, known, file.FileName, path => caller.Has(Permissions.ImportPark, path), check, cancellation);
        }
        catch (DbUpdateException exception) when (exception.IsDuplicate())
        {
            return Problems.Conflict("changed-meanwhile", new("导入期间数据被他人修改，请重试。", "Somebody changed the same data during the import; try again."));
        }

        return outcome.FaultCount == 0 ? TypedResults.Ok(outcome.Counts) : ProblemOf(outcome);
    }

    private static ProblemHttpResult ProblemOf(ImportOutcome outcome)
    {
        ProblemHttpResult problem = Problems.Of(StatusCodes.Status422UnprocessableEntity, "import-refused", new(
            $"有 {outcome.FaultCount} 处错误，未做任何修改。", $"{outcome.FaultCount} cells are wrong; nothing was changed."));
        problem.ProblemDetails.Extensions["total"] = outcome.FaultCount;
        problem.ProblemDetails.Extensions["rows"] = outcome.Faults.Select(fault => new BadCell(fault.Sheet, fault.Row, fault.Column, fault.Value, fault.Reason.ToString())).ToList();
        return problem;
    }

    private static FileStreamHttpResult Template(IEnumerable<IParkImportPart> parts)
    {
        FileStream file = TemporaryFile();
        ParkTemplate.Write(file, parts);
        file.Position = 0;
        return TypedResults.Stream(file, WorkbookType, "ordo-park-template.xlsx");
    }

    private static async Task<FileStreamHttpResult> Export(ParkExporter exporter, ParkFileFormat format, Caller caller, CancellationToken cancellation)
    {
        FileStream file = TemporaryFile();
        await exporter.ExportAsync(file, format, path => caller.Has(Permissions.ImportPark, path), cancellation);
        file.Position = 0;
        return format == ParkFileFormat.Csv ? TypedResults.Stream(file, CsvType, "ordo-park.csv") : TypedResults.Stream(file, WorkbookType, "ordo-park.xlsx");
    }

    /// <summary>On disk, because a large park has large files; gone when it is closed, which sending it does.</summary>
    private static FileStream TemporaryFile() => new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 << 10, FileOptions.DeleteOnClose);

    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}

/// <summary>One bad cell of an import, in the caller's language.</summary>
/// <param name="Sheet">Sheet, or file for CSV.</param>
/// <param name="Row">As a spreadsheet counts: the header is row 1; 0 for the file itself.</param>
/// <param name="Column">Header as the user wrote it; empty when the whole row or file is meant.</param>
/// <param name="Value">What stands there.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record BadCell(string Sheet, int Row, string Column, string Value, string Reason);
