using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>One handle of a bulk load.</summary>
internal readonly record struct LoadItem(Octets Handle, IReadOnlyList<HandleValue> Values);

/// <summary>Has a say in a bulk load, on the writer's thread, so it must be quick. What it says is on disk when the load is done.</summary>
internal interface ILoadRule
{
    /// <summary>The handle is not there.</summary>
    /// <param name="item">Its number in the load.</param>
    /// <returns>Whether it is stored.</returns>
    bool MayStore(int item);

    /// <summary>The handle is there and stays as it is.</summary>
    void Meet(int item, in RecordFrame present);

    /// <summary>The handle is there, and its record is damaged on disk.</summary>
    void MeetDamaged(int item);
}

/// <summary>What a bulk load did.</summary>
internal readonly record struct LoadResult(long Stored, long Skipped);
