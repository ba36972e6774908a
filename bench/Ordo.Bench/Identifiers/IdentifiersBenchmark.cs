using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;

namespace Ordo.Bench.Identifiers;

/// <summary>
/// The identifier node: bulk load in this process, then a server of its own process that holds what was loaded, asked over UDP, TCP and HTTP by this one; NSD is asked over
/// UDP by the same code in the same run. Options: handles (1000000), seconds a figure (5), folder (a temporary one; one that is named stays and what was loaded can be asked again),
/// ordo-server.dll (what <c>./ordo</c> built), parts with commas between (all of load, open, still, nsd, udp, tcp, rest, creates, starts, file).
/// </summary>
internal static class IdentifiersBenchmark
{
    private const string Prefix = "88.999.1";
    private const int MostDnsNames = 3_000_000, FileRows = 1_000_000;

    /// <summary>Half of what a node must answer in a second: four tenths of what NSD does here, and 100,000 and 40,000.</summary>
    private const double HalfRequiredUdp = 28_000, HalfRequiredTcp = 50_000, HalfRequiredRest = 20_000;
    private static int handles;
    private static TimeSpan seconds;
    private static string[] parts = ["load", "open", "still", "nsd", "udp", "tcp", "rest", "creates", "starts", "file"];

    public static async Task<int> RunAsync(string[] options)
    {
        handles = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 1_000_000;
        seconds = TimeSpan.FromSeconds(options.Length > 1 ? double.Parse(options[1], CultureInfo.InvariantCulture) : 5);
        string folder = options.Length > 2 ? options[2] : Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        if (options.Length > 4) parts = options[4].Split(',');
        try
        {
            if (Has("load")) await LoadAsync(Path.Combine(folder, "data", "identifiers"));
            if (Has("open")) Open(Path.Combine(folder, "data", "identifiers"));
            if (Has("still")) TellStillness();
            double yardstick = Has("nsd") ? AskNsd(Path.Combine(folder, "nsd")) : double.NaN;
            string assembly = options.Length > 3 ? options[3] : ServerProcess.Built;
            if (parts.Intersect(["udp", "tcp", "rest", "creates", "starts"]).Any()) await AskServerAsync(assembly, Path.Combine(folder, "data"), yardstick);
            if (Has("file")) await SendFileAsync(assembly);
        }
        finally
        {
            if (options.Length <= 2) Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static bool Has(string part) => parts.Contains(part);

    private static async Task LoadAsync(string folder)
    {
        using var store = new HandleStore(folder, NullLogger<HandleStore>.Instance);
        await store.SetHomeAsync(Prefix, true);
        long begin = Stopwatch.GetTimestamp();
        await store.LoadAsync(Enumerable.Range(0, handles).Select(Item), overwrite: false);
        double took = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        long disk = Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length);
        Tell($"bulk load, durable: {handles / took:N0} handles/s (5 values each, {handles:N0} of them in {took:0.0} s); {disk / handles} bytes a handle on disk, {(double)store.IndexBytes / handles:0.0} in the index");
        long listing = Stopwatch.GetTimestamp();
        store.List(Encoding.UTF8.GetBytes(Prefix), handles - 50, 50, out _);
        Tell($"the last 50 of its prefix listed in {Stopwatch.GetElapsedTime(listing).TotalMilliseconds:0.0} ms");
    }

    private static void Open(string folder)
    {
        long begin = Stopwatch.GetTimestamp();
        using var store = new HandleStore(folder, NullLogger<HandleStore>.Instance);
        Tell($"the store alone opened in {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.00} s; {store.Count:N0} handles, {(double)store.IndexBytes / store.Count:0.0} bytes of each in the index");
    }

    private static void TellStillness()
    {
        Stillness.Gaps gaps = Stillness.Measure(seconds);
        Tell(string.Create(CultureInfo.InvariantCulture, $"the machine itself, all processors busy: {gaps.Share:P2} of the time in gaps of more than a millisecond, the longest {gaps.Longest:0.0} ms"));
    }

    private static double AskNsd(string folder)
    {
        if (!File.Exists(NsdServer.Program))
        {
            Tell("NSD is not installed (apt-get install nsd), so there is no yardstick");
            return double.NaN;
        }

        int names = Math.Min(handles, MostDnsNames);
        using NsdServer nsd = NsdServer.Start(folder, names);
        using var questions = new UdpQuestions(QuestionForm.Dns(NsdServer.Zone), nsd.EndPoint, 256);
        Load.Fastest(questions, names, TimeSpan.FromSeconds(1));
        LoadFigures figures = Load.Fastest(questions, names, seconds), steady = Load.Steady(questions, names, figures.PerSecond / 2, seconds);
        Tell($"NSD, {names:N0} names, UDP: {figures.PerSecond:N0}/s ({figures.Lost} lost); at half load {Latency(steady)}; resident {nsd.Resident >> 20:N0} MiB");
        return figures.PerSecond;
    }

    private static async Task AskServerAsync(string assembly, string data, double yardstick)
    {
        int port = NsdServer.FreePort();
        string[] settings = ["--only", "identifiers", "--set", $"Identifiers:Port={port}", "--set", "Identifiers:UdpRequestsPerSecond=0"];
        var handlePort = new IPEndPoint(IPAddress.Loopback, port);
        QuestionForm form = QuestionForm.Handle(Prefix);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true); // what the load left here would be collected in the middle of a figure
        string token;
        await using (ServerProcess first = await StartAsync(assembly, data, settings, form, handlePort, "first start"))
        {
            Warm(Path.Combine(data, "identifiers"));
            token = await first.CreateTokenAsync("administrator");
            var http = new IPEndPoint(IPAddress.Loopback, first.Address.Port);
            if (Has("udp")) AskUdp(form, handlePort, yardstick);
            if (Has("tcp")) AskTcp(form, handlePort);
            if (Has("rest"))
            {
                AskRest(http, connections: 32, depth: 1);
                AskRest(http, connections: 16, depth: 16);
                foreach (int connections in File.Exists(Wrk.Program) ? (int[])[2, 4] : []) Tell($"REST by wrk, {connections} kept connections, 1 open on each: {Wrk.Ask(first.Address, Prefix, handles, connections, seconds)}");
            }

            if (Has("creates")) await CreateWhileResolvingAsync(form, handlePort, http, token);
            Tell($"resident: {first.Resident >> 20:N0} MiB");
        }

        if (!Has("starts")) return;

        await using (ServerProcess second = await StartAsync(assembly, data, settings, form, handlePort, "start after kill -9")) await second.StopAsync();
        await using ServerProcess third = await StartAsync(assembly, data, settings, form, handlePort, "start after a clean stop");
        Tell($"resident after start: {third.Resident >> 20:N0} MiB");
    }

