using System.Diagnostics.Metrics;

namespace Ordo.Identifiers.Registration;

/// <summary>
/// Counts what registration refused, by reason, as <c>ordo_identifiers_refused</c> under <c>/metrics</c>: an enterprise that tries another's prefix, or a file of nothing but errors, is seen there
/// before anybody complains.
/// </summary>
internal static class Refusals
{
    /// <summary>Somebody wrote, or tried to look, under a prefix outside of his scope.</summary>
    public const string ForeignPrefix = "foreign-prefix";

    /// <summary>A suffix or a value against the template, the wrong kinds of Unicode among them.</summary>
    public const string Invalid = "invalid";

    /// <summary>The name is taken, perhaps in other case.</summary>
    public const string Taken = "taken";
    public const string Quota = "quota";
    public const string PrefixClosed = "prefix-closed";

    /// <summary>A template that identifiers use was to be changed.</summary>
    public const string TemplateUsed = "template-used";

    /// <summary>A row of a file, whatever was wrong with it.</summary>
    public const string BulkRow = "bulk-row";

    /// <summary>Somebody passed by the life cycle: through <c>/api/handles</c>.</summary>
    public const string Guarded = "guarded";
    private static readonly Counter<long> Counter = new Meter("Ordo").CreateCounter<long>("ordo.identifiers.refused", description: "What registration of identifiers refused, by reason.");

    public static void Count(string reason, long number = 1)
    {
        if (number > 0) Counter.Add(number, new KeyValuePair<string, object?>("reason", reason));
    }
}
