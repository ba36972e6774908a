using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Identifiers;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Templates;

namespace Ordo.Identifiers.Things;

/// <param name="Handle">Its code, or the one that it would get; <c>null</c> without a prefix.</param>
/// <param name="Registered"><c>null</c>: not registered.</param>
/// <param name="IsCurrent">The page behind the code says what is so now.</param>
/// <param name="Obstacle">Why it cannot be registered, or brought up to date, by anybody at present.</param>
/// <param name="MayRegister">The caller may do it now.</param>
public sealed record ThingCode(string Kind, long Id, string? Handle, string? OwnerZh, string? OwnerEn, IdentifierItem? Registered, bool IsCurrent, string? Obstacle, bool MayRegister);

/// <param name="Ids">At most 2000.</param>
/// <param name="Under">An asset: everything of the kind at and below it; after 2000 changes the answer says what is left.</param>
public sealed record RegisterThings(IReadOnlyList<long>? Ids = null, long? Under = null);

/// <param name="Registered">New.</param>
/// <param name="Updated">Had a code already, and now tells what is so.</param>
/// <param name="Same">Had a code that told it already.</param>
/// <param name="Left">Not looked at yet; ask again.</param>
/// <param name="Refused">With reasons, at most 200 of them.</param>
public sealed record ThingsRegistered(int Registered, int Updated, int Same, int RefusedCount, int Left, IReadOnlyList<ThingRefusal> Refused);

public sealed record ThingRefusal(long Id, string Reason);

/// <summary>
/// Registers the platform's own things. The code of a thing is made of the prefix of the nearest asset above it that has one, of its kind and of its number in the database, which is never given again: <c>88.999.1/asset.42</c>.
/// So nothing has to be kept to know it, and renaming an asset does not change what stands on its label.
/// </summary>
internal sealed class ThingDesk(OrdoDbContext database, IEnumerable<ICodedThings> kinds, NodeBook book, RegistrationDesk registration, Registrar registrar, HandleStore store, Caller caller, TimeProvider clock)
{
    public const int Most = 2000;
    private const int RefusalsShown = 200, MostLookedAt = 200_000, ChunkSize = 500;
    private const string TemplatePrefix = "platform-";

    public async Task<ThingCode> ShowAsync(string kind, long id, CancellationToken cancellation)
    {
        ICodedThings things = Find(kind);
        CodedThing thing = Seen(await things.FindAsync([id], cancellation)).FirstOrDefault() ?? throw NotFound();
        return await ShowAsync(things, thing, cancellation);
    }

    public async Task<ThingCode> RegisterAsync(string kind, long id, CancellationToken cancellation)
    {
        ICodedThings things = Find(kind);
        CodedThing thing = Seen(await things.FindAsync([id], cancellation)).FirstOrDefault() ?? throw NotFound();
        await RegisterAsync(things, thing, cancellation);
        return await ShowAsync(things, thing, cancellation);
    }

    public async Task<ThingsRegistered> RegisterManyAsync(string kind, RegisterThings request, CancellationToken cancellation)
    {
        ICodedThings things = Find(kind);
        if ((request.Ids is null) == (request.Under is null) || request.Ids?.Count > Most)
            throw new ProblemException(Problems.Validation(("ids", new($"请给出 ids（最多 {Most} 个）或 under 之一。", $"Either ids, at most {Most}, or under is expected."))));
        long[] ids = [.. (request.Ids ?? await things.BelowAsync(await PathOfAsync(request.Under!.Value, cancellation), MostLookedAt, cancellation)).Distinct()];
        Dictionary<Outcome, int> counts = [];
        List<ThingRefusal> refusals = [];
        int done = 0;
        foreach (long[] chunk in ids.Chunk(ChunkSize))
        {
            if (done - counts.GetValueOrDefault(Outcome.Same) >= Most) break;
            ILookup<long, CodedThing> found = Seen(await things.FindAsync(chunk, cancellation)).ToLookup(thing => thing.Id);
            foreach (long id in chunk)
            {
                Outcome outcome = Outcome.Refused;
                try
                {
                    outcome = await RegisterAsync(things, found[id].FirstOrDefault() ?? throw NotFound(), cancellation);
                }
                catch (ProblemException problem)
                {
                    if (refusals.Count < RefusalsShown) refusals.Add(new(id, problem.Message));
                }

                counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
                done++;
            }
        }

        return new(counts.GetValueOrDefault(Outcome.Registered), counts.GetValueOrDefault(Outcome.Updated), counts.GetValueOrDefault(Outcome.Same), counts.GetValueOrDefault(Outcome.Refused), ids.Length - done, refusals);
    }

    private enum Outcome
    {
        Registered,
        Updated,
        Same,
        Refused,
    }

    private async Task<Outcome> RegisterAsync(ICodedThings things, CodedThing thing, CancellationToken cancellation)
    {
        PrefixEntry prefix = PrefixFor(thing, await book.CurrentAsync(cancellation)) ?? throw new ProblemException(Problems.Conflict("no-prefix", NoPrefix));
        string handle = HandleOf(prefix, things, thing);
        if (store.Find(handle) is { } record && LifeCycle.TemplateOf(record.Values) is { } used && prefix.Enterprise.Templates.TryGetValue(used, out Template? template))
        {
            if (Tells(template, record, thing)) return Outcome.Same;
            await registration.ChangeAsync(handle, new(thing.Values), cancellation);
            return Outcome.Updated;
        }

        string key = await TemplateForAsync(things, prefix, cancellation);
        await registration.RegisterAsync(new(prefix.Name, handle[(prefix.Name.Length + 1)..], key, thing.Values), cancellation);
        return Outcome.Registered;
    }

