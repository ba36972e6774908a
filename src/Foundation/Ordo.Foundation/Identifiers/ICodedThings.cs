namespace Ordo.Foundation.Identifiers;

/// <summary>
/// A kind of things of the platform that can get a code of the identifier node (标识) with one click: assets, equipment, batches of waste. The system that keeps them
/// registers one of these as a service; the node asks it what a thing is called and says so under the code.
/// </summary>
public interface ICodedThings
{
    /// <summary>Lower case, stays the same for ever; it is in the path of the API and in the code itself: <c>asset</c>, <c>wastebatch</c>.</summary>
    string Kind { get; }

    Text Name { get; }

    /// <summary>What is told of such a thing. A field is never taken away or given another meaning; new ones come at the end.</summary>
    IReadOnlyList<CodedField> Fields { get; }

    /// <summary>Those of the ids that there are, in any order and number.</summary>
    ValueTask<IReadOnlyList<CodedThing>> FindAsync(IReadOnlyList<long> ids, CancellationToken cancellation);

    /// <summary>Ids of the things at an asset or below it, in the order of ids.</summary>
    /// <param name="path">Of the asset, <c>/1/4/</c>.</param>
    /// <param name="most">Not more than these.</param>
    ValueTask<IReadOnlyList<long>> BelowAsync(string path, int most, CancellationToken cancellation);
}

/// <param name="Name">ASCII letters and digits: <c>serialNumber</c>.</param>
/// <param name="IsPublic">Whoever scans the code reads it; else only the owner's people do.</param>
public sealed record CodedField(string Name, Text Label, bool IsRequired, bool IsPublic);

/// <param name="AssetPath">Where it belongs; who may see that asset may see the thing.</param>
/// <param name="Values">By name of the field; what is empty is left out.</param>
public sealed record CodedThing(long Id, string AssetPath, IReadOnlyDictionary<string, string> Values);
