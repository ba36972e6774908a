namespace Ordo.Operations.Alarms.Definitions;

public enum AlarmChangeAction : byte
{
    Create = 1,
    Update = 2,
    Delete = 3,
}

public enum AlarmChangeStatus : byte
{
    /// <summary>Waits for a second person.</summary>
    Pending = 0,
    Applied = 1,
    Rejected = 2,

    /// <summary>Somebody else changed the definition meanwhile.</summary>
    Overtaken = 3,
}

/// <summary>One change of a definition (变更管理): who, when, what was before and after, why, and who agreed.</summary>
public sealed class AlarmDefinitionChange
{
    public long Id { get; set; }

    /// <summary>0 while a new definition waits for approval.</summary>
    public long DefinitionId { get; set; }

    public required string Code { get; set; }

    public required long AssetId { get; set; }

    public required AlarmChangeAction Action { get; set; }

    public required AlarmChangeStatus Status { get; set; }

    /// <summary>JSON of the definition; <c>null</c> for a new one.</summary>
    public string? Before { get; set; }

    /// <summary>JSON of the definition; <c>null</c> for one that is deleted.</summary>
    public string? After { get; set; }

    /// <summary>Version the change was made on.</summary>
    public int BaseVersion { get; set; }

    public string? Reason { get; set; }

    public required DateTimeOffset Time { get; set; }

    public required string By { get; set; }

    public required long ById { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    public string? DecidedBy { get; set; }

    public string? DecisionComment { get; set; }
}
