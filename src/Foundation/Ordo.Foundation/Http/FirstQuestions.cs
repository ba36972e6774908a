using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Access;

namespace Ordo.Foundation.Http;

/// <summary>What a room's pages ask first. The server asks it itself before it says it is ready, so that nobody waits for code to be compiled and files to be opened.</summary>
public interface IFirstQuestions
{
    /// <summary>Questions that change nothing; asked for when everything has started.</summary>
    IEnumerable<FirstQuestion> Questions();
}

/// <summary>A GET of one of the server's own routes.</summary>
/// <param name="Endpoint">Name of the route.</param>
/// <param name="Query">With its question mark, or empty.</param>
/// <param name="Id">Value of the route's <c>id</c>, where it has one.</param>
public sealed record FirstQuestion(string Endpoint, string Query, long? Id = null);

/// <summary>
/// The first requests that a server answers: its own, over a connection as everybody's, with rights that only they have and only while they are asked. Code is compiled, routes are
/// built and files opened by them. A question that cannot be answered stops nothing: whoever asks it is told.
/// </summary>
/// <param name="rooms">Who has questions.</param>
public sealed partial class FirstQuestions(IEnumerable<IFirstQuestions> rooms, LinkGenerator links, OwnToken token, TimeProvider clock, ILogger<FirstQuestions> log)
{
    /// <summary>A start waits no longer for its own questions, for example on a slow disk.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly ILogger log = log;

    /// <param name="server">Sends to this server.</param>
    /// <returns>How many were answered.</returns>
    public async Task<int> AskAsync(HttpClient server, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        int answered = 0;
        using var patience = new CancellationTokenSource(Patience, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        using OwnToken.Grant grant = token.Give();
        try
        {
            using HttpResponseMessage alive = await server.GetAsync(new Uri("/health/live", UriKind.Relative), ends.Token); // also where no room has a question
            foreach (FirstQuestion question in rooms.SelectMany(room => room.Questions()))
                if (links.GetPathByName(question.Endpoint, question.Id is { } id ? new RouteValueDictionary { ["id"] = id } : null) is { } path && await IsAnsweredAsync(server, path + question.Query, grant.Secret, ends.Token)) answered++;
        }
#pragma warning disable CA1031 // a server that cannot reach itself serves others all the same; the first of them waits a little
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogUnanswered(fault);
        }

        return answered;
    }

    private static async Task<bool> IsAnsweredAsync(HttpClient server, string address, string secret, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = new("Bearer", secret) } };
        using HttpResponseMessage answer = await server.SendAsync(request, cancellation);
        return answer.IsSuccessStatusCode;
    }

    [LoggerMessage(1130, LogLevel.Debug, "The first questions after the start could not be answered")]
    private partial void LogUnanswered(Exception fault);
}
