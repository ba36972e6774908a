namespace Ordo.Perception.Gateways;

/// <summary>The gateways of this server, by short name.</summary>
public sealed class GatewayList(IEnumerable<IGateway> gateways)
{
    private readonly Dictionary<string, IGateway> byName = gateways.ToDictionary(g => g.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<IGateway> All => byName.Values;

    public IGateway? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Names of the settings of a gateway that are never given out.</summary>
    public IReadOnlySet<string> SecretsOf(string name) => Find(name)?.Settings.Where(s => s.IsSecret).Select(s => s.Name).ToHashSet() ?? [];
}
