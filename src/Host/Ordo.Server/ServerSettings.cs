using System.Net;

namespace Ordo.Server;

/// <summary>What the command line says about a server. Everything else is configuration: <c>appsettings.json</c>, <c>ORDO__…</c>, <c>--set</c>.</summary>
public sealed record ServerSettings
{
    /// <summary>The data folder.</summary>
    public string Data { get; init; } = "data";

    /// <summary>Where HTTP listens, <c>ADDRESS:PORT</c>; port 0 takes a free one.</summary>
    public IPEndPoint Http { get; init; } = new(IPAddress.Loopback, 8080);

    /// <summary>Address on which the field ports listen.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>The built console; without it only the API answers.</summary>
    public string Web { get; init; } = Path.Combine(AppContext.BaseDirectory, "wwwroot");

    /// <summary>The one room that runs (<see cref="Modules.Alone"/>), or <c>null</c> for the whole park.</summary>
    public string? Only { get; init; }

    /// <summary>Settings that win over files and environment, <c>Section:Key=value</c>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];
}
