using System.Text;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Templates;

namespace Ordo.Identifiers.Registration;

/// <param name="Prefix">The enterprise's own.</param>
/// <param name="Template">Code and edition: <c>product:1</c>.</param>
/// <param name="Values">Texts by name of the field.</param>
public sealed record RegisterIdentifier(string Prefix, string Suffix, string Template, IReadOnlyDictionary<string, string> Values);

/// <param name="Values">All texts by name of the field; what is left out is removed.</param>
public sealed record ChangeIdentifier(IReadOnlyDictionary<string, string> Values);

/// <param name="Remark">Needed to suspend and to retire.</param>
public sealed record MoveIdentifier(IdentifierState State, string? Remark = null);

public sealed record IdentifierItem(string Handle, IdentifierState State, string Template, DateTimeOffset Registered, DateTimeOffset Changed);

/// <summary>A line of a list.</summary>
/// <param name="State"><c>null</c>, as all behind it, when the record is damaged on disk and cannot be read.</param>
public sealed record IdentifierLine(string Handle, IdentifierState? State, string? Template, DateTimeOffset? Registered, DateTimeOffset? Changed);

/// <summary>One field as somebody may read it.</summary>
public sealed record IdentifierField(string Name, uint Index, string LabelZh, string LabelEn, FieldKind Kind, FieldVisibility Visibility, string Value);

public sealed record IdentifierEventItem(IdentifierAct Act, DateTimeOffset Time, string Actor, string? Remark);

/// <param name="Fields">Those that the caller may read.</param>
/// <param name="Next">States it may go to.</param>
public sealed record IdentifierDetail(
    IdentifierItem Identifier, string EnterpriseNameZh, string EnterpriseNameEn, long EnterpriseId, long TemplateId, string TemplateNameZh, string TemplateNameEn, IReadOnlyList<IdentifierField> Fields,
    IReadOnlyList<IdentifierEventItem> Events, bool MayChange, IReadOnlyList<IdentifierState> Next);

/// <summary>Identifiers of enterprises, one at a time.</summary>
internal sealed class RegistrationDesk(OrdoDbContext database, NodeBook book, Registrar registrar, HandleStore store, IdentifiersOptions options, Caller caller, TimeProvider clock)
{
    private const int ShortestRemark = 4, LongestRemark = 1000;

    public async Task<PageOf<IdentifierLine>> ListAsync(string prefix, Paging paging, CancellationToken cancellation)
    {
        PrefixEntry entry = Visible((await book.CurrentAsync(cancellation)).Find(prefix));
        IReadOnlyList<Octets> names = store.List(Encoding.UTF8.GetBytes(entry.Name), paging.Skip, paging.Size, out int total);
        return new([.. names.Select(LineOf).OfType<IdentifierLine>()], total, paging.Number, paging.Size);
    }

    private IdentifierLine? LineOf(Octets handle)
    {
        try
        {
            return store.Find(handle) is { } record && ItemOf(record) is var item ? new(item.Handle, item.State, item.Template, item.Registered, item.Changed) : null;
        }
        catch (RecordDamagedException)
        {
            return new(handle.ToString(), null, null, null, null);
        }
    }

    public async Task<IdentifierDetail> ShowAsync(string handle, CancellationToken cancellation)
    {
        (StoredRecord record, PrefixEntry prefix, Template template, IdentifierState state) = await FindAsync(handle, cancellation);
        string key = Fold(record.Handle);
        List<IdentifierEvent> events = await database.Set<IdentifierEvent>().AsNoTracking().Where(line => line.Handle == key).OrderBy(line => line.Id).Take(500).ToListAsync(cancellation);
        bool own = caller.Has(Permissions.RegisterIdentifiers, prefix.Enterprise.Path);
        return new(
            ItemOf(record), prefix.Enterprise.NameZh, prefix.Enterprise.NameEn, prefix.Enterprise.Id, template.Id, template.NameZh, template.NameEn, FieldsOf(template, record.Values, FieldVisibility.Private),
            [.. await BeginningAsync(record, prefix, events, cancellation), .. events.Select(line => new IdentifierEventItem(line.Act, line.Time, line.Actor, line.Remark))], own && state != IdentifierState.Retired,
            own ? [.. Enum.GetValues<IdentifierState>().Where(to => LifeCycle.Act(state, to) is not null)] : []);
    }

    /// <summary>Name of the field that a template of the prefix's enterprise has at an index; <c>null</c> without one.</summary>
    public async Task<string?> FieldAtAsync(string prefix, string template, uint index, CancellationToken cancellation) =>
        Visible((await book.CurrentAsync(cancellation)).Find(prefix)).Enterprise.Templates.GetValueOrDefault(template)?.Find(index)?.Name;

