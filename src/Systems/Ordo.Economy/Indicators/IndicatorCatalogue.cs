using System.Collections.Frozen;
using System.Globalization;
using Ordo.Economy.Filing;

namespace Ordo.Economy.Indicators;

/// <summary>The indicators as they hold now: those shipped (<c>indicators.tsv</c>), changed and added to by the console. Immutable; always free of cycles and of unlike units.</summary>
public sealed class IndicatorCatalogue
{
    private static readonly Lazy<IReadOnlyList<Indicator>> ShippedFile = new(ReadFile);
    private readonly FrozenDictionary<string, Indicator> byCode;
    private readonly FrozenDictionary<string, FormulaNode> formulas;
    private readonly FrozenDictionary<string, EconomyUnit> units;
    private readonly FrozenDictionary<string, string[]> leaves;

    /// <exception cref="FormulaException">A formula has a fault.</exception>
    public IndicatorCatalogue(IReadOnlyList<Indicator> indicators)
    {
        All = indicators;
        byCode = indicators.ToFrozenDictionary(indicator => indicator.Code);
        units = indicators.ToFrozenDictionary(indicator => indicator.Code, indicator => EconomyUnit.Find(indicator.Unit)
            ?? throw new FormulaException(new($"{indicator.Code}：没有单位“{indicator.Unit}”。", $"{indicator.Code}: there is no unit '{indicator.Unit}'.")));
        formulas = indicators.Where(indicator => indicator.IsDerived).ToFrozenDictionary(indicator => indicator.Code, Checked);
        leaves = indicators.ToFrozenDictionary(indicator => indicator.Code, indicator => LeavesOf(indicator.Code, []).Distinct().ToArray());
    }

    /// <summary>What the product ships.</summary>
    public static IReadOnlyList<Indicator> Shipped => ShippedFile.Value;

    public IReadOnlyList<Indicator> All { get; }

    public Indicator? Find(string code) => byCode.GetValueOrDefault(code);

    public FormulaNode? FormulaOf(string code) => formulas.GetValueOrDefault(code);

    public decimal ScaleOf(string code) => units[code].Scale;

    /// <summary>The reported indicators that it is made of in the end; itself when it is reported.</summary>
    public IReadOnlyList<string> LeavesOf(string code) => leaves.GetValueOrDefault(code) ?? [];

    /// <summary>Every indicator that changes when this one does.</summary>
    public IReadOnlyList<string> DependantsOf(string code) => [.. All.Where(indicator => indicator.IsDerived && LeavesOf(indicator.Code).Contains(code)).Select(indicator => indicator.Code)];

    /// <summary>The shipped indicators with others laid over them by code.</summary>
    /// <exception cref="FormulaException">Together they have a cycle or units that do not fit.</exception>
    public static IndicatorCatalogue With(IEnumerable<Indicator> overrides)
    {
        List<Indicator> all = [.. Shipped];
        foreach (Indicator indicator in overrides)
        {
            int place = all.FindIndex(shipped => shipped.Code == indicator.Code);
            if (place < 0) all.Add(indicator);
            else all[place] = indicator;
        }

        return new(all);
    }

    /// <summary>In the indicator's own unit; <c>null</c> where something is missing.</summary>
    public decimal? Evaluate(string code, IFormulaInput input)
    {
        decimal? inBaseUnits = FormulaOf(code) is { } formula ? Formula.Evaluate(formula, input, ScaleOf, FormulaOf) : input.Sum(code) * ScaleOf(code);
        return inBaseUnits / ScaleOf(code);
    }

    private FormulaNode Checked(Indicator indicator)
    {
        FormulaNode formula;
        try
        {
            formula = Formula.Parse(indicator.Formula);
            foreach (string code in Formula.References(formula))
                if (!byCode.ContainsKey(code)) throw new FormulaException(new($"没有指标 {code}。", $"There is no indicator {code}."));
            Dimension dimension = Formula.DimensionOf(formula, code => units.GetValueOrDefault(code)?.Dimension);
            if (dimension != units[indicator.Code].Dimension)
                throw new FormulaException(new($"公式结果的单位与“{indicator.Unit}”不符。", $"What the formula gives does not fit the unit '{indicator.Unit}'."));
        }
        catch (FormulaException fault)
        {
            throw new FormulaException(new($"{indicator.Code} 的公式：{fault.Reason.Zh}", $"Formula of {indicator.Code}: {fault.Reason.En}"));
        }

        return formula;
    }

    private IEnumerable<string> LeavesOf(string code, IReadOnlyList<string> above)
    {
        if (above.Contains(code))
        {
            string ring = string.Join(" → ", above.SkipWhile(step => step != code).Append(code));
            throw new FormulaException(new($"公式循环引用：{ring}。", $"The formulas go in a circle: {ring}."));
        }

        return formulas.TryGetValue(code, out FormulaNode? formula)
            ? Formula.References(formula).SelectMany(part => LeavesOf(part, [.. above, code]))
            : [code];
    }

    private static List<Indicator> ReadFile()
    {
        using Stream stream = typeof(IndicatorCatalogue).Assembly.GetManifestResourceStream("indicators.tsv") ?? throw new InvalidOperationException("The assembly lacks indicators.tsv.");
        using var reader = new StreamReader(stream);
        List<Indicator> indicators = [];
        string[]? header = null;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split('\t');
            if (header is null)
            {
                header = cells;
                continue;
            }

            string Cell(string name) => Array.IndexOf(header, name) is >= 0 and var place && place < cells.Length ? cells[place] : "";
            T Word<T>(string name)
                where T : struct, Enum => Enum.Parse<T>(Cell(name), ignoreCase: true);
            indicators.Add(new(Cell("code"), Cell("nameZh"), Cell("nameEn"), Cell("definition"), Cell("unit"), Word<IndicatorKind>("kind"), Word<IndicatorDirection>("direction"),
                Word<Frequency>("frequency"), Word<FigureBasis>("basis"), Cell("dimensions").Split(' ', StringSplitOptions.RemoveEmptyEntries), Cell("formula"), Cell("deflator"),
                int.Parse(Cell("decimals"), CultureInfo.InvariantCulture), Cell("source"), Cell("verified") == "yes", Cell("edition")));
        }

        return indicators;
    }
}
