using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Serving;

namespace Ordo.Identifiers.Enterprises;

/// <summary>Enterprises from their application to their prefix. Each act is one transaction with its line in the journal.</summary>
internal sealed class EnterpriseDesk(OrdoDbContext database, HandleStore store, PrefixHomes homes, IdentifiersOptions options, Caller caller, TimeProvider clock)
{
    public const long LargestQuota = 100_000_000;
    private const int ShortestRemark = 4, LongestRemark = 1000, MaxPartners = 200;

    public async Task<PageOf<EnterpriseItem>> ListAsync(EnterpriseState? state, long? asset, Paging paging, CancellationToken cancellation)
    {
        IQueryable<Row> rows = Visible();
        if (state is { } wanted) rows = rows.Where(row => row.Enterprise.State == wanted);
        if (asset is { } one) rows = rows.Where(row => row.Enterprise.AssetId == one);
        PageOf<Row> page = await rows.OrderByDescending(row => row.Enterprise.Id).ToPageAsync(paging, cancellation);
        long[] ids = [.. page.Items.Select(row => row.Enterprise.Id)];
        Dictionary<long, NodePrefix> prefixes = await database.Set<NodePrefix>().AsNoTracking().Where(prefix => ids.Contains(prefix.EnterpriseId)).ToDictionaryAsync(prefix => prefix.EnterpriseId, cancellation);
        return new([.. page.Items.Select(row => ItemOf(row, prefixes.GetValueOrDefault(row.Enterprise.Id)))], page.Total, page.Page, page.PageSize);
    }

    public async Task<PageOf<PrefixItem>> ListPrefixesAsync(Paging paging, CancellationToken cancellation)
    {
        IQueryable<PrefixRow> rows = from row in Visible() join prefix in database.Set<NodePrefix>().AsNoTracking() on row.Enterprise.Id equals prefix.EnterpriseId
                                     orderby prefix.Id select new PrefixRow { Enterprise = row.Enterprise, Asset = row.Asset, Prefix = prefix };
        PageOf<PrefixRow> page = await rows.ToPageAsync(paging, cancellation);
        return new([.. page.Items.Select(row => ItemOf(row.Prefix, row.Asset))], page.Total, page.Page, page.PageSize);
    }

    public async Task<EnterpriseDetail> ShowAsync(long id, CancellationToken cancellation)
    {
        Row row = await FindAsync(id, cancellation);
        NodeEnterprise enterprise = row.Enterprise;
        NodePrefix? prefix = await database.Set<NodePrefix>().AsNoTracking().FirstOrDefaultAsync(prefix => prefix.EnterpriseId == id, cancellation);
        List<EnterpriseEvent> events = await database.Set<EnterpriseEvent>().AsNoTracking().Where(line => line.EnterpriseId == id).OrderBy(line => line.Id).ToListAsync(cancellation);
        List<PartnerItem> partners = await (from partner in database.Set<NodePartner>().AsNoTracking()
                                            where partner.EnterpriseId == id
                                            join other in database.Set<NodeEnterprise>() on partner.PartnerId equals other.Id
                                            join asset in database.Set<Asset>() on other.AssetId equals asset.Id
                                            orderby other.Id
                                            select new PartnerItem(other.Id, asset.NameZh, asset.NameEn)).ToListAsync(cancellation);
        bool own = caller.Has(Permissions.RegisterIdentifiers, row.Asset.Path);
        return new(
            ItemOf(row, prefix), enterprise.Contact, enterprise.Phone, enterprise.Purpose, enterprise.Expected, enterprise.Remark, prefix is null ? null : ItemOf(prefix, row.Asset), partners,
            [.. events.Select(line => new EnterpriseEventItem(line.Act, line.Time, line.Actor, line.Remark))],
            own && EnterpriseSteps.Next(enterprise.State, EnterpriseAct.Changed) is not null,
            enterprise.State == EnterpriseState.Applied && caller.Has(Permissions.ReviewIdentifiers, row.Asset.Path),
            enterprise.State == EnterpriseState.Reviewed && caller.HasEverywhere(Permissions.ManageIdentifiers) && enterprise.ReviewedById != caller.AccountId);
    }

