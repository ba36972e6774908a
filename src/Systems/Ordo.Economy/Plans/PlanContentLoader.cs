using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Plans;

/// <summary>
/// Brings the shipped figures and their plans into the database when the server starts: once for each edition of the file, row by row by the figure's id. What people added
/// (responsible units, yearly paths, parts, figures of their own) stays.
/// </summary>
internal sealed partial class PlanContentLoader(IServiceScopeFactory scopes, TimeProvider clock, ILogger<PlanContentLoader> log) : IHostedService
{
    private const string File = "plan-indicators.tsv";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        await LoadAsync(scope.ServiceProvider.GetRequiredService<OrdoDbContext>(), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal async Task LoadAsync(OrdoDbContext database, CancellationToken cancellation)
    {
        PlanContentRow? edition = await database.Set<PlanContentRow>().SingleOrDefaultAsync(content => content.Name == File, cancellation);
        if (edition?.Checksum == PlanCatalogue.Checksum) return;
        if (edition is null) database.Add(edition = new() { Name = File });
        (edition.Checksum, edition.Rows, edition.Loaded) = (PlanCatalogue.Checksum, PlanCatalogue.All.Count, clock.GetUtcNow());

        Dictionary<string, PlanRow> plans = await PlansAsync(database, cancellation);
        await FiguresAsync(database, cancellation);
        await TargetsAsync(database, plans, cancellation);
        await database.SaveChangesAsync(cancellation);
        Loaded(edition.Rows, plans.Count);
    }

    private static async Task<Dictionary<string, PlanRow>> PlansAsync(OrdoDbContext database, CancellationToken cancellation)
    {
        Dictionary<string, PlanRow> plans = await database.Set<PlanRow>().Where(plan => plan.IsShipped).ToDictionaryAsync(plan => plan.Code, cancellation);
        foreach (PlanRow plan in PlanContent.Plans().Where(plan => !plans.ContainsKey(plan.Code)))
        {
            database.Add(plan);
            plans.Add(plan.Code, plan);
        }
        await database.SaveChangesAsync(cancellation); // the targets need the keys
        return plans;
    }

    private async Task FiguresAsync(OrdoDbContext database, CancellationToken cancellation)
    {
        Dictionary<string, PlanFigureRow> rows = await database.Set<PlanFigureRow>().Where(row => row.IsShipped).ToDictionaryAsync(row => row.FigureId, cancellation);
        foreach (PlanValue value in PlanCatalogue.All)
        {
            if (!rows.TryGetValue(value.Id, out PlanFigureRow? row)) database.Add(row = new() { FigureId = value.Id, IsShipped = true, EnteredBy = "system", Entered = clock.GetUtcNow() });
            (row.IndicatorCode, row.Area, row.Category, row.NameZh, row.NameEn, row.Unit, row.Kind, row.Year) = (value.Code, value.Area, value.Category, value.NameZh, value.NameEn, value.Unit, value.Kind, value.Year);
            (row.Value, row.Type, row.Qualifier, row.Period, row.Document, row.Section, row.Note) = (value.Value, value.Type, value.Qualifier, value.Period, value.Source, value.Section, value.Note);
        }
    }

    private static async Task TargetsAsync(OrdoDbContext database, Dictionary<string, PlanRow> plans, CancellationToken cancellation)
    {
        Dictionary<string, PlanTargetRow> rows = await database.Set<PlanTargetRow>().ToDictionaryAsync(row => row.Code, cancellation);
        foreach ((string plan, PlanTargetRow shipped) in PlanContent.Targets(PlanCatalogue.All))
        {
            shipped.PlanId = plans[plan].Id;
            if (!rows.TryGetValue(shipped.Code, out PlanTargetRow? row)) database.Add(shipped);
            else
            {
                // A pending target that was set here keeps its number until a document gives one.
                decimal? value = shipped.Value ?? row.Value;
                (shipped.Id, shipped.Responsible, shipped.Path, shipped.Version, shipped.Value) = (row.Id, row.Responsible, row.Path, row.Version, value);
                database.Entry(row).CurrentValues.SetValues(shipped);
            }
        }
    }

    [LoggerMessage(EventId = 750, Level = LogLevel.Information, Message = "Plan content: {Figures} figures and {Plans} plans are in the database.")]
    private partial void Loaded(int figures, int plans);
}
