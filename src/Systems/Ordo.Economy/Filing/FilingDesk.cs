using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Economy.Figures;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Filing;

/// <summary>Everything that happens to forms. Each change is one transaction with its line in the journal; nothing that was accepted is ever written again.</summary>
public sealed class FilingDesk(OrdoDbContext database, EconomyBook book, MeteredElectricity meters, TimeProvider clock)
{
    private const int ShortestRemark = 4, LongestRemark = 1000;

    /// <summary>Larger is no figure of an enterprise, and more decimals are noise.</summary>
    private const decimal LargestValue = 1e13m;
    private const int MostDecimals = 6;

    /// <exception cref="ProblemException">No such enterprise or form, a period that is none, or a form that is there already.</exception>
    public async Task<FiledForm> OpenAsync(OpenFiling request, Caller caller, CancellationToken cancellation)
    {
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        Enterprise enterprise = EnterpriseOf(snapshot, request.AssetId, caller);
        if (!caller.Has(Permissions.FileEconomy, enterprise.Path)) throw NotYours();
        (FormTemplate form, Period period) = Judge(request.Form, request.Period);
        if (await database.Set<FiledForm>().AsNoTracking().Where(filing => filing.AssetId == enterprise.Id && filing.Form == form.Code && filing.Period == period.Key)
            .OrderByDescending(filing => filing.Revision).FirstOrDefaultAsync(cancellation) is { } existing) throw AlreadyThere(existing);
        var filing = new FiledForm { AssetId = enterprise.Id, Form = form.Code, Period = period.Key, Opened = clock.GetUtcNow() };
        database.Add(filing);
        try
        {
            await SaveAsync(filing, FilingAct.Opened, caller, null, cancellation);
        }
        catch (DbUpdateException exception) when (exception.IsDuplicate())
        {
            throw new ProblemException(Problems.Conflict("filing-exists", new("本期报表刚被他人新建，请刷新。", "Somebody has just opened the form of this period; load again.")));
        }

        return filing;
    }

    /// <summary>Keeps what was typed, complete or not. A text that is no number is refused with its place, and nothing is kept.</summary>
    public async Task<FiledForm> KeepAsync(long id, SaveFiling request, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        FiledForm filing = await EditableAsync(id, caller, checkVersion, cancellation);
        FormTemplate form = FormTemplates.Find(filing.Form)!;
        List<(string, Foundation.Text)> faults = [];
        Dictionary<string, decimal> values = ReadNumbers(form, request.Values, (code, reason) => faults.Add(($"values.{code}", reason)));
        Dictionary<string, string> explanations = [];
        foreach ((string key, string text) in request.Explanations ?? filing.ReadExplanations())
        {
            if (text.Length > LongestRemark) faults.Add(($"explanations.{key}", new($"最多 {LongestRemark} 个字符。", $"At most {LongestRemark} characters.")));
            else if (text.Trim().Length > 0) explanations[key] = text.Trim();
        }

        if (faults.Count > 0) throw new ProblemException(Problems.Validation([.. faults]));
        filing.Write(values, explanations);
        await ActAsync(filing, FilingAct.Saved, caller, null, cancellation);
        return filing;
    }

