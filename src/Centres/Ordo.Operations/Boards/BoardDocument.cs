using System.Text.Json;
using System.Text.RegularExpressions;
using Ordo.Foundation;

namespace Ordo.Operations.Boards;

/// <summary>What a widget shows.</summary>
public enum WidgetKind
{
    /// <summary>Newest values, large.</summary>
    Value,

    /// <summary>Curves over the period.</summary>
    Curve,

    /// <summary>One bar for each point: its figure over the period.</summary>
    Bar,

    /// <summary>The newest value between two ends.</summary>
    Gauge,

    /// <summary>A row for each point: newest value and figures of the period.</summary>
    Table,

    /// <summary>When each point was 0 and when not (状态时间线).</summary>
    States,

    /// <summary>Plain text.</summary>
    Text,

    /// <summary>The park's map, the places of the points coloured by their figures over the period.</summary>
    Map,

    /// <summary>What flows from where to where over the period (能流图).</summary>
    Sankey,
}

/// <summary>One band of a Sankey diagram, as wide as the figure of its point.</summary>
/// <param name="From">Name of the place it comes from.</param>
/// <param name="To">Name of the place it goes to.</param>
/// <param name="Point">A reference that means one point.</param>
public sealed record BoardFlow(string From, string To, string Point);

/// <summary>One widget on a grid of 24 columns.</summary>
/// <param name="X">From the left, 0 … 23.</param>
/// <param name="Y">From the top.</param>
/// <param name="W">Columns.</param>
/// <param name="H">Rows.</param>
/// <param name="Points">References: <c>BLR-01/P</c>, <c>@/P</c> of the asset that is chosen, <c>@:activePower</c> every point of a quantity below it.</param>
/// <param name="Text">Of a text.</param>
/// <param name="Figure">Of a bar, a map or a Sankey diagram: <c>mean</c>, <c>min</c>, <c>max</c>, <c>sum</c>, <c>integralHours</c>.</param>
/// <param name="Min">Of a gauge, or where the colours of a map begin.</param>
/// <param name="Max">Of a gauge, or where the colours of a map end.</param>
/// <param name="Flows">Of a Sankey diagram; none leads back to where it came from.</param>
public sealed record BoardWidget(
    WidgetKind Kind, int X, int Y, int W, int H, string Title = "", IReadOnlyList<string>? Points = null, string Text = "", string Figure = "mean", double? Min = null, double? Max = null, IReadOnlyList<BoardFlow>? Flows = null);

/// <summary>A board as it is stored, sent, exported and imported.</summary>
/// <param name="Format">1.</param>
public sealed record BoardDocument(IReadOnlyList<BoardWidget> Widgets, int Format = 1);

/// <summary>What a board may hold. A document is data: what is not understood, and what could run or lead outside, is refused by name. Pure.</summary>
internal static partial class BoardRules
{
    public const int Columns = 24, MaxRows = 400, MaxWidgets = 60, MaxPoints = 50, MaxText = 2_000, MaxTitle = 100, MaxName = 60;
    private static readonly string[] Members = ["widgets", "format"], WidgetMembers = ["kind", "x", "y", "w", "h", "title", "points", "text", "figure", "min", "max", "flows"], FlowMembers = ["from", "to", "point"];
    private static readonly string[] Figures = ["mean", "min", "max", "sum", "integralHours"];

