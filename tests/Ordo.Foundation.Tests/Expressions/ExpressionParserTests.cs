using FsCheck;
using FsCheck.Fluent;
using Ordo.Foundation.Expressions;

namespace Ordo.Foundation.Tests.Expressions;

public class ExpressionParserTests
{
    private const string Long = "if(good([A/P]) and not (#12 >= 3.5e2 'kW'), avg([A/P], 15min) × 2 − -#3 / max(1, #4), integral(#5, day) ÷ 1h) or true";

    [Theory]
    [InlineData("1 + 2 * 3", "(1 + (2 * 3))")]
    [InlineData("1 - 2 - 3", "((1 - 2) - 3)")]
    [InlineData("(1 + 2) × 3", "((1 + 2) * 3)")]
    [InlineData("8 ÷ 4 ÷ 2", "((8 / 4) / 2)")]
    [InlineData("-2 * -3", "((-2) * (-3))")]
    [InlineData("+2", "2")]
    [InlineData("1 < 2 and 3 ≥ 4 or not 5 = 6", "(((1 < 2) and (3 >= 4)) or (not (5 = 6)))")]
    [InlineData("1 <> 2 || 1 ≠ 2 && 1 != 2", "((1 != 2) or ((1 != 2) and (1 != 2)))")]
    [InlineData("IF(True, #1, [a]]b/c])", "if(True, #1, [a]]b/c])")]
    [InlineData("avg(#1, 15min) + min(#1, #2)", "(avg(#1, 900000ms) + min(#1, #2))")]
    [InlineData("sum(#1, month)", "sum(#1, month)")]
    [InlineData("max(1h, 2h × 3)", "max(3600000 'duration:ms', (7200000 'duration:ms' * 3))")]
    [InlineData("0.5 'mg/m3'", "0.5 'mg/m3'")]
    [InlineData("（1＋2）", "(1 + 2)")]
    public void What_binds_to_what(string text, string expected) => Assert.Equal(expected, Printed.Of(Parse(text)));

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("1 +", 3, 0)]
    [InlineData("1 2", 2, 1)]
    [InlineData("(1", 2, 0)]
    [InlineData("1)", 1, 1)]
    [InlineData("1 < 2 < 3", 6, 1)]
    [InlineData("5 kW", 2, 2)]
    [InlineData("5kW", 1, 2)]
    [InlineData("[A/P", 0, 4)]
    [InlineData("5 'kW", 2, 3)]
    [InlineData("#", 0, 1)]
    [InlineData("1.2.3", 0, 5)]
    [InlineData("1e999", 0, 5)]
    [InlineData("power + 1", 0, 5)]
    [InlineData("avg(#1, 15min, #2)", 8, 5)]
    [InlineData("avg(#1, 40d)", 8, 3)]
    [InlineData("1 ; 2", 2, 1)]
    [InlineData("1 & 2", 2, 1)]
    [InlineData("min(1,)", 6, 1)]
    public void A_fault_has_its_place(string text, int position, int length)
    {
        ExpressionFault fault = ExpressionParser.Parse(text).Fault!;
        Assert.Equal((position, length), (fault.Position, fault.Length));
        Assert.All([fault.Reason.Zh, fault.Reason.En], reason => Assert.NotEmpty(reason));
    }

    [Fact]
    public void Every_cut_of_an_expression_is_read_or_refused_at_a_place_inside_it()
    {
        Assert.Null(ExpressionParser.Parse(Long).Fault);
        for (int cut = 0; cut <= Long.Length; cut++)
        {
            CheckPlace(Long[..cut]);
            CheckPlace(Long[cut..]);
        }
    }

    [Fact]
    public void No_text_whatever_breaks_the_parser() =>
        Prop.ForAll<string?>(text => CheckPlace(text ?? "")).QuickCheckThrowOnFailure();

    [Fact]
    public void No_mutation_of_an_expression_breaks_the_parser()
    {
        const string Signs = "()[]'#,+-*/<>=!&|.eE0159 aifdm×≥（，\t\uD83D\uDE00";
        for (int seed = 0; seed < 5000; seed++)
        {
            var random = new Random(seed);
            var text = new System.Text.StringBuilder(Long);
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                int at = random.Next(text.Length);
                if (random.Next(2) == 0) text.Remove(at, 1);
                else text.Insert(at, Signs[random.Next(Signs.Length)]);
            }

            CheckPlace(text.ToString());
        }
    }

    [Fact]
    public void A_tree_that_is_written_out_is_read_back_the_same()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            string text = Trees.Random(new(seed), depth: 5);
            string printed = Printed.Of(Parse(text));
            Assert.Equal(printed, Printed.Of(Parse(printed)));
        }
    }

    [Fact]
    public void Depth_and_length_are_bounded_and_long_sums_are_not_deep()
    {
        Assert.NotNull(ExpressionParser.Parse(new string('(', 65) + "1" + new string(')', 65)).Fault);
        Assert.NotNull(ExpressionParser.Parse(new string('-', 3000) + "1").Fault);
        Assert.NotNull(ExpressionParser.Parse("1" + new string(' ', 4000)).Fault);
        Assert.Null(ExpressionParser.Parse("1" + string.Concat(Enumerable.Repeat("+1", 1999))).Fault);
    }

    private static Node Parse(string text)
    {
        ParsedExpression parsed = ExpressionParser.Parse(text);
        Assert.True(parsed.Root is not null, $"{text}: {parsed.Fault}");
        return parsed.Root!;
    }

    private static void CheckPlace(string text)
    {
        ParsedExpression parsed = ExpressionParser.Parse(text);
        Assert.Equal(parsed.Root is null, parsed.Fault is not null);
        if (parsed.Fault is not { } fault) return;
        Assert.InRange(fault.Position, 0, text.Length);
        Assert.InRange(fault.Position + fault.Length, fault.Position, text.Length);
    }
}
