using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Ordo.Foundation;

namespace Ordo.Operations.Mimics;

/// <param name="Svg">Nothing in it runs, leads outside, or names anything but itself.</param>
/// <param name="Elements">Kind of each element that can be bound, by its id.</param>
internal sealed record CleanSvg(string Svg, IReadOnlyDictionary<string, string> Elements);

/// <summary>
/// Makes a drawing harmless that came from anywhere: a closed list of elements, no script, no event, no link but into the drawing itself, no style that loads.
/// What is dangerous or not understood is refused with its element and line; what editors write for themselves (their own namespaces, comments, metadata) is left out.
/// Elements that can be bound get an id where they have none. Pure.
/// </summary>
internal static class SvgCleaner
{
    public const int MaxLength = 2_000_000, MaxElements = 20_000, MaxDepth = 64;

    /// <summary>Elements on the screen when every <c>use</c> is followed: a few lines may ask for billions.</summary>
    public const int MaxDrawn = 60_000;
    private const int MaxFaults = 20, MaxUses = 16;
    private static readonly XNamespace SvgName = "http://www.w3.org/2000/svg", XLink = "http://www.w3.org/1999/xlink";

    private static readonly HashSet<string> Drawn = ["g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "use", "image"];

    private static readonly HashSet<string> Others =
    [
        "svg", "defs", "title", "desc", "symbol", "style", "textPath", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "marker", "filter",
        "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feOffset",
    ];

    /// <returns>The clean drawing, or what is wrong with it, each with element and line.</returns>
    public static (CleanSvg? Clean, List<Fault> Faults) Clean(string svg)
    {
        if (svg.Length > MaxLength) return (null, [new("svg", $"图形最多 {MaxLength:N0} 个字符，现有 {svg.Length:N0} 个。", string.Create(CultureInfo.InvariantCulture, $"A drawing has at most {MaxLength:N0} characters; this one has {svg.Length:N0}."))]);
        string text = svg.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        var work = new Work();
        try
        {
            if (!work.Measure(text)) return (null, work.Faults);
            using var reader = XmlReader.Create(new StringReader(text), new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true });
            XElement root = XDocument.Load(reader, LoadOptions.SetLineInfo | LoadOptions.PreserveWhitespace).Root!;
            if (!work.Root(root)) return (null, work.Faults);
            work.Element(root);
            if (work.Faults.Count == 0) work.NameAndWeigh(root);
            return work.Faults.Count > 0 ? (null, work.Faults) : (new(root.ToString(SaveOptions.DisableFormatting), work.Elements), work.Faults);
        }
        catch (XmlException e)
        {
            return (null, [new("svg", $"第 {e.LineNumber} 行第 {e.LinePosition} 列：不是完整的 XML。", $"Line {e.LineNumber}, column {e.LinePosition}: this is no well-formed XML. {e.Message}")]);
        }
    }

    private sealed class Work
    {
        private readonly Dictionary<string, XElement> byId = new(StringComparer.Ordinal);
        private readonly Dictionary<XElement, long> weights = [];
        private readonly HashSet<XElement> open = [];

        public List<Fault> Faults { get; } = [];

        public Dictionary<string, string> Elements { get; } = new(StringComparer.Ordinal);

        /// <summary>Before anything is built: how many, how deep, and nothing that XML itself would run or fetch.</summary>
        public bool Measure(string text)
        {
            // An entity is declared in a DOCTYPE, and the first sight of one ends the reading: none is ever expanded.
            using var reader = XmlReader.Create(new StringReader(text), new() { DtdProcessing = DtdProcessing.Parse, XmlResolver = null, MaxCharactersFromEntities = 1_024 });
            int elements = 0;
            while (reader.Read())
            {
                int line = ((IXmlLineInfo)reader).LineNumber;
                if (reader.NodeType == XmlNodeType.DocumentType) return Refuse(line, "!DOCTYPE", "不允许 DOCTYPE 和实体声明。", "a DOCTYPE and declarations of entities are not allowed.");
                if (reader.NodeType == XmlNodeType.ProcessingInstruction) return Refuse(line, "?" + reader.Name, "不允许处理指令。", "processing instructions are not allowed.");
                if (reader.NodeType != XmlNodeType.Element) continue;
                if (++elements > MaxElements) return Refuse(line, reader.Name, $"超过 {MaxElements} 个元素。", $"there are more than {MaxElements} elements.");
                if (reader.Depth >= MaxDepth) return Refuse(line, reader.Name, $"嵌套超过 {MaxDepth} 层。", $"it is nested deeper than {MaxDepth}.");
            }
            return true;
        }

