using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Rest;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Tests.Serving;

namespace Ordo.Identifiers.Tests.Rest;

/// <summary>Client certificates, the scheme <c>Handle</c> and its sessions (notes, 11.4 and 11.5), by keys and proofs of OpenSSL, over TLS with curl.</summary>
public sealed partial class HandleCredentialsTests(OpenSsl ssl) : IClassFixture<OpenSsl>, IAsyncLifetime
{
    private const string Admin = "88.999.1/管理 A", Entity = """[{"index":1,"type":"T","data":"x"}]""", Plain = "Authorization: Handle clientCert=\"true\"";
    private const ValuePermissions Hidden = ValuePermissions.AdminRead | ValuePermissions.AdminWrite;
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("a secret with 阀 in it");
    private NodeServer node = null!;
    private HttpClient client = null!;
    private string own = "", served = "";
    private int port;

    public async ValueTask InitializeAsync()
    {
        own = ssl.PathOf("own.pem");
        if (!File.Exists(own)) await ssl.CertificateAsync("own", $"/UID=301:{Admin.Replace("/", "\\/", StringComparison.Ordinal)}/CN=somebody");
        served = ssl.PathOf($"{Guid.NewGuid():N}.pem");
        File.Copy(ssl.Server, served);
        await StartAsync();
    }

    private async Task StartAsync(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?> { ["Identifiers:HttpsPort"] = "0", ["Identifiers:HttpsCertificate"] = served };
        foreach ((string key, string value) in more) settings[key] = value;
        node = await NodeServer.StartAsync([new ParkModule(), new AccessModule()], settings);
        port = node.Server.Services.GetRequiredService<HttpsPort>().EndPoint!.Port;
        await PutKeysAsync(await OpenSsl.PublicKeyAsync(own));
        await node.PutAsync("0.NA/88.999.1", HandleValue.Of(100, "HS_ADMIN", new AdminData((AdminPermissions)0x0fff, Admin, 300).ToArray()), HandleValue.Of(101, "HS_ADMIN", new AdminData((AdminPermissions)0x0fff, Admin, 301).ToArray()));
#pragma warning disable CA5400 // a certificate of this test
        client = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator }) { BaseAddress = new($"https://127.0.0.1:{port}") };
