using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ordo.Perception.Gateways.Hj212;
using Ordo.Testing;

namespace Ordo.EndToEnd.Browser;

/// <summary>A park with one enterprise and one air station on the map, whose device speaks HJ 212 to the real port.</summary>
internal sealed class SmallPark
{
    public const string Mn = "010000A8900016F000169DC0";

    private SmallPark(long stationId, long fineDustId, long coarseDustId)
    {
        StationId = stationId;
        FineDustId = fineDustId;
        CoarseDustId = coarseDustId;
    }

    public long StationId { get; }

    /// <summary>PM2.5 in µg/m³, with a high limit of 75 and a deadband of 5.</summary>
    public long FineDustId { get; }

    /// <summary>PM10 in µg/m³, with a high-high limit of 250.</summary>
    public long CoarseDustId { get; }

    public static async Task<SmallPark> BuildAsync(HttpClient admin)
    {
        long region = await CreateAsync(admin, "assets", new { kind = "region", code = "R", nameZh = "内蒙古", nameEn = "Inner Mongolia" });
        long park = await CreateAsync(admin, "assets", new { parentId = region, kind = "park", code = "P", nameZh = "试验园区", nameEn = "Trial park", geometry = Square(110.20, 40.55, 0.02) });
        long enterprise = await CreateAsync(admin, "assets", new { parentId = park, kind = "enterprise", code = "E1", nameZh = "乌兰铝业", nameEn = "Ulan Aluminium", geometry = Square(110.20, 40.55, 0.006) });
        return await AddStationAsync(admin, enterprise);
    }

    /// <summary>The air station alone, in an enterprise that is there.</summary>
    public static async Task<SmallPark> AddStationAsync(HttpClient admin, long enterprise)
    {
        long station = await CreateAsync(admin, "assets", new { parentId = enterprise, kind = "facility", code = "AQ1", nameZh = "东门空气站", nameEn = "East gate air station", geometry = new { type = "Point", coordinates = new[] { 110.203, 40.551 } } });
        long fine = await CreateAsync(admin, "points", Point(station, "PM25", "细颗粒物", "Fine dust", "a34004-Rtd", new { high = 75, deadband = 5 }));
        long coarse = await CreateAsync(admin, "points", Point(station, "PM10", "可吸入颗粒物", "Coarse dust", "a34002-Rtd", new { highHigh = 250, deadband = 10 }));
        return new SmallPark(station, fine, coarse);
    }

    public static Task<long> CreateAsync(HttpClient admin, string what, object body) => CreateAsync(admin, what, body, made => made.GetProperty("id").GetInt64());

    public static async Task<long> CreateAsync(HttpClient admin, string what, object body, Func<JsonElement, long> idOf)
    {
        using HttpResponseMessage answer = await admin.PostAsJsonAsync("/api/v1/" + what, body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"POST {what}: {(int)answer.StatusCode} {text}");
        return idOf(JsonElement.Parse(text));
    }

    private static object Point(long asset, string code, string nameZh, string nameEn, string channel, object limits) => new
    {
        assetId = asset, code, nameZh, nameEn, quantity = "concentration", unit = "ug/m3", decimals = 0, gateway = "hj212", source = Mn, channel, scale = 1, offset = 0, limits,
    };

    private static object Square(double lon, double lat, double half) => new
    {
        type = "Polygon",
        coordinates = new[] { new[] { new[] { lon - half, lat - half }, [lon + half, lat - half], [lon + half, lat + half], [lon - half, lat + half], [lon - half, lat - half] } },
    };
}

/// <summary>A data logger on its own connection.</summary>
internal sealed class Device : IAsyncDisposable
{
    private static readonly TimeSpan ChinaTime = TimeSpan.FromHours(8);
    private readonly TcpClient client = new();
    private readonly string mn;
    private StreamReader? answers;

    private Device(string mn) => this.mn = mn;

    public static async Task<Device> ConnectAsync(ServerProcess server, string mn)
    {
        var device = new Device(mn);
        await device.client.ConnectAsync(IPAddress.Loopback, server.Hj212Port);
        device.answers = new StreamReader(device.client.GetStream(), Encoding.ASCII);
        return device;
    }

    /// <summary>Sends real-time values of now and returns when the platform has answered that it stored them.</summary>
    public Task SendAsync(params (string Factor, double Value)[] values) => SendAsync(DateTimeOffset.UtcNow, values);

    public async Task SendAsync(DateTimeOffset time, params (string Factor, double Value)[] values)
    {
        string data = string.Join(';', values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Factor}-Rtd={v.Value},{v.Factor}-Flag=N")));
        string segment = string.Create(CultureInfo.InvariantCulture,
            $"QN={DateTimeOffset.UtcNow.ToOffset(ChinaTime):yyyyMMddHHmmssfff};ST=22;CN=2011;PW=123456;MN={mn};Flag=5;CP=&&DataTime={time.ToOffset(ChinaTime):yyyyMMddHHmmss};{data}&&");
        await client.GetStream().WriteAsync(Hj212FrameWriter.Frame(segment));
        using CancellationTokenSource patience = Patience.Begin();
        while (await answers!.ReadLineAsync(patience.Token) is { } line)
            if (line.Contains("CN=9014", StringComparison.Ordinal)) return;
        throw new InvalidOperationException("The platform closed the connection instead of answering.");
    }

    public ValueTask DisposeAsync()
    {
        answers?.Dispose();
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