    /// <returns>The document, or what is wrong with it, by element.</returns>
    public static (BoardDocument? Document, List<Fault> Faults) Read(JsonElement json, JsonSerializerOptions options)
    {
        List<Fault> faults = [];
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("widgets", out JsonElement widgets) || widgets.ValueKind != JsonValueKind.Array)
            return (null, [new("document", "应为含有 widgets 数组的 JSON 对象。", "A JSON object with an array of widgets is expected.")]);
        if (widgets.GetArrayLength() > MaxWidgets) return (null, [new("document.widgets", $"最多 {MaxWidgets} 个组件。", $"At most {MaxWidgets} widgets.")]);
        Unknown(json, Members, "document", faults);
        int index = 0;
        foreach (JsonElement widget in widgets.EnumerateArray())
        {
            string at = $"document.widgets[{index++}]";
            if (widget.ValueKind != JsonValueKind.Object) faults.Add(new(at, "应为 JSON 对象。", "A JSON object is expected."));
            else
            {
                Unknown(widget, WidgetMembers, at, faults);
                if (widget.TryGetProperty("flows", out JsonElement flows) && flows.ValueKind == JsonValueKind.Array)
                    foreach (var (i, flow) in flows.EnumerateArray().Index())
                        if (flow.ValueKind == JsonValueKind.Object) Unknown(flow, FlowMembers, $"{at}.flows[{i}]", faults);
                string kind = widget.TryGetProperty("kind", out JsonElement k) && k.ValueKind == JsonValueKind.String ? k.GetString()! : "";
                if (!Enum.GetNames<WidgetKind>().Select(JsonNamingPolicy.CamelCase.ConvertName).Contains(kind)) faults.Add(new($"{at}.kind", $"没有组件“{kind}”。", $"There is no widget '{kind}'."));
            }
        }
        if (faults.Count > 0) return (null, faults);
        try
        {
            BoardDocument document = json.Deserialize<BoardDocument>(options)!;
            for (int i = 0; i < document.Widgets.Count; i++) Judge(document.Widgets[i], $"document.widgets[{i}]", faults);
            if (document.Format != 1) faults.Add(new("document.format", "应为 1。", "It must be 1."));
            return (faults.Count == 0 ? document : null, faults);
        }
        catch (JsonException e)
        {
            return (null, [new($"document{e.Path?[1..]}", "取值类型不符。", "The value has the wrong type.")]);
        }
    }

    private static void Judge(BoardWidget widget, string at, List<Fault> faults)
    {
        if (widget.X < 0 || widget.W < 2 || widget.X + widget.W > Columns) faults.Add(new($"{at}.x", $"应在 {Columns} 列之内，至少宽 2 列。", $"It must lie within {Columns} columns and be at least 2 wide."));
        if (widget.Y < 0 || widget.H < 1 || widget.Y + widget.H > MaxRows) faults.Add(new($"{at}.y", $"应在 {MaxRows} 行之内。", $"It must lie within {MaxRows} rows."));
        faults.CheckText($"{at}.title", widget.Title, MaxTitle);
        faults.CheckText($"{at}.text", widget.Text, MaxText);
        if (!Figures.Contains(widget.Figure)) faults.Add(new($"{at}.figure", $"应为 {string.Join(", ", Figures)}。", $"It is one of {string.Join(", ", Figures)}."));
        if (widget.Kind == WidgetKind.Gauge && !(widget.Min < widget.Max && double.IsFinite(widget.Min.Value) && double.IsFinite(widget.Max.Value))) faults.Add(new($"{at}.max", "仪表需要 min < max。", "A gauge needs min < max."));
        if (widget.Points?.Count > MaxPoints) faults.Add(new($"{at}.points", $"最多 {MaxPoints} 项。", $"At most {MaxPoints}."));
        for (int i = 0; i < Math.Min(widget.Points?.Count ?? 0, MaxPoints); i++)
            if (!PointReferences.IsReference(widget.Points![i]))
                faults.Add(new($"{at}.points[{i}]", "应为 资产编码/点位编码、@/点位编码 或 @:物理量。", "It is asset code/point code, @/point code, or @:quantity."));
        JudgeFlows(widget.Flows ?? [], at, faults);
        foreach (var (name, text) in (IEnumerable<(string, string)>)[("title", widget.Title), ("text", widget.Text), .. (widget.Flows ?? []).Take(MaxPoints).Index().SelectMany(f => ((string, string)[])[($"flows[{f.Index}].from", f.Item?.From ?? ""), ($"flows[{f.Index}].to", f.Item?.To ?? "")])])
            if (Active().Match(text) is { Success: true } found) faults.Add(new($"{at}.{name}", $"不允许脚本、标记或外部链接：“{found.Value}”。", $"Scripts, markup and links to the outside are not allowed: '{found.Value}'."));
    }

    private static void JudgeFlows(IReadOnlyList<BoardFlow> flows, string at, List<Fault> faults)
    {
        if (flows.Count > MaxPoints) faults.Add(new($"{at}.flows", $"最多 {MaxPoints} 项。", $"At most {MaxPoints}."));
        var leads = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var (i, flow) in flows.Take(MaxPoints).Index())
        {
            if (flow is null)
            {
                faults.Add(new($"{at}.flows[{i}]", "应为 JSON 对象。", "A JSON object is expected."));
                continue;
            }
            faults.CheckText($"{at}.flows[{i}].from", flow.From, MaxName, required: true);
            faults.CheckText($"{at}.flows[{i}].to", flow.To, MaxName, required: true);
            if (!PointReferences.IsSingle(flow.Point ?? "")) faults.Add(new($"{at}.flows[{i}].point", "应为 资产编码/点位编码 或 @/点位编码。", "It is asset code/point code, or @/point code."));
            if (flow.From is null || flow.To is null) continue;
            // What the diagram could not draw: a band that comes back to where it began.
            if (flow.From == flow.To || Reaches(leads, flow.To, flow.From)) faults.Add(new($"{at}.flows[{i}].to", $"“{flow.From}”与“{flow.To}”成环。", $"'{flow.From}' and '{flow.To}' lead in a circle."));
            else if (!leads.TryAdd(flow.From, [flow.To])) leads[flow.From].Add(flow.To);
        }
    }

    private static bool Reaches(Dictionary<string, HashSet<string>> leads, string from, string to)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([from]);
        while (open.TryPop(out string? place))
        {
            if (place == to) return true;
            if (seen.Add(place) && leads.TryGetValue(place, out HashSet<string>? next))
                foreach (string each in next) open.Push(each);
        }
        return false;
    }

    private static void Unknown(JsonElement element, string[] known, string at, List<Fault> faults)
    {
        foreach (JsonProperty property in element.EnumerateObject())
            if (!known.Contains(property.Name)) faults.Add(new($"{at}.{property.Name}", "不认识该成员。", "This member is not understood."));
    }

    [GeneratedRegex(@"<\s*/?\s*[A-Za-z!][^>]{0,40}|javascript\s*:|data\s*:[a-z]+/|https?\s*:|//[A-Za-z0-9]", RegexOptions.IgnoreCase)]
    private static partial Regex Active();
}
