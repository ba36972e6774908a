namespace Ordo.Foundation.Modules;

/// <summary>The rooms that are open. Those that are not still have their tables, so that a data folder is the same for a server with all rooms and for one with few.</summary>
public sealed record RunningModules(IReadOnlyList<IModule> All)
{
    /// <summary>Names of the rooms, for the console.</summary>
    public IReadOnlyList<string> Names { get; } = [.. All.Select(module => module.Name)];
}
