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

    /// <summary>The name is taken, and its record is damaged on disk.</summary>
    Damaged,
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
        if (IsTooLarge(values)) return Registered.TooLarge;
        Granted granted = this.granted.GetOrAdd(prefix.Id, _ => new());
        byte[] name = Encoding.UTF8.GetBytes(prefix.Name);
        uint now = (uint)clock.GetUtcNow().ToUnixTimeSeconds();
        Registered outcome = Registered.Done;
        await store.ChangeAsync($"{prefix.Name}/{suffix}", old =>
        {
            if (old is not null) outcome = IsSame(old.Values, values) ? Registered.Same : Registered.Taken;
            else if (!granted.TryTake(store.Writes, store.CountOf(name), prefix.Quota)) outcome = Registered.QuotaUsed;
            else return RecordChanges.Create(old, values, overwrite: false, now);
            return new(ResponseCode.HandleExists);
        });
        return outcome;
    }

    /// <summary>Registers many with one write for all of them; they are on disk when the task is done.</summary>
    /// <param name="rows">Suffix and texts by field, judged already.</param>
    /// <returns>How each went.</returns>
    public async Task<Registered[]> RegisterAsync(PrefixEntry prefix, Template template, IReadOnlyList<(string Suffix, Dictionary<string, string> Fields)> rows)
    {
        uint now = (uint)clock.GetUtcNow().ToUnixTimeSeconds();
        var rule = new Rule(store, prefix, granted.GetOrAdd(prefix.Id, _ => new()), template, rows);
        await store.LoadAsync(Enumerable.Range(0, rows.Count).Select(Item), overwrite: false, rule);
        return rule.Outcomes;

        LoadItem Item(int row)
        {
            List<HandleValue> values = LifeCycle.Compose(template, IdentifierState.Registered, rows[row].Fields, now);
            if (IsTooLarge(values)) rule.Outcomes[row] = Registered.TooLarge;
            values.Sort(static (left, right) => left.Index.CompareTo(right.Index));
            return new($"{prefix.Name}/{rows[row].Suffix}", values);
        }
    }

    private static bool IsTooLarge(List<HandleValue> values) => values.Sum(value => HandleValue.SmallestSize + value.Type.Length + value.Data.Length) > LargestRecord;

    private static bool IsSame(IReadOnlyList<HandleValue> present, List<HandleValue> wanted) =>
        present.Count == wanted.Count && wanted.All(value => present.Any(other => other.Index == value.Index && other.Type.Equals(value.Type) && other.Data.Equals(value.Data)));

    /// <summary>Decides about the rows of a file as <see cref="RegisterAsync(PrefixEntry, Template, string, IReadOnlyDictionary{string, string})"/> does about one.</summary>
    private sealed class Rule(HandleStore store, PrefixEntry prefix, Granted granted, Template template, IReadOnlyList<(string Suffix, Dictionary<string, string> Fields)> rows) : ILoadRule
    {
        private readonly byte[] name = Encoding.UTF8.GetBytes(prefix.Name);

        public Registered[] Outcomes { get; } = new Registered[rows.Count];

        public bool MayStore(int item)
        {
            if (Outcomes[item] == Registered.Done && !granted.TryTake(store.Writes, store.CountOf(name), prefix.Quota)) Outcomes[item] = Registered.QuotaUsed;
            return Outcomes[item] == Registered.Done;
        }

        public void Meet(int item, in RecordFrame present)
        {
            if (Outcomes[item] == Registered.Done)
                Outcomes[item] = IsSame(present.Decode(), LifeCycle.Compose(template, IdentifierState.Registered, rows[item].Fields)) ? Registered.Same : Registered.Taken;
        }

        public void MeetDamaged(int item)
        {
            if (Outcomes[item] == Registered.Done) Outcomes[item] = Registered.Damaged;
        }
    }

    /// <summary>What the writer's thread has granted of a quota since its last write: that one is in the index, or has failed.</summary>
    private sealed class Granted
    {
        private long last = -1;
        private int waiting;

        public bool TryTake(long write, int count, long quota)
        {
            if (write != last) (last, waiting) = (write, 0);
            if (count + waiting >= quota) return false;
            waiting++;
            return true;
        }
    }
}

/// <summary>Somebody changed the template between reading it and using it for the first time.</summary>
internal sealed class TemplateChangedException : Exception;
