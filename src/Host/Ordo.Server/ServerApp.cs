using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Persistence;
using Ordo.Server.Backups;
using Ordo.Server.Cli;
using Ordo.Server.Web;
using Ordo.Server.DataFolders;
using Ordo.Server.Observability;

namespace Ordo.Server;

/// <summary>Puts the server together and runs it: data folder, upgrade, modules, HTTP.</summary>
public static partial class ServerApp
{
    /// <summary>Below, a few thousand connections are more than the doors may take.</summary>
    private const int EnoughFiles = 16_384;

    /// <summary>The server with all its services and routes, not started and with nothing opened yet.</summary>
    public static WebApplication Build(ServerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(FromCommandLine(settings));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.Http, kestrel.ApplicationServices.GetRequiredService<HttpConnections>().Guard);
        });
        // Sealing what is in memory to a slow disk may take longer than the framework's five seconds.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(2));
        builder.Services.AddSingleton(new DataFolder(settings.Data));
        IReadOnlyList<IModule> running = settings.Only is { } room ? Modules.Only(room) : Modules.All();
        builder.Services.AddOrdoFoundation(builder.Configuration.GetSection("Ordo"), running, closed: [.. Modules.All().Where(module => running.All(open => open.Name != module.Name))]);
        builder.Services.AddDataProtection().SetApplicationName("ordo").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(Path.GetFullPath(settings.Data), "keys")));
        builder.Services.AddSingleton<PrometheusText>();
        builder.Services.AddSingleton<HttpConnections>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<BackupDesk>();
        builder.Services.AddOrdoOpenApi();

        WebApplication app = builder.Build();
        app.Services.GetRequiredService<PrometheusText>(); // counts from the first sample on
        app.UseTrustedProxies();
        app.UseSecurityHeaders();
        app.UseOrdoFronts();
        app.UseRouting();
        app.UseConsole(settings.Web);
        app.UseOrdoFoundation();
        app.MapSystem();
        app.MapBackups();
        GatherRoutes(app);
        return app;
    }

    /// <summary>One source that keeps its endpoints: the framework asks for them several times, and each time the sources below would compile all of them anew.</summary>
    private static void GatherRoutes(IEndpointRouteBuilder app)
    {
        var gathered = new CompositeEndpointDataSource([.. app.DataSources]);
        app.DataSources.Clear();
        app.DataSources.Add(gathered);
    }

    /// <summary>Runs until SIGINT or SIGTERM; returns after everything is sealed and the folder is left.</summary>
    /// <param name="settings">From the command line.</param>
    /// <param name="started">Runs once when the server answers, before it says so; the demonstration begins here.</param>
    public static async Task RunAsync(ServerSettings settings, Func<WebApplication, CancellationToken, Task>? started, CancellationToken cancellation)
    {
        long begin = Stopwatch.GetTimestamp();
        using DataFolderSession session = DataFolderSession.Open(settings.Data);
        await using WebApplication app = Build(settings);
        foreach (IModule module in app.Services.GetRequiredService<RunningModules>().All) module.BeginStart(app.Services);
        ILogger logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Ordo.Server");
        await Upgrade.RunAsync(session, app.Services.GetRequiredService<DatabaseOptions>(), app.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>(), app.Services.GetRequiredService<TimeProvider>(), logger, cancellation);
        // Some hundred routes are compiled when they are first looked at: beside the start, not for the first who asks.
        Task<int> routes = Task.Run(() => ((IEndpointRouteBuilder)app).DataSources.Sum(source => source.Endpoints.Count), cancellation);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new StartRefusedException($"{e.Message} Another program listens there; stop it, or choose other ports with --http ADDRESS:PORT, ORDO__Perception__Gateways__<Name>__Port and ORDO__Identifiers__Port.", e);
        }

        await routes;
        if (OpenFiles.Limit < EnoughFiles) LogFewFiles(logger, OpenFiles.Limit, OpenFiles.ForHttp, OpenFiles.ForDevices, OpenFiles.ForIdentifiers);
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(a => a.StartsWith("http", StringComparison.Ordinal));
        await app.Services.GetRequiredService<AccessDirectory>().GetAsync(cancellation);
        using (HttpClient own = OwnClient.To(address)) await app.Services.GetRequiredService<FirstQuestions>().AskAsync(own, cancellation);
        try
        {
            if (started is not null) await started(app, cancellation);
        }
        catch
        {
            await app.StopAsync(CancellationToken.None); // in its order, so that the reason is the last word and not the first of many
            throw;
        }

        app.Services.GetRequiredService<Readiness>().SetReady();
        session.Announce(address);
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Ordo {ServerVersion.Current} is ready after {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s: {address}  (data in {session.Folder.FullPath})"));
        await app.WaitForShutdownAsync(cancellation);
        LogStopped(logger);
    }

    private static Dictionary<string, string?> FromCommandLine(ServerSettings settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["Ordo:Data"] = Path.GetFullPath(settings.Data),
            ["Ordo:Bind"] = settings.Bind.ToString(),
        };
        foreach (string setting in settings.Set)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) throw new StartRefusedException($"--set {setting}: expected Section:Key=value.");
            values["Ordo:" + setting[..equals]] = setting[(equals + 1)..];
        }

        return values;
    }

    [LoggerMessage(9002, LogLevel.Information, "Stopped; everything is sealed")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(9003, LogLevel.Warning, "The system lets this process open only {Limit} files: {Http} connections over HTTP, {Devices} of devices and {Identifiers} to the identifier node are the most it takes. Raise it (LimitNOFILE=131072 in a unit of systemd)")]
    private static partial void LogFewFiles(ILogger logger, int limit, int http, int devices, int identifiers);
}
