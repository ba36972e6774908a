using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Units;

namespace Ordo.Storage.Retention;

/// <summary>How long data of a quantity is kept, in days; <c>null</c> for ever.</summary>
/// <param name="Quantity">Code; empty for everything that has no rule of its own.</param>
/// <param name="RequiredDays">A law or permit wants the samples kept so long: <paramref name="RawDays"/> cannot be less.</param>
/// <param name="Basis">Which law or permit.</param>
/// <param name="Version">The ETag; 0 while there is no such rule.</param>
public sealed record RetentionItem(string Quantity, int? RawDays, int? MinuteDays, int? HourDays, int? DayDays, int? RequiredDays, string Basis, int Version);

/// <summary>What somebody wants a rule to be.</summary>
public sealed record RetentionDraft(int? RawDays = null, int? MinuteDays = null, int? HourDays = null, int? DayDays = null, int? RequiredDays = null, string Basis = "")
{
    private const int MaxDays = 36_500, MaxBasis = 200;

    internal IEnumerable<Fault> Faults()
    {
        (string Name, int? Days)[] tiers = [("rawDays", RawDays), ("minuteDays", MinuteDays), ("hourDays", HourDays), ("dayDays", DayDays)];
        foreach (var (name, days) in tiers.Append(("requiredDays", RequiredDays)))
            if (days is < 1 or > MaxDays) yield return new(name, $"应在 1…{MaxDays} 天之间，留空为永久。", $"Must lie in 1…{MaxDays} days; empty is for ever.");
        for (int i = 1; i < tiers.Length; i++)
            if (tiers[i].Days is { } coarse && (tiers[i - 1].Days is not { } fine || fine > coarse))
                yield return new(tiers[i].Name, $"不能短于更细的一级（{tiers[i - 1].Name}）。", $"Must not be shorter than the finer tier ({tiers[i - 1].Name}).");
        if (RequiredDays is { } required && RawDays is { } raw && raw < required)
            yield return new("rawDays", $"法规要求至少保存 {required} 天（{Basis}）。", $"A rule of law wants at least {required} days ({Basis}).");
        if (RequiredDays is not null && Basis.Trim().Length == 0) yield return new("basis", "请写明依据的法规或许可。", "Name the law or permit it rests on.");
        if (Basis.Length > MaxBasis) yield return new("basis", $"最多 {MaxBasis} 个字符。", $"At most {MaxBasis} characters.");
    }
}

/// <summary>How the store is doing.</summary>
/// <param name="Sweep">The last sweep since the server started.</param>
/// <param name="Months">Month files, the newest first.</param>
public sealed record StorageCare(DiskState Disk, SweepState? Sweep, IReadOnlyList<MonthFileItem> Months, StorageStatus Status);

/// <param name="Month"><c>2026-01</c>.</param>
public sealed record MonthFileItem(string Month, long Bytes);

