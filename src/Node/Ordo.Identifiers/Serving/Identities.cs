using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;

namespace Ordo.Identifiers.Serving;

/// <summary>The keys by which somebody proves to be an identity, <c>index:handle</c>. Identities are kept here; those of other nodes are not asked for.</summary>
internal sealed class Identities(HandleStore store)
{
    private const int MaxKeys = 5;

    /// <summary>Values that may hold the key of an identity.</summary>
    /// <param name="named">Index 0 is any public key of the handle.</param>
    /// <param name="type"><see cref="ValueTypes.SecretKey"/> or <see cref="ValueTypes.PublicKey"/>.</param>
    public IReadOnlyList<HandleValue> KeysOf(ValueReference named, ReadOnlySpan<byte> type)
    {
        if (named.Handle.AsText() is null || !store.IsHome(named.Handle.Span) || store.Find(named.Handle) is not { } user) return [];
        bool any = named.Index == 0 && ValueTypes.PublicKey.SequenceEqual(type);
        var keys = new List<HandleValue>();
        foreach (HandleValue value in user.Values)
            if (value.Type.Is(type) && (any || value.Index == named.Index) && value.Data.Length > 0 && keys.Count < MaxKeys) keys.Add(value);
        return keys;
    }
}
