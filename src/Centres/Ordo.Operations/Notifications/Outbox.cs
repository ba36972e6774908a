using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Notifications.Channels;

namespace Ordo.Operations.Notifications;

/// <summary>
/// Sends what is due. Each channel has its own few places under way, so one that hangs delays only itself; the rest of its messages waits in the
/// database. Every state is written before what it announces is done: docs/decisions/0044.
/// </summary>
internal sealed partial class Outbox(
    IDbContextFactory<OrdoDbContext> databases, IServiceProvider services, ChannelSecrets secrets, MessageWriter writer, NotificationOptions options, TimeProvider clock, ILogger<Outbox> logger)
    : BackgroundService
{
    private readonly ConcurrentDictionary<long, Task> underWay = new();
    private readonly ConcurrentDictionary<long, int> places = new();
    private readonly DueWork work = new(clock, retryAfter: TimeSpan.FromSeconds(2));

    /// <summary>Messages under way.</summary>
    public int UnderWay => underWay.Count;

    public void Wake() => work.Wake();

    /// <summary>Sends one message now, for the test button.</summary>
    public async Task<Delivery> SendNowAsync(Delivery delivery, CancellationToken cancellation)
    {
        await using (OrdoDbContext database = await databases.CreateDbContextAsync(cancellation))
        {
            database.Add(delivery);
            await database.SaveChangesAsync(cancellation);
        }
        await SendAsync(delivery.Id, delivery.ChannelId, cancellation);
        await using OrdoDbContext after = await databases.CreateDbContextAsync(cancellation);
        return await after.Set<Delivery>().AsNoTracking().SingleAsync(d => d.Id == delivery.Id, cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await work.RunAsync(RecoverAsync, StartDueAsync, LogFault, stoppingToken);
        await Task.WhenAll(underWay.Values);
    }

    /// <summary>What an earlier run left behind: nothing of a claimed message had left; of one being handed over nobody knows.</summary>
    private async Task RecoverAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        int inDoubt = await database.Set<Delivery>().Where(d => d.State == DeliveryState.Handing).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.State, DeliveryState.PossiblySent).SetProperty(d => d.Finished, now).SetProperty(d => d.Answer, "stopped"), cancellation);
        await database.Set<Delivery>().Where(d => d.State == DeliveryState.Claimed && d.IsTest).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.State, DeliveryState.Failed).SetProperty(d => d.Finished, now).SetProperty(d => d.Answer, "stopped"), cancellation);
        await database.Set<Delivery>().Where(d => d.State == DeliveryState.Claimed).ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Queued), cancellation);
        if (inDoubt > 0) LogInDoubt(inDoubt);
    }

    /// <returns>When the next message is due.</returns>
    private async Task<DateTimeOffset?> StartDueAsync(CancellationToken cancellation)
    {
        while (true)
        {
            long[] full = [.. places.Where(p => p.Value >= options.ParallelPerChannel).Select(p => p.Key)];
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            DateTimeOffset now = clock.GetUtcNow();
            IQueryable<Delivery> queued = database.Set<Delivery>().Where(d => d.State == DeliveryState.Queued && !full.Contains(d.ChannelId));
            var due = await queued.Where(d => d.NotBefore <= now).OrderBy(d => d.Priority).ThenBy(d => d.NotBefore).ThenBy(d => d.Id).Take(100)
                .Select(d => new { d.Id, d.ChannelId }).ToListAsync(cancellation);
            if (due.Count == 0) return await queued.MinAsync(d => (DateTimeOffset?)d.NotBefore, cancellation);
            foreach (var delivery in due)
            {
                if (places.GetValueOrDefault(delivery.ChannelId) >= options.ParallelPerChannel) continue;
                int claimed = await database.Set<Delivery>().Where(d => d.Id == delivery.Id && d.State == DeliveryState.Queued)
                    .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Claimed).SetProperty(d => d.Attempts, d => d.Attempts + 1), cancellation);
                if (claimed == 1) Start(delivery.Id, delivery.ChannelId, cancellation);
            }
        }
    }

    private void Start(long id, long channelId, CancellationToken stopping)
    {
        places.AddOrUpdate(channelId, 1, (_, taken) => taken + 1);
        // Its own flow: a message must not be sent in the name of whoever woke the outbox.
        underWay[id] = Task.Run(async () =>
        {
            try
            {
                await SendAsync(id, channelId, stopping);
            }
            catch (Exception fault)
            {
                LogNotNoted(fault, id); // the row stays claimed or handing; the next start judges it
            }
            finally
            {
                underWay.TryRemove(id, out _);
                places.AddOrUpdate(channelId, 0, (_, taken) => taken - 1);
                work.Wake();
            }
        }, CancellationToken.None);
    }

    private async Task SendAsync(long id, long channelId, CancellationToken stopping)
    {
        SendResult? result;
        try
        {
            result = await TrySendAsync(id, channelId, stopping);
        }
        catch (Exception e) when (e is TargetRefusedException or SecretLostException)
        {
            result = new(SendOutcome.Refused, e.Message);
        }
        await NoteAsync(id, result);
    }

    /// <returns><c>null</c> when there is nothing left to say.</returns>
    private async Task<SendResult?> TrySendAsync(long id, long channelId, CancellationToken stopping)
    {
        (OpenChannel? channel, Outgoing? message) = await ReadAsync(id, channelId, stopping);
        if (channel is null) return new(SendOutcome.Refused, "The channel is gone or switched off.");
        if (message is null) return null;
        IMessageSender sender = services.GetRequiredKeyedService<IMessageSender>(channel.Kind);
        using var limit = new CancellationTokenSource(options.SendTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        SendResult result = await sender.SendAsync(channel, message, () => MarkHandingAsync(id), either.Token);
        return result with { Answer = channel.WithoutSecrets(result.Answer) };
    }

    private async Task<(OpenChannel? Channel, Outgoing? Message)> ReadAsync(long id, long channelId, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        Delivery delivery = await database.Set<Delivery>().AsNoTracking().SingleAsync(d => d.Id == id, cancellation);
        NotificationChannel? row = await database.Set<NotificationChannel>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == channelId, cancellation);
        if (row is null || (!row.Enabled && !delivery.IsTest)) return default;
        var channel = new OpenChannel(row.Kind, row.Name, JsonText.Read<ChannelSettings>(row.Settings), secrets.Reveal(row.Secret), secrets.Reveal(row.SigningSecret));
        return (channel, await writer.WriteAsync(database, delivery, cancellation));
    }

    private async Task MarkHandingAsync(long id)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync();
        int marked = await database.Set<Delivery>().Where(d => d.Id == id && d.State == DeliveryState.Claimed).ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Handing));
        if (marked != 1) throw new InvalidOperationException($"Delivery {id} is no longer claimed; it is not handed over.");
    }

    /// <summary>Not cancelled by the server's stop: what became of a message is worth more than a quick end.</summary>
    private async Task NoteAsync(long id, SendResult? result)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync();
        Delivery delivery = await database.Set<Delivery>().SingleAsync(d => d.Id == id);
        DateTimeOffset now = clock.GetUtcNow();
        delivery.Answer = result is null ? null : Shorten(result.Answer);
        TimeSpan? retry = result?.Outcome == SendOutcome.NotNow && !delivery.IsTest && delivery.Attempts <= options.RetryWaits.Length ? options.RetryWaits[delivery.Attempts - 1] : null;
        (delivery.State, delivery.Finished) = result?.Outcome switch
        {
            null or SendOutcome.Absent => (DeliveryState.Cancelled, now),
            SendOutcome.Sent => (DeliveryState.Sent, now),
            SendOutcome.InDoubt => (DeliveryState.PossiblySent, now),
            _ when retry is not null => (DeliveryState.Queued, (DateTimeOffset?)null),
            _ => (DeliveryState.Failed, now),
        };
        if (retry is { } wait) delivery.NotBefore = now + wait;
        await database.SaveChangesAsync();
        if (delivery.State == DeliveryState.Failed) LogFailed(delivery.Id, delivery.ChannelId, delivery.ChannelKind, delivery.Attempts);
    }

    private static string Shorten(string answer) => answer.Length <= Delivery.MaxAnswerLength ? answer : answer[..(Delivery.MaxAnswerLength - 1)] + "…";

    [LoggerMessage(4210, LogLevel.Error, "The outbox cannot be read at the moment; messages wait.")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(4211, LogLevel.Warning, "{Count} messages were being handed over when the server ended. They may have arrived and are not repeated; the delivery log shows them as possibly sent.")]
    private partial void LogInDoubt(int count);

    [LoggerMessage(4212, LogLevel.Warning, "Delivery {Id} over channel {ChannelId} ({Kind}) failed after {Attempts} attempts; the delivery log has the receiver's answer.")]
    private partial void LogFailed(long id, long channelId, ChannelKind kind, int attempts);

    [LoggerMessage(4213, LogLevel.Error, "What became of delivery {Id} could not be written down.")]
    private partial void LogNotNoted(Exception fault, long id);
}
