using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Files;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms;
using Ordo.Operations.Duty;
using Ordo.Operations.Notifications;

namespace Ordo.Operations.Incidents;

/// <summary>Opens an incident.</summary>
/// <param name="AssetId">Where; default: the lowest asset above all its alarms.</param>
/// <param name="Priority">1 … 4; default: that of the most urgent alarm, else 3.</param>
/// <param name="Occurred">Default: when the first alarm rose, else now.</param>
/// <param name="AlarmIds">Alarms it begins with.</param>
/// <param name="Note">First line of its timeline.</param>
public sealed record NewIncident(string Title, long? AssetId = null, int? Priority = null, DateTimeOffset? Occurred = null, IReadOnlyList<long>? AlarmIds = null, string? Note = null);

/// <summary>What can be changed until it is closed.</summary>
public sealed record IncidentEdit(
    string Title, int Priority, DateTimeOffset Occurred, long? LeaderId = null, string Course = "", string Cause = "", string Consequence = "", string Measures = "");

public sealed record IncidentStateChange(IncidentState State, string? Remark = null);

/// <param name="Kind"><c>note</c> or <c>action</c>.</param>
/// <param name="Time">When it happened; default: now.</param>
public sealed record NewIncidentEntry(IncidentEntryKind Kind, string Text, DateTimeOffset? Time = null);

public sealed record NewIncidentAlarms(IReadOnlyList<long> AlarmIds);

public sealed record IncidentTaskDraft(string Title, long? AssigneeId = null, DateTimeOffset? Due = null);

public sealed record IncidentTaskEnd(IncidentTaskState State, string? Remark = null);

/// <param name="AccountId">Instead of a name, for somebody with an account.</param>
public sealed record NewIncidentPerson(string Role, string? Name = null, long? AccountId = null);

/// <param name="OpenTasks">Tasks not finished.</param>
/// <param name="OverdueTasks">Of these, past their time.</param>
/// <param name="Version">The ETag.</param>
public sealed record IncidentItem(
    long Id, string Title, long? AssetId, string? AssetNameZh, string? AssetNameEn, int Priority, IncidentState State, DateTimeOffset Occurred, DateTimeOffset Opened, string OpenedBy,
    PersonItem? Leader, DateTimeOffset? Closed, string? ClosedBy, int Alarms, int OpenTasks, int OverdueTasks, int Version);

/// <summary>An incident with everything about it.</summary>
/// <param name="MayWork">The caller may write into it.</param>
public sealed record IncidentDetail(
    IncidentItem Incident, string Course, string Cause, string Consequence, string Measures, IReadOnlyList<IncidentLine> Timeline, IReadOnlyList<IncidentTaskItem> Tasks,
    IReadOnlyList<IncidentPersonItem> People, IReadOnlyList<IncidentPictureItem> Pictures, IReadOnlyList<IncidentAlarmItem> AlarmList, bool MayWork);

/// <summary>A line of the timeline: what people wrote, and what the alarms did meanwhile.</summary>
/// <param name="Kind">What was written; <c>null</c> for a transition of an alarm.</param>
/// <param name="Alarm">What the alarm did.</param>
public sealed record IncidentLine(
    DateTimeOffset Time, DateTimeOffset Recorded, string? Kind, string? Author, string Text, string? State, long? AlarmId, long? PictureId, string? Alarm);

/// <param name="IsOverdue">Past its time and not finished.</param>
public sealed record IncidentTaskItem(
    long Id, string Title, PersonItem? Assignee, DateTimeOffset? Due, bool IsOverdue, IncidentTaskState State, DateTimeOffset Created, DateTimeOffset? Finished, string? FinishedBy, int Version);

public sealed record IncidentPersonItem(long Id, string Name, string Role, long? AccountId);

public sealed record IncidentPictureItem(long Id, string Name, string ContentType, int Size, int Width, int Height);

public sealed record IncidentAlarmItem(
    long Id, int Priority, AlarmState State, string NameZh, string NameEn, string AssetNameZh, string AssetNameEn, DateTimeOffset Raised, DateTimeOffset? Returned, DateTimeOffset? Acknowledged,
    string? AcknowledgedBy, double? Value, string Unit);

