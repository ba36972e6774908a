using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Resolution;
using Ordo.Identifiers.Rest;
using Ordo.Identifiers.Tests.Serving;

namespace Ordo.Identifiers.Tests.Rest;

/// <summary>What is answered in front of routing and sign-in is what would be answered behind them.</summary>
public sealed class PublicReadsTests : IAsyncLifetime
{
    private const ValuePermissions Closed = ValuePermissions.AdminRead | ValuePermissions.AdminWrite;

    // A parameter that says nothing: the request is no plain read any more and goes the long way.
    private const string LongWay = "?pretty=false";
    private NodeServer node = null!;
    private HttpClient anybody = null!;

    public async ValueTask InitializeAsync()
    {
        node = await NodeServer.StartAsync([new ParkModule(), new AccessModule()]);
        anybody = node.Server.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        anybody.Dispose();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Both_ways_answer_the_same_bytes()
    {
        await PutRecordsAsync();
        string[] handles =
        [
            "88.999.1/SN1", "88.999.1/sn1", "88.999.1%2FSN1", "88.999.1/NOPE", "88.999.1/EVERY-KIND", "88.999.1/CLOSED", "88.999.1/EMPTY", "88.999.1/%E9%98%80/a%20b%3F",
            "10.1/ELSEWHERE", "0.NA/88.999.1", "88.999.1", "88.999.1/%FF", "88.999.1/",
        ];
        foreach (string handle in handles)
        {
            (int Status, string? Type, string? Open, string Body) plain = await AskAsync(handle), longWay = await AskAsync(handle + LongWay);
            Assert.Equal(longWay, plain);
            Assert.DoesNotContain("secret", plain.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_plain_read_is_answered_in_front_and_nothing_else_is()
    {
        await PutRecordsAsync();
        Assert.True(IsAnsweredInFront("/api/handles/88.999.1/SN1"));
        Assert.True(IsAnsweredInFront("/api/handles/88.999.1/NOPE"));
        Assert.True(IsAnsweredInFront("/api/handles/88.999.1/EVERY-KIND"));
        Assert.False(IsAnsweredInFront("/api/handles/88.999.1/CLOSED"));
        Assert.False(IsAnsweredInFront("/api/handles/10.1/ELSEWHERE"));
        Assert.False(IsAnsweredInFront("/api/handles/88.999.1/SN1" + LongWay));
        Assert.False(IsAnsweredInFront("/api/handles/88.999.1/SN1", "Authorization"));
        Assert.False(IsAnsweredInFront("/api/handles/88.999.1/SN1", "Cookie"));
        Assert.False(IsAnsweredInFront("/api/handles/88.999.1/SN1", method: "DELETE"));
        Assert.False(IsAnsweredInFront("/api/handles/88.999.1/SN1", method: "HEAD"));
        Assert.False(IsAnsweredInFront("/api/prefixes"));
    }

    [Fact]
    public async Task A_plain_read_is_counted()
    {
        ResolutionCounts counts = node.Server.Services.GetRequiredService<ResolutionCounts>();
        await AskAsync("88.999.1/SN1");
        await AskAsync("88.999.1/NOPE");
        Assert.Equal(new Outcomes(1, 1, 0), counts.Total());
        Assert.Equal(2, counts.LatencyOf(ResolutionTransport.Rest).Count);
    }

    [Fact]
    public async Task Many_who_ask_at_a_time_get_each_their_own()
    {
        for (int i = 0; i < 50; i++) await node.PutAsync($"88.999.1/M{i}", HandleValue.Of(1, "T", new string((char)('a' + i % 26), 1 + i * 97)));
        await Parallel.ForAsync(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, cancellation) =>
        {
            int i = number % 50;
            string answer = await anybody.GetStringAsync(new Uri($"/api/handles/88.999.1/M{i}", UriKind.Relative), cancellation);
            Assert.Contains($"\"88.999.1/M{i}\"", answer, StringComparison.Ordinal);
            Assert.Contains($"\"{new string((char)('a' + i % 26), 1 + i * 97)}\"", answer, StringComparison.Ordinal);
        });
    }

    private async Task PutRecordsAsync()
    {
        await node.PutAsync("88.999.1/CLOSED", HandleValue.Of(1, "URL", "secret", permissions: Closed));
        await node.PutAsync("88.999.1/EMPTY");
        await node.PutAsync("88.999.1/阀/a b?", HandleValue.Of(1, "T", "<\"\\\u2028>"));
        byte[] group = new ListData([new("0.NA/88.999.1", 300)]).ToArray(), noAdmin = [0, 0], noText = [0xC2, 0x85], halfText = [0xC2];
        await node.PutAsync("88.999.1/EVERY-KIND",
            HandleValue.Of(1, "URL", "secret", permissions: Closed), HandleValue.Of(2, "T", "lines\r\n\tand 阀门😀"), HandleValue.Of(3, "T", "\u0001"), HandleValue.Of(4, "T", "\u007f"),
            HandleValue.Of(5, "T", noText), HandleValue.Of(6, "T", halfText), HandleValue.Of(7, "T", ""), HandleValue.Of(8, "HS_VLIST", group), HandleValue.Of(9, "HS_ADMIN", noAdmin),
            HandleValue.Of(10, "T", "x", uint.MaxValue, ValuePermissions.PublicRead), HandleValue.Of(11, "T", "x") with { TtlType = 1, Ttl = 1_772_323_200 },
            HandleValue.Of(12, "T", "x") with { References = [new("88.999.1/SN1", 1)] });
    }

    private async Task<(int Status, string? Type, string? Open, string Body)> AskAsync(string handle)
    {
        using HttpResponseMessage answer = await anybody.GetAsync(new Uri("/api/handles/" + handle, UriKind.Relative));
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), answer.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? open) ? string.Join(',', open) : null,
            await answer.Content.ReadAsStringAsync());
    }

    private bool IsAnsweredInFront(string target, string? header = null, string method = "GET")
    {
        int question = target.IndexOf('?', StringComparison.Ordinal);
        var http = new DefaultHttpContext { Request = { Method = method, Path = PathString.FromUriComponent(question < 0 ? target : target[..question]), QueryString = new(question < 0 ? "" : target[question..]) } };
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        if (header is not null) http.Request.Headers[header] = "x";
        bool answered = node.Server.Services.GetRequiredService<PublicReads>().TryAnswer(http);
        Assert.Equal(answered, http.Response.ContentLength is not null);
        return answered;
    }
}
