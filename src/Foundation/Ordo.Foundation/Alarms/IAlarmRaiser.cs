namespace Ordo.Foundation.Alarms;

/// <summary>Which alarm of which system it is.</summary>
/// <param name="System">Short name of the system or gateway: <c>energy</c>, <c>hj212</c>; at most 40 characters.</param>
/// <param name="Code">The system's own name for it, the same each time: <c>meter-4711-tamper</c>; at most 70 characters.</param>
public readonly record struct RaisedAlarmKey(string System, string Code);

/// <summary>What a system says is wrong.</summary>
/// <param name="Key">Which alarm.</param>
/// <param name="AssetId">Where.</param>
/// <param name="Name">What is wrong, in both languages.</param>
/// <param name="Priority">1 (highest) … 4 (lowest). Only of the first time: afterwards it is what the people of the park made it.</param>
public sealed record RaisedAlarm(RaisedAlarmKey Key, long AssetId, Text Name, int Priority)
{
    /// <summary>Since when; <c>null</c>: now.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>What was measured, where something was.</summary>
    public double? Value { get; init; }

    /// <summary>What more there is to say of this time.</summary>
    public string? Detail { get; init; }

    /// <summary>What happens when nobody does anything. Of the first time only, like the priority.</summary>
    public string? Consequence { get; init; }

    /// <summary>What to do. Of the first time only, like the priority.</summary>
    public string? Response { get; init; }
}

/// <summary>
/// The door through which systems and gateways raise alarms, so that all alarms live in one place. Declared here, implemented by the operations centre.
/// Both calls complete when the transition is in the journal; a call that failed must be repeated. Repeating changes nothing.
/// </summary>
public interface IAlarmRaiser
{
    ValueTask RaiseAsync(RaisedAlarm alarm, CancellationToken cancellation = default);

    /// <summary>The condition is gone. An alarm that was never raised is no error.</summary>
    ValueTask ClearAsync(RaisedAlarmKey key, CancellationToken cancellation = default);
}
