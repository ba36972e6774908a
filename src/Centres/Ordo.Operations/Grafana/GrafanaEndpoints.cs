using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Foundation.Units;
using Ordo.Operations.Alarms;

namespace Ordo.Operations.Grafana;

/// <summary>
/// The read API in the words of Grafana's JSON data sources: a connection test, a search, figures of a panel, alarms as annotations. Nothing can be written, and a
/// token sees what its own scope holds.
/// </summary>
internal static class GrafanaEndpoints
{
    private const int MostFound = 200, MostTargets = 50, MostSeries = 200, MostAnnotations = 500, MostFigures = 500_000;
    private static readonly string[] Aggregates = ["avg", "min", "max", "first", "last", "delta"];
    private static readonly GrafanaPayload[] Payloads = [new("aggregate", "Aggregate", "select", [.. Aggregates.Select(a => new GrafanaChoice(a, a))])];

    public static void MapGrafana(this IEndpointRouteBuilder routes)
    {
        var grafana = routes.MapGroup("/api/v1/grafana").WithTags("Grafana").RequireAuthorization(Permissions.ReadTelemetry);
        grafana.MapGet("", () => TypedResults.Ok()).WithName("TestGrafana").WithSummary("The connection test of a JSON data source");
        grafana.MapPost("/search", Search).WithName("SearchGrafana").WithSummary("References of points whose code, names or asset hold a text");
        grafana.MapPost("/metrics", Metrics).WithName("ListGrafanaMetrics").WithSummary("The same, with names and what may be said beside them");
        grafana.MapPost("/query", Query).WithName("QueryGrafana").WithSummary("Figures of a panel, one series for each point").ProducesProblem(422);
        grafana.MapPost("/annotations", Annotations).RequireAuthorization(Permissions.ReadAlarms).WithName("ListGrafanaAnnotations").WithSummary("Alarms that rose within the range").ProducesProblem(422);
    }

    private static async Task<Ok<IReadOnlyList<string>>> Search(GrafanaSearch request, OrdoDbContext database, IPointDirectory points, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok((IReadOnlyList<string>)[.. (await FindAsync(request.Target, database, points, caller, cancellation)).Select(metric => metric.Value)]);

    private static async Task<Ok<IReadOnlyList<GrafanaMetric>>> Metrics(GrafanaMetricSearch request, OrdoDbContext database, IPointDirectory points, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await FindAsync(request.Metric, database, points, caller, cancellation));

    private static async Task<Ok<IReadOnlyList<GrafanaSeries>>> Query(
        GrafanaQuery request, OrdoDbContext database, IPointDirectory points, ITelemetryReader reader, Caller caller, CancellationToken cancellation)
    {
        long from = request.Range.From.ToUnixTimeMilliseconds(), to = request.Range.To.ToUnixTimeMilliseconds();
        List<Fault> faults = [];
        if (from >= to) faults.Add(new("range", "起始时间必须早于结束时间。", "Its beginning must lie before its end."));
        if (request.Targets.Count > MostTargets) faults.Add(new("targets", $"最多 {MostTargets} 项。", $"At most {MostTargets}."));
        GrafanaTarget[] targets = [.. request.Targets.Take(MostTargets).Where(t => !t.Hide && !string.IsNullOrWhiteSpace(t.Target))];
        for (int i = 0; i < targets.Length; i++)
        {
            if (!PointReferences.IsReference(targets[i].Target!) || targets[i].Target![0] == '@') faults.Add(new($"targets[{i}].target", "应为 资产编码/点位编码 或 资产编码:物理量。", "It is asset code/point code, or asset code:quantity."));
            if (AggregateOf(targets[i]) is null) faults.Add(new($"targets[{i}].payload.aggregate", $"应为 {string.Join(", ", Aggregates)}。", $"It is one of {string.Join(", ", Aggregates)}."));
        }
        faults.ThrowIfAny();

        Step step = GrafanaSteps.Of(to - from, request.IntervalMs, request.MaxDataPoints);
        var found = await PointReferences.FindAsync(database, points.Current, caller, targets.Select(t => t.Target!), null, MostSeries + 1, cancellation);
        var pointsOf = found.ToDictionary(f => f.Reference, f => f.Points);
        int series = targets.Sum(t => pointsOf[t.Target!].Count);
        if (series > MostSeries || series * ((to - from) / step.Milliseconds) > MostFigures)
            throw new ProblemException(Problems.Validation(("targets", new($"共 {series} 条曲线，最多 {MostSeries} 条、{MostFigures} 个数值；请缩小范围或加大步长。", $"{series} series, at most {MostSeries} with {MostFigures} figures together; narrow it down or take longer steps."))));
        long[] owners = [.. pointsOf.Values.SelectMany(p => p).Select(p => p.Point.AssetId).Distinct()];
        Dictionary<long, string> codes = await database.Set<Asset>().Where(a => owners.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.Code, cancellation);

        var answer = new List<GrafanaSeries>();
        foreach (GrafanaTarget target in targets)
        {
            bool isOne = PointReferences.IsSingle(target.Target!);
            foreach (PointEntry point in pointsOf[target.Target!])
                answer.Add(new(
                    isOne ? target.Target! : $"{codes.GetValueOrDefault(point.Point.AssetId)}/{point.Point.Code}", target.RefId, UnitOf(point.Point),
                    await FiguresAsync(reader, point, from, to, step, AggregateOf(target)!.Value, cancellation)));
        }
        return TypedResults.Ok((IReadOnlyList<GrafanaSeries>)answer);
    }

    private static async Task<Ok<IReadOnlyList<GrafanaAnnotation>>> Annotations(GrafanaAnnotationQuery request, OrdoDbContext database, AlarmDesk desk, Caller caller, CancellationToken cancellation)
    {
        if (request.Range.From >= request.Range.To) throw new ProblemException(Problems.Validation(("range", new("起始时间必须早于结束时间。", "Its beginning must lie before its end."))));
        long? asset = null;
        if (!string.IsNullOrWhiteSpace(request.Annotation?.Query))
        {
            string code = request.Annotation.Query.Trim();
            // An asset that is not there, or is not the caller's, has no alarms.
            if (await database.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(a => a.Code == code, cancellation) is not { } root || !caller.Has(Permissions.ReadAlarms, root.Path))
                return TypedResults.Ok((IReadOnlyList<GrafanaAnnotation>)[]);
            asset = root.Id;
        }

        var filter = new AlarmFilter { State = new Word<AlarmListState>(AlarmListState.All), Asset = asset, From = request.Range.From, To = request.Range.To };
        PageOf<AlarmItem>? page = await desk.ListAsync(filter, new(1, MostAnnotations), caller, cancellation);
        return TypedResults.Ok((IReadOnlyList<GrafanaAnnotation>)[.. (page?.Items ?? []).Select(AnnotationOf)]);
    }

    private static GrafanaAnnotation AnnotationOf(AlarmItem alarm)
    {
        string? kind = JsonText.Word<AlarmKind>(alarm.Kind);
        var what = new Text(alarm.NameZh.Length > 0 ? alarm.NameZh : $"{alarm.PointNameZh} {kind}", alarm.NameEn.Length > 0 ? alarm.NameEn : $"{alarm.PointNameEn} {kind}");
        var where = new Text(alarm.AssetNameZh, alarm.AssetNameEn.Length > 0 ? alarm.AssetNameEn : alarm.AssetNameZh);
        string value = alarm.Value is { } number ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" {number:0.###} {alarm.Unit}") : "";
        long raised = alarm.Raised.ToUnixTimeMilliseconds();
        return new(raised, alarm.Returned?.ToUnixTimeMilliseconds() ?? raised, $"{where} · {what}", $"{alarm.PointCode}{value}", [$"priority-{alarm.Priority}", JsonText.Word<AlarmState>(alarm.State)!]);
    }

