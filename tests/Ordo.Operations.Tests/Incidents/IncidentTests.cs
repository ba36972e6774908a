using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Files;
using Ordo.Operations.Incidents;
using Ordo.Testing;
using static Ordo.Operations.Tests.Notifications.NotificationStand;

namespace Ordo.Operations.Tests.Incidents;

public sealed class SqliteIncidentTests(SqliteDatabase database) : IncidentTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresIncidentTests(PostgresDatabase database) : IncidentTests(database), IClassFixture<PostgresDatabase>;

/// <summary>An incident from its first alarm to its closing report.</summary>
public abstract class IncidentTests(TestDatabase database)
{
    [Fact]
    public async Task An_incident_is_opened_from_alarms_worked_and_closed_with_a_report()
    {
        await using OperationsServer server = await OperationsServer.StartAsync(database);
        using HttpClient officer = await server.PersonAsync("officer", "safetyOfficer");
        using HttpClient reader = await server.PersonAsync("reader", "enterpriseUser", "north");
        using HttpClient south = await server.PersonAsync("south", "safetyOfficer", "south");
        long officerId = (await officer.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("accountId").GetInt64();
        List<IncidentChange> heard = [];
        IIncidents contract = server.Services.GetRequiredService<IIncidents>();
        contract.Changed += heard.Add;

        server.Sample("north", 95);
        await Patience.UntilAsync(async () => (await ItemsAsync(officer, "/api/v1/alarms")).Length == 2);
        long[] alarms = [.. (await ItemsAsync(officer, "/api/v1/alarms")).Select(a => a.GetProperty("id").GetInt64())];
        JsonElement opened = await SendAsync(officer, HttpMethod.Post, "/api/v1/incidents", new { title = "北厂炉温超限", alarmIds = alarms, note = "现场有异味" }, expected: HttpStatusCode.Created);
        JsonElement head = opened.GetProperty("incident");
        Assert.Equal((server.Of["north"].Asset, 2, "open", 2), (head.GetProperty("assetId").GetInt64(), head.GetProperty("priority").GetInt32(), head.GetProperty("state").GetString(), head.GetProperty("alarms").GetInt32()));
        long id = head.GetProperty("id").GetInt64();
        string address = $"/api/v1/incidents/{id}";
        await SendAsync(south, HttpMethod.Post, "/api/v1/incidents", new { title = "x", alarmIds = alarms }, expected: HttpStatusCode.UnprocessableEntity);
        Assert.Equal(HttpStatusCode.NotFound, (await south.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsJsonAsync(address + "/entries", new { kind = "note", text = "x" })).StatusCode);

        // The alarms write into the timeline by themselves.
        server.Time.Advance(TimeSpan.FromSeconds(1));
        using (HttpResponseMessage done = await officer.PostAsJsonAsync($"/api/v1/alarms/{alarms[0]}/acknowledgement", new { comment = "已派人" })) Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        await SendAsync(officer, HttpMethod.Post, address + "/entries", new { kind = "action", text = "切断 1 号炉燃气", time = server.Time.GetUtcNow() });
        await SendAsync(officer, HttpMethod.Post, address + "/entries", new { kind = "opened", text = "forged" }, expected: HttpStatusCode.UnprocessableEntity);
        JsonElement tasked = await SendAsync(officer, HttpMethod.Post, address + "/tasks", new { title = "复测可燃气体", assigneeId = officerId, due = server.Time.GetUtcNow().AddHours(1) });
        JsonElement task = tasked.GetProperty("tasks")[0];
        await SendAsync(officer, HttpMethod.Post, address + "/people", new { role = "现场指挥", accountId = officerId });
        await SendAsync(officer, HttpMethod.Post, address + "/people", new { role = "目击者", name = "门卫老张" });

        // Pictures by their bytes, not by their name.
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(officer, address, "现场/../../1.png", Png(64, 48)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await UploadAsync(officer, address, "evil.png", "<svg onload='alert(1)'/>"u8.ToArray()));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await UploadAsync(officer, address, "big.png", new byte[IncidentDesk.MaxPictureBytes + 1]));
        JsonElement detail = await reader.GetFromJsonAsync<JsonElement>(address);
        JsonElement picture = Assert.Single(detail.GetProperty("pictures").EnumerateArray());
        Assert.Equal(("1.png", 64, 48), (picture.GetProperty("name").GetString(), picture.GetProperty("width").GetInt32(), picture.GetProperty("height").GetInt32()));
        using (HttpResponseMessage shown = await reader.GetAsync($"{address}/pictures/{picture.GetProperty("id").GetInt64()}"))
        {
            Assert.Equal("image/png", shown.Content.Headers.ContentType!.MediaType);
            Assert.Equal("nosniff", string.Join("", shown.Headers.GetValues("X-Content-Type-Options")));
            Assert.Contains("sandbox", string.Join("", shown.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal(Png(64, 48), await shown.Content.ReadAsByteArrayAsync());
        }

        // It closes only with its report and without open tasks.
        int version = detail.GetProperty("incident").GetProperty("version").GetInt32();
        JsonElement refused = await SendAsync(officer, HttpMethod.Post, address + "/state", new { state = "closed" }, version, HttpStatusCode.UnprocessableEntity);
        Assert.Equal(["cause", "course", "measures", "tasks"], refused.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order());
        server.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, (await officer.GetFromJsonAsync<JsonElement>(address)).GetProperty("incident").GetProperty("overdueTasks").GetInt32());
        await SendAsync(officer, HttpMethod.Post, $"{address}/tasks/{task.GetProperty("id").GetInt64()}/end", new { state = "done", remark = "0 % LEL" }, 1);
        await SendAsync(officer, HttpMethod.Post, $"{address}/tasks/{task.GetProperty("id").GetInt64()}/end", new { state = "dropped" }, 2, HttpStatusCode.Conflict);
        version = (await officer.GetFromJsonAsync<JsonElement>(address)).GetProperty("incident").GetProperty("version").GetInt32();
        object report = new { title = "北厂炉温超限", priority = 2, occurred = server.Time.GetUtcNow().AddHours(-3), leaderId = officerId, course = "炉温升至 95 °C", cause = "阀门卡滞", consequence = "无", measures = "更换阀门" };
        await SendAsync(officer, HttpMethod.Put, address, report, version);
        await SendAsync(officer, HttpMethod.Put, address, report, version, HttpStatusCode.PreconditionFailed);
        JsonElement closed = await SendAsync(officer, HttpMethod.Post, address + "/state", new { state = "closed", remark = "处置完毕" }, version + 1);
        Assert.Equal("closed", closed.GetProperty("incident").GetProperty("state").GetString());
        await SendAsync(officer, HttpMethod.Post, address + "/entries", new { kind = "note", text = "late" }, expected: HttpStatusCode.Conflict);

        string[] kinds = [.. closed.GetProperty("timeline").EnumerateArray().Select(l => l.GetProperty("kind").GetString() ?? l.GetProperty("alarm").GetString()!)];
        Assert.Equal(["conditionMet", "conditionMet", "opened", "alarmAdded", "alarmAdded", "note"], kinds.Take(6));
        foreach (string kind in (string[])["acknowledge", "action", "taskAdded", "personAdded", "picture", "taskDone", "changed", "stateChanged"]) Assert.Contains(kind, kinds);

        // What other rooms see.
        Assert.Equal((id, IncidentState.Closed), (heard[^1].Id, heard[^1].State));
        IncidentView view = (await contract.FindAsync(id, CancellationToken.None))!;
        Assert.Equal(alarms.Order(), view.AlarmIds);
        Assert.Empty(await contract.OpenAsync("/", CancellationToken.None));
        Assert.False(await contract.WriteAsync(id, "safety", "late", server.Time.GetUtcNow(), CancellationToken.None));
        await SendAsync(officer, HttpMethod.Post, address + "/state", new { state = "inProgress" }, version + 2);
        Assert.True(await contract.WriteAsync(id, "safety", "III", server.Time.GetUtcNow(), CancellationToken.None));
        Assert.Single(await contract.OpenAsync("/", CancellationToken.None));
    }

    private static async Task<HttpStatusCode> UploadAsync(HttpClient client, string address, string name, byte[] content)
    {
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using HttpResponseMessage answer = await client.PostAsync($"{address}/pictures?name={Uri.EscapeDataString(name)}", body);
        return answer.StatusCode;
    }

    private static async Task<JsonElement[]> ItemsAsync(HttpClient client, string address) =>
        [.. (await client.GetFromJsonAsync<JsonElement>(address)).GetProperty("items").EnumerateArray()];

    /// <summary>The head and the end of a PNG file.</summary>
    internal static byte[] Png(int width, int height)
    {
        byte[] file = new byte[57];
        ReadOnlySpan<byte> magic = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13];
        magic.CopyTo(file);
        "IHDR"u8.CopyTo(file.AsSpan(12));
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        "IEND"u8.CopyTo(file.AsSpan(49));
        return file;
    }
}

