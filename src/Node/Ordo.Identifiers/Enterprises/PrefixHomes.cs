using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Resolution;

namespace Ordo.Identifiers.Enterprises;

/// <summary>
/// Makes the store answer for the prefixes that are allotted and for no other that was. The table of prefixes is what counts: a server that was stopped between
/// the two finds out when it starts.
/// </summary>
internal sealed class PrefixHomes(HandleStore store, ResolutionCounts counts, IDbContextFactory<OrdoDbContext> databases) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (store.IsCopy) return; // what is at home is copied from the primary
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (NodePrefix prefix in await database.Set<NodePrefix>().AsNoTracking().ToListAsync(cancellationToken)) await FollowAsync(prefix.Name, prefix.State);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task FollowAsync(string prefix, PrefixState state)
    {
        counts.Know(prefix);
        return store.SetHomeAsync(new Octets(System.Text.Encoding.UTF8.GetBytes(prefix)), state == PrefixState.Allotted);
    }
}
