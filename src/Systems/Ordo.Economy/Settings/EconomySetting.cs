namespace Ordo.Economy.Settings;

/// <summary>A shipped table, or a line of one, that the console replaced: its key and the new content as JSON.</summary>
public sealed class EconomySetting
{
    public long Id { get; set; }

    /// <summary><c>calendar</c>, <c>disclosure</c>, <c>checks</c>, <c>chains</c>, <c>report</c>, <c>lights</c>, <c>indicator:GOV</c>.</summary>
    public string Key { get; set; } = "";

    public string Content { get; set; } = "";

    public int Version { get; set; } = 1;
}
