using Ordo.Foundation.Access;

namespace Ordo.Foundation.Cockpit;

/// <summary>
/// What one system shows of itself on the wall (大屏): one headline figure with its target, one small chart, one ranking. A system registers one or more of
/// these as services; the cockpit asks all of them, and a system that is not there leaves no hole.
/// </summary>
public interface ICockpitPanel
{
    /// <summary>Needed to see it, anywhere in the tree; what lies outside the caller's scope must not enter a figure.</summary>
    string Permission { get; }

    /// <returns><c>null</c> when it has nothing to say about this part of the park; it is then left out.</returns>
    ValueTask<CockpitPanel?> ReadAsync(CockpitView view, CancellationToken cancellation);
}

/// <summary>Who looks, and at what.</summary>
/// <param name="Caller">Whose rights hold.</param>
/// <param name="RootPath">Only what lies below this asset; <c>/</c> is everything.</param>
/// <param name="Now">The moment the wall shows.</param>
public sealed record CockpitView(Caller Caller, string RootPath, DateTimeOffset Now)
{
    /// <summary>Whether something that belongs to an asset may enter a figure.</summary>
    public bool Sees(string permission, string assetPath) =>
        assetPath.StartsWith(RootPath, StringComparison.Ordinal) && Caller.Has(permission, assetPath);
}

/// <summary>One panel.</summary>
public sealed record CockpitPanel
{
    /// <summary>Which system it belongs to, the name of its scene: <c>economy</c>, <c>energy</c>, <c>environment</c>, <c>safety</c>, <c>logistics</c>,
    /// <c>services</c>, <c>identifiers</c>, <c>perception</c>.</summary>
    public required string System { get; init; }

    public required Text Title { get; init; }

    /// <summary>What time the headline speaks of: 今日, 10 月.</summary>
    public required Text Period { get; init; }

    public required CockpitFigure Headline { get; init; }

    /// <summary>What the headline is to be measured by, or what else belongs beside it.</summary>
    public CockpitFigure? Beside { get; init; }

    public CockpitChart? Chart { get; init; }

    /// <summary>At most five, worst or largest first.</summary>
    public required IReadOnlyList<CockpitRow> Ranking { get; init; }

    /// <summary>Where the headline comes from and how complete it is.</summary>
    public required Text Origin { get; init; }

    /// <summary>Page of the console that tells more, beginning with <c>/</c>.</summary>
    public required string Link { get; init; }
}

/// <summary>A figure with its words.</summary>
/// <param name="Value"><c>null</c>: there is none; shown as a dash, never as 0.</param>
/// <param name="Decimals">Shown.</param>
/// <param name="Unit">Code of the unit in the catalogue; empty for a count.</param>
/// <param name="Label">What it is.</param>
public sealed record CockpitFigure(double? Value, int Decimals, string Unit, Text Label);

/// <summary>A small chart. Times are the starts of its steps.</summary>
/// <param name="Bars">Amounts of a step are bars; values at a time are a line.</param>
/// <param name="Values">As many as times; <c>null</c> is a gap.</param>
/// <param name="Limit">Drawn as a dashed line; <c>null</c> without one.</param>
public sealed record CockpitChart(bool Bars, IReadOnlyList<DateTimeOffset> Times, IReadOnlyList<double?> Values, double? Limit);

/// <summary>One line of a ranking.</summary>
/// <param name="AssetId">What it speaks of; the map goes there.</param>
public sealed record CockpitRow(Text Label, double? Value, int Decimals, string Unit, long? AssetId);