    public async Task<IdentifierDetail> RegisterAsync(RegisterIdentifier request, CancellationToken cancellation)
    {
        PrefixEntry prefix = Writable((await book.CurrentAsync(cancellation)).Find(request.Prefix));
        if (registrar.Obstacle(prefix) is { } obstacle)
        {
            Refusals.Count(Refusals.PrefixClosed);
            throw new ProblemException(Problems.Conflict("prefix-closed", obstacle));
        }

        if (!prefix.Enterprise.Templates.TryGetValue(request.Template, out Template? template))
            throw new ProblemException(Problems.Validation(("template", new("没有这个模板版本，应如 product:1。", "There is no such edition of a template; product:1 is the form."))));
        List<Fault> faults = RegistrationRules.Judge(template, request.Suffix, request.Values, out Dictionary<string, string> fields);
        if (prefix.Name.Length + 1 + request.Suffix.Length > options.MaxHandleCharacters)
            faults.Add(new("suffix", $"标识最多 {options.MaxHandleCharacters} 个字符。", $"A handle has at most {options.MaxHandleCharacters} characters."));
        if (faults.Count > 0) throw Refused(faults);
        try
        {
            await registrar.UseAsync(template, cancellation);
        }
        catch (TemplateChangedException)
        {
            throw new ProblemException(Problems.PreconditionFailed());
        }

        string handle = $"{prefix.Name}/{request.Suffix}";
        switch (await registrar.RegisterAsync(prefix, template, request.Suffix, fields))
        {
            case Registered.Same or Registered.Taken:
                Refusals.Count(Refusals.Taken);
                throw new ProblemException(Problems.Conflict("identifier-exists", new(
                    $"标识 {handle} 已注册过（仅大小写不同也算同一标识，注销后也不再使用）。", $"The identifier {handle} was registered before; a difference of case is none, and a retired one is never given again.")));
            case Registered.QuotaUsed:
                Refusals.Count(Refusals.Quota);
                throw new ProblemException(Problems.Conflict("quota-used", new($"前缀 {prefix.Name} 的配额 {prefix.Quota} 已用完。", $"The quota of {prefix.Quota} of the prefix {prefix.Name} is used up.")));
            case Registered.TooLarge:
                Refusals.Count(Refusals.Invalid);
                throw new ProblemException(Problems.Validation(("values", new("全部字段合计过长。", "All fields together are too long."))));
        }

        await NoteAsync(handle, IdentifierAct.Registered, template.Key, cancellation);
        return await ShowAsync(handle, cancellation);
    }

    public async Task<IdentifierDetail> ChangeAsync(string handle, ChangeIdentifier request, CancellationToken cancellation)
    {
        (StoredRecord record, PrefixEntry prefix, Template template, _) = await FindAsync(handle, cancellation);
        Writable(prefix);
        List<Fault> faults = [];
        RegistrationRules.JudgeFields(template, request.Values, faults, out Dictionary<string, string> fields);
        if (faults.Count > 0) throw Refused(faults);
        string[] changed = [];
        await WriteAsync(record.Handle, (old, state) =>
        {
            if (state == IdentifierState.Retired) return null;
            Dictionary<string, string> before = LifeCycle.FieldsOf(template, old.Values);
            changed = [.. before.Keys.Union(fields.Keys).Where(name => before.GetValueOrDefault(name) != fields.GetValueOrDefault(name)).Order(StringComparer.Ordinal)];
            return LifeCycle.Compose(template, state, fields);
        });
        if (changed.Length > 0) await NoteAsync(record.Handle.ToString(), IdentifierAct.Changed, string.Join(", ", changed), cancellation);
        return await ShowAsync(handle, cancellation);
    }

    public async Task<IdentifierDetail> MoveAsync(string handle, MoveIdentifier request, CancellationToken cancellation)
    {
        (StoredRecord record, PrefixEntry prefix, Template template, _) = await FindAsync(handle, cancellation);
        Writable(prefix);
        string? remark = request.Remark?.Trim();
        if (remark?.Length > LongestRemark) throw new ProblemException(Problems.Validation(("remark", new($"最多 {LongestRemark} 个字符。", $"At most {LongestRemark} characters."))));
        if (request.State is IdentifierState.Suspended or IdentifierState.Retired && (remark is null || remark.Length < ShortestRemark))
            throw new ProblemException(Problems.Validation(("remark", new($"请写明原因（至少 {ShortestRemark} 个字）。", $"Say why (at least {ShortestRemark} characters)."))));
        IdentifierAct act = default;
        await WriteAsync(record.Handle, (old, state) =>
        {
            if (LifeCycle.Act(state, request.State) is not { } possible) return null;
            act = possible;
            return LifeCycle.Move(template, request.State, old.Values);
        });
        await NoteAsync(record.Handle.ToString(), act, remark, cancellation);
        return await ShowAsync(handle, cancellation);
    }