    public async Task<long> ApplyAsync(ApplyEnterprise request, CancellationToken cancellation)
    {
        Asset asset = await AssetOfAsync(request.AssetId, cancellation);
        Check(request);
        var enterprise = new NodeEnterprise { AssetId = asset.Id, Applied = clock.GetUtcNow() };
        Fill(enterprise, request);
        database.Add(enterprise);
        try
        {
            await SaveAsync(enterprise, EnterpriseAct.Applied, null, cancellation);
        }
        catch (DbUpdateException exception) when (exception.IsDuplicate())
        {
            throw new ProblemException(Problems.Conflict("enterprise-exists", new("该企业已提交过申请。", "The enterprise has applied already.")));
        }

        return enterprise.Id;
    }

    /// <summary>What was changed goes to the review again.</summary>
    public async Task ChangeAsync(long id, ApplyEnterprise request, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        Row row = await FindAsync(id, cancellation);
        if (!caller.Has(Permissions.RegisterIdentifiers, row.Asset.Path)) throw NotYours();
        if (request.AssetId != row.Asset.Id) throw new ProblemException(Problems.Validation(("assetId", new("申请不能改到另一家企业。", "An application stays with its enterprise."))));
        Check(request);
        NodeEnterprise enterprise = await TakeAsync(id, EnterpriseAct.Changed, checkVersion, cancellation);
        Fill(enterprise, request);
        enterprise.Remark = null;
        enterprise.ReviewedById = null;
        enterprise.Applied = clock.GetUtcNow();
        await SaveAsync(enterprise, EnterpriseAct.Changed, null, cancellation);
    }

    public async Task ReviewAsync(long id, ReviewEnterprise request, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        Row row = await FindAsync(id, cancellation);
        if (!caller.Has(Permissions.ReviewIdentifiers, row.Asset.Path)) throw NotYours();
        string? remark = RemarkOf(request.Remark, needed: !request.Pass);
        EnterpriseAct act = request.Pass ? EnterpriseAct.Reviewed : EnterpriseAct.Returned;
        NodeEnterprise enterprise = await TakeAsync(id, act, checkVersion, cancellation);
        enterprise.Remark = request.Pass ? null : remark;
        enterprise.ReviewedById = request.Pass ? caller.AccountId : null;
        await SaveAsync(enterprise, act, remark, cancellation);
    }

    /// <summary>The second check, by another person: with it the enterprise has its prefix.</summary>
    public async Task ApproveAsync(long id, ApproveEnterprise request, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        await FindAsync(id, cancellation);
        if (!caller.HasEverywhere(Permissions.ManageIdentifiers)) throw NotYours();
        string? remark = RemarkOf(request.Remark, needed: !request.Pass);
        EnterpriseAct act = request.Pass ? EnterpriseAct.Approved : EnterpriseAct.Returned;
        NodeEnterprise enterprise = await TakeAsync(id, act, checkVersion, cancellation);
        if (!request.Pass)
        {
            enterprise.Remark = remark;
            enterprise.ReviewedById = null;
            await SaveAsync(enterprise, act, remark, cancellation);
            return;
        }

        if (enterprise.ReviewedById == caller.AccountId)
            throw new ProblemException(Problems.Conflict("four-eyes", new("审核与批准须由不同的人进行。", "Review and approval are made by two different people.")));
        CheckContract(request.Quota ?? enterprise.Expected, request.Contract ?? "", request.ContractEnds);
        string name = await PrefixForAsync(request.Prefix, cancellation);
        enterprise.Approved = clock.GetUtcNow();
        database.Add(new NodePrefix
        {
            EnterpriseId = id, Name = name, Quota = request.Quota ?? enterprise.Expected, Contract = (request.Contract ?? "").Trim(), ContractEnds = request.ContractEnds, Allotted = clock.GetUtcNow(),
        });
        try
        {
            await SaveAsync(enterprise, act, remark is null ? name : $"{name}: {remark}", cancellation);
        }
        catch (DbUpdateException exception) when (exception.IsDuplicate())
        {
            throw PrefixTaken(name);
        }

        await homes.FollowAsync(name, PrefixState.Allotted);
    }

