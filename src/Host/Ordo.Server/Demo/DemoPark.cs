using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Access.Tokens;
using Ordo.Foundation.Park;
using Ordo.Foundation.Park.Import;
using Ordo.Foundation.Persistence;
using Ordo.Perception.Gateways.Hj212;
using Ordo.Server.Cli;

namespace Ordo.Server.Demo;

/// <summary>
/// The demonstration: its park is imported through the same importer that a user's park is, and its devices are the simulator, a process of
/// its own that reaches the server only through its ports.
/// </summary>
/// <param name="simulatorArguments">Speed and misbehaviour, as the simulator's command line takes them.</param>
public sealed partial class DemoPark(IReadOnlyList<string> simulatorArguments) : IAsyncDisposable
{
    private const string TokenName = "demo simulator";
    private static readonly TimeSpan WorkPatience = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource stopping = new();
    private Process? simulator;
    private Task filing = Task.CompletedTask, registering = Task.CompletedTask;

    public async Task StartAsync(WebApplication app, CancellationToken cancellation)
    {
        await using AsyncServiceScope scope = app.Services.CreateAsyncScope();
        bool isNew = await ImportAsync(scope.ServiceProvider, cancellation);
        string token = await RenewTokenAsync(scope.ServiceProvider, cancellation);
        StartSimulator(app, token, isNew, Anchor(app));
        ILogger logger = app.Services.GetRequiredService<ILogger<DemoPark>>();
        filing = WorkAsync(logger, () => FileAsync(app), LogNotFiled);
        registering = WorkAsync(logger, () => RegisterAsync(app), LogNotRegistered);
        app.Lifetime.ApplicationStopping.Register(EndWork);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(filing, registering);
        stopping.Dispose();
        if (simulator is null) return;
        simulator.StandardInput.Close(); // tells it to stop; the kernel does the same when this process is killed
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await simulator.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            simulator.Kill(entireProcessTree: true);
        }

        simulator.Dispose();
    }

    /// <summary>While the rooms that the work is done in are still open; it would fail in closed ones.</summary>
    private void EndWork()
    {
        stopping.Cancel();
        Task.WaitAll([filing, registering], WorkPatience);
    }

    /// <returns>Whether the folder was empty and now holds the park.</returns>
    private static async Task<bool> ImportAsync(IServiceProvider services, CancellationToken cancellation)
    {
        if (await services.GetRequiredService<OrdoDbContext>().Set<Asset>().AnyAsync(cancellation)) return false;
        await using FileStream file = File.OpenRead(Path.Combine(SimulatorFolder(), "data", "demo-park", "park.csv"));
        ImportOutcome outcome = await services.GetRequiredService<ParkImporter>().ImportAsync(file, ParkFileFormat.Csv, "park.csv", cancellation: cancellation);
        if (outcome.FaultCount > 0)
        {
            CellFault first = outcome.Faults[0];
            throw new StartRefusedException($"The demonstration park has {outcome.FaultCount} bad cells; the first is {first.Sheet} row {first.Row}, {first.Column} '{first.Value}': {first.Reason.En}");
        }

        await DemoMimics.AddAsync(services, cancellation);
        return true;
    }

    /// <summary>Work that goes on while the park is shown already, until it is done or the demonstration stops.</summary>
    /// <param name="tell">What is logged when it fails.</param>
    private async Task WorkAsync(ILogger logger, Func<Task> work, Action<ILogger, Exception> tell)
    {
        try
        {
            await Task.Run(work, stopping.Token);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // It was stopped in the middle, and whatever it met then says nothing.
        }
        catch (Exception exception)
        {
            tell(logger, exception);
        }
    }

    /// <summary>Forms of some years.</summary>
    private Task FileAsync(WebApplication app) => ActivatorUtilities.CreateInstance<DemoEconomy>(app.Services).FillAsync(stopping.Token);

    /// <summary>Identifiers of the enterprises, and the people who scan them until the demonstration stops.</summary>
    private async Task RegisterAsync(WebApplication app)
    {
        DemoIdentifiers identifiers = ActivatorUtilities.CreateInstance<DemoIdentifiers>(app.Services);
        await identifiers.FillAsync(stopping.Token);
        using HttpClient own = OwnClient.To(AddressOf(app));
        await identifiers.ScanAsync(own, stopping.Token);
    }

    [LoggerMessage(9203, LogLevel.Warning, "The demonstration's identifiers could not all be registered; everything else runs.")]
    private static partial void LogNotRegistered(ILogger logger, Exception exception);

    [LoggerMessage(9202, LogLevel.Warning, "The demonstration's economic forms could not all be filed; everything else runs.")]
    private static partial void LogNotFiled(ILogger logger, Exception exception);

    /// <summary>When this folder's demonstration first started: accelerated time runs on from there, so that a curve goes on after a restart.</summary>
    private static string Anchor(WebApplication app)
    {
        string file = app.Services.GetRequiredService<DataFolder>().Combine("demo-anchor");
        if (!File.Exists(file)) File.WriteAllText(file, app.Services.GetRequiredService<TimeProvider>().GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        return File.ReadAllText(file);
    }

    /// <summary>A fresh token at every start; that of the last run is revoked.</summary>
    private static async Task<string> RenewTokenAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var context = services.GetRequiredService<OrdoDbContext>();
        context.RemoveRange(await context.Set<ApiToken>().Where(t => t.Name == TokenName).ToListAsync(cancellation));
        OrdoAccount owner = await AccountVerbs.FindAsync(services, "admin", cancellation);
        return await AccountVerbs.IssueAsync(services, owner, TokenName, Roles.Ingest, scope: null, TimeSpan.FromDays(30), cancellation);
    }

    private void StartSimulator(WebApplication app, string token, bool isNew, string anchor)
    {
        string address = AddressOf(app);
        Hj212Options hj212 = app.Services.GetRequiredService<Hj212Options>();
        // The launcher publishes the server with a runtime of its own.
        string dotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        var start = new ProcessStartInfo(dotnet) { RedirectStandardInput = true, Environment = { ["ORDO_TOKEN"] = token } };
        // A week of history fills the curves of a new park. Later starts send none: what was not measured while nobody ran is a gap.
        string[] arguments =
        [
            Path.Combine(SimulatorFolder(), "ordo-simulator.dll"), "--server", Reachable(address), "--hj212", new IPEndPoint(IPAddress.Loopback, hj212.Port).ToString(),
            "--hours", isNew ? "168" : "0", "--anchor", anchor, "--until-stdin-closes", .. simulatorArguments,
        ];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        simulator = Process.Start(start) ?? throw new StartRefusedException("The simulator did not start.");
    }

    private static string AddressOf(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(a => a.StartsWith("http", StringComparison.Ordinal));

    /// <summary>Beside the server's files, or in a folder beside its folder, where the launcher puts it; with it is the park it plays.</summary>
    internal static string SimulatorFolder()
    {
        string[] folders = [AppContext.BaseDirectory, Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "simulator"))];
        return Array.Find(folders, folder => File.Exists(Path.Combine(folder, "ordo-simulator.dll"))) ?? throw new StartRefusedException($"The simulator is missing in {folders[^1]}.");
    }

    /// <summary>A server that listens on every address is reached on this machine's own.</summary>
    private static string Reachable(string address) => address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal);
}
