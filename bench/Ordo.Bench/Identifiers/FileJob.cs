using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Ordo.Bench.Identifiers;

/// <summary>A file of identifiers as an enterprise sends it: from the application over both checks to the prefix, then a CSV whose every hundredth row is bad.</summary>
internal static class FileJob
{
    private const int BadEvery = 100;
    private const string CreditCode = "91150100MA0N00001";

    /// <summary>Sends a file to a server on an empty folder and waits for its job.</summary>
    public static async Task<string> RunAsync(ServerProcess server, string token, int rows)
    {
        using var admin = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(5) };
        admin.DefaultRequestHeaders.Authorization = new("Bearer", token);
        long park = await AddAsync(admin, new { kind = "park", code = "P", nameZh = "园区", nameEn = "Park" });
        long asset = await AddAsync(admin, new { kind = "enterprise", code = "E", nameZh = "企业", nameEn = "Enterprise", parentId = park });
        string password = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
        await SendAsync(admin, "/api/v1/accounts", new { userName = "reviewer", displayName = "Reviewer", password, grants = new[] { new { role = "operator", assetId = park } } });
        using var reviewer = new HttpClient(new HttpClientHandler { CookieContainer = new() }) { BaseAddress = server.Address };
        await SendAsync(reviewer, "/api/v1/auth/login", new { userName = "reviewer", password });

        string credit = CreditCode + Ordo.Foundation.Park.CreditCode.CheckCharacter(CreditCode);
        long id = (await SendAsync(admin, "/api/v1/identifiers/enterprises", new { assetId = asset, creditCode = credit, industry = "3216", contact = "B", phone = "1", purpose = "bench", expected = rows * 2 })).GetProperty("enterprise").GetProperty("id").GetInt64();
        await SendAsync(reviewer, $"/api/v1/identifiers/enterprises/{id}/review", new { pass = true });
        string prefix = (await SendAsync(admin, $"/api/v1/identifiers/enterprises/{id}/approval", new { pass = true })).GetProperty("enterprise").GetProperty("prefix").GetString()!;
        await SendAsync(admin, "/api/v1/identifiers/templates", new
        {
            enterpriseId = id, code = "product", nameZh = "产品", nameEn = "Product", suffix = new { start = "SN", characters = "digits", minLength = 3, maxLength = 20 },
            fields = new object[] { Field("name", 2000, "text", true), Field("batch", 2001, "text", true), Field("made", 2002, "date", false) },
        });

        byte[] file = File(rows);
        long begin = Stopwatch.GetTimestamp();
        using var body = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        using HttpResponseMessage sent = await admin.PostAsync(new Uri($"/api/v1/identifiers/jobs?prefix={prefix}&template=product:1&name=a.csv", UriKind.Relative), body);
        JsonElement job = (await sent.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job");
        double upload = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        while (job.GetProperty("state").GetString() is "waiting" or "running")
        {
            await Task.Delay(50);
            job = (await admin.GetFromJsonAsync<JsonElement>($"/api/v1/identifiers/jobs/{job.GetProperty("id").GetInt64()}")).GetProperty("job");
        }

        double took = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture,
            $"a CSV of {rows:N0} rows ({file.Length >> 20} MiB), every hundredth bad, over HTTP: {rows / took:N0} rows/s ({took:0.0} s, {upload:0.0} s of it the upload); {job.GetProperty("state").GetString()}, {job.GetProperty("registered").GetInt64():N0} registered, {job.GetProperty("bad").GetInt64():N0} bad");
    }

    private static object Field(string name, int index, string kind, bool required) => new { name, index, labelZh = name, labelEn = name, kind, required, visibility = "public", maxLength = 60 };

    private static byte[] File(int rows)
    {
        var csv = new StringBuilder("suffix,name,batch,made\r\n");
        for (int i = 1; i <= rows; i++) csv.Append(CultureInfo.InvariantCulture, $"SN{i:00000000},永磁体 {i},B{i / 1000},{(i % BadEvery == 0 ? "1.3.2026" : "2026-03-01")}\r\n");
        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static async Task<long> AddAsync(HttpClient client, object asset) => (await SendAsync(client, "/api/v1/assets", asset)).GetProperty("id").GetInt64();

    private static async Task<JsonElement> SendAsync(HttpClient client, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        using HttpResponseMessage answer = await client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"POST {path}: {(int)answer.StatusCode} {text}");
        return answer.StatusCode == HttpStatusCode.NoContent || text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
