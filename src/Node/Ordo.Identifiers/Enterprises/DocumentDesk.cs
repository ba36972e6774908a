using System.ComponentModel;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Files;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Identifiers.Enterprises;

/// <param name="Downloads">How often a reviewer opened it.</param>
public sealed record DocumentItem(long Id, DocumentKind Kind, string Name, string ContentType, int Size, string Sha256, DateTimeOffset Uploaded, string UploadedBy, int Downloads);

/// <param name="MayAdd">The caller acts for the enterprise.</param>
/// <param name="MayRead">The caller reviews or manages; nobody else opens a document, not even whoever sent it.</param>
/// <param name="MayRemove">The caller acts for the enterprise, and it is not approved yet.</param>
public sealed record EnterpriseDocuments(IReadOnlyList<DocumentItem> Documents, bool MayAdd, bool MayRead, bool MayRemove);

/// <summary><c>/api/v1/identifiers/enterprises/7/documents</c></summary>
internal static class DocumentEndpoints
{
    private const string NameWords = "What the file is called";

    public static void MapDocuments(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder documents = routes.MapGroup("/api/v1/identifiers/enterprises/{id:long}/documents").WithTags("Identifier enterprises").ProducesProblem(404);
        documents.MapGet("", List).WithName("ListIdentifierDocuments").RequireAuthorization(Permissions.ReadIdentifiers);
        documents.MapPost("", Add).WithName("AddIdentifierDocument").RequireAuthorization(Permissions.RegisterIdentifiers).WithSummary("The file is the body: PDF, JPEG, PNG or WebP by its bytes, at most 10 MiB")
            .Accepts<byte[]>("application/pdf", "image/jpeg", "image/png", "image/webp").ProducesProblem(403).ProducesProblem(409).ProducesProblem(413).ProducesProblem(422).WithMetadata(new UploadLimit(DocumentDesk.MaxBytes));
        documents.MapGet("/{documentId:long}", Open).WithName("OpenIdentifierDocument").RequireAuthorization(Permissions.ReadIdentifiers).Produces<byte[]>(200, "application/pdf", "image/jpeg", "image/png", "image/webp").ProducesProblem(403);
        documents.MapDelete("/{documentId:long}", Remove).WithName("RemoveIdentifierDocument").RequireAuthorization(Permissions.RegisterIdentifiers).ProducesProblem(403).ProducesProblem(409);
    }

    private static async Task<Ok<EnterpriseDocuments>> List(long id, DocumentDesk desk, CancellationToken cancellation) => TypedResults.Ok(await desk.ListAsync(id, cancellation));

    private static async Task<Ok<EnterpriseDocuments>> Add(long id, Word<DocumentKind> kind, [Description(NameWords)] string name, DocumentDesk desk, HttpRequest request, CancellationToken cancellation)
    {
        await desk.CheckAddAsync(id, cancellation); // before a stranger sends ten megabytes
        byte[] content = await Uploads.ReadAsync(request, DocumentDesk.MaxBytes, new($"文件最大 {DocumentDesk.MaxBytes >> 20} MiB。", $"A document has at most {DocumentDesk.MaxBytes >> 20} MiB."), cancellation);
        await desk.AddAsync(id, kind.Value, name, content, cancellation);
        return TypedResults.Ok(await desk.ListAsync(id, cancellation));
    }

    private static async Task<FileContentHttpResult> Open(long id, long documentId, DocumentDesk desk, HttpResponse response, CancellationToken cancellation)
    {
        EnterpriseDocument document = await desk.OpenAsync(id, documentId, cancellation);
        response.Headers.CacheControl = "private, no-store"; // every opening is written down
        return Uploads.Answer(response, document.Content, document.ContentType, document.Name);
    }

    private static async Task<Ok<EnterpriseDocuments>> Remove(long id, long documentId, DocumentDesk desk, CancellationToken cancellation)
    {
        await desk.RemoveAsync(id, documentId, cancellation);
        return TypedResults.Ok(await desk.ListAsync(id, cancellation));
    }
}

/// <summary>Documents of applications: sent by the enterprise, opened by reviewers and nobody else, every opening in the journal.</summary>
internal sealed class DocumentDesk(OrdoDbContext database, Caller caller, TimeProvider clock)
{
    public const int MaxBytes = 10 * 1024 * 1024;
    private const int MaxDocuments = 20;
    private static readonly Counter<long> Opened = new Meter("Ordo").CreateCounter<long>("ordo.identifiers.documents_opened", description: "Documents of applications that reviewers opened.");
    private static readonly Counter<long> Refused = new Meter("Ordo").CreateCounter<long>("ordo.identifiers.documents_refused", description: "Uploads that were no document by their bytes.");

