using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>What a change makes of a record.</summary>
/// <param name="Code">How it went; nothing is written unless <see cref="ResponseCode.Success"/>.</param>
/// <param name="Values">The new values by rising index; <c>null</c> deletes the record.</param>
/// <param name="Text">Words for an error.</param>
internal readonly record struct ChangeDecision(ResponseCode Code, IReadOnlyList<HandleValue>? Values = null, string Text = "")
{
    public static ChangeDecision Delete => new(ResponseCode.Success);
}

/// <summary>A record as the writer sees it before a change.</summary>
/// <param name="Handle">As it was spelled at its creation.</param>
internal sealed record StoredRecord(Octets Handle, IReadOnlyList<HandleValue> Values);

/// <summary>What each operation makes of a record. All or nothing; a value that does not change keeps its timestamp.</summary>
internal static class RecordChanges
{
    /// <summary>Whether values can stand in one record: indexes 1 … 2³¹−1, each once.</summary>
    /// <returns><c>null</c> when they can.</returns>
    public static ChangeDecision? Fault(IReadOnlyList<HandleValue> values)
    {
        if (values.Any(value => value.Index is 0 or > int.MaxValue)) return new(ResponseCode.InvalidValue, Text: "Value indexes must be positive");
        var seen = new HashSet<uint>();
        foreach (HandleValue value in values)
            if (!seen.Add(value.Index)) return new(ResponseCode.ValueExists, Text: $"Index conflict for {value.Index}");
        return values.Any(value => value.Type.AsText() is null) ? new(ResponseCode.InvalidValue, Text: "Value types must be UTF-8") : null;
    }

    /// <summary>Creates a record, or replaces it whole.</summary>
    public static ChangeDecision Create(StoredRecord? old, IReadOnlyList<HandleValue> values, bool overwrite, uint now) => old switch
    {
        null => Done(values.Select(value => value with { Timestamp = now })),
        _ when !overwrite => new(ResponseCode.HandleExists),
        _ => Done(values.Select(value => Stamp(value, old, now))),
    };

    /// <summary>Adds values; those that exist are only replaced with <paramref name="overwrite"/>.</summary>
    public static ChangeDecision Add(StoredRecord? old, IReadOnlyList<HandleValue> values, bool overwrite, uint now)
    {
        if (old is null) return new(ResponseCode.HandleNotFound);
        if (!overwrite && values.Any(value => Find(old, value.Index) is not null)) return new(ResponseCode.ValueExists);
        return Done(old.Values.Where(value => values.All(added => added.Index != value.Index)).Concat(values.Select(value => Stamp(value, old, now))));
    }

    /// <summary>Replaces values that must exist.</summary>
    public static ChangeDecision Modify(StoredRecord? old, IReadOnlyList<HandleValue> values, uint now)
    {
        if (old is null) return new(ResponseCode.HandleNotFound);
        return values.Any(value => Find(old, value.Index) is null) ? new(ResponseCode.ValuesNotFound) : Add(old, values, overwrite: true, now);
    }

    /// <summary>Removes values that must exist.</summary>
    public static ChangeDecision Remove(StoredRecord? old, IReadOnlyCollection<uint> indexes)
    {
        if (old is null) return new(ResponseCode.HandleNotFound);
        if (indexes.Any(index => Find(old, index) is null)) return new(ResponseCode.ValuesNotFound);
        return Done(old.Values.Where(value => !indexes.Contains(value.Index)));
    }

    public static ChangeDecision Delete(StoredRecord? old) => old is null ? new(ResponseCode.HandleNotFound) : ChangeDecision.Delete;

    private static ChangeDecision Done(IEnumerable<HandleValue> values) => new(ResponseCode.Success, [.. values.OrderBy(value => value.Index)]);

    private static HandleValue? Find(StoredRecord record, uint index) => record.Values.FirstOrDefault(value => value.Index == index);

    private static HandleValue Stamp(HandleValue value, StoredRecord old, uint now)
    {
        if (Find(old, value.Index) is not { } before) return value with { Timestamp = now };
        bool same = before.TtlType == value.TtlType && before.Ttl == value.Ttl && before.Permissions == value.Permissions && before.Type.Equals(value.Type)
            && before.Data.Equals(value.Data) && before.References.SequenceEqual(value.References);
        return value with { Timestamp = same ? before.Timestamp : now };
    }
}
