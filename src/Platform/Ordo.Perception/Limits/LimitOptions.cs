namespace Ordo.Perception.Limits;

/// <summary>
/// Configuration section <c>Perception:Limits</c>. The defaults are far above what an honest sender needs, a back-fill of months included;
/// they are there so that a faulty or hostile one cannot take the server from the others.
/// </summary>
public sealed record LimitOptions
{
    public const string Section = "Perception:Limits";

    /// <summary>One source that writes over HTTP. A message is a line, or a JSON object.</summary>
    public RateOptions HttpSource { get; init; } = new() { SamplesPerSecond = 1_000_000, MessagesPerSecond = 1_000_000 };

    /// <summary>One remote address that writes over HTTP. A message is a request.</summary>
    public RateOptions HttpAddress { get; init; } = new() { SamplesPerSecond = 50_000_000, MessagesPerSecond = 100_000 };

    /// <summary>One device at a field port. A message is a frame.</summary>
    public RateOptions DeviceSource { get; init; } = new() { SamplesPerSecond = 20_000, MessagesPerSecond = 200, Burst = TimeSpan.FromMinutes(1) };

    /// <summary>One remote address at the field ports; many devices may sit behind it.</summary>
    public RateOptions DeviceAddress { get; init; } = new() { SamplesPerSecond = 1_000_000, MessagesPerSecond = 20_000 };

    /// <summary>Open connections of one remote address to the field ports.</summary>
    public int ConnectionsPerAddress { get; init; } = 12_000;

    /// <summary>Sources and addresses watched at the same time; when there are more, those that were silent longest are forgotten first.</summary>
    public int MaxTracked { get; init; } = 200_000;
}

/// <summary>How much one sender may send; 0 means without limit.</summary>
public sealed record RateOptions
{
    public double SamplesPerSecond { get; init; }

    public double MessagesPerSecond { get; init; }

    /// <summary>How long it may send at any speed after it was silent: the bucket holds this time's worth of its rate.</summary>
    public TimeSpan Burst { get; init; } = TimeSpan.FromSeconds(10);
}
