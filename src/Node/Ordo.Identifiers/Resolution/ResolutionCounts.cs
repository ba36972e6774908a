using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Resolution;

/// <summary>How somebody resolved.</summary>
public enum ResolutionTransport
{
    Udp = 1,
    Tcp = 2,
    Tunnel = 3,
    Rest = 4,

    /// <summary>The page behind a code.</summary>
    Page = 5,
}

/// <summary>Resolutions of one day (statistics day of the park) over one transport.</summary>
public sealed class ResolutionDay
{
    public long Id { get; set; }

    /// <summary>20260301</summary>
    public int Day { get; set; }

    public ResolutionTransport Transport { get; set; }

    /// <summary>Answered with values.</summary>
    public long Succeeded { get; set; }

    public long Failed { get; set; }
}

/// <param name="Minute">When it began.</param>
public sealed record ResolutionMinute(DateTimeOffset Minute, long Succeeded, long Failed);

/// <summary>
/// Counts resolutions (标识解析量). A request only adds to a number; a minute's numbers go to the curve and to the day's row together. Records of prefixes and the
/// name <c>0</c>, with which clients keep a connection open, are nobody's identifiers and are left out.
/// </summary>
internal sealed partial class ResolutionCounts(IDbContextFactory<OrdoDbContext> databases, TimeProvider clock, ILogger<ResolutionCounts> logger) : IHostedService, IDisposable
{
    private const int Transports = 5, MinutesKept = 180;

    // One cache line apart, because several threads count.
    private const int Stride = 16;
    private readonly long[] counts = new long[(Transports + 1) * 2 * Stride];
    private readonly long[] written = new long[(Transports + 1) * 2];
    private readonly Queue<ResolutionMinute> minutes = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ILogger logger = logger;
    private ITimer? timer;

    /// <summary>The park's zone: statistics days are its days.</summary>
    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.TryFindSystemTimeZoneById("Asia/Shanghai", out TimeZoneInfo? zone) ? zone : TimeZoneInfo.CreateCustomTimeZone("China", TimeSpan.FromHours(8), "China", "China");

    public void Add(ResolutionTransport transport, ReadOnlySpan<byte> asked, ResponseCode code)
    {
        if (asked.Length == 0 || asked is [(byte)'0'] || !asked.Contains((byte)'/') || HandleText.IsPrefixHandle(asked)) return;
        Interlocked.Increment(ref counts[((int)transport * 2 + (code == ResponseCode.Success ? 0 : 1)) * Stride]);
    }

    /// <summary>The last three hours, minute by minute.</summary>
    public IReadOnlyList<ResolutionMinute> Minutes
    {
        get
        {
            lock (minutes) return [.. minutes];
        }
    }

    public int Today => DayOf(clock.GetUtcNow());

    public Task StartAsync(CancellationToken cancellationToken)
    {
        timer = clock.CreateTimer(_ => _ = FlushAsync(CancellationToken.None), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        timer?.Dispose();
        await FlushAsync(cancellationToken);
    }

    public void Dispose()
    {
        timer?.Dispose();
        writing.Dispose();
    }

    /// <summary>Takes what was counted since the last time into the curve and into the day's rows.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation);
        try
        {
            DateTimeOffset now = clock.GetUtcNow();
            long[] fresh = new long[written.Length];
            for (int i = 0; i < fresh.Length; i++) fresh[i] = Volatile.Read(ref counts[i * Stride]) - written[i];
            lock (minutes)
            {
                minutes.Enqueue(new(now.AddMinutes(-1), fresh.Where((_, i) => i % 2 == 0).Sum(), fresh.Where((_, i) => i % 2 == 1).Sum()));
                while (minutes.Count > MinutesKept) minutes.Dequeue();
            }

            if (fresh.All(count => count == 0)) return;
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            int day = DayOf(now);
            List<ResolutionDay> rows = await database.Set<ResolutionDay>().Where(row => row.Day == day).ToListAsync(cancellation);
            for (int transport = 1; transport <= Transports; transport++)
            {
                (long succeeded, long failed) = (fresh[transport * 2], fresh[transport * 2 + 1]);
                if (succeeded + failed == 0) continue;
                ResolutionDay? row = rows.Find(row => (int)row.Transport == transport);
                if (row is null) database.Add(row = new() { Day = day, Transport = (ResolutionTransport)transport });
                (row.Succeeded, row.Failed) = (row.Succeeded + succeeded, row.Failed + failed);
            }

            await database.SaveChangesAsync(cancellation);
            for (int i = 0; i < fresh.Length; i++) written[i] += fresh[i];
        }
        catch (Exception fault) when (fault is DbUpdateException or System.Data.Common.DbException or InvalidOperationException)
        {
            LogNotWritten(fault); // they stay counted, and the next minute writes them
        }
        finally
        {
            writing.Release();
        }
    }

    private static int DayOf(DateTimeOffset time) => int.Parse(TimeZoneInfo.ConvertTime(time, Zone).ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    [LoggerMessage(6040, LogLevel.Warning, "Resolutions of the last minute could not be written; they are written with the next")]
    private partial void LogNotWritten(Exception fault);
}
