using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Ordo.Foundation.Access.Links;

/// <summary>Keys of links between the database, where they are enciphered, and a check of a signature. Keys of the cipher: <c>keys/</c> in the data folder.</summary>
public sealed class LinkSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("Ordo.Foundation.Access.Link");

    public string Protect(byte[] key) => Convert.ToBase64String(protector.Protect(key));

    /// <returns><c>null</c> when it was enciphered with keys this server does not have: nobody can prove anything with such a link.</returns>
    public byte[]? Reveal(string enciphered)
    {
        try
        {
            return protector.Unprotect(Convert.FromBase64String(enciphered));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
