using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Economy.Figures;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Messages;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Filing;

/// <summary>Who has to file what until when, who is late, and the reminders.</summary>
/// <param name="messengers">The operations centre's door to people; a server without it only writes reminders down.</param>
public sealed class FilingDuties(OrdoDbContext database, EconomyBook book, FilingDesk desk, IEnumerable<IMessenger> messengers, TimeProvider clock)
{
    private const int ByHand = -1000;

    /// <param name="formCode">Code of a form.</param>
    /// <param name="periodText">Default: the newest that has ended.</param>
    /// <exception cref="ProblemException">No such form or period.</exception>
    public async Task<IReadOnlyList<FilingDuty>> ListAsync(string formCode, string? periodText, Caller caller, CancellationToken cancellation)
    {
        (FormTemplate form, Period period) = desk.Judge(formCode, periodText ?? NewestOf(formCode));
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        DateOnly deadline = snapshot.Rules.Calendar.DeadlineOf(form.Code, period);
        Dictionary<long, FiledForm> filings = (await database.Set<FiledForm>().AsNoTracking().Where(filing => filing.Form == form.Code && filing.Period == period.Key).ToListAsync(cancellation))
            .GroupBy(filing => filing.AssetId).ToDictionary(group => group.Key, group => group.MaxBy(filing => filing.Revision)!);
        ILookup<long, FilingReminder> reminders = (await database.Set<FilingReminder>().AsNoTracking().Where(reminder => reminder.Form == form.Code && reminder.Period == period.Key).ToListAsync(cancellation))
            .ToLookup(reminder => reminder.AssetId);
        return [.. snapshot.Enterprises.Where(enterprise => IsDue(form, enterprise) && caller.Has(Permissions.ReadFilings, enterprise.Path)).Select(enterprise =>
        {
            FiledForm? filing = filings.GetValueOrDefault(enterprise.Id);
            DateOnly day = filing?.Submitted is { } submitted && filing.State is not FilingState.Draft and not FilingState.Returned ? EconomySnapshot.DayOf(submitted, EconomyBook.Zone) : book.Today;
            int late = filing is { Revision: > 1 } ? 0 : Math.Max(0, day.DayNumber - deadline.DayNumber);
            return new FilingDuty(enterprise.Id, enterprise.Area.Code, enterprise.Area.NameZh, enterprise.Area.NameEn, form.Code, period.ToString(), filing?.Id, filing?.Revision, filing?.State,
                deadline, late, reminders[enterprise.Id].Count(), reminders[enterprise.Id].Select(reminder => (DateTimeOffset?)reminder.Time).Max(), reminders[enterprise.Id].MaxBy(reminder => reminder.Time)?.Reached);
        })];
    }

