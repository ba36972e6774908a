using System.Collections.Concurrent;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Templates;

namespace Ordo.Identifiers.Registration;

/// <summary>How a registration went.</summary>
internal enum Registered
{
    Done,

    /// <summary>It is there with the very same fields.</summary>
    Same,

    /// <summary>The name is taken: in this or another spelling of case, in use or retired.</summary>
    Taken,
    QuotaUsed,

    /// <summary>The record is larger than a message.</summary>
    TooLarge,
}

/// <summary>Puts identifiers of enterprises into the store, within their quota. One for the server, because what is granted and not yet written counts too.</summary>
internal sealed class Registrar(HandleStore store, IDbContextFactory<OrdoDbContext> databases, TimeProvider clock)
{
    /// <summary>Bytes of all values; a record fits into one message with its handle and its frame.</summary>
    private const int LargestRecord = Envelope.MaxMessage - 8192;
    private readonly ConcurrentDictionary<long, Granted> granted = new();

    /// <summary>Whether a prefix may register at all now.</summary>
    public Foundation.Text? Obstacle(PrefixEntry prefix)
    {
        if (prefix.State != PrefixState.Allotted) return new($"前缀 {prefix.Name} 已暂停或收回。", $"The prefix {prefix.Name} is suspended or withdrawn.");
        return prefix.ContractEnds <= clock.GetUtcNow() ? new($"前缀 {prefix.Name} 的合同已到期。", $"The contract of the prefix {prefix.Name} has ended.") : null;
    }

    /// <summary>From now on the template stands fast. Before the first identifier is written, so that nobody changes it in between.</summary>
    public async Task UseAsync(Template template, CancellationToken cancellation)
    {
        if (template.IsUsed) return;
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        while (true)
        {
            IdentifierTemplate row = await database.Set<IdentifierTemplate>().FirstAsync(row => row.Id == template.Id, cancellation);
            if (row.UsedSince is not null) return;
            if (row.Content != template.Content.ToJson()) throw new TemplateChangedException();
            row.UsedSince = clock.GetUtcNow();
            row.Version++;
            try
            {
                await database.SaveChangesAsync(cancellation);
                return;
            }
            catch (DbUpdateConcurrencyException)
            {
                database.ChangeTracker.Clear(); // changed or used by somebody else in this moment; look again
            }
        }
    }

    public async Task<Registered> RegisterAsync(PrefixEntry prefix, Template template, string suffix, IReadOnlyDictionary<string, string> fields)
    {
        List<HandleValue> values = LifeCycle.Compose(template, IdentifierState.Registered, fields);
        if (values.Sum(value => HandleValue.SmallestSize + value.Type.Length + value.Data.Length) > LargestRecord) return Registered.TooLarge;
        Granted granted = this.granted.GetOrAdd(prefix.Id, _ => new());
        byte[] name = Encoding.UTF8.GetBytes(prefix.Name);
        uint now = (uint)clock.GetUtcNow().ToUnixTimeSeconds();
        Registered outcome = Registered.Done;
        await store.ChangeAsync($"{prefix.Name}/{suffix}", old =>
        {
            if (old is not null) outcome = IsSame(old.Values, values) ? Registered.Same : Registered.Taken;
            else if (!granted.TryTake(store.CountOf(name), prefix.Quota)) outcome = Registered.QuotaUsed;
            else return RecordChanges.Create(old, values, overwrite: false, now);
            return new(ResponseCode.HandleExists);
        });
        return outcome;
    }

    private static bool IsSame(IReadOnlyList<HandleValue> present, List<HandleValue> wanted) =>
        present.Count == wanted.Count && wanted.All(value => present.Any(other => other.Index == value.Index && other.Type.Equals(value.Type) && other.Data.Equals(value.Data)));

    /// <summary>What the writer's thread has granted of a quota and not yet shown in the index: it shows all of them at once.</summary>
    private sealed class Granted
    {
        private int shown = -1;
        private int waiting;

        public bool TryTake(int count, long quota)
        {
            if (count != shown) (shown, waiting) = (count, 0);
            if (count + waiting >= quota) return false;
            waiting++;
            return true;
        }
    }
}

/// <summary>Somebody changed the template between reading it and using it for the first time.</summary>
internal sealed class TemplateChangedException : Exception;
