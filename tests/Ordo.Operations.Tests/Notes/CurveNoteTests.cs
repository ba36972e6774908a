using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Notes;

public sealed class SqliteCurveNoteTests(SqliteDatabase database) : CurveNoteTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresCurveNoteTests(PostgresDatabase database) : CurveNoteTests(database), IClassFixture<PostgresDatabase>;

public abstract class CurveNoteTests(TestDatabase database)
{
    [Fact]
    public async Task A_note_stays_for_those_who_may_read_the_point()
    {
        await using OperationsServer server = await OperationsServer.StartAsync(database);
        HttpClient analyst = await server.PersonAsync("analyst", "analyst", "north"), other = await server.PersonAsync("other", "analyst", "north");
        HttpClient reader = await server.PersonAsync("reader", "enterpriseUser", "north"), south = await server.PersonAsync("southerner", "analyst", "south");
        long point = server.Of["north"].Point;
        object note = new { pointId = point, time = "2026-03-01T00:00:00Z", text = " 换了传感器 " };
        using HttpResponseMessage made = await analyst.PostAsJsonAsync("/api/v1/points/notes", note);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        long id = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64();

        foreach (var (client, mayDelete) in ((HttpClient, bool)[])[(analyst, true), (other, true), (reader, false)])
        {
            JsonElement seen = await ReadAsync(client, $"ids={point}&from=2026-02-28T00:00:00Z&to=2026-03-02T00:00:00Z");
            JsonElement item = seen.GetProperty("items").EnumerateArray().Single();
            Assert.Equal(("换了传感器", "analyst", mayDelete), (item.GetProperty("text").GetString(), item.GetProperty("by").GetString(), item.GetProperty("mayDelete").GetBoolean()));
        }
        Assert.Equal(0, (await ReadAsync(analyst, $"ids={point}&from=2026-03-02T00:00:00Z")).GetProperty("total").GetInt32());
        Assert.Equal(0, (await ReadAsync(south, $"ids={point}")).GetProperty("total").GetInt32());

        Assert.Equal(HttpStatusCode.NotFound, (await south.PostAsJsonAsync("/api/v1/points/notes", note)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsJsonAsync("/api/v1/points/notes", note)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await analyst.PostAsJsonAsync("/api/v1/points/notes", new { pointId = point, time = "2026-03-01T00:00:00Z", text = " " })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await south.DeleteAsync($"/api/v1/points/notes/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.DeleteAsync($"/api/v1/points/notes/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await analyst.DeleteAsync($"/api/v1/points/notes/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await analyst.DeleteAsync($"/api/v1/points/notes/{id}")).StatusCode);
    }

    private static async Task<JsonElement> ReadAsync(HttpClient client, string query) => await client.GetFromJsonAsync<JsonElement>("/api/v1/points/notes?" + query);
}
