using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Foundation.Modules;

namespace Ordo.Identifiers.Serving;

/// <summary>
/// The server's HTTP once more, over TLS that asks each client for a certificate and takes any, or none: who it is for is decided by the key in its handle, and only for requests that want to be known
/// by it. A port of its own, because since TLS 1.3 a server cannot ask later in a way that all clients know.
/// </summary>
internal sealed partial class HttpsPort(IdentifiersOptions options, TcpServer tcp, TimeProvider clock, ILogger<HttpsPort> logger) : IConfigureOptions<KestrelServerOptions>, IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private readonly ILogger logger = logger;
    private readonly Lock guard = new();
    private ListenOptions? listening;
    private Identity? identity;
    private long looked;

    /// <summary>Where it listens, once the server has started; <c>null</c> when it is off.</summary>
    public IPEndPoint? EndPoint => listening?.IPEndPoint;

    public void Configure(KestrelServerOptions kestrel)
    {
        if (options.HttpsPort is not { } port) return;
        identity = Read();
        looked = clock.GetTimestamp();
        kestrel.Listen(IPAddress.Parse(options.Bind), port, listen =>
        {
            listening = listen;
            tcp.Seats.Guard(listen);
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Current()) });
        });
    }

    public void Dispose() => identity?.Certificate.Dispose();

    private SslServerAuthenticationOptions Current()
    {
        lock (guard)
        {
            if (clock.GetElapsedTime(looked) >= LookEvery)
            {
                looked = clock.GetTimestamp();
                Renew();
            }

            return identity!.Options;
        }
    }

    /// <summary>Takes a certificate that was renewed; the one before stays as long as the new one cannot be read.</summary>
    private void Renew()
    {
        try
        {
            // The one before is not disposed: handshakes that are under way still need it.
            if (ChangedAt() != identity!.ChangedAt) identity = Read();
        }
        catch (Exception fault) when (fault is SettingsRefusedException or IOException or UnauthorizedAccessException)
        {
            LogNotRenewed(fault, options.HttpsCertificate!);
        }
    }

    private DateTime ChangedAt() => File.GetLastWriteTimeUtc(options.HttpsCertificate!);

    private Identity Read()
    {
        DateTime changed = ChangedAt();
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(options.HttpsCertificate!, options.HttpsKey);
            var issuers = new X509Certificate2Collection();
            issuers.ImportFromPemFile(options.HttpsCertificate!);
            return new(certificate, changed, new()
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, issuers, offline: true),
                ClientCertificateRequired = true,
#pragma warning disable CA5359 // Of clients: the handshake proves that one has the key, the handle says whose it is, and no issuer has a say in it.
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
                // Else the addresses in a stranger's certificate would be asked for more.
                CertificateChainPolicy = new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            });
        }
        catch (Exception fault) when (fault is IOException or CryptographicException or ArgumentException or UnauthorizedAccessException)
        {
            throw new SettingsRefusedException($"{IdentifiersOptions.Section}:HttpsCertificate: {options.HttpsCertificate} and {options.HttpsKey ?? "the same file"} hold no certificate with its private key in PEM: {fault.Message}", fault);
        }
    }

    [LoggerMessage(6032, LogLevel.Warning, "{File} changed and cannot be read; the certificate before stays in use")]
    private partial void LogNotRenewed(Exception fault, string file);

    private sealed record Identity(X509Certificate2 Certificate, DateTime ChangedAt, SslServerAuthenticationOptions Options);
}