    /// <exception cref="ProblemException">422 with everything that is wrong, and with every finding that nobody explained.</exception>
    public async Task<FiledForm> SubmitAsync(long id, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        FiledForm filing = await EditableAsync(id, caller, checkVersion, cancellation);
        (List<Fault> faults, List<Finding> findings, _) = await JudgeAsync(filing, cancellation);
        if (faults.Count > 0) throw new ProblemException(Problems.Validation([.. faults.Select(fault => ($"values.{fault.Field}", fault.Reason))]));
        Dictionary<string, string> explanations = filing.ReadExplanations();
        Finding[] open = [.. findings.Where(finding => !explanations.TryGetValue(finding.Key, out string? why) || why.Length < ShortestRemark)];
        if (open.Length > 0)
        {
            ProblemHttpResult problem = Problems.Validation([.. open.Select(finding => ($"explanations.{finding.Key}", new Foundation.Text(
                $"{finding.Reason.Zh}请核对；如属实请说明原因（至少 {ShortestRemark} 个字）。", $"{finding.Reason.En} Check it; if it is right, say why (at least {ShortestRemark} characters).")))]);
            problem.ProblemDetails.Type = "/problems/explanation-needed";
            throw new ProblemException(problem);
        }

        filing.Submitted = clock.GetUtcNow();
        filing.CheckedById = null;
        await ActAsync(filing, FilingAct.Submitted, caller, null, cancellation);
        return filing;
    }

    /// <summary>The park's check, then the region's: two people.</summary>
    public async Task<FiledForm> DecideAsync(long id, FilingAct pass, DecideFiling request, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        string permission = pass == FilingAct.Accepted ? Permissions.AcceptFilings : Permissions.CheckFilings;
        FiledForm filing = await FindAsync(id, caller, cancellation);
        if (!caller.Has(permission, await PathOfAsync(filing, cancellation))) throw NotYours();
        if (checkVersion(filing.Version) is { } changed) throw new ProblemException(changed);
        FilingState needed = pass == FilingAct.Accepted ? FilingState.Checked : FilingState.Submitted;
        if (filing.State != needed) throw WrongState(filing);
        string? remark = RemarkOf(request.Remark, needed: !request.Pass);
        if (!request.Pass)
        {
            filing.Remark = remark;
            await ActAsync(filing, FilingAct.Returned, caller, remark, cancellation);
            return filing;
        }

        if (pass == FilingAct.Accepted && filing.CheckedById == caller.AccountId)
            throw new ProblemException(Problems.Conflict("four-eyes", new("园区审核与区域审核须由不同的人进行。", "The park's and the region's check are made by two different people.")));
        if (pass == FilingAct.Checked) filing.CheckedById = caller.AccountId;
        else filing.Accepted = clock.GetUtcNow();
        await ActAsync(filing, pass, caller, remark, cancellation);
        return filing;
    }

    /// <summary>Another revision with the same figures to start from. The accepted one stays, and counts until the new one is accepted.</summary>
    public async Task<FiledForm> CorrectAsync(long id, CorrectFiling request, Caller caller, CancellationToken cancellation)
    {
        FiledForm filing = await FindAsync(id, caller, cancellation);
        string path = await PathOfAsync(filing, cancellation);
        if (!caller.Has(Permissions.FileEconomy, path) && !caller.Has(Permissions.CheckFilings, path) && !caller.Has(Permissions.AcceptFilings, path)) throw NotYours();
        if (request.IsFinal && !caller.Has(Permissions.AcceptFilings, path)) throw NotYours();
        string reason = RemarkOf(request.Reason, needed: true)!;
        if (filing.State != FilingState.Accepted) throw WrongState(filing);
        FiledForm newest = await database.Set<FiledForm>().AsNoTracking().Where(other => other.AssetId == filing.AssetId && other.Form == filing.Form && other.Period == filing.Period)
            .OrderByDescending(other => other.Revision).FirstAsync(cancellation);
        if (newest.Id != filing.Id) throw AlreadyThere(newest);
        if (filing.Vintage == Vintage.Final && !caller.Has(Permissions.AcceptFilings, path))
            throw new ProblemException(Problems.Conflict("filing-final", new("年报数已定，只有区域审核员可以再开更正。", "The yearly figures are final; only the region can open a correction.")));
        var correction = new FiledForm
        {
            AssetId = filing.AssetId, Form = filing.Form, Period = filing.Period, Revision = filing.Revision + 1, Vintage = request.IsFinal ? Vintage.Final : Vintage.Revised,
            Values = filing.Values, Remark = reason, Opened = clock.GetUtcNow(),
        };
        database.Add(correction);
        await SaveAsync(correction, FilingAct.CorrectionOpened, caller, reason, cancellation);
        return correction;
    }

