using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Gateways;
using Ordo.Perception.Gateways.LineProtocol;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;
using Ordo.Testing;

namespace Ordo.Perception.Tests.Gateways.LineProtocol;

public class LineProtocolRoutesTests
{
    private static readonly JsonSerializerOptions Relaxed = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private const string V1 = "/write?db=d";
    private const string V2 = "/api/v2/write?org=o&bucket=b";

    [Theory]
    [InlineData(V2, 1)]
    [InlineData(V1, 1)]
    [InlineData(V2 + "&precision=ns", 1)]
    [InlineData(V2 + "&precision=us", 1_000)]
    [InlineData(V2 + "&precision=ms", 1_000_000)]
    [InlineData(V2 + "&precision=s", 1_000_000_000)]
    [InlineData(V1 + "&precision=u", 1_000)]
    [InlineData(V1 + "&precision=ms&rp=&consistency=all&unknown=1", 1_000_000)]
    [InlineData(V1 + "&precision=m", 60_000_000_000)]
    [InlineData(V1 + "&precision=h", 3_600_000_000_000)]
    public async Task A_good_body_is_stored_and_answered_204(string path, long nanosecondsPerUnit)
    {
        await using WriteServer server = await WriteServer.StartAsync();
        Assert.Equal((204, ""), await server.WriteAsync("steel,meter=EM01 p=1.5,q=2i 1000000\nsteel,meter=EM02 p=3 2000000", path));
        Assert.Equal(
            [new("steel,meter=EM01", "p", nanosecondsPerUnit, 1.5), new("steel,meter=EM01", "q", nanosecondsPerUnit, 2), new("steel,meter=EM02", "p", 2 * nanosecondsPerUnit, 3)],
            server.Stored());
        Source source = server.Registry.Gateway("line").Find("steel,meter=EM01")!;
        Assert.Equal((1, 2, 0), (source.FrameCount, source.SampleCount, source.ErrorCount));
        Assert.StartsWith("127.0.0.1:", source.Remote, StringComparison.Ordinal);
        FrameEntry frame = Assert.Single(source.Frames.Read());
        Assert.Equal(("steel,meter=EM01 p=1.5,q=2i 1000000", Verdict.Stored, 2), (Encoding.UTF8.GetString(frame.Raw), frame.Verdict, frame.Samples));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("application/x-www-form-urlencoded")] // curl --data-binary
    [InlineData("application/octet-stream")]
    [InlineData("application/json")]
    public async Task The_content_type_does_not_matter(string? type)
    {
        await using WriteServer server = await WriteServer.StartAsync();
        foreach (string path in new[] { V1, V2 })
        {
            var content = new ByteArrayContent("m v=1"u8.ToArray());
            content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
            Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync(path, content)).StatusCode);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n# nothing\n")]
    public async Task An_empty_body_is_a_success(string body)
    {
        await using WriteServer server = await WriteServer.StartAsync();
        Assert.Equal((204, ""), await server.WriteAsync(body, V2));
        Assert.Equal((204, ""), await server.WriteAsync(body, V1));
    }

    [Fact]
    public async Task Version_1_tells_a_partial_write_and_keeps_the_good_lines()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        using HttpResponseMessage response = await server.SendAsync(V1, new StringContent("p1 v=1 1\np1 v=bad 2\np1 v= 4\np1 v=5 5000000"));
        const string message = "partial write: unable to parse 'p1 v=bad 2': invalid boolean\nunable to parse 'p1 v= 4': missing field value dropped=0";
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(message, (await response.Content.ReadFromJsonAsync<InfluxV1Error>())!.Error);
        Assert.Equal(message.Replace('\n', ' '), Assert.Single(response.Headers.GetValues("X-Influxdb-Error")));
        Assert.NotEmpty(response.Headers.GetValues("X-Influxdb-Version"));
        Assert.NotEmpty(response.Headers.GetValues("Request-Id"));
        Assert.Equal([1, 5], server.Stored().Select(s => s.Value));
        Source source = server.Registry.Gateway("line").Find("p1")!;
        Assert.Equal(2, source.ErrorCount);
        Assert.Equal(2, source.Frames.Read().Count(f => f.Verdict == Verdict.Unreadable));

