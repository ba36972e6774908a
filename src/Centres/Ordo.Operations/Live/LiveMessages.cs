namespace Ordo.Operations.Live;

/// <summary>An alarm or a source that changed, ready to be sent.</summary>
/// <param name="Permission">Needed to see it.</param>
/// <param name="AssetPath">Where it belongs; <c>null</c> is only for those who see everything.</param>
/// <param name="Frame">Shared by all clients.</param>
/// <param name="AccountId">Only for this person.</param>
internal sealed record LiveMessage(string Permission, string? AssetPath, ReadOnlyMemory<byte> Frame, long? AccountId = null);

/// <summary>
/// The last <see cref="Capacity"/> messages, kept once for all clients. A client remembers how far it was sent; one that fell behind the oldest has
/// missed something and must load its lists again.
/// </summary>
internal sealed class LiveMessages
{
    public const int Capacity = 4096;

    private readonly Lock gate = new(); // guards everything below
    private readonly LiveMessage?[] ring = new LiveMessage?[Capacity];
    private long next;

    /// <summary>Where a new client begins.</summary>
    public long Next
    {
        get { lock (gate) return next; }
    }

    public void Add(LiveMessage message)
    {
        lock (gate) ring[next++ % Capacity] = message;
    }

    /// <summary>Messages were lost before they came here: every client has missed something.</summary>
    public void Lose()
    {
        lock (gate) next += Capacity + 1;
    }

    /// <summary>Copies the messages from a place on.</summary>
    /// <returns><c>false</c> when some of them are gone.</returns>
    public bool TryCopy(ref long from, List<LiveMessage> to)
    {
        lock (gate)
        {
            bool complete = next - from <= Capacity;
            for (; complete && from < next; from++) to.Add(ring[from % Capacity]!);
            from = next;
            return complete;
        }
    }
}
