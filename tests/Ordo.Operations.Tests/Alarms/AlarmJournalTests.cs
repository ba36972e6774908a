using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Alarms;

public sealed class SqliteAlarmJournalTests(SqliteDatabase database) : AlarmJournalTests(database, new SqliteDatabase()),
    IClassFixture<SqliteDatabase>;

public sealed class PostgresAlarmJournalTests(PostgresDatabase database) : AlarmJournalTests(database, new PostgresDatabase()),
    IClassFixture<PostgresDatabase>;

/// <summary>The journal in the database does what <see cref="MemoryJournal"/> says it does.</summary>
public abstract class AlarmJournalTests(TestDatabase database, TestDatabase other) : IAsyncLifetime
{
    private static readonly OperationsModule Module = new();
    private readonly AlarmStand stand = new(AlarmStand.Point(), AlarmStand.Point(id: 2, series: 1500));
    private AlarmJournal journal = null!;

    public async ValueTask InitializeAsync()
    {
        await using OrdoDbContext context = database.Open(Module);
        await context.Database.MigrateOrdoAsync();
        foreach (string table in (string[])["operations_alarm", "operations_alarm_event", "operations_alarm_mark", "operations_alarm_hold"])
#pragma warning disable EF1002 // constants above
            await context.Database.ExecuteSqlRawAsync($"DELETE FROM {table}");
#pragma warning restore EF1002
        journal = new(new Contexts(database));
        stand.Engine.Restore(await journal.ReadAsync(CancellationToken.None));
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_migration_builds_what_the_model_says()
    {
        await other.InitializeAsync();
        await using (other) await MigratedSchema.EqualsModelAsync(database, other, Module);
    }

    [Fact]
    public async Task What_is_written_is_what_happened_and_can_be_gone_on_from()
    {
        for (int i = 0; i < 3; i++)
        {
            stand.Sample(95);
            await WriteAsync();
            stand.Sample(50);
            stand.Sample(5, series: 1500);
        }
        await WriteAsync(allMarks: true);
        stand.Sample(85);
        stand.Acknowledge(AlarmKind.High, "li.ming");
        stand.Acknowledge(AlarmKind.HighHigh, "zhao");
        stand.Sample(50);
        await WriteAsync();

        await using OrdoDbContext context = database.Open(Module);
        Assert.Equal(stand.Journal.Occurrences.Select(Essence), (await context.Set<AlarmOccurrence>().OrderBy(o => o.Id).ToListAsync()).Select(Essence));
        Assert.Equal(7, stand.Journal.Occurrences.Count(o => o.State == AlarmState.Normal && o.PointId == 1));
        List<AlarmEvent> events = await context.Set<AlarmEvent>().OrderBy(e => e.Id).ToListAsync();
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Id));
        Assert.Equal(stand.Journal.Events.Count + 5, events.Count); // and the five earlier occurrences that were seen with theirs
        foreach (AlarmOccurrence occurrence in stand.Journal.Occurrences)
            Assert.Equal(occurrence.State, events.Last(e => e.AlarmId == occurrence.Id).To);