    private static async Task<IReadOnlyList<GrafanaMetric>> FindAsync(string? text, OrdoDbContext database, IPointDirectory points, Caller caller, CancellationToken cancellation)
    {
        string wanted = text?.Trim() ?? "";
        string[] scopes = [.. caller.ScopesOf(Permissions.ReadTelemetry)];
        Dictionary<long, Asset> assets = (await database.Set<Asset>().AsNoTracking().ToListAsync(cancellation)).Where(a => Array.Exists(scopes, scope => a.Path.StartsWith(scope, StringComparison.Ordinal))).ToDictionary(a => a.Id);
        return
        [
            .. points.Current.All.Where(p => assets.ContainsKey(p.Point.AssetId)).Select(p => (p.Point, Asset: assets[p.Point.AssetId]))
                .Select(p => (Reference: $"{p.Asset.Code}/{p.Point.Code}", Label: new Text($"{p.Asset.NameZh} · {p.Point.NameZh}", $"{p.Asset.NameEn} · {p.Point.NameEn}")))
                .Where(p => p.Reference.Contains(wanted, StringComparison.OrdinalIgnoreCase) || p.Label.Zh.Contains(wanted, StringComparison.OrdinalIgnoreCase) || p.Label.En.Contains(wanted, StringComparison.OrdinalIgnoreCase))
                .OrderBy(p => p.Reference, StringComparer.Ordinal).Take(MostFound).Select(p => new GrafanaMetric($"{p.Label} ({p.Reference})", p.Reference, Payloads)),
        ];
    }

    private static async Task<IReadOnlyList<IReadOnlyList<double>>> FiguresAsync(ITelemetryReader reader, PointEntry entry, long from, long to, Step step, Aggregate aggregate, CancellationToken cancellation)
    {
        if (entry.Series is not { } series) return [];
        Point point = entry.Point;
        // A scale below zero turns the smallest reading into the largest value.
        Aggregate stored = point.Scale < 0 ? aggregate switch { Aggregate.Min => Aggregate.Max, Aggregate.Max => Aggregate.Min, _ => aggregate } : aggregate;
        double offset = aggregate == Aggregate.Delta ? 0 : point.Offset;
        var (starts, columns) = await reader.AggregateAsync([series], from, to, step, stored, cancellation);
        var figures = new List<IReadOnlyList<double>>();
        for (int i = 0; i < starts.Length; i++)
            if ((columns[0].Values[i] * point.Scale) + offset is var value && double.IsFinite(value)) figures.Add([value, starts[i]]);
        return figures;
    }

    private static string UnitOf(Point point) => UnitCatalogue.QuantityOf(point.Quantity)?.UnitOf(point.Unit)?.Symbol ?? point.Unit;

    private static Aggregate? AggregateOf(GrafanaTarget target)
    {
        if (target.Payload is not { ValueKind: JsonValueKind.Object } payload || !payload.TryGetProperty("aggregate", out JsonElement word) || word.ValueKind == JsonValueKind.Null) return Aggregate.Avg;
        return word.ValueKind == JsonValueKind.String && Aggregates.Contains(word.GetString()) ? Enum.Parse<Aggregate>(word.GetString()!, ignoreCase: true) : null;
    }
}
