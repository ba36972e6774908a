using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Ordo.Foundation.Modules;

namespace Ordo.Identifiers.Reporting;

/// <summary>Configuration section <c>Identifiers:Reporting</c>.</summary>
public sealed record ReportingOptions
{
    public const string Section = "Identifiers:Reporting";

    /// <summary>Whether a report of every day is made by itself.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Folder that reports are delivered to, for example where the client of the top node picks them up. Without one they only lie in the data folder.</summary>
    public string? Folder { get; init; }

    /// <summary>A file with a private key in PEM (RSA or EC) that signs every report with SHA-256; keep it out of the data folder. Without one reports are chained and not signed.</summary>
    public string? SigningKey { get; init; }

    /// <summary>A file that says what the lines and fields of a report are called; default is <c>daily-report.json</c> of the product.</summary>
    public string? Format { get; init; }

    /// <summary>Reads and checks the configuration; every fault is reported at once.</summary>
    /// <param name="configuration">The section <c>Ordo</c>.</param>
    public static ReportingOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ReportingOptions options = configuration.GetSection(Section).Get<ReportingOptions>() ?? new();
        string[] faults = [.. options.Faults()];
        return faults.Length == 0 ? options : throw new SettingsRefusedException(string.Join(' ', faults));
    }

    public ReportFormat ReadFormat() => Format is null ? ReportFormat.Shipped : ReportFormat.Parse(File.ReadAllText(Format));

    /// <summary>The signature over a report, Base64: PKCS #1 of RSA, or ECDSA as a DER sequence. <c>null</c> without a key.</summary>
    public string? Sign(byte[] report)
    {
        if (SigningKey is null) return null;
        string pem = File.ReadAllText(SigningKey);
        if (!IsElliptic(pem))
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return Convert.ToBase64String(rsa.SignData(report, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }

        using var curve = ECDsa.Create();
        curve.ImportFromPem(pem);
        return Convert.ToBase64String(curve.SignData(report, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    private static bool IsElliptic(string pem)
    {
        using var curve = ECDsa.Create();
        try
        {
            curve.ImportFromPem(pem);
            return true;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private IEnumerable<string> Faults()
    {
        if (Folder is not null && !Path.IsPathFullyQualified(Folder)) yield return $"{Section}:Folder should be a whole path, is '{Folder}'.";
        if (FaultOf(() => ReadFormat()) is { } format) yield return $"{Section}:Format '{Format}' cannot be used: {format}";
        if (FaultOf(() => Sign([])) is { } key) yield return $"{Section}:SigningKey '{SigningKey}' cannot be used: {key}";
    }

    private static string? FaultOf(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException or CryptographicException or ArgumentException)
        {
            return fault.Message;
        }
    }
}