public sealed class PictureReaderTests
{
    [Fact]
    public void Pictures_are_known_by_their_bytes_and_their_size_is_read()
    {
        Assert.Equal(new PictureHead("image/png", 640, 480), PictureReader.Read(IncidentTests.Png(640, 480)));
        Assert.Equal(new PictureHead("image/jpeg", 320, 200), PictureReader.Read(Jpeg(320, 200)));
        Assert.Equal(new PictureHead("image/webp", 100, 50), PictureReader.Read(WebP(100, 50)));
    }

    [Fact]
    public void What_is_cut_off_too_large_or_something_else_is_no_picture()
    {
        foreach (byte[] file in (byte[][])[IncidentTests.Png(10, 10), Jpeg(10, 10), WebP(10, 10)])
            for (int length = 0; length < file.Length; length++) Assert.Null(PictureReader.Read(file.AsSpan(0, length)));
        Assert.Null(PictureReader.Read(IncidentTests.Png(PictureReader.MaxSide + 1, 10)));
        Assert.Null(PictureReader.Read(IncidentTests.Png(0, 10)));
        Assert.Null(PictureReader.Read(IncidentTests.Png(-5, 10)));
        Assert.Null(PictureReader.Read("GIF89a<script>"u8));
        Assert.Null(PictureReader.Read("<?xml version='1.0'?><svg/>"u8));
    }

    [Fact]
    public void No_bytes_make_it_fail()
    {
        var random = new Random(7);
        byte[][] seeds = [IncidentTests.Png(10, 10), Jpeg(10, 10), WebP(10, 10)];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] file = [.. seeds[i % 3]];
            for (int changes = random.Next(1, 6); changes > 0; changes--) file[random.Next(file.Length)] = (byte)random.Next(256);
            PictureReader.Read(file.AsSpan(0, random.Next(file.Length + 1)));
        }
    }

    private static byte[] Jpeg(int width, int height) =>
    [
        0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 11, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9,
    ];

    private static byte[] WebP(int width, int height)
    {
        byte[] file = new byte[30];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), 22);
        "WEBPVP8X"u8.CopyTo(file.AsSpan(8));
        (file[24], file[27]) = ((byte)(width - 1), (byte)(height - 1));
        return file;
    }
}
