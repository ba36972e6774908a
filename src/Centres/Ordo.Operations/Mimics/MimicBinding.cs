using System.Text.RegularExpressions;
using Ordo.Foundation;

namespace Ordo.Operations.Mimics;

/// <summary>What a point does to an element of a drawing.</summary>
public enum MimicEffect
{
    /// <summary>Paints it by the last step that the value has reached.</summary>
    Color,

    /// <summary>Shows it from below up to where the value stands between min and max (液位).</summary>
    Level,

    /// <summary>Turns it: min is as drawn, max is <c>turn</c> degrees clockwise.</summary>
    Rotation,

    /// <summary>It goes round while the value is above min (without one: above 0).</summary>
    Spin,

    /// <summary>Dashes run along its line while the value is above min (without one: above 0), backwards while it is below its negative.</summary>
    Flow,

    /// <summary>Its text becomes the value.</summary>
    Text,

    /// <summary>It is seen only while the value lies between min and max, of which one may be missing.</summary>
    Visibility,
}

/// <param name="From">In the point's unit; the step holds from here on.</param>
/// <param name="Color">A word (<c>process</c>, <c>action</c>, <c>stopped</c>, <c>critical</c>, <c>high</c>, <c>medium</c>, <c>low</c>) that fits light and dark, or <c>#rrggbb</c>.</param>
public sealed record MimicStep(double From, string Color);

/// <summary>One element that shows one point.</summary>
/// <param name="Element">Its id in the drawing.</param>
/// <param name="Point"><c>BLR-01/P</c>, or <c>@/P</c> of the asset that the drawing belongs to.</param>
/// <param name="Min">In the point's unit.</param>
/// <param name="Max">In the point's unit.</param>
/// <param name="Steps">Of a colour, rising.</param>
/// <param name="Turn">Of a rotation, degrees.</param>
/// <param name="Unit">Of a text: the unit stands behind the value.</param>
public sealed record MimicBinding(
    string Element, MimicEffect Effect, string Point, double? Min = null, double? Max = null, IReadOnlyList<MimicStep>? Steps = null, double Turn = 270, bool Unit = true);

/// <summary>Which bindings a drawing may have. Pure.</summary>
internal static partial class MimicRules
{
    public const int MaxBindings = 2_000, MaxSteps = 12;
    private static readonly string[] Colors = ["process", "action", "stopped", "critical", "high", "medium", "low"];

    /// <param name="bindings">As they were sent.</param>
    /// <param name="elements">Ids of the drawing, with the kind of each.</param>
    public static List<Fault> Judge(IReadOnlyList<MimicBinding> bindings, IReadOnlyDictionary<string, string> elements)
    {
        if (bindings.Count > MaxBindings) return [new("bindings", $"最多 {MaxBindings} 个绑定。", $"At most {MaxBindings} bindings.")];
        List<Fault> faults = [];
        HashSet<(string, MimicEffect)> seen = [];
        for (int i = 0; i < bindings.Count; i++)
        {
            Judge(bindings[i], $"bindings[{i}]", elements, faults);
            if (!seen.Add((bindings[i].Element, bindings[i].Effect))) faults.Add(new($"bindings[{i}].effect", $"“{bindings[i].Element}”已有此效果。", $"'{bindings[i].Element}' has this effect already."));
        }
        return faults;
    }

    private static void Judge(MimicBinding binding, string at, IReadOnlyDictionary<string, string> elements, List<Fault> faults)
    {
        if (!Enum.IsDefined(binding.Effect)) faults.Add(new($"{at}.effect", "没有这种效果。", "There is no such effect."));
        if (!elements.TryGetValue(binding.Element ?? "", out string? kind)) faults.Add(new($"{at}.element", $"图中没有元素“{binding.Element}”。", $"The drawing has no element '{binding.Element}'."));
        else if (binding.Effect == MimicEffect.Text && kind is not ("text" or "tspan")) faults.Add(new($"{at}.effect", $"<{kind}> 不是文字。", $"A <{kind}> is no text."));
        if (!PointReferences.IsSingle(binding.Point ?? "")) faults.Add(new($"{at}.point", "应为 资产编码/点位编码 或 @/点位编码。", "It is asset code/point code, or @/point code."));
        if (binding.Effect is MimicEffect.Level or MimicEffect.Rotation && !(binding.Min < binding.Max)) faults.Add(new($"{at}.max", "需要 min < max。", "It needs min < max."));
        if (binding.Effect == MimicEffect.Visibility && binding.Min is null && binding.Max is null) faults.Add(new($"{at}.min", "需要 min 或 max。", "It needs min or max."));
        if (Math.Abs(binding.Turn) > 3600) faults.Add(new($"{at}.turn", "最多 3600°。", "At most 3600°."));
        if (binding.Effect == MimicEffect.Color) JudgeSteps(binding.Steps ?? [], $"{at}.steps", faults);
    }

    private static void JudgeSteps(IReadOnlyList<MimicStep> steps, string at, List<Fault> faults)
    {
        if (steps.Count is 0 or > MaxSteps) faults.Add(new(at, $"需要 1 至 {MaxSteps} 级。", $"1 to {MaxSteps} steps are needed."));
        for (int i = 0; i < Math.Min(steps.Count, MaxSteps); i++)
        {
            if (!Colors.Contains(steps[i].Color) && !Hex().IsMatch(steps[i].Color ?? "")) faults.Add(new($"{at}[{i}].color", $"应为 {string.Join(", ", Colors)} 或 #rrggbb。", $"It is one of {string.Join(", ", Colors)}, or #rrggbb."));
            if (i > 0 && steps[i].From <= steps[i - 1].From) faults.Add(new($"{at}[{i}].from", "应逐级升高。", "It must be above the step before."));
        }
    }

    [GeneratedRegex("^#[0-9A-Fa-f]{6}$")]
    private static partial Regex Hex();
}
