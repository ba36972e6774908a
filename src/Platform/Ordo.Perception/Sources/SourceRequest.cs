using Ordo.Foundation;

namespace Ordo.Perception.Sources;

/// <summary>A request of the platform to a device, as people see it. Its gateway moves it on; everybody else reads.</summary>
public sealed class SourceRequest(Guid id, int sourceId, string command, IReadOnlyDictionary<string, string> arguments, string by, DateTimeOffset created)
{
    private volatile Progress progress = new(RequestState.Pending, default, null);

    public Guid Id { get; } = id;

    public int SourceId { get; } = sourceId;

    /// <summary>The protocol's own code: an HJ 212 CN.</summary>
    public string Command { get; } = command;

    /// <summary>By name; secrets are already blotted out.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; } = arguments;

    /// <summary>Who asked; the platform itself asks as <c>ordo</c>.</summary>
    public string By { get; } = by;

    public DateTimeOffset Created { get; } = created;

    public Progress Now
    {
        get => progress;
        set => progress = value;
    }

    /// <param name="State">Where it stands.</param>
    /// <param name="Result">What the device answered, or why it failed.</param>
    /// <param name="Finished">When it ended, or <c>null</c>.</param>
    public sealed record Progress(RequestState State, Text Result, DateTimeOffset? Finished);
}

/// <summary>
/// Where gateways hand in requests and their progress; <see cref="SourceKeeper"/> writes them to the database within a second.
/// </summary>
public sealed class RequestBook
{
    private readonly Dictionary<Guid, SourceRequest> unsaved = []; // its own lock

    /// <summary>Notes a new request, or that one has moved on.</summary>
    public void Note(SourceRequest request)
    {
        lock (unsaved) unsaved[request.Id] = request;
    }

    internal SourceRequest[] TakeUnsaved()
    {
        lock (unsaved)
        {
            SourceRequest[] taken = [.. unsaved.Values];
            unsaved.Clear();
            return taken;
        }
    }
}
