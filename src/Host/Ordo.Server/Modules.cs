using Ordo.Foundation.Modules;

namespace Ordo.Server;

/// <summary>Every module of the server, in the order of their dependencies. A new module is one line here.</summary>
public static class Modules
{
    public static IReadOnlyList<IModule> All() =>
    [
    ];
}
