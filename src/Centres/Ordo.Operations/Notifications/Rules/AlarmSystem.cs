using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Notifications.Rules;

/// <summary>Which of the park's systems an alarm is a matter of: said by the category of its facility, or of the nearest one above it that has one.</summary>
public static class AlarmSystem
{
    public const string Energy = "energy", Environment = "environment", Safety = "safety", Logistics = "logistics", Production = "production";

    public static IReadOnlyList<string> All { get; } = [Energy, Environment, Safety, Logistics, Production];

    /// <param name="category">Of a facility; <c>null</c> when neither it nor anything above it has one.</param>
    public static string Of(string? category) => category switch
    {
        "airStation" or "weatherStation" or "noiseStation" or "waterStation" or "groundwaterWell" or "wasteWaterOutlet" or "wasteGasOutlet" or "stormWaterOutlet"
            or "wasteWaterPlant" or "solidWasteSite" or "waterBody" or "greenBelt" => Environment,
        "substation" or "distributionRoom" or "meteringPoint" or "powerPlant" or "photovoltaicPlant" or "windFarm" or "energyStorage" or "boilerHouse" or "heatStation"
            or "waterPlant" or "pumpStation" => Energy,
        "tank" or "tankFarm" or "gasStation" or "hazardousWasteStore" or "fireStation" or "emergencyStore" or "pipeRack" => Safety,
        "gate" or "parking" or "weighbridge" or "road" or "railway" => Logistics,
        _ => Production,
    };

    /// <summary>The system of each asset, by path.</summary>
    internal static async Task<Dictionary<string, string>> OfPathsAsync(OrdoDbContext database, IReadOnlyCollection<string> paths, CancellationToken cancellation)
    {
        long[] ids = [.. paths.SelectMany(IdsOf).Distinct()];
        var categories = new Dictionary<long, string>();
        foreach (long[] some in ids.Chunk(500))
        {
            var found = await database.Set<Asset>().Where(a => some.Contains(a.Id) && a.Kind == AssetKind.Facility).Select(a => new { a.Id, a.Attributes }).ToListAsync(cancellation);
            foreach (var asset in found)
                if (JsonElement.Parse(asset.Attributes).TryGetProperty("category", out JsonElement category)) categories[asset.Id] = category.GetString()!;
        }
        return paths.Distinct().ToDictionary(path => path, path => Of(IdsOf(path).Reverse().Select(id => categories.GetValueOrDefault(id)).FirstOrDefault(c => c is not null)));
    }

    private static IEnumerable<long> IdsOf(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(id => long.Parse(id, System.Globalization.CultureInfo.InvariantCulture));
}