    private async Task<ThingCode> ShowAsync(ICodedThings things, CodedThing thing, CancellationToken cancellation)
    {
        if (PrefixFor(thing, await book.CurrentAsync(cancellation)) is not { } prefix) return new(things.Kind, thing.Id, null, null, null, null, false, NoPrefix.ToString(), false);
        string handle = HandleOf(prefix, things, thing);
        StoredRecord? record = store.Find(handle);
        IdentifierState? state = record is null ? null : LifeCycle.StateOf(record.Values);
        bool current = record is not null && LifeCycle.TemplateOf(record.Values) is { } key && prefix.Enterprise.Templates.TryGetValue(key, out Template? template) && Tells(template, record, thing);
        Text? obstacle = state == IdentifierState.Retired ? new Text("该标识已注销，不再使用。", "The code is retired and never used again.") : registrar.Obstacle(prefix);
        return new(things.Kind, thing.Id, handle, prefix.Enterprise.NameZh, prefix.Enterprise.NameEn, state is null ? null : RegistrationDesk.ItemOf(record!), current, obstacle?.ToString(), obstacle is null && caller.Has(Permissions.RegisterIdentifiers, prefix.Enterprise.Path));
    }

    /// <summary>The newest edition that has the fields of the kind; a first or a next one is made when there is none.</summary>
    private async Task<string> TemplateForAsync(ICodedThings things, PrefixEntry prefix, CancellationToken cancellation)
    {
        if (!caller.Has(Permissions.RegisterIdentifiers, prefix.Enterprise.Path)) throw new ProblemException(Problems.Forbidden(new("您可以查看但不能在此前缀下注册。", "You may see this prefix but not register under it.")));
        string code = TemplatePrefix + things.Kind;
        Template? newest = prefix.Enterprise.Templates.Values.Where(template => template.Code == code).MaxBy(template => template.Edition);
        string content = ContentOf(things).ToJson();
        if (newest is not null && newest.Content.ToJson() == content) return newest.Key;
        int edition = (newest?.Edition ?? 0) + 1;
        database.Add(new IdentifierTemplate
        {
            EnterpriseId = prefix.Enterprise.Id, Code = code, Edition = edition, NameZh = things.Name.Zh, NameEn = things.Name.En, Content = content, Created = clock.GetUtcNow(), CreatedBy = caller.DisplayName,
        });
        try
        {
            await database.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException exception) when (exception.IsDuplicate())
        {
            database.ChangeTracker.Clear(); // somebody else made it in this moment
        }

        return string.Create(CultureInfo.InvariantCulture, $"{code}:{edition}");
    }

    private static TemplateContent ContentOf(ICodedThings things) => new(
        new(things.Kind + ".", SuffixCharacters.Digits, things.Kind.Length + 2, things.Kind.Length + 20),
        [.. things.Fields.Select((field, place) => new TemplateField(
            field.Name, TemplateRules.FirstIndex + (uint)place, field.Label.Zh, field.Label.En, FieldKind.Text, field.IsRequired, field.IsPublic ? FieldVisibility.Public : FieldVisibility.Private, Names.MaxName * 3))]);

    private static bool Tells(Template template, StoredRecord record, CodedThing thing)
    {
        Dictionary<string, string> said = LifeCycle.FieldsOf(template, record.Values);
        return said.Count == thing.Values.Count && thing.Values.All(value => said.GetValueOrDefault(value.Key) == value.Value.Trim());
    }

    private static PrefixEntry? PrefixFor(CodedThing thing, NodeSnapshot snapshot) => snapshot.Prefixes
        .Where(prefix => prefix.State != PrefixState.Withdrawn && thing.AssetPath.StartsWith(prefix.Enterprise.Path, StringComparison.Ordinal)).MaxBy(prefix => prefix.Enterprise.Path.Length);

    private static string HandleOf(PrefixEntry prefix, ICodedThings things, CodedThing thing) => string.Create(CultureInfo.InvariantCulture, $"{prefix.Name}/{things.Kind}.{thing.Id}");

    private IEnumerable<CodedThing> Seen(IReadOnlyList<CodedThing> things) => things.Where(thing => caller.Has(Permissions.ReadPark, thing.AssetPath) && caller.Has(Permissions.ReadIdentifiers, thing.AssetPath));

    private async Task<string> PathOfAsync(long asset, CancellationToken cancellation)
    {
        string? path = await database.Set<Asset>().AsNoTracking().Where(row => row.Id == asset).Select(row => row.Path).FirstOrDefaultAsync(cancellation);
        return path is not null && caller.Has(Permissions.ReadPark, path) ? path : throw NotFound();
    }

    private ICodedThings Find(string kind) => kinds.FirstOrDefault(things => things.Kind == kind) ?? throw NotFound();

    private static Text NoPrefix => new("所属企业和园区都还没有标识前缀，请先在“接入企业”中申请。", "Neither its enterprise nor its park has a prefix; apply for one under 'Enterprises' first.");

    private static ProblemException NotFound() => new(Problems.NotFound(new("没有这个对象。", "There is no such thing.")));
}