        public bool Root(XElement root)
        {
            if (root.Name != SvgName + "svg") return Refuse(root, "根元素应为 <svg xmlns=\"http://www.w3.org/2000/svg\">。", "the root must be <svg xmlns=\"http://www.w3.org/2000/svg\">.");
            double[]? box = Numbers((string?)root.Attribute("viewBox")) is { Length: 4 } four ? four
                : (Numbers((string?)root.Attribute("width")), Numbers((string?)root.Attribute("height"))) is ([var w], [var h]) ? [0, 0, w, h] : null;
            if (box is null || box[2] is not (> 0 and <= 100_000) || box[3] is not (> 0 and <= 100_000)) return Refuse(root, "需要 viewBox，宽、高在 0 与 100000 之间。", "it needs a viewBox whose width and height lie between 0 and 100000.");
            root.Attributes().Where(a => a.Name.LocalName is "x" or "y" or "width" or "height" or "preserveAspectRatio" or "viewBox").Remove();
            root.SetAttributeValue("viewBox", string.Join(' ', box.Select(n => n.ToString(CultureInfo.InvariantCulture))));
            return true;
        }

        public void Element(XElement element)
        {
            string name = element.Name.LocalName;
            if (element.Parent is not null && name == "svg") Refuse(element, "不允许嵌套的 <svg>。", "a nested <svg> is not allowed.");
            else if (!Drawn.Contains(name) && !Others.Contains(name)) RefuseKind(element, name);
            foreach (XAttribute attribute in element.Attributes().ToList()) Attribute(element, attribute);
            if (name == "style" && SvgStyle.FaultOf(element.Value) is { } fault) Refuse(element, fault.Zh, fault.En);
            foreach (XElement child in element.Elements().ToList())
            {
                if (child.Name.Namespace == SvgName && child.Name.LocalName != "metadata") Element(child);
                else if (child.Name.Namespace == "http://www.w3.org/1999/xhtml" || child.Name.Namespace == XNamespace.None) RefuseKind(child, child.Name.LocalName);
                else child.Remove();
                if (Faults.Count >= MaxFaults) return;
            }
        }

        private void Attribute(XElement element, XAttribute attribute)
        {
            string name = attribute.Name.LocalName, value = attribute.Value;
            if (attribute.IsNamespaceDeclaration)
            {
                if (value != SvgName.NamespaceName) attribute.Remove();
                return;
            }
            bool isLink = name == "href" && (attribute.Name.Namespace == XNamespace.None || attribute.Name.Namespace == XLink);
            if (isLink)
            {
                if (!(element.Name.LocalName == "image" ? SvgStyle.IsPicture(value) : SvgStyle.IsInside(value))) Refuse(element, $"属性 {name}：不允许外部链接。", $"attribute {name}: links to the outside are not allowed.");
                if (attribute.Name.Namespace == XLink) attribute.Remove();
                element.SetAttributeValue("href", value.Trim());
            }
            else if (attribute.Name == XNamespace.Xml + "base" || name is "src" or "action" or "formaction") Refuse(element, $"不允许属性 {name}。", $"attribute {name} is not allowed.");
            else if (attribute.Name.Namespace != XNamespace.None && attribute.Name.Namespace != XNamespace.Xml) attribute.Remove();
            else if (name.StartsWith("on", StringComparison.OrdinalIgnoreCase)) Refuse(element, $"不允许事件属性 {name}。", $"the event attribute {name} is not allowed.");
            else if (name.StartsWith("data-", StringComparison.OrdinalIgnoreCase)) attribute.Remove();
            else if (name == "id") Id(element, value);
            else if (name == "style" && SvgStyle.FaultOf(value) is { } style) Refuse(element, $"属性 style：{style.Zh}", $"attribute style: {style.En}");
            else if (name != "style" && SvgStyle.FaultOfValue(value) is { } fault) Refuse(element, $"属性 {name}：{fault.Zh}", $"attribute {name}: {fault.En}");
        }

