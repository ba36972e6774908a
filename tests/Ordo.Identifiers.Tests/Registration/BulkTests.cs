using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Bulk;
using Ordo.Testing;
using static Ordo.Identifiers.Tests.Registration.NodePeople;

namespace Ordo.Identifiers.Tests.Registration;

public sealed class SqliteBulkTests(SqliteDatabase database) : BulkTests(database.Options), IClassFixture<SqliteDatabase>;

public sealed class PostgresBulkTests : BulkTests, IClassFixture<PostgresDatabase>
{
    private readonly Wire wire;

    public PostgresBulkTests(PostgresDatabase database) : this(database.Through(out Wire wire), wire)
    {
    }

    private PostgresBulkTests(DatabaseOptions options, Wire wire) : base(options) => this.wire = wire;

    [Fact]
    public async Task A_file_waits_for_a_database_that_is_away_and_goes_on_where_it_was()
    {
        byte[] file = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 7000).Select(i => string.Create(CultureInfo.InvariantCulture, $"SN{i},阀门\n")).Prepend("suffix,name\n")));
        long id = (await UploadAsync("away.csv", file)).GetProperty("job").GetProperty("id").GetInt64();
        await SetBackAsync(id, file, done: 5000, registered: 5000);
        wire.Cut();
        BulkRunner runner = People.Server.Services.GetRequiredService<BulkRunner>();
        runner.Wake();
        for (int tries = 0; tries < 3; tries++)
        {
            await People.Server.Time.WhenWaiting(BulkRunner.Retry).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
            if (tries == 2) wire.Mend();
            People.Server.Time.Advance(BulkRunner.Retry);
        }

        JsonElement job = (await WaitAsync(id)).GetProperty("job");
        Assert.Equal(("done", 7000, 5000, 2000), (job.GetProperty("state").GetString(), job.GetProperty("done").GetInt64(), job.GetProperty("registered").GetInt64(), job.GetProperty("same").GetInt64()));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        wire.Dispose();
    }
}

/// <summary>Files of identifiers.</summary>
public abstract class BulkTests(DatabaseOptions database) : IAsyncLifetime
{
    private NodePeople people = null!;
    private string prefix = "";

    private protected NodePeople People => people;

    public async ValueTask InitializeAsync()
    {
        people = await NodePeople.StartAsync(database);
        (long enterprise, prefix) = await people.ApproveAsync(people.Own, people.OwnAsset, quota: 100_000);
        await OkAsync(people.Own, HttpMethod.Post, "templates", null, Template(enterprise));
    }

