namespace Ordo.Operations.Alarms.PlantStates;

/// <summary>
/// In which state a plant is (装置状态), as somebody said: running, starting, stopping, stopped, in maintenance. Holds for the asset and everything below it that
/// has none of its own. Alarms that mean nothing in a state are suppressed by design while it lasts.
/// </summary>
public sealed class PlantState
{
    public const string Running = "running";

    /// <summary>The states there are.</summary>
    public static IReadOnlyList<string> All { get; } = [Running, "starting", "stopping", "stopped", "maintenance", "cleaning"];

    public required long AssetId { get; init; }

    public required string State { get; set; }

    public required DateTimeOffset Since { get; set; }

    public required string By { get; set; }

    public string? Reason { get; set; }

    public int Version { get; set; } = 1;
}
