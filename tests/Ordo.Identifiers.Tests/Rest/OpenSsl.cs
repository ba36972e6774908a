using System.Diagnostics;
using System.Security.Cryptography;
using Ordo.Identifiers.Protocol;
using Ordo.Testing;

namespace Ordo.Identifiers.Tests.Rest;

/// <summary>Keys, certificates and proofs made by OpenSSL, and requests sent by curl: what this node is asked by programs that know nothing of it.</summary>
public sealed class OpenSsl : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Certificate and key of a server on 127.0.0.1, in one file.</summary>
    public string Server { get; private set; } = "";

    public async ValueTask InitializeAsync() => Server = await CertificateAsync("server", "/CN=ordo", "-addext", "subjectAltName=IP:127.0.0.1");

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    public string PathOf(string name) => Path.Combine(folder.Path, name);

    /// <summary>A new RSA key and a certificate that it signed itself, in one file.</summary>
    public async Task<string> CertificateAsync(string name, string subject, params string[] more)
    {
        string path = PathOf($"{name}.pem"), key = PathOf($"{name}.key");
        await RunAsync("openssl", null, ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-utf8", "-subj", subject, "-keyout", key, "-out", path, .. more]);
        await File.AppendAllTextAsync(path, await File.ReadAllTextAsync(key));
        return path;
    }

    /// <summary>The public half of a key as an HS_PUBKEY value has it.</summary>
    public static async Task<byte[]> PublicKeyAsync(string path)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(await KeyOfAsync(path));
        RSAParameters numbers = rsa.ExportParameters(includePrivateParameters: false);
        return new PublicKeyData(PublicKeyData.Rsa, 0, [numbers.Exponent!, (byte[])[0, .. numbers.Modulus!]]).ToArray();
    }

    public static Task<byte[]> SignAsync(string path, byte[] text, string hash = "sha256") => RunAsync("openssl", text, "dgst", $"-{hash}", "-sign", path);

    public async Task<bool> VerifyAsync(RSA key, byte[] text, byte[] signature)
    {
        await File.WriteAllTextAsync(PathOf("verify.pem"), key.ExportSubjectPublicKeyInfoPem());
        await File.WriteAllBytesAsync(PathOf("verify.sig"), signature);
        return System.Text.Encoding.ASCII.GetString(await RunAsync("openssl", text, "dgst", "-sha256", "-verify", PathOf("verify.pem"), "-signature", PathOf("verify.sig"))).StartsWith("Verified OK", StringComparison.Ordinal);
    }

    public static Task<byte[]> DigestAsync(string hash, byte[] text) => RunAsync("openssl", text, "dgst", $"-{hash}", "-binary");

    public static Task<byte[]> MacAsync(string hash, byte[] key, byte[] text) => RunAsync("openssl", text, "dgst", $"-{hash}", "-mac", "HMAC", "-macopt", $"hexkey:{Convert.ToHexStringLower(key)}", "-binary");

    public static Task<byte[]> StretchAsync(byte[] secret, byte[] salt, int iterations, int bytes) => RunAsync(
        "openssl", null, "kdf", "-keylen", $"{bytes}", "-kdfopt", "digest:SHA1", "-kdfopt", $"hexpass:{Convert.ToHexStringLower(secret)}", "-kdfopt", $"hexsalt:{Convert.ToHexStringLower(salt)}", "-kdfopt", $"iter:{iterations}", "-binary", "PBKDF2");

    /// <summary>Asks over HTTPS.</summary>
    /// <returns>Status, and the answer: its headers, then its entity.</returns>
    public async Task<(int Status, string Answer)> CurlAsync(int port, string method, string path, params string[] more)
    {
        string answer = System.Text.Encoding.UTF8.GetString(await RunAsync(
            "curl", null, ["--silent", "--show-error", "--include", "--max-time", "30", "--cacert", Server, "--request", method, .. more, $"https://127.0.0.1:{port}{path}"]));
        return (int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), answer);
    }

    private static async Task<string> KeyOfAsync(string path)
    {
        string text = await File.ReadAllTextAsync(path);
        return text[text.IndexOf("-----BEGIN PRIVATE KEY", StringComparison.Ordinal)..];
    }

    private static async Task<byte[]> RunAsync(string program, byte[]? input, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> complaints = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        Task copy = process.StandardOutput.BaseStream.CopyToAsync(output);
        if (input is not null) await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await copy;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.ToArray() : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await complaints}");
    }
}
