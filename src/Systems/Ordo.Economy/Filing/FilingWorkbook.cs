using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Economy.Figures;
using Ordo.Economy.Indicators;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park.Import;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Filing;

/// <summary>
/// Forms as a workbook: a row for each item, so that one file may hold forms of several enterprises and periods. All cells are judged before anything is
/// written; one bad cell and nothing is.
/// </summary>
public sealed class FilingWorkbook(OrdoDbContext database, EconomyBook book, FilingDesk desk, TimeProvider clock)
{
    private const int MaxRows = 50_000, MaxFaults = 500;
    private static readonly string[] Header = ["企业编码", "报表", "报告期", "项目", "指标", "单位", "本期", "上年同期"];

    private sealed record Line(int Row, string Sheet, string Value, string LastYear, string Unit);

    private sealed record Draft(Enterprise Enterprise, FormTemplate Form, Period Period, Dictionary<string, Line> Lines, string Sheet, int Row);

    public async Task<MemoryStream> WriteAsync(long assetId, string formCode, string? periodText, Caller caller, CancellationToken cancellation)
    {
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        Enterprise enterprise = FilingDesk.EnterpriseOf(snapshot, assetId, caller);
        (FormTemplate form, Period period) = desk.Judge(formCode, periodText ?? Period.LastEnded(FormTemplates.Find(formCode)?.Frequency ?? Frequency.Month, book.Today).ToString());
        int place = snapshot.PlaceOf(assetId)!.Value;
        Dictionary<string, decimal> values = (await NewestAsync(assetId, form, period, cancellation))?.ReadValues() ?? [];
        var file = new MemoryStream();
        using (var writer = new XlsxWriter(file))
        {
            using XlsxWriter.SheetWriter sheet = writer.AddSheet(form.Code, Header);
            foreach (FormItem item in form.Items)
            {
                Indicator indicator = snapshot.Rules.Catalogue.Find(item.Code)!;
                sheet.WriteCells([enterprise.Area.Code, form.Code, period.ToString(), item.Code, indicator.NameZh, indicator.Unit, values.TryGetValue(item.Code, out decimal value) ? value : null,
                    snapshot.Latest.Raw(item.Code, place, period.Year - 1, period.Last)]);
            }
        }

        file.Position = 0;
        return file;
    }

    public async Task<Results<Ok<WorkbookOutcome>, ProblemHttpResult>> ReadAsync(Stream file, Caller caller, CancellationToken cancellation)
    {
        List<BadCell> bad = [];
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        List<Draft> drafts;
        try
        {
            using var reader = new XlsxReader(file);
            drafts = ReadSheets(reader, snapshot, caller, bad);
        }
        catch (UnreadableFileException unreadable)
        {
            return Problems.Validation(("file", unreadable.Reason));
        }

        if (drafts.Count == 0 && bad.Count == 0) return Problems.Validation(("file", new("工作簿里没有报表行；请先下载模板。", "The workbook has no rows of a form; download the template first.")));
        List<(Draft Draft, FiledForm? Existing, Dictionary<string, decimal> Values)> plans = [];
        foreach (Draft draft in drafts)
        {
            FiledForm? existing = await NewestAsync(draft.Enterprise.Id, draft.Form, draft.Period, cancellation);
            Dictionary<string, decimal> values = Judge(draft, existing, snapshot, bad);
            plans.Add((draft, existing, values));
        }

        if (bad.Count > 0) return Refused(bad);
        List<FilingItem> written = [];
        List<BadCell> toMend = [];
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        foreach ((Draft draft, FiledForm? existing, Dictionary<string, decimal> values) in plans)
        {
            if (existing is { State: FilingState.Accepted }) continue; // judged to be the same figures
            FiledForm filing = await WriteAsync(draft, existing, values, caller, cancellation);
            written.Add(desk.ItemOf(filing, draft.Enterprise, snapshot));
            toMend.AddRange(FilingChecks.Hard(draft.Form, values, snapshot.Rules.Catalogue)
                .Select(fault => Cell(draft.Sheet, draft.Lines.TryGetValue(fault.Field, out Line? line) ? line.Row : draft.Row, "本期", line?.Value ?? "", fault.Reason)));
        }

        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(new WorkbookOutcome(written, [.. toMend.Take(MaxFaults)]));
    }

    private async Task<FiledForm> WriteAsync(Draft draft, FiledForm? existing, Dictionary<string, decimal> values, Caller caller, CancellationToken cancellation)
    {
        FiledForm filing = existing is null ? new() { AssetId = draft.Enterprise.Id, Form = draft.Form.Code, Period = draft.Period.Key, Opened = clock.GetUtcNow() } : existing;
        if (existing is null) database.Add(filing);
        else filing.Version++;
        filing.Write(values, filing.ReadExplanations());
        await database.SaveChangesAsync(cancellation);
        database.Add(new FilingEvent { FilingId = filing.Id, Act = existing is null ? FilingAct.Opened : FilingAct.Saved, Time = clock.GetUtcNow(), Actor = caller.DisplayName, Remark = "XLSX" });
        await database.SaveChangesAsync(cancellation);
        return filing;
    }

    private List<Draft> ReadSheets(XlsxReader reader, EconomySnapshot snapshot, Caller caller, List<BadCell> bad)
    {
        Dictionary<(long, string, Period), Draft> drafts = [];
        int rows = 0;
        foreach ((string name, string id) in reader.Sheets())
        {
            bool first = true;
            foreach (SheetRow row in reader.Rows(id))
            {
                if (first)
                {
                    first = false;
                    if (!Header.SequenceEqual(row.Cells.Take(Header.Length)))
                    {
                        bad.Add(Cell(name, row.Number, "", string.Join(" | ", row.Cells.Take(Header.Length)), new($"第一行应为：{string.Join('、', Header)}。", $"The first row must be: {string.Join(", ", Header)}.")));
                        break;
                    }

                    continue;
                }

                if (++rows > MaxRows) throw new UnreadableFileException(new($"最多 {MaxRows} 行。", $"At most {MaxRows} rows."));
                ReadRow(name, row, snapshot, caller, drafts, bad);
            }
        }

        return [.. drafts.Values];
    }

