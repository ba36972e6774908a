using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Ordo.Foundation;

namespace Ordo.Perception.Gateways;

/// <summary>
/// The code that speaks one protocol to sources (网关). A gateway is a folder here plus one line in <see cref="PerceptionModule"/>:
/// <c>services.AddGateway&lt;Hj212Gateway&gt;()</c>.
/// </summary>
public interface IGateway
{
    /// <summary>Short name in series and sources, for example <c>hj212</c>.</summary>
    string Name { get; }

    /// <summary>Settings a person may give each of its sources.</summary>
    IReadOnlyList<SourceSetting> Settings => [];

    /// <summary>A frame as people may read it: printable, secrets blotted out.</summary>
    string Show(ReadOnlySpan<byte> frame) => FrameText.Of(frame);

    /// <summary>Opens its ports, if it is enabled and has any. Called once, before the server starts.</summary>
    void Listen(KestrelServerOptions kestrel)
    {
    }
}

/// <summary>A setting of a source, as its gateway understands it.</summary>
/// <param name="Name">camelCase key.</param>
/// <param name="Label">For people.</param>
/// <param name="IsValid">Judges a value.</param>
/// <param name="Expected">What a valid value looks like.</param>
/// <param name="IsSecret">Stored, never given out again.</param>
public sealed record SourceSetting(string Name, Text Label, Func<string, bool> IsValid, Text Expected, bool IsSecret = false);

/// <summary>Lets every gateway open its ports on the server's Kestrel; needs nothing from the host.</summary>
internal sealed class GatewayPorts(IEnumerable<IGateway> gateways) : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions options)
    {
        foreach (IGateway gateway in gateways) gateway.Listen(options);
    }
}
