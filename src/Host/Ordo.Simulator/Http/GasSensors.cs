using System.Globalization;
using System.Text.Json;
using Ordo.Simulator.Replay;

namespace Ordo.Simulator.Http;

/// <summary>Methane sensors and an anemometer along a fence: JSON telemetry, one message per device.</summary>
public sealed class GasSensors(IReadOnlyList<(string Source, Recording Recording, IReadOnlyList<(string Channel, string Column)> Channels)> sensors) : IHttpDevices
{
    public TimeSpan RowLength { get; } = TimeSpan.FromMinutes(1);

    public IEnumerable<Message> Messages(IReadOnlyList<Moment> moments)
    {
        foreach (var (source, recording, channels) in sensors)
        {
            var samples = moments
                .SelectMany(moment => channels.Select(channel => new
                {
                    channel = channel.Channel,
                    time = moment.Wall.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
                    value = recording.Table[channel.Column][recording.RowAt(moment.Replay)],
                }))
                .Where(sample => sample.value is not null)
                .ToArray();
            if (samples.Length > 0)
                yield return new("/api/v1/telemetry", "application/json", Compressed: false, JsonSerializer.Serialize(new { source, samples }), samples.Length);
        }
    }
}