#pragma warning restore CA5400
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await node.DisposeAsync();
    }

    [Theory]
    [InlineData("--tlsv1.3")]
    [InlineData("--tls-max", "1.2")]
    public async Task A_client_certificate_says_who_it_is_by_the_key_in_its_handle(params string[] version)
    {
        string[] write = [.. version, "--data", Entity, "--header", "Content-Type: application/json"];
        Assert.Equal(401, (await ssl.CurlAsync(port, "PUT", "/api/handles/88.999.1/C", [.. write, "--cert", own])).Status); // shown, and not asked to be known by it
        Assert.Equal(201, (await ssl.CurlAsync(port, "PUT", "/api/handles/88.999.1/C", [.. write, "--cert", own, "--header", Plain])).Status);
        Assert.Equal(200, (await ssl.CurlAsync(port, "GET", "/api/handles?prefix=88.999.1", [.. version, "--cert", own, "--header", Plain])).Status);

        (int status, string answer) = await ssl.CurlAsync(port, "PUT", "/api/handles/88.999.1/C", [.. write, "--header", Plain]);
        Assert.Equal(401, status);
        Assert.Contains("error=\"The connection has no client certificate\"", answer, StringComparison.Ordinal);
        Assert.Contains("{\"responseCode\":403,", answer, StringComparison.Ordinal);

        string same = await ssl.CertificateAsync("same", $"/UID=301:{Admin.Replace("/", "\\/", StringComparison.Ordinal)}"), nobody = await ssl.CertificateAsync("nobody", "/CN=somebody");
        foreach (string wrong in (string[])[same, nobody]) Assert.Equal(401, (await ssl.CurlAsync(port, "PUT", "/api/handles/88.999.1/C", [.. write, "--cert", wrong, "--header", Plain])).Status);

        await PutKeysAsync(await OpenSsl.PublicKeyAsync(same)); // another key for the same name
        Assert.Equal(401, (await ssl.CurlAsync(port, "PUT", "/api/handles/88.999.1/C", [.. write, "--cert", own, "--header", Plain])).Status);
        Assert.Equal(200, (await ssl.CurlAsync(port, "PUT", "/api/handles/88.999.1/C", [.. write, "--cert", same, "--header", Plain])).Status);
    }

    [Fact]
    public async Task The_common_name_serves_where_there_is_no_user_id()
    {
        string common = await ssl.CertificateAsync("common", "/O=Ordo/CN=0:88.999.1\\/COMMON");
        await node.PutAsync("88.999.1/COMMON", HandleValue.Of(7, "HS_PUBKEY", await OpenSsl.PublicKeyAsync(own)), HandleValue.Of(8, "HS_PUBKEY", await OpenSsl.PublicKeyAsync(common)));
        Assert.Equal(400, await CodeAsync("PUT", "/api/handles/88.999.1/C", "--data", Entity, "--header", "Content-Type: application/json", "--cert", common, "--header", Plain)); // known, and without a right
        await node.PutAsync("0.NA/88.999.1", HandleValue.Of(100, "HS_ADMIN", new AdminData((AdminPermissions)0x0fff, "88.999.1/COMMON", 8).ToArray()));
        Assert.Equal(1, await CodeAsync("PUT", "/api/handles/88.999.1/C", "--data", Entity, "--header", "Content-Type: application/json", "--cert", common, "--header", Plain));
    }

    [Theory]
    [InlineData("HS_PUBKEY", 301, "SHA256")]
    [InlineData("HS_PUBKEY", 301, "SHA1")]
    [InlineData("HS_SECKEY", 300, "SHA256")]
    [InlineData("HS_SECKEY", 300, "SHA1")]
    [InlineData("HS_SECKEY", 300, "HMAC-SHA1")]
    [InlineData("HS_SECKEY", 300, "HMAC-SHA256")]
    [InlineData("HS_SECKEY", 300, "PBKDF2-HMAC-SHA1")]
    public async Task A_challenge_is_answered_with_the_request_and_its_session_serves_from_then_on(string type, int index, string algorithm)
    {
        using HttpResponseMessage refused = await SendAsync("PUT", "/api/handles/88.999.1/S", null, Entity);
        (string session, byte[] nonce) = ChallengeOf(refused);
        string answer = await AnswerAsync(session, nonce, type, index, algorithm);
        Assert.Equal((401, 403), await CodesAsync("PUT", "/api/handles/88.999.1/S", Wrong(answer), Entity));
        Assert.Equal((201, 1), await CodesAsync("PUT", "/api/handles/88.999.1/S", answer, Entity));
        Assert.Equal((200, 1), await CodesAsync("PUT", "/api/handles/88.999.1/S", $"sessionId=\"{session}\"", Entity));
        Assert.Equal((200, 1), await CodesAsync("PUT", "/api/handles/88.999.1/S", answer, Entity)); // some clients go on sending it
        Assert.Equal((401, 403), await CodesAsync("PUT", "/api/handles/88.999.1/S", $"sessionId=\"{session}\", id=\"300:88.999.1/OTHER\"", Entity));

        // Ended, it does not begin again with the same proof.
        Assert.Equal(204, (int)(await SendAsync("DELETE", "/api/sessions/this", $"sessionId=\"{session}\"")).StatusCode);
        Assert.Equal((401, 403), await CodesAsync("PUT", "/api/handles/88.999.1/S", $"sessionId=\"{session}\"", Entity));
        Assert.Equal((401, 403), await CodesAsync("PUT", "/api/handles/88.999.1/S", answer, Entity));
    }

    [Fact]
    public async Task A_session_is_opened_proven_shown_and_ended_under_its_own_address()
    {
        byte[] theirs = RandomNumberGenerator.GetBytes(16);
        using HttpResponseMessage begun = await SendAsync("POST", "/api/sessions", null, JsonSerializer.Serialize(new { cnonce = Convert.ToBase64String(theirs) }));
        Assert.Equal((201, "/api/sessions/this"), ((int)begun.StatusCode, begun.Headers.Location?.OriginalString));
        JsonElement state = await begun.Content.ReadFromJsonAsync<JsonElement>();
        (string session, byte[] nonce) = (state.GetProperty("sessionId").GetString()!, state.GetProperty("nonce").GetBytesFromBase64());
        Assert.Equal((16, false, "SHA256"), (nonce.Length, state.GetProperty("authenticated").GetBoolean(), state.GetProperty("serverAlg").GetString()));
        Assert.True(await ssl.VerifyAsync(NodeKeyOf(), [.. nonce, .. theirs], state.GetProperty("serverSignature").GetBytesFromBase64()));

        string named = $"sessionId=\"{session}\"", proof = Convert.ToBase64String(await OpenSsl.SignAsync(own, [.. nonce, .. theirs]));
        object right = new { id = $"301:{Admin}", type = "HS_PUBKEY", cnonce = Convert.ToBase64String(theirs), alg = "SHA256", signature = proof };
        Assert.Equal((200, false, null), await StateAsync("GET", named));
        Assert.Equal((401, 402), await CodesAsync("GET", "/api/handles/88.999.1/SN1?auth", named)); // a session alone is nobody
        Assert.Equal((401, 403), await CodesAsync("PUT", "/api/sessions/this", named, JsonSerializer.Serialize(new { id = $"301:{Admin}", type = "HS_PUBKEY", cnonce = Convert.ToBase64String(nonce), alg = "SHA256", signature = proof })));
        Assert.Equal((200, true, $"301:{Admin}"), await StateAsync("PUT", named, right));
        Assert.Equal((200, true, $"301:{Admin}"), await StateAsync("GET", named));
        Assert.Equal((200, true, $"301:{Admin}"), await StateAsync("PUT", named, right));
        Assert.Equal((200, 1), await CodesAsync("GET", "/api/handles?prefix=88.999.1", named));

        Assert.Equal(204, (int)(await SendAsync("DELETE", "/api/sessions/this", named)).StatusCode);
        Assert.Equal((401, 403), await CodesAsync("GET", "/api/sessions/this", named));
        Assert.Equal((401, 403), await CodesAsync("PUT", "/api/sessions/this", named, JsonSerializer.Serialize(right)));
        Assert.Equal((405, 5), await CodesAsync("GET", "/api/sessions", null));
    }

    [Fact]
    public async Task A_secret_or_a_certificate_opens_a_session_that_is_proven_at_once()
    {
        string basic = "Authorization: Basic " + Convert.ToBase64String([.. Encoding.UTF8.GetBytes("300" + Uri.EscapeDataString(":" + Admin) + ":"), .. Secret]);
        (int status, string answer) = await ssl.CurlAsync(port, "POST", "/api/sessions", "--header", basic);
        Assert.Equal(201, status);
        string session = JsonSerializer.Deserialize<JsonElement>(answer[answer.IndexOf('{', StringComparison.Ordinal)..]).GetProperty("sessionId").GetString()!;
        Assert.Equal((200, true, $"300:{Admin}"), await StateAsync("GET", $"sessionId=\"{session}\""));
        (status, answer) = await ssl.CurlAsync(port, "POST", "/api/sessions", "--header", Plain, "--cert", own);
        Assert.Equal(201, status);
        Assert.Contains("\"authenticated\":true,\"id\":\"301:", answer, StringComparison.Ordinal);
        Assert.Equal(401, (await ssl.CurlAsync(port, "POST", "/api/sessions", "--header", basic[..^4])).Status);
    }

    [Fact]
    public async Task A_session_ends_with_its_time_and_with_the_key_that_proved_it()
    {
        (string session, byte[] nonce) = ChallengeOf(await SendAsync("PUT", "/api/handles/88.999.1/S", null, Entity));
        string late = await AnswerAsync(session, nonce, "HS_SECKEY", 300, "SHA256");
        node.Server.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal((401, 403), await CodesAsync("PUT", "/api/handles/88.999.1/S", late, Entity));

        string first = await ProvenAsync(), second = await ProvenAsync();
        node.Server.Time.Advance(TimeSpan.FromMinutes(40));
        Assert.Equal(200, (await StateAsync("GET", first)).Status);
        node.Server.Time.Advance(TimeSpan.FromMinutes(40));
        Assert.Equal(200, (await StateAsync("GET", first)).Status);
        Assert.Equal((401, 403), await CodesAsync("GET", "/api/sessions/this", second));

        await node.PutAsync(Admin, HandleValue.Of(300, "HS_SECKEY", "another secret", permissions: Hidden));
        Assert.Equal((401, 403), await CodesAsync("GET", "/api/sessions/this", first));
        await PutKeysAsync(await OpenSsl.PublicKeyAsync(own));
        Assert.Equal((401, 403), await CodesAsync("GET", "/api/sessions/this", first)); // over is over
    }

    [Fact]
    public async Task Only_an_identity_that_the_settings_name_takes_prefixes_home()
    {
        Assert.Equal(400, await CodeAsync("POST", "/api/prefixes?prefix=88.777", "--cert", own, "--header", Plain));
        await node.DisposeAsync();
        await StartAsync(("Identifiers:Administrators", $"301:{Admin}"));
        Assert.Equal(1, await CodeAsync("POST", "/api/prefixes?prefix=88.777", "--cert", own, "--header", Plain));
        Assert.True(node.Store.IsHome("88.777/X"u8));
        (_, string answer) = await ssl.CurlAsync(port, "GET", "/api/prefixes", "--cert", own, "--header", Plain);
        Assert.Contains("\"0.NA/88.777\"", answer, StringComparison.Ordinal);
        Assert.Equal((401, 402), await CodesAsync("DELETE", "/api/prefixes?prefix=88.777", null));
        Assert.Equal(1, await CodeAsync("DELETE", "/api/prefixes?prefix=88.777", "--cert", own, "--header", Plain));
    }

    [Fact]
    public async Task Over_plain_HTTP_nothing_of_it_is_taken_and_nothing_offered()
    {
        using HttpClient open = node.Server.CreateClient();
        using HttpResponseMessage refused = await SendAsync("PUT", "/api/handles/88.999.1/S", null, Entity, open);
        Assert.Equal(["Basic realm=\"handle\""], refused.Headers.WwwAuthenticate.Select(way => way.ToString()));
        string session = await ProvenAsync();
        foreach ((string method, string path) in new[] { ("PUT", "/api/handles/88.999.1/S"), ("GET", "/api/sessions/this"), ("POST", "/api/sessions"), ("DELETE", "/api/sessions/this") })
            Assert.Equal((403, 402), await CodesAsync(method, path, session, method == "PUT" ? Entity : null, open));
        Assert.Equal(200, (await StateAsync("GET", session)).Status);
    }

    [Theory]
    [InlineData("""{"type":"HS_PUBKEY","id":"301:88.999.1/管理 A","alg":"SHA256","signature":"AAAA"}""", 401, 403)]
    [InlineData("""{"type":"HS_PUBKEY","id":"301:88.999.1/管理 A","alg":"SHA256","cnonce":"?","signature":"AAAA"}""", 401, 403)]
    [InlineData("""{"type":"HS_PUBKEY","id":"301:88.999.1/管理 A","alg":"MD5","cnonce":"AAAA","signature":"AAAA"}""", 401, 403)]
    [InlineData("""{"type":"HS_SECKEY","id":"300:88.999.1/管理 A","alg":"MD5","cnonce":"AAAA","signature":"AAAA"}""", 401, 403)]
    [InlineData("""{"type":"HS_OTHER","id":"300:88.999.1/管理 A","alg":"SHA256","cnonce":"AAAA","signature":"AAAA"}""", 401, 403)]
    [InlineData("""{"type":"HS_SECKEY","id":"88.999.1/管理 A","alg":"SHA256","cnonce":"AAAA","signature":"AAAA"}""", 401, 403)]
    [InlineData("""{"type":"HS_SECKEY","id":"300:10.1/ELSEWHERE","alg":"SHA256","cnonce":"AAAA","signature":"AAAA"}""", 401, 403)]
    [InlineData("""{"type":"HS_SECKEY","id":"300:88.999.1/管理 A","alg":"PBKDF2-HMAC-SHA1","cnonce":"AAAA","signature":"AAAA","salt":"AAAA","iterations":2000000000,"length":160}""", 401, 403)]
    [InlineData("""{"type":"HS_SECKEY","id":"300:88.999.1/管理 A","alg":"PBKDF2-HMAC-SHA1","cnonce":"AAAA","signature":"AAAA","iterations":"1","length":"-8"}""", 401, 403)]
    [InlineData("""{"id":"\ud800"}""", 400, 4)]
    [InlineData("""["id"]""", 400, 4)]
    [InlineData("""{"id":""", 400, 4)]
    [InlineData("""{"id":{}}""", 401, 403)]
    [InlineData("""{}""", 401, 402)]
    public async Task An_answer_that_proves_nothing_is_refused_with_its_code(string entity, int status, int code)
    {
        (string session, _) = ChallengeOf(await SendAsync("PUT", "/api/handles/88.999.1/S", null, Entity));
        Assert.Equal((status, code), await CodesAsync("PUT", "/api/sessions/this", $"sessionId=\"{session}\"", entity));
    }

    [Fact]
    public async Task What_is_no_session_is_refused_and_what_is_too_long_is_not_read()
    {
        (string session, _) = ChallengeOf(await SendAsync("PUT", "/api/handles/88.999.1/S", null, Entity));
        foreach (string wrong in (string[])["x", "", session[1..], (session[0] == 'A' ? "B" : "A") + session[1..], session + "A", new string('é', 75)])
            Assert.Equal(401, (await CodesAsync("GET", "/api/sessions/this", $"sessionId=\"{Uri.EscapeDataString(wrong)}\"")).Status);
        foreach (string nothing in (string[])["foo", "=", ",,,", "sessionId", "sessionId=", "clientCert=\"false\""]) Assert.Equal(401, (await CodesAsync("GET", "/api/handles/88.999.1/SN1", nothing)).Status);
        Assert.Equal((413, 4), await CodesAsync("POST", "/api/sessions", null, $"{{\"cnonce\":\"{new string('A', 20_000)}\"}}"));
    }

    [Fact]
    public void A_flood_of_sessions_takes_no_memory_and_nobody_loses_one_to_anothers()
    {
        var clock = new Ordo.Testing.FakeTime();
        using var sessions = new RestSessions(clock);
        for (int i = 0; i < 20_000; i++) sessions.Begin();
        Assert.Equal(0, sessions.Open);
        RestSession[] quiet = [.. Enumerable.Range(0, 3).Select(i => Proven(sessions, "88.999.1/quiet"))];
        List<RestSession> loud = [.. Enumerable.Range(0, 300).Select(i => Proven(sessions, i % 2 == 0 ? "88.999.1/loud" : "88.999.1/LOUD"))];
        Assert.Equal(103, sessions.Open);
        Assert.All(quiet, session => Assert.NotNull(sessions.Find(session.Id)?.Client));
        Assert.Null(sessions.Find(loud[0].Id)?.Client);
        Assert.NotNull(sessions.Find(loud[^1].Id)?.Client);
        clock.Advance(TimeSpan.FromHours(2));
        Proven(sessions, "88.999.1/quiet");
        Assert.Equal(1, sessions.Open);

        RestSession Proven(RestSessions all, string handle)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            return all.Prove(all.Begin(), new(new(handle, 300), HandleValue.Of(300, "HS_SECKEY", "s")))!;
        }
    }

    [Fact]
    public async Task A_certificate_that_was_renewed_is_used_and_one_that_cannot_be_read_is_not()
    {
        string before = await ServerCertificateAsync();
        string renewed = await ssl.CertificateAsync("renewed", "/CN=renewed", "-addext", "subjectAltName=IP:127.0.0.1");
        Replace(served, await File.ReadAllTextAsync(renewed), 1);
        Assert.Equal(before, await ServerCertificateAsync()); // looked at once a minute
        node.Server.Time.Advance(TimeSpan.FromMinutes(1));
        string after = await ServerCertificateAsync();
        Assert.NotEqual(before, after);
        Replace(served, "no certificate", 2);
        node.Server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(after, await ServerCertificateAsync());

        static void Replace(string path, string text, int minutes)
        {
            File.WriteAllText(path, text);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(minutes));
        }
    }

    [Fact]
    public async Task A_port_without_a_certificate_is_refused_at_the_start_with_its_setting()
    {
        var missing = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => NodeServer.StartAsync(settings: new Dictionary<string, string?> { ["Identifiers:HttpsPort"] = "0" }));
        Assert.Contains("Identifiers:HttpsCertificate should name a PEM file", missing.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(ssl.PathOf("empty.pem"), "");
        var empty = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => NodeServer.StartAsync(settings: new Dictionary<string, string?> { ["Identifiers:HttpsPort"] = "0", ["Identifiers:HttpsCertificate"] = ssl.PathOf("empty.pem") }));
        Assert.Contains("empty.pem", empty.Message, StringComparison.Ordinal);
    }

    private Task PutKeysAsync(byte[] publicKey) => node.PutAsync(
        Admin, HandleValue.Of(300, "HS_SECKEY", Encoding.UTF8.GetString(Secret), permissions: Hidden), HandleValue.Of(301, "HS_PUBKEY", publicKey));

    private async Task<string> ServerCertificateAsync()
    {
        string seen = "";
#pragma warning disable CA5400 // only looked at
        using var fresh = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, certificate, _, _) => (seen = certificate!.Thumbprint) is not null });
