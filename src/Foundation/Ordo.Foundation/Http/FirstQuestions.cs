using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
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
/// Asks the first questions of all rooms through their routes, with the server's own rights and without a connection, and lets the answers go. A question that cannot be answered
/// stops nothing: whoever asks it is told.
/// </summary>
/// <param name="rooms">Who has questions.</param>
/// <param name="endpoints">All routes.</param>
/// <param name="current">Where handlers find the request.</param>
public sealed partial class FirstQuestions(
    IEnumerable<IFirstQuestions> rooms, EndpointDataSource endpoints, IHttpContextAccessor current, IServiceScopeFactory scopes, TimeProvider clock, ILogger<FirstQuestions> log)
{
    /// <summary>A start waits no longer for its own questions, for example on a slow disk.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly ILogger log = log;

    /// <returns>How many were answered.</returns>
    public async Task<int> AskAsync(CancellationToken cancellation = default)
    {
        int answered = 0;
        using var patience = new CancellationTokenSource(Patience, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            var byName = endpoints.Endpoints.OfType<RouteEndpoint>()
                .Select(endpoint => (Name: endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName, endpoint.RequestDelegate))
                .Where(route => route.Name is not null).DistinctBy(route => route.Name).ToDictionary(route => route.Name!, route => route.RequestDelegate);
            foreach (FirstQuestion question in rooms.SelectMany(room => room.Questions()))
            {
                ends.Token.ThrowIfCancellationRequested();
                if (byName.GetValueOrDefault(question.Endpoint) is { } answer && await IsAnsweredAsync(question, answer, ends.Token)) answered++;
            }
        }
#pragma warning disable CA1031 // a server does not stop for a question that nobody asked
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogUnanswered(fault);
        }

        return answered;
    }

    private async Task<bool> IsAnsweredAsync(FirstQuestion question, RequestDelegate answer, CancellationToken cancellation)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = cancellation };
        (http.Request.Method, http.Request.Scheme, http.Request.Host, http.Request.QueryString) = (HttpMethods.Get, "http", new("localhost"), new(question.Query));
        if (question.Id is { } id) http.Request.RouteValues["id"] = id.ToString(CultureInfo.InvariantCulture);
        http.SetCaller(Caller.Everything(nameof(FirstQuestions)));
        current.HttpContext = http;
        try
        {
            await answer(http);
            return http.Response.StatusCode == StatusCodes.Status200OK;
        }
        catch (ProblemException)
        {
            return false; // for example because a series is damaged
        }
        finally
        {
            current.HttpContext = null;
        }
    }

    [LoggerMessage(1130, LogLevel.Debug, "The first questions after the start could not be answered")]
    private partial void LogUnanswered(Exception fault);
}
