namespace Ordo.Perception.Gateways.Hj212;

/// <summary>What a message of a device is about.</summary>
public enum Hj212Topic
{
    /// <summary>Not known here: kept as text, acknowledged so that the device stops sending it.</summary>
    Unknown,

    /// <summary>Carries numbers with a time.</summary>
    Data,

    /// <summary>Carries information without numbers that belong to a time: clocks, intervals, restart, sampling periods.</summary>
    Information,

    /// <summary>Nothing but a sign of life. Not in the 2017 text.</summary>
    Heartbeat,

    /// <summary>1013: the device wants its clock set.</summary>
    ClockWish,

    /// <summary>9011: the device will, or will not, do what was asked.</summary>
    RequestAnswer,

    /// <summary>9012: it has done it, or not.</summary>
    ExecutionResult,

    /// <summary>9013: it has taken notice.</summary>
    NotificationAnswer,

    /// <summary>9014: it has taken data.</summary>
    DataAnswer,
}

/// <summary>The command codes a device sends (HJ 212-2017 table 9, with what 2005 and the field add).</summary>
public static class Hj212Uploads
{
    public static Hj212Topic TopicOf(int command) => command switch
    {
        2011 or 2021 or 2031 or 2041 or 2051 or 2061 or 2072 or 3020 => Hj212Topic.Data,
        1011 or 1061 or 1063 or 2081 or 3015 or 3017 or 3018 or 3019 => Hj212Topic.Information,
        8013 or 9015 or 9021 => Hj212Topic.Heartbeat,
        1013 => Hj212Topic.ClockWish,
        9011 => Hj212Topic.RequestAnswer,
        9012 => Hj212Topic.ExecutionResult,
        9013 => Hj212Topic.NotificationAnswer,
        9014 => Hj212Topic.DataAnswer,
        _ => Hj212Topic.Unknown,
    };

    /// <summary>What is put behind a channel's name so that the mean of a minute and the mean of an hour are two series.</summary>
    public static ReadOnlySpan<byte> ChannelEnding(int command) => command switch
    {
        2051 => ".minute"u8,
        2061 => ".hour"u8,
        2031 or 2041 => ".day"u8,
        _ => default,
    };

    /// <summary>The field that holds the time of the data: start of the interval for aggregates, else the instant.</summary>
    public static ReadOnlySpan<byte> TimeField(int command) => command == 2072 ? "AlarmTime"u8 : "DataTime"u8;
}
