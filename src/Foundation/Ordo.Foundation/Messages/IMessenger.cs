namespace Ordo.Foundation.Messages;

/// <summary>What a system has to say to the people of an asset.</summary>
/// <param name="Key">The system's own name for this message, the same when it is repeated: <c>economy-reminder-17-M1-20260303-3</c>; at most 100 characters.</param>
/// <param name="AssetId">Whose people: those with a role granted on this asset or below it, not those who stand above.</param>
/// <param name="Permission">They must hold it there.</param>
/// <param name="Title">One line, at most 200 characters.</param>
/// <param name="Body">All of it, at most 2,000 characters.</param>
/// <param name="Link">Path in the console, such as <c>/economy/filing</c>.</param>
public sealed record SystemMessage(string Key, long AssetId, string Permission, Text Title, Text Body, string Link);

/// <summary>
/// The door through which systems send messages that are no alarms. Declared here, implemented by the operations centre: it knows people, their addresses and the channels.
/// The call completes when the messages are in the outbox. Repeating it with the same key sends nothing twice, also after a restart.
/// </summary>
public interface IMessenger
{
    /// <returns>People that have an address on some channel; 0 when nobody can be told.</returns>
    Task<int> SendAsync(SystemMessage message, CancellationToken cancellation = default);
}