    public async Task<EnterpriseDocuments> ListAsync(long id, CancellationToken cancellation)
    {
        (NodeEnterprise enterprise, string path) = await FindAsync(id, cancellation);
        List<DocumentItem> documents = await database.Set<EnterpriseDocument>().AsNoTracking().Where(document => document.EnterpriseId == id).OrderBy(document => document.Id)
            .Select(document => new DocumentItem(document.Id, document.Kind, document.Name, document.ContentType, document.Size, document.Sha256, document.Uploaded, document.UploadedBy, document.Downloads)).ToListAsync(cancellation);
        bool own = caller.Has(Permissions.RegisterIdentifiers, path);
        return new(documents, own, MayRead(path), own && enterprise.State != EnterpriseState.Approved);
    }

    public async Task CheckAddAsync(long id, CancellationToken cancellation)
    {
        (_, string path) = await FindAsync(id, cancellation);
        if (!caller.Has(Permissions.RegisterIdentifiers, path)) throw NotYours();
        if (await database.Set<EnterpriseDocument>().CountAsync(document => document.EnterpriseId == id, cancellation) >= MaxDocuments)
            throw new ProblemException(Problems.Conflict("too-many-documents", new($"一家企业最多 {MaxDocuments} 份材料。", $"An enterprise has at most {MaxDocuments} documents.")));
    }

    public async Task AddAsync(long id, DocumentKind kind, string name, byte[] content, CancellationToken cancellation)
    {
        string plain = Uploads.PlainName(name, EnterpriseDocument.MaxNameLength, "document");
        if (DocumentReader.TypeOf(content) is not { } type)
        {
            Refused.Add(1);
            throw new ProblemException(Problems.Validation(("document", new(
                $"“{plain}”的内容不是完整的 PDF、JPEG、PNG 或 WebP。", $"'{plain}' is by its bytes no complete PDF, JPEG, PNG or WebP."))));
        }

        database.Add(new EnterpriseDocument
        {
            EnterpriseId = id, Kind = kind, Name = plain, ContentType = type, Size = content.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)), Content = content,
            Uploaded = clock.GetUtcNow(), UploadedBy = caller.DisplayName,
        });
        Note(id, EnterpriseAct.DocumentAdded, plain);
        await database.SaveChangesAsync(cancellation);
    }

    /// <summary>The document, and a line in the journal that it was opened, together.</summary>
    public async Task<EnterpriseDocument> OpenAsync(long id, long documentId, CancellationToken cancellation)
    {
        (_, string path) = await FindAsync(id, cancellation);
        if (!MayRead(path)) throw new ProblemException(Problems.Forbidden(new("申请材料仅供审核人员查看。", "Documents of an application are for its reviewers only.")));
        EnterpriseDocument document = await FindDocumentAsync(id, documentId, cancellation);
        document.Downloads++;
        Note(id, EnterpriseAct.DocumentOpened, document.Name);
        await database.SaveChangesAsync(cancellation);
        Opened.Add(1);
        return document;
    }

    public async Task RemoveAsync(long id, long documentId, CancellationToken cancellation)
    {
        (NodeEnterprise enterprise, string path) = await FindAsync(id, cancellation);
        if (!caller.Has(Permissions.RegisterIdentifiers, path)) throw NotYours();
        if (enterprise.State == EnterpriseState.Approved) throw new ProblemException(Problems.Conflict("enterprise-state", new("已批准的申请，材料不再删除。", "What an approval was based on stays.")));
        EnterpriseDocument document = await FindDocumentAsync(id, documentId, cancellation);
        database.Remove(document);
        Note(id, EnterpriseAct.DocumentRemoved, document.Name);
        await database.SaveChangesAsync(cancellation);
    }

    private bool MayRead(string path) => caller.Has(Permissions.ReviewIdentifiers, path) || caller.Has(Permissions.ManageIdentifiers, path);

    private void Note(long id, EnterpriseAct act, string name) => database.Add(new EnterpriseEvent { EnterpriseId = id, Act = act, Time = clock.GetUtcNow(), Actor = caller.DisplayName, Remark = name });

    private async Task<EnterpriseDocument> FindDocumentAsync(long id, long documentId, CancellationToken cancellation) =>
        await database.Set<EnterpriseDocument>().FirstOrDefaultAsync(document => document.Id == documentId && document.EnterpriseId == id, cancellation)
        ?? throw new ProblemException(Problems.NotFound(new("没有这份材料。", "There is no such document.")));

    private async Task<(NodeEnterprise Enterprise, string Path)> FindAsync(long id, CancellationToken cancellation)
    {
        var row = await (from enterprise in database.Set<NodeEnterprise>().AsNoTracking()
                         join asset in database.Set<Asset>().AsNoTracking() on enterprise.AssetId equals asset.Id
                         where enterprise.Id == id
                         select new { Enterprise = enterprise, asset.Path }).FirstOrDefaultAsync(cancellation);
        return row is not null && caller.Has(Permissions.ReadIdentifiers, row.Path) ? (row.Enterprise, row.Path) : throw new ProblemException(Problems.NotFound(new("没有这家接入企业。", "There is no such enterprise at the node.")));
    }

    private static ProblemException NotYours() => new(Problems.Forbidden(new("您可以查看但不能进行此操作。", "You may see this but not do that.")));
}
