using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Identifiers.Statistics;

namespace Ordo.Identifiers.Changes;

/// <param name="Items">The newest first.</param>
/// <param name="IsWhole">Whether these are all of the days asked for.</param>
public sealed record ChangeList(IReadOnlyList<RecordChange> Items, bool IsWhole);

/// <summary><c>/api/v1/identifiers/changes</c>: who changed records over the Handle protocol and <c>/api/handles</c>.</summary>
internal static class ChangeEndpoints
{
    private const int UsualDays = 30, MostDays = 400, MostItems = 1000;

    public static void MapChanges(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/identifiers/changes", List).WithName("ListRecordChanges").WithTags("Identifier changes").RequireAuthorization(Permissions.ReadAudit)
            .WithSummary("Who changed records without an enterprise's desk, over the Handle protocol or /api/handles; the newest first").ProducesProblem(422);

    /// <param name="handle">Of this record alone; without, of all.</param>
    /// <param name="from">First day in the park's time zone; by default thirty days before the last.</param>
    /// <param name="to">Last day; by default today.</param>
    /// <param name="take">At most so many, 1 … 1,000.</param>
    private static Results<Ok<ChangeList>, ProblemHttpResult> List(ChangeTrail trail, Caller caller, TimeProvider clock, CancellationToken cancellation, string? handle = null, DateOnly? from = null, DateOnly? to = null, int take = 200)
    {
        // Records without an enterprise belong to nobody's part of the park.
        if (!caller.HasEverywhere(Permissions.ReadAudit)) return Problems.Forbidden(new("仅审计全园的人员可以查看。", "Only those see it who audit the whole park."));
        DateOnly last = to ?? StatisticsKeeper.DateOf(clock.GetUtcNow()), first = from ?? DateOnly.FromDayNumber(Math.Max(0, last.DayNumber + 1 - UsualDays));
        if (take is < 1 or > MostItems) return Problems.Validation([("take", new Text($"应为 1 … {MostItems}。", $"It should be 1 … {MostItems}."))]);
        if (last < first || last.DayNumber - first.DayNumber >= MostDays) return Problems.Validation([("from", new Text($"起止日期应先后有序，最多 {MostDays} 天。", $"The days should be in order and at most {MostDays}."))]);
        IReadOnlyList<RecordChange> found = trail.Read(first, last, string.IsNullOrWhiteSpace(handle) ? null : handle.Trim(), take + 1, cancellation);
        return TypedResults.Ok(new ChangeList([.. found.Take(take)], found.Count <= take));
    }
}
