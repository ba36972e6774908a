namespace Ordo.Perception.Sources;

/// <summary>Where a request to a source stands.</summary>
public enum RequestState
{
    /// <summary>Waiting for its turn or for an answer.</summary>
    Pending,

    /// <summary>The device agreed and is at it.</summary>
    Accepted,

    Done,

    /// <summary>The device refused or could not.</summary>
    Failed,

    /// <summary>No answer, or no result, in time.</summary>
    TimedOut,
}
