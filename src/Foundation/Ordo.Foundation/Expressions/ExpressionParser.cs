using System.Globalization;

namespace Ordo.Foundation.Expressions;

/// <summary>What the parser made of a text: a tree, or the fault it stopped at.</summary>
public sealed record ParsedExpression(string Text, Node? Root, ExpressionFault? Fault);

/// <summary>Text → tree, by recursive descent. Pure. The grammar stands in the README beside this file.</summary>
public sealed class ExpressionParser
{
    /// <summary>Longest text and deepest nesting: what a person can still read, and a stack can still carry.</summary>
    public const int MaxLength = 4000, MaxDepth = 64;

    private readonly List<Token> tokens;
    private int at;
    private int depth;

    private ExpressionParser(List<Token> tokens) => this.tokens = tokens;

    private Token Current => tokens[at];

    public static ParsedExpression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength) return new(text, null, new(new(MaxLength, text.Length - MaxLength), $"表达式最多 {MaxLength} 个字符。", $"An expression has at most {MaxLength} characters."));
        try
        {
            var parser = new ExpressionParser(Lexer.Read(text));
            Node root = parser.Or();
            return parser.Current.Kind == TokenKind.End ? new(text, root, null) : new(text, null, parser.Unexpected("运算符", "an operator"));
        }
        catch (ExpressionException e)
        {
            return new(text, null, e.Fault);
        }
    }

    private Node Or() => LeftToRight(And, "||", "or", BinaryOperator.Or);

    private Node And() => LeftToRight(Not, "&&", "and", BinaryOperator.And);

    private Node LeftToRight(Func<Node> operand, string sign, string word, BinaryOperator operation)
    {
        Node left = operand();
        while (IsOperator(sign) || IsWord(word))
        {
            TextSpan span = Take().Span;
            Node right = operand();
            left = new BinaryNode(TextSpan.Between(left.Span, right.Span), operation, span, left, right);
        }

        return left;
    }

    private Node Not()
    {
        if (!IsOperator("!") && !IsWord("not")) return Comparison();
        return Deeper(() =>
        {
            TextSpan span = Take().Span;
            Node operand = Not();
            return new UnaryNode(TextSpan.Between(span, operand.Span), UnaryOperator.Not, operand);
        });
    }

    private Node Comparison()
    {
        Node left = Sum();
        if (ComparisonOf(Current) is not { } operation) return left;
        TextSpan span = Take().Span;
        Node right = Sum();
        if (ComparisonOf(Current) is not null) throw new ExpressionException(new(Current.Span, "比较不能连写，请用 and：a < b and b < c。", "Comparisons do not chain; write a < b and b < c."));
        return new BinaryNode(TextSpan.Between(left.Span, right.Span), operation, span, left, right);
    }

    private Node Sum() => Arithmetic(Product, ("+", BinaryOperator.Add), ("-", BinaryOperator.Subtract));

    private Node Product() => Arithmetic(Unary, ("*", BinaryOperator.Multiply), ("/", BinaryOperator.Divide));

    private Node Arithmetic(Func<Node> operand, params (string Sign, BinaryOperator Operator)[] operations)
    {
        Node left = operand();
        while (Current.Kind == TokenKind.Operator && Array.FindIndex(operations, o => o.Sign == Current.Text) is >= 0 and var found)
        {
            TextSpan span = Take().Span;
            Node right = operand();
            left = new BinaryNode(TextSpan.Between(left.Span, right.Span), operations[found].Operator, span, left, right);
        }

        return left;
    }

    private Node Unary()
    {
        if (!IsOperator("-") && !IsOperator("+")) return Primary();
        return Deeper(() =>
        {
            Token sign = Take();
            Node operand = Unary();
            TextSpan span = TextSpan.Between(sign.Span, operand.Span);
            return sign.Text == "+" ? operand with { Span = span } : new UnaryNode(span, UnaryOperator.Negate, operand);
        });
    }

    private Node Primary()
    {
        Token token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                Take();
                if (Current.Kind != TokenKind.Unit) return new NumberNode(token.Span, token.Number, null);
                Token unit = Take();
                return new NumberNode(TextSpan.Between(token.Span, unit.Span), token.Number, unit.Text);
            case TokenKind.Duration:
                Take();
                return new NumberNode(token.Span, token.Number, "duration:ms");
            case TokenKind.Id:
                Take();
                return new ReferenceNode(token.Span, long.Parse(token.Text, CultureInfo.InvariantCulture), null);
            case TokenKind.Name:
                Take();
                return new ReferenceNode(token.Span, null, token.Text);
            case TokenKind.Word when IsWord("true") || IsWord("false"):
                Take();
                return new BooleanNode(token.Span, token.Text.Equals("true", StringComparison.OrdinalIgnoreCase));
            case TokenKind.Word:
                return Deeper(Call);
            case TokenKind.Open:
                return Deeper(() =>
                {
                    Take();
                    Node inner = Or();
                    Token close = Expect(TokenKind.Close, "“)”", "')'");
                    return inner with { Span = TextSpan.Between(token.Span, close.Span) };
                });
            default:
                throw new ExpressionException(Unexpected("数值、点位、函数或“(”", "a number, a point, a function or '('"));
        }
    }

    private CallNode Call()
    {
        Token name = Take();
        if (Current.Kind != TokenKind.Open)
            throw new ExpressionException(new(name.Span, $"“{name.Text}”既不是点位也不是函数；点位写作 [资产编码/点位编码] 或 #编号。", $"'{name.Text}' is neither a point nor a function; a point is written [asset/point] or #number."));
        Take();
        List<Node> arguments = [];
        WindowNode? window = null;
        if (Current.Kind != TokenKind.Close)
        {
            do
            {
                if (window is not null) throw new ExpressionException(new(window.Span, "时间窗口应为最后一个参数。", "A stretch of time is the last argument."));
                window = TryWindow(arguments.Count);
                if (window is null) arguments.Add(Or());
            }
            while (TryTake(TokenKind.Comma));
        }

        Token close = Expect(TokenKind.Close, "“,”或“)”", "',' or ')'");
        return new(TextSpan.Between(name.Span, close.Span), name.Text.ToLowerInvariant(), name.Span, arguments, window);
    }

    /// <summary>A duration or a period that is all of an argument; a duration that goes on, as in <c>1h × 2</c>, is arithmetic.</summary>
    private WindowNode? TryWindow(int argumentsBefore)
    {
        if (argumentsBefore == 0 || Current.Kind == TokenKind.End || tokens[at + 1].Kind is not (TokenKind.Comma or TokenKind.Close)) return null;
        if (Current.Kind == TokenKind.Duration)
        {
            Token token = Take();
            if (token.Number < 1 || token.Number > TimeWindow.Longest.TotalMilliseconds)
                throw new ExpressionException(new(token.Span, $"时间窗口应在 1 毫秒到 {TimeWindow.Longest.TotalDays:0} 天之间；更长请用 month 或 year。", $"A stretch of time is between 1 ms and {TimeWindow.Longest.TotalDays:0} days; use month or year for more."));
            return new(token.Span, new((long)token.Number, CalendarPeriod.None));
        }

        CalendarPeriod period = Current.Kind != TokenKind.Word ? CalendarPeriod.None : Current.Text.ToLowerInvariant() switch
        {
            "hour" => CalendarPeriod.Hour,
            "day" => CalendarPeriod.Day,
            "month" => CalendarPeriod.Month,
            "year" => CalendarPeriod.Year,
            _ => CalendarPeriod.None,
        };
        return period == CalendarPeriod.None ? null : new(Take().Span, TimeWindow.Since(period));
    }

    private static BinaryOperator? ComparisonOf(Token token) => token.Kind != TokenKind.Operator ? null : token.Text switch
    {
        "<" => BinaryOperator.Less,
        "<=" => BinaryOperator.LessOrEqual,
        ">" => BinaryOperator.Greater,
        ">=" => BinaryOperator.GreaterOrEqual,
        "=" => BinaryOperator.Equal,
        "!=" => BinaryOperator.NotEqual,
        _ => null,
    };

    private T Deeper<T>(Func<T> read)
    {
        if (++depth > MaxDepth) throw new ExpressionException(new(Current.Span, $"嵌套超过 {MaxDepth} 层。", $"Nested more than {MaxDepth} deep."));
        T result = read();
        depth--;
        return result;
    }

    private bool IsOperator(string sign) => Current.Kind == TokenKind.Operator && Current.Text == sign;

    private bool IsWord(string word) => Current.Kind == TokenKind.Word && Current.Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private Token Take() => tokens[at++];

    private bool TryTake(TokenKind kind)
    {
        if (Current.Kind != kind) return false;
        at++;
        return true;
    }

    private Token Expect(TokenKind kind, string zh, string en) => Current.Kind == kind ? Take() : throw new ExpressionException(Unexpected(zh, en));

    private ExpressionFault Unexpected(string zh, string en) => Current.Kind == TokenKind.End
        ? new(Current.Span, $"表达式在此处结束，应为{zh}。", $"The expression ends here; expected {en}.")
        : new(Current.Span, $"此处应为{zh}。", $"Expected {en} here.");
}