        private void Id(XElement element, string id)
        {
            if (id.Length is 0 or > 100 || !id.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ':')) Refuse(element, "属性 id：最多 100 个字母、数字、_ - . :。", "attribute id: at most 100 letters, digits, _ - . :");
            else if (!byId.TryAdd(id, element)) Refuse(element, $"id“{id}”重复。", $"the id '{id}' is there twice.");
        }

        /// <summary>Only of a clean drawing: ids for what can be bound, and what all of it weighs with every use followed.</summary>
        public void NameAndWeigh(XElement root)
        {
            int next = 1;
            foreach (XElement element in root.DescendantsAndSelf().Where(e => Drawn.Contains(e.Name.LocalName)))
            {
                string? id = (string?)element.Attribute("id");
                if (id is null)
                {
                    while (byId.ContainsKey(id = string.Create(CultureInfo.InvariantCulture, $"e{next}"))) next++;
                    byId.Add(id, element);
                    element.SetAttributeValue("id", id);
                }
                Elements.Add(id, element.Name.LocalName);
            }
            if (WeightOf(root, 0) > MaxDrawn) Refuse(root, $"展开后超过 {MaxDrawn} 个元素。", $"with every <use> followed there are more than {MaxDrawn} elements.");
        }

        private long WeightOf(XElement element, int uses)
        {
            if (weights.TryGetValue(element, out long known)) return known;
            if (uses > MaxUses || !open.Add(element))
            {
                Refuse(element, "use 引用成环或嵌套过深。", "uses lead in a circle, or too deep.");
                return MaxDrawn;
            }
            long weight = 1 + element.Elements().Sum(child => WeightOf(child, uses));
            if (element.Name.LocalName == "use" && (string?)element.Attribute("href") is { Length: > 1 } link && byId.TryGetValue(link[1..], out XElement? used) && Faults.Count == 0) weight += WeightOf(used, uses + 1);
            open.Remove(element);
            return weights[element] = Math.Min(weight, 1_000_000_000);
        }

        private void RefuseKind(XElement element, string name) => _ = name.ToLowerInvariant() switch
        {
            "script" => Refuse(element, "不允许脚本。", "scripts are not allowed."),
            "foreignobject" => Refuse(element, "不允许嵌入其他文档。", "other documents inside are not allowed."),
            "a" => Refuse(element, "不允许链接。", "links are not allowed."),
            "animate" or "animatetransform" or "animatemotion" or "set" => Refuse(element, "不允许动画元素；请绑定点位。", "animations are not allowed; bind a point instead."),
            _ => Refuse(element, "图中不允许该元素。", "this element is not allowed in a drawing."),
        };

        private bool Refuse(XElement element, string zh, string en) => Refuse(((IXmlLineInfo)element).LineNumber, element.Name.LocalName, zh, en);

        private bool Refuse(int line, string element, string zh, string en)
        {
            if (Faults.Count < MaxFaults) Faults.Add(new("svg", $"第 {line} 行 <{element}>：{zh}", $"Line {line} <{element}>: {en}"));
            return false;
        }

        private static double[]? Numbers(string? text)
        {
            if (text is null) return null;
            string[] parts = text.Split([' ', ',', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
            var numbers = new double[parts.Length];
            for (int i = 0; i < parts.Length; i++)
                if (!double.TryParse(parts[i].EndsWith("px", StringComparison.Ordinal) ? parts[i][..^2] : parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i])) return null;
            return numbers;
        }
    }
}