    public async Task<PrefixItem> ChangePrefixAsync(long id, ChangePrefix request, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        NodePrefix prefix = await database.Set<NodePrefix>().FirstOrDefaultAsync(prefix => prefix.Id == id, cancellation) ?? throw new ProblemException(Problems.NotFound(new("没有这个前缀。", "There is no such prefix.")));
        Row row = await FindAsync(prefix.EnterpriseId, cancellation);
        if (!caller.HasEverywhere(Permissions.ManageIdentifiers)) throw NotYours();
        if (checkVersion(prefix.Version) is { } changed) throw new ProblemException(changed);
        if (prefix.State == PrefixState.Withdrawn) throw new ProblemException(Problems.Conflict("prefix-withdrawn", new("前缀已收回，不再变更。", "The prefix is withdrawn and stays so.")));
        CheckContract(request.Quota, request.Contract, request.ContractEnds);
        string? remark = RemarkOf(request.Remark, needed: request.State != prefix.State);
        NodeEnterprise enterprise = (await database.Set<NodeEnterprise>().FindAsync([prefix.EnterpriseId], cancellation))!;
        (prefix.State, prefix.Quota, prefix.Contract, prefix.ContractEnds) = (request.State, request.Quota, request.Contract.Trim(), request.ContractEnds);
        prefix.Version++;
        await SaveAsync(enterprise, EnterpriseAct.PrefixChanged, remark, cancellation);
        await homes.FollowAsync(prefix.Name, prefix.State);
        return ItemOf(prefix, row.Asset);
    }

    public async Task NamePartnersAsync(long id, NamePartners request, CancellationToken cancellation)
    {
        Row row = await FindAsync(id, cancellation);
        if (!caller.Has(Permissions.RegisterIdentifiers, row.Asset.Path)) throw NotYours();
        long[] wanted = [.. request.Enterprises.Distinct()];
        if (wanted.Length > MaxPartners) throw new ProblemException(Problems.Validation(("enterprises", new($"最多 {MaxPartners} 家。", $"At most {MaxPartners}."))));
        int known = await database.Set<NodeEnterprise>().CountAsync(other => wanted.Contains(other.Id) && other.Id != id && other.State == EnterpriseState.Approved, cancellation);
        if (known != wanted.Length) throw new ProblemException(Problems.Validation(("enterprises", new("合作方应为其他已批准的企业。", "Partners are other enterprises that are approved."))));
        List<NodePartner> present = await database.Set<NodePartner>().Where(partner => partner.EnterpriseId == id).ToListAsync(cancellation);
        database.RemoveRange(present.Where(partner => !wanted.Contains(partner.PartnerId)));
        database.AddRange(wanted.Except(present.Select(partner => partner.PartnerId)).Select(partner => new NodePartner { EnterpriseId = id, PartnerId = partner }));
        NodeEnterprise enterprise = (await database.Set<NodeEnterprise>().FindAsync([id], cancellation))!;
        await SaveAsync(enterprise, EnterpriseAct.PartnersChanged, string.Join(", ", wanted), cancellation);
    }

    private IQueryable<Row> Visible() =>
        from enterprise in database.Set<NodeEnterprise>().AsNoTracking()
        join asset in database.Set<Asset>().AsNoTracking().Within(asset => asset.Path, caller.ScopesOf(Permissions.ReadIdentifiers)) on enterprise.AssetId equals asset.Id
        select new Row { Enterprise = enterprise, Asset = asset };

