using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>What the tests ask of the API again and again.</summary>
internal static class Api
{
    /// <returns>The new thing's id.</returns>
    public static async Task<long> PostAsync(this HttpClient client, string path, object body)
    {
        using HttpResponseMessage answer = await client.PostAsJsonAsync(path, body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"POST {path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetInt64();
    }

    public static async Task<JsonElement[]> ItemsAsync(this HttpClient client, string path) =>
        [.. JsonDocument.Parse(await client.GetStringAsync(path)).RootElement.GetProperty("items").EnumerateArray()];

    /// <summary>The first item that a list has, waiting for it: journals are written behind the sample that caused them.</summary>
    public static async Task<JsonElement> FirstItemAsync(this HttpClient client, string path)
    {
        using CancellationTokenSource patience = Patience.Begin();
        while (true)
        {
            if (await client.ItemsAsync(path) is [var item, ..]) return item;
            await Task.Delay(100, patience.Token);
        }
    }

    /// <summary>Line protocol with times in milliseconds.</summary>
    public static Task<HttpResponseMessage> WriteLinesAsync(this HttpClient writer, string lines) =>
        writer.PostAsync("/api/v2/write?bucket=b&org=o&precision=ms", new StringContent(lines, Encoding.UTF8));

    /// <summary>Every stored sample of a channel between two times, by time in Unix milliseconds; fails when one is there twice.</summary>
    public static async Task<Dictionary<long, double>> SamplesAsync(this HttpClient reader, string source, string channel, DateTimeOffset from, DateTimeOffset to)
    {
        JsonElement series = (await reader.ItemsAsync($"/api/v1/series?source={Uri.EscapeDataString(source)}&pageSize=500")).Single(s => s.GetProperty("channel").GetString() == channel);
        string csv = await reader.GetStringAsync($"/api/v1/series/{series.GetProperty("id").GetInt32()}/samples?from={Time(from)}&to={Time(to)}&format=csv&raw=true");
        var found = new Dictionary<long, double>();
        foreach (string[] cells in csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.TrimEnd('\r').Split(',')))
            Assert.True(found.TryAdd(DateTimeOffset.Parse(cells[0], CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), double.Parse(cells[1], CultureInfo.InvariantCulture)), $"The sample at {cells[0]} is there twice.");
        return found;
    }

    public static async Task<HttpStatusCode> StatusAsync(this HttpClient reader, string path)
    {
        using HttpResponseMessage answer = await reader.GetAsync(path);
        return answer.StatusCode;
    }

    private static string Time(DateTimeOffset time) => Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
