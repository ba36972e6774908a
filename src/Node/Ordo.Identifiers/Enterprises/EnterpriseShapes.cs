namespace Ordo.Identifiers.Enterprises;

/// <summary>An application: which enterprise of the park, and what for.</summary>
/// <param name="AssetId">The enterprise in the park tree.</param>
/// <param name="CreditCode">18 characters with a right check character.</param>
/// <param name="Industry">GB/T 4754: a letter and up to four digits, or the digits alone.</param>
/// <param name="Expected">Identifiers that are expected to be needed.</param>
public sealed record ApplyEnterprise(long AssetId, string CreditCode, string Industry, string Contact, string Phone, string Purpose, long Expected);

/// <param name="Pass">False sends it back, and then the remark says why.</param>
public sealed record ReviewEnterprise(bool Pass, string? Remark = null);

/// <param name="Pass">False sends it back, and then the remark says why.</param>
/// <param name="Prefix">A prefix under the node's; default is the next free number.</param>
/// <param name="Quota">Most identifiers ever registered; default is what was applied for.</param>
/// <param name="Contract">Number of the contract.</param>
/// <param name="ContractEnds">From then on nothing is registered.</param>
public sealed record ApproveEnterprise(bool Pass, string? Remark = null, string? Prefix = null, long? Quota = null, string? Contract = null, DateTimeOffset? ContractEnds = null);

public sealed record ChangePrefix(PrefixState State, long Quota, string Contract, DateTimeOffset? ContractEnds = null, string? Remark = null);

/// <param name="Enterprises">Ids of all partners.</param>
public sealed record NamePartners(IReadOnlyList<long> Enterprises);

/// <param name="Registered">Identifiers ever registered; retired ones count.</param>
public sealed record PrefixItem(
    long Id, string Name, PrefixState State, long EnterpriseId, string EnterpriseNameZh, string EnterpriseNameEn, long Quota, int Registered, string Contract, DateTimeOffset? ContractEnds, DateTimeOffset Allotted, int Version);

public sealed record EnterpriseItem(
    long Id, long AssetId, string NameZh, string NameEn, string CreditCode, string Industry, EnterpriseState State, DateTimeOffset Applied, DateTimeOffset? Approved, string? Prefix, int Registered, int Version);

public sealed record EnterpriseEventItem(EnterpriseAct Act, DateTimeOffset Time, string Actor, string? Remark);

public sealed record PartnerItem(long Id, string NameZh, string NameEn);

/// <param name="MayChange">The caller may change and submit it again.</param>
public sealed record EnterpriseDetail(
    EnterpriseItem Enterprise, string Contact, string Phone, string Purpose, long Expected, string? Remark, PrefixItem? Prefix,
    IReadOnlyList<PartnerItem> Partners, IReadOnlyList<EnterpriseEventItem> Events, bool MayChange, bool MayReview, bool MayApprove);