    private async Task<Row> FindAsync(long id, CancellationToken cancellation) =>
        await Visible().FirstOrDefaultAsync(row => row.Enterprise.Id == id, cancellation) ?? throw new ProblemException(Problems.NotFound(new("没有这家接入企业。", "There is no such enterprise at the node.")));

    private async Task<Asset> AssetOfAsync(long id, CancellationToken cancellation)
    {
        Asset? asset = await database.Set<Asset>().AsNoTracking().FirstOrDefaultAsync(asset => asset.Id == id, cancellation);
        if (asset is null || !caller.Has(Permissions.RegisterIdentifiers, asset.Path)) throw new ProblemException(Problems.NotFound(new("没有这家企业。", "There is no such enterprise.")));
        return asset.Kind is AssetKind.Enterprise or AssetKind.Park ? asset : throw new ProblemException(Problems.Validation(("assetId", new("申请者应为企业或园区。", "An enterprise applies, or the park for its own things."))));
    }

    /// <summary>The entity to change, moved to where the act leads.</summary>
    private async Task<NodeEnterprise> TakeAsync(long id, EnterpriseAct act, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        NodeEnterprise enterprise = (await database.Set<NodeEnterprise>().FindAsync([id], cancellation))!;
        if (checkVersion(enterprise.Version) is { } changed) throw new ProblemException(changed);
        enterprise.State = EnterpriseSteps.Next(enterprise.State, act) ?? throw new ProblemException(Problems.Conflict("enterprise-state", new(
            $"申请当前为“{NameOf(enterprise.State).Zh}”，不能进行此操作。", $"The application is {NameOf(enterprise.State).En}; this cannot be done now.")));
        return enterprise;
    }