    private void ReadRow(string sheet, SheetRow row, EconomySnapshot snapshot, Caller caller, Dictionary<(long, string, Period), Draft> drafts, List<BadCell> bad)
    {
        string At(int column) => column < row.Cells.Count ? row.Cells[column] : "";
        void Refuse(int column, Foundation.Text reason) => bad.Add(Cell(sheet, row.Number, Header[column], At(column), reason));
        Enterprise? enterprise = snapshot.Enterprises.FirstOrDefault(each => each.Area.Code == At(0) && caller.Has(Permissions.FileEconomy, each.Path));
        if (enterprise is null)
        {
            Refuse(0, new("没有这家企业，或不在您的填报范围内。", "There is no such enterprise, or it is not yours to file for."));
            return;
        }

        FormTemplate form;
        Period period;
        try
        {
            (form, period) = desk.Judge(At(1), At(2));
        }
        catch (ProblemException problem)
        {
            Refuse(FormTemplates.Find(At(1)) is null ? 1 : 2, new(problem.Message, problem.Message));
            return;
        }

        string code = At(3);
        if (form.Item(code) is null)
        {
            Refuse(3, new($"报表 {form.Code} 没有这个项目。", $"Form {form.Code} has no such item."));
            return;
        }

        string unit = snapshot.Rules.Catalogue.Find(code)!.Unit;
        if (At(5) != unit) Refuse(5, new($"单位应为“{unit}”，请换算后再填。", $"The unit is '{unit}': convert the figure first."));
        var key = (enterprise.Id, form.Code, period);
        if (!drafts.TryGetValue(key, out Draft? draft)) drafts[key] = draft = new(enterprise, form, period, [], sheet, row.Number);
        if (!draft.Lines.TryAdd(code, new(row.Number, sheet, At(6), At(7), At(5))))
            Refuse(3, new($"同一企业同一报告期的“{code}”已在第 {draft.Lines[code].Row} 行出现：一期只能有一份报表。", $"'{code}' of this enterprise and period stands in row {draft.Lines[code].Row} already: there is one form a period."));
    }

    private static Dictionary<string, decimal> Judge(Draft draft, FiledForm? existing, EconomySnapshot snapshot, List<BadCell> bad)
    {
        Dictionary<string, decimal> values = FilingDesk.ReadNumbers(draft.Form, draft.Lines.ToDictionary(pair => pair.Key, pair => pair.Value.Value),
            (code, reason) => bad.Add(Cell(draft.Lines[code].Sheet, draft.Lines[code].Row, "本期", draft.Lines[code].Value, reason)));
        int place = snapshot.PlaceOf(draft.Enterprise.Id)!.Value;
        foreach ((string code, Line line) in draft.Lines)
        {
            if (line.LastYear.Length == 0) continue;
            decimal? stored = snapshot.Latest.Raw(code, place, draft.Period.Year - 1, draft.Period.Last);
            bool same = decimal.TryParse(line.LastYear, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out decimal typed) && stored is { } known && Math.Abs(known - typed) < 0.005m;
            if (!same)
            {
                bad.Add(Cell(line.Sheet, line.Row, "上年同期", line.LastYear, new(
                    $"上年同期已审定为 {(stored is { } s ? FilingChecks.Number(s) : "无")}，历史数不能在此改动；请对上年那一期另开更正。",
                    $"Last year's figure is settled as {(stored is { } e ? FilingChecks.Number(e) : "none")}; history is not changed here: open a correction of that period.")));
            }
        }

        if (existing is { State: FilingState.Submitted or FilingState.Checked })
            bad.Add(Cell(draft.Sheet, draft.Row, "报告期", draft.Period.ToString(), new($"本期报表“{FilingDesk.NameOf(existing.State).Zh}”，退回后才能再改。", $"The form of this period is {FilingDesk.NameOf(existing.State).En}; it can be changed only when it is returned.")));
        if (existing is { State: FilingState.Accepted } && !Same(existing.ReadValues(), values))
            bad.Add(Cell(draft.Sheet, draft.Row, "报告期", draft.Period.ToString(), new("本期已审定，与上传的数不同；改动须开“更正”。", "The form of this period is accepted with other figures; a change needs a correction.")));
        return values;
    }

    private static bool Same(Dictionary<string, decimal> a, Dictionary<string, decimal> b) => a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out decimal other) && other == pair.Value);

    private Task<FiledForm?> NewestAsync(long assetId, FormTemplate form, Period period, CancellationToken cancellation) =>
        database.Set<FiledForm>().Where(filing => filing.AssetId == assetId && filing.Form == form.Code && filing.Period == period.Key).OrderByDescending(filing => filing.Revision).FirstOrDefaultAsync(cancellation);

    private static ProblemHttpResult Refused(List<BadCell> bad)
    {
        ProblemHttpResult problem = Problems.Of(422, "import-refused", new($"有 {bad.Count} 处错误，未做任何修改。", $"{bad.Count} cells are wrong; nothing was changed."));
        problem.ProblemDetails.Extensions["total"] = bad.Count;
        problem.ProblemDetails.Extensions["rows"] = bad.Take(MaxFaults).ToList();
        return problem;
    }

    private static BadCell Cell(string sheet, int row, string column, string value, Foundation.Text reason) => new(sheet, row, column, value, reason.ToString());
}
