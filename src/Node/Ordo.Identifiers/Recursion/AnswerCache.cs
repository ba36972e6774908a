using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Recursion;

/// <summary>What another node said of a handle.</summary>
/// <param name="Code">Success, no such handle, not responsible, or an error: nobody could be asked.</param>
/// <param name="Values">All public ones; empty without.</param>
/// <param name="Trail">Which nodes were asked, and what each said, in order.</param>
internal sealed record ForeignAnswer(ResponseCode Code, IReadOnlyList<HandleValue> Values, string Text, IReadOnlyList<string> Trail);

/// <summary>An answer that is kept, as it is now.</summary>
/// <param name="Age">Since it was heard.</param>
internal readonly record struct KeptAnswer(ForeignAnswer Answer, TimeSpan Age);

/// <summary>
/// Answers of other nodes, each value as long as its TTL says, whoever asks for it. Bounded in bytes: what was not asked for longest goes first. Handles are compared as everywhere, without case
/// in ASCII.
/// </summary>
internal sealed class AnswerCache(long maxBytes, TimeSpan maxTtl, TimeSpan negativeTtl, TimeProvider clock)
{
    // What an entry and a value of it take beside their bytes; measured generously.
    private const int EntryOverhead = 400, ValueOverhead = 200;
    private readonly Lock guard = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> byHandle = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> byUse = new(); // the last one first
    private long bytes;

    public long Bytes => Volatile.Read(ref bytes);

    public int Count
    {
        get
        {
            lock (guard) return byHandle.Count;
        }
    }

    /// <param name="wanted">Which values are asked for; an answer is only good while all of those are.</param>
    public KeptAnswer? Find(string handle, Func<HandleValue, bool> wanted)
    {
        lock (guard)
        {
            if (!byHandle.TryGetValue(handle, out LinkedListNode<Entry>? node)) return null;
            Entry entry = node.Value;
            TimeSpan age = clock.GetElapsedTime(entry.Heard);
            if (age >= entry.Longest)
            {
                Remove(node);
                return null;
            }

            bool any = false;
            for (int i = 0; i < entry.Lifetimes.Length; i++)
            {
                if (!wanted(entry.Answer.Values[i])) continue;
                any = true;
                if (age >= entry.Lifetimes[i]) return null;
            }

            // That nothing of the kind is there is known no longer than that a handle is not there.
            if (!any && age >= negativeTtl && entry.Answer.Code == ResponseCode.Success) return null;
            byUse.Remove(node);
            byUse.AddFirst(node);
            return new(entry.Answer, age);
        }
    }

    public void Put(string handle, ForeignAnswer answer)
    {
        TimeSpan[] lifetimes = [.. answer.Values.Select(LifetimeOf)];
        TimeSpan longest = answer.Code switch
        {
            ResponseCode.Success when lifetimes.Length > 0 => lifetimes.Max(),
            ResponseCode.Success or ResponseCode.HandleNotFound or ResponseCode.NotResponsible => negativeTtl,
            _ => negativeTtl / 6,
        };
        long size = EntryOverhead + handle.Length * 2L + answer.Trail.Sum(step => step.Length * 2L + 40) + answer.Values.Sum(value => (long)ValueOverhead + value.Type.Length + value.Data.Length + value.References.Sum(reference => (long)ValueOverhead + reference.Handle.Length));
        lock (guard)
        {
            if (byHandle.TryGetValue(handle, out LinkedListNode<Entry>? old)) Remove(old);
            if (longest <= TimeSpan.Zero || size > maxBytes) return;
            var node = new LinkedListNode<Entry>(new(handle, answer, clock.GetTimestamp(), lifetimes, longest, size));
            byHandle.Add(handle, node);
            byUse.AddFirst(node);
            bytes += size;
            while (bytes > maxBytes) Remove(byUse.Last!);
        }
    }

    /// <summary>How long a value may be kept: its seconds, or until its time.</summary>
    private TimeSpan LifetimeOf(HandleValue value)
    {
        double seconds = value.TtlType switch
        {
            0 => value.Ttl,
            1 => (DateTimeOffset.FromUnixTimeSeconds(value.Ttl) - clock.GetUtcNow()).TotalSeconds,
            _ => 0, // nobody knows what it means
        };
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, maxTtl.TotalSeconds));
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        byHandle.Remove(node.Value.Handle);
        byUse.Remove(node);
        bytes -= node.Value.Size;
    }

    /// <param name="Lifetimes">Of the values, in their order.</param>
    private sealed record Entry(string Handle, ForeignAnswer Answer, long Heard, TimeSpan[] Lifetimes, TimeSpan Longest, long Size);
}