/// <summary>Incidents as people open, work and close them.</summary>
internal sealed class IncidentDesk(OrdoDbContext database, IncidentFeed feed, TimeProvider clock)
{
    public const int MaxPictureBytes = 8 * 1024 * 1024;

    private const int MaxPictures = 60, MaxAlarms = 500, MaxTasks = 200, MaxPeople = 200, MaxEntries = 5_000;
    private static readonly Text Unknown = new("没有这个事件。", "There is no such incident.");

    public async Task<PageOf<IncidentItem>> ListAsync(bool? open, string? search, Paging paging, Caller caller, CancellationToken cancellation)
    {
        IQueryable<IncidentRow> rows = Visible(caller);
        if (open is { } wanted) rows = rows.Where(r => wanted == (r.Incident.State != IncidentState.Closed));
        PageOf<IncidentRow> page = await rows.Containing(search, r => r.Incident.Title).OrderBy(r => r.Incident.State == IncidentState.Closed ? 1 : 0)
            .ThenByDescending(r => r.Incident.Id).ToPageAsync(paging, cancellation);
        return new(await ItemsAsync(page.Items, cancellation), page.Total, page.Page, page.PageSize);
    }

    public async Task<IncidentDetail> GetAsync(long id, Caller caller, CancellationToken cancellation)
    {
        IncidentRow row = await RowAsync(id, caller, cancellation);
        IncidentItem item = (await ItemsAsync([row], cancellation))[0];
        List<IncidentAlarmItem> alarms = await AlarmsAsync(id, caller, cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        var tasks = await database.Set<IncidentTask>().AsNoTracking().Where(t => t.IncidentId == id).OrderBy(t => t.Id).ToListAsync(cancellation);
        return new(
            item, row.Incident.Course, row.Incident.Cause, row.Incident.Consequence, row.Incident.Measures, await TimelineAsync(id, [.. alarms.Select(a => a.Id)], cancellation),
            [.. tasks.Select(t => new IncidentTaskItem(
                t.Id, t.Title, t.AssigneeId is { } assignee ? new(assignee, t.Assignee!) : null, t.Due, t.State == IncidentTaskState.Open && t.Due < now, t.State, t.Created, t.Finished, t.FinishedBy, t.Version))],
            await database.Set<IncidentPerson>().AsNoTracking().Where(p => p.IncidentId == id).OrderBy(p => p.Id).Select(p => new IncidentPersonItem(p.Id, p.Name, p.Role, p.AccountId)).ToListAsync(cancellation),
            await database.Set<IncidentPicture>().AsNoTracking().Where(p => p.IncidentId == id).OrderBy(p => p.Id)
                .Select(p => new IncidentPictureItem(p.Id, p.Name, p.ContentType, p.Size, p.Width, p.Height)).ToListAsync(cancellation),
            alarms, row.Incident.State != IncidentState.Closed && caller.Has(Permissions.WorkIncidents, row.Path));
    }

    public async Task<IncidentDetail> OpenAsync(NewIncident request, Caller caller, CancellationToken cancellation)
    {
        List<Fault> faults = [];
        faults.CheckText("title", request.Title, Incident.MaxTitleLength, required: true);
        faults.CheckText("note", request.Note, Incident.MaxTextLength);
        if (request.Priority is < AlarmPriority.Highest or > AlarmPriority.Lowest) faults.Add(new("priority", "应为 1–4。", "It must be 1 to 4."));
        var alarms = await CheckAlarmsAsync(request.AlarmIds ?? [], caller, faults, cancellation);
        long? assetId = request.AssetId ?? await CommonAssetAsync(alarms, cancellation);
        (string path, Fault? place) = await database.PlaceAsync(assetId, Permissions.WorkIncidents, caller, cancellation);
        if (place is { } fault) faults.Add(fault);
        DateTimeOffset now = clock.GetUtcNow();
        if (request.Occurred > now.AddMinutes(5)) faults.Add(new("occurred", "不能在将来。", "It must not lie in the future."));
        faults.ThrowIfAny();

        string author = await NameOfAsync(caller, cancellation);
        var incident = new Incident
        {
            Title = request.Title.Trim(),
            AssetId = assetId,
            Priority = request.Priority ?? (alarms.Count > 0 ? alarms.Min(a => a.Priority) : 3),
            State = IncidentState.Open,
            Occurred = request.Occurred ?? (alarms.Count > 0 ? alarms.Min(a => a.Raised) : now),
            Opened = now,
            OpenedById = caller.AccountId,
            OpenedBy = author,
        };
        database.Add(incident);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.SaveChangesAsync(cancellation); // for its number
        Write(incident.Id, caller, author, IncidentEntryKind.Opened, "");
        foreach (AlarmOccurrence alarm in alarms) AddAlarm(incident.Id, alarm, caller, author);
        if (!string.IsNullOrWhiteSpace(request.Note)) Write(incident.Id, caller, author, IncidentEntryKind.Note, request.Note.Trim());
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        feed.Publish(incident, path);
        return await GetAsync(incident.Id, caller, cancellation);
    }

    public async Task<IncidentDetail> ChangeAsync(long id, IncidentEdit edit, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        (Incident incident, string path) = await WorkableAsync(id, caller, cancellation);
        if (checkVersion(incident.Version) is { } changed) throw new ProblemException(changed);
        List<Fault> faults = [];
        faults.CheckText("title", edit.Title, Incident.MaxTitleLength, required: true);
        foreach (var (field, text) in (ReadOnlySpan<(string, string)>)[("course", edit.Course), ("cause", edit.Cause), ("consequence", edit.Consequence), ("measures", edit.Measures)])
            faults.CheckText(field, text, Incident.MaxTextLength);
        if (edit.Priority is < AlarmPriority.Highest or > AlarmPriority.Lowest) faults.Add(new("priority", "应为 1–4。", "It must be 1 to 4."));
        if (edit.Occurred > clock.GetUtcNow().AddMinutes(5)) faults.Add(new("occurred", "不能在将来。", "It must not lie in the future."));
        string? leader = await CheckPersonAsync(edit.LeaderId, "leaderId", faults, cancellation);
        faults.ThrowIfAny();
        if (edit.LeaderId != incident.LeaderId && leader is not null) Write(id, caller, await NameOfAsync(caller, cancellation), IncidentEntryKind.Changed, leader);
        (incident.Title, incident.Priority, incident.Occurred, incident.LeaderId) = (edit.Title.Trim(), edit.Priority, edit.Occurred, edit.LeaderId);
        (incident.Course, incident.Cause, incident.Consequence, incident.Measures) = (edit.Course, edit.Cause, edit.Consequence, edit.Measures);
        return await SaveAsync(incident, path, caller, cancellation);
    }

    public async Task<IncidentDetail> ChangeStateAsync(long id, IncidentStateChange request, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        (Incident incident, string path) = await WorkableAsync(id, caller, cancellation, evenClosed: true);
        if (checkVersion(incident.Version) is { } changed) throw new ProblemException(changed);
        List<Fault> faults = [];
        faults.CheckText("remark", request.Remark, Incident.MaxTextLength);
        faults.ThrowIfAny();
        if (!IncidentRules.MayFollow(incident.State, request.State))
            throw new ProblemException(Problems.Conflict("incident-state", new($"不能从“{IncidentRules.NameOf(incident.State).Zh}”变为“{IncidentRules.NameOf(request.State).Zh}”。",
                $"An incident that is {IncidentRules.NameOf(incident.State).En} cannot become {IncidentRules.NameOf(request.State).En}.")));
        string author = await NameOfAsync(caller, cancellation);
        if (request.State == IncidentState.Closed) await CheckClosableAsync(incident, cancellation);
        (incident.Closed, incident.ClosedBy) = request.State == IncidentState.Closed ? ((DateTimeOffset?)clock.GetUtcNow(), author) : (null, null);
        incident.State = request.State;
        Write(id, caller, author, IncidentEntryKind.StateChanged, request.Remark?.Trim() ?? "", state: request.State);
        return await SaveAsync(incident, path, caller, cancellation);
    }

    public async Task<IncidentDetail> WriteAsync(long id, NewIncidentEntry request, Caller caller, CancellationToken cancellation)
    {
        (Incident incident, string path) = await WorkableAsync(id, caller, cancellation);
        List<Fault> faults = [];
        faults.CheckText("text", request.Text, Incident.MaxTextLength, required: true);
        if (request.Kind is not (IncidentEntryKind.Note or IncidentEntryKind.Action)) faults.Add(new("kind", "应为 note 或 action。", "It must be note or action."));
        if (request.Time > clock.GetUtcNow().AddMinutes(5)) faults.Add(new("time", "不能在将来。", "It must not lie in the future."));
        faults.ThrowIfAny();
        await LimitAsync(database.Set<IncidentEntry>().Where(e => e.IncidentId == id), MaxEntries, cancellation);
        Write(id, caller, await NameOfAsync(caller, cancellation), request.Kind, request.Text.Trim(), time: request.Time);
        return await SaveAsync(incident, path, caller, cancellation);
    }

    public async Task<IncidentDetail> AddAlarmsAsync(long id, NewIncidentAlarms request, Caller caller, CancellationToken cancellation)
    {
        (Incident incident, string path) = await WorkableAsync(id, caller, cancellation);
        List<Fault> faults = [];
        var alarms = await CheckAlarmsAsync(request.AlarmIds, caller, faults, cancellation);
        faults.ThrowIfAny();
        long[] known = await database.Set<IncidentAlarm>().Where(a => a.IncidentId == id).Select(a => a.AlarmId).ToArrayAsync(cancellation);
        if (known.Length + alarms.Count > MaxAlarms) throw TooMany(MaxAlarms);
        string author = await NameOfAsync(caller, cancellation);
        foreach (AlarmOccurrence alarm in alarms.Where(a => !known.Contains(a.Id))) AddAlarm(id, alarm, caller, author);
        return await SaveAsync(incident, path, caller, cancellation);
    }

    public async Task<IncidentDetail> AddTaskAsync(long id, IncidentTaskDraft draft, Caller caller, CancellationToken cancellation)
    {
        (Incident incident, string path) = await WorkableAsync(id, caller, cancellation);
        List<Fault> faults = [];
        faults.CheckText("title", draft.Title, IncidentTask.MaxTitleLength, required: true);
        string? assignee = await CheckPersonAsync(draft.AssigneeId, "assigneeId", faults, cancellation);
        faults.ThrowIfAny();
        await LimitAsync(database.Set<IncidentTask>().Where(t => t.IncidentId == id), MaxTasks, cancellation);
        database.Add(new IncidentTask { IncidentId = id, Title = draft.Title.Trim(), AssigneeId = draft.AssigneeId, Assignee = assignee, Due = draft.Due, Created = clock.GetUtcNow() });
        Write(id, caller, await NameOfAsync(caller, cancellation), IncidentEntryKind.TaskAdded, assignee is null ? draft.Title.Trim() : $"{draft.Title.Trim()} ({assignee})");
        return await SaveAsync(incident, path, caller, cancellation);
    }

    public async Task<IncidentDetail> EndTaskAsync(long id, long taskId, IncidentTaskEnd request, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        (Incident incident, string path) = await WorkableAsync(id, caller, cancellation);
        IncidentTask task = await database.Set<IncidentTask>().SingleOrDefaultAsync(t => t.Id == taskId && t.IncidentId == id, cancellation)
            ?? throw new ProblemException(Problems.NotFound(new("没有这个任务。", "There is no such task.")));
        if (checkVersion(task.Version) is { } changed) throw new ProblemException(changed);
        List<Fault> faults = [];
        faults.CheckText("remark", request.Remark, IncidentTask.MaxTitleLength);
        if (request.State == IncidentTaskState.Open) faults.Add(new("state", "应为 done 或 dropped。", "It must be done or dropped."));
        faults.ThrowIfAny();
        if (task.State != IncidentTaskState.Open) throw new ProblemException(Problems.Conflict("task-finished", new("该任务已结束。", "The task is finished already.")));
        string author = await NameOfAsync(caller, cancellation);
        (task.State, task.Finished, task.FinishedBy) = (request.State, clock.GetUtcNow(), author);
        task.Version++;
        string remark = string.IsNullOrWhiteSpace(request.Remark) ? task.Title : $"{task.Title}: {request.Remark.Trim()}";
        Write(id, caller, author, request.State == IncidentTaskState.Done ? IncidentEntryKind.TaskDone : IncidentEntryKind.TaskDropped, remark);
        return await SaveAsync(incident, path, caller, cancellation);
    }

    public async Task<IncidentDetail> AddPersonAsync(long id, NewIncidentPerson request, Caller caller, CancellationToken cancellation)
    {
        (Incident incident, string path) = await WorkableAsync(id, caller, cancellation);
        List<Fault> faults = [];
        faults.CheckText("role", request.Role, IncidentPerson.MaxLength, required: true);
        string? name = await CheckPersonAsync(request.AccountId, "accountId", faults, cancellation) ?? request.Name?.Trim();
        if (request.AccountId is null) faults.CheckText("name", name, IncidentPerson.MaxLength, required: true);
        faults.ThrowIfAny();
        await LimitAsync(database.Set<IncidentPerson>().Where(p => p.IncidentId == id), MaxPeople, cancellation);
        database.Add(new IncidentPerson { IncidentId = id, AccountId = request.AccountId, Name = name!, Role = request.Role.Trim() });
        Write(id, caller, await NameOfAsync(caller, cancellation), IncidentEntryKind.PersonAdded, $"{name} ({request.Role.Trim()})");
        return await SaveAsync(incident, path, caller, cancellation);
    }

    /// <param name="content">At most <see cref="MaxPictureBytes"/>.</param>
    public async Task<IncidentDetail> AddPictureAsync(long id, string name, byte[] content, Caller caller, CancellationToken cancellation)
    {
        (Incident incident, string path) = await WorkableAsync(id, caller, cancellation);
        string plain = Uploads.PlainName(name, IncidentPicture.MaxNameLength, "picture");
        if (PictureReader.Read(content) is not { } head)
            throw new ProblemException(Problems.Validation(("picture", new(
                $"“{plain}”不是完整的 JPEG、PNG 或 WebP 图片，或边长超过 {PictureReader.MaxSide} 像素。",
                $"'{plain}' is no complete JPEG, PNG or WebP picture, or a side is longer than {PictureReader.MaxSide} pixels."))));
        await LimitAsync(database.Set<IncidentPicture>().Where(p => p.IncidentId == id), MaxPictures, cancellation);
        var picture = new IncidentPicture
        {
            IncidentId = id,
            Name = plain,
            ContentType = head.ContentType,
            Size = content.Length,
            Width = head.Width,
            Height = head.Height,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
            Content = content,
        };
        database.Add(picture);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.SaveChangesAsync(cancellation); // for its number
        Write(id, caller, await NameOfAsync(caller, cancellation), IncidentEntryKind.Picture, plain, pictureId: picture.Id);
        incident.Version++;
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        feed.Publish(incident, path);
        return await GetAsync(id, caller, cancellation);
    }

    public async Task<IncidentPicture> PictureAsync(long id, long pictureId, Caller caller, CancellationToken cancellation)
    {
        await RowAsync(id, caller, cancellation);
        return await database.Set<IncidentPicture>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == pictureId && p.IncidentId == id, cancellation)
            ?? throw new ProblemException(Problems.NotFound(new("没有这张图片。", "There is no such picture.")));
    }

