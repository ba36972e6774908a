using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using static Ordo.Identifiers.Tests.Registration.NodePeople;

namespace Ordo.Identifiers.Tests.Registration;

/// <summary>What people and programs get wrong, or try: each with the right answer, a counter, and no effect on anybody else.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    /// <summary>A million when somebody asks for it with <c>ORDO_TEST_BAD_ROWS</c>; the suite has a short form.</summary>
    private static readonly int Rows = int.TryParse(Environment.GetEnvironmentVariable("ORDO_TEST_BAD_ROWS"), CultureInfo.InvariantCulture, out int rows) ? rows : 30_000;
    private readonly ConcurrentDictionary<string, long> refused = new();
    private readonly MeterListener listener = new();
    private NodePeople people = null!;
    private string prefix = "", other = "";
    private long template;

    public async ValueTask InitializeAsync()
    {
        listener.InstrumentPublished = (instrument, hearing) =>
        {
            if (instrument.Name == "ordo.identifiers.refused") hearing.EnableMeasurementEvents(instrument);
        };
        // Tests beside this one count too, so a test asks whether a number grew by at least what it did.
        listener.SetMeasurementEventCallback<long>((_, number, tags, _) => refused.AddOrUpdate((string)tags[0].Value!, number, (_, before) => before + number));
        listener.Start();
        people = await NodePeople.StartAsync();
        (long enterprise, prefix) = await people.ApproveAsync(people.Own, people.OwnAsset, quota: 1_000_000);
        (long second, other) = await people.ApproveAsync(people.Neighbour, people.NeighbourAsset, quota: 3);
        template = (await OkAsync(people.Own, HttpMethod.Post, "templates", null, Template(enterprise))).GetProperty("id").GetInt64();
        await OkAsync(people.Neighbour, HttpMethod.Post, "templates", null, Template(second));
        await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN1"));
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await people.DisposeAsync();
    }

    [Fact]
    public async Task A_file_of_nothing_but_errors_is_told_row_by_row_and_holds_up_nobody()
    {
        var csv = new StringBuilder("suffix,name\n");
        for (int i = 1; i <= Rows; i++) csv.Append(CultureInfo.InvariantCulture, $"X{i},\n");
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(csv.ToString()));
        long before = Of("bulk-row");
        using HttpResponseMessage answer = await people.Own.PostAsync($"/api/v1/identifiers/jobs?prefix={prefix}&template=product:1&name=bad.csv", body);
        long job = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("job").GetProperty("id").GetInt64();
        await OkAsync(people.Neighbour, HttpMethod.Post, "items", null, Item(other, "SN1")); // somebody else registers meanwhile
        JsonElement detail;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(8));
        while ((detail = await GetAsync(people.Own, $"jobs/{job}")).GetProperty("job").GetProperty("state").GetString() is "waiting" or "running") await Task.Delay(100, patience.Token);
        Assert.Equal(("done", Rows, Rows, 0), (detail.GetProperty("job").GetProperty("state").GetString(), detail.GetProperty("job").GetProperty("done").GetInt32(), detail.GetProperty("job").GetProperty("bad").GetInt32(), detail.GetProperty("job").GetProperty("registered").GetInt32()));
        Assert.Equal(200, detail.GetProperty("badRows").GetArrayLength()); // what a page shows is bounded, the file has them all
        using Stream all = await people.Own.GetStreamAsync($"/api/v1/identifiers/jobs/{job}/bad-rows.csv", TestContext.Current.CancellationToken);
        using var reader = new StreamReader(all);
        int lines = 0;
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is not null) lines++;
        Assert.Equal((2 * Rows) + 1, lines); // a wrong suffix and a missing name in each, and the head
        Assert.True(Of("bulk-row") - before >= Rows);
        Assert.Equal(1, people.Store.CountOf(Encoding.UTF8.GetBytes(prefix)));
    }

    [Fact]
    public async Task An_enterprise_that_writes_under_anothers_prefix_is_answered_as_if_it_were_not_there_and_counted()
    {
        long before = Of("foreign-prefix");
        Assert.Equal(404, (await SendAsync(people.Neighbour, HttpMethod.Post, "items", null, Item(prefix, "SN2"))).Status);
        Assert.Equal(404, (await SendAsync(people.Neighbour, HttpMethod.Put, NodePeople.Of(prefix + "/SN1"), null, new { values = new { name = "x" } })).Status);
        using var body = new StringContent("suffix,name\nSN3,x\n", Encoding.UTF8, "text/csv");
        Assert.Equal(404, (int)(await people.Neighbour.PostAsync($"/api/v1/identifiers/jobs?prefix={prefix}&template=product:1&name=a.csv", body)).StatusCode);
        Assert.Equal(403, (await SendAsync(people.Neighbour, HttpMethod.Put, $"/api/handles/{prefix}/SN1", null, new[] { new { index = 1, type = "T", data = "x" } })).Status);
        Assert.True(Of("foreign-prefix") - before >= 3);
        Assert.Equal(1, people.Store.CountOf(Encoding.UTF8.GetBytes(prefix)));
        long guarded = Of("guarded");
        Assert.Equal(403, (await SendAsync(people.Admin, HttpMethod.Delete, $"/api/handles/{prefix}/SN1")).Status);
        Assert.True(Of("guarded") > guarded);
    }

    [Fact]
    public async Task A_template_is_not_changed_under_identifiers_that_use_it()
    {
        long before = Of("template-used");
        (int status, JsonElement answer) = await SendAsync(people.Own, HttpMethod.Put, $"templates/{template}", "*", Template(0));
        Assert.Equal((409, "/problems/template-used"), (status, answer.GetProperty("type").GetString()));
        Assert.True(Of("template-used") > before);
        Assert.Contains("阀门", await people.Anybody.GetStringAsync($"/api/handles/{prefix}/SN1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SNabc", "SNABC")]
    [InlineData("SN-é-x", "SN-é-X")] // é itself is not folded, x is
    public async Task A_duplicate_that_differs_in_case_only_is_none_of_its_own(string first, string second)
    {
        await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, first));
        long before = Of("taken");
        Assert.Equal((409, "/problems/identifier-exists"), Short(await SendAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, second))));
        Assert.True(Of("taken") > before);
        Assert.Contains(first, (await GetAsync(people.Own, NodePeople.Of($"{prefix}/{second}"))).GetProperty("identifier").GetProperty("handle").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SN\u0000")] // a control character
    [InlineData("SN\u200b1")] // a space without width
    [InlineData("SN\u202e1")] // turns the direction of reading
    [InlineData("SNe\u0301")] // not normalised: looks like é
    [InlineData("SN\u00a01")] // a space that does not break
    [InlineData("SN\ud83d\ude00")] // a pair of surrogates
    [InlineData("SN\ufeff1")] // a byte order mark
    [InlineData("SN\uffff")] // no character at all
    [InlineData("SN\ue000")] // of private use
    [InlineData("SN%2F..%2F")] // an escape within an address
    [InlineData("SN 1")]
    public async Task A_suffix_with_the_wrong_kind_of_Unicode_is_refused_with_the_character(string suffix)
    {
        long before = Of("invalid");
        (int status, JsonElement answer) = await SendAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, suffix));
        Assert.Equal(422, status);
        Assert.True(answer.GetProperty("errors").TryGetProperty("suffix", out _));
        Assert.True(Of("invalid") > before);
    }

    [Theory]
    [InlineData("SN-阀门")] // Chinese
    [InlineData("SN-ᠮᠣᠩᠭᠣᠯ")] // Mongolian
    [InlineData("SN-ǅ-ß-ﬀ")] // letters whose case is a matter of opinion
    [InlineData("SN-한")]
    [InlineData("SN-ζ/Ж:١٢+_.")]
    public async Task Letters_and_digits_of_every_script_are_registered_and_answered_as_they_were_spelled(string suffix)
    {
        await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, suffix));
        JsonElement answer = await OkAsync(people.Own, HttpMethod.Post, "test-bench", null, new { handle = $"{prefix}/{suffix}", transport = "tcp", publicOnly = true, types = Array.Empty<string>(), indexes = Array.Empty<uint>() });
        Assert.Equal(1, answer.GetProperty("responseCode").GetInt32());
        Assert.Equal($"{prefix}/{suffix}", (await SendAsync(people.Anybody, HttpMethod.Get, $"/api/handles/{prefix}/{string.Join('/', suffix.Split('/').Select(Uri.EscapeDataString))}")).Answer.GetProperty("handle").GetString());
    }

    [Fact]
    public async Task A_quota_is_the_end_for_the_one_and_nobody_else()
    {
        for (int i = 1; i <= 3; i++) await OkAsync(people.Neighbour, HttpMethod.Post, "items", null, Item(other, $"SN{i}"));
        long before = Of("quota");
        Assert.Equal((409, "/problems/quota-used"), Short(await SendAsync(people.Neighbour, HttpMethod.Post, "items", null, Item(other, "SN4"))));
        Assert.True(Of("quota") > before);
        await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN4"));
    }

    private long Of(string reason) => refused.GetValueOrDefault(reason);

    private static (int, string?) Short((int Status, JsonElement Answer) answer) => (answer.Status, answer.Answer.GetProperty("type").GetString());
}