        Assert.Equal((400, Json("unable to parse 'm4 v=-1u 1': invalid number")), await server.WriteAsync("m4 v=-1u 1", V1));
        Assert.Equal((400, Json("partial write: invalid field name: input field \"time\" on measurement \"m49\" is invalid dropped=1")), await server.WriteAsync("m49 time=1 1", V1));
        await server.WriteAsync("c1 v=1 1", V1);
        Assert.Equal(
            (400, Json("partial write: field type conflict: input field \"v\" on measurement \"c1\" is type string, already exists as type float dropped=1")),
            await server.WriteAsync("c1 v=\"a\",w=1 1", V1));
    }

    [Fact]
    public async Task Version_2_tells_it_in_its_own_shape()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        using HttpResponseMessage response = await server.SendAsync(V2, new StringContent("p1 v=1 1\np1 v=bad 2"));
        InfluxV2Error error = (await response.Content.ReadFromJsonAsync<InfluxV2Error>())!;
        Assert.Equal((HttpStatusCode.BadRequest, "invalid", "partial write: unable to parse 'p1 v=bad 2': invalid boolean"), (response.StatusCode, error.Code, error.Message));
        Assert.Equal("invalid", Assert.Single(response.Headers.GetValues("X-Platform-Error-Code")));
        Assert.Single(server.Stored());

        (int status, string body) = await server.WriteAsync("m50,time=a v=1 1\nok v=1 1", V2);
        error = JsonSerializer.Deserialize<InfluxV2Error>(body)!;
        Assert.Equal((422, "unprocessable entity"), (status, error.Code));
        Assert.Equal("failure writing points to database: partial write: invalid tag key: input tag \"time\" on measurement \"m50\" is invalid dropped=1", error.Message);
    }

    [Fact]
    public async Task Only_so_many_reasons_are_told_and_all_are_counted()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        (int status, string body) = await server.WriteAsync(string.Join('\n', Enumerable.Range(0, 5000).Select(i => $"bad{i}")), V2);
        Assert.Equal(400, status);
        Assert.Contains("and 4980 more lines unable to parse", body, StringComparison.Ordinal);
        Assert.InRange(body.Length, 100, 3000);
        Assert.Equal(50, server.Registry.Gateway("line").Strangers.Read().Length);
    }

    [Theory]
    [InlineData("POST", "/write", 400, "database is required")]
    [InlineData("POST", "/write?db=", 400, "database is required")]
    [InlineData("POST", "/write?db=d&precision=x", 400, "invalid precision")]
    [InlineData("POST", "/api/v2/write?org=o", 404, "not found")]
    [InlineData("POST", "/api/v2/write?org=o&bucket=b&precision=h", 400, "invalid precision; valid precision units are ns, us, ms, and s")]
    [InlineData("GET", "/api/v2/write", 405, "method not allowed")]
    [InlineData("GET", "/write", 405, "Method Not Allowed")]
    [InlineData("PUT", "/write", 405, "Method Not Allowed")]
    public async Task A_wrong_request_is_refused(string method, string path, int status, string reason)
    {
        await using WriteServer server = await WriteServer.StartAsync();
        using HttpResponseMessage response = await server.Client().SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(reason, body, StringComparison.Ordinal);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Single(response.Headers.GetValues(path.StartsWith("/api", StringComparison.Ordinal) ? "X-Platform-Error-Code" : "X-Influxdb-Error"));
        if (status == 405) Assert.Contains("POST", response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData(V1, null, 401)]
    [InlineData(V1, "wrong", 401)]
    [InlineData(V1, "none", 403)]
    [InlineData(V2, null, 401)]
    [InlineData(V2, "none", 403)]
    [InlineData("/query?q=SHOW+DATABASES", null, 401)]
    public async Task Who_may_not_write_is_told_so_in_the_words_of_the_client(string path, string? token, int status)
    {
        await using WriteServer server = await WriteServer.StartAsync();
        using HttpResponseMessage response = await server.Client(token).PostAsync(path, new StringContent("m v=1"));
        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.StartsWith(path == V2 ? "{\"code\":\"" : "{\"error\":\"", body, StringComparison.Ordinal);
        if (status == 401) Assert.Equal(path == V2 ? "Token" : "Basic realm=\"InfluxDB\"", response.Headers.WwwAuthenticate.ToString());
        Assert.Empty(server.Stored());
    }

    [Fact]
    public async Task A_token_with_a_scope_writes_only_to_sources_claimed_within_it()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        server.Claim("mine", "/1/2/");
        server.Claim("other", "/3/");
        Assert.Equal(204, (await server.WriteAsync("mine v=1 1\nmine v=2,new=1 1000000", V2, "scoped")).Status);
        for (int round = 0; round < 2; round++)
        {
            (int status, string body) = await server.WriteAsync("mine v=3 2000000\nother v=1 1\nunknown v=1 1", V2, "scoped");
            Assert.Equal(403, status);
            Assert.Contains("2 lines were not stored", body, StringComparison.Ordinal);
        }
        Assert.All(server.Stored(), s => Assert.Equal("mine", s.Source));
        Assert.Null(server.Registry.Gateway("line").Find("unknown"));
        server.Claim("mine", "/3/");
        Assert.Equal(403, (await server.WriteAsync("mine v=4 3000000", V2, "scoped")).Status);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("GZIP")]
    [InlineData("identity")]
    public async Task A_body_may_be_compressed(string encoding)
    {
        await using WriteServer server = await WriteServer.StartAsync();
        bool isGzip = encoding != "identity";
        byte[] body = isGzip ? WriteServer.Gzip("g v=1 1") : "g v=1 1"u8.ToArray();
        using HttpResponseMessage response = await server.SendAsync(V2, new ByteArrayContent(body), encoding);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Single(server.Stored());
    }

    [Fact]
    public async Task Several_gzip_members_are_one_body_wherever_they_are_cut()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        byte[] body = [.. WriteServer.Gzip("a v=1 1\nb v"), .. WriteServer.Gzip(""), .. WriteServer.Gzip("=2 1\nc v=3 1")];
        for (int cut = 1; cut < body.Length; cut += 3)
        {
            using HttpResponseMessage response = await server.SendAsync(V2, new PiecesContent(body[..cut], body[cut..]), "gzip");
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        }
        Assert.Equal(["a", "b", "c"], server.Stored().Select(s => s.Source));
    }

    [Fact]
    public async Task Broken_gzip_is_400_and_never_a_success()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        byte[] good = WriteServer.Gzip("g v=1 1\ng v=2 2");
        var broken = new List<byte[]> { "g v=1 1"u8.ToArray(), Array.Empty<byte>(), (byte[])[.. good, 1, 2, 3], (byte[])[.. good, .. "g v=1 1"u8] };
        for (int length = 1; length < good.Length; length++) broken.Add(good[..length]);
        foreach (int at in new[] { 0, 1, 2, 12, good.Length - 1, good.Length - 5 })
        {
            byte[] flipped = [.. good];
            flipped[at] ^= 0x55;
            broken.Add(flipped);
        }
        for (int i = 0; i < broken.Count; i++)
        {
            foreach (string path in new[] { V1, V2 })
            {
                using HttpResponseMessage response = await server.SendAsync(path, new ByteArrayContent(broken[i]), "gzip");
                Assert.Equal((i, path, 400), (i, path, (int)response.StatusCode));
            }
        }
    }

    [Fact]
    public async Task Another_encoding_is_415()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        using HttpResponseMessage response = await server.SendAsync(V2, new StringContent("m v=1"), "br");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_413_at_once_in_pieces_and_inflated()
    {
        await using WriteServer server = await WriteServer.StartAsync(new HttpIngressOptions { MaxBodyBytes = 100_000 });
        string tooLong = string.Concat(Enumerable.Repeat("m v=1 1\n", 20_000));
        foreach (string path in new[] { V1, V2 })
        {
            Assert.Equal(413, (int)(await server.SendAsync(path, new StringContent(tooLong))).StatusCode);
            Assert.Equal(413, (int)(await server.SendAsync(path, new PiecesContent(Encoding.UTF8.GetBytes(tooLong)))).StatusCode);
            Assert.Equal(413, (int)(await server.SendAsync(path, new ByteArrayContent(WriteServer.Gzip(tooLong)), "gzip")).StatusCode);
        }
        string answer = await RawAsync(server, $"POST {V1} HTTP/1.1\r\nHost: x\r\nAuthorization: Token all\r\nContent-Length: 100001\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("{\"error\":\"Request Entity Too Large\"}", answer, StringComparison.Ordinal);
        Assert.Equal(204, (await server.WriteAsync("m v=1 1", V2)).Status);
    }

    [Fact]
    public async Task A_busy_store_is_503_with_a_time_to_come_back_and_recovers()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        server.Store.Refusal = IngestRefusal.StoreUnavailable;
        using HttpResponseMessage refused = await server.SendAsync(V2, new StringContent("m v=1 1"));
        Assert.Equal((503, 5), ((int)refused.StatusCode, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
        Assert.Equal("unavailable", (await refused.Content.ReadFromJsonAsync<InfluxV2Error>())!.Code);

        // For a moment the body is not even read.
        string answer = await RawAsync(server, $"POST {V1} HTTP/1.1\r\nHost: x\r\nAuthorization: Token all\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 1\r\n", answer, StringComparison.Ordinal);

        server.Store.Refusal = null;
        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(204, (await server.WriteAsync("m v=1 1", V2)).Status);
        Assert.Equal(1, server.Registry.Gateway("line").Find("m")!.FrameCount);
    }

    [Fact]
    public async Task Nothing_is_acknowledged_before_it_is_durable()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        var disk = new TaskCompletionSource();
        server.Store.Disk = disk.Task;
        Task<(int Status, string Body)> write = server.WriteAsync("m v=1 1", V2);
        Assert.NotSame(write, await Task.WhenAny(write, Task.Delay(200)));
        disk.SetResult();
        Assert.Equal(204, (await write).Status);
    }

    [Fact]
    public async Task More_requests_than_allowed_are_told_to_come_back()
    {
        await using WriteServer server = await WriteServer.StartAsync(new HttpIngressOptions { MaxConcurrentRequests = 1 });
        var disk = new TaskCompletionSource();
        server.Store.Disk = disk.Task;
        Task<(int Status, string Body)> first = server.WriteAsync("m v=1 1", V2);
        Task<(int Status, string Body)> second = server.WriteAsync("m v=2 2000000", V2);
        Assert.Equal(503, (await await Task.WhenAny(first, second)).Status);
        disk.SetResult();
        Assert.Equal(707, (await first).Status + (await second).Status);
    }

    [Fact]
    public async Task A_source_that_floods_is_429_and_its_neighbours_are_stored()
    {
        await using WriteServer server = await WriteServer.StartAsync(limits: new LimitOptions
        {
            HttpSource = new() { MessagesPerSecond = 10, Burst = TimeSpan.FromSeconds(1) },
            HttpAddress = new(),
        });
        Assert.Equal(204, (await server.WriteAsync(string.Concat(Enumerable.Range(0, 30).Select(i => $"flood v={i} {i}000000\n")), V2)).Status);
        using HttpResponseMessage refused = await server.SendAsync(V2, new StringContent("flood v=1 99000000\nquiet v=1 1"));
        Assert.Equal((429, 2), ((int)refused.StatusCode, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
        Assert.Equal("too many requests", (await refused.Content.ReadFromJsonAsync<InfluxV2Error>())!.Code);
        Assert.Contains(server.Stored(), s => s.Source == "quiet");
        Assert.Equal((1, 1), (server.Registry.Gateway("line").Find("flood")!.RefusedCount, server.Limits.Refused));
        server.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(204, (await server.WriteAsync("flood v=1 99000000", V2)).Status);
    }

    [Fact]
    public async Task An_address_that_floods_is_429_before_its_body_is_read()
    {
        await using WriteServer server = await WriteServer.StartAsync(limits: new LimitOptions { HttpAddress = new() { SamplesPerSecond = 1, Burst = TimeSpan.FromSeconds(1) } });
        Assert.Equal(204, (await server.WriteAsync("m a=1,b=2,c=3,d=4", V2)).Status);
        Assert.Equal(429, (await server.WriteAsync("m a=1", V1)).Status);
        server.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(204, (await server.WriteAsync("m a=1", V1)).Status);
    }

    [Fact]
    public async Task A_source_has_so_many_series_and_the_answer_says_so()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        server.Catalogue.MaxSeriesPerSource = 2;
        (int status, string body) = await server.WriteAsync("m a=1,b=2,c=3 1\nn a=1 1", V2);
        Assert.Equal(422, status);
        Assert.Contains("too many series", body, StringComparison.Ordinal);
        Assert.Equal(3, server.Stored().Count);
    }

    [Fact]
    public async Task A_large_body_is_stored_in_several_batches()
    {
        await using WriteServer server = await WriteServer.StartAsync(new HttpIngressOptions { MaxBatchSamples = 1000 });
        string body = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"m,id={i % 100} v={i} {i}000000\n"));
        Assert.Equal(204, (await server.WriteAsync(body, V2)).Status);
        Assert.Equal(20_000, server.Stored().Count);
        Assert.Equal(20, server.Store.Writes);
        Assert.Equal(204, (int)(await server.SendAsync(V2, new ByteArrayContent(WriteServer.Gzip(body)), "gzip")).StatusCode);
    }

    [Fact]
    public async Task A_line_that_never_ends_costs_only_itself()
    {
        await using WriteServer server = await WriteServer.StartAsync(line: new LineProtocolOptions { MaxLineBytes = 64 * 1024 });
        using HttpResponseMessage response = await server.SendAsync(V2, new StreamContent(new EndlessLine(8)));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("line longer than 65536 bytes", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("m", Assert.Single(server.Stored()).Source);
    }

    [Fact]
    public async Task A_line_of_a_gibibyte_needs_no_memory()
    {
        var catalogue = new MemoryCatalogue();
        var store = new MemoryStore();
        var limits = new IngressLimits(new LimitOptions(), new FakeTime());
        var gateway = new LineProtocolGateway(
            new SourceRegistry(catalogue, new SourceOptions()), catalogue, store, limits, new LineProtocolOptions(), new HttpIngressOptions { MaxBodyBytes = long.MaxValue });
        var sender = new Sender(null, limits.OfAddress(Ingress.Http, IPAddress.Loopback));
        long before = GC.GetAllocatedBytesForCurrentThread(); // everything completes on this thread
        LineOutcome outcome = await gateway.WriteAsync(new EndlessLine(1024), new LineRequest { ReceivedMs = 0 }, sender, default);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((1, 1L), (outcome.Faults.BadLines, outcome.StoredLines));
        Assert.InRange(allocated, 0, 8 * 1024 * 1024);
    }

    [Fact]
    public async Task A_connection_that_breaks_off_stores_no_half_line_and_disturbs_nobody()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"POST {V2} HTTP/1.1\r\nHost: x\r\nAuthorization: Token all\r\nContent-Length: 1000\r\n\r\nm v=1 1\nm v=123"));
            socket.Close(0);
        }
        Assert.Equal(204, (await server.WriteAsync("other v=1 1", V2)).Status);
        Assert.DoesNotContain(server.Stored(), s => s.Value == 123);
    }

    [Fact]
    public async Task A_chunked_body_cut_inside_numbers_is_read_as_one()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        byte[] body = "steel,meter=EM01 p=123.456 1000000\nsteel,meter=EM02 p=789.5 1000000"u8.ToArray();
        using HttpResponseMessage response = await server.SendAsync(V2, new PiecesContent([.. body.Select(b => new[] { b })]));
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal([123.456, 789.5], server.Stored().Select(s => s.Value));
    }

    [Fact]
    public async Task Requests_as_real_clients_send_them_are_understood()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        string javaScript = "te\\ mp\\,x,k\\=1=a\\ b\\,c b=T,f=1.5,i=3i,s=\"q\\\"\\\\\n\tz\",u=4u 1700000000000";
        Assert.Equal((204, ""), await server.WriteAsync(javaScript, "/api/v2/write?org=org&bucket=bkt&precision=ms"));
        Assert.Equal(["b", "f", "i", "u"], server.Stored().Select(s => s.Channel));
        Assert.All(server.Stored(), s => Assert.Equal(("te\\ mp\\,x,k\\=1=a\\ b\\,c", 1_700_000_000_000), (s.Source, s.TimeMs)));

        // Node "influx": Basic, no content type, empty rp, and a space in the measurement that it forgets to escape.
        string basic = Convert.ToBase64String("user:all"u8);
        const string node = "m x,a=b\\ c s=\"x\\\"y\",t=true,v=1 1700000000000";
        string answer = await RawAsync(server, $"POST /write?db=d&precision=ms&rp= HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {basic}\r\nContent-Length: {node.Length}\r\nConnection: close\r\n\r\n{node}");
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("unable to parse", answer, StringComparison.Ordinal);

        byte[] telegraf = WriteServer.Gzip("cpu,host=gw1 usage_idle=98.5,usage_user=1i 1700000000000000000\n");
        Assert.Equal(204, (int)(await server.SendAsync("/api/v2/write?bucket=park&org=ordo", new ByteArrayContent(telegraf), "gzip")).StatusCode);
    }

    [Fact]
    public async Task Side_questions_of_clients_are_answered()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        using HttpClient anonymous = server.Client(token: null);
        using HttpResponseMessage ping = await anonymous.GetAsync("/ping");
        Assert.Equal(HttpStatusCode.NoContent, ping.StatusCode);
        Assert.NotEmpty(ping.Headers.GetValues("X-Influxdb-Version"));
        Assert.NotEmpty(ping.Headers.GetValues("X-Influxdb-Build"));
        using HttpResponseMessage head = await anonymous.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/ping"));
        Assert.Equal(HttpStatusCode.NoContent, head.StatusCode);
        Assert.Equal("{\"version\":\"1.8.10\"}", await anonymous.GetStringAsync("/ping?verbose=true"));

        using HttpClient client = server.Client();
        using var form = new FormUrlEncodedContent([new("q", "CREATE DATABASE \"telegraf\"")]);
        using HttpResponseMessage created = await client.PostAsync("/query", form);
        Assert.Equal("{\"results\":[{\"statement_id\":0}]}", await created.Content.ReadAsStringAsync());
        Assert.Equal(
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"databases\",\"columns\":[\"name\"],\"values\":[[\"ordo\"]]}]}]}",
            await client.GetStringAsync("/query?q=SHOW%20DATABASES"));
        using HttpResponseMessage select = await client.GetAsync("/query?q=SELECT%20*%20FROM%20m");
        Assert.Equal(HttpStatusCode.BadRequest, select.StatusCode);
        Assert.Contains("\"name\":\"park\"", await client.GetStringAsync("/api/v2/buckets?name=park"), StringComparison.Ordinal);
        Assert.Contains("\"orgs\":[", await client.GetStringAsync("/api/v2/orgs"), StringComparison.Ordinal);
    }

    private static string Json(string error) => JsonSerializer.Serialize(new InfluxV1Error(error), Relaxed);

    private static async Task<string> RawAsync(WriteServer server, string request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        using CancellationTokenSource timeout = Patience.Begin();
        var answer = new StringBuilder();
        var piece = new byte[4096];
        while (!answer.ToString().Contains('}', StringComparison.Ordinal) && await socket.ReceiveAsync(piece, timeout.Token) is > 0 and var read)
            answer.Append(Encoding.UTF8.GetString(piece, 0, read));
        return answer.ToString();
    }

    /// <summary>A chunked body that goes out piece by piece.</summary>
    private sealed class PiecesContent(params byte[][] pieces) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (byte[] piece in pieces)
            {
                await stream.WriteAsync(piece);
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>One line of many mebibytes, made while it is read, and then a good one.</summary>
    private sealed class EndlessLine(int mebibytes) : MemoryStream("\nm v=1 1\n"u8.ToArray())
    {
        private long left = mebibytes * 1024L * 1024;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (left == 0) return new(Read(buffer.Span));
            int count = (int)Math.Min(left, buffer.Length);
            buffer.Span[..count].Fill((byte)'x');
            left -= count;
            return new(count);
        }

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => CopyAsync(destination, cancellationToken);

        private async Task CopyAsync(Stream destination, CancellationToken cancellation)
        {
            var piece = new byte[64 * 1024];
            while (await ReadAsync(piece, cancellation) is > 0 and var read) await destination.WriteAsync(piece.AsMemory(0, read), cancellation);
        }

        // The length is not known beforehand: the body goes out in chunks.
        public override bool CanSeek => false;
    }
}
