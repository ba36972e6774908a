using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ordo.Bench.Peers;

/// <summary>The questions, with what each answer holds when it is right.</summary>
internal enum Question
{
    /// <summary>24 h of one series as it was sent.</summary>
    DayOfOne,

    /// <summary>1 h averages of 100 series over 30 days.</summary>
    HoursOfHundred,

    /// <summary>1 h averages of all 1,400 series over 30 days.</summary>
    HoursOfAll,

    /// <summary>The sum over all series of those averages, one figure an hour.</summary>
    SumOfAll,

    /// <summary>The newest value of 14,000 series.</summary>
    Newest,
}

/// <summary>A time-series store as a process of its own on loopback, in a folder of its own.</summary>
internal abstract partial class Peer(string folder) : IAsyncDisposable
{
    protected static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(5) };

    public abstract string Name { get; }

    protected string Folder => folder;

    /// <summary>Starts on what the folder holds; ready when this completes.</summary>
    public abstract Task StartAsync();

    /// <summary>As an operator stops it.</summary>
    public abstract Task StopAsync();

    /// <summary>Runs the loader on bodies that never end.</summary>
    public abstract Task<LoaderReport> IngestAsync(int series, double seconds);

    /// <summary>Runs the loader on the history.</summary>
    public abstract Task<LoaderReport> FeedAsync(PeerData data, string bodies, double seconds);

    /// <summary>Lets it do what it does by itself with time: merge, compact.</summary>
    public virtual Task SettleAsync() => WaitUntilStillAsync(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30));

    /// <summary>Between feeding and asking, the store being stopped.</summary>
    public virtual Task PrepareAsync() => Task.CompletedTask;

    /// <returns>How many values the answer holds.</returns>
    public abstract Task<long> AskAsync(Question question, PeerData data, int variant);

    /// <summary>Bytes of everything the store keeps, stopped.</summary>
    public virtual long DiskBytes() => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>Lets the system forget the files, so that the next question reads the disk.</summary>
    public void ForgetFiles()
    {
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            using FileStream open = file.Open(FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            open.Flush(flushToDisk: true);
            _ = PosixAdvise((int)open.SafeFileHandle.DangerousGetHandle(), 0, 0, 4);
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(20_000, 32_000); // below the range the system gives to connections
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // In use; the next.
            }
        }
    }

    protected static Process Run(string program, IEnumerable<string> arguments, string? log = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/tmp" };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        Process process = Process.Start(start)!;
        StreamWriter? to = log is null ? null : new StreamWriter(log, append: true) { AutoFlush = true };
        process.OutputDataReceived += (_, line) => Keep(to, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(to, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    protected static async Task StopAsync(Process? process, string signal = "-TERM")
    {
        if (process is null || process.HasExited) return;
        using (Process kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
    }

    protected static async Task AnswersAsync(Uri address, Process process)
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                using HttpResponseMessage answer = await Http.GetAsync(address);
                if ((int)answer.StatusCode < 500) return;
            }
            catch (HttpRequestException) when (!process.HasExited && waited.Elapsed < TimeSpan.FromMinutes(1))
            {
                // Not yet.
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Until the folder has neither grown nor shrunk for a while.</summary>
    protected async Task WaitUntilStillAsync(TimeSpan still, TimeSpan most)
    {
        long size = -1;
        for (Stopwatch waited = Stopwatch.StartNew(), unchanged = Stopwatch.StartNew(); waited.Elapsed < most && unchanged.Elapsed < still;)
        {
            await Task.Delay(250);
            long now = SizeNow();
            if (now == size) continue;
            size = now;
            unchanged.Restart();
        }
    }

    protected static async Task<byte[]> GetAsync(Uri address, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        return await SendAsync(request);
    }

    protected static async Task<byte[]> SendAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage answer = await Http.SendAsync(request);
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode ? body : throw new InvalidOperationException($"{request.RequestUri}: {(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
    }

    protected static string Iso(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private long SizeNow()
    {
        try
        {
            return DiskBytes();
        }
        catch (IOException)
        {
            return -2; // a file went while it was looked at: not still
        }
    }

    private static void Keep(StreamWriter? to, string? line)
    {
        if (to is null || line is null) return;
        lock (to) to.WriteLine(line);
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int PosixAdvise(int file, long offset, long length, int advice);
}