    public virtual async ValueTask DisposeAsync()
    {
        await people.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Every_bad_row_is_told_and_every_good_one_registered()
    {
        var csv = new StringBuilder("后缀,名称,Made on,cost\r\n");
        for (int i = 1; i <= 5000; i++)
            csv.Append(i switch { 7 => "X7,阀门,,\r\n", 2222 => "SN2222,,,\r\n", 4999 => "SN4999,阀门,1.3.2026,zwölf\r\n", _ => string.Create(CultureInfo.InvariantCulture, $"SN{i},\"阀门, {i}\",2026-03-01,918273.645\r\n") });
        csv.Append("sn1,阀门,,\r\nSN1,\"阀门, 1\",2026-03-01,918273.645\r\n");
        JsonElement done = await UploadAsync("件.csv", Encoding.UTF8.GetBytes(csv.ToString()));

        JsonElement job = done.GetProperty("job");
        Assert.Equal(("done", 5002, 5002, 4997, 1, 4), (job.GetProperty("state").GetString(), job.GetProperty("rows").GetInt64(), job.GetProperty("done").GetInt64(), job.GetProperty("registered").GetInt64(), job.GetProperty("same").GetInt64(), job.GetProperty("bad").GetInt64()));
        Assert.Equal(["8 suffix", "2223 values.name", "5000 values.made", "5000 values.cost", "5002 suffix"], done.GetProperty("badRows").EnumerateArray().Select(row => $"{row.GetProperty("row").GetInt64()} {row.GetProperty("field").GetString()}"));
        Assert.Equal(4997, people.Store.CountOf(Encoding.UTF8.GetBytes(prefix)));
        string file = await people.Own.GetStringAsync($"/api/v1/identifiers/jobs/{job.GetProperty("id").GetInt64()}/bad-rows.csv");
        Assert.Equal(6, file.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(404, (await SendAsync(people.Neighbour, HttpMethod.Get, $"jobs/{job.GetProperty("id").GetInt64()}")).Status);

        JsonElement one = await GetAsync(people.Own, Of(prefix + "/SN42"));
        Assert.Equal("件.csv", one.GetProperty("events")[0].GetProperty("remark").GetString());
        Assert.DoesNotContain("918273.645", await people.Anybody.GetStringAsync($"/api/handles/{prefix}/SN42"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_was_registered_and_not_yet_noted_is_repeated_without_doubles()
    {
        var csv = new StringBuilder("suffix,name\n");
        for (int i = 1; i <= 3000; i++) csv.Append(CultureInfo.InvariantCulture, $"{(i == 100 ? "X" : "SN")}{i},阀门\n");
        byte[] bytes = Encoding.UTF8.GetBytes(csv.ToString());
        JsonElement first = (await UploadAsync("a.csv", bytes)).GetProperty("job");
        Assert.Equal(2999, first.GetProperty("registered").GetInt64());

        // As a server finds it that was killed in the second batch: the first is noted with its bad row, of the second only the identifiers are there.
        long id = first.GetProperty("id").GetInt64();
        await SetBackAsync(id, bytes, 2000, 1999);
        people.Server.Services.GetRequiredService<BulkRunner>().Wake();
        JsonElement done = await WaitAsync(id);
        Assert.Equal((1999, 1000, 1), (done.GetProperty("job").GetProperty("registered").GetInt64(), done.GetProperty("job").GetProperty("same").GetInt64(), done.GetProperty("job").GetProperty("bad").GetInt64()));
        Assert.Single(done.GetProperty("badRows").EnumerateArray());
        Assert.Equal(2999, people.Store.CountOf(Encoding.UTF8.GetBytes(prefix)));
    }

    [Fact]
    public async Task Files_that_a_kill_left_behind_are_removed_and_in_nobodys_way()
    {
        long id = (await UploadAsync("a.csv", "suffix,name\nSN1,阀门\n"u8.ToArray())).GetProperty("job").GetProperty("id").GetInt64();
        BulkRunner runner = people.Server.Services.GetRequiredService<BulkRunner>();
        await runner.StopAsync(TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(FileOf(id), "of a job that has ended", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(FileOf(id + 1), "of an upload that was never committed", TestContext.Current.CancellationToken);
        await runner.StartAsync(TestContext.Current.CancellationToken);
        JsonElement next = (await UploadAsync("b.csv", "suffix,name\nSN2,阀门\n"u8.ToArray())).GetProperty("job");
        Assert.Equal((id + 1, "done", 1), (next.GetProperty("id").GetInt64(), next.GetProperty("state").GetString(), next.GetProperty("registered").GetInt64()));
        Assert.False(File.Exists(FileOf(id)));
    }

    [Fact]
    public async Task A_file_that_the_disk_does_not_give_back_is_refused_and_holds_nobody_up()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The file that cannot be read is one of Linux.");
        long id = (await UploadAsync("a.csv", "suffix,name\nSN1,阀门\n"u8.ToArray())).GetProperty("job").GetProperty("id").GetInt64();
        await SetBackAsync(id, [], 0, 0);
        File.Delete(FileOf(id));
        File.CreateSymbolicLink(FileOf(id), "/proc/self/mem"); // opens, and reading it at its beginning is an I/O error
        people.Server.Services.GetRequiredService<BulkRunner>().Wake();
        JsonElement job = (await WaitAsync(id)).GetProperty("job");
        Assert.Equal("refused", job.GetProperty("state").GetString());
        Assert.Contains("cannot read the file", job.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("done", (await UploadAsync("b.csv", "suffix,name\nSN2,阀门\n"u8.ToArray())).GetProperty("job").GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_quota_ends_in_the_middle_of_a_file_and_what_is_there_already_takes_none_of_it()
    {
        JsonElement detail = await GetAsync(people.Own, "enterprises");
        long id = detail.GetProperty("items")[0].GetProperty("id").GetInt64(), prefixId = (await GetAsync(people.Own, $"enterprises/{id}")).GetProperty("prefix").GetProperty("id").GetInt64();
        await OkAsync(people.Admin, HttpMethod.Put, $"prefixes/{prefixId}", "*", new { state = "allotted", quota = 6000, contract = "", remark = "" });
        await OkAsync(people.Own, HttpMethod.Post, "items", null, new { prefix, suffix = "SN3", template = "product:1", values = new Dictionary<string, string> { ["name"] = "阀门" } });
        var csv = new StringBuilder("suffix,name\n");
        for (int i = 1; i <= 7000; i++) csv.Append(CultureInfo.InvariantCulture, $"SN{i},阀门\n");
        JsonElement done = await UploadAsync("q.csv", Encoding.UTF8.GetBytes(csv.ToString())), job = done.GetProperty("job");
        Assert.Equal((5999, 1, 1000), (job.GetProperty("registered").GetInt64(), job.GetProperty("same").GetInt64(), job.GetProperty("bad").GetInt64()));
        Assert.Contains("6000", done.GetProperty("badRows")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal((6002, 6000), (done.GetProperty("badRows")[0].GetProperty("row").GetInt64(), people.Store.CountOf(Encoding.UTF8.GetBytes(prefix))));
        await people.Anybody.GetStringAsync($"/api/handles/{prefix}/SN6000");
        JsonElement one = await GetAsync(people.Own, Of(prefix + "/SN5999"));
        Assert.Equal("registered", one.GetProperty("identifier").GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("suffix,colour\nSN1,red\n", "no field of the template")]
    [InlineData("name\nx\n", "'suffix' is missing")]
    [InlineData("suffix,name,名称\nSN1,a,b\n", "there twice")]
    [InlineData("suffix,name\nSN1,\"open\n", "malformed")]
    [InlineData("", "empty")]
    public async Task A_file_that_is_of_no_use_is_refused_as_a_whole(string csv, string reason)
    {
        JsonElement job = (await UploadAsync("b.csv", Encoding.UTF8.GetBytes(csv))).GetProperty("job");
        Assert.Equal("refused", job.GetProperty("state").GetString());
        Assert.Contains(reason, job.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_calls_itself_a_workbook_and_is_none_is_refused() =>
        Assert.Equal("refused", (await UploadAsync("c.xlsx", "PK no zip"u8.ToArray())).GetProperty("job").GetProperty("state").GetString());

    [Fact]
    public async Task Nobody_uploads_under_another_ones_prefix()
    {
        using var body = new ByteArrayContent("suffix,name\nSN1,x\n"u8.ToArray());
        using HttpResponseMessage answer = await people.Neighbour.PostAsync(Address("d.csv"), body);
        Assert.Equal(404, (int)answer.StatusCode);
        using var other = new StringContent("suffix,name\nSN1,x\n", Encoding.UTF8, "text/csv");
        using HttpResponseMessage refused = await people.Own.PostAsync(Address("d.exe"), other);
        Assert.Equal(422, (int)refused.StatusCode);
    }

    /// <summary>A job of which only the first rows are noted as done.</summary>
    protected async Task SetBackAsync(long id, byte[] file, long done, long registered)
    {
        string path = FileOf(id);
        using CancellationTokenSource patience = Patience.Begin();
        while (File.Exists(path)) await Task.Delay(20, patience.Token); // the end of a job is told before its file is removed
        await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
        await using OrdoDbContext context = await people.Server.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        BulkJob job = await context.Set<BulkJob>().SingleAsync(job => job.Id == id, TestContext.Current.CancellationToken);
        (job.State, job.Done, job.Registered, job.Finished) = (BulkState.Running, done, registered, null);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private string FileOf(long job) => Path.Combine(people.Server.DataFolder, "identifiers", "jobs", $"{job}.csv");

    private string Address(string name) => $"/api/v1/identifiers/jobs?prefix={prefix}&template=product:1&name={Uri.EscapeDataString(name)}";

    protected async Task<JsonElement> UploadAsync(string name, byte[] content)
    {
        using var body = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        using HttpResponseMessage answer = await people.Own.PostAsync(Address(name), body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 202, text);
        return await WaitAsync(JsonDocument.Parse(text).RootElement.GetProperty("job").GetProperty("id").GetInt64());
    }

    protected async Task<JsonElement> WaitAsync(long job)
    {
        using CancellationTokenSource patience = Patience.Begin();
        while (true)
        {
            JsonElement detail = await GetAsync(people.Own, $"jobs/{job}");
            if (detail.GetProperty("job").GetProperty("state").GetString() is not ("waiting" or "running")) return detail;
            await Task.Delay(50, patience.Token);
        }
    }
}
