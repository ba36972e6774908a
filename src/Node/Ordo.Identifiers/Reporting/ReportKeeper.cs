using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Access;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Statistics;

namespace Ordo.Identifiers.Reporting;

/// <summary>Where reports lie: <c>identifiers/reports</c> in the data folder.</summary>
internal sealed class ReportFolder
{
    private readonly string path;

    public ReportFolder(string path)
    {
        this.path = path;
        Directory.CreateDirectory(path);
    }

    public Task KeepAsync(string name, byte[] content, CancellationToken cancellation) => WholeFile.WriteAsync(Path.Combine(path, name), content, cancellation);

    /// <returns><c>null</c> when it is gone.</returns>
    public async Task<byte[]?> ReadAsync(string name, CancellationToken cancellation) => File.Exists(Path.Combine(path, name)) ? await File.ReadAllBytesAsync(Path.Combine(path, name), cancellation) : null;
}

/// <summary>How a check of the chain ended.</summary>
/// <param name="Reports">How many hold.</param>
/// <param name="BrokenAt">The first day whose file or link does not hold; <c>null</c> when all do.</param>
/// <param name="Fault">What is wrong with it.</param>
public sealed record ReportVerification(int Reports, DateOnly? BrokenAt, string? Fault);

/// <summary>
/// Makes the report of each day that is over, oldest first, and takes it to every receiver until it has it. The file is on disk before its row is there, so a row always has its file; a day has
/// one report, whoever makes it. What a receiver refuses is tried again after one minute, two, four … an hour, and holds back the later days of that receiver, because they are links of a chain.
/// </summary>
internal sealed partial class ReportKeeper(
    IDbContextFactory<OrdoDbContext> databases, IServiceScopeFactory scopes, NodeBook book, ReportFolder folder, IEnumerable<IReportReceiver> receivers, ReportingOptions reporting, IdentifiersOptions options,
    TimeProvider clock, ILogger<ReportKeeper> logger) : BackgroundService
{
    /// <summary>After midnight, so that the last minute of the day is counted.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);
    public const int MostDaysBack = 31;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly string First = new('0', 64);
    private readonly IReportReceiver[] receivers = [.. receivers];
    private readonly ReportFormat format = reporting.ReadFormat();
    private readonly SemaphoreSlim making = new(1, 1), delivering = new(1, 1);
    private readonly ILogger logger = logger;

    public ReportFormat Format => format;

    public IReadOnlyList<string> Receivers => [.. receivers.Select(receiver => receiver.Name)];

    /// <summary>The newest day of which a report can be made.</summary>
    public DateOnly LastDay => StatisticsKeeper.DateOf(clock.GetUtcNow() - Grace).AddDays(-1);

    public override void Dispose()
    {
        base.Dispose();
        making.Dispose();
        delivering.Dispose();
    }

    /// <summary>Makes what is missing and delivers what waits.</summary>
    public async Task WorkAsync(CancellationToken cancellation)
    {
        foreach (DateOnly day in await MissingAsync(cancellation)) await MakeAsync(day, "", cancellation);
        await DeliverAsync(null, cancellation);
    }

    /// <returns>The report of the day; <c>null</c> when there is one already.</returns>
    public async Task<NodeReport?> MakeAsync(DateOnly day, string by, CancellationToken cancellation)
    {
        await making.WaitAsync(cancellation);
        try
        {
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            NodeReport? last = await database.Set<NodeReport>().AsNoTracking().OrderByDescending(report => report.Sequence).FirstOrDefaultAsync(cancellation);
            int number = StatisticsKeeper.NumberOf(day);
            if (await database.Set<NodeReport>().AnyAsync(report => report.Day == number, cancellation)) return null;
            long sequence = (last?.Sequence ?? 0) + 1;
            byte[] file = ReportWriter.Write(await ContentAsync(database, day, sequence, last?.Hash ?? First, cancellation), format);
            var report = new NodeReport
            {
                Day = number, Sequence = sequence, Previous = last?.Hash ?? First, Hash = Convert.ToHexStringLower(SHA256.HashData(file)), Signature = reporting.Sign(file), Bytes = file.Length, Made = clock.GetUtcNow(), MadeBy = by,
                FileName = string.Create(CultureInfo.InvariantCulture, $"identifiers-{options.NodePrefix}-{number}-{sequence:D6}.jsonl"),
            };
            await folder.KeepAsync(report.FileName, file, cancellation);
            await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
            database.Add(report);
            await database.SaveChangesAsync(cancellation);
            foreach (IReportReceiver receiver in receivers) database.Add(new ReportDelivery { ReportId = report.Id, Receiver = receiver.Name, Next = report.Made });
            await database.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return report;
        }
        catch (DbUpdateException exception) when (exception.IsDuplicate())
        {
            return null; // another server of the same database was faster
        }
        finally
        {
            making.Release();
        }
    }

    /// <summary>Takes reports to their receivers.</summary>
    /// <param name="report">Only this one, and now, whatever it waits for; <c>null</c>: all that are due.</param>
    public async Task DeliverAsync(long? report, CancellationToken cancellation)
    {
        await delivering.WaitAsync(cancellation);
        try
        {
            foreach (IReportReceiver receiver in receivers) await DeliverAsync(receiver, report, cancellation);
        }
        finally
        {
            delivering.Release();
        }
    }

    /// <summary>Reads every file again and compares it with its row, and every row with the one before.</summary>
    public async Task<ReportVerification> VerifyAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        int held = 0;
        string previous = First;
        await foreach (NodeReport report in database.Set<NodeReport>().AsNoTracking().OrderBy(report => report.Sequence).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            string? fault = report.Sequence != held + 1 ? $"sequence {held + 1} is missing"
                : report.Previous != previous ? "its predecessor was changed"
                : await folder.ReadAsync(report.FileName, cancellation) is not { } file ? "its file is gone"
                : Convert.ToHexStringLower(SHA256.HashData(file)) != report.Hash ? "its file was changed"
                : null;
            if (fault is not null) return new(held, DateOf(report.Day), fault);
            (held, previous) = (held + 1, report.Hash);
        }

        return new(held, null, null);
    }

    public static DateOnly DateOf(int day) => new(day / 10_000, day / 100 % 100, day % 100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!reporting.Enabled) return;
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await WorkAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogFailed(fault); // the next minute tries again
            }
        }
    }

    /// <summary>Days from the newest report on, at most a month; without one, yesterday, once there is an enterprise.</summary>
    private async Task<List<DateOnly>> MissingAsync(CancellationToken cancellation)
    {
        DateOnly last = LastDay;
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        int? newest = await database.Set<NodeReport>().MaxAsync(report => (int?)report.Day, cancellation);
        if (newest is null && !await database.Set<NodePrefix>().AnyAsync(cancellation)) return [];
        DateOnly next = newest is { } day ? DateOf(day).AddDays(1) : last;
        if (last.DayNumber - next.DayNumber >= MostDaysBack) next = last.AddDays(1 - MostDaysBack);
        List<DateOnly> days = [];
        for (; next <= last; next = next.AddDays(1)) days.Add(next);
        return days;
    }

    private async Task<ReportContent> ContentAsync(OrdoDbContext database, DateOnly day, long sequence, string previous, CancellationToken cancellation)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        var reader = new StatisticsReader(
            database, book, scope.ServiceProvider.GetRequiredService<Records.HandleStore>(), scope.ServiceProvider.GetRequiredService<StatisticsKeeper>(), Caller.Everything("report"), clock);
        NodeStatistics statistics = await reader.ReadAsync(day, day, int.MaxValue, cancellation);
        NodeSnapshot snapshot = await book.CurrentAsync(cancellation);
        PrefixEntry[] prefixes = [.. snapshot.Prefixes.Where(prefix => statistics.TopEnterprises.Any(row => row.Prefix == prefix.Name))];
        List<NodeEnterprise> enterprises = await database.Set<NodeEnterprise>().AsNoTracking().ToListAsync(cancellation);
        return new(options.NodePrefix, day, sequence, previous, clock.GetUtcNow(), statistics, enterprises, prefixes);
    }

    private async Task DeliverAsync(IReportReceiver receiver, long? report, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            var first = await (from delivery in database.Set<ReportDelivery>()
                               join row in database.Set<NodeReport>() on delivery.ReportId equals row.Id
                               where delivery.Receiver == receiver.Name && delivery.Delivered == null && (report == null || row.Id == report)
                               orderby row.Sequence
                               select new { Delivery = delivery, Report = row }).FirstOrDefaultAsync(cancellation);
            if (first is null || (report is null && first.Delivery.Next > clock.GetUtcNow())) return;
            string? fault = await TryAsync(receiver, first.Report, cancellation);
            ReportDelivery line = first.Delivery;
            line.Attempts++;
            line.Fault = fault is { Length: > 1000 } ? fault[..1000] : fault;
            line.Delivered = fault is null ? clock.GetUtcNow() : null;
            line.Next = fault is null ? null : clock.GetUtcNow() + WaitAfter(line.Attempts);
            await database.SaveChangesAsync(cancellation);
            if (fault is not null)
            {
                LogRefused(receiver.Name, first.Report.FileName, line.Attempts, fault);
                return;
            }
        }
    }

    private async Task<string?> TryAsync(IReportReceiver receiver, NodeReport report, CancellationToken cancellation)
    {
        if (await folder.ReadAsync(report.FileName, cancellation) is not { } content) return $"The file {report.FileName} is gone from the data folder.";
        if (Convert.ToHexStringLower(SHA256.HashData(content)) != report.Hash) return $"The file {report.FileName} was changed and is not delivered.";
        try
        {
            await receiver.DeliverAsync(new(report.FileName, content, report.Hash, report.Signature), cancellation);
            return null;
        }
        catch (Exception fault) when (fault is ReportRefusedException or IOException or UnauthorizedAccessException or HttpRequestException or TimeoutException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return fault.Message;
        }
    }

    private static TimeSpan WaitAfter(int attempts) => attempts > 6 ? LongestWait : TimeSpan.FromMinutes(1 << (attempts - 1));

    [LoggerMessage(6060, LogLevel.Error, "The daily report of the identifier node failed; it is tried again in a minute")]
    private partial void LogFailed(Exception fault);

    [LoggerMessage(6061, LogLevel.Warning, "Receiver {Receiver} did not take {File} (attempt {Attempt}): {Reason}")]
    private partial void LogRefused(string receiver, string file, int attempt, string reason);
}
