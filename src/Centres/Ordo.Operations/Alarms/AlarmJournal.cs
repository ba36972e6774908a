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
    private byte[] lastHash = JournalChain.Beginning;

    public async Task<AlarmRestart> ReadAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        await ContinueAsync(database, cancellation);
        long lastId = await database.Set<AlarmOccurrence>().MaxAsync(o => (long?)o.Id, cancellation) ?? -IdsInFlight;
        List<AlarmOccurrence> open = await database.Set<AlarmOccurrence>().AsNoTracking().Where(o => o.IsOpen == EF.Parameter(true)).OrderBy(o => o.Id).ToListAsync(cancellation);
        List<AlarmMarkRow> marks = await database.Set<AlarmMarkRow>().AsNoTracking().ToListAsync(cancellation);
        List<AlarmHold> holds = await database.Set<AlarmHold>().AsNoTracking().ToListAsync(cancellation);
        return new(open, [.. marks.Select(m => new MarkPage(m.Page, Unpack(m.JudgedTo)))], lastId + IdsInFlight + 1, holds);
    }

    /// <summary>An occurrence is on disk as given, so lists show it. Handlers must only take note of it.</summary>
    public event Action<AlarmOccurrence>? Written;

    /// <summary>A cut is on disk; its changes in the order they happened. Handlers must only take note of it.</summary>
    public event Action<IReadOnlyList<AlarmChange>>? WrittenEvents;

    /// <summary>Writes a cut, whole or not at all. After a failure the same cut must be tried again before any other.</summary>
    public async Task WriteAsync(AlarmCut cut, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cut);
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        if (!await WasCommittedAsync(database, cut, cancellation)) await CommitAsync(database, cut, cancellation);
        Volatile.Write(ref written, cut.Sequence);
        Interlocked.Exchange(ref advanced, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        foreach (AlarmChange change in cut.Changes)
            if (change.Occurrence is { } occurrence) Written?.Invoke(occurrence);
        if (WrittenEvents is { } tell) tell(cut.Changes);
    }

    /// <summary>When the alarm of a definition was active, within a stretch of time.</summary>
    public async Task<IReadOnlyList<(long FromMs, long ToMs)>> ActiveTimesAsync(long definitionId, DateTimeOffset from, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        var times = await database.Set<AlarmOccurrence>().Where(o => o.DefinitionId == definitionId && (o.Returned == null || o.Returned >= from))
            .Select(o => new { o.Raised, o.Returned }).ToListAsync(cancellation);
        return [.. times.Select(t => (t.Raised.ToUnixTimeMilliseconds(), t.Returned?.ToUnixTimeMilliseconds() ?? long.MaxValue))];
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
        if (await LastEventAsync(database, cancellation) < nextEventId) return false;
        await ContinueAsync(database, cancellation);
        return true;
    }

    /// <summary>Number and hash of the last event that is on disk.</summary>
    private async Task ContinueAsync(OrdoDbContext database, CancellationToken cancellation)
    {
        var last = await database.Set<AlarmEvent>().OrderByDescending(e => e.Id).Select(e => new { e.Id, e.Hash }).FirstOrDefaultAsync(cancellation);
        (nextEventId, lastHash) = ((last?.Id ?? 0) + 1, last?.Hash ?? JournalChain.Beginning);
    }

    private async Task CommitAsync(OrdoDbContext database, AlarmCut cut, CancellationToken cancellation)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        var writer = new Writer(database, nextEventId, lastHash);
        foreach (AlarmChange change in cut.Changes)
            if (change.Event is { } happened) writer.Add(happened);
        foreach (var changes in cut.Changes.Where(c => c.Occurrence is not null).GroupBy(c => c.Occurrence!.Id))
            if (changes.LastOrDefault(c => c.IsNew || c.Event is null || ChangesOccurrence(c.Event.Stimulus)) is { } last)
                database.Entry(last.Occurrence!).State = changes.First().IsNew ? EntityState.Added : EntityState.Modified;
        await database.SaveChangesAsync(cancellation);

        foreach (AlarmChange change in cut.Changes)
            if (change is { Event: { } seen, Occurrence: { Repeats: > 0 } by } && (seen.Stimulus == AlarmStimulus.Acknowledge || (by.State == AlarmState.Normal && seen.From.IsHeld())))
                await AcknowledgeEarlierAsync(writer, by, seen, cancellation);
        await WriteHoldsAsync(database, cut.Holds, cancellation);
        foreach (MarkPage page in cut.Marks) await WriteMarksAsync(database, page, cancellation);
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        (nextEventId, lastHash) = (writer.NextId, writer.LastHash);
    }

    private static bool ChangesOccurrence(AlarmStimulus stimulus) => stimulus is not (AlarmStimulus.Comment or AlarmStimulus.LateMet or AlarmStimulus.LateCleared);

    /// <summary>Numbers events and links each to the one before it.</summary>
    private sealed class Writer(OrdoDbContext database, long nextId, byte[] lastHash)
    {
        public OrdoDbContext Database => database;

        public long NextId { get; private set; } = nextId;

        public byte[] LastHash { get; private set; } = lastHash;

        public void Add(AlarmEvent happened)
        {
            AlarmEvent numbered = happened with { Id = NextId++ };
            LastHash = JournalChain.Next(LastHash, numbered);
            database.Add(numbered with { Hash = LastHash });
        }
    }

    /// <summary>Occurrences that returned unseen are acknowledged together with the one that followed them. After a weekend of chattering they may be a hundred thousand.</summary>
    private static async Task AcknowledgeEarlierAsync(Writer writer, AlarmOccurrence by, AlarmEvent seen, CancellationToken cancellation)
    {
        const int atOnce = 2000;
        IQueryable<AlarmOccurrence> earlier = writer.Database.Set<AlarmOccurrence>()
            .Where(o => o.DefinitionId == by.DefinitionId && o.Id < by.Id && o.State == AlarmState.ReturnedUnacknowledged);
        List<long> ids = await earlier.OrderBy(o => o.Id).Select(o => o.Id).ToListAsync(cancellation);
        foreach (long[] part in ids.Chunk(atOnce))
        {
            foreach (long id in part)
                writer.Add(seen with { AlarmId = id, From = AlarmState.ReturnedUnacknowledged, To = AlarmState.Normal, Value = null, Limit = null });
            await writer.Database.SaveChangesAsync(cancellation);
            writer.Database.ChangeTracker.Clear();
        }
        await earlier.ExecuteUpdateAsync(
            set => set.SetProperty(o => o.State, AlarmState.Normal)
                .SetProperty(o => o.Acknowledged, by.Acknowledged)
                .SetProperty(o => o.AcknowledgedBy, by.AcknowledgedBy)
                .SetProperty(o => o.AcknowledgedById, by.AcknowledgedById)
                .SetProperty(o => o.Comment, by.Comment),
            cancellation);
    }

    private static async Task WriteHoldsAsync(OrdoDbContext database, IReadOnlyList<KeyValuePair<long, AlarmHold?>> holds, CancellationToken cancellation)
    {
        foreach (var part in holds.Chunk(500))
        {
            long[] ids = [.. part.Select(h => h.Key)];
            await database.Set<AlarmHold>().Where(h => ids.Contains(h.DefinitionId)).ExecuteDeleteAsync(cancellation);
            database.AddRange(part.Select(h => h.Value).OfType<AlarmHold>());
        }
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
