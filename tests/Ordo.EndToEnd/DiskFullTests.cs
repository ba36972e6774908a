using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>A disk that fills up under the real server, and gets room again.</summary>
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int LinesPerBody = 2000;
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Begin.AddDays(2);
    private readonly HashSet<long> acknowledged = [];
    private readonly Dictionary<long, double> acknowledgedByDevice = [];
    private int bodies, frames;

    [Fact]
    public async Task A_full_disk_refuses_writes_lets_reads_go_on_and_is_forgotten_when_space_returns()
    {
        await using SmallDisk? disk = await SmallDisk.MountAsync(48);
        Assert.SkipWhen(disk is null, "This user may not mount a tmpfs, so that no disk can be filled here.");
        await using ServerProcess server = await ServerProcess.StartAsync(
            "server", disk.File("data"), "--set", "Storage:LogSegmentBytes=1048576", "--set", "Storage:CheckpointBytes=2097152");
        using HttpClient reader = await server.SignInAsync();
        using HttpClient writer = await server.WriterAsync();
        using FieldDevice device = await FieldDevice.ConnectAsync(server, "DISK-FULL-DEVICE-00001");
        for (int i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.NoContent, await WriteAsync(writer));
        for (int i = 0; i < 5; i++) Assert.True(await SendAsync(device, Patience.Limit));
        long park = await FurnishAsync(reader);

        await FillWhileWritingAsync(disk, writer);

        Assert.False(await SendAsync(device, TimeSpan.FromSeconds(2)), "A frame was acknowledged that is on no disk.");
        await ReadEverythingAsync(reader);
        using FieldDevice stranger = await FieldDevice.ConnectAsync(server, "DISK-FULL-STRANGER-001"); // a new source, to be written at once
        Assert.False(await stranger.SendAsync(Begin, 1, TimeSpan.FromSeconds(2)));
        // Long enough for every background writer (source counters, alarm marks, token use) to meet the full disk.
        for (var full = Stopwatch.StartNew(); full.Elapsed < TimeSpan.FromSeconds(13); await Task.Delay(500))
        {
            disk.Fill();
            Assert.NotEqual(HttpStatusCode.NoContent, await WriteAsync(writer));
        }

        using (HttpResponseMessage edit = await reader.PostAsJsonAsync("/api/v1/assets", new { parentId = park, kind = "zone", code = "FULL", nameZh = new string('满', 100), nameEn = "Full" }))
            output.WriteLine($"an edit on the full disk: {(int)edit.StatusCode}");
        await ReadEverythingAsync(reader);
        Assert.Equal(HttpStatusCode.OK, await reader.StatusAsync("/health/ready"));

        disk.Empty();
        await ResumesAsync(writer);
        Assert.InRange(server.Output.Split("The state of the sources could not be saved").Length - 1, 0, 1); // said once, not every second
        using FieldDevice again = await FieldDevice.ConnectAsync(server, device.Mn);
        Assert.True(await SendAsync(again, Patience.Limit), "No frame is acknowledged although there is room again.");
        Assert.True(await stranger.SendAsync(Begin, 1, Patience.Limit));
        await reader.PostAsync("/api/v1/assets", new { parentId = park, kind = "zone", code = "AGAIN", nameZh = "分区", nameEn = "Zone" });
        await RaiseAndAcknowledgeAsync(reader, writer);

        await server.KillAsync();
        await server.StartAgainAsync();
        using HttpClient afterwards = await server.SignInAsync();
        await ReadEverythingAsync(afterwards);
        Assert.Equal("admin", (await afterwards.FirstItemAsync("/api/v1/alarms?state=all")).GetProperty("acknowledgedBy").GetString(), ignoreCase: true);
        Assert.Contains((await afterwards.ItemsAsync("/api/v1/assets?pageSize=500")).Select(a => a.GetProperty("code").GetString()), code => code == "AGAIN");
        output.WriteLine($"{acknowledged.Count} lines and {acknowledgedByDevice.Count} frames were acknowledged and are there");
    }

    /// <summary>A park with one point on the written series, with a limit that the written values do not reach.</summary>
    private static async Task<long> FurnishAsync(HttpClient admin)
    {
        long region = await admin.PostAsync("/api/v1/assets", new { kind = "region", code = "R", nameZh = "区域", nameEn = "Region" });
        long park = await admin.PostAsync("/api/v1/assets", new { parentId = region, kind = "park", code = "P", nameZh = "园区", nameEn = "Park" });
        await admin.PostAsync("/api/v1/points", new
        {
            assetId = park, code = "P-1", nameZh = "功率", nameEn = "Power", quantity = "activePower", unit = "kW",
            gateway = "line", source = "full,meter=1", channel = "v", scale = 1, offset = 0, limits = new { high = 1e9, deadband = 1 },
        });
        return park;
    }

    private async Task FillWhileWritingAsync(SmallDisk disk, HttpClient writer)
    {
        using CancellationTokenSource patience = Patience.Begin();
        while (true)
        {
            disk.Fill();
            using HttpResponseMessage answer = await PostAsync(writer);
            if (answer.StatusCode == HttpStatusCode.NoContent)
            {
                patience.Token.ThrowIfCancellationRequested();
                continue;
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
            output.WriteLine($"refused after {bodies} bodies");
            return;
        }
    }

    private async Task ResumesAsync(HttpClient writer)
    {
        for (var waited = Stopwatch.StartNew(); await WriteAsync(writer) != HttpStatusCode.NoContent; await Task.Delay(100))
            Assert.True(waited.Elapsed < Patience.Limit, "Writing did not resume although there is room again.");
        for (int i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.NoContent, await WriteAsync(writer));
    }

    private static async Task RaiseAndAcknowledgeAsync(HttpClient admin, HttpClient writer)
    {
        using (HttpResponseMessage answer = await writer.WriteLinesAsync($"full,meter=1 v=2e9 {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}\n"))
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        JsonElement alarm = await admin.FirstItemAsync("/api/v1/alarms?state=unacknowledged");
        using HttpResponseMessage seen = await admin.PostAsJsonAsync($"/api/v1/alarms/{alarm.GetProperty("id").GetInt64()}/acknowledgement", new { comment = "seen" });
        Assert.Equal(HttpStatusCode.NoContent, seen.StatusCode);
    }

    private async Task ReadEverythingAsync(HttpClient reader)
    {
        Dictionary<long, double> lines = await reader.SamplesAsync("full,meter=1", "v", Begin, End);
        long[] missing = [.. acknowledged.Where(n => !lines.TryGetValue(Begin.ToUnixTimeMilliseconds() + n, out double value) || value != Value(n))];
        Assert.True(missing.Length == 0, $"{missing.Length} of {acknowledged.Count} acknowledged lines are missing or different, the first is {missing.FirstOrDefault()}.");
        Dictionary<long, double> byDevice = await reader.SamplesAsync("DISK-FULL-DEVICE-00001", "a34004-Rtd", Begin, End);
        foreach ((long time, double value) in acknowledgedByDevice) Assert.Equal(value, byDevice[time]);
        foreach (string path in (string[])["/api/v1/assets", "/api/v1/points", "/api/v1/sources", "/api/v1/alarms?state=all", "/api/v1/audit"])
            Assert.Equal(HttpStatusCode.OK, await reader.StatusAsync(path));
    }

    private async Task<HttpStatusCode> WriteAsync(HttpClient writer)
    {
        using HttpResponseMessage answer = await PostAsync(writer);
        return answer.StatusCode;
    }

    /// <summary>The next body; remembered when it was acknowledged.</summary>
    private async Task<HttpResponseMessage> PostAsync(HttpClient writer)
    {
        long first = (long)bodies++ * LinesPerBody;
        var text = new StringBuilder();
        for (long n = first; n < first + LinesPerBody; n++)
            text.Append(CultureInfo.InvariantCulture, $"full,meter=1 v={Value(n):R} {Begin.ToUnixTimeMilliseconds() + n}\n");
        HttpResponseMessage answer = await writer.WriteLinesAsync(text.ToString());
        if (answer.StatusCode == HttpStatusCode.NoContent)
            for (long n = first; n < first + LinesPerBody; n++) acknowledged.Add(n);
        return answer;
    }

    /// <summary>Hard to compress, so that the disk fills.</summary>
    private static double Value(long n) => Math.Sin(n) * 1e6;

    private async Task<bool> SendAsync(FieldDevice device, TimeSpan patience)
    {
        int frame = frames++;
        DateTimeOffset time = Begin.AddSeconds(frame);
        bool answered = await device.SendAsync(time, frame, patience);
        if (answered) acknowledgedByDevice[time.ToUnixTimeMilliseconds()] = frame;
        return answered;
    }
}
