using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Identifiers.Replicas;
using Ordo.Testing;

namespace Ordo.Identifiers.Tests.Serving;

/// <summary>Whatever stands at the address of its primary, a replica goes on answering and asking.</summary>
public sealed class ReplicaFollowerTests : IDisposable
{
    private readonly TcpListener primary = new(IPAddress.Loopback, 0);

    public ReplicaFollowerTests() => primary.Start();

    public void Dispose() => primary.Dispose();

    [Fact]
    public Task Connections_reset_in_the_moment_they_open_do_not_end_it() => StandsAsync(300, "", "");

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "answers as no primary does")]
    [InlineData("HTTP/1.1 200 OK\r\nOrdo-Log-Seed: of\r\nOrdo-Log-Last: grass\r\nOrdo-Log-Prefixes: 1\r\nOrdo-Log-Total: 1\r\nContent-Length: 0\r\n\r\n", "answers as no primary does")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", "")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "")]
    public Task Answers_that_are_none_do_not_end_it(string answer, string reason) => StandsAsync(3, answer, reason);

    private async Task StandsAsync(int connections, string answer, string reason)
    {
        var settings = new Dictionary<string, string?>([TestPeople.Settings]) { ["Identifiers:Follow"] = $"http://{primary.LocalEndpoint}", ["Identifiers:FollowToken"] = "t" };
        await using TestServer server = await TestServer.StartAsync([new ParkModule(), new AccessModule(), new IdentifiersModule()], settings);
        ReplicaFollower follower = server.Services.GetRequiredService<ReplicaFollower>();
        using CancellationTokenSource patience = Patience.Begin();
        for (int made = 0; made < connections; made++)
        {
            Task<TcpClient> next = primary.AcceptTcpClientAsync(patience.Token).AsTask();
            while (!next.IsCompleted)
            {
                Assert.False(follower.ExecuteTask!.IsCompleted, $"{follower.ExecuteTask.Exception}");
                server.Time.Advance(TimeSpan.FromSeconds(1)); // it asks again a second after a failure
                await Task.WhenAny(next, Task.Delay(1, patience.Token)); // the connection is made by other threads
            }

            using TcpClient connection = await next;
            connection.LingerState = new(true, 0); // ends with a reset
            if (answer.Length == 0) continue;
            await connection.GetStream().ReadAtLeastAsync(new byte[64], 64, cancellationToken: patience.Token);
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), patience.Token);
            connection.LingerState = new(false, 0);
        }

        Assert.False(follower.ExecuteTask!.IsCompleted, $"{follower.ExecuteTask.Exception}");
        Assert.Equal(ReplicaState.Unreachable, follower.State!.State);
        Assert.Contains(reason, follower.State.Reason, StringComparison.Ordinal);
        using HttpClient anybody = server.CreateClient();
        using HttpResponseMessage served = await anybody.GetAsync("/api/handles/88.999.1/a", patience.Token);
        Assert.Equal(HttpStatusCode.BadRequest, served.StatusCode); // nothing was copied: not a prefix of this node
    }
}
