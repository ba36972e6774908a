using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Alarms;

/// <summary>What a look at the whole journal found.</summary>
/// <param name="Events">Read.</param>
/// <param name="Unchained">Of them written before the chain began; about these nothing can be said.</param>
/// <param name="FirstBadId">The first event that is not what was written, or stands where one is missing; <c>null</c> when all is as it was written.</param>
/// <param name="What">What is wrong there, in words for people.</param>
/// <param name="Head">Hash of the last event, in hex: compare it with one that was noted elsewhere, for a chain alone cannot tell that its end was cut off.</param>
public sealed record JournalVerdict(long Events, long Unchained, long? FirstBadId, string? What, string? Head)
{
    public bool IsGood => FirstBadId is null;
}

/// <summary>Reads the journal of the alarms from end to end and compares every event with its hash.</summary>
public static class JournalVerifier
{
    /// <returns><c>null</c> when the database was written by a version that had no chain.</returns>
    public static async Task<JournalVerdict?> VerifyAsync(OrdoDbContext database, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        if ((await database.Database.GetPendingMigrationsAsync(cancellation)).Any()) return null;
        long events = 0, unchained = 0, expected = 1;
        byte[]? last = null;
        await foreach (AlarmEvent happened in database.Set<AlarmEvent>().AsNoTracking().OrderBy(e => e.Id).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            events++;
            string? wrong = happened.Id != expected ? $"event {expected} is missing"
                : happened.Hash is null && last is not null ? $"event {happened.Id} has no hash although those before it have"
                : happened.Hash is { } hash && !hash.AsSpan().SequenceEqual(JournalChain.Next(last ?? JournalChain.Beginning, happened)) ? $"event {happened.Id} ({happened.Stimulus} of alarm {happened.AlarmId}) is not what was written, or what stood before it is not"
                : null;
            if (wrong is not null) return new(events, unchained, expected, wrong, null);
            if (happened.Hash is null) unchained++;
            (last, expected) = (happened.Hash ?? last, expected + 1);
        }
        return new(events, unchained, null, null, last is null ? null : Convert.ToHexStringLower(last));
    }
}
