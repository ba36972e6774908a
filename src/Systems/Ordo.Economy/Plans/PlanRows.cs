namespace Ordo.Economy.Plans;

/// <summary>A plan (规划): a document with chapters, tasks, indicators and targets, and the years it runs.</summary>
public sealed class PlanRow
{
    public long Id { get; set; }

    /// <summary>Unique, chosen by whoever enters it.</summary>
    public string Code { get; set; } = "";
    public string NameZh { get; set; } = "";
    public string NameEn { get; set; } = "";

    /// <summary>Title of the document that promises.</summary>
    public string Document { get; set; } = "";
    public DateOnly Start { get; set; }
    public DateOnly End { get; set; }

    /// <summary>Came with the product and is public; otherwise entered here, and read only by those responsible for everything or for a part of it.</summary>
    public bool IsShipped { get; set; }
    public int Version { get; set; } = 1;
}

/// <summary>One promised value, of a plan or of a part of a target (分解到盟市、园区、企业).</summary>
public sealed class PlanTargetRow
{
    public long Id { get; set; }
    public long PlanId { get; set; }

    /// <summary>The whole that this is a part of.</summary>
    public long? ParentId { get; set; }

    /// <summary>Unique.</summary>
    public string Code { get; set; } = "";

    /// <summary>Figures with this code and <see cref="Area"/> tell how it stands.</summary>
    public string IndicatorCode { get; set; } = "";
    public string Area { get; set; } = "";

    /// <summary>The part's place in the park tree; decides who may see it. <c>null</c> for a whole area.</summary>
    public long? AssetId { get; set; }
    public string Chapter { get; set; } = "";
    public string Task { get; set; } = "";
    public string Category { get; set; } = "";
    public string NameZh { get; set; } = "";
    public string NameEn { get; set; } = "";
    public string Unit { get; set; } = "";
    public TargetKind Kind { get; set; }
    public PlanValueKind ValueKind { get; set; }

    /// <summary>Where progress is counted from; <c>null</c>: the last published figure before the plan began.</summary>
    public decimal? BaseValue { get; set; }

    /// <summary><c>null</c> while somebody else has still to set it.</summary>
    public decimal? Value { get; set; }
    public PlanQualifier Qualifier { get; set; }

    /// <summary>First year that counts.</summary>
    public int StartYear { get; set; }

    /// <summary>Year whose end is the deadline.</summary>
    public int Year { get; set; }
    public string Period { get; set; } = "";
    public string Section { get; set; } = "";
    public string Note { get; set; } = "";

    /// <summary>责任单位; empty while nobody is named.</summary>
    public string Responsible { get; set; } = "";

    /// <summary>Share of a part in a ratio; <c>null</c> where parts are summed.</summary>
    public decimal? Weight { get; set; }

    /// <summary>The targets of the years before the last (分年度目标), as <c>2023=40;2024=50</c>; empty when the document gives none.</summary>
    public string Path { get; set; } = "";

    /// <summary>Order within the plan.</summary>
    public int Position { get; set; }
    public int Version { get; set; } = 1;
}

/// <summary>One figure with its document and section. Never changed: a correction is a new figure that <see cref="Replaces"/> the old one.</summary>
public sealed class PlanFigureRow
{
    public long Id { get; set; }

    /// <summary>Unique: <c>code.year.A.n</c>.</summary>
    public string FigureId { get; set; } = "";
    public string IndicatorCode { get; set; } = "";
    public string Area { get; set; } = "";
    public long? AssetId { get; set; }
    public string Category { get; set; } = "";
    public string NameZh { get; set; } = "";
    public string NameEn { get; set; } = "";
    public string Unit { get; set; } = "";
    public PlanValueKind Kind { get; set; }
    public int Year { get; set; }
    public decimal? Value { get; set; }
    public PlanValueType Type { get; set; }
    public PlanQualifier Qualifier { get; set; }
    public string Period { get; set; } = "";
    public string Document { get; set; } = "";
    public string Section { get; set; } = "";
    public string Note { get; set; } = "";
    public bool IsShipped { get; set; }

    /// <summary><see cref="FigureId"/> of the figure that this one corrects.</summary>
    public string? Replaces { get; set; }
    public DateTimeOffset Entered { get; set; }
    public string EnteredBy { get; set; } = "";

    internal PlanValue ToValue() => new(FigureId, IndicatorCode, Area, Category, NameZh, NameEn, Unit, Kind, Year, Value, Type, Qualifier, Period, Document, Section, Note);
}

/// <summary>Which edition of a shipped file is in the database.</summary>
public sealed class PlanContentRow
{
    /// <summary>Name of the file.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256, hexadecimal.</summary>
    public string Checksum { get; set; } = "";
    public int Rows { get; set; }
    public DateTimeOffset Loaded { get; set; }
}
