using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Economy.Plans;
using Ordo.Economy.Plans.Reports;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Testing;

namespace Ordo.Economy.Tests.Plans;

public sealed class SqlitePlanTests(SqliteDatabase database) : PlanDatabaseTests(database, new SqliteDatabase()), IClassFixture<SqliteDatabase>;

public sealed class PostgresPlanTests(PostgresDatabase database) : PlanDatabaseTests(database, new PostgresDatabase()), IClassFixture<PostgresDatabase>;

/// <summary>The plan in the database, the same on both.</summary>
public abstract class PlanDatabaseTests(TestDatabase database, TestDatabase other) : IAsyncLifetime
{
    private static readonly IModule[] Modules = [new AccessModule(), new ParkModule(), new EconomyModule()];
    private static readonly Caller Everybody = Caller.Everything("test");
    private readonly FakeTime time = new();

    public async ValueTask InitializeAsync()
    {
        await using OrdoDbContext context = database.Open(Modules);
        await context.Database.MigrateOrdoAsync();
        await LoadAsync(context);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private Task LoadAsync(OrdoDbContext context) =>
        new PlanContentLoader(new ServiceCollection().BuildServiceProvider().GetRequiredService<IServiceScopeFactory>(), time, NullLogger<PlanContentLoader>.Instance).LoadAsync(context, CancellationToken.None);

    private async Task ForgetAsync()
    {
        await using OrdoDbContext context = database.Open(Modules);
        context.RemoveRange(await context.Set<PlanReportRow>().ToListAsync());
        await context.SaveChangesAsync();
    }

    [Fact]
    public async Task The_migrations_build_what_the_model_says()
    {
        await other.InitializeAsync();
        await using (other) await MigratedSchema.EqualsModelAsync(database, other, Modules);
    }

    [Fact]
    public async Task The_shipped_content_is_loaded_once_and_kept_when_it_is_loaded_again()
    {
        await using OrdoDbContext context = database.Open(Modules);
        PlanTargetRow target = await context.Set<PlanTargetRow>().SingleAsync(row => row.Code == "IM.DIG.EQUIPRATE.2025.T");
        target.Responsible = "工信厅";
        (await context.Set<PlanContentRow>().SingleAsync()).Checksum = "an older edition";
        await context.SaveChangesAsync();

        await using OrdoDbContext again = database.Open(Modules);
        await LoadAsync(again);
        Assert.Equal(673, await again.Set<PlanFigureRow>().CountAsync(row => row.IsShipped));
        Assert.Equal(4, await again.Set<PlanRow>().CountAsync(row => row.IsShipped));
        Assert.Equal("工信厅", (await again.Set<PlanTargetRow>().SingleAsync(row => row.Code == "IM.DIG.EQUIPRATE.2025.T")).Responsible);
        Assert.Equal(PlanCatalogue.Checksum, (await again.Set<PlanContentRow>().SingleAsync()).Checksum);
        PlanFigureRow[] stored = await again.Set<PlanFigureRow>().Where(row => row.IsShipped).ToArrayAsync();
        Assert.Equal(PlanCatalogue.All.OrderBy(value => value.Id, StringComparer.Ordinal), stored.Select(row => row.ToValue()).OrderBy(value => value.Id, StringComparer.Ordinal)); // to the last digit
    }

    [Fact]
    public async Task A_frozen_report_says_what_was_known_and_shows_when_somebody_changed_it()
    {
        await using OrdoDbContext context = database.Open(Modules);
        var reports = new PlanReports(context, time);
        PlanRow plan = await context.Set<PlanRow>().SingleAsync(row => row.Code == "14FYP");
        PlanReportItem first = await reports.FreezeAsync(new(plan.Id, PlanReportKind.Annual, new(2023, 12, 31)), Everybody, CancellationToken.None);
        PlanReportItem second = await reports.FreezeAsync(new(plan.Id, PlanReportKind.MidTerm, new(2024, 12, 30)), Everybody, CancellationToken.None);
        Assert.Equal(first.Hash, second.PreviousHash);
        PlanReportDetail read = await reports.FindAsync(first.Id, Everybody, CancellationToken.None);
        Assert.True(read.Report.IsIntact);
        PlanReportLine line = read.Content.Lines.Single(row => row.Code == "IM.DIG.EQUIPRATE.2025.T");
        Assert.Equal((49.6m, 60m, PlanStatus.AtRisk, 51.4667m), (line.Actual, line.Target, line.Status, line.Expected));

        PlanReportRow row = await context.Set<PlanReportRow>().SingleAsync(report => report.Id == first.Id);
        row.Content = row.Content.Replace("49.6", "59.6", StringComparison.Ordinal);
        await context.SaveChangesAsync();
        Assert.False((await reports.FindAsync(first.Id, Everybody, CancellationToken.None)).Report.IsIntact);
        Assert.False((await reports.FindAsync(second.Id, Everybody, CancellationToken.None)).Report.IsIntact); // it follows one that is not
        await ForgetAsync();
    }

    [Fact]
    public async Task A_final_summary_waits_for_the_end_and_a_mid_term_evaluation_does_not()
    {
        await using OrdoDbContext context = database.Open(Modules);
        var reports = new PlanReports(context, time);
        long plan = (await context.Set<PlanRow>().SingleAsync(row => row.Code == "14FYP")).Id;
        await Assert.ThrowsAsync<ProblemException>(() => reports.FreezeAsync(new(plan, PlanReportKind.Final, new(2025, 12, 30)), Everybody, CancellationToken.None));
        await Assert.ThrowsAsync<ProblemException>(() => reports.FreezeAsync(new(plan, PlanReportKind.MidTerm, new(2025, 12, 31)), Everybody, CancellationToken.None));
        await Assert.ThrowsAsync<ProblemException>(() => reports.FreezeAsync(new(plan, PlanReportKind.Annual, new(2020, 12, 31)), Everybody, CancellationToken.None));
        Assert.Equal(PlanReportKind.Final, (await reports.FreezeAsync(new(plan, PlanReportKind.Final, new(2026, 1, 1)), Everybody, CancellationToken.None)).Kind);
        await ForgetAsync();
    }
}
