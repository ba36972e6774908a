using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Resolution;
using Ordo.Identifiers.Serving;

namespace Ordo.Bench;

/// <summary>
/// The identifier node in this process: bulk load, start, look-ups, whole answers, UDP over the loop with the client beside it, durable creates.
/// Options: handles (1000000), seconds a figure (3), folder (a temporary one).
/// </summary>
internal static class IdentifiersBenchmark
{
    private const string Prefix = "88.999.1";
    private static int handles;
    private static TimeSpan seconds;

    public static async Task<int> RunAsync(string[] options)
    {
        handles = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 1_000_000;
        seconds = TimeSpan.FromSeconds(options.Length > 1 ? double.Parse(options[1], CultureInfo.InvariantCulture) : 3);
        string folder = options.Length > 2 ? options[2] : Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        try
        {
            await MeasureAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task MeasureAsync(string folder)
    {
        using (var store = new HandleStore(folder, NullLogger<HandleStore>.Instance))
        {
            await store.SetHomeAsync(Prefix, true);
            long begin = Stopwatch.GetTimestamp();
            await store.LoadAsync(Enumerable.Range(0, handles).Select(Item), overwrite: false);
            double took = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            long disk = Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length);
            Tell($"bulk load, durable: {handles / took:N0} handles/s (5 values each); {disk / handles} bytes a handle on disk, {(double)store.IndexBytes / handles:0.0} in memory");
        }

        long opening = Stopwatch.GetTimestamp();
        using var opened = new HandleStore(folder, NullLogger<HandleStore>.Instance);
        Tell($"start: {Stopwatch.GetElapsedTime(opening).TotalSeconds:0.00} s");

        foreach (int threads in new[] { 1, 2 })
        {
            Tell($"look-ups, {threads} thread(s): {Rate(threads, () =>
            {
                var buffer = new RecordBuffer();
                var random = new Random();
                return () => opened.TryRead(NameOf(random.Next(handles)), buffer, out _);
            }):N0}/s");
        }

        var site = new SiteInfo(1, ProtocolVersion.Newest, 1, SiteInfo.Primary, HashOption.ByHandle, Octets.Empty, [], []);
        var counts = new ResolutionCounts();
        var responder = new Responder(opened, () => site, counts, TimeProvider.System, NullLogger<Responder>.Instance);
        Tell($"whole answers, 1 thread, no network: {Rate(1, () =>
        {
            var scratch = new Scratch();
            var random = new Random();
            return () => responder.Answer(Request(random.Next(handles)), Transport.Tcp, scratch);
        }):N0}/s");

        var options = new IdentifiersOptions { Port = 0 };
        using var udp = new UdpServer(options, responder, TimeProvider.System, NullLogger<UdpServer>.Instance);
        await udp.StartAsync(CancellationToken.None);
        using var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect(udp.EndPoint!);
        client.Client.ReceiveTimeout = 200;
        Tell($"UDP over the loop, client in the same process: {Rate(1, () =>
        {
            var random = new Random();
            byte[] answer = new byte[2048];
            for (int i = 0; i < 64; i++) client.Client.Send(Request(random.Next(handles)));
            return () =>
            {
                try
                {
                    client.Client.Receive(answer);
                }
                catch (SocketException)
                {
                    // A packet was lost; another takes its place.
                }

                client.Client.Send(Request(random.Next(handles)));
                return true;
            };
        }):N0}/s");
        await udp.StopAsync(CancellationToken.None);

        long created = 0, from = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async worker =>
        {
            for (int i = 0; Stopwatch.GetElapsedTime(from) < seconds; i++)
            {
                await opened.ChangeAsync($"{Prefix}/NEW{worker}-{i}", old => RecordChanges.Create(old, Values(i), overwrite: false, 1));
                Interlocked.Increment(ref created);
            }
        }));
        Tell($"single creates, each durable, 64 at a time: {created / Stopwatch.GetElapsedTime(from).TotalSeconds:N0}/s");
    }

    private static double Rate(int threads, Func<Func<bool>> make)
    {
        long total = 0;
        Thread[] running = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            Func<bool> step = make();
            long done = 0, begin = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(begin) < seconds)
                for (int i = 0; i < 100; i++, done++) step();
            Interlocked.Add(ref total, done);
        }))];
        foreach (Thread thread in running) thread.Start();
        foreach (Thread thread in running) thread.Join();
        return total / seconds.TotalSeconds;
    }

    private static byte[] NameOf(int number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Prefix}/SN{number:00000000}"));

    private static byte[] Request(int number) => new Message(
        new(ProtocolVersion.Newest, EnvelopeFlags.None, new(2, 10), 0, (uint)number + 1, 0, 0),
        new(OpCode.Resolution, ResponseCode.Request, OpFlags.Recursive | OpFlags.CacheCertify | OpFlags.PublicOnly, 0xffff, 0, 0, 0),
        null, new ResolutionRequest(NameOf(number), [], []), null).ToArray();

    private static LoadItem Item(int number) => new(NameOf(number), Values(number));

    private static HandleValue[] Values(int number) =>
    [
        HandleValue.Of(1, "URL", string.Create(CultureInfo.InvariantCulture, $"https://id.example.cn/p/{number}"), 1),
        HandleValue.Of(2000, "PRODUCT_NAME", "阀门", 1),
        HandleValue.Of(2001, "BATCH", string.Create(CultureInfo.InvariantCulture, $"B{number / 1000}"), 1),
        HandleValue.Of(2002, "MADE", "2026-03-01", 1),
        HandleValue.Of(100, "HS_ADMIN", new AdminData((AdminPermissions)0x07f3, "0.NA/" + Prefix, 200).ToArray(), 1),
    ];

    private static void Tell(string line) => Console.WriteLine(line);
}
