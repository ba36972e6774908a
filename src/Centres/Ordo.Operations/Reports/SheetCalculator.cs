using System.Globalization;

namespace Ordo.Operations.Reports;

/// <summary>
/// Works out the plain formulas of a filled report, so that the printable page and programs that do not calculate show their results: + − × ÷, brackets, percent,
/// cells, and SUM, AVERAGE, MIN, MAX, COUNT, ROUND, ABS over ranges. Everything else is left to the spreadsheet.
/// </summary>
internal sealed class SheetCalculator
{
    private const int MaxDepth = 60, MaxRange = 200_000;
    private readonly Dictionary<string, Dictionary<(int Column, int Row), FilledCell>> sheets = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string, int, int), double?> known = [];
    private readonly ReportTemplate template;
    private int depth;

    public SheetCalculator(ReportTemplate template, FilledReport report)
    {
        this.template = template;
        foreach (FilledSheet sheet in report.Sheets)
        {
            var cells = new Dictionary<(int, int), FilledCell>();
            foreach (FilledRow row in sheet.Rows)
                foreach (FilledCell cell in row.Cells) cells[(cell.Template.Column, row.Number)] = cell;
            sheets[sheet.Template.Name] = cells;
        }
    }

    /// <returns>The number in a cell; <c>null</c> for none, a text, or a formula that is not understood.</returns>
    public double? ValueAt(string sheet, int column, int row)
    {
        if (!sheets.TryGetValue(sheet, out var cells) || !cells.TryGetValue((column, row), out FilledCell? cell)) return null;
        if (cell.Formula is null) return NumberOf(cell);
        if (known.TryGetValue((sheet, column, row), out double? value)) return value;
        if (depth >= MaxDepth) return null;
        known[(sheet, column, row)] = null; // a formula that leads back to itself has no value
        depth++;
        double? result = new Parser(this, sheet, cell.Formula).Result();
        depth--;
        return known[(sheet, column, row)] = result is { } finite && double.IsFinite(finite) ? finite : null;
    }

    /// <summary>Text of a cell that is no number.</summary>
    public string TextOf(FilledCell cell) => cell.IsFilled ? cell.Value as string ?? "" : ReportTemplate.TextOf(cell.Template.Element, template.Texts);

    /// <summary>Its format shows the number as a date.</summary>
    public bool IsDate(FilledCell cell) => template.DateStyles.Contains(cell.Template.Style);

    private bool IsFormula(string sheet, int column, int row) => sheets.TryGetValue(sheet, out var cells) && cells.TryGetValue((column, row), out FilledCell? cell) && cell.Formula is not null;

    private static double? NumberOf(FilledCell cell)
    {
        if (cell.IsFilled) return cell.Value is decimal number ? (double)number : null;
        return (string?)cell.Template.Element.Attribute("t") is null or "n" && double.TryParse(cell.Template.Element.Element(ReportTemplate.Main + "v")?.Value, CultureInfo.InvariantCulture, out double value) ? value : null;
    }

    /// <summary>Recursive descent over one formula; <see cref="failed"/> once something is not understood.</summary>
    private sealed class Parser(SheetCalculator owner, string sheet, string text)
    {
        private int at;
        private bool failed;

        public double? Result()
        {
            double value = Sum();
            Skip();
            return failed || at < text.Length ? null : value;
        }

        private double Sum()
        {
            double value = Product();
            while (!failed)
            {
                if (Take('+')) value += Product();
                else if (Take('-')) value -= Product();
                else break;
            }
            return value;
        }

        private double Product()
        {
            double value = Factor();
            while (!failed)
            {
                if (Take('*')) value *= Factor();
                else if (Take('/')) value /= Factor();
                else break;
            }
            return value;
        }

        private double Factor()
        {
            if (Take('-')) return -Factor();
            double value;
            if (Take('('))
            {
                value = Sum();
                if (!Take(')')) failed = true;
            }
            else
            {
                value = Atom();
            }
            while (Take('%')) value /= 100;
            return value;
        }

        private double Atom()
        {
            Skip();
            int begin = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.')) at++;
            if (at > begin && double.TryParse(text.AsSpan(begin, at - begin), CultureInfo.InvariantCulture, out double number)) return number;
            at = begin;
            while (at < text.Length && char.IsAsciiLetter(text[at])) at++;
            if (at > begin && at < text.Length && text[at] == '(') return Call(text[begin..at++].ToUpperInvariant());
            at = begin;
            return Range() is { } range && range.Count == 1 ? Cell(range[0]) : Fail();
        }

        private double Call(string name)
        {
            List<double> values = [];
            do
            {
                int begin = at;
                if (Range() is { } range && (Peek(')') || Peek(',')))
                {
                    foreach (var cell in range)
                        if (owner.ValueAt(cell.Sheet, cell.Column, cell.Row) is { } value) values.Add(value);
                        else if (owner.IsFormula(cell.Sheet, cell.Column, cell.Row)) failed = true; // its value is not known, so neither is ours
                }
                else
                {
                    at = begin;
                    values.Add(Sum());
                }
            }
            while (!failed && Take(','));
            if (!Take(')')) failed = true;
            if (failed) return 0;
            return name switch
            {
                "SUM" => values.Sum(),
                "COUNT" => values.Count,
                "AVERAGE" when values.Count > 0 => values.Average(),
                "MIN" when values.Count > 0 => values.Min(),
                "MAX" when values.Count > 0 => values.Max(),
                "ABS" when values.Count == 1 => Math.Abs(values[0]),
                "ROUND" when values.Count == 2 && values[1] is >= 0 and <= 10 => Math.Round(values[0], (int)values[1], MidpointRounding.AwayFromZero),
                _ => Fail(),
            };
        }

        /// <summary>A cell or range, with or without a sheet.</summary>
        private List<(string Sheet, int Column, int Row)>? Range()
        {
            Skip();
            int begin = at;
            string of = sheet;
            int mark = text.IndexOf('!', at);
            string prefix = mark < 0 ? "" : text[at..mark];
            if (prefix.Length > 0 && (prefix[0] == '\'' ? prefix.Length > 2 && prefix[^1] == '\'' && prefix.IndexOf('\'', 1) == prefix.Length - 1 : prefix.All(c => char.IsLetterOrDigit(c) || c is '_' or '.')))
                (of, at) = (prefix.Trim('\''), mark + 1);
            if (Place() is not { } first)
            {
                at = begin;
                return null;
            }
            if (!Take(':')) return [(of, first.Column, first.Row)];
            if (Place() is not { } last || (long)(last.Column - first.Column + 1) * (last.Row - first.Row + 1) is < 1 or > MaxRange)
            {
                failed = true;
                return null;
            }
            return [.. from row in Enumerable.Range(first.Row, last.Row - first.Row + 1) from column in Enumerable.Range(first.Column, last.Column - first.Column + 1) select (of, column, row)];
        }

        private (int Column, int Row)? Place()
        {
            int begin = at;
            if (at < text.Length && text[at] == '$') at++;
            int letters = at;
            while (at < text.Length && char.IsAsciiLetter(text[at])) at++;
            int lettersEnd = at;
            if (at < text.Length && text[at] == '$') at++;
            int digits = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            if (lettersEnd - letters is >= 1 and <= 3 && at - digits is >= 1 and <= 7)
                return (SheetReferences.ColumnOf(text[letters..lettersEnd]), int.Parse(text.AsSpan(digits, at - digits), CultureInfo.InvariantCulture));
            at = begin;
            return null;
        }

        private double Cell((string Sheet, int Column, int Row) cell)
        {
            if (owner.ValueAt(cell.Sheet, cell.Column, cell.Row) is { } value) return value;
            if (owner.IsFormula(cell.Sheet, cell.Column, cell.Row)) failed = true;
            return 0; // an empty cell counts as nothing
        }

        private double Fail()
        {
            failed = true;
            return 0;
        }

        private void Skip()
        {
            while (at < text.Length && text[at] == ' ') at++;
        }

        private bool Peek(char wanted)
        {
            Skip();
            return at < text.Length && text[at] == wanted;
        }

        private bool Take(char wanted)
        {
            if (!Peek(wanted)) return false;
            at++;
            return true;
        }
    }
}
