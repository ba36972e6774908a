namespace Ordo.Identifiers.Enterprises;

/// <summary>How far an enterprise's application has come.</summary>
public enum EnterpriseState
{
    /// <summary>待审核</summary>
    Applied = 1,

    /// <summary>待批准</summary>
    Reviewed = 2,

    /// <summary>已退回</summary>
    Returned = 3,

    /// <summary>已批准: it has a prefix.</summary>
    Approved = 4,
}

/// <summary>What happens to an enterprise at the node.</summary>
public enum EnterpriseAct
{
    Applied = 1,
    Changed = 2,
    Reviewed = 3,
    Returned = 4,
    Approved = 5,
    PrefixChanged = 6,
    PartnersChanged = 7,
    DocumentAdded = 8,
    DocumentOpened = 9,
    DocumentRemoved = 10,
}

/// <summary>Which act leads where.</summary>
public static class EnterpriseSteps
{
    /// <returns><c>null</c> when the act is not possible in that state.</returns>
    public static EnterpriseState? Next(EnterpriseState state, EnterpriseAct act) => (state, act) switch
    {
        // What was changed after the review is another application, and is reviewed again.
        (EnterpriseState.Applied or EnterpriseState.Reviewed or EnterpriseState.Returned, EnterpriseAct.Changed) => EnterpriseState.Applied,
        (EnterpriseState.Applied, EnterpriseAct.Reviewed) => EnterpriseState.Reviewed,
        (EnterpriseState.Applied or EnterpriseState.Reviewed, EnterpriseAct.Returned) => EnterpriseState.Returned,
        (EnterpriseState.Reviewed, EnterpriseAct.Approved) => EnterpriseState.Approved,
        _ => null,
    };
}

/// <summary>An enterprise of the park that registers identifiers, or wants to (接入企业).</summary>
public sealed class NodeEnterprise
{
    public long Id { get; set; }

    /// <summary>The enterprise in the park tree; who may act for that, acts for this.</summary>
    public long AssetId { get; set; }

    public EnterpriseState State { get; set; } = EnterpriseState.Applied;

    /// <summary>统一社会信用代码</summary>
    public string CreditCode { get; set; } = "";

    /// <summary>Class of GB/T 4754: <c>3216</c>.</summary>
    public string Industry { get; set; } = "";

    public string Contact { get; set; } = "";

    public string Phone { get; set; } = "";

    /// <summary>What identifiers are wanted for.</summary>
    public string Purpose { get; set; } = "";

    /// <summary>How many identifiers it expects to need.</summary>
    public long Expected { get; set; }

    /// <summary>Why it was returned last.</summary>
    public string? Remark { get; set; }

    public long? ReviewedById { get; set; }

    public DateTimeOffset Applied { get; set; }

    public DateTimeOffset? Approved { get; set; }

    /// <summary>Raised by one at each change: the ETag.</summary>
    public int Version { get; set; } = 1;
}

/// <summary>One act on an enterprise, kept for ever.</summary>
public sealed class EnterpriseEvent
{
    public long Id { get; set; }

    public long EnterpriseId { get; set; }

    public EnterpriseAct Act { get; set; }

    public DateTimeOffset Time { get; set; }

    public string Actor { get; set; } = "";

    public string? Remark { get; set; }
}

/// <summary>Whether a prefix answers.</summary>
public enum PrefixState
{
    /// <summary>已分配: at home here.</summary>
    Allotted = 1,

    /// <summary>已暂停: nothing is registered and nothing answered.</summary>
    Suspended = 2,

    /// <summary>已收回: never again, for nobody.</summary>
    Withdrawn = 3,
}

/// <summary>An enterprise's prefix (企业前缀) with the contract it is used under.</summary>
public sealed class NodePrefix
{
    public long Id { get; set; }

    public long EnterpriseId { get; set; }

    /// <summary><c>88.999.1</c>; segments are text, <c>0042</c> is not <c>42</c>.</summary>
    public string Name { get; set; } = "";

    public PrefixState State { get; set; } = PrefixState.Allotted;

    /// <summary>Most identifiers that are ever registered under it.</summary>
    public long Quota { get; set; }

    public string Contract { get; set; } = "";

    /// <summary>From then on nothing is registered; what is registered is still answered.</summary>
    public DateTimeOffset? ContractEnds { get; set; }

    public DateTimeOffset Allotted { get; set; }

    public int Version { get; set; } = 1;
}

/// <summary>An enterprise shows another one the fields that are for partners.</summary>
public sealed class NodePartner
{
    public long Id { get; set; }

    public long EnterpriseId { get; set; }

    public long PartnerId { get; set; }
}
