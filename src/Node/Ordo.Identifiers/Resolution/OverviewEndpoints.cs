using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Statistics;

namespace Ordo.Identifiers.Resolution;

/// <param name="NotFound">Rightly answered that there is no such handle.</param>
public sealed record TransportCount(ResolutionTransport Transport, long Succeeded, long NotFound, long Failed);

/// <summary>How the node stands. Enterprises, prefixes, templates and identifiers are those that the caller may see; resolutions are the node's.</summary>
/// <param name="Enterprises">Approved and with a prefix (接入企业数).</param>
/// <param name="Registered">Ever registered; retiring does not reduce it (标识注册量).</param>
/// <param name="Quota">Of all prefixes.</param>
/// <param name="Resolved">Answered with values, ever, with those of the running minute (标识解析量).</param>
/// <param name="Today">By transport.</param>
/// <param name="Minutes">The last three hours since the server started.</param>
/// <param name="ContractsEnding">Within sixty days, or ended.</param>
/// <param name="Port">Of the Handle protocol; <c>null</c> when it is off.</param>
public sealed record NodeOverview(
    string NodePrefix, int? Port, int Enterprises, int WaitingForReview, int WaitingForApproval, int Returned, int Prefixes, int Templates, long Registered, long Quota, long Resolved, long NotFound, long Failed,
    IReadOnlyList<TransportCount> Today, IReadOnlyList<ResolutionStep> Minutes, IReadOnlyList<ContractEnding> ContractsEnding);

/// <summary><c>/api/v1/identifiers/overview</c></summary>
internal static class OverviewEndpoints
{
    public static void MapIdentifierOverview(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/identifiers/overview", Get).WithName("GetIdentifierOverview").WithTags("Identifier overview").RequireAuthorization(Permissions.ReadIdentifiers);

    private static async Task<Ok<NodeOverview>> Get(OverviewReader reader, CancellationToken cancellation) => TypedResults.Ok(await reader.ReadAsync(cancellation));
}

internal sealed class OverviewReader(OrdoDbContext database, NodeBook book, HandleStore store, StatisticsKeeper keeper, TcpServer tcp, IdentifiersOptions options, Caller caller, TimeProvider clock)
{
    private const int ContractDays = 60;

    public async Task<NodeOverview> ReadAsync(CancellationToken cancellation)
    {
        NodeSnapshot snapshot = await book.CurrentAsync(cancellation);
        EnterpriseEntry[] enterprises = [.. snapshot.Enterprises.Where(enterprise => caller.Has(Permissions.ReadIdentifiers, enterprise.Path))];
        PrefixEntry[] prefixes = [.. snapshot.Prefixes.Where(prefix => caller.Has(Permissions.ReadIdentifiers, prefix.Enterprise.Path))];
        // A day has a row for each transport and node: some thousand rows in years.
        List<ResolutionDay> days = await database.Set<ResolutionDay>().AsNoTracking().ToListAsync(cancellation);
        // After the rows: what is written in between is missing for a moment, and never there twice.
        days.AddRange(keeper.Unwritten.Where(count => count.Value.All > 0).Select(count => new ResolutionDay
        {
            Day = keeper.Today, Transport = count.Key, Succeeded = count.Value.Succeeded, NotFound = count.Value.NotFound, Failed = count.Value.Failed,
        }));
        return new(
            options.NodePrefix, tcp.EndPoint?.Port,
            enterprises.Count(enterprise => enterprise.State == EnterpriseState.Approved), enterprises.Count(enterprise => enterprise.State == EnterpriseState.Applied),
            enterprises.Count(enterprise => enterprise.State == EnterpriseState.Reviewed), enterprises.Count(enterprise => enterprise.State == EnterpriseState.Returned),
            prefixes.Length, enterprises.Sum(enterprise => enterprise.Templates.Count), prefixes.Sum(prefix => (long)store.CountOf(System.Text.Encoding.UTF8.GetBytes(prefix.Name))), prefixes.Sum(prefix => prefix.Quota),
            days.Sum(day => day.Succeeded), days.Sum(day => day.NotFound), days.Sum(day => day.Failed),
            [.. days.Where(day => day.Day == keeper.Today).GroupBy(day => day.Transport).OrderBy(group => group.Key).Select(group =>
                new TransportCount(group.Key, group.Sum(day => day.Succeeded), group.Sum(day => day.NotFound), group.Sum(day => day.Failed)))],
            keeper.Minutes, [.. ContractWatch.Ending(prefixes, clock.GetUtcNow(), ContractDays)]);
    }
}
