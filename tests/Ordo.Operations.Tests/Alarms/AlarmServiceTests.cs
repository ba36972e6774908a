using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms;
using Ordo.Operations.Alarms.Definitions;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Alarms;

/// <summary>The engine in its service, over a database that can be taken away.</summary>
public sealed class AlarmServiceTests(SqliteDatabase database) : IClassFixture<SqliteDatabase>, IAsyncLifetime
{
    private static readonly IModule[] Modules = [new ParkModule(), new OperationsModule()];
    private readonly FakeTime time = new();
    private readonly StandStore store = new();
    private readonly Points points = new();
    private readonly Switch contexts = new(database);
    private AlarmEngine engine = null!;
    private AlarmService service = null!;
    private AlarmJournal journal = null!;

    public async ValueTask InitializeAsync()
    {
        await using (OrdoDbContext context = database.Open(Modules))
        {
            await context.Database.MigrateOrdoAsync();
            await context.Set<AlarmOccurrence>().ExecuteDeleteAsync();
            await context.Set<AlarmEvent>().ExecuteDeleteAsync();
            await context.Set<AlarmMarkRow>().ExecuteDeleteAsync();
        }
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await service.StopAsync(CancellationToken.None);
        service.Dispose();
    }

    [Fact]
    public async Task What_happens_is_written_by_itself_and_found_after_a_restart()
    {
        Sample(85);
        await journal.WrittenAsync(engine.Sequence, CancellationToken.None);
        engine.Acknowledge(engine.Open()[0].Id, "li.ming", 1, null);
        await service.StopAsync(CancellationToken.None);
        service.Dispose();

        await StartAsync();
        Assert.Equal((AlarmState.Acknowledged, "li.ming"), (engine.Open().Single().State, engine.Open().Single().AcknowledgedBy));
        Assert.Equal(0, store.Readings);
    }

    [Fact]
    public async Task While_the_database_is_away_alarms_stand_on_the_desk_and_afterwards_nothing_is_missing()
    {
        contexts.IsAway = true;
        Sample(85);
        Sample(50);
        Sample(95);
        Assert.Equal(2, engine.Open().Length);
        Task written = journal.WrittenAsync(engine.Sequence, CancellationToken.None);
        await Patience.UntilAsync(() => Task.FromResult(contexts.Refused > 0));
        Assert.False(written.IsCompleted);

        contexts.IsAway = false;
        await Patience.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(written.IsCompleted);
        });
        await using OrdoDbContext context = database.Open(Modules);
        Assert.Equal(
            [AlarmStimulus.ConditionMet, AlarmStimulus.ConditionCleared, AlarmStimulus.ConditionMet, AlarmStimulus.ConditionMet],
            await context.Set<AlarmEvent>().OrderBy(e => e.Id).Select(e => e.Stimulus).ToListAsync());
    }

    [Fact]
    public async Task Points_that_change_are_taken_over()
    {
        Sample(85);
        points.Set(AlarmStand.Point(high: 99, highHigh: null));
        await Patience.UntilAsync(() => Task.FromResult(engine.Open().Single().State == AlarmState.ReturnedUnacknowledged));
    }

    private async Task StartAsync()
    {
        engine = new(time);
        journal = new(contexts);
        service = new(engine, journal, new AlarmCatalogue(contexts), store, points, new(ParkTimeZone.Default), time, NullLogger<AlarmService>.Instance);
        await service.StartAsync(CancellationToken.None);
    }

    private void Sample(double value)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        store.Write(0, new(now, value, SampleQuality.Good));
        using Batch batch = Batch.Rent();
        batch.Add(0, now, value, SampleQuality.Good);
        engine.Observe(batch);
    }

    private sealed class Points : IPointDirectory
    {
        public event Action? Changed;

        public PointSnapshot Current { get; private set; } = new([AlarmStand.Point()], 1);

        public void Set(PointEntry point)
        {
            Current = new([point], 1);
            Changed?.Invoke();
        }
    }

    private sealed class Switch(TestDatabase database) : IDbContextFactory<OrdoDbContext>
    {
        private int refused;

        public bool IsAway { get; set; }

        public int Refused => refused;

        public OrdoDbContext CreateDbContext()
        {
            if (!IsAway) return database.Open(Modules);
            Interlocked.Increment(ref refused);
            throw new InvalidOperationException("The database is away.");
        }
    }
}