    /// <summary>Decides on the newest record, on the writer's thread.</summary>
    private async Task WriteAsync(Octets handle, Func<StoredRecord, IdentifierState, List<HandleValue>?> change)
    {
        uint now = (uint)clock.GetUtcNow().ToUnixTimeSeconds();
        ChangeDecision decision = await store.ChangeAsync(handle, old =>
            old is not null && LifeCycle.StateOf(old.Values) is { } state && change(old, state) is { } values
                ? RecordChanges.Create(old, values, overwrite: true, now)
                : new(ResponseCode.InsufficientPermission));
        if (decision.Code == ResponseCode.InvalidValue) throw new ProblemException(Problems.Validation(("values", new("全部字段合计过长。", "All fields together are too long."))));
        if (decision.Code != ResponseCode.Success) throw new ProblemException(Problems.Conflict("identifier-state", new("标识当前的状态不允许此操作。", "The state that the identifier is in does not allow this.")));
    }

    private async Task<(StoredRecord Record, PrefixEntry Prefix, Template Template, IdentifierState State)> FindAsync(string handle, CancellationToken cancellation)
    {
        PrefixEntry? prefix = (await book.CurrentAsync(cancellation)).PrefixOf(handle);
        if (prefix is not null && !caller.Has(Permissions.ReadIdentifiers, prefix.Enterprise.Path)) Refusals.Count(Refusals.ForeignPrefix);
        if (prefix is null || !caller.Has(Permissions.ReadIdentifiers, prefix.Enterprise.Path) || store.Find(handle) is not { } record
            || LifeCycle.StateOf(record.Values) is not { } state || LifeCycle.TemplateOf(record.Values) is not { } key || !prefix.Enterprise.Templates.TryGetValue(key, out Template? template)) throw NoSuchIdentifier();
        return (record, prefix, template, state);
    }

    /// <summary>What came by file has its first line in the job of the file, and not a million times in the journal.</summary>
    private async Task<IEnumerable<IdentifierEventItem>> BeginningAsync(StoredRecord record, PrefixEntry prefix, List<IdentifierEvent> events, CancellationToken cancellation)
    {
        if (events is [{ Act: IdentifierAct.Registered }, ..]) return [];
        DateTimeOffset time = ItemOf(record).Registered, next = time.AddSeconds(1);
        Bulk.BulkJob? job = await database.Set<Bulk.BulkJob>().AsNoTracking().Where(job => job.PrefixId == prefix.Id && job.Created <= next && (job.Finished == null || job.Finished >= time))
            .OrderByDescending(job => job.Id).FirstOrDefaultAsync(cancellation);
        return [new(IdentifierAct.Registered, time, job?.CreatedBy ?? "", job?.FileName)];
    }

    private PrefixEntry Visible(PrefixEntry? prefix)
    {
        if (prefix is not null && caller.Has(Permissions.ReadIdentifiers, prefix.Enterprise.Path)) return prefix;
        if (prefix is not null) Refusals.Count(Refusals.ForeignPrefix);
        throw new ProblemException(Problems.NotFound(new("没有这个前缀。", "There is no such prefix.")));
    }

    private PrefixEntry Writable(PrefixEntry? prefix)
    {
        if (caller.Has(Permissions.RegisterIdentifiers, Visible(prefix).Enterprise.Path)) return prefix!;
        Refusals.Count(Refusals.ForeignPrefix);
        throw new ProblemException(Problems.Forbidden(new("您可以查看但不能在此前缀下注册。", "You may see this prefix but not register under it.")));
    }

    private async Task NoteAsync(string handle, IdentifierAct act, string? remark, CancellationToken cancellation)
    {
        database.Add(new IdentifierEvent { Handle = Fold(handle), Act = act, Time = clock.GetUtcNow(), Actor = caller.DisplayName, Remark = remark });
        await database.SaveChangesAsync(cancellation);
    }

    private static string Fold(Octets handle)
    {
        byte[] folded = new byte[handle.Length];
        HandleText.Fold(handle.Span, folded);
        return Encoding.UTF8.GetString(folded);
    }

    internal static List<IdentifierField> FieldsOf(Template template, IReadOnlyList<HandleValue> values, FieldVisibility most)
    {
        List<IdentifierField> fields = [];
        foreach (TemplateField field in template.Content.Fields)
            if (field.Visibility <= most && values.FirstOrDefault(value => value.Index == field.Index) is { } value)
                fields.Add(new(field.Name, field.Index, field.LabelZh, field.LabelEn, field.Kind, field.Visibility, value.Data.ToString()));
        return fields;
    }

    internal static IdentifierItem ItemOf(StoredRecord record) => new(
        record.Handle.ToString(), LifeCycle.StateOf(record.Values) ?? IdentifierState.Active, LifeCycle.TemplateOf(record.Values) ?? "",
        DateTimeOffset.FromUnixTimeSeconds(record.Values.FirstOrDefault(value => value.Index == LifeCycle.TemplateIndex)?.Timestamp ?? 0),
        DateTimeOffset.FromUnixTimeSeconds(record.Values.Count == 0 ? 0 : record.Values.Max(value => value.Timestamp)));

    private static ProblemException Refused(List<Fault> faults)
    {
        Refusals.Count(Refusals.Invalid);
        return new(Problems.Validation([.. faults.Select(fault => (fault.Field, fault.Reason))]));
    }

    private static ProblemException NoSuchIdentifier() => new(Problems.NotFound(new("没有这个标识。", "There is no such identifier.")));
}
