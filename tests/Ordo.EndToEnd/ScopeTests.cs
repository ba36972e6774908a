using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>
/// An enterprise's user asks every GET route that the server describes for another enterprise's data: by every id, name and filter there is.
/// Everything of the other enterprise carries a mark, so that a leak shows in whatever shape the answer has.
/// </summary>
public sealed partial class ScopeTests
{
    private const string Mark = "Zqxneighbour";
    private const double MarkedValue = 918273.645;
    private const string Password = "Another-long-1-password";

    [Fact]
    public async Task An_enterprise_user_sees_nothing_of_another_enterprise_on_any_GET_route()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        Neighbour neighbour = await FurnishAsync(server, admin);
        using HttpClient user = await server.SignInAsync("tenant", Password);

        string[] addresses = [.. Addresses(await admin.GetStringAsync("/openapi/v1.json"), neighbour)];

        var leaks = new List<string>();
        int seenByAdmin = 0, asked = 0;
        foreach (string address in addresses)
        {
            asked++;
            (HttpStatusCode status, string body) = await AskAsync(user, address);
            if (Marked(body)) leaks.Add($"{(int)status} {address}");
            if ((int)status >= 500) leaks.Add($"{(int)status} {address}: {body}");
            if (seenByAdmin < 12 && Marked((await AskAsync(admin, address)).Body)) seenByAdmin++;
        }

