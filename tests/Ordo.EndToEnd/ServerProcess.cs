using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>The real server as its own process on a folder of its own, on free loopback ports; can be stopped, killed and started again.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    public const string AdminPassword = "Long-enough-1-for-tests";
    private readonly string[] extraArguments;
    private readonly ConcurrentQueue<string> output = new();
    private Process? process;

    private ServerProcess(string data, int httpPort, int hj212Port, string verb, string[] extraArguments)
    {
        Data = data;
        Hj212Port = hj212Port;
        Verb = verb;
        this.extraArguments = extraArguments;
        Address = new Uri($"http://127.0.0.1:{httpPort}");
    }

    public string Data { get; }

    public Uri Address { get; }

    public int Hj212Port { get; }

    private string Verb { get; }

    private int? Files { get; init; }

    /// <summary>Everything it printed, for the message of a failed test.</summary>
    public string Output => string.Join('\n', output);

    public int Id => process!.Id;

    public static async Task<ServerProcess> StartAsync(string verb = "server", string? data = null, params string[] extraArguments)
    {
        var server = new ServerProcess(data ?? Directory.CreateTempSubdirectory("ordo-e2e-").FullName, FreePorts.Take(), FreePorts.Take(), verb, extraArguments);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>One that the system lets open only so many files and connections.</summary>
    public static async Task<ServerProcess> StartWithFilesAsync(int files, params string[] extraArguments)
    {
        var server = new ServerProcess(Directory.CreateTempSubdirectory("ordo-e2e-").FullName, FreePorts.Take(), FreePorts.Take(), "server", extraArguments) { Files = files };
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>A verb that ends by itself.</summary>
    public static async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[ServerDll, .. arguments]) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience.Limit);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Starts the process on the same folder and ports, and returns when it says that it is ready.</summary>
    public async Task StartAgainAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo(Files is null ? "dotnet" : "prlimit")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment =
            {
                ["ORDO_ADMIN_PASSWORD"] = AdminPassword,
                ["ORDO__Identifiers__Port"] = "0",
                ["ORDO__Perception__Gateways__Hj212__Port"] = Hj212Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        };
        if (Files is { } files)
        {
            start.ArgumentList.Add($"--nofile={files}");
            start.ArgumentList.Add("dotnet");
        }

        foreach (string argument in (string[])[ServerDll, Verb, "--data", Data, "--http", Address.Authority, "--web", Path.Combine(Repository, "web", "dist"), .. extraArguments])
            start.ArgumentList.Add(argument);
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Read(line.Data, ready);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("The server ended before it was ready:\n" + Output));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await ready.Task.WaitAsync(Patience.Limit);
        }
        catch (TimeoutException)
        {
            await KillAsync(); // nobody would
            throw;
        }
    }

    /// <summary>SIGKILL: nothing of the process runs any more when this returns.</summary>
    public async Task KillAsync()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>SIGKILL to the server alone, as the kernel does it: what happens to its children is its own affair.</summary>
    public async Task KillAloneAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    public async Task<int> StopAsync()
    {
        using (Process kill = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await process!.WaitForExitAsync().WaitAsync(Patience.Limit);
        return process.ExitCode;
    }

    /// <summary>A client signed in as an account, in English.</summary>
    public async Task<HttpClient> SignInAsync(string userName = "admin", string password = AdminPassword)
    {
        var client = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = Address };
        client.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue("en"));
        client.DefaultRequestHeaders.Add("Origin", Address.GetLeftPart(UriPartial.Authority));
        using HttpResponseMessage answer = await LogInAsync(client, userName, password);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return client;
    }

    private async Task<HttpResponseMessage> LogInAsync(HttpClient client, string userName, string password)
    {
        try
        {
            return await client.PostAsJsonAsync("/api/v1/auth/login", new { userName, password });
        }
        catch (HttpRequestException e)
        {
            throw new InvalidOperationException($"{e.Message}; the server {(process!.HasExited ? $"ended with {process.ExitCode}" : "runs")}:\n{Output}", e);
        }
    }

    /// <summary>A client that writes telemetry with a token of its own.</summary>
    public async Task<HttpClient> WriterAsync(string password = AdminPassword)
    {
        using HttpClient admin = await SignInAsync(password: password);
        using HttpResponseMessage answer = await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "writer " + Guid.NewGuid(), role = "ingest" });
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        string token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false }) await KillAsync();
        process?.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    internal static string Repository { get; } = FindRepository();

    /// <summary>Built with this project, because it is referenced by it.</summary>
    internal static string ServerDll { get; } = Path.Combine(AppContext.BaseDirectory, "ordo-server.dll");

    private static string FindRepository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Ordo.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder!;
    }

    private void Read(string? line, TaskCompletionSource ready)
    {
        if (line is null) return;
        output.Enqueue(line);
        if (line.Contains(Address.Authority, StringComparison.Ordinal)) ready.TrySetResult();
    }
}