    public async Task<List<DutyCount>> CountAsync(string? periodText, Caller caller, CancellationToken cancellation)
    {
        List<DutyCount> counts = [];
        foreach (FormTemplate form in FormTemplates.All)
        {
            string period = Period.TryParse(periodText, out Period wanted) && wanted.Fits(form.Frequency) ? periodText! : NewestOf(form.Code);
            IReadOnlyList<FilingDuty> duties = await ListAsync(form.Code, period, caller, cancellation);
            if (duties.Count == 0) continue;
            counts.Add(new(form.Code, form.NameZh, form.NameEn, period, duties[0].Deadline, duties.Count,
                duties.Count(IsMissing), duties.Count(duty => duty.State is FilingState.Submitted or FilingState.Checked), duties.Count(duty => duty.State == FilingState.Accepted),
                duties.Count(duty => IsMissing(duty) && duty.DaysLate > 0)));
        }

        return counts;
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<ReminderItem>> RemindersAsync(string formCode, string? periodText, long? asset, Caller caller, CancellationToken cancellation)
    {
        (FormTemplate form, Period period) = desk.Judge(formCode, periodText ?? NewestOf(formCode));
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        List<FilingReminder> reminders = await database.Set<FilingReminder>().AsNoTracking().Where(reminder => reminder.Form == form.Code && reminder.Period == period.Key).OrderByDescending(reminder => reminder.Id).ToListAsync(cancellation);
        return [.. from reminder in reminders
            where (asset is null || reminder.AssetId == asset) && snapshot.PlaceOf(reminder.AssetId) is not null
            let enterprise = snapshot.Enterprises[snapshot.PlaceOf(reminder.AssetId)!.Value]
            where caller.Has(Permissions.ReadFilings, enterprise.Path)
            select new ReminderItem(reminder.Id, reminder.AssetId, enterprise.Area.NameZh, enterprise.Area.NameEn, form.Code, period.ToString(), reminder.Kind <= ByHand ? null : reminder.Kind, reminder.Time, reminder.Actor, reminder.Reached)];
    }

    /// <summary>Reminds by hand those whose form is missing.</summary>
    public async Task<RemindOutcome> RemindAsync(RemindFilings request, Caller caller, CancellationToken cancellation)
    {
        (FormTemplate form, Period period) = desk.Judge(request.Form, request.Period);
        IReadOnlyList<FilingDuty> duties = await ListAsync(request.Form, request.Period, caller, cancellation);
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        List<int> reached = [];
        foreach (FilingDuty duty in duties.Where(duty => IsMissing(duty) && (request.AssetIds is null || request.AssetIds.Contains(duty.AssetId))
            && caller.Has(Permissions.CheckFilings, snapshot.Enterprises[snapshot.PlaceOf(duty.AssetId)!.Value].Path)))
            reached.Add(await TellAsync(duty, form, period, ByHand - duty.Reminders, caller.DisplayName, cancellation));
        return new(reached.Count, reached.Sum(), reached.Count(count => count == 0));
    }

    /// <summary>The reminders of today: on some days before the deadline and on some after it, from a certain hour on. Each is sent once however often this runs.</summary>
    /// <returns>Enterprises reminded.</returns>
    public async Task<int> RemindDueAsync(CancellationToken cancellation)
    {
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        StatisticsCalendar calendar = snapshot.Rules.Calendar;
        if (TimeZoneInfo.ConvertTime(clock.GetUtcNow(), EconomyBook.Zone).Hour < calendar.RemindHour) return 0;
        var everywhere = Caller.Everything("system");
        int reminded = 0;
        foreach (FormTemplate form in FormTemplates.All)
        {
            var period = Period.LastEnded(form.Frequency, book.Today);
            if (calendar.RuleOf(form.Code).ReminderDue(calendar.DeadlineOf(form.Code, period).DayNumber - book.Today.DayNumber) is not { } due) continue;
            long[] before = await database.Set<FilingReminder>().Where(reminder => reminder.Form == form.Code && reminder.Period == period.Key && reminder.Kind == due).Select(reminder => reminder.AssetId).ToArrayAsync(cancellation);
            foreach (FilingDuty duty in (await ListAsync(form.Code, period.ToString(), everywhere, cancellation)).Where(duty => IsMissing(duty) && !before.Contains(duty.AssetId)))
            {
                await TellAsync(duty, form, period, due, "system", cancellation);
                reminded++;
            }
        }

        return reminded;
    }

    /// <summary>
    /// First the outbox, then the line that it was done: after a crash between the two the message is handed over once more under the same key, and the outbox knows it already.
    /// </summary>
    /// <returns>People reached.</returns>
    private async Task<int> TellAsync(FilingDuty duty, FormTemplate form, Period period, int kind, string actor, CancellationToken cancellation)
    {
        int reached = 0;
        string key = FormattableString.Invariant($"economy-reminder-{duty.AssetId}-{form.Code}-{period.Key}-{kind}");
        foreach (IMessenger messenger in messengers) reached += await messenger.SendAsync(new(key, duty.AssetId, Permissions.FileEconomy, TitleOf(duty, form, period), BodyOf(duty, form, period), $"/economy/filing?form={form.Code}"), cancellation);
        database.Add(new FilingReminder { AssetId = duty.AssetId, Form = form.Code, Period = period.Key, Kind = kind, Time = clock.GetUtcNow(), Actor = actor, Reached = reached });
        await database.SaveChangesAsync(cancellation);
        return reached;
    }

    private static Text TitleOf(FilingDuty duty, FormTemplate form, Period period) => duty.DaysLate > 0
        ? new($"催报：{duty.AssetNameZh} {period.Name.Zh}《{form.NameZh}》已逾期 {duty.DaysLate} 天", $"Overdue by {duty.DaysLate} days: {form.NameEn}, {period.Name.En}, {duty.AssetNameEn}")
        : new($"提醒：{duty.AssetNameZh} {period.Name.Zh}《{form.NameZh}》请于 {duty.Deadline:yyyy-MM-dd} 前报送", $"Due by {duty.Deadline:yyyy-MM-dd}: {form.NameEn}, {period.Name.En}, {duty.AssetNameEn}");

    private static Text BodyOf(FilingDuty duty, FormTemplate form, Period period)
    {
        Text state = duty.State switch
        {
            FilingState.Returned => new("报表已退回，请修改后重新提交。", "The form was sent back: correct it and submit it again."),
            FilingState.Draft => new("报表已开始填写，尚未提交。", "The form has been begun and not been submitted."),
            _ => new("报表尚未填报。", "The form has not been begun."),
        };
        return new($"{duty.AssetNameZh}：{period.Name.Zh}《{form.NameZh}》（{form.Code}），截止 {duty.Deadline:yyyy-MM-dd}。{state.Zh}", $"{duty.AssetNameEn}: {form.NameEn} ({form.Code}) of {period.Name.En}, due on {duty.Deadline:yyyy-MM-dd}. {state.En}");
    }

    public static bool IsDue(FormTemplate form, Enterprise enterprise) => enterprise.Files && form.Sections.Contains(enterprise.Section);

    private static bool IsMissing(FilingDuty duty) => duty.State is null or FilingState.Draft or FilingState.Returned;

    private string NewestOf(string form) => Period.LastEnded(FormTemplates.Find(form)?.Frequency ?? Frequency.Month, book.Today).ToString();
}

/// <summary>Sends the reminders of the day.</summary>
internal sealed partial class FilingReminderService(IServiceScopeFactory scopes, TimeProvider clock, ILogger<FilingReminderService> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Interval, clock, stoppingToken);
            try
            {
                await using AsyncServiceScope scope = scopes.CreateAsyncScope();
                int written = await scope.ServiceProvider.GetRequiredService<FilingDuties>().RemindDueAsync(stoppingToken);
                if (written > 0) LogWritten(written);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
    }

    [LoggerMessage(7101, LogLevel.Information, "{Count} enterprises reminded of missing forms.")]
    private partial void LogWritten(int count);

    [LoggerMessage(7102, LogLevel.Warning, "Reminders of missing forms could not be written; the next try is in half an hour.")]
    private partial void LogFailed(Exception exception);
}
