using System.Globalization;

namespace Ordo.Operations.Reports;

/// <summary>A cell as it is written.</summary>
/// <param name="Template">Where it comes from: style, and everything where there is no placeholder.</param>
/// <param name="Value">A <c>decimal</c>, a text, or <c>null</c> for nothing to tell; only counts where <paramref name="IsFilled"/>.</param>
/// <param name="Completeness">Of a figure.</param>
internal sealed record FilledCell(TemplateCell Template, bool IsFilled, object? Value, string? Formula, double? Completeness);

internal sealed record FilledRow(int Number, TemplateRow Template, IReadOnlyList<FilledCell> Cells);

internal sealed record FilledSheet(TemplateSheet Template, RowShift Shift, IReadOnlyList<FilledRow> Rows);

/// <summary>What stands behind a figure, or behind all figures of a column of a table.</summary>
internal sealed record CompletenessLine(string Sheet, string Place, string Point, string Name, string Word, string Time, decimal? Value, double Completeness);

/// <param name="Lines">Each single figure, each column of a table, and the cells of tables that are not whole.</param>
/// <param name="Unlisted">Cells that are not whole and found no room in the list.</param>
internal sealed record FilledReport(IReadOnlyList<FilledSheet> Sheets, IReadOnlyList<CompletenessLine> Lines, int Unlisted, int Figures, int Incomplete, double Completeness);

/// <summary>What a report is filled with beside its figures.</summary>
internal sealed record ReportHead(string Name, ReportPeriod Period, DateTimeOffset Created, bool English);

/// <summary>Puts figures into the rows of a template. Everything is in memory: at most <see cref="MaxCells"/> cells.</summary>
internal sealed class ReportFiller(ReportTemplate template, ReportPoints points, ReportHead head, ParkClock park)
{
    public const int MaxCells = 500_000;
    private const int MaxLines = 10_000;
    private readonly Dictionary<(RowStep? Step, ReportSpan Span), ReportWindows> windows = [];
    private readonly Dictionary<long, ReportPoint> used = [];
    private readonly Dictionary<string, RowShift> shifts = [];
    private readonly List<CompletenessLine> lines = [], rest = [];
    private Dictionary<FigureColumn, Figure[]> figures = [];
    private int total, incomplete, unlisted;
    private double sum;

    /// <summary>Cells that a report of a period will have.</summary>
    public long CountCells() => template.Sheets.SelectMany(s => s.Rows).Sum(r => (long)CountOf(r) * r.Cells.Count);

    public async Task<FilledReport> FillAsync(ReportFigures reader, CancellationToken cancellation)
    {
        foreach (TemplateSheet sheet in template.Sheets)
            shifts[sheet.Name] = new(sheet.Rows.Where(r => r.Each is not null).ToDictionary(r => r.Number, CountOf));
        FigureColumn[] wanted = [.. template.Sheets.SelectMany(s => s.Rows).SelectMany(ColumnsOf).Distinct()];
        figures = await reader.ReadAsync(wanted, used, cancellation);
        FilledSheet[] sheets = [.. template.Sheets.Select(s => new FilledSheet(s, shifts[s.Name], [.. s.Rows.SelectMany(r => FillRow(s, r))]))];
        return new(sheets, [.. lines, .. rest], unlisted, total, incomplete, total == 0 ? 1 : sum / total);
    }

    public RowShift ShiftOf(string sheet) => shifts.GetValueOrDefault(sheet) ?? RowShift.None;

    private int CountOf(TemplateRow row) => row.Each switch
    {
        null => 1,
        { Step: RowStep.Point } each => Math.Max(1, points.Group(each).Count),
        { } each => Math.Max(1, WindowsOf(each.Step, ReportSpan.Period).Count),
    };

    private IEnumerable<FigureColumn> ColumnsOf(TemplateRow row)
    {
        foreach (Placeholder placeholder in row.Cells.SelectMany(c => c.Placeholders).Where(p => p.IsFigure))
        {
            IReadOnlyList<ReportPoint> of = placeholder.Each is { Step: RowStep.Point } each ? points.Group(each) : points.Find(placeholder.Point!) is { } one ? [one] : [];
            foreach (ReportPoint point in of)
            {
                used[point.Id] = point;
                yield return ColumnOf(placeholder, point);
            }
        }
    }

    private FigureColumn ColumnOf(Placeholder placeholder, ReportPoint point) =>
        new(point.Id, placeholder.Word, WindowsOf(placeholder.Each is { Step: not RowStep.Point } each ? each.Step : null, placeholder.Span));

    private IEnumerable<FilledRow> FillRow(TemplateSheet sheet, TemplateRow row)
    {
        int count = CountOf(row), first = ShiftOf(sheet.Name).FirstOf(row.Number);
        for (int copy = 0; copy < count; copy++)
        {
            int number = first + copy, at = copy;
            yield return new(number, row, [.. row.Cells.Select(cell => FillCell(sheet, row, cell, at, count))]);
        }
    }

    private FilledCell FillCell(TemplateSheet sheet, TemplateRow row, TemplateCell cell, int copy, int count)
    {
        if (cell.Formula is { } formula)
            return new(cell, false, null, row.Each is null ? SheetReferences.Move(formula, sheet.Name, ShiftOf) : SheetReferences.CopyRow(formula, sheet.Name, row.Number, copy, ShiftOf), null);
        if (cell.Pieces is not { } pieces) return new(cell, false, null, null, null);

        double? completeness = null;
        object?[] values = [.. pieces.Select(piece =>
        {
            if (piece is not Placeholder placeholder) return piece;
            var (value, share) = ValueOf(sheet, row, cell, placeholder, copy, count);
            if (share is { } known) completeness = completeness is { } before ? Math.Min(before, known) : known;
            return value;
        })];
        object? whole = values.Length == 1 ? values[0] : string.Concat(values.Select(v => v is null ? "—" : Convert.ToString(v, CultureInfo.InvariantCulture)));
        return new(cell, true, whole, null, completeness);
    }

