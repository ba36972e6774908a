namespace Ordo.Identifiers.Recursion;

/// <summary>A configured node as it was heard.</summary>
/// <param name="Failed">Questions without an answer.</param>
internal sealed record UpstreamState(NodeAddress Address, long Answered, long Failed, DateTimeOffset? LastAnswered, DateTimeOffset? LastFailed)
{
    /// <summary>Whether the last question found it silent.</summary>
    public bool IsSilent => LastFailed > (LastAnswered ?? DateTimeOffset.MinValue);
}

/// <summary>The configured nodes, and which of them answer.</summary>
internal sealed class Upstreams(IReadOnlyList<NodeAddress> configured, TimeProvider clock)
{
    // So long a silent one is asked after the others.
    private static readonly TimeSpan Avoided = TimeSpan.FromSeconds(30);
    private readonly Lock guard = new();
    private readonly UpstreamState[] states = [.. configured.Select(address => new UpstreamState(address, 0, 0, null, null))];

    public int Count => states.Length;

    public IReadOnlyList<UpstreamState> States
    {
        get
        {
            lock (guard) return [.. states];
        }
    }

    /// <summary>In the order of the setting, those last that were silent a moment ago.</summary>
    public IReadOnlyList<NodeAddress> InOrder()
    {
        DateTimeOffset since = clock.GetUtcNow() - Avoided;
        return [.. States.OrderBy(state => state.IsSilent && state.LastFailed > since).Select(state => state.Address)];
    }

    public void Note(NodeAddress address, Heard heard)
    {
        int at = Array.FindIndex(states, state => state.Address.EndPoint.Equals(address.EndPoint));
        if (at < 0) return;
        lock (guard)
            states[at] = heard == Heard.Answer
                ? states[at] with { Answered = states[at].Answered + 1, LastAnswered = clock.GetUtcNow() }
                : states[at] with { Failed = states[at].Failed + 1, LastFailed = clock.GetUtcNow() };
    }
}