#pragma warning restore CA5400
        await fresh.GetAsync(new Uri($"https://127.0.0.1:{port}/api/site"));
        return seen;
    }

    private RSA NodeKeyOf()
    {
        PublicKeyData key = PublicKeyData.Read(node.Server.Services.GetRequiredService<NodeKey>().PublicKey)!;
        return RSA.Create(new RSAParameters { Exponent = key.Numbers[0].Span.ToArray(), Modulus = key.Numbers[1].Span.TrimStart((byte)0).ToArray() });
    }

    private async Task<string> ProvenAsync()
    {
        (string session, byte[] nonce) = ChallengeOf(await SendAsync("PUT", "/api/handles/88.999.1/S", null, Entity));
        await CodesAsync("PUT", "/api/handles/88.999.1/S", await AnswerAsync(session, nonce, "HS_SECKEY", 300, "HMAC-SHA256"), Entity);
        return $"sessionId=\"{session}\"";
    }

    /// <summary>What stands in the header of a client that answers a challenge; OpenSSL makes the proof.</summary>
    private async Task<string> AnswerAsync(string session, byte[] nonce, string type, int index, string algorithm)
    {
        byte[] theirs = RandomNumberGenerator.GetBytes(16), salt = RandomNumberGenerator.GetBytes(16), text = [.. nonce, .. theirs];
        byte[] proof = (type, algorithm) switch
        {
            ("HS_PUBKEY", _) => await OpenSsl.SignAsync(own, text, algorithm),
            (_, "SHA1" or "SHA256") => await OpenSsl.DigestAsync(algorithm, [.. Secret, .. text, .. Secret]),
            (_, "HMAC-SHA1") => await OpenSsl.MacAsync("sha1", Secret, text),
            (_, "HMAC-SHA256") => await OpenSsl.MacAsync("sha256", Secret, text),
            _ => await OpenSsl.MacAsync("sha1", await OpenSsl.StretchAsync(Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(Secret)), salt, 10_000, 20), text),
        };
        string more = algorithm.StartsWith("PBKDF2", StringComparison.Ordinal) ? $", salt=\"{Convert.ToBase64String(salt)}\", iterations=\"10000\", length=\"160\"" : "";
        return $"version=\"0\", sessionId=\"{session}\", id=\"{Uri.EscapeDataString($"{index}:{Admin}")}\", type=\"{type}\", cnonce=\"{Convert.ToBase64String(theirs)}\", alg=\"{algorithm}\", signature=\"{Convert.ToBase64String(proof)}\"{more}";
    }

    private static string Wrong(string answer) => Signature().Replace(answer, match => match.Value == "A" ? "B" : "A");

    private static (string Session, byte[] Nonce) ChallengeOf(HttpResponseMessage refused)
    {
        Assert.Equal(401, (int)refused.StatusCode);
        string challenge = Assert.Single(refused.Headers.WwwAuthenticate, way => way.Scheme == "Handle").Parameter!;
        Match parts = Challenge().Match(challenge);
        return (parts.Groups[1].Value, Convert.FromBase64String(parts.Groups[2].Value));
    }

    private Task<HttpResponseMessage> SendAsync(string method, string path, string? handle, string? entity = null, HttpClient? over = null)
    {
        var request = new HttpRequestMessage(new(method), new Uri(path, UriKind.Relative));
        if (handle is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Handle", handle);
        if (entity is not null) request.Content = new StringContent(entity, Encoding.UTF8, "application/json");
        return (over ?? client).SendAsync(request);
    }

    private async Task<(int Status, int Code)> CodesAsync(string method, string path, string? handle, string? entity = null, HttpClient? over = null)
    {
        using HttpResponseMessage response = await SendAsync(method, path, handle, entity, over);
        return ((int)response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("responseCode").GetInt32());
    }

    private async Task<(int Status, bool Authenticated, string? Id)> StateAsync(string method, string handle, object? entity = null)
    {
        using HttpResponseMessage response = await SendAsync(method, "/api/sessions/this", handle, entity is null ? null : JsonSerializer.Serialize(entity));
        JsonElement state = await response.Content.ReadFromJsonAsync<JsonElement>();
        return ((int)response.StatusCode, state.TryGetProperty("authenticated", out JsonElement known) && known.GetBoolean(), state.TryGetProperty("id", out JsonElement id) ? id.GetString() : null);
    }

    private async Task<int> CodeAsync(string method, string path, params string[] more)
    {
        (_, string answer) = await ssl.CurlAsync(port, method, path, more);
        return JsonSerializer.Deserialize<JsonElement>(answer[answer.IndexOf('{', StringComparison.Ordinal)..]).GetProperty("responseCode").GetInt32();
    }

    [GeneratedRegex("sessionId=\"([^\"]+)\", nonce=\"([^\"]+)\"")]
    private static partial Regex Challenge();

    [GeneratedRegex("(?<=signature=\"[^\"]*).(?=[^\"]{4}\")")]
    private static partial Regex Signature();
}