    /// <summary>A draft that was opened by mistake.</summary>
    public async Task DiscardAsync(long id, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        FiledForm filing = await EditableAsync(id, caller, checkVersion, cancellation);
        if (filing.State != FilingState.Draft) throw WrongState(filing);
        database.Remove(filing);
        await database.SaveChangesAsync(cancellation);
    }

    public async Task<FilingDetail> ShowAsync(long id, Caller caller, CancellationToken cancellation)
    {
        FiledForm filing = await FindAsync(id, caller, cancellation);
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        Enterprise enterprise = EnterpriseOf(snapshot, filing.AssetId, caller);
        FormTemplate form = FormTemplates.Find(filing.Form)!;
        var period = Period.OfKey(filing.Period);
        int place = snapshot.PlaceOf(filing.AssetId)!.Value;
        Dictionary<string, decimal> values = filing.ReadValues();
        Dictionary<string, string> explanations = filing.ReadExplanations();
        (List<Fault> faults, List<Finding> findings, decimal? metered) = await JudgeAsync(filing, cancellation);
        Period last = period.Shift(form.Frequency, -1), lastYear = period.LastYear;
        FilingLine[] lines = [.. form.Items.Select(item =>
        {
            Indicators.Indicator indicator = snapshot.Rules.Catalogue.Find(item.Code)!;
            return new FilingLine(item.Code, indicator.NameZh, indicator.NameEn, indicator.Definition, indicator.Unit, indicator.Basis, indicator.Decimals, item.Required, item.MayBeNegative, item.Answer,
                indicator.Kind == Indicators.IndicatorKind.Binary, values.TryGetValue(item.Code, out decimal value) ? value : null,
                snapshot.Latest.Raw(item.Code, place, last.Year, last.Last), snapshot.Latest.Raw(item.Code, place, lastYear.Year, lastYear.Last));
        })];
        List<FilingEvent> events = await database.Set<FilingEvent>().AsNoTracking().Where(line => line.FilingId == id).OrderBy(line => line.Id).ToListAsync(cancellation);
        bool isNewest = !await database.Set<FiledForm>().AnyAsync(other => other.AssetId == filing.AssetId && other.Form == filing.Form && other.Period == filing.Period && other.Revision > filing.Revision, cancellation);
        bool open = filing.State is FilingState.Draft or FilingState.Returned;
        return new(
            ItemOf(filing, enterprise, snapshot), form.NameZh, form.NameEn, lines, [.. faults.Select(fault => new FilingFault(fault.Field, fault.Reason.ToString()))],
            [.. findings.Select(finding => new FilingFinding(finding.Key, finding.Item, finding.Kind, finding.Reason.ToString(), finding.Expected, explanations.GetValueOrDefault(finding.Key)))],
            [.. events.Select(line => new FilingEventItem(line.Act, line.Time, line.Actor, line.Remark))], metered,
            open && caller.Has(Permissions.FileEconomy, enterprise.Path), filing.State == FilingState.Submitted && caller.Has(Permissions.CheckFilings, enterprise.Path),
            filing.State == FilingState.Checked && caller.Has(Permissions.AcceptFilings, enterprise.Path), isNewest);
    }

    /// <summary>The checks as they are now; an accepted form is not judged again.</summary>
    public async Task<(List<Fault> Faults, List<Finding> Findings, decimal? Metered)> JudgeAsync(FiledForm filing, CancellationToken cancellation)
    {
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        if (snapshot.PlaceOf(filing.AssetId) is not { } place || FormTemplates.Find(filing.Form) is not { } form) return ([], [], null);
        Dictionary<string, decimal> values = filing.ReadValues();
        decimal? metered = form.Item("ELEC") is null ? null : await meters.ReadAsync(snapshot.Enterprises[place].Path, Period.OfKey(filing.Period), EconomyBook.Zone, cancellation);
        List<Fault> faults = FilingChecks.Hard(form, values, snapshot.Rules.Catalogue);
        List<Finding> findings = FilingChecks.Soft(new(snapshot, place, form, Period.OfKey(filing.Period), metered), values);
        return (faults, findings, metered);
    }

