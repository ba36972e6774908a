using Ordo.Foundation;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>What of a request was not stored and why: everything is counted, the first reasons are kept for the answer.</summary>
/// <param name="maxReasons">Reasons kept; the others are only counted.</param>
internal sealed class LineFaults(int maxReasons)
{
    private const int MaxExcerptBytes = 512;
    private readonly List<string> unparsable = [];

    /// <summary>Lines that are not line protocol.</summary>
    public int BadLines { get; private set; }

    /// <summary>Points or fields that were understood but not stored: type conflict, reserved name, too many series.</summary>
    public int Dropped { get; private set; }

    /// <summary>Lines refused because their source or address sends more than it may.</summary>
    public int Limited { get; private set; }

    /// <summary>Lines whose source the caller may not write to.</summary>
    public int Forbidden { get; private set; }

    /// <summary>How long the sender of <see cref="Limited"/> should wait.</summary>
    public TimeSpan Wait { get; private set; }

    /// <summary>The first source of <see cref="Forbidden"/>.</summary>
    public string? ForbiddenSource { get; private set; }

    /// <summary>Why the first of <see cref="Dropped"/> was dropped.</summary>
    public string? DropReason { get; private set; }

    public bool Any => BadLines + Dropped + Limited + Forbidden > 0;

    /// <summary>One line for each reason kept: <c>unable to parse '…': …</c>.</summary>
    public IReadOnlyList<string> Unparsable => unparsable;

    public void AddBadLine(ReadOnlySpan<byte> line, Text reason)
    {
        BadLines++;
        if (unparsable.Count < maxReasons) unparsable.Add($"unable to parse '{Excerpt.Of(line, MaxExcerptBytes)}': {reason.En}");
    }

    public void AddDropped(string reason)
    {
        Dropped++;
        DropReason ??= reason;
    }

    public void AddLimited(TimeSpan wait)
    {
        Limited++;
        if (wait > Wait) Wait = wait;
    }

    public void AddForbidden(string source)
    {
        Forbidden++;
        ForbiddenSource ??= source;
    }
}
