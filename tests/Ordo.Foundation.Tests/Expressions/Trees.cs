using System.Globalization;
using Ordo.Foundation.Expressions;

namespace Ordo.Foundation.Tests.Expressions;

/// <summary>A tree with every bracket written, to compare trees by.</summary>
internal static class Printed
{
    private static readonly string[] Signs = ["+", "-", "*", "/", "<", "<=", ">", ">=", "=", "!=", "and", "or"];

    public static string Of(Node node) => node switch
    {
        NumberNode number => number.Value.ToString(CultureInfo.InvariantCulture) + (number.Unit is { } unit ? $" '{unit}'" : ""),
        BooleanNode boolean => boolean.Value.ToString(),
        ReferenceNode { Id: { } id } => $"#{id}",
        ReferenceNode reference => $"[{reference.Name!.Replace("]", "]]", StringComparison.Ordinal)}]",
        UnaryNode unary => unary.Operator == UnaryOperator.Not ? $"(not {Of(unary.Operand)})" : $"(-{Of(unary.Operand)})",
        BinaryNode binary => $"({Of(binary.Left)} {Signs[(int)binary.Operator]} {Of(binary.Right)})",
        CallNode call => $"{call.Function}({string.Join(", ", [.. call.Arguments.Select(Of), .. Window(call)])})",
        _ => throw new InvalidOperationException(node.ToString()),
    };

    private static string[] Window(CallNode call) => call.Window is not { } window
        ? []
        : [window.Window.Period == CalendarPeriod.None ? $"{window.Window.LengthMs}ms" : window.Window.Period.ToString().ToLowerInvariant()];
}

/// <summary>Random texts that the grammar allows, whatever they mean.</summary>
internal static class Trees
{
    public static string Random(Random random, int depth)
    {
        if (depth == 0) return Leaf(random);
        return random.Next(6) switch
        {
            0 => Leaf(random),
            1 => $"({Random(random, depth - 1)})",
            2 => $"-({Random(random, depth - 1)})",
            3 => $"min({Random(random, depth - 1)}, {Random(random, depth - 1)})",
            4 => $"avg(#{random.Next(9)}, {random.Next(1, 99)}s)",
            _ => $"({Random(random, depth - 1)}) {"+-*/<=>"[random.Next(7)]} ({Random(random, depth - 1)})",
        };
    }

    private static string Leaf(Random random) => random.Next(4) switch
    {
        0 => Math.Round(random.NextDouble() * 1000, 3).ToString(CultureInfo.InvariantCulture),
        1 => $"#{random.Next(100)}",
        2 => "[asset/point 功率]",
        _ => $"{random.Next(100)} 'kW'",
    };
}