    private async Task CheckClosableAsync(Incident incident, CancellationToken cancellation)
    {
        List<Fault> faults = [];
        if (string.IsNullOrWhiteSpace(incident.Course)) faults.Add(new("course", "关闭前请填写经过。", "Write what happened before you close it."));
        if (string.IsNullOrWhiteSpace(incident.Cause)) faults.Add(new("cause", "关闭前请填写原因。", "Write the cause before you close it."));
        if (string.IsNullOrWhiteSpace(incident.Measures)) faults.Add(new("measures", "关闭前请填写措施。", "Write the measures before you close it."));
        int open = await database.Set<IncidentTask>().CountAsync(t => t.IncidentId == incident.Id && t.State == IncidentTaskState.Open, cancellation);
        if (open > 0) faults.Add(new("tasks", $"还有 {open} 个任务未结束，请完成或撤销。", $"{open} tasks are not finished; do or drop them."));
        faults.ThrowIfAny();
    }

    private async Task<List<AlarmOccurrence>> CheckAlarmsAsync(IReadOnlyList<long> ids, Caller caller, List<Fault> faults, CancellationToken cancellation)
    {
        if (ids.Count > MaxAlarms)
        {
            faults.Add(new("alarmIds", $"最多 {MaxAlarms} 条。", $"At most {MaxAlarms}."));
            return [];
        }
        long[] wanted = [.. ids.Distinct()];
        var found = await (
            from alarm in database.Set<AlarmOccurrence>().AsNoTracking()
            where wanted.Contains(alarm.Id)
            join asset in database.Set<Asset>() on alarm.AssetId equals asset.Id into assets
            from asset in assets.DefaultIfEmpty()
            select new { Alarm = alarm, Path = asset == null ? "/" : asset.Path }).ToListAsync(cancellation);
        found.RemoveAll(f => !caller.Has(Permissions.ReadAlarms, f.Path));
        if (wanted.Except(found.Select(f => f.Alarm.Id)).FirstOrDefault() is not 0 and var missing)
            faults.Add(new("alarmIds", $"没有编号为 {missing} 的告警。", $"There is no alarm {missing}."));
        return [.. found.Select(f => f.Alarm).OrderBy(a => a.Raised).ThenBy(a => a.Id)];
    }

