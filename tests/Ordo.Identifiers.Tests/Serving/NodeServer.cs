using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Modules;
using Ordo.Identifiers.Changes;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Serving;
using Ordo.Testing;

namespace Ordo.Identifiers.Tests.Serving;

/// <summary>A node with the prefix and the record of the note's examples, whose clock makes the examples' expirations come out.</summary>
internal sealed class NodeServer : IAsyncDisposable
{
    public const uint Timestamp = 0x68f00000;

    private NodeServer(TestServer server) => Server = server;

    public TestServer Server { get; }

    public HandleStore Store => Server.Services.GetRequiredService<HandleStore>();

    public IPEndPoint Udp => Server.Services.GetRequiredService<UdpServer>().EndPoint!;

    public IPEndPoint Tcp => Server.Services.GetRequiredService<TcpServer>().EndPoint!;

    /// <summary>The record of the examples.</summary>
    public static HandleValue[] ExampleValues =>
    [
        HandleValue.Of(1, "URL", "https://t.example/1", Timestamp),
        HandleValue.Of(2, "PRODUCT_NAME", "阀门", Timestamp),
        HandleValue.Of(100, "HS_ADMIN", new AdminData((AdminPermissions)0x07f3, "0.NA/88.999.1", 200).ToArray(), Timestamp),
    ];

    public static async Task<NodeServer> StartAsync(IReadOnlyList<IModule>? more = null, IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null)
    {
        var all = new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>());
        all.TryAdd("Identifiers:Port", "0");
        TestServer server = await TestServer.StartAsync([.. more ?? [], new IdentifiersModule()], all, services: services);
        server.Time.SetClock(DateTimeOffset.FromUnixTimeSeconds(0x6a000000 - 43_200)); // no timer falls due on the way
        var node = new NodeServer(server);
        await node.Store.SetHomeAsync("88.999.1", true);
        await node.PutAsync("88.999.1/SN1", ExampleValues);
        return node;
    }

    /// <summary>What its trail of changes says, the newest first: way, who, act and handle.</summary>
    public string[] Changes =>
        [.. Server.Services.GetRequiredService<ChangeTrail>().Read(DateOnly.MinValue, DateOnly.MaxValue, null, 1000, CancellationToken.None).Select(change => $"{change.Via} {change.By} {change.Act} {change.Handle}")];

    public Task PutAsync(string handle, params HandleValue[] values) => Store.ChangeAsync(handle, _ => new(ResponseCode.Success, values));

    public async Task<byte[]> AskUdpAsync(byte[] request)
    {
        using var client = new UdpClient(AddressFamily.InterNetwork);
        await client.SendAsync(request, Udp);
        return (await ReceiveAsync(client))!;
    }

    public static async Task<byte[]?> ReceiveAsync(UdpClient client)
    {
        using CancellationTokenSource patience = Patience.Begin();
        return (await client.ReceiveAsync(patience.Token)).Buffer;
    }

    public async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(Tcp);
        client.ReceiveTimeout = (int)Patience.Limit.TotalMilliseconds;
        return client;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
