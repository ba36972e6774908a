using Ordo.Foundation;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways;

/// <summary>A gateway that can also ask its sources to do something.</summary>
public interface ICommandingGateway : IGateway
{
    /// <summary>What can be asked.</summary>
    IReadOnlyList<SourceCommand> Commands { get; }

    /// <summary>Sends a request, or queues it behind the one that is under way.</summary>
    /// <param name="source">One of this gateway's.</param>
    /// <param name="command">Code of the command.</param>
    /// <param name="arguments">By name.</param>
    /// <param name="by">Who asks.</param>
    RequestOutcome Ask(Source source, string command, IReadOnlyDictionary<string, string> arguments, string by);
}

/// <summary>A command as the console offers it.</summary>
public sealed record SourceCommand(string Command, Text Name, IReadOnlyList<SourceCommandArgument> Arguments);

/// <summary>An argument of a command.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Label">For people.</param>
/// <param name="Required">Whether it must be given.</param>
/// <param name="Expected">What a value looks like.</param>
/// <param name="IsSecret">Show it as dots.</param>
public sealed record SourceCommandArgument(string Name, Text Label, bool Required, Text Expected, bool IsSecret);

/// <summary>What became of asking; exactly one of the three holds.</summary>
/// <param name="Request">It is on its way.</param>
/// <param name="Faults">The command or its arguments are wrong.</param>
/// <param name="Obstacle">It cannot be sent now.</param>
public sealed record RequestOutcome(SourceRequest? Request, IReadOnlyList<(string Field, Text Reason)> Faults, Text? Obstacle)
{
    public static RequestOutcome Sent(SourceRequest request) => new(request, [], null);

    public static RequestOutcome Wrong(IReadOnlyList<(string Field, Text Reason)> faults) => new(null, faults, null);

    public static RequestOutcome NotNow(Text obstacle) => new(null, [], obstacle);
}
