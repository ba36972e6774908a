using System.Diagnostics;
using System.Globalization;
using Ordo.Testing;

namespace Ordo.Storage.Tests.ClickHouse;

/// <summary>A real ClickHouse server of the test's own: from Debian's package, on loopback, in a temporary folder, gone with the process.</summary>
internal sealed class ClickHouseProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = Patience.Limit };
    private readonly string folder = Directory.CreateTempSubdirectory("ordo-clickhouse-").FullName;
    private readonly int tcpPort = FreePorts.Take(), interserverPort = FreePorts.Take();
    private Process? process;

    private ClickHouseProcess()
    {
        // A shell that outlives us by a moment, so that nothing stays behind when the test run is killed either.
        const string watch = "tail --pid=\"$1\" -f /dev/null; kill -9 \"$(cat \"$2/pid\")\"; sleep 0.2; rm -rf \"$2\"";
        Process.Start(new ProcessStartInfo("setsid", ["--fork", "sh", "-c", $"( {watch} ) >/dev/null 2>&1 </dev/null", "watch", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), folder]))!.Dispose();
    }

    public int HttpPort { get; } = FreePorts.Take();

    public Uri Address => new($"http://127.0.0.1:{HttpPort}");

    /// <summary>Servers that know each other as the shards of the cluster <c>park</c>.</summary>
    public static async Task<ClickHouseProcess[]> StartShardsAsync(int count)
    {
        for (int tried = 1; ; tried++)
        {
            try
            {
                return await TryStartShardsAsync(count);
            }
            catch (InvalidOperationException) when (tried < 3)
            {
                // Another program took one of the ports between looking and listening.
            }
        }
    }

    private static async Task<ClickHouseProcess[]> TryStartShardsAsync(int count)
    {
        ClickHouseProcess[] servers = [.. Enumerable.Range(0, count).Select(_ => new ClickHouseProcess())];
        string shards = string.Concat(servers.Select(server => $"<shard><replica><host>127.0.0.1</host><port>{server.tcpPort}</port></replica></shard>"));
        foreach (ClickHouseProcess server in servers) server.Configure(shards);
        try
        {
            await Task.WhenAll(servers.Select(server => server.StartAsync()));
            return servers;
        }
        catch
        {
            foreach (ClickHouseProcess server in servers) await server.DisposeAsync();
            throw;
        }
    }

    public async Task StartAsync()
    {
        process = Process.Start(new ProcessStartInfo(Program(), [$"--config-file={Path.Combine(folder, "config.xml")}"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await File.WriteAllTextAsync(Path.Combine(folder, "pid"), process.Id.ToString(CultureInfo.InvariantCulture));
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                if (await Http.GetStringAsync(new Uri(Address, "/ping")) == "Ok.\n") return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                if (process.HasExited || waited.Elapsed > Patience.Limit)
                    throw new InvalidOperationException($"ClickHouse did not start: {string.Join(' ', File.ReadLines(Path.Combine(folder, "errors.log")).TakeLast(3))}", e);
                await Task.Delay(50); // another process is starting; there is no clock of ours to wait on
            }
        }
    }

    /// <summary>As a power failure of the process would: no farewell.</summary>
    public void Kill()
    {
        if (process is null || process.HasExited) return;
        process.Kill();
        process.WaitForExit(10_000); // without a limit it would also wait for the last of the output
    }

    public async Task<string> AskAsync(string sql)
    {
        using var body = new StringContent(sql);
        using HttpResponseMessage response = await Http.PostAsync(Address, body);
        string text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text.TrimEnd('\n') : throw new InvalidOperationException(text);
    }

    public ValueTask DisposeAsync()
    {
        Remove();
        return ValueTask.CompletedTask;
    }

    private void Remove()
    {
        Kill();
        process?.Dispose();
        process = null;
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private void Configure(string shards)
    {
        File.WriteAllText(Path.Combine(folder, "config.xml"), string.Create(CultureInfo.InvariantCulture, $"""
            <yandex>
              <logger><level>warning</level><log>{folder}/server.log</log><errorlog>{folder}/errors.log</errorlog></logger>
              <http_port>{HttpPort}</http_port><tcp_port>{tcpPort}</tcp_port><interserver_http_port>{interserverPort}</interserver_http_port>
              <listen_host>127.0.0.1</listen_host><interserver_http_host>127.0.0.1</interserver_http_host>
              <path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path><user_files_path>{folder}/files/</user_files_path>
              <users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
              <mark_cache_size>67108864</mark_cache_size><timezone>UTC</timezone>
              <remote_servers><park>{shards}</park></remote_servers>
            </yandex>
            """));
        File.WriteAllText(Path.Combine(folder, "users.xml"), """
            <yandex>
              <profiles><default/></profiles><quotas><default/></quotas>
              <users>
                <default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
                <ordo><password>secret &amp; more</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></ordo>
              </users>
            </yandex>
            """);
    }

    private static string Program() =>
        new[] { "/usr/sbin/clickhouse-server", "/usr/bin/clickhouse-server" }.FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("The tests need ClickHouse: install Debian's package clickhouse-server.");
}
