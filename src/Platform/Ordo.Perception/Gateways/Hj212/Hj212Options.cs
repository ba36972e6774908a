using System.Net;
using Microsoft.Extensions.Configuration;
using Ordo.Foundation.Modules;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>What the platform does by itself when a claimed device connects (HJ 212-2017 §6.7).</summary>
public enum FirstConnection
{
    Nothing,

    /// <summary>Sets the clock when it is further off than the limit.</summary>
    Clock,

    /// <summary>The whole sequence: clock, time-outs, intervals, real-time upload, equipment state.</summary>
    Full,
}

/// <summary>Configuration section <c>Perception:Gateways:Hj212</c>.</summary>
public sealed record Hj212Options
{
    public const string Section = "Perception:Gateways:Hj212";

    public bool Enabled { get; init; } = true;

    /// <summary>TCP port, 0 … 65,535; 0 takes a free one.</summary>
    public int Port { get; init; } = 5212;

    /// <summary>Address to listen on; the default is this machine only. Falls back to <c>Bind</c>.</summary>
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>Longest data segment accepted, 1024 … 9999 bytes. The standard says 1024, devices do not.</summary>
    public int MaxSegmentBytes { get; init; } = 9999;

    /// <summary>Connections at a time; how many of them from one address, <see cref="Limits.LimitOptions.ConnectionsPerAddress"/> says.</summary>
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>How long the rest of a begun frame may take.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection may be silent before its first frame.</summary>
    public TimeSpan FirstFrameTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a connection may be silent afterwards; some devices speak once an hour.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(3);

    /// <summary>How long a device may refuse to read what is sent to it.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes without one good frame after which the connection is closed.</summary>
    public int MaxNoiseBytes { get; init; } = 256 * 1024;

    /// <summary>Unreadable frames in a row after which the connection is closed.</summary>
    public int MaxFaultsInRow { get; init; } = 200;

    /// <summary>Time until the same request is sent again (HJ 212-2017 §6.2).</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a request is sent again.</summary>
    public int Resends { get; init; } = 3;

    /// <summary>Time for a device to do what it has agreed to, from its last sign about it.</summary>
    public TimeSpan ExecutionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How far ahead of the server a DataTime may be before its samples are marked uncertain.</summary>
    public TimeSpan FutureTolerance { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Samples before this are marked uncertain: a device whose clock died starts again in the past.</summary>
    public DateTimeOffset EarliestTime { get; init; } = new(2005, 1, 1, 0, 0, 0, Hj212Time.ChinaOffset);

    public FirstConnection FirstConnection { get; init; } = FirstConnection.Clock;

    /// <summary>How far a device's clock may be off before it is set.</summary>
    public TimeSpan ClockSkewLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Reads and checks the configuration; every fault is reported at once.</summary>
    /// <param name="configuration">The section <c>Ordo</c>.</param>
    public static Hj212Options Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        IConfigurationSection section = configuration.GetSection(Section);
        Hj212Options options = section.Get<Hj212Options>() ?? new Hj212Options();
        if (section["Bind"] is null && configuration["Bind"] is { } bind) options = options with { Bind = bind };
        string[] faults = [.. options.Faults()];
        return faults.Length == 0 ? options : throw new SettingsRefusedException(string.Join(' ', faults));
    }

    /// <summary>Every fault of the configuration, each naming its key.</summary>
    public IEnumerable<string> Faults()
    {
        if (Port is < 0 or > 65_535) yield return $"{Section}:Port should be 0 … 65535, is {Port}.";
        if (!IPAddress.TryParse(Bind, out _)) yield return $"{Section}:Bind should be an IP address, is '{Bind}'.";
        if (MaxSegmentBytes is < 1024 or > 9999) yield return $"{Section}:MaxSegmentBytes should be 1024 … 9999, is {MaxSegmentBytes}.";
        if (MaxConnections < 1) yield return $"{Section}:MaxConnections should be at least 1, is {MaxConnections}.";
        if (MaxNoiseBytes < 1) yield return $"{Section}:MaxNoiseBytes should be at least 1, is {MaxNoiseBytes}.";
        if (MaxFaultsInRow < 1) yield return $"{Section}:MaxFaultsInRow should be at least 1, is {MaxFaultsInRow}.";
        if (Resends is < 0 or > 99) yield return $"{Section}:Resends should be 0 … 99, is {Resends}.";
        (string, TimeSpan)[] times =
        [
            (nameof(FrameTimeout), FrameTimeout), (nameof(FirstFrameTimeout), FirstFrameTimeout), (nameof(IdleTimeout), IdleTimeout),
            (nameof(SendTimeout), SendTimeout), (nameof(AnswerTimeout), AnswerTimeout), (nameof(ExecutionTimeout), ExecutionTimeout),
        ];
        foreach ((string name, TimeSpan value) in times)
            if (value < TimeSpan.FromSeconds(1)) yield return $"{Section}:{name} should be at least 1 s, is {value}.";
    }
}