        Assert.True(leaks.Count == 0, $"{leaks.Count} of {asked} answers leak or fail:\n" + string.Join('\n', leaks.Take(40)));
        Assert.True(seenByAdmin >= 12, $"The administrator saw the marked data at {seenByAdmin} addresses only: the test would not notice a leak.");
        // The user is no ghost: the own enterprise is visible.
        Assert.Contains("OWN-ENTERPRISE", await user.GetStringAsync("/api/v1/assets"), StringComparison.Ordinal);
    }

    private static bool Marked(string body) =>
        body.Contains(Mark, StringComparison.OrdinalIgnoreCase) || body.Contains(MarkedValue.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>Two enterprises with a meter each; the neighbour's is claimed, has a point and an active alarm, and an account of its own.</summary>
    private static async Task<Neighbour> FurnishAsync(ServerProcess server, HttpClient admin)
    {
        long region = await PostAsync(admin, "/api/v1/assets", new { kind = "region", code = "R", nameZh = "区域", nameEn = "Region" });
        long park = await PostAsync(admin, "/api/v1/assets", new { parentId = region, kind = "park", code = "P", nameZh = "园区", nameEn = "Park" });
        long own = await PostAsync(admin, "/api/v1/assets", new { parentId = park, kind = "enterprise", code = "OWN-ENTERPRISE", nameZh = "甲企业", nameEn = "Own" });
        long other = await PostAsync(admin, "/api/v1/assets", new { parentId = park, kind = "enterprise", code = Mark + "-E", nameZh = "乙企业" + Mark, nameEn = Mark });
        await PostAsync(admin, "/api/v1/accounts", new { userName = "tenant", displayName = "Tenant", password = Password, grants = new[] { new { role = "enterpriseUser", assetId = own } } });
        long account = await PostAsync(admin, "/api/v1/accounts", new { userName = Mark.ToLowerInvariant(), displayName = Mark, password = Password, grants = new[] { new { role = "enterpriseUser", assetId = other } } });

        using HttpClient writer = await server.WriterAsync();
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await WriteAsync(writer, $"{Mark},meter=1 power=1.5 {now - 60_000}\nown,meter=1 power=2.5 {now - 60_000}\n");
        JsonElement series = (await ItemsAsync(admin, $"/api/v1/series?source={Mark}%2Cmeter%3D1")).Single();
        long point = await PostAsync(admin, "/api/v1/points", new
        {
            assetId = other,
            code = Mark + "-P",
            nameZh = "功率" + Mark,
            nameEn = Mark + " power",
            quantity = "activePower",
            unit = "kW",
            gateway = "line",
            source = $"{Mark},meter=1",
            channel = "power",
            scale = 1,
            offset = 0,
            limits = new { high = 100, deadband = 1 },
        });
        await WriteAsync(writer, $"{Mark},meter=1 power={MarkedValue.ToString(CultureInfo.InvariantCulture)} {now}\n");
        JsonElement source = (await ItemsAsync(admin, $"/api/v1/sources?q={Mark}")).First();
        JsonElement alarm = await FirstAlarmAsync(admin);
        Assert.Contains(Mark, alarm.ToString(), StringComparison.Ordinal);
        return new([own, other, park], [point], [series.GetProperty("id").GetInt64()], [source.GetProperty("id").GetInt64()], [alarm.GetProperty("id").GetInt64()], [account]);
    }

    /// <summary>The journal is written behind the sample, so the list follows it by a moment.</summary>
    private static async Task<JsonElement> FirstAlarmAsync(HttpClient admin)
    {
        using CancellationTokenSource patience = Patience.Begin();
        while (true)
        {
            if (await ItemsAsync(admin, "/api/v1/alarms?state=active") is [var alarm, ..]) return alarm;
            await Task.Delay(100, patience.Token);
        }
    }

    private static async Task<long> PostAsync(HttpClient client, string path, object body)
    {
        using HttpResponseMessage answer = await client.PostAsJsonAsync(path, body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"POST {path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetInt64();
    }

    private static async Task<JsonElement[]> ItemsAsync(HttpClient client, string path) =>
        [.. JsonDocument.Parse(await client.GetStringAsync(path)).RootElement.GetProperty("items").EnumerateArray()];

    private static async Task WriteAsync(HttpClient writer, string lines)
    {
        using HttpResponseMessage answer = await writer.PostAsync("/api/v2/write?bucket=b&org=o&precision=ms", new StringContent(lines, Encoding.UTF8));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(HttpClient client, string address)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        var body = new StringBuilder();
        HttpStatusCode status = default;
        try
        {
            using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            status = answer.StatusCode;
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(limit.Token));
            char[] buffer = new char[16 * 1024];
            // A stream of events never ends: what came within the limit is judged.
            for (int read; (read = await reader.ReadAsync(buffer, limit.Token)) > 0;) body.Append(buffer, 0, read);
        }
        catch (OperationCanceledException)
        {
        }

        return (status, body.ToString());
    }

    /// <summary>Every GET route with every id of the neighbour in its path, and every filter with every value that points at the neighbour.</summary>
    private static IEnumerable<string> Addresses(string openApi, Neighbour neighbour)
    {
        foreach (JsonProperty path in JsonDocument.Parse(openApi).RootElement.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("get", out JsonElement get)) continue;
            JsonElement[] parameters = get.TryGetProperty("parameters", out JsonElement list) ? [.. list.EnumerateArray()] : [];
            foreach (string filled in Fill(path.Name, neighbour))
            {
                string required = string.Join('&', parameters.Where(p => In(p, "query") && p.TryGetProperty("required", out JsonElement r) && r.GetBoolean()).Select(p => Name(p) + "=" + RequiredValue(Name(p))));
                yield return required.Length > 0 ? $"{filled}?{required}" : filled;
                foreach (string name in parameters.Where(p => In(p, "query")).Select(Name))
                    foreach (string value in Values(name, neighbour))
                        yield return $"{filled}?{name}={Uri.EscapeDataString(value)}" + (required.Length > 0 ? "&" + required : "");
            }
        }
    }

    private static IEnumerable<string> Fill(string path, Neighbour neighbour)
    {
        if (!Parameter().IsMatch(path))
        {
            yield return path;
            yield break;
        }

        foreach (long id in neighbour.AllIds) yield return Parameter().Replace(path, id.ToString(CultureInfo.InvariantCulture));
    }

    private static IEnumerable<string> Values(string name, Neighbour neighbour) => name switch
    {
        "q" or "source" or "user" or "entityId" or "code" => [Mark, $"{Mark},meter=1"],
        "asset" or "root" or "parent" or "scope" or "ids" or "points" or "series" => neighbour.AllIds.Select(id => id.ToString(CultureInfo.InvariantCulture)),
        "state" => ["all", "active"],
        "all" or "claimed" or "bound" => ["true", "false"],
        "format" => ["csv"],
        _ => [],
    };

    private static string RequiredValue(string name) => name switch
    {
        "from" => "2020-01-01T00:00:00Z",
        "to" => "2030-01-01T00:00:00Z",
        _ => "1",
    };

    private static string Name(JsonElement parameter) => parameter.GetProperty("name").GetString()!;

    private static bool In(JsonElement parameter, string place) => parameter.GetProperty("in").GetString() == place;

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    private sealed record Neighbour(long[] Assets, long[] Points, long[] Series, long[] Sources, long[] Alarms, long[] Accounts)
    {
        public IEnumerable<long> AllIds => Assets.Concat(Points).Concat(Series).Concat(Sources).Concat(Alarms).Concat(Accounts).Distinct();
    }
}