        AlarmRestart expected = stand.Journal.Restart(), actual = await new AlarmJournal(new Contexts(database)).ReadAsync(CancellationToken.None);
        Assert.Equal(expected.Open.Select(Essence), actual.Open.Select(Essence));
        Assert.Equal(expected.Marks.OrderBy(m => m.Number).SelectMany(m => m.JudgedTo), actual.Marks.OrderBy(m => m.Number).SelectMany(m => m.JudgedTo));
        Assert.True(actual.NextId > expected.NextId + AlarmEngine.Capacity);
    }

    [Fact]
    public async Task A_cut_whose_commit_was_not_heard_of_is_not_written_twice()
    {
        stand.Sample(95);
        AlarmCut first = stand.Engine.TakeCut(allMarks: true)!;
        await journal.WriteAsync(first, CancellationToken.None);
        var unsure = new AlarmJournal(new Contexts(database));
        await unsure.ReadAsync(CancellationToken.None);
        stand.Sample(50);
        AlarmCut second = stand.Engine.TakeCut(allMarks: true)!;
        await journal.WriteAsync(second, CancellationToken.None); // committed, but the one below did not learn it
        await unsure.WriteAsync(second, CancellationToken.None);
        stand.Sample(95);
        await unsure.WriteAsync(stand.Engine.TakeCut(allMarks: true)!, CancellationToken.None);

        await using OrdoDbContext context = database.Open(Module);
        Assert.Equal([1, 2, 3, 4, 5, 6], (await context.Set<AlarmEvent>().OrderBy(e => e.Id).ToListAsync()).Select(e => e.Id));
    }

    [Theory]
    [InlineData("""UPDATE operations_alarm_event SET "Actor" = 'somebody else' WHERE "Stimulus" = 3""")]
    [InlineData("""UPDATE operations_alarm_event SET "Time" = "Time" + 1 WHERE "Id" = 2""")]
    [InlineData("""DELETE FROM operations_alarm_event WHERE "Id" = 3""")]
    [InlineData("""UPDATE operations_alarm_event SET "Hash" = NULL WHERE "Id" = 2""")]
    public async Task Who_tampers_with_the_journal_is_found_out(string tampering)
    {
        for (int i = 0; i < 3; i++)
        {
            stand.Sample(95);
            stand.Sample(50);
        }
        stand.Acknowledge(AlarmKind.High, "li.ming");
        await WriteAsync();
        stand.Sample(95);
        await WriteAsync();
        JournalVerdict before = await VerifyAsync();
        Assert.Equal((true, stand.Journal.Events.Count + 2L, 0L), (before.IsGood, before.Events, before.Unchained)); // and the two earlier ones that were seen with theirs

        await using (OrdoDbContext context = database.Open(Module))
#pragma warning disable EF1002 // constants above
            Assert.NotEqual(0, await context.Database.ExecuteSqlRawAsync(tampering));
#pragma warning restore EF1002
        JournalVerdict after = await VerifyAsync();
        Assert.False(after.IsGood);
        Assert.NotNull(after.What);
    }

    [Fact]
    public async Task The_chain_goes_on_after_a_restart_and_spares_what_was_there_before_it()
    {
        await using (OrdoDbContext context = database.Open(Module))
        {
            context.Add(new AlarmEvent { Id = 1, AlarmId = 1, Stimulus = AlarmStimulus.ConditionMet, Cause = AlarmCause.Sample, From = AlarmState.Normal, To = AlarmState.Unacknowledged, Time = stand.Time.GetUtcNow(), Recorded = stand.Time.GetUtcNow() });
            await context.SaveChangesAsync();
        }
        for (int i = 0; i < 2; i++)
        {
            journal = new(new Contexts(database));
            await journal.ReadAsync(CancellationToken.None);
            stand.Sample(95);
            stand.Sample(50);
            await WriteAsync();
        }
        JournalVerdict verdict = await VerifyAsync();
        Assert.Equal((true, 1L), (verdict.IsGood, verdict.Unchained));
    }

    private async Task<JournalVerdict> VerifyAsync()
    {
        await using OrdoDbContext context = database.Open(Module);
        return (await JournalVerifier.VerifyAsync(context, CancellationToken.None))!;
    }

    [Fact]
    public async Task Waiting_for_a_change_ends_when_it_is_written()
    {
        stand.Sample(95);
        long id = stand.Engine.Open()[0].Id;
        long sequence = stand.Engine.Acknowledge(id, "li.ming", 1, null).Sequence;
        Task waiting = journal.WrittenAsync(sequence, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        await WriteAsync();
        await waiting;
        await journal.WrittenAsync(sequence, CancellationToken.None);
    }

    private static string Essence(AlarmOccurrence o) => o.ToString();

    private async Task WriteAsync(bool allMarks = false)
    {
        AlarmCut cut = stand.Engine.TakeCut(allMarks)!;
        stand.Journal.Write(cut);
        await journal.WriteAsync(cut, CancellationToken.None);
    }

    private sealed class Contexts(TestDatabase database) : IDbContextFactory<OrdoDbContext>
    {
        public OrdoDbContext CreateDbContext() => database.Open(Module);
    }
}
