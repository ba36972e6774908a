using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Templates;

namespace Ordo.Identifiers.Registration;

/// <summary>One edition of a template as registration uses it.</summary>
internal sealed class Template(long id, long enterpriseId, string code, int edition, string nameZh, string nameEn, TemplateContent content, bool isUsed)
{
    private readonly FrozenDictionary<uint, TemplateField> byIndex = content.Fields.ToFrozenDictionary(field => field.Index);

    public long Id => id;

    public long EnterpriseId => enterpriseId;

    public string Code => code;

    public int Edition => edition;

    public string NameZh => nameZh;

    public string NameEn => nameEn;

    public TemplateContent Content => content;

    /// <summary>It stands fast.</summary>
    public bool IsUsed => isUsed;

    /// <summary>As it stands in records: <c>product:1</c>.</summary>
    public string Key { get; } = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{code}:{edition}");

    public TemplateField? Find(uint index) => byIndex.GetValueOrDefault(index);
}

/// <summary>An enterprise as registration and resolution see it.</summary>
internal sealed record EnterpriseEntry(long Id, long AssetId, string Path, string NameZh, string NameEn, string Industry, EnterpriseState State, FrozenDictionary<string, Template> Templates, FrozenSet<long> Partners);

/// <summary>A prefix with its enterprise.</summary>
internal sealed record PrefixEntry(long Id, string Name, PrefixState State, long Quota, DateTimeOffset? ContractEnds, EnterpriseEntry Enterprise);

/// <summary>Enterprises, prefixes and templates at one moment. Immutable.</summary>
internal sealed class NodeSnapshot(IReadOnlyList<EnterpriseEntry> enterprises, IReadOnlyList<PrefixEntry> prefixes)
{
    private readonly FrozenDictionary<string, PrefixEntry> byName = prefixes.ToFrozenDictionary(prefix => prefix.Name, StringComparer.OrdinalIgnoreCase);
    private readonly FrozenDictionary<long, EnterpriseEntry> byId = enterprises.ToFrozenDictionary(enterprise => enterprise.Id);

    public IReadOnlyList<PrefixEntry> Prefixes => prefixes;

    public IReadOnlyList<EnterpriseEntry> Enterprises => enterprises;

    public PrefixEntry? Find(string prefix) => byName.GetValueOrDefault(prefix);

    public PrefixEntry? PrefixOf(string handle)
    {
        int slash = handle.IndexOf('/', StringComparison.Ordinal);
        return slash <= 0 ? null : Find(handle[..slash]);
    }

    public EnterpriseEntry? Enterprise(long id) => byId.GetValueOrDefault(id);

    /// <summary>Which fields of an enterprise's identifiers somebody reads beside the public ones.</summary>
    public FieldVisibility MostVisible(EnterpriseEntry owner, Caller? caller)
    {
        if (caller is null) return FieldVisibility.Public;
        if (caller.Has(Permissions.ReadIdentifiers, owner.Path)) return FieldVisibility.Private;
        return owner.Partners.Any(id => byId.TryGetValue(id, out EnterpriseEntry? partner) && partner.State == EnterpriseState.Approved && caller.Has(Permissions.ReadIdentifiers, partner.Path))
            ? FieldVisibility.Partner
            : FieldVisibility.Public;
    }
}

/// <summary>Keeps the snapshot. It is told of commits of its own process; what other processes changed it finds when the snapshot has grown old.</summary>
internal sealed class NodeBook : IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(30);
    private readonly IDbContextFactory<OrdoDbContext> databases;
    private readonly Commits commits;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim loading = new(1, 1);
    private Loaded? loaded;
    private long change;

    public NodeBook(IDbContextFactory<OrdoDbContext> databases, Commits commits, TimeProvider clock)
    {
        (this.databases, this.commits, this.clock) = (databases, commits, clock);
        commits.Committed += Note;
    }

    public async ValueTask<NodeSnapshot> CurrentAsync(CancellationToken cancellation)
    {
        if (Fresh() is { } current) return current;
        await loading.WaitAsync(cancellation);
        try
        {
            if (Fresh() is { } other) return other;
            // Taken before reading: what is committed meanwhile makes this snapshot old as soon as it is there, and nobody is given the one before it.
            (long before, long since) = (Volatile.Read(ref change), clock.GetTimestamp());
            loaded = new(await LoadAsync(cancellation), before, since);
            return loaded.Snapshot;
        }
        finally
        {
            loading.Release();
        }
    }

    public void Dispose()
    {
        commits.Committed -= Note;
        loading.Dispose();
    }

    private NodeSnapshot? Fresh() => Volatile.Read(ref loaded) is { } last && last.Change == Volatile.Read(ref change) && clock.GetElapsedTime(last.Since) < MaxAge ? last.Snapshot : null;

    private void Note(IReadOnlySet<Type> types)
    {
        if (types.Contains(typeof(NodeEnterprise)) || types.Contains(typeof(NodePrefix)) || types.Contains(typeof(IdentifierTemplate)) || types.Contains(typeof(NodePartner)) || types.Contains(typeof(Asset)))
            Interlocked.Increment(ref change);
    }

    private async Task<NodeSnapshot> LoadAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        var rows = await (from enterprise in database.Set<NodeEnterprise>().AsNoTracking()
                          join asset in database.Set<Asset>().AsNoTracking() on enterprise.AssetId equals asset.Id
                          select new { enterprise.Id, enterprise.AssetId, asset.Path, asset.NameZh, asset.NameEn, enterprise.Industry, enterprise.State }).ToListAsync(cancellation);
        ILookup<long, Template> templates = (await database.Set<IdentifierTemplate>().AsNoTracking().ToListAsync(cancellation))
            .Select(template => new Template(template.Id, template.EnterpriseId, template.Code, template.Edition, template.NameZh, template.NameEn, TemplateContent.Parse(template.Content), template.UsedSince is not null))
            .ToLookup(template => template.EnterpriseId);
        ILookup<long, long> partners = (await database.Set<NodePartner>().AsNoTracking().ToListAsync(cancellation)).ToLookup(partner => partner.EnterpriseId, partner => partner.PartnerId);
        EnterpriseEntry[] enterprises = [.. rows.Select(row => new EnterpriseEntry(
            row.Id, row.AssetId, row.Path, row.NameZh, row.NameEn, row.Industry, row.State, templates[row.Id].ToFrozenDictionary(template => template.Key, StringComparer.Ordinal), partners[row.Id].ToFrozenSet()))];
        Dictionary<long, EnterpriseEntry> byId = enterprises.ToDictionary(enterprise => enterprise.Id);
        List<NodePrefix> prefixes = await database.Set<NodePrefix>().AsNoTracking().OrderBy(prefix => prefix.Id).ToListAsync(cancellation);
        return new(enterprises, [.. prefixes.Where(prefix => byId.ContainsKey(prefix.EnterpriseId)).Select(prefix =>
            new PrefixEntry(prefix.Id, prefix.Name, prefix.State, prefix.Quota, prefix.ContractEnds, byId[prefix.EnterpriseId]))]);
    }

    /// <param name="Change">How many changes had been told before it was read.</param>
    /// <param name="Since">When its reading began, by the clock.</param>
    private sealed record Loaded(NodeSnapshot Snapshot, long Change, long Since);
}