    /// <summary>Reads the files once, as a node does that has run for a while: what was loaded a moment ago is not all in memory, and the questions then measure the disk.</summary>
    private static void Warm(string folder)
    {
        long begin = Stopwatch.GetTimestamp(), bytes = 0;
        byte[] buffer = new byte[4 << 20];
        foreach (string path in Directory.EnumerateFiles(folder, "handles-*.log"))
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            long read = 0;
            while (RandomAccess.Read(file, buffer, read) is > 0 and var more) read += more;
            bytes += read;
        }

        Tell($"the values read once: {bytes >> 20:N0} MiB in {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s");
    }

    private static async Task SendFileAsync(string assembly)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ordo-bench-");
        try
        {
            await using ServerProcess server = await ServerProcess.StartAsync(assembly, folder.FullName, ["--only", "identifiers", "--set", "Identifiers:Port=0"]);
            Tell(await FileJob.RunAsync(server, await server.CreateTokenAsync("administrator"), FileRows));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AskUdp(QuestionForm form, IPEndPoint server, double yardstick)
    {
        using var udp = new UdpQuestions(form, server, 256);
        Load.Fastest(udp, handles, TimeSpan.FromSeconds(2)); // compiled by now
        LoadFigures fast = Load.Fastest(udp, handles, seconds), steady = Load.Steady(udp, handles, fast.PerSecond / 2, seconds), required = Load.Steady(udp, handles, HalfRequiredUdp, seconds);
        Tell($"UDP: {fast.PerSecond:N0}/s, {fast.PerSecond / yardstick:0.00} × NSD ({fast.Lost} lost); at half load {Latency(steady)}; at half of what is required {Latency(required)}");
    }

    private static void AskTcp(QuestionForm form, IPEndPoint server)
    {
        using var tcp = new TcpQuestions(form, server, 128);
        Load.Fastest(tcp, handles, TimeSpan.FromSeconds(1));
        LoadFigures fast = Load.Fastest(tcp, handles, seconds), steady = Load.Steady(tcp, handles, fast.PerSecond / 2, seconds), required = Load.Steady(tcp, handles, HalfRequiredTcp, seconds);
        Tell($"TCP, one kept connection, 128 open: {fast.PerSecond:N0}/s; at half load {Latency(steady)}; at half of what is required {Latency(required)}");
    }

    private static void AskRest(IPEndPoint server, int connections, int depth)
    {
        using var rest = new HttpQuestions(HttpQuestions.Read(Prefix), server, connections, depth);
        Load.Fastest(rest, handles, TimeSpan.FromSeconds(2));
        LoadFigures fast = Load.Fastest(rest, handles, seconds), steady = Load.Steady(rest, handles, fast.PerSecond / 2, seconds), required = Load.Steady(rest, handles, HalfRequiredRest, seconds);
        Tell($"REST, {connections} kept connections, {depth} open on each: {fast.PerSecond:N0}/s ({rest.Failed} failed); at half load {Latency(steady)}; at half of what is required {Latency(required)}");
    }

    private static async Task CreateWhileResolvingAsync(QuestionForm form, IPEndPoint handlePort, IPEndPoint http, string token)
    {
        using var udp = new UdpQuestions(form, handlePort, 256);
        double rate = Load.Fastest(udp, handles, TimeSpan.FromSeconds(1)).PerSecond / 2;
        using var creates = new HttpQuestions(Create(token), http, 64);
        Load.Fastest(creates, 1, TimeSpan.FromSeconds(3)); // compiled by now
        Task<LoadFigures> creating = Task.Run(() => Load.Fastest(creates, 1, seconds));
        LoadFigures resolved = Load.Steady(udp, handles, rate, seconds), created = await creating;
        Tell($"creates over REST, each durable, 64 at a time, while {resolved.PerSecond:N0}/s are resolved over UDP ({Latency(resolved)}): {created.PerSecond:N0}/s ({creates.Failed} failed)");
    }

    private static Func<int, Span<byte>, int> Create(string token)
    {
        int number = 0;
        return (_, target) =>
        {
            string body = string.Create(CultureInfo.InvariantCulture, $"[{{\"index\":1,\"type\":\"URL\",\"data\":\"https://id.example.cn/n/{number}\"}},{{\"index\":2000,\"type\":\"PRODUCT_NAME\",\"data\":\"valve\"}}]");
            return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"PUT /api/handles/{Prefix}/NEW{number++} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"), target);
        };
    }

    /// <summary>Starts the server and asks it until it answers over UDP.</summary>
    private static async Task<ServerProcess> StartAsync(string assembly, string data, string[] settings, QuestionForm form, IPEndPoint port, string what)
    {
        long begin = Stopwatch.GetTimestamp();
        Task<ServerProcess> starting = ServerProcess.StartAsync(assembly, data, settings);
        using var question = new UdpQuestions(form, port, 1);
        while (!starting.IsFaulted)
        {
            question.Ask(0, 0);
            question.Flush();
            if (question.Receive(wait: true, null) == 0)
            {
                await Task.Delay(5);
                continue;
            }

            Tell($"{what}: first answer after {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.00} s");
            break;
        }

        return await starting;
    }

    private static string Latency(LoadFigures figures) => string.Create(CultureInfo.InvariantCulture,
        $"{figures.PerSecond:N0}/s: answered within median {figures.Served.Median:N0} µs, p99 {figures.Served.P99:N0} µs, p99.9 {figures.Served.P999:N0} µs (seen by the load: {figures.Seen.Median:N0}, {figures.Seen.P99:N0}, {figures.Seen.P999:N0})");

    private static LoadItem Item(int number) => new(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Prefix}/SN{number:00000000}")),
        [
            HandleValue.Of(1, "URL", string.Create(CultureInfo.InvariantCulture, $"https://id.example.cn/p/{number}"), 1),
            HandleValue.Of(100, "HS_ADMIN", Admin, 1),
            HandleValue.Of(2000, "PRODUCT_NAME", "阀门", 1),
            HandleValue.Of(2001, "BATCH", string.Create(CultureInfo.InvariantCulture, $"B{number / 1000}"), 1),
            HandleValue.Of(2002, "MADE", "2026-03-01", 1),
        ]);

    private static Octets Admin { get; } = new AdminData((AdminPermissions)0x07f3, "0.NA/" + Prefix, 200).ToArray();

    private static void Tell(string line) => Console.WriteLine(line);
}
