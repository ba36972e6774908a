using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Alarms;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Tests.Registration;
using Ordo.Testing;
using static Ordo.Identifiers.Tests.Registration.NodePeople;

namespace Ordo.Identifiers.Tests.Enterprises;

public sealed class SqliteDocumentTests(SqliteDatabase database) : DocumentTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresDocumentTests(PostgresDatabase database) : DocumentTests(database), IClassFixture<PostgresDatabase>;

/// <summary>Documents of applications, and contracts that end.</summary>
public abstract class DocumentTests(TestDatabase database) : IAsyncLifetime
{
    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n");
    private readonly Bell bell = new();
    private NodePeople people = null!;

    public async ValueTask InitializeAsync() => people = await NodePeople.StartAsync(database.Options, services => services.AddSingleton<IAlarmRaiser>(bell));

    public async ValueTask DisposeAsync()
    {
        await people.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_document_is_sent_by_the_enterprise_opened_by_reviewers_only_and_every_opening_is_written_down()
    {
        long id = await ApplyAsync();
        JsonElement sent = await SendAsync(people.Own, id, "businessLicence", "../../营业执照.exe", Pdf, 200);
        JsonElement document = Assert.Single(sent.GetProperty("documents").EnumerateArray());
        Assert.Equal(("营业执照.exe", "application/pdf", Pdf.Length, 0), (document.GetProperty("name").GetString(), document.GetProperty("contentType").GetString(), document.GetProperty("size").GetInt32(), document.GetProperty("downloads").GetInt32()));
        string address = $"/api/v1/identifiers/enterprises/{id}/documents/{document.GetProperty("id").GetInt64()}";

        foreach ((HttpClient client, int status) in new[] { (people.Anybody, 401), (people.Neighbour, 404), (people.Own, 403) }) Assert.Equal(status, (int)(await client.GetAsync(address)).StatusCode);
        using HttpResponseMessage opened = await people.Operator.GetAsync(address);
        Assert.Equal(Pdf, await opened.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("application/pdf", "attachment", "nosniff"), (opened.Content.Headers.ContentType!.MediaType, opened.Content.Headers.ContentDisposition!.DispositionType, opened.Headers.GetValues("X-Content-Type-Options").Single()));
        JsonElement list = await GetAsync(people.Operator, $"enterprises/{id}/documents");
        Assert.Equal((1, true, false), (list.GetProperty("documents")[0].GetProperty("downloads").GetInt32(), list.GetProperty("mayRead").GetBoolean(), list.GetProperty("mayAdd").GetBoolean()));
        JsonElement events = (await GetAsync(people.Admin, $"enterprises/{id}")).GetProperty("events");
        Assert.Equal(["applied", "documentAdded 营业执照.exe", "documentOpened 营业执照.exe"], events.EnumerateArray().Select(line => $"{line.GetProperty("act").GetString()} {line.GetProperty("remark").GetString()}".Trim()));
        Assert.Equal(404, (await NodePeople.SendAsync(people.Neighbour, HttpMethod.Get, $"enterprises/{id}/documents")).Status);
    }

    [Fact]
    public async Task What_is_no_document_by_its_bytes_too_large_or_one_too_many_is_refused()
    {
        long id = await ApplyAsync();
        foreach (byte[] content in new[] { "<html><script>alert(1)</script></html>"u8.ToArray(), "MZ"u8.ToArray(), [], Pdf[..20] })
            Assert.Contains("document", (await SendAsync(people.Own, id, "other", "licence.pdf", content, 422)).GetProperty("errors").EnumerateObject().Select(error => error.Name));
        await SendAsync(people.Own, id, "other", "big.pdf", [.. Pdf, .. new byte[DocumentDesk.MaxBytes]], 413);
        await SendAsync(people.Own, id, "passport", "a.pdf", Pdf, 400);
        await SendAsync(people.Neighbour, id, "other", "a.pdf", Pdf, 404);
        await SendAsync(people.Operator, id, "other", "a.pdf", Pdf, 403);
        for (int i = 0; i < 20; i++) await SendAsync(people.Own, id, "other", $"{i}.pdf", Pdf, 200);
        Assert.Equal("/problems/too-many-documents", (await SendAsync(people.Own, id, "other", "21.pdf", Pdf, 409)).GetProperty("type").GetString());
    }

    [Fact]
    public async Task What_an_approval_was_based_on_stays()
    {
        long id = await ApplyAsync();
        long first = (await SendAsync(people.Own, id, "businessLicence", "a.pdf", Pdf, 200)).GetProperty("documents")[0].GetProperty("id").GetInt64();
        long second = (await SendAsync(people.Own, id, "contract", "b.pdf", Pdf, 200)).GetProperty("documents")[1].GetProperty("id").GetInt64();
        Assert.Equal(404, (await NodePeople.SendAsync(people.Neighbour, HttpMethod.Delete, $"enterprises/{id}/documents/{first}")).Status);
        await OkAsync(people.Own, HttpMethod.Delete, $"enterprises/{id}/documents/{first}");
        await OkAsync(people.Operator, HttpMethod.Post, $"enterprises/{id}/review", "*", new { pass = true });
        await OkAsync(people.Admin, HttpMethod.Post, $"enterprises/{id}/approval", "*", new { pass = true });
        Assert.Equal(409, (await NodePeople.SendAsync(people.Own, HttpMethod.Delete, $"enterprises/{id}/documents/{second}")).Status);
        await SendAsync(people.Own, id, "contract", "renewal.pdf", Pdf, 200); // a renewal comes later
    }

    [Fact]
    public async Task A_contract_that_ends_is_told_thirty_days_before_until_it_is_renewed()
    {
        (long id, string prefix) = await people.ApproveAsync(people.Own, people.OwnAsset);
        long prefixId = (await GetAsync(people.Own, $"enterprises/{id}")).GetProperty("prefix").GetProperty("id").GetInt64();
        var watch = people.Server.Services.GetRequiredService<ContractWatch>();
        DateTimeOffset ends = people.Server.Time.GetUtcNow().AddDays(40);
        await OkAsync(people.Admin, HttpMethod.Put, $"prefixes/{prefixId}", "*", new { state = "allotted", quota = 10, contract = "HT-1", contractEnds = ends });
        await watch.WorkAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain($"contract-{prefix}", bell.Ringing.Keys);
        Assert.Equal((prefix, 40), Assert.Single((await GetAsync(people.Own, "overview")).GetProperty("contractsEnding").EnumerateArray()) is var soon ? (soon.GetProperty("prefix").GetString(), soon.GetProperty("daysLeft").GetInt32()) : default);

        await people.AdvanceAsync(TimeSpan.FromDays(11));
        await watch.WorkAsync(TestContext.Current.CancellationToken);
        RaisedAlarm alarm = bell.Ringing[$"contract-{prefix}"];
        Assert.Equal((people.OwnAsset, 4), (alarm.AssetId, alarm.Priority));
        Assert.Contains("2026-04-10", alarm.Detail, StringComparison.Ordinal);
        await OkAsync(people.Admin, HttpMethod.Put, $"prefixes/{prefixId}", "*", new { state = "allotted", quota = 10, contract = "HT-2", contractEnds = ends.AddYears(3) });
        await watch.WorkAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain($"contract-{prefix}", bell.Ringing.Keys);
        Assert.Empty((await GetAsync(people.Own, "overview")).GetProperty("contractsEnding").EnumerateArray());
    }

    private async Task<long> ApplyAsync() => (await OkAsync(people.Own, HttpMethod.Post, "enterprises", null, Application(people.OwnAsset))).GetProperty("enterprise").GetProperty("id").GetInt64();

    private static async Task<JsonElement> SendAsync(HttpClient client, long id, string kind, string name, byte[] content, int status)
    {
        using var body = new ByteArrayContent(content);
        using HttpResponseMessage answer = await client.PostAsync($"/api/v1/identifiers/enterprises/{id}/documents?kind={kind}&name={Uri.EscapeDataString(name)}", body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True((HttpStatusCode)status == answer.StatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Rings as the operations centre would.</summary>
    private sealed class Bell : IAlarmRaiser
    {
        public Dictionary<string, RaisedAlarm> Ringing { get; } = [];

        public ValueTask RaiseAsync(RaisedAlarm alarm, CancellationToken cancellation = default)
        {
            Ringing[alarm.Key.Code] = alarm;
            return ValueTask.CompletedTask;
        }

        public ValueTask ClearAsync(RaisedAlarmKey key, CancellationToken cancellation = default)
        {
            Ringing.Remove(key.Code);
            return ValueTask.CompletedTask;
        }
    }
}
