using System.Text.Json;

namespace Ordo.Operations.Grafana;

/// <param name="From">RFC 3339.</param>
/// <param name="To">RFC 3339.</param>
public sealed record GrafanaRange(DateTimeOffset From, DateTimeOffset To);

/// <param name="Target">What somebody has typed so far.</param>
public sealed record GrafanaSearch(string? Target = null);

/// <param name="Metric">What somebody has typed so far.</param>
public sealed record GrafanaMetricSearch(string? Metric = null);

/// <summary>A choice of a list, as the plug-in wants it.</summary>
public sealed record GrafanaChoice(string Label, string Value);

/// <summary>What may be said about a metric beside its name.</summary>
public sealed record GrafanaPayload(string Name, string Label, string Type, IReadOnlyList<GrafanaChoice> Options);

/// <param name="Value">A reference: asset code/point code, or asset code:quantity.</param>
public sealed record GrafanaMetric(string Label, string Value, IReadOnlyList<GrafanaPayload> Payloads);

/// <param name="Target">A reference: asset code/point code, or asset code:quantity for every point of it.</param>
/// <param name="Payload"><c>{"aggregate": "max"}</c>: avg (default), min, max, first, last, delta.</param>
public sealed record GrafanaTarget(string? Target = null, string? RefId = null, JsonElement? Payload = null, bool Hide = false);

/// <param name="IntervalMs">The step that suits the width of the panel.</param>
/// <param name="MaxDataPoints">Figures of a series that are enough.</param>
public sealed record GrafanaQuery(GrafanaRange Range, IReadOnlyList<GrafanaTarget> Targets, long? IntervalMs = null, int? MaxDataPoints = null);

/// <param name="Datapoints">Pairs of figure and milliseconds since 1970; a step without a figure is left out.</param>
public sealed record GrafanaSeries(string Target, string? RefId, string Unit, IReadOnlyList<IReadOnlyList<double>> Datapoints);

/// <param name="Query">Code of an asset: only its alarms and those below it.</param>
public sealed record GrafanaAnnotationSource(string? Name = null, string? Query = null);

public sealed record GrafanaAnnotationQuery(GrafanaRange Range, GrafanaAnnotationSource? Annotation = null);

/// <summary>An alarm on the time axis.</summary>
/// <param name="Time">When it rose, milliseconds since 1970.</param>
/// <param name="TimeEnd">When it returned; the time itself while it stands.</param>
public sealed record GrafanaAnnotation(long Time, long TimeEnd, string Title, string Text, IReadOnlyList<string> Tags);
