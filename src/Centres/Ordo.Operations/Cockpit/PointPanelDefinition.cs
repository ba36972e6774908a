using System.Text.Json;
using System.Text.Json.Serialization;
using Ordo.Foundation;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Cockpit;

/// <summary>How the values of many points become one figure.</summary>
internal enum PanelReading
{
    /// <summary>Counters: what they grew by, added up.</summary>
    Counter,

    /// <summary>The mean of the newest values.</summary>
    Mean,

    /// <summary>The largest of the newest values.</summary>
    Max,
}

internal enum PanelRanking
{
    /// <summary>Every asset that has such a point.</summary>
    Asset,

    /// <summary>The enterprises above them.</summary>
    Enterprise,
}

/// <summary>A panel that is worked out from points, as a file describes it: which points, by quantity and channel, and how they become a figure.</summary>
internal sealed record PointPanelDefinition
{
    public required string System { get; init; }

    public required Text Title { get; init; }

    public required PanelReading Reading { get; init; }

    public required string Quantity { get; init; }

    /// <summary>Only points fed by this channel; <c>null</c> is all of the quantity.</summary>
    public string? Channel { get; init; }

    public required string Unit { get; init; }

    public int Decimals { get; init; }

    public required Text Label { get; init; }

    public PanelRanking RankBy { get; init; }

    /// <summary>The sum of other points' newest values, shown beside the headline.</summary>
    public BesideDefinition? Beside { get; init; }

    public bool Takes(PointEntry entry) => entry.Series is not null && entry.Point.Quantity == Quantity && (Channel is null || entry.Point.Channel == Channel);
}

internal sealed record BesideDefinition(string Quantity, string Unit, int Decimals, Text Label);

/// <summary>Channels of the park's own weather station.</summary>
internal sealed record WeatherDefinition(string Temperature, string WindSpeed, string WindDirection);

/// <summary>The file of panels: shipped, or the operator's own.</summary>
internal sealed record PointPanelFile(WeatherDefinition Weather, IReadOnlyList<PointPanelDefinition> Panels)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <param name="path">The operator's file; <c>null</c> is the one that is shipped.</param>
    /// <exception cref="InvalidOperationException">The file is not there or not of this form; the message says where.</exception>
    public static PointPanelFile Read(string? path)
    {
        try
        {
            using Stream stream = path is null
                ? typeof(PointPanelFile).Assembly.GetManifestResourceStream("Ordo.Operations.Cockpit.point-panels.json")!
                : File.OpenRead(path);
            return JsonSerializer.Deserialize<PointPanelFile>(stream, Format)!;
        }
        catch (Exception fault) when (fault is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new SettingsRefusedException($"Operations:Cockpit:PointPanels {path}: {fault.Message}", fault);
        }
    }
}
