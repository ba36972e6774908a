using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Ordo.Perception.Gateways;

namespace Ordo.Perception.Sources;

/// <summary>
/// Settings of a source between memory, where the platform needs a device's password to speak to it, and the database, where it is enciphered. Keys: <c>keys/</c> in the data folder.
/// </summary>
public sealed partial class SourceSecrets(IDataProtectionProvider protection, GatewayList gateways, ILogger<SourceSecrets> log)
{
    private readonly IDataProtector protector = protection.CreateProtector("Ordo.Perception.Source");

    /// <summary>The two columns that settings are kept in.</summary>
    public (string Settings, string Secrets) Columns(string gateway, IReadOnlyDictionary<string, string> settings)
    {
        IReadOnlySet<string> names = gateways.SecretsOf(gateway);
        Dictionary<string, string> secrets = settings.Where(s => names.Contains(s.Key)).ToDictionary();
        return (JsonSerializer.Serialize(settings.Where(s => !names.Contains(s.Key)).ToDictionary()), secrets.Count == 0 ? "{}" : protector.Protect(JsonSerializer.Serialize(secrets)));
    }

    /// <summary>Settings as the gateway uses them.</summary>
    public Dictionary<string, string> Settings(SourceProfileRow row)
    {
        Dictionary<string, string> settings = JsonSerializer.Deserialize<Dictionary<string, string>>(row.Settings) ?? [];
        foreach ((string name, string value) in Secrets(row)) settings[name] = value;
        return settings;
    }

    private Dictionary<string, string> Secrets(SourceProfileRow row)
    {
        try
        {
            // Rows of folders written before secrets were enciphered hold them in clear, until they are next saved.
            string json = row.Secrets.StartsWith('{') ? row.Secrets : protector.Unprotect(row.Secrets);
            return JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
        }
        catch (CryptographicException)
        {
            LogLost(row.Gateway, row.Key);
            // A password nobody knows, and not none: without one, anybody could speak for the device.
            return gateways.SecretsOf(row.Gateway).ToDictionary(name => name, _ => Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
        }
    }

    [LoggerMessage(2201, LogLevel.Error, "The secrets of {Gateway} source {Key} cannot be read: the folder keys/ is not the one they were saved with. What it sends is refused until its password is entered again.")]
    private partial void LogLost(string gateway, string key);
}