    private (object? Value, double? Completeness) ValueOf(TemplateSheet sheet, TemplateRow row, TemplateCell cell, Placeholder placeholder, int copy, int count)
    {
        ReportPoint? point = placeholder.Each is { Step: RowStep.Point } each ? points.Group(each).ElementAtOrDefault(copy) : placeholder.Point is { } reference ? points.Find(reference) : null;
        if (placeholder.IsFigure)
        {
            if (point is null) return (null, 0);
            FigureColumn column = ColumnOf(placeholder, point);
            bool isTable = placeholder.Each is { Step: not RowStep.Point };
            Figure figure = figures[column][isTable ? copy : 0];
            Note(sheet, row, cell, placeholder, point, column, figure, isTable, copy, count);
            return (figure.Value, figure.Completeness);
        }

        return (placeholder.Word switch
        {
            PlaceholderWord.Name => point?.NameIn(head.English),
            PlaceholderWord.Asset => point?.AssetIn(head.English),
            PlaceholderWord.Unit => point?.UnitSymbol,
            PlaceholderWord.Time => TimeOf(placeholder.Each!.Value.Step, copy, template.DateStyles.Contains(cell.Style)),
            PlaceholderWord.Period => head.Period.ToString(),
            PlaceholderWord.From => Day(head.Period.First),
            PlaceholderWord.To => Day(head.Period.End.AddDays(-1)),
            PlaceholderWord.Created => park.LocalOf(head.Created).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            _ => head.Name,
        }, null);
    }

    /// <summary>A table says once for a column how whole it is, and then for each cell that is not; a single figure always says it.</summary>
    private void Note(TemplateSheet sheet, TemplateRow row, TemplateCell cell, Placeholder placeholder, ReportPoint point, FigureColumn column, Figure figure, bool isTable, int copy, int count)
    {
        total++;
        sum += figure.Completeness;
        bool whole = figure.Completeness >= 1;
        if (!whole) incomplete++;
        RowShift shift = ShiftOf(sheet.Name);
        string letters = SheetReferences.ColumnName(cell.Column), word = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(placeholder.Word.ToString());
        CompletenessLine Line(string place, string time, decimal? value, double share) => new(sheet.Name, place, point.Reference, $"{point.AssetIn(head.English)} {point.NameIn(head.English)}", word, time, value, share);
        string own = string.Create(CultureInfo.InvariantCulture, $"{letters}{shift.FirstOf(row.Number) + copy}");
        if (!isTable)
        {
            if (lines.Count < MaxLines) lines.Add(Line(own, SpanOf(placeholder.Span), figure.Value, figure.Completeness));
            else if (!whole) unlisted++;
            return;
        }

        if (copy == 0 && lines.Count < MaxLines)
            lines.Add(Line(string.Create(CultureInfo.InvariantCulture, $"{own}:{letters}{shift.LastOf(row.Number)}"), SpanOf(ReportSpan.Period), null, figures[column].Take(count).Average(f => f.Completeness)));
        if (whole) return;
        if (rest.Count < MaxLines) rest.Add(Line(own, (string)TimeOf(placeholder.Each!.Value.Step, copy, false), figure.Value, figure.Completeness));
        else unlisted++;
    }

    private string SpanOf(ReportSpan span)
    {
        var (first, end) = head.Period.Of(span);
        return end == first.AddDays(1) ? Day(first) : $"{Day(first)} – {Day(end.AddDays(-1))}";
    }

    private object TimeOf(RowStep step, int copy, bool isDate)
    {
        ReportWindows of = WindowsOf(step, ReportSpan.Period);
        DateTime local = park.LocalOf(DateTimeOffset.FromUnixTimeMilliseconds(of.Starts[copy]));
        if (isDate) return Math.Round((decimal)local.ToOADate(), 8);
        return local.ToString(step switch { RowStep.Month => "yyyy-MM", RowStep.Day => "yyyy-MM-dd", _ => "yyyy-MM-dd HH:mm" }, CultureInfo.InvariantCulture);
    }

    private ReportWindows WindowsOf(RowStep? step, ReportSpan span)
    {
        if (windows.TryGetValue((step, span), out ReportWindows? known)) return known;
        var (first, end) = head.Period.Of(step == RowStep.Month ? ReportSpan.Year : span);
        List<long> bounds = [InstantOf(first)];
        long last = InstantOf(end);
        DateOnly day = first;
        while (bounds[^1] < last)
        {
            bounds.Add(step switch
            {
                RowStep.Quarter => bounds[^1] + 900_000,
                RowStep.Hour => bounds[^1] + 3_600_000,
                RowStep.Day => InstantOf(day = day.AddDays(1)),
                RowStep.Month => Math.Min(last, InstantOf(day = day.AddMonths(1))),
                _ => last,
            });
        }
        return windows[(step, span)] = new([.. bounds.SkipLast(1)], [.. bounds.Skip(1)]);
    }

    private long InstantOf(DateOnly day) => park.InstantOf(day.ToDateTime(TimeOnly.MinValue)).ToUnixTimeMilliseconds();

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
