using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Registration;

namespace Ordo.Identifiers.Templates;

/// <param name="Suffix">How suffixes are made.</param>
public sealed record SaveTemplate(string NameZh, string NameEn, SuffixRule Suffix, IReadOnlyList<TemplateField> Fields);

/// <param name="EnterpriseId">Whose it is.</param>
/// <param name="Code">A code that is there already gets its next edition.</param>
public sealed record NewTemplate(long EnterpriseId, string Code, string NameZh, string NameEn, SuffixRule Suffix, IReadOnlyList<TemplateField> Fields);

/// <param name="UsedSince">From then on it stands fast.</param>
public sealed record TemplateItem(
    long Id, long EnterpriseId, string EnterpriseNameZh, string EnterpriseNameEn, string Code, int Edition, string NameZh, string NameEn, SuffixRule Suffix, IReadOnlyList<TemplateField> Fields,
    DateTimeOffset? UsedSince, DateTimeOffset Created, string CreatedBy, bool MayChange, int Version);

/// <summary>Templates of the enterprises. An edition that an identifier was registered with is never changed.</summary>
internal sealed class TemplateDesk(OrdoDbContext database, NodeBook book, Caller caller, TimeProvider clock)
{
    private const int MaxTemplates = 500;

    public async Task<PageOf<TemplateItem>> ListAsync(long? enterprise, Paging paging, CancellationToken cancellation)
    {
        NodeSnapshot snapshot = await book.CurrentAsync(cancellation);
        long[] visible = [.. snapshot.Enterprises.Where(entry => caller.Has(Permissions.ReadIdentifiers, entry.Path) && (enterprise is null || entry.Id == enterprise)).Select(entry => entry.Id)];
        PageOf<IdentifierTemplate> page = await database.Set<IdentifierTemplate>().AsNoTracking().Where(template => visible.Contains(template.EnterpriseId))
            .OrderBy(template => template.EnterpriseId).ThenBy(template => template.Code).ThenByDescending(template => template.Edition).ToPageAsync(paging, cancellation);
        return new([.. page.Items.Select(template => ItemOf(template, snapshot.Enterprise(template.EnterpriseId)!))], page.Total, page.Page, page.PageSize);
    }

    public async Task<TemplateItem> ShowAsync(long id, CancellationToken cancellation)
    {
        (IdentifierTemplate template, EnterpriseEntry enterprise) = await FindAsync(id, cancellation);
        return ItemOf(template, enterprise);
    }

    public async Task<TemplateItem> CreateAsync(NewTemplate request, CancellationToken cancellation)
    {
        EnterpriseEntry enterprise = (await book.CurrentAsync(cancellation)).Enterprise(request.EnterpriseId) is { } found && caller.Has(Permissions.ReadIdentifiers, found.Path)
            ? found
            : throw new ProblemException(Problems.NotFound(new("没有这家接入企业。", "There is no such enterprise at the node.")));
        if (!caller.Has(Permissions.RegisterIdentifiers, enterprise.Path)) throw NotYours();
        TemplateContent content = new(request.Suffix, request.Fields);
        Check(request.Code, request.NameZh, request.NameEn, content);
        IQueryable<IdentifierTemplate> own = database.Set<IdentifierTemplate>().Where(template => template.EnterpriseId == enterprise.Id);
        if (await own.CountAsync(cancellation) >= MaxTemplates) throw new ProblemException(Problems.Conflict("too-many-templates", new($"一家企业最多 {MaxTemplates} 个模板版本。", $"An enterprise has at most {MaxTemplates} editions of templates.")));
        int newest = await own.Where(template => template.Code == request.Code).MaxAsync(template => (int?)template.Edition, cancellation) ?? 0;
        var template = new IdentifierTemplate
        {
            EnterpriseId = enterprise.Id, Code = request.Code, Edition = newest + 1, NameZh = request.NameZh.Trim(), NameEn = request.NameEn.Trim(), Content = content.ToJson(),
            Created = clock.GetUtcNow(), CreatedBy = caller.DisplayName,
        };
        database.Add(template);
        try
        {
            await database.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException exception) when (exception.IsDuplicate())
        {
            throw new ProblemException(Problems.Conflict("template-exists", new("该版本刚被他人新建，请刷新。", "Somebody has just made this edition; load again.")));
        }

        return ItemOf(template, enterprise);
    }

    public async Task<TemplateItem> SaveAsync(long id, SaveTemplate request, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        (IdentifierTemplate template, EnterpriseEntry enterprise) = await FindAsync(id, cancellation);
        if (!caller.Has(Permissions.RegisterIdentifiers, enterprise.Path)) throw NotYours();
        if (checkVersion(template.Version) is { } changed) throw new ProblemException(changed);
        if (template.UsedSince is not null)
        {
            Refusals.Count(Refusals.TemplateUsed);
            throw new ProblemException(Problems.Conflict("template-used", new("该版本已有标识使用，不能修改；请新建下一版本。", "Identifiers were registered with this edition, so it stands fast; make the next one.")));
        }

        TemplateContent content = new(request.Suffix, request.Fields);
        Check(template.Code, request.NameZh, request.NameEn, content);
        (template.NameZh, template.NameEn, template.Content) = (request.NameZh.Trim(), request.NameEn.Trim(), content.ToJson());
        template.Version++;
        try
        {
            await database.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new ProblemException(Problems.PreconditionFailed()); // changed, or just used for the first time
        }

        return ItemOf(template, enterprise);
    }

    private async Task<(IdentifierTemplate Template, EnterpriseEntry Enterprise)> FindAsync(long id, CancellationToken cancellation)
    {
        IdentifierTemplate? template = await database.Set<IdentifierTemplate>().FindAsync([id], cancellation);
        EnterpriseEntry? enterprise = template is null ? null : (await book.CurrentAsync(cancellation)).Enterprise(template.EnterpriseId);
        return template is not null && enterprise is not null && caller.Has(Permissions.ReadIdentifiers, enterprise.Path)
            ? (template, enterprise)
            : throw new ProblemException(Problems.NotFound(new("没有这个模板。", "There is no such template.")));
    }

    private TemplateItem ItemOf(IdentifierTemplate template, EnterpriseEntry enterprise)
    {
        var content = TemplateContent.Parse(template.Content);
        return new(
            template.Id, enterprise.Id, enterprise.NameZh, enterprise.NameEn, template.Code, template.Edition, template.NameZh, template.NameEn, content.Suffix, content.Fields, template.UsedSince,
            template.Created, template.CreatedBy, template.UsedSince is null && caller.Has(Permissions.RegisterIdentifiers, enterprise.Path), template.Version);
    }

    private static void Check(string code, string nameZh, string nameEn, TemplateContent content)
    {
        List<Fault> faults = TemplateRules.Judge(code, nameZh, nameEn, content);
        if (faults.Count > 0) throw new ProblemException(Problems.Validation([.. faults.Select(fault => (fault.Field, fault.Reason))]));
    }

    private static ProblemException NotYours() => new(Problems.Forbidden(new("您可以查看但不能修改。", "You may see this but not change it.")));
}
