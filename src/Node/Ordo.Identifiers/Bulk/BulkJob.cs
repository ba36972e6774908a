namespace Ordo.Identifiers.Bulk;

/// <summary>How far a job of registration has come.</summary>
public enum BulkState
{
    Waiting = 1,
    Running = 2,
    Done = 3,

    /// <summary>Ended by a person; what was registered stays.</summary>
    Cancelled = 4,

    /// <summary>The file as a whole is of no use, or the prefix may register no more.</summary>
    Refused = 5,
}

/// <summary>A file of identifiers to register (批量注册).</summary>
public sealed class BulkJob
{
    public long Id { get; set; }

    public long PrefixId { get; set; }

    public long TemplateId { get; set; }

    /// <summary>As it was called where it came from.</summary>
    public string FileName { get; set; } = "";

    public BulkState State { get; set; } = BulkState.Waiting;

    public long FileBytes { get; set; }

    /// <summary>Rows of the file without the header, once they are counted.</summary>
    public long? Rows { get; set; }

    /// <summary>Rows that are behind it; a start goes on after them.</summary>
    public long Done { get; set; }

    public long Registered { get; set; }

    /// <summary>Rows whose identifier was there with the same values: of an earlier run of the file, or of this one before the server was stopped.</summary>
    public long Same { get; set; }

    public long Bad { get; set; }

    /// <summary>Length of the file of bad rows that belongs to <see cref="Done"/>; what stands behind it is written anew.</summary>
    public long FaultBytes { get; set; }

    public string? FaultZh { get; set; }

    public string? FaultEn { get; set; }

    public DateTimeOffset Created { get; set; }

    public string CreatedBy { get; set; } = "";

    public DateTimeOffset? Finished { get; set; }
}
