using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Http;

public sealed class HttpConventionsTests : IAsyncLifetime
{
    private TestServer server = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        server = await TestServer.StartAsync([new ShelfModule()]);
        client = server.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("en", "At least one page.")]
    [InlineData("en-US,en;q=0.9", "At least one page.")]
    [InlineData("zh-CN", "至少一页。")]
    [InlineData("zh-TW", "至少一页。")]
    [InlineData("fr", "至少一页。")]
    public async Task Wrong_input_names_field_and_reason_in_the_callers_language(string language, string reason)
    {
        using HttpClient speaker = server.CreateClient(language);
        using HttpResponseMessage response = await speaker.PostAsJsonAsync("/books", new { title = "x", pages = 0, printed = "2026-01-01T00:00:00Z" });
        JsonElement problem = await ProblemAsync(response, HttpStatusCode.UnprocessableEntity);
        Assert.Equal("/problems/validation", problem.GetProperty("type").GetString());
        Assert.Equal(reason, problem.GetProperty("errors").GetProperty("pages")[0].GetString());
    }

    [Theory]
    [InlineData("""{"title":"x","pages":"two","printed":"2026-01-01T00:00:00Z"}""", "pages")]
    [InlineData("""{"title":"x","pages":"2","printed":"2026-01-01T00:00:00Z"}""", "pages")]
    [InlineData("""{"title":null,"pages":2,"printed":"2026-01-01T00:00:00Z"}""", "title")]
    [InlineData("""{"title":"x","pages":2,"printed":"2026-01-01T00:00:00"}""", "printed")]
    [InlineData("""{"title":"x","pages":2,"printed":"2026-01-01T00:00:00Z","binding":1}""", "binding")]
    [InlineData("""{"title":"x","pages":2}""", "$")]
    [InlineData("""{"title":""", "title")]
    [InlineData("", "book")]
    public async Task A_body_that_cannot_be_read_names_its_field(string body, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.PostAsync(new Uri("/books", UriKind.Relative), content);
        JsonElement problem = await ProblemAsync(response, HttpStatusCode.BadRequest);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Theory]
    [InlineData("page=0", "page")]
    [InlineData("page=-1", "page")]
    [InlineData("page=x", "page")]
    [InlineData("page=1000001", "page")]
    [InlineData("pageSize=501", "pageSize")]
    public async Task A_page_out_of_range_is_refused(string query, string field)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri($"/books?{query}", UriKind.Relative));
        JsonElement problem = await ProblemAsync(response, HttpStatusCode.BadRequest);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Fact]
    public async Task A_list_comes_in_pages_and_times_in_utc()
    {
        for (int number = 1; number <= 3; number++)
        {
            using HttpResponseMessage added = await client.PostAsJsonAsync("/books", new { title = $"book {number}", pages = 1, printed = "2026-01-01T08:00:00+08:00", binding = "hardCover" });
            Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        }

        JsonElement page = await client.GetFromJsonAsync<JsonElement>("/books?page=2&pageSize=2");
        Assert.Equal((3, 2, 2), (page.GetProperty("total").GetInt32(), page.GetProperty("page").GetInt32(), page.GetProperty("pageSize").GetInt32()));
        JsonElement book = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal("book 3", book.GetProperty("title").GetString());
        Assert.Equal("2026-01-01T00:00:00Z", book.GetProperty("printed").GetString());
    }

    [Theory]
    [InlineData(null, HttpStatusCode.PreconditionRequired)]
    [InlineData("\"2\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/\"3\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("3", HttpStatusCode.PreconditionFailed)]
    [InlineData("\"3\"", HttpStatusCode.NoContent)]
    [InlineData("\"1\", \"3\"", HttpStatusCode.NoContent)]
    [InlineData("*", HttpStatusCode.NoContent)]
    public async Task An_edit_names_the_version_it_was_made_on(string? ifMatch, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/books/1");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("/books/late", "7")]
    [InlineData("/books/full", "5")]
    public async Task What_cannot_be_done_now_says_when_to_come_back(string path, string seconds)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri(path, UriKind.Relative));
        await ProblemAsync(response, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(seconds, response.Headers.RetryAfter?.ToString());
    }

    [Fact]
    public async Task An_unexpected_failure_tells_nothing_but_its_trace_id()
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri("/books/broken", UriKind.Relative));
        JsonElement problem = await ProblemAsync(response, HttpStatusCode.InternalServerError);
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_at_an_address_is_a_problem_too()
    {
        await ProblemAsync(await client.GetAsync(new Uri("/nowhere", UriKind.Relative)), HttpStatusCode.NotFound);
        await ProblemAsync(await client.DeleteAsync(new Uri("/books", UriKind.Relative)), HttpStatusCode.MethodNotAllowed);
        using var text = new StringContent("x");
        await ProblemAsync(await client.PostAsync(new Uri("/books", UriKind.Relative), text), HttpStatusCode.UnsupportedMediaType);
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        return problem;
    }
}
