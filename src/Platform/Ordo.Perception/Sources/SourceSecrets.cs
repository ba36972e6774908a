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
    private const string None = "{}";
    private readonly IDataProtector protector = protection.CreateProtector("Ordo.Perception.Source");

    /// <summary>Puts settings into the two columns they are kept in. Enciphered twice the same is not the same: what has not changed stays as it stands.</summary>
    public void Write(SourceProfileRow row, IReadOnlyDictionary<string, string> settings)
    {
        IReadOnlySet<string> names = gateways.SecretsOf(row.Gateway);
        Dictionary<string, string> secrets = settings.Where(s => names.Contains(s.Key)).ToDictionary();
        row.Settings = JsonSerializer.Serialize(settings.Where(s => !names.Contains(s.Key)).ToDictionary());
        if (secrets.Count == 0) row.Secrets = None;
        else if (IsClear(row) || !secrets.OrderBy(s => s.Key, StringComparer.Ordinal).SequenceEqual(Secrets(row).OrderBy(s => s.Key, StringComparer.Ordinal))) row.Secrets = protector.Protect(JsonSerializer.Serialize(secrets));
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
            string json = IsClear(row) ? row.Secrets : protector.Unprotect(row.Secrets);
            return JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
        }
        catch (CryptographicException)
        {
            LogLost(row.Gateway, row.Key);
            // A password nobody knows, and not none: without one, anybody could speak for the device.
            return gateways.SecretsOf(row.Gateway).ToDictionary(name => name, _ => Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
        }
    }

    private static bool IsClear(SourceProfileRow row) => row.Secrets.StartsWith('{');

    [LoggerMessage(2201, LogLevel.Error, "The secrets of {Gateway} source {Key} cannot be read: the folder keys/ is not the one they were saved with. What it sends is refused until its password is entered again.")]
    private partial void LogLost(string gateway, string key);
}
