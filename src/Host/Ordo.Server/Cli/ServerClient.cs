using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Access.Tokens;
using Ordo.Foundation.Persistence;
using Ordo.Server.DataFolders;

namespace Ordo.Server.Cli;

/// <summary>Verbs that ask a running server: the one that <c>--server</c> names, or the one that runs on the data folder.</summary>
internal static class ServerClient
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromDays(1), AskAgainAfter = TimeSpan.FromMilliseconds(500);

    public static Option<string?> Server() => new("--server") { Description = "Ask the server there instead of looking for the one that runs on the data folder.", HelpName = "URL" };

    public static Option<string?> Token() => new("--token") { Description = "Token with --server; also from ORDO_TOKEN.", HelpName = "TOKEN" };

    /// <summary>
    /// Who may write the data folder may do anything there: for a server of this machine a token is made for the work and gone afterwards.
    /// </summary>
    /// <exception cref="StartRefusedException">No server runs there, or none answers.</exception>
    public static async Task UseAsync(string data, string? server, string? token, string purpose, Func<HttpClient, Task> work, CancellationToken cancellation)
    {
        if (server is not null)
        {
            await AskAsync(server, token ?? Environment.GetEnvironmentVariable("ORDO_TOKEN") ?? throw new StartRefusedException("--server needs --token TOKEN or ORDO_TOKEN."), work);
            return;
        }

        string url = DataFolderSession.AddressOf(data) ?? throw new StartRefusedException($"No server answers for {Path.GetFullPath(data)}: start it first, or name one with --server URL --token TOKEN.");
        await OfflineServices.UseAsync(data, async services =>
        {
            OrdoAccount account = await AdministratorAsync(services, cancellation);
            string name = $"{purpose} {Guid.NewGuid():n}"[..Math.Min(ApiToken.MaxNameLength, purpose.Length + 20)];
            string secret = await AccountVerbs.IssueAsync(services, account, name, Roles.Administrator, null, TokenLife, cancellation);
            try
            {
                await AskAsync(url, secret, async http =>
                {
                    await WaitUntilKnownAsync(http, url, cancellation);
                    await work(http);
                });
            }
            finally
            {
                var db = services.GetRequiredService<OrdoDbContext>();
                db.RemoveRange(await db.Set<ApiToken>().Where(made => made.Name == name).ToListAsync(CancellationToken.None));
                await db.SaveChangesAsync(CancellationToken.None);
            }
        });
    }

    /// <summary>A server looks for a token that it does not know, though not more than once a second.</summary>
    private static async Task WaitUntilKnownAsync(HttpClient http, string url, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(AccessDirectory.MaxAge * 4);
        try
        {
            while (true)
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri("api/v1/system", UriKind.Relative), patience.Token);
                if (answer.StatusCode != System.Net.HttpStatusCode.Unauthorized) return;
                await Task.Delay(AskAgainAfter, patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new StartRefusedException($"The server at {url} does not know the token made in this data folder: it is another folder's server.");
        }
    }

    private static async Task AskAsync(string url, string token, Func<HttpClient, Task> work)
    {
        using var http = new HttpClient { BaseAddress = new(url.TrimEnd('/') + "/"), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        try
        {
            await work(http);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            throw new StartRefusedException($"The server at {url} does not answer ({e.Message}).", e);
        }
    }

    /// <exception cref="StartRefusedException">With what the server says.</exception>
    public static async Task RequireSuccessAsync(this HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (!answer.IsSuccessStatusCode) throw new StartRefusedException($"The server refused with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
    }

    private static async Task<OrdoAccount> AdministratorAsync(IServiceProvider services, CancellationToken cancellation)
    {
        AccessSnapshot access = await services.GetRequiredService<AccessDirectory>().GetAsync(cancellation);
        var owner = access.Accounts.FirstOrDefault(account => !account.Disabled && account.Caller.HasEverywhere(Permissions.ManageBackups))
            ?? throw new StartRefusedException("No account in this data folder may do everything; name a token with --server URL --token TOKEN.");
        return await AccountVerbs.FindAsync(services, owner.UserName, cancellation);
    }
}
