using System.Text.Json;
using Ordo.Foundation.Http;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Tests.Sources;

/// <summary>The committed demo park is a file like any other.</summary>
public sealed class DemoParkTests
{
    private static readonly string Park = Path.Combine(AppContext.BaseDirectory, "data", "demo-park", "park.csv");

    [Fact]
    public async Task It_imports_without_a_bad_cell_and_a_second_time_changes_nothing()
    {
        await using SourceServer server = await SourceServer.StartAsync();
        HttpClient client = server.Client();
        int rows = (await File.ReadAllLinesAsync(Park)).Length - 1;

        Assert.Equal((rows, 0, 0), Sum(await ImportAsync(client)));
        Assert.Equal((0, 0, rows), Sum(await ImportAsync(client)));

        List<SourceItem> sources = [.. (await client.GetAsync("/api/v1/sources?pageSize=500").ReadAsync<PageOf<SourceItem>>()).Items];
        Assert.All(sources, source => Assert.False(string.IsNullOrEmpty(source.AssetNameZh), source.Key));
        Assert.Equal(["hj212", "json", "line"], sources.Select(source => source.Gateway).Distinct().Order());
    }

    private static async Task<JsonElement> ImportAsync(HttpClient client) => await client.PostAsync("/api/v1/imports/park", new MultipartFormDataContent
    {
        { new ByteArrayContent(await File.ReadAllBytesAsync(Park)), "file", "park.csv" },
    }).ReadAsync<JsonElement>();

    private static (int Created, int Updated, int Unchanged) Sum(JsonElement counts) => counts.EnumerateObject().Select(part => part.Value).Aggregate(
        (Created: 0, Updated: 0, Unchanged: 0),
        (sum, part) => (sum.Created + part.GetProperty("created").GetInt32(), sum.Updated + part.GetProperty("updated").GetInt32(), sum.Unchanged + part.GetProperty("unchanged").GetInt32()));
}