    private async Task<long?> CommonAssetAsync(List<AlarmOccurrence> alarms, CancellationToken cancellation)
    {
        if (alarms.Count == 0) return null;
        long[] ids = [.. alarms.Select(a => a.AssetId).Distinct()];
        List<string> paths = await database.Set<Asset>().Where(a => ids.Contains(a.Id)).Select(a => a.Path).ToListAsync(cancellation);
        string common = ScopePaths.CommonAncestor(paths);
        return await database.Set<Asset>().Where(a => a.Path == common).Select(a => (long?)a.Id).SingleOrDefaultAsync(cancellation);
    }

    private async Task<string?> CheckPersonAsync(long? id, string field, List<Fault> faults, CancellationToken cancellation)
    {
        if (id is null) return null;
        string? name = await database.Set<OrdoAccount>().Where(a => a.Id == id && !a.Disabled).Select(a => a.DisplayName).SingleOrDefaultAsync(cancellation);
        if (name is null) faults.Add(new(field, "没有这个人。", "There is no such person."));
        return name;
    }

    private void AddAlarm(long id, AlarmOccurrence alarm, Caller caller, string author)
    {
        database.Add(new IncidentAlarm { IncidentId = id, AlarmId = alarm.Id });
        Write(id, caller, author, IncidentEntryKind.AlarmAdded, AlarmWords.NameOf(alarm, english: false), alarmId: alarm.Id);
    }

