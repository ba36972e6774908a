using Ordo.Foundation;

namespace Ordo.Perception.Sources;

/// <summary>What a channel of a source most likely measures: the proposal for a point.</summary>
/// <param name="Name">For people.</param>
/// <param name="Quantity">Code in the unit catalogue.</param>
/// <param name="Unit">Code of the unit the device sends.</param>
/// <param name="Decimals">Usual decimals, or <c>null</c>.</param>
public sealed record ChannelMeaning(Text Name, string Quantity, string Unit, int? Decimals = null);

/// <summary>Explains the channels of one gateway from what its standard publishes.</summary>
public interface IChannelDictionary
{
    /// <summary>Short name of the gateway.</summary>
    string Gateway { get; }

    /// <returns><c>null</c> for a channel that nothing is published about.</returns>
    ChannelMeaning? Explain(string channel);
}
