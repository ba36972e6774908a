using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Ordo.Foundation.Http;
using Ordo.Server.Cli;
using IPNetwork = System.Net.IPNetwork;

namespace Ordo.Server.Web;

/// <summary>
/// How many connections HTTP holds: <c>Http:MaxConnections</c> (5,000), <c>Http:MaxConnectionsPerAddress</c> (1,000), less where the process may open few files (<see cref="OpenFiles"/>).
/// A trusted proxy brings many people and is limited by the first alone.
/// </summary>
public sealed partial class HttpConnections : IDisposable
{
    private readonly Meter meter = new("Ordo");
    private readonly ConnectionSeats seats;
    private readonly ILogger logger;

    public HttpConnections(IConfiguration configuration, ILogger<HttpConnections> logger)
    {
        this.logger = logger;
        IPNetwork[] proxies = TrustedProxies.Read(configuration["Ordo:Http:TrustedProxies"]);
        seats = new(Math.Min(Number(configuration, "MaxConnections", 5_000), OpenFiles.ForHttp), Number(configuration, "MaxConnectionsPerAddress", 1_000), Note, address => proxies.Any(proxy => proxy.Contains(address)));
        meter.CreateObservableGauge("ordo.http.connections", () => seats.Taken, "{connection}", "Connections of browsers and programs.");
        meter.CreateObservableCounter("ordo.http.connections_refused", () => seats.Refused, "{connection}", "Connections cut off because there were too many.");
    }

    public void Guard(ListenOptions listen) => seats.Guard(listen);

    public void Dispose() => meter.Dispose();

    /// <exception cref="StartRefusedException">It is no number from 1 on.</exception>
    private static int Number(IConfiguration configuration, string name, int otherwise)
    {
        if (configuration["Ordo:Http:" + name] is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : throw new StartRefusedException($"Http:{name} should be a number from 1 on, is {text}.");
    }

    private void Note(string address, long total)
    {
        if (long.IsPow2(total)) LogRefused(address, total);
    }

    [LoggerMessage(9020, LogLevel.Warning, "HTTP connection from {Address} cut off: there are too many ({Total} so far). Http:MaxConnections and Http:MaxConnectionsPerAddress say how many there may be, Http:TrustedProxies which address is a proxy's")]
    private partial void LogRefused(string address, long total);
}