    private void Write(
        long id, Caller caller, string author, IncidentEntryKind kind, string text, DateTimeOffset? time = null, long? alarmId = null, long? pictureId = null, IncidentState? state = null)
    {
        DateTimeOffset now = clock.GetUtcNow();
        database.Add(new IncidentEntry
        {
            IncidentId = id, Kind = kind, Time = time ?? now, Recorded = now, AuthorId = caller.AccountId, Author = author, Text = text, AlarmId = alarmId, PictureId = pictureId, State = state,
        });
    }

    private async Task<IncidentDetail> SaveAsync(Incident incident, string path, Caller caller, CancellationToken cancellation)
    {
        incident.Version++;
        await database.SaveChangesAsync(cancellation);
        feed.Publish(incident, path);
        return await GetAsync(incident.Id, caller, cancellation);
    }

    private static async Task LimitAsync<T>(IQueryable<T> rows, int max, CancellationToken cancellation)
    {
        if (await rows.CountAsync(cancellation) >= max) throw TooMany(max);
    }

    private static ProblemException TooMany(int max) =>
        new(Problems.Conflict("incident-full", new($"每个事件最多 {max} 项。", $"An incident holds at most {max} of these.")));

    private async Task<string> NameOfAsync(Caller caller, CancellationToken cancellation)
    {
        string name = await database.Set<OrdoAccount>().Where(a => a.Id == caller.AccountId).Select(a => a.DisplayName).SingleOrDefaultAsync(cancellation) is { Length: > 0 } known ? known : caller.UserName;
        return caller.TokenName is null ? name : $"{name} ({caller.TokenName})" is { Length: <= 64 } whole ? whole : name;
    }

