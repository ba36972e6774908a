using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms;
using Ordo.Operations.Performance;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Performance;

public sealed class SqliteOccurrenceDaysTests(SqliteDatabase database) : OccurrenceDaysTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresOccurrenceDaysTests(PostgresDatabase database) : OccurrenceDaysTests(database), IClassFixture<PostgresDatabase>;

/// <summary>Packed days say the same as the occurrences themselves, and only while they are all of them.</summary>
public abstract class OccurrenceDaysTests(TestDatabase database)
{
    private static readonly DateTimeOffset Day = new(2026, 2, 20, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_packed_day_reads_as_its_occurrences_until_a_late_one_is_written()
    {
        await using OperationsServer server = await OperationsServer.StartAsync(database);
        AlarmOccurrence[] occurrences = [.. Enumerable.Range(0, 300).Select(i => Occurrence(i, Day.AddMinutes(i)))];
        await AddAsync(server, occurrences);

        IReadOnlyList<string> before = await ReadAsync(server);
        Assert.Equal(300 - 30, before.Count); // every tenth was never told of
        Assert.True(await DigestAsync(server, Day));
        Assert.Equal(before, await ReadAsync(server));

        // one more of that day, found late in what a logger kept
        await AddAsync(server, Occurrence(1_001, Day.AddHours(3).AddSeconds(7)));
        Assert.Equal(before.Count + 1, (await ReadAsync(server)).Count);
        Assert.True(await DigestAsync(server, Day));
        Assert.Equal(before.Count + 1, (await ReadAsync(server)).Count);

        // a day with an open alarm may still change: it is not packed
        await AddAsync(server, Occurrence(1_002, Day.AddDays(1)) with { State = AlarmState.Acknowledged, IsOpen = true, Returned = null });
        Assert.False(await DigestAsync(server, Day.AddDays(1)));
        Assert.False(await DigestAsync(server, Day.AddDays(2))); // empty
        Assert.Equal(before.Count + 2, (await ReadAsync(server)).Count);
    }

    [Fact]
    public void Packing_loses_nothing_of_any_column()
    {
        var rises = new RiseColumns(0);
        rises.Add(Day, null, null, 5, 1);
        rises.Add(Day.AddMilliseconds(1), Day.AddMilliseconds(1), Day, 2, 4); // seen before it rose: a clock ahead
        rises.Add(Day.AddHours(23), Day.AddDays(40), Day.AddDays(9), 5, 2);
        byte[] packed = rises.Pack(number => new AlarmIdentity(-number, 7), out IReadOnlyList<AlarmIdentity> alarms);
        Assert.Equal([new(-5, 7), new(-2, 7)], alarms);
        RiseColumns read = RiseColumns.Unpack(packed, 3, [.. alarms.Select(alarm => (int)-alarm.DefinitionId)]);
        Assert.Equal(Lines(rises), Lines(read));
        Assert.Equal([new AlarmIdentity(-5, 7), new(long.MaxValue / 2, 1)], new OccurrenceDigest { Day = 1, Rows = 1, Announced = 1, Rises = [], Alarms = OccurrenceDigest.Pack([new(-5, 7), new(long.MaxValue / 2, 1)]) }.Identities());
    }

    private static AlarmOccurrence Occurrence(int number, DateTimeOffset raised) => new()
    {
        Id = -1_000_000 + number, DefinitionId = -(8 * (1 + (number % 7))) - 3, PointId = 1 + (number % 7), AssetId = 1, Kind = AlarmKind.High, Priority = 2 + (number % 3), State = AlarmState.Normal, IsOpen = false,
        IsAnnounced = number % 10 != 9, Raised = raised, Returned = raised.AddSeconds(5 + number), Acknowledged = number % 4 == 0 ? null : raised.AddSeconds(number),
        Value = 1, Limit = 1, Unit = "degC", PointCode = "T", PointNameZh = "炉温", PointNameEn = "",
    };

    private static async Task AddAsync(OperationsServer server, params AlarmOccurrence[] occurrences)
    {
        await using AsyncServiceScope scope = server.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<OrdoDbContext>();
        context.AddRange(occurrences);
        await context.SaveChangesAsync();
    }

    /// <summary>By a server that has just started: nothing in memory.</summary>
    private static OccurrenceDays Fresh(OperationsServer server) => new(server.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>(), server.Services.GetRequiredService<AlarmJournal>());

    private static async Task<bool> DigestAsync(OperationsServer server, DateTimeOffset day)
    {
        using OccurrenceDays days = Fresh(server);
        return await days.DigestAsync(DateOnly.FromDateTime(day.UtcDateTime), TestContext.Current.CancellationToken);
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(OperationsServer server)
    {
        using OccurrenceDays days = Fresh(server);
        IReadOnlyList<RiseColumns> rises = await days.ReadAsync(Day.AddDays(-1), Day.AddDays(2), TestContext.Current.CancellationToken);
        Assert.Equal(4, rises.Count);
        return [.. rises.SelectMany(column => Lines(column, number => days.Alarms[number].ToString()))];
    }

    private static string[] Lines(RiseColumns rises, Func<int, string>? name = null)
    {
        string[] lines = new string[rises.Count];
        for (int i = 0; i < lines.Length; i++)
            lines[i] = $"{rises.RaisedMs[i]} {rises.LastedMs[i]} {rises.UnseenSeconds[i]} {name?.Invoke(rises.Alarm[i]) ?? $"{rises.Alarm[i]}"} {rises.Priority[i]}";
        return lines;
    }
}
