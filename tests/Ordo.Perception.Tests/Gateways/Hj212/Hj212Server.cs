using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Foundation.Http;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Gateways.Hj212;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;
using Ordo.Testing;

namespace Ordo.Perception.Tests.Gateways.Hj212;

/// <summary>The gateway on a real port, with a store in memory and a clock that stands still.</summary>
internal sealed class Hj212Server : IAsyncDisposable
{
    private readonly WebApplication app;

    private Hj212Server(WebApplication app, Hj212Gateway gateway, Hj212Server.Parts parts) => (this.app, Gateway, (Clock, Catalogue, Store, Registry, Requests)) = (app, gateway, parts);

    public Hj212Gateway Gateway { get; }

    public FakeTime Clock { get; }

    public MemoryCatalogue Catalogue { get; }

    public MemoryStore Store { get; }

    public SourceRegistry Registry { get; }

    public RequestBook Requests { get; }

    public GatewaySources Sources => Registry.Gateway("hj212");

    public static async Task<Hj212Server> StartAsync(Hj212Options? options = null, LimitOptions? limits = null)
    {
        var clock = new FakeTime();
        var catalogue = new MemoryCatalogue();
        var parts = new Parts(clock, catalogue, new MemoryStore(), new SourceRegistry(catalogue, new SourceOptions()), new RequestBook());
        var gateway = new Hj212Gateway(
            (options ?? new Hj212Options()) with { Port = 0 }, parts.Registry, catalogue, parts.Store,
            new IngressLimits(limits ?? new LimitOptions(), clock), parts.Requests, clock, NullLogger<Hj212Gateway>.Instance);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(gateway.Listen);
        builder.Services.AddConnectionSeating();
        WebApplication app = builder.Build();
        await app.StartAsync();
        return new Hj212Server(app, gateway, parts);
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Gateway.EndPoint!.Port);
        return socket;
    }

    /// <summary>Sends bytes over a connection of their own, in pieces, and returns all that comes back.</summary>
    public async Task<string> ExchangeAsync(params IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using Socket socket = await ConnectAsync();
        foreach (ReadOnlyMemory<byte> piece in pieces) await socket.SendAsync(piece);
        socket.Shutdown(SocketShutdown.Send);
        return await ReadToEndAsync(socket);
    }

    public static async Task<string> ReadToEndAsync(Socket socket)
    {
        using CancellationTokenSource timeout = Patience.Begin();
        using var all = new MemoryStream();
        var piece = new byte[4096];
        while (await socket.ReceiveAsync(piece, timeout.Token) is > 0 and var read) all.Write(piece, 0, read);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    /// <summary>The next whole frame that comes back.</summary>
    public static async Task<string> ReadFrameAsync(Socket socket)
    {
        using CancellationTokenSource timeout = Patience.Begin();
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n", StringComparison.Ordinal))
        {
            if (await socket.ReceiveAsync(one, timeout.Token) == 0) throw new EndOfStreamException(text.ToString());
            text.Append((char)one[0]);
        }

        return text.ToString();
    }

    /// <summary>Every sample as a line: device, channel, time, value, quality.</summary>
    public string[] SampleLines() => [.. Store.Read().Select(s =>
    {
        SeriesKey key = Catalogue.KeyOf(s.Series);
        string time = DateTimeOffset.FromUnixTimeMilliseconds(s.TimeMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return string.Join(' ', key.Source, key.Channel, time, double.IsNaN(s.Value) ? "null" : s.Value, s.Quality);
    }).Order(StringComparer.Ordinal)];

    /// <summary>What became of the frames that arrived, in their order, whoever they belong to.</summary>
    public FrameEntry[] Log() =>
        [.. Registry.All.SelectMany(s => s.Frames.Read()).Concat(Sources.Strangers.Read()).Where(e => e.Direction == FrameDirection.In).OrderBy(e => e.Id)];

    /// <summary>Waits until that many frames are in the logs.</summary>
    public Task LoggedAsync(int frames) => UntilAsync(() => Log().Length >= frames);

    /// <summary>Waits for what other threads do; moves the clock on between looks where a step is given.</summary>
    public async Task UntilAsync(Func<bool> happened, TimeSpan step = default)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!happened())
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(start) > Patience.Limit) throw new TimeoutException("Waited in vain.");
            if (step > TimeSpan.Zero) Clock.Advance(step);
            await Task.Delay(5);
        }
    }

    public Source Source(string device) => Sources.Find(device)!;

    public void Configure(string device, params (string Name, string Value)[] settings)
    {
        Sources.TryOpen(Encoding.UTF8.GetBytes(device), out Source? source);
        Registry.Replace(source!, source!.Profile with
        {
            Settings = settings.ToDictionary(s => s.Name, s => s.Value),
            Asset = new SourceAsset(1, "/1/", "园区", "Park"),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Gateway.Dispose();
    }

    internal sealed record Parts(FakeTime Clock, MemoryCatalogue Catalogue, MemoryStore Store, SourceRegistry Registry, RequestBook Requests);
}
