using System.Text.Json;

namespace Ordo.Economy.Filing;

/// <summary>How far a form has come.</summary>
public enum FilingState
{
    /// <summary>Being filled in (填报中).</summary>
    Draft = 1,

    /// <summary>With the park (待园区审核).</summary>
    Submitted = 2,

    /// <summary>With the region (待区域审核).</summary>
    Checked = 3,

    /// <summary>Sent back with a remark (退回).</summary>
    Returned = 4,

    /// <summary>Counts (已审定).</summary>
    Accepted = 5,
}

/// <summary>How final a figure is.</summary>
public enum Vintage
{
    /// <summary>初步</summary>
    First = 1,

    /// <summary>修订</summary>
    Revised = 2,

    /// <summary>年报</summary>
    Final = 3,
}

/// <summary>What happens to a form.</summary>
public enum FilingAct
{
    Opened = 1,
    Saved = 2,
    Submitted = 3,
    Checked = 4,
    Accepted = 5,
    Returned = 6,
    CorrectionOpened = 7,
    Reminded = 8,
}

/// <summary>Which act leads where. A form that is accepted never changes again: a correction is another one.</summary>
public static class FilingSteps
{
    /// <returns><c>null</c> when the act is not possible in that state.</returns>
    public static FilingState? Next(FilingState state, FilingAct act) => (state, act) switch
    {
        (FilingState.Draft or FilingState.Returned, FilingAct.Saved) => state,
        (FilingState.Draft or FilingState.Returned, FilingAct.Submitted) => FilingState.Submitted,
        (FilingState.Submitted, FilingAct.Checked) => FilingState.Checked,
        (FilingState.Checked, FilingAct.Accepted) => FilingState.Accepted,
        (FilingState.Submitted or FilingState.Checked, FilingAct.Returned) => FilingState.Returned,
        _ => null,
    };
}

/// <summary>One enterprise's form for one period (填报), in one revision.</summary>
public sealed class FiledForm
{
    public long Id { get; set; }

    public long AssetId { get; set; }

    public string Form { get; set; } = "";

    /// <summary><see cref="Period.Key"/>.</summary>
    public int Period { get; set; }

    /// <summary>1 for the first; each correction is one more.</summary>
    public int Revision { get; set; } = 1;

    public Vintage Vintage { get; set; } = Vintage.First;

    public FilingState State { get; set; } = FilingState.Draft;

    /// <summary>JSON object: code of the item → number as text, as it was typed.</summary>
    public string Values { get; set; } = "{}";

    /// <summary>JSON object: rule or item → why the unusual is right.</summary>
    public string Explanations { get; set; } = "{}";

    /// <summary>Why a correction was opened, or why it was returned last.</summary>
    public string? Remark { get; set; }

    public DateTimeOffset Opened { get; set; }

    public DateTimeOffset? Submitted { get; set; }

    public long? CheckedById { get; set; }

    /// <summary>From then on its figures count, and only figures as of later show it.</summary>
    public DateTimeOffset? Accepted { get; set; }

    /// <summary>Raised by one at each change: the ETag.</summary>
    public int Version { get; set; } = 1;

    public Dictionary<string, decimal> ReadValues() => Read<decimal>(Values);

    public Dictionary<string, string> ReadExplanations() => Read<string>(Explanations);

    public void Write(IReadOnlyDictionary<string, decimal> values, IReadOnlyDictionary<string, string> explanations)
    {
        Values = JsonSerializer.Serialize(values, ShippedData.Json);
        Explanations = JsonSerializer.Serialize(explanations, ShippedData.Json);
    }

    private static Dictionary<string, T> Read<T>(string json) => JsonSerializer.Deserialize<Dictionary<string, T>>(json, ShippedData.Json) ?? [];
}

/// <summary>One act on a form, kept for ever.</summary>
public sealed class FilingEvent
{
    public long Id { get; set; }

    public long FilingId { get; set; }

    public FilingAct Act { get; set; }

    public DateTimeOffset Time { get; set; }

    public string Actor { get; set; } = "";

    public string? Remark { get; set; }
}

/// <summary>A reminder to an enterprise that its form is due or late; one a kind.</summary>
public sealed class FilingReminder
{
    public long Id { get; set; }

    public long AssetId { get; set; }

    public string Form { get; set; } = "";

    public int Period { get; set; }

    /// <summary>People of the enterprise that have an address; 0 when nobody could be told.</summary>
    public int Reached { get; set; }

    /// <summary>Days to the deadline when it was due, negative after it, −1000 − n for the n-th by hand.</summary>
    public int Kind { get; set; }

    public DateTimeOffset Time { get; set; }

    public string Actor { get; set; } = "";
}
