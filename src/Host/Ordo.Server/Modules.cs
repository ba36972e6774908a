using Ordo.Economy;
using Ordo.Foundation.Access;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Park;
using Ordo.Identifiers;
using Ordo.Operations;
using Ordo.Perception;
using Ordo.Server.Cli;
using Ordo.Storage;

namespace Ordo.Server;

/// <summary>Every module of the server. A new module is one line here.</summary>
public static class Modules
{
    /// <summary>In the order in which they start; they stop in the opposite one. The store is open before anything asks it, gateways listen last.</summary>
    public static IReadOnlyList<IModule> All() =>
    [
        new AccessModule(),
        new StorageModule(),
        new ParkModule(),
        new OperationsModule(),
        new EconomyModule(),
        new PerceptionModule(),
        new IdentifiersModule(),
    ];

    /// <summary>Rooms that can run without the others.</summary>
    public static IReadOnlyList<string> Alone { get; } = ["identifiers"];

    /// <summary>What runs for <c>--only</c>: the room, who may enter it, and the tree of the enterprises it is for.</summary>
    /// <param name="room">One of <see cref="Alone"/>.</param>
    public static IReadOnlyList<IModule> Only(string room) => room switch
    {
        "identifiers" => [new AccessModule(), new ParkModule(points: false), new IdentifiersModule()],
        _ => throw new StartRefusedException($"--only {room}: expected {string.Join(" or ", Alone)}."),
    };
}