    private async Task SaveAsync(NodeEnterprise enterprise, EnterpriseAct act, string? remark, CancellationToken cancellation)
    {
        if (act != EnterpriseAct.Applied) enterprise.Version++;
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        try
        {
            await database.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new ProblemException(Problems.PreconditionFailed());
        }

        database.Add(new EnterpriseEvent { EnterpriseId = enterprise.Id, Act = act, Time = clock.GetUtcNow(), Actor = caller.DisplayName, Remark = remark });
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>The prefix asked for, or the next number. One that was ever given, or that lies in the store already, is none.</summary>
    private async Task<string> PrefixForAsync(string? wanted, CancellationToken cancellation)
    {
        string start = options.NodePrefix + ".";
        HashSet<string> taken = [.. await database.Set<NodePrefix>().Select(prefix => prefix.Name).ToListAsync(cancellation), .. store.HomePrefixes];
        if (wanted is { Length: > 0 })
        {
            string number = wanted.StartsWith(start, StringComparison.Ordinal) ? wanted[start.Length..] : "";
            if (number.Length is 0 or > 8 || !number.All(char.IsAsciiDigit))
                throw new ProblemException(Problems.Validation(("prefix", new($"前缀应为“{start}”加 1 至 8 位数字。", $"A prefix is '{start}' and 1 to 8 digits."))));
            return taken.Contains(wanted) ? throw PrefixTaken(wanted) : wanted;
        }

        for (int next = 1; ; next++)
        {
            string name = start + next.ToString(CultureInfo.InvariantCulture);
            if (!taken.Contains(name)) return name;
        }
    }

    private static void Check(ApplyEnterprise request)
    {
        List<(string, Text)> faults = [];
        if (CreditCode.FaultOf(request.CreditCode) is { } wrong) faults.Add(("creditCode", wrong));
        if (IndustryCatalogue.FaultOf(request.Industry) is { } unknown) faults.Add(("industry", unknown));
        Judge("contact", request.Contact, 100);
        Judge("phone", request.Phone, 40);
        Judge("purpose", request.Purpose, 1000);
        if (request.Expected is < 1 or > LargestQuota) faults.Add(("expected", new($"应在 1 与 {LargestQuota} 之间。", $"Between 1 and {LargestQuota}.")));
        if (faults.Count > 0) throw new ProblemException(Problems.Validation([.. faults]));

        void Judge(string field, string text, int most)
        {
            if (text.Trim().Length == 0 || text.Length > most) faults.Add((field, new($"应有 1 至 {most} 个字符。", $"1 to {most} characters are expected.")));
        }
    }

    private void CheckContract(long quota, string contract, DateTimeOffset? ends)
    {
        List<(string, Text)> faults = [];
        if (quota is < 1 or > LargestQuota) faults.Add(("quota", new($"应在 1 与 {LargestQuota} 之间。", $"Between 1 and {LargestQuota}.")));
        if (contract.Length > 100) faults.Add(("contract", new("最多 100 个字符。", "At most 100 characters.")));
        if (ends < clock.GetUtcNow().AddYears(-1) || ends > clock.GetUtcNow().AddYears(50)) faults.Add(("contractEnds", new("合同期限不合理，请检查年份。", "The end of the contract makes no sense; check the year.")));
        if (faults.Count > 0) throw new ProblemException(Problems.Validation([.. faults]));
    }

    private static void Fill(NodeEnterprise enterprise, ApplyEnterprise request)
    {
        (enterprise.CreditCode, enterprise.Industry, enterprise.Contact) = (request.CreditCode, request.Industry, request.Contact.Trim());
        (enterprise.Phone, enterprise.Purpose, enterprise.Expected) = (request.Phone.Trim(), request.Purpose.Trim(), request.Expected);
    }

    private EnterpriseItem ItemOf(Row row, NodePrefix? prefix) => new(
        row.Enterprise.Id, row.Asset.Id, row.Asset.NameZh, row.Asset.NameEn, row.Enterprise.CreditCode, row.Enterprise.Industry, row.Enterprise.State, row.Enterprise.Applied, row.Enterprise.Approved,
        prefix?.Name, prefix is null ? 0 : CountOf(prefix), row.Enterprise.Version);

    private PrefixItem ItemOf(NodePrefix prefix, Asset asset) => new(
        prefix.Id, prefix.Name, prefix.State, prefix.EnterpriseId, asset.NameZh, asset.NameEn, prefix.Quota, CountOf(prefix), prefix.Contract, prefix.ContractEnds, prefix.Allotted, prefix.Version);

    private int CountOf(NodePrefix prefix) => store.CountOf(System.Text.Encoding.UTF8.GetBytes(prefix.Name));

    private static string? RemarkOf(string? remark, bool needed)
    {
        string? text = remark?.Trim();
        if (text?.Length > LongestRemark) throw new ProblemException(Problems.Validation(("remark", new($"最多 {LongestRemark} 个字符。", $"At most {LongestRemark} characters."))));
        if (needed && (text is null || text.Length < ShortestRemark))
            throw new ProblemException(Problems.Validation(("remark", new($"请写明原因（至少 {ShortestRemark} 个字）。", $"Say why (at least {ShortestRemark} characters)."))));
        return string.IsNullOrEmpty(text) ? null : text;
    }

    private static ProblemException PrefixTaken(string name) => new(Problems.Conflict("prefix-taken", new($"前缀 {name} 已被使用过，不再分配。", $"The prefix {name} was given before and is never given again.")));

    private static ProblemException NotYours() => new(Problems.Forbidden(new("您可以查看但不能进行此操作。", "You may see this but not do that.")));

    private static Text NameOf(EnterpriseState state) => state switch
    {
        EnterpriseState.Applied => new("待审核", "waiting for its review"),
        EnterpriseState.Reviewed => new("待批准", "waiting for its approval"),
        EnterpriseState.Returned => new("已退回", "returned"),
        _ => new("已批准", "approved"),
    };

    private sealed class Row
    {
        public required NodeEnterprise Enterprise { get; init; }

        public required Asset Asset { get; init; }
    }

    private sealed class PrefixRow
    {
        public required NodeEnterprise Enterprise { get; init; }

        public required Asset Asset { get; init; }

        public required NodePrefix Prefix { get; init; }
    }
}
