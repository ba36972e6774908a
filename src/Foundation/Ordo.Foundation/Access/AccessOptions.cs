using Microsoft.Extensions.Configuration;
using Ordo.Foundation.Modules;

namespace Ordo.Foundation.Access;

/// <summary>How often one may try to sign in (<c>ORDO__Access__…</c>), and the first administrator's password.</summary>
public sealed record AccessOptions
{
    /// <summary>Wrong passwords for one name, known or not, before it is refused unheard; 1 … 100.</summary>
    public int FailuresPerName { get; init; } = 10;

    /// <summary>Wrong passwords from one address before it is refused unheard; 1 … 10,000. More than for a name, because an office may share an address.</summary>
    public int FailuresPerAddress { get; init; } = 50;

    /// <summary>For how long failures count, and how long an account stays locked; 1 minute … 1 day.</summary>
    public TimeSpan FailureWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What the page of one link may ask for a second, all who look at it together, after a burst of twenty times as much; 1 … 10,000.</summary>
    public int LinkRequestsPerSecond { get; init; } = 50;

    /// <summary>Wrong, expired and revoked links of one address a second, after a burst of twenty times as many; 1 … 1,000.</summary>
    public int LinkRefusalsPerSecond { get; init; } = 2;

    /// <summary><c>ORDO_ADMIN_PASSWORD</c>: password of the account <c>admin</c> that the first start makes; without it a random one is printed.</summary>
    public string? AdminPassword { get; init; }

    public static AccessOptions Read(IConfiguration configuration)
    {
        var defaults = new AccessOptions();
        AccessOptions options = configuration.GetSection("Access").Get<AccessOptions>() ?? defaults;
        options = options with { AdminPassword = options.AdminPassword ?? Environment.GetEnvironmentVariable("ORDO_ADMIN_PASSWORD") };
        string[] faults = [.. options.Faults()];
        return faults.Length == 0 ? options : throw new SettingsRefusedException(string.Join(' ', faults));
    }

    private IEnumerable<string> Faults()
    {
        if (FailuresPerName is < 1 or > 100) yield return $"Ordo:Access:FailuresPerName is {FailuresPerName}; it must be 1 to 100.";
        if (FailuresPerAddress is < 1 or > 10_000) yield return $"Ordo:Access:FailuresPerAddress is {FailuresPerAddress}; it must be 1 to 10000.";
        if (LinkRequestsPerSecond is < 1 or > 10_000) yield return $"Ordo:Access:LinkRequestsPerSecond is {LinkRequestsPerSecond}; it must be 1 to 10000.";
        if (LinkRefusalsPerSecond is < 1 or > 1_000) yield return $"Ordo:Access:LinkRefusalsPerSecond is {LinkRefusalsPerSecond}; it must be 1 to 1000.";
        if (FailureWindow < TimeSpan.FromMinutes(1) || FailureWindow > TimeSpan.FromDays(1))
            yield return $"Ordo:Access:FailureWindow is {FailureWindow}; it must be 00:01:00 to 1.00:00:00.";
    }
}
