using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Economy.Figures;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Filing;

/// <summary>Who has to file what until when, who is late, and the reminders.</summary>
public sealed class FilingDuties(OrdoDbContext database, EconomyBook book, FilingDesk desk, TimeProvider clock)
{
    private const int AfterDeadline = -1, ByHand = -1000;

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
                deadline, late, reminders[enterprise.Id].Count(), reminders[enterprise.Id].Select(reminder => (DateTimeOffset?)reminder.Time).Max());
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

    /// <returns>How many reminders were written.</returns>
    public async Task<int> RemindAsync(RemindFilings request, Caller caller, CancellationToken cancellation)
    {
        IReadOnlyList<FilingDuty> duties = await ListAsync(request.Form, request.Period, caller, cancellation);
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        FilingDuty[] missing = [.. duties.Where(duty => IsMissing(duty) && (request.AssetIds is null || request.AssetIds.Contains(duty.AssetId))
            && caller.Has(Permissions.CheckFilings, snapshot.Enterprises[snapshot.PlaceOf(duty.AssetId)!.Value].Path))];
        int key = Period.TryParse(request.Period, out Period period) ? period.Key : 0;
        foreach (FilingDuty duty in missing)
            database.Add(new FilingReminder { AssetId = duty.AssetId, Form = request.Form, Period = key, Kind = ByHand - duty.Reminders, Time = clock.GetUtcNow(), Actor = caller.DisplayName });
        await database.SaveChangesAsync(cancellation);
        return missing.Length;
    }

    /// <summary>The reminders of today: some days before the deadline, and once after it. Written once however often this runs.</summary>
    public async Task<int> RemindDueAsync(CancellationToken cancellation)
    {
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        var everywhere = Caller.Everything("system");
        int written = 0;
        foreach (FormTemplate form in FormTemplates.All)
        {
            var period = Period.LastEnded(form.Frequency, book.Today);
            int left = snapshot.Rules.Calendar.DeadlineOf(form.Code, period).DayNumber - book.Today.DayNumber;
            int? kind = left < 0 ? AfterDeadline : snapshot.Rules.Calendar.RuleOf(form.Code).RemindDays.Where(days => days >= left).Select(days => (int?)days).Min();
            if (kind is not { } due) continue;
            long[] reminded = await database.Set<FilingReminder>().Where(reminder => reminder.Form == form.Code && reminder.Period == period.Key && reminder.Kind == due).Select(reminder => reminder.AssetId).ToArrayAsync(cancellation);
            foreach (FilingDuty duty in (await ListAsync(form.Code, period.ToString(), everywhere, cancellation)).Where(duty => IsMissing(duty) && !reminded.Contains(duty.AssetId)))
            {
                database.Add(new FilingReminder { AssetId = duty.AssetId, Form = form.Code, Period = period.Key, Kind = due, Time = clock.GetUtcNow(), Actor = "system" });
                written++;
            }
        }

        await database.SaveChangesAsync(cancellation);
        return written;
    }

    public static bool IsDue(FormTemplate form, Enterprise enterprise) => enterprise.Files && form.Sections.Contains(enterprise.Section);

    private static bool IsMissing(FilingDuty duty) => duty.State is null or FilingState.Draft or FilingState.Returned;

    private string NewestOf(string form) => Period.LastEnded(FormTemplates.Find(form)?.Frequency ?? Frequency.Month, book.Today).ToString();
}

/// <summary>Writes the reminders of the day.</summary>
internal sealed partial class FilingReminderService(IServiceScopeFactory scopes, TimeProvider clock, ILogger<FilingReminderService> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

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

    [LoggerMessage(7101, LogLevel.Information, "{Count} reminders of missing forms written.")]
    private partial void LogWritten(int count);

    [LoggerMessage(7102, LogLevel.Warning, "Reminders of missing forms could not be written; the next try is in an hour.")]
    private partial void LogFailed(Exception exception);
}