    public FilingItem ItemOf(FiledForm filing, Enterprise enterprise, EconomySnapshot snapshot)
    {
        var period = Period.OfKey(filing.Period);
        DateOnly deadline = snapshot.Rules.Calendar.DeadlineOf(filing.Form, period);
        DateOnly day = filing.Submitted is { } submitted ? EconomySnapshot.DayOf(submitted, EconomyBook.Zone) : book.Today;
        int late = filing.Revision > 1 ? 0 : Math.Max(0, day.DayNumber - deadline.DayNumber);
        return new(filing.Id, enterprise.Id, enterprise.Area.Code, enterprise.Area.NameZh, enterprise.Area.NameEn, filing.Form, period.ToString(), filing.Revision, filing.Vintage, filing.State,
            filing.Opened, filing.Submitted, filing.Accepted, filing.Remark, deadline, late, filing.Version);
    }

    /// <summary>Numbers as people type them; each that is none is told with what stands there.</summary>
    public static Dictionary<string, decimal> ReadNumbers(FormTemplate form, IReadOnlyDictionary<string, string> typed, Action<string, Foundation.Text> refuse)
    {
        Dictionary<string, decimal> values = [];
        foreach ((string code, string text) in typed)
        {
            if (form.Item(code) is null) refuse(code, new($"报表 {form.Code} 没有项目 {code}。", $"Form {form.Code} has no item {code}."));
            else if (text.Trim().Length == 0) continue;
            else if (!decimal.TryParse(text.Trim().Replace('−', '-'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out decimal value))
                refuse(code, new($"应为数字，实为“{Short(text)}”。", $"Expected a number, found '{Short(text)}'."));
            else if (Math.Abs(value) >= LargestValue) refuse(code, new($"数值过大：{Short(text)}，请检查单位。", $"Too large: {Short(text)}; check the unit."));
            else if (value.Scale > MostDecimals) refuse(code, new($"最多 {MostDecimals} 位小数。", $"At most {MostDecimals} decimals."));
            else values[code] = value;
        }

        return values;
    }

    /// <exception cref="ProblemException">404 for what lies outside of the scope.</exception>
    public static Enterprise EnterpriseOf(EconomySnapshot snapshot, long assetId, Caller caller) =>
        snapshot.PlaceOf(assetId) is { } place && caller.Has(Permissions.ReadFilings, snapshot.Enterprises[place].Path)
            ? snapshot.Enterprises[place]
            : throw new ProblemException(Problems.NotFound(new("没有这家企业。", "There is no such enterprise.")));

    /// <exception cref="ProblemException">422</exception>
    public (FormTemplate Form, Period Period) Judge(string formCode, string periodText)
    {
        if (FormTemplates.Find(formCode) is not { } form)
            throw new ProblemException(Problems.Validation(("form", new($"没有报表“{Short(formCode)}”。", $"There is no form '{Short(formCode)}'."))));
        if (!Period.TryParse(periodText, out Period period) || !period.Fits(form.Frequency))
        {
            throw new ProblemException(Problems.Validation(("period", new(
                $"“{Short(periodText)}”不是该报表的报告期；应如 {Period.LastEnded(form.Frequency, book.Today)}，1—2 月合并为 2026-01..2026-02。",
                $"'{Short(periodText)}' is no period of this form; expected one like {Period.LastEnded(form.Frequency, book.Today)}. January and February are one: 2026-01..2026-02."))));
        }

        if (new DateOnly(period.Year, period.Last, 1).AddMonths(1) > book.Today)
            throw new ProblemException(Problems.Validation(("period", new("报告期尚未结束。", "The period has not ended yet."))));
        return (form, period);
    }

    internal async Task ActAsync(FiledForm filing, FilingAct act, Caller caller, string? remark, CancellationToken cancellation)
    {
        filing.State = FilingSteps.Next(filing.State, act) ?? throw WrongState(filing);
        filing.Version++;
        await SaveAsync(filing, act, caller, remark, cancellation);
    }

    internal async Task SaveAsync(FiledForm filing, FilingAct act, Caller caller, string? remark, CancellationToken cancellation)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.SaveChangesAsync(cancellation);
        database.Add(new FilingEvent { FilingId = filing.Id, Act = act, Time = clock.GetUtcNow(), Actor = caller.DisplayName, Remark = remark });
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task<FiledForm> FindAsync(long id, Caller caller, CancellationToken cancellation)
    {
        FiledForm? filing = await database.Set<FiledForm>().FindAsync([id], cancellation);
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        if (filing is null || snapshot.PlaceOf(filing.AssetId) is not { } place || !caller.Has(Permissions.ReadFilings, snapshot.Enterprises[place].Path))
            throw new ProblemException(Problems.NotFound(new("没有这份报表。", "There is no such form.")));
        return filing;
    }

    private async Task<string> PathOfAsync(FiledForm filing, CancellationToken cancellation)
    {
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        return snapshot.Enterprises[snapshot.PlaceOf(filing.AssetId)!.Value].Path;
    }

    private async Task<FiledForm> EditableAsync(long id, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        FiledForm filing = await FindAsync(id, caller, cancellation);
        if (!caller.Has(Permissions.FileEconomy, await PathOfAsync(filing, cancellation))) throw NotYours();
        if (checkVersion(filing.Version) is { } changed) throw new ProblemException(changed);
        return filing.State is FilingState.Draft or FilingState.Returned ? filing : throw WrongState(filing);
    }

    private static string? RemarkOf(string? remark, bool needed)
    {
        string? text = remark?.Trim();
        if (text?.Length > LongestRemark) throw new ProblemException(Problems.Validation(("remark", new($"最多 {LongestRemark} 个字符。", $"At most {LongestRemark} characters."))));
        if (needed && (text is null || text.Length < ShortestRemark))
            throw new ProblemException(Problems.Validation(("remark", new($"请写明原因（至少 {ShortestRemark} 个字）。", $"Say why (at least {ShortestRemark} characters)."))));
        return string.IsNullOrEmpty(text) ? null : text;
    }

    private static ProblemException AlreadyThere(FiledForm existing)
    {
        ProblemHttpResult problem = Problems.Conflict("filing-exists", new(
            $"本期已有报表（第 {existing.Revision} 版，编号 {existing.Id}）。改已审定的数请开“更正”。",
            $"There is a form for this period already (revision {existing.Revision}, number {existing.Id}). To change accepted figures, open a correction."));
        problem.ProblemDetails.Extensions["filingId"] = existing.Id;
        return new(problem);
    }

    private static ProblemException WrongState(FiledForm filing) => new(Problems.Conflict("filing-state", new(
        $"报表当前为“{NameOf(filing.State).Zh}”，不能进行此操作。", $"The form is {NameOf(filing.State).En}; this cannot be done now.")));

    private static ProblemException NotYours() => new(Problems.Forbidden(new("您可以查看但不能进行此操作。", "You may see this but not do that.")));

    internal static Foundation.Text NameOf(FilingState state) => state switch
    {
        FilingState.Draft => new("填报中", "being filled in"),
        FilingState.Submitted => new("待园区审核", "with the park"),
        FilingState.Checked => new("待区域审核", "with the region"),
        FilingState.Returned => new("已退回", "returned"),
        _ => new("已审定", "accepted"),
    };

    internal static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