/// <summary><c>/api/v1/storage</c>: what is kept how long, and how much room there is.</summary>
internal static class RetentionRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var reading = routes.MapGroup("/api/v1/storage").WithTags("Storage").RequireAuthorization(Permissions.ReadSystem);
        reading.MapGet("", Get).WithName("GetStorage");
        reading.MapGet("/retention", List).WithName("ListRetention");
        reading.MapGet("/retention/plan", Plan).WithName("PlanRetention");

        var editing = routes.MapGroup("/api/v1/storage").WithTags("Storage").RequireAuthorization(Permissions.ManageStorage);
        editing.MapPut("/retention", Put).WithName("PutRetention").ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        editing.MapDelete("/retention", Delete).WithName("DeleteRetention").ProducesProblem(404).ProducesProblem(412).ProducesProblem(428);
        editing.MapPost("/retention/sweep", Sweep).WithName("SweepRetention");
    }

    private static Ok<StorageCare> Get(RetentionKeeper keeper, TelemetryStore store, IStorageStatus status) => TypedResults.Ok(new StorageCare(
        keeper.Disk, keeper.LastSweep, [.. store.MonthSizes().Reverse().Select(month => new MonthFileItem(month.Name, month.Bytes))], status.Current));

    /// <summary>The rule of everything stands first, also while nobody has set it.</summary>
    private static async Task<Ok<IReadOnlyList<RetentionItem>>> List(OrdoDbContext db, CancellationToken cancellation)
    {
        List<RetentionRule> rules = await db.Set<RetentionRule>().AsNoTracking().OrderBy(rule => rule.Quantity).ToListAsync(cancellation);
        if (!rules.Exists(rule => rule.Quantity == RetentionRule.Everything)) rules.Insert(0, new() { Version = 0 });
        return TypedResults.Ok<IReadOnlyList<RetentionItem>>([.. rules.Select(ItemOf)]);
    }

    private static async Task<Ok<IReadOnlyList<MonthSweep>>> Plan(RetentionKeeper keeper, CancellationToken cancellation) => TypedResults.Ok(await keeper.PlanAsync(cancellation));

    private static async Task<Ok<SweepState>> Sweep(RetentionKeeper keeper, CancellationToken cancellation) => TypedResults.Ok(await keeper.SweepAsync(cancellation));

    private static async Task<Ok<RetentionItem>> Put(RetentionDraft draft, OrdoDbContext db, RetentionKeeper keeper, HttpContext http, CancellationToken cancellation, string quantity = RetentionRule.Everything)
    {
        Fault[] faults = [.. draft.Faults()];
        if (quantity != RetentionRule.Everything && UnitCatalogue.QuantityOf(quantity) is null) faults = [.. faults, new("quantity", $"没有物理量“{quantity}”。", $"There is no quantity '{quantity}'.")];
        if (faults.Length > 0) throw new ProblemException(Problems.Validation([.. faults.Select(fault => (fault.Field, fault.Reason))]));
        RetentionRule? rule = await db.Set<RetentionRule>().SingleOrDefaultAsync(rule => rule.Quantity == quantity, cancellation);
        if (http.Request.CheckVersion(rule?.Version ?? 0) is { } changed) throw new ProblemException(changed);
        if (rule is null) db.Add(rule = new() { Quantity = quantity });
        else rule.Version++;
        (rule.RawDays, rule.MinuteDays, rule.HourDays, rule.DayDays, rule.RequiredDays, rule.Basis) = (draft.RawDays, draft.MinuteDays, draft.HourDays, draft.DayDays, draft.RequiredDays, draft.Basis.Trim());
        await SaveAsync(db, cancellation);
        keeper.Forget();
        http.Response.SetVersion(rule.Version);
        return TypedResults.Ok(ItemOf(rule));
    }

    private static async Task<NoContent> Delete(OrdoDbContext db, RetentionKeeper keeper, HttpRequest request, CancellationToken cancellation, string quantity = RetentionRule.Everything)
    {
        RetentionRule rule = await db.Set<RetentionRule>().SingleOrDefaultAsync(rule => rule.Quantity == quantity, cancellation)
            ?? throw new ProblemException(Problems.NotFound(new("没有这条规则。", "There is no such rule.")));
        if (request.CheckVersion(rule.Version) is { } changed) throw new ProblemException(changed);
        db.Remove(rule);
        await SaveAsync(db, cancellation);
        keeper.Forget();
        return TypedResults.NoContent();
    }

    private static async Task SaveAsync(OrdoDbContext db, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new ProblemException(Problems.PreconditionFailed());
        }
        catch (DbUpdateException e) when (e.IsDuplicate())
        {
            throw new ProblemException(Problems.PreconditionFailed());
        }
    }

    private static RetentionItem ItemOf(RetentionRule rule) =>
        new(rule.Quantity, rule.RawDays, rule.MinuteDays, rule.HourDays, rule.DayDays, rule.RequiredDays, rule.Basis, rule.Version);
}