    private async Task<IncidentRow> RowAsync(long id, Caller caller, CancellationToken cancellation) =>
        await Visible(caller).SingleOrDefaultAsync(r => r.Incident.Id == id, cancellation) ?? throw new ProblemException(Problems.NotFound(Unknown));

    private async Task<(Incident Incident, string Path)> WorkableAsync(long id, Caller caller, CancellationToken cancellation, bool evenClosed = false)
    {
        IncidentRow row = await RowAsync(id, caller, cancellation);
        if (!caller.Has(Permissions.WorkIncidents, row.Path))
            throw new ProblemException(Problems.Forbidden(new("您可以查看但不能处理该事件。", "You may read this incident but not work on it.")));
        if (row.Incident.State == IncidentState.Closed && !evenClosed)
            throw new ProblemException(Problems.Conflict("incident-closed", new("事件已关闭；如需补充请先重新打开。", "The incident is closed; open it again to add something.")));
        return (await database.Set<Incident>().SingleAsync(i => i.Id == id, cancellation), row.Path);
    }

    private IQueryable<IncidentRow> Visible(Caller caller) => (
        from incident in database.Set<Incident>().AsNoTracking()
        join asset in database.Set<Asset>() on incident.AssetId equals (long?)asset.Id into assets
        from asset in assets.DefaultIfEmpty()
        select new IncidentRow { Incident = incident, Asset = asset }).Within(row => row.Asset!.Path, caller.ScopesOf(Permissions.ReadIncidents));

