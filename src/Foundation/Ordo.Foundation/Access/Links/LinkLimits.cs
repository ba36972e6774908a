using System.Threading.RateLimiting;

namespace Ordo.Foundation.Access.Links;

/// <summary>How much links may ask: each one for itself, and what is refused by address. Idle ones are forgotten by the limiter.</summary>
internal sealed class LinkLimits(AccessOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetTokenBucketLimiter(key, each => new()
    {
        TokenLimit = (each[0] == 'l' ? options.LinkRequestsPerSecond : options.LinkRefusalsPerSecond) * 20,
        TokensPerPeriod = each[0] == 'l' ? options.LinkRequestsPerSecond : options.LinkRefusalsPerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    }));

    /// <summary>One more request of a link.</summary>
    public bool Takes(string publicId) => Take("l " + publicId);

    /// <summary>One more wrong, expired or revoked link from an address.</summary>
    public bool TakesRefusalOf(string address) => Take("a " + address);

    public void Dispose() => limiter.Dispose();

    private bool Take(string key)
    {
        using RateLimitLease lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired;
    }
}
