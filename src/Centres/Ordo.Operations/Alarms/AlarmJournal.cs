using System.Buffers.Binary;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Alarms;

/// <summary>
/// Occurrences, journal and marks in the database. One writer at a time, one transaction per cut, events in the order they happened;
/// no event is ever changed or deleted.
/// </summary>
public sealed class AlarmJournal(IDbContextFactory<OrdoDbContext> databases)
{
    /// <summary>More than all the occurrences that can have been shown and not written when a server dies.</summary>
    private const long IdsInFlight = 4 * AlarmEngine.Capacity;

    private volatile TaskCompletionSource advanced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long written;
    private long nextEventId = 1;

    public async Task<AlarmRestart> ReadAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        nextEventId = await LastEventAsync(database, cancellation) + 1;
        long lastId = await database.Set<AlarmOccurrence>().MaxAsync(o => (long?)o.Id, cancellation) ?? -IdsInFlight;
        List<AlarmOccurrence> open = await database.Set<AlarmOccurrence>().AsNoTracking().Where(o => o.IsOpen).OrderBy(o => o.Id).ToListAsync(cancellation);
        List<AlarmMarkRow> marks = await database.Set<AlarmMarkRow>().AsNoTracking().ToListAsync(cancellation);
        return new(open, [.. marks.Select(m => new MarkPage(m.Page, Unpack(m.JudgedTo)))], lastId + IdsInFlight + 1);
    }

    /// <summary>An occurrence is on disk as given, so lists show it. Handlers must only take note of it.</summary>
    public event Action<AlarmOccurrence>? Written;

    /// <summary>Writes a cut, whole or not at all. After a failure the same cut must be tried again before any other.</summary>
    public async Task WriteAsync(AlarmCut cut, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cut);
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        if (!await WasCommittedAsync(database, cut, cancellation)) await CommitAsync(database, cut, cancellation);
        Volatile.Write(ref written, cut.Sequence);
        Interlocked.Exchange(ref advanced, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        foreach (AlarmChange change in cut.Changes) Written?.Invoke(change.Occurrence);
    }

    /// <summary>Completes when every change up to a sequence of the engine is on disk.</summary>
    public async Task WrittenAsync(long sequence, CancellationToken cancellation)
    {
        while (true)
        {
            Task next = advanced.Task;
            if (Volatile.Read(ref written) >= sequence) return;
            await next.WaitAsync(cancellation);
        }
    }

    /// <summary>An earlier attempt may have failed only after the database had committed it.</summary>
    private async Task<bool> WasCommittedAsync(OrdoDbContext database, AlarmCut cut, CancellationToken cancellation)
    {
        if (cut.Changes.Count == 0) return false;
        long last = await LastEventAsync(database, cancellation);
        if (last < nextEventId) return false;
        nextEventId = last + 1;
        return true;
    }

    private async Task CommitAsync(OrdoDbContext database, AlarmCut cut, CancellationToken cancellation)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        long eventId = nextEventId;
        foreach (AlarmChange change in cut.Changes)
            if (change.Event is { } happened) database.Add(happened with { Id = eventId++ });
        foreach (var changes in cut.Changes.GroupBy(c => c.Occurrence.Id))
            database.Entry(changes.Last().Occurrence).State = changes.First().IsNew ? EntityState.Added : EntityState.Modified;
        await database.SaveChangesAsync(cancellation);

        foreach (AlarmChange change in cut.Changes)
            if (change is { Event.Stimulus: AlarmStimulus.Acknowledge, Occurrence.Repeats: > 0 })
                eventId += await AcknowledgeEarlierAsync(database, change.Occurrence, change.Event, eventId, cancellation);
        foreach (MarkPage page in cut.Marks) await WriteMarksAsync(database, page, cancellation);
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        nextEventId = eventId;
    }

    /// <summary>
    /// Occurrences that returned unseen are acknowledged together with the one that followed them. In the database and not one by one:
    /// after a weekend of chattering they may be a hundred thousand.
    /// </summary>
    private static async Task<int> AcknowledgeEarlierAsync(
        OrdoDbContext database, AlarmOccurrence by, AlarmEvent seen, long firstEventId, CancellationToken cancellation)
    {
        int kind = (int)by.Kind, unseen = (int)AlarmState.ReturnedUnacknowledged, normal = (int)AlarmState.Normal;
        int stimulus = (int)seen.Stimulus, cause = (int)seen.Cause;
        long at = seen.Time.ToUnixTimeMilliseconds(), recorded = seen.Recorded.ToUnixTimeMilliseconds(), beforeFirst = firstEventId - 1;
        int count = await database.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO operations_alarm_event ("Id", "AlarmId", "Stimulus", "Cause", "From", "To", "Time", "Recorded", "Actor", "ActorId", "Comment")
             SELECT {beforeFirst} + ROW_NUMBER() OVER (ORDER BY "Id"), "Id", {stimulus}, {cause}, {unseen}, {normal}, {at}, {recorded}, {seen.Actor}, {seen.ActorId}, {seen.Comment}
             FROM operations_alarm WHERE "PointId" = {by.PointId} AND "Kind" = {kind} AND "Id" < {by.Id} AND "State" = {unseen}
             """, cancellation);
        await database.Set<AlarmOccurrence>()
            .Where(o => o.PointId == by.PointId && o.Kind == by.Kind && o.Id < by.Id && o.State == AlarmState.ReturnedUnacknowledged)
            .ExecuteUpdateAsync(
                set => set.SetProperty(o => o.State, AlarmState.Normal)
                    .SetProperty(o => o.Acknowledged, by.Acknowledged)
                    .SetProperty(o => o.AcknowledgedBy, by.AcknowledgedBy)
                    .SetProperty(o => o.AcknowledgedById, by.AcknowledgedById)
                    .SetProperty(o => o.Comment, by.Comment),
                cancellation);
        return count;
    }

    private static async Task WriteMarksAsync(OrdoDbContext database, MarkPage page, CancellationToken cancellation)
    {
        byte[] packed = Pack(page.JudgedTo);
        int updated = await database.Set<AlarmMarkRow>().Where(m => m.Page == page.Number)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.JudgedTo, packed), cancellation);
        if (updated == 0) database.Add(new AlarmMarkRow { Page = page.Number, JudgedTo = packed });
    }

    private static async Task<long> LastEventAsync(OrdoDbContext database, CancellationToken cancellation) =>
        await database.Set<AlarmEvent>().MaxAsync(e => (long?)e.Id, cancellation) ?? 0;

    private static byte[] Pack(long[] judgedTo)
    {
        byte[] packed = new byte[judgedTo.Length * sizeof(long)];
        for (int i = 0; i < judgedTo.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(packed.AsSpan(i * sizeof(long)), judgedTo[i]);
        return packed;
    }

    private static long[] Unpack(byte[] packed)
    {
        long[] judgedTo = new long[packed.Length / sizeof(long)];
        for (int i = 0; i < judgedTo.Length; i++) judgedTo[i] = BinaryPrimitives.ReadInt64LittleEndian(packed.AsSpan(i * sizeof(long)));
        return judgedTo;
    }
}
