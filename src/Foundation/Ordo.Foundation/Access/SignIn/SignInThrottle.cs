namespace Ordo.Foundation.Access.SignIn;

/// <summary>
/// Counts wrong passwords per name, whether such an account exists or not, and per address, in memory of bounded size.
/// Once a limit is reached every further attempt is refused without looking at its password, until the window is over.
/// </summary>
internal sealed class SignInThrottle(AccessOptions options, TimeProvider clock)
{
    private const int MaxKeys = 20_000;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Failures> failures = new(StringComparer.Ordinal);

    /// <returns>How long to wait, or <c>null</c> when it may be tried now.</returns>
    public TimeSpan? Wait(string normalizedName, string address)
    {
        lock (gate)
        {
            TimeSpan wait = Later(WaitOf(NameKey(normalizedName), options.FailuresPerName), WaitOf(AddressKey(address), options.FailuresPerAddress));
            return wait > TimeSpan.Zero ? wait : null;
        }
    }

    public void Failed(string normalizedName, string address)
    {
        lock (gate)
        {
            if (failures.Count >= MaxKeys) Prune();
            Count(NameKey(normalizedName));
            Count(AddressKey(address));
        }
    }

    /// <summary>The right password was given: what somebody mistyped before no longer counts against the name.</summary>
    public void Succeeded(string normalizedName)
    {
        lock (gate) failures.Remove(NameKey(normalizedName));
    }

    private static string NameKey(string normalizedName) => "name " + normalizedName;

    private static string AddressKey(string address) => "address " + address;

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private TimeSpan WaitOf(string key, int limit) =>
        failures.TryGetValue(key, out Failures known) && known.Count >= limit ? known.Until - clock.GetUtcNow() : TimeSpan.Zero;

    private void Count(string key)
    {
        DateTimeOffset now = clock.GetUtcNow();
        Failures known = failures.GetValueOrDefault(key);
        failures[key] = known.Until > now ? known with { Count = known.Count + 1 } : new(1, now + options.FailureWindow);
    }

    /// <summary>Forgets what is over; if an attacker fills the table faster than that, everything, because memory must stay bounded and accounts lock by themselves.</summary>
    private void Prune()
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (string key in failures.Where(pair => pair.Value.Until <= now).Select(pair => pair.Key).ToList()) failures.Remove(key);
        if (failures.Count >= MaxKeys) failures.Clear();
    }

    private readonly record struct Failures(int Count, DateTimeOffset Until);
}
