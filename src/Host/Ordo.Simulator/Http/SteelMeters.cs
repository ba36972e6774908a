using System.Globalization;
using System.Text;
using Ordo.Simulator.Replay;

namespace Ordo.Simulator.Http;

/// <summary>Electricity meters as a concentrator reports them: InfluxDB line protocol, one line per meter and moment.</summary>
public sealed class SteelMeters : IHttpDevices
{
    private const string Energy = "Usage_kWh";
    private static readonly (string Field, string Column, int Factor)[] Fields =
    [
        // The file has amounts of 15 minutes; four times that is the mean power.
        ("activePower", Energy, 4),
        ("reactivePowerLagging", "Lagging_Current_Reactive_Power_kVarh", 4),
        ("reactivePowerLeading", "Leading_Current_Reactive_Power_kVarh", 4),
        ("powerFactorLagging", "Lagging_Current_Power_Factor", 1),
        ("powerFactorLeading", "Leading_Current_Power_Factor", 1),
    ];

    private readonly (string Key, Recording Recording, Func<DateTimeOffset, decimal> Register)[] meters;

    /// <param name="meters">Series keys such as <c>steel,meter=EM01</c>, each with its own stretch of the measured series.</param>
    public SteelMeters(IEnumerable<(string Key, Recording Recording)> meters) =>
        this.meters = [.. meters.Select(meter => (meter.Key, meter.Recording, meter.Recording.Register(Energy)))];

    public TimeSpan RowLength { get; } = TimeSpan.FromMinutes(15);

    public IEnumerable<Message> Messages(IReadOnlyList<Moment> moments)
    {
        var lines = new StringBuilder();
        foreach (Moment moment in moments)
            foreach (var (key, recording, register) in meters)
            {
                int row = recording.RowAt(moment.Replay);
                lines.Append(key).Append(' ');
                foreach (var (field, column, factor) in Fields)
                    lines.Append(CultureInfo.InvariantCulture, $"{field}={recording.Table[column][row] * factor},");
                lines.Append(CultureInfo.InvariantCulture, $"activeEnergy={register(moment.Replay)} {moment.Milliseconds}\n");
            }
        if (lines.Length > 0)
            yield return new("/api/v2/write?org=ordo&bucket=park&precision=ms", "text/plain", Compressed: true, lines.ToString(), moments.Count * meters.Length * (Fields.Length + 1));
    }
}
