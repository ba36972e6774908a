using System.Net;

namespace Ordo.Simulator;

/// <summary>What to simulate and against which platform.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The platform's HTTP address.</summary>
    public Uri Server { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>The platform's HJ 212 port.</summary>
    public IPEndPoint Hj212 { get; init; } = new(IPAddress.Loopback, 5212);

    /// <summary>API token with the right to write telemetry; without one only the HJ 212 devices run.</summary>
    public string? Token { get; init; }

    /// <summary>Folder with the recordings and the demo park.</summary>
    public string Data { get; init; } = Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>Recorded seconds per wall second, 0.01 … 3600. At 60 a measured hour passes in a minute.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Wall time at which acceleration begins; <c>null</c> is the start. The same anchor replays the same values after a restart.</summary>
    public DateTimeOffset? Anchor { get; init; }

    /// <summary>Moment replayed at the anchor; <c>null</c> is the anchor itself, so that now is the same hour of the year as then.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>History sent at start, 0 … 8760 h.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Between real-time messages of an HJ 212 device, 30 … 3600 s.</summary>
    public TimeSpan RealTimeInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between reports of the meters and gas sensors.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(5);

    public Misbehaviour Misbehaviour { get; init; } = Misbehaviour.None;

    /// <summary>Talk to addresses other than this machine's own.</summary>
    public bool AllowRemote { get; init; }

    /// <summary>Every fault of the options, as sentences; empty when the simulator may start.</summary>
    public IEnumerable<string> Faults()
    {
        if (Speed is not (>= 0.01 and <= 3600)) yield return $"--speed must be within 0.01 … 3600, is {Speed}.";
        if (History < TimeSpan.Zero || History > TimeSpan.FromHours(8760)) yield return $"--hours must be within 0 … 8760, is {History.TotalHours}.";
        if (RealTimeInterval.TotalSeconds is not (>= 30 and <= 3600)) yield return $"--interval must be within 30 … 3600 s (HJ 212-2017, RtdInterval), is {RealTimeInterval.TotalSeconds}.";
        if (!Directory.Exists(Path.Combine(Data, "demo-park"))) yield return $"--recordings: {Data} has no folder demo-park.";
        if (AllowRemote) yield break;
        if (!Server.IsLoopback) yield return $"--server {Server} is another machine. The simulator sends invented devices; say --allow-remote if that platform is meant to take them.";
        if (!IPAddress.IsLoopback(Hj212.Address)) yield return $"--hj212 {Hj212} is another machine. Say --allow-remote if that platform is meant to take invented devices.";
    }
}
