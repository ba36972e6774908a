using Ordo.Foundation.Audit;

namespace Ordo.Server.Cli;

/// <summary>The server's services on a data folder, without a server: for verbs that also work beside a running one.</summary>
internal static class OfflineServices
{
    /// <exception cref="StartRefusedException">The folder holds no data.</exception>
    public static async Task UseAsync(string data, Func<IServiceProvider, Task> work)
    {
        if (!File.Exists(Path.Combine(data, "ordo.json"))) throw new StartRefusedException($"{Path.GetFullPath(data)} holds no Ordo data; name the data folder with --data DIR.");
        await using WebApplication app = ServerApp.Build(new ServerSettings { Data = data });
        await using AsyncServiceScope scope = app.Services.CreateAsyncScope();
        using IDisposable actor = app.Services.GetRequiredService<CurrentActor>().Become(new Actor("command line"));
        await work(scope.ServiceProvider);
    }
}