    private async Task<List<IncidentItem>> ItemsAsync(IReadOnlyList<IncidentRow> rows, CancellationToken cancellation)
    {
        long[] ids = [.. rows.Select(r => r.Incident.Id)], leaders = [.. rows.Select(r => r.Incident.LeaderId).OfType<long>().Distinct()];
        var names = await database.Set<OrdoAccount>().Where(a => leaders.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.DisplayName, cancellation);
        var alarms = await database.Set<IncidentAlarm>().Where(a => ids.Contains(a.IncidentId)).GroupBy(a => a.IncidentId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        var tasks = (await database.Set<IncidentTask>().Where(t => ids.Contains(t.IncidentId) && t.State == IncidentTaskState.Open).Select(t => new { t.IncidentId, t.Due }).ToListAsync(cancellation)).ToLookup(t => t.IncidentId, t => t.Due);
        DateTimeOffset now = clock.GetUtcNow();
        return [.. rows.Select(r => r.Incident).Zip(rows, (i, r) => new IncidentItem(
            i.Id, i.Title, i.AssetId, r.Asset?.NameZh, r.Asset?.NameEn, i.Priority, i.State, i.Occurred, i.Opened, i.OpenedBy,
            i.LeaderId is { } leader ? new(leader, names.GetValueOrDefault(leader, "")) : null, i.Closed, i.ClosedBy,
            alarms.GetValueOrDefault(i.Id), tasks[i.Id].Count(), tasks[i.Id].Count(due => due < now), i.Version))];
    }

    /// <summary>Alarms that the caller may see; an incident may reach beyond the scope of one who sees only a part of it.</summary>
    private async Task<List<IncidentAlarmItem>> AlarmsAsync(long id, Caller caller, CancellationToken cancellation)
    {
        var rows = await (
            from link in database.Set<IncidentAlarm>().AsNoTracking()
            where link.IncidentId == id
            join alarm in database.Set<AlarmOccurrence>() on link.AlarmId equals alarm.Id
            join asset in database.Set<Asset>() on alarm.AssetId equals asset.Id into assets
            from asset in assets.DefaultIfEmpty()
            orderby alarm.Raised, alarm.Id
            select new { Alarm = alarm, Asset = asset }).ToListAsync(cancellation);
        return [.. rows.Where(r => caller.Has(Permissions.ReadAlarms, r.Asset?.Path ?? "/")).Select(r => new IncidentAlarmItem(
            r.Alarm.Id, r.Alarm.Priority, r.Alarm.State, AlarmWords.NameOf(r.Alarm, english: false), AlarmWords.NameOf(r.Alarm, english: true), r.Asset?.NameZh ?? "", r.Asset?.NameEn ?? "",
            r.Alarm.Raised, r.Alarm.Returned, r.Alarm.Acknowledged, r.Alarm.AcknowledgedBy, double.IsFinite(r.Alarm.Value) ? r.Alarm.Value : null, r.Alarm.Unit))];
    }

    /// <summary>What people wrote, and what the alarms did, in the order in which it happened.</summary>
    private async Task<List<IncidentLine>> TimelineAsync(long id, long[] alarms, CancellationToken cancellation)
    {
        var entries = await database.Set<IncidentEntry>().AsNoTracking().Where(e => e.IncidentId == id).OrderBy(e => e.Id).ToListAsync(cancellation);
        var events = new List<AlarmEvent>();
        foreach (long[] some in alarms.Chunk(500)) events.AddRange(await database.Set<AlarmEvent>().AsNoTracking().Where(e => some.Contains(e.AlarmId)).OrderBy(e => e.Id).Take(2_000).ToListAsync(cancellation));
        // At the same moment the alarm comes first: it is what people write about.
        return [.. events.Select(e => new IncidentLine(e.Time, e.Recorded, null, e.Actor, e.Comment ?? "", null, e.AlarmId, null, JsonText.Word<AlarmStimulus>(e.Stimulus)))
            .Concat(entries.Where(e => e.AlarmId is null || alarms.Contains(e.AlarmId.Value))
                .Select(e => new IncidentLine(e.Time, e.Recorded, JsonText.Word<IncidentEntryKind>(e.Kind), e.Author, e.Text, JsonText.Word(e.State), e.AlarmId, e.PictureId, null)))
            .OrderBy(line => line.Time)];
    }
}

/// <summary>An incident with its asset.</summary>
internal sealed class IncidentRow
{
    public required Incident Incident { get; init; }

    public Asset? Asset { get; init; }

    public string Path => Asset?.Path ?? "/";
}

/// <summary>Which states may follow each other.</summary>
public static class IncidentRules
{
    public static bool MayFollow(IncidentState from, IncidentState to) => (from, to) switch
    {
        (IncidentState.Open, IncidentState.InProgress or IncidentState.Contained or IncidentState.Closed) => true,
        (IncidentState.InProgress, IncidentState.Contained or IncidentState.Closed) => true,
        (IncidentState.Contained, IncidentState.InProgress or IncidentState.Closed) => true, // it may flare up
        (IncidentState.Closed, IncidentState.InProgress) => true,
        _ => false,
    };

    public static Text NameOf(IncidentState state) => state switch
    {
        IncidentState.Open => new("已登记", "open"),
        IncidentState.InProgress => new("处置中", "in progress"),
        IncidentState.Contained => new("已控制", "contained"),
        _ => new("已关闭", "closed"),
    };
}
