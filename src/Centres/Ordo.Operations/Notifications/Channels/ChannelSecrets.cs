using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Ordo.Operations.Notifications.Channels;

/// <summary>Secrets of channels between the database, where they are enciphered, and the moment of sending. Keys: <c>keys/</c> in the data folder.</summary>
public sealed class ChannelSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("Ordo.Operations.Notifications.Channel");

    public string? Protect(string? secret) => string.IsNullOrEmpty(secret) ? null : protector.Protect(secret);

    /// <exception cref="SecretLostException">It was enciphered with keys this server does not have.</exception>
    public string? Reveal(string? enciphered)
    {
        if (enciphered is null) return null;
        try
        {
            return protector.Unprotect(enciphered);
        }
        catch (CryptographicException e)
        {
            throw new SecretLostException(e);
        }
    }
}

/// <summary>The database came here without the keys of its data folder.</summary>
public sealed class SecretLostException(Exception inner) : Exception("The channel's secret cannot be read: the folder keys/ is not the one it was saved with. Enter it again.", inner);
