using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Ordo.Foundation.Persistence;

/// <summary>
/// Tells those who keep a copy in memory (rights, points) that what they copied has changed: after the commit, before the change is answered.
/// Changes made by other processes are not seen here; a copy must also grow old by itself.
/// </summary>
public sealed class Commits
{
    /// <summary>Raised with the types of the changed entities, on the thread of the change; handlers must be quick and must not throw.</summary>
    public event Action<IReadOnlySet<Type>>? Committed;

    internal void Publish(OrdoDbContext context)
    {
        if (context.Uncommitted.Count == 0) return;
        HashSet<Type> types = [.. context.Uncommitted];
        context.Uncommitted.Clear();
        Committed?.Invoke(types);
    }
}

/// <summary>Publishes the changes of an explicit transaction when it is committed.</summary>
internal sealed class CommitInterceptor(Commits commits) : DbTransactionInterceptor
{
    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Publish(eventData.Context);

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Publish(eventData.Context);
        return Task.CompletedTask;
    }

    public override void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => Forget(eventData.Context);

    public override Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(eventData.Context);
        return Task.CompletedTask;
    }

    private void Publish(DbContext? context) => commits.Publish((OrdoDbContext)context!);

    private static void Forget(DbContext? context) => ((OrdoDbContext)context!).Uncommitted.Clear();
}
