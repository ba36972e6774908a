using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Reporting;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Tests.Registration;
using Ordo.Testing;
using static Ordo.Identifiers.Tests.Registration.NodePeople;

namespace Ordo.Identifiers.Tests.Reporting;

/// <summary>Daily reports: what stands in them, the chain, and how they reach whoever they go to.</summary>
public sealed class NodeReportTests : IAsyncLifetime
{
    private readonly TemporaryFolder drop = new();
    private NodePeople people = null!;
    private string prefix = "";

    private ReportKeeper Keeper => people.Server.Services.GetRequiredService<ReportKeeper>();

    public async ValueTask InitializeAsync()
    {
        people = await NodePeople.StartAsync(null, ("Identifiers:Reporting:Enabled", "false"), ("Identifiers:Reporting:Folder", drop.Path));
        (long enterprise, prefix) = await people.ApproveAsync(people.Own, people.OwnAsset);
        await OkAsync(people.Own, HttpMethod.Post, "templates", null, Template(enterprise));
        await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN1"));
        await people.Anybody.GetStringAsync($"/api/handles/{prefix}/SN1");
        await people.Server.Services.GetRequiredService<Identifiers.Statistics.StatisticsKeeper>().FlushAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await people.DisposeAsync();
        drop.Dispose();
    }

    [Fact]
    public async Task Each_day_that_is_over_has_one_report_and_each_report_is_a_link_of_a_chain()
    {
        await Keeper.WorkAsync(TestContext.Current.CancellationToken);
        Assert.Equal("2026-02-28", Assert.Single(await ReportsAsync()).GetProperty("day").GetString()); // the day before the first prefix is the first link
        await people.AdvanceAsync(TimeSpan.FromDays(3));
        for (int i = 0; i < 2; i++) await Keeper.WorkAsync(TestContext.Current.CancellationToken);
        JsonElement[] reports = await ReportsAsync();
        Assert.Equal(["2026-03-03 4", "2026-03-02 3", "2026-03-01 2", "2026-02-28 1"], reports.Select(report => $"{report.GetProperty("day").GetString()} {report.GetProperty("sequence").GetInt64()}"));
        Assert.Equal(reports[1..].Select(report => report.GetProperty("hash").GetString()), reports[..^1].Select(report => report.GetProperty("previous").GetString()));

        byte[] file = await people.Admin.GetByteArrayAsync($"/api/v1/identifiers/reports/{reports[2].GetProperty("id").GetInt64()}/file");
        Assert.Equal(reports[2].GetProperty("hash").GetString(), Convert.ToHexStringLower(SHA256.HashData(file)));
        JsonElement[] lines = [.. Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["header", "totals", "transport", "enterprise", "template", "end"], lines.Select(line => line.GetProperty("line").GetString()));
        // The format is what it says: the members of every line, in its order.
        Assert.All(lines, line => Assert.Equal(["line", .. ReportFormat.Shipped.Lines.First(shape => shape.As == line.GetProperty("line").GetString()).Fields.Select(field => field.As)], line.EnumerateObject().Select(member => member.Name)));
        Assert.Equal((1, 1, 1, 100), (lines[1].GetProperty("registeredEver").GetInt64(), lines[1].GetProperty("registered").GetInt64(), lines[1].GetProperty("resolved").GetInt64(), lines[1].GetProperty("successRate").GetDouble()));
        Assert.Equal(prefix, lines[3].GetProperty("prefix").GetString());
        Assert.Equal("name:2000:text made:2001:date furnace:2002:text cost:2003:number", lines[4].GetProperty("fields").GetString());
        Assert.Equal(lines.Length, lines[^1].GetProperty("lines").GetInt32());
        Assert.Equal(4, (await GetAsync(people.Admin, "reports/verification")).GetProperty("reports").GetInt32());
    }

    [Fact]
    public async Task The_folder_gets_the_report_with_its_checksum()
    {
        JsonElement made = await OkAsync(people.Admin, HttpMethod.Post, "reports", null, new { day = "2026-02-28" });
        string name = made.GetProperty("fileName").GetString()!, hash = made.GetProperty("hash").GetString()!;
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(drop.File(name), TestContext.Current.CancellationToken))));
        Assert.Equal($"{hash}  {name}\n", await File.ReadAllTextAsync(drop.File(name + ".sha256"), TestContext.Current.CancellationToken));
        Assert.Equal([name, name + ".sha256"], Directory.GetFiles(drop.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("folder", made.GetProperty("deliveries")[0].GetProperty("receiver").GetString());
        Assert.NotEqual(JsonValueKind.Null, made.GetProperty("deliveries")[0].GetProperty("delivered").ValueKind);
        Assert.Equal((409, "/problems/report-exists"), await PostAsync(new { day = "2026-02-28" }));
        Assert.Equal(422, (await PostAsync(new { day = "2026-03-01" })).Status); // is not over
        Assert.Equal(422, (await PostAsync(new { day = "2020-03-01" })).Status);
    }

    [Fact]
    public async Task A_receiver_that_refuses_is_asked_again_later_and_later_and_gets_the_days_in_their_order()
    {
        var receiver = new FussyReceiver { Refuses = true };
        using ReportKeeper keeper = KeeperWith(receiver, new());
        await people.AdvanceAsync(TimeSpan.FromDays(1));
        await keeper.MakeAsync(new(2026, 2, 28), "", TestContext.Current.CancellationToken);
        await keeper.MakeAsync(new(2026, 3, 1), "", TestContext.Current.CancellationToken);
        // After one minute, two, four … and not before, and the second day waits for the first.
        List<int> waits = [];
        for (int minute = 0; minute <= 15; minute++)
        {
            int before = receiver.Asked.Count;
            await keeper.DeliverAsync(null, TestContext.Current.CancellationToken);
            if (receiver.Asked.Count > before) waits.Add(minute);
            people.Server.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal([0, 1, 3, 7, 15], waits);
        Assert.Single(receiver.Asked.Distinct());
        JsonElement delivery = (await ReportsAsync())[1].GetProperty("deliveries")[0];
        Assert.Equal(("fussy", 5, "not today"), (delivery.GetProperty("receiver").GetString(), delivery.GetProperty("attempts").GetInt32(), delivery.GetProperty("fault").GetString()));
        receiver.Refuses = false;
        people.Server.Time.Advance(TimeSpan.FromHours(1));
        await keeper.DeliverAsync(null, TestContext.Current.CancellationToken);
        Assert.Equal(["20260228", "20260301"], receiver.Asked.TakeLast(2).Select(name => name.Split('-')[2]));
        await keeper.DeliverAsync(null, TestContext.Current.CancellationToken);
        Assert.Equal(7, receiver.Asked.Count); // what was taken is not brought again
    }

    [Fact]
    public async Task A_report_that_somebody_changed_is_found_and_not_delivered()
    {
        var receiver = new FussyReceiver();
        using ReportKeeper keeper = KeeperWith(receiver, new());
        NodeReport report = (await keeper.MakeAsync(new(2026, 2, 28), "", TestContext.Current.CancellationToken))!;
        string path = Path.Combine(people.Server.DataFolder, "identifiers", "reports", report.FileName);
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Replace("\"resolved\":0", "\"resolved\":9", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await keeper.DeliverAsync(null, TestContext.Current.CancellationToken);
        Assert.Empty(receiver.Asked);
        JsonElement verification = await GetAsync(people.Admin, "reports/verification");
        Assert.Equal(("2026-02-28", "its file was changed"), (verification.GetProperty("brokenAt").GetString(), verification.GetProperty("fault").GetString()));
        File.Delete(path);
        Assert.Equal("its file is gone", (await GetAsync(people.Admin, "reports/verification")).GetProperty("fault").GetString());
    }

    [Fact]
    public async Task Only_who_manages_the_whole_node_sees_reports()
    {
        foreach (HttpClient client in new[] { people.Own, people.Operator }) Assert.Equal(403, (await SendAsync(client, HttpMethod.Get, "reports")).Status);
        Assert.Equal(401, (await SendAsync(people.Anybody, HttpMethod.Get, "reports/verification")).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_signature_is_one_that_the_public_key_confirms(bool elliptic)
    {
        byte[] report = "a report"u8.ToArray();
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        File.WriteAllText(drop.File("key.pem"), elliptic ? curve.ExportPkcs8PrivateKeyPem() : rsa.ExportPkcs8PrivateKeyPem());
        byte[] signature = Convert.FromBase64String(new ReportingOptions { SigningKey = drop.File("key.pem") }.Sign(report)!);
        Assert.True(elliptic ? curve.VerifyData(report, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence) : rsa.VerifyData(report, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public void Names_of_lines_and_fields_are_data()
    {
        var own = ReportFormat.Parse("""{"about":"","format":"park","version":3,"lines":[{"line":"totals","as":"合计","zh":"","en":"","fields":[{"field":"resolved","as":"jxl","kind":"integer","zh":"","en":""}]}]}""");
        Assert.Equal("{\"line\":\"合计\",\"jxl\":7}\n", Encoding.UTF8.GetString(own.Write("totals", new Dictionary<string, object?> { ["resolved"] = 7L, ["failed"] = 1L })!));
        Assert.Null(own.Write("header", new Dictionary<string, object?>()));
    }

    [Theory]
    [InlineData("Format", "{", "")]
    [InlineData("Format", """{"format":"x","version":1,"lines":[{"line":"salary","as":"s","fields":[]}]}""", "no line 'salary'")]
    [InlineData("Format", """{"format":"x","version":1,"lines":[{"line":"totals","as":"t","fields":[{"field":"pay","as":"p"}]}]}""", "no field 'pay'")]
    [InlineData("Format", """{"format":"x","version":1,"lines":[{"line":"totals","as":"t","fields":[{"field":"resolved","as":"p"},{"field":"failed","as":"p"}]}]}""", "two fields called 'p'")]
    [InlineData("SigningKey", "no key", "")]
    public void A_format_or_a_key_that_is_of_no_use_stops_the_start(string setting, string content, string reason)
    {
        File.WriteAllText(drop.File("x"), content);
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [$"Identifiers:Reporting:{setting}"] = drop.File("x"), ["Identifiers:Reporting:Folder"] = "drop" }).Build();
        string message = Assert.Throws<SettingsRefusedException>(() => ReportingOptions.Read(configuration)).Message;
        Assert.Contains($"Identifiers:Reporting:{setting} '", message, StringComparison.Ordinal);
        Assert.Contains("should be a whole path", message, StringComparison.Ordinal); // every fault at once
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    private async Task<JsonElement[]> ReportsAsync() => [.. (await GetAsync(people.Admin, "reports")).GetProperty("items").EnumerateArray()];

    private async Task<(int Status, string? Type)> PostAsync(object body) => await SendAsync(people.Admin, HttpMethod.Post, "reports", null, body) is var (status, answer) ? (status, answer.GetProperty("type").GetString()) : default;

    private ReportKeeper KeeperWith(IReportReceiver receiver, ReportingOptions reporting)
    {
        IServiceProvider services = people.Server.Services;
        return new(
            services.GetRequiredService<IDbContextFactory<OrdoDbContext>>(), services.GetRequiredService<IServiceScopeFactory>(), services.GetRequiredService<NodeBook>(), services.GetRequiredService<ReportFolder>(), [receiver], reporting,
            services.GetRequiredService<IdentifiersOptions>(), people.Server.Time, NullLogger<ReportKeeper>.Instance);
    }

    private sealed class FussyReceiver : IReportReceiver
    {
        public bool Refuses { get; set; }

        public List<string> Asked { get; } = [];

        public string Name => "fussy";

        public Task DeliverAsync(ReportParcel parcel, CancellationToken cancellation)
        {
            Asked.Add(parcel.FileName);
            return Refuses ? throw new ReportRefusedException("not today") : Task.CompletedTask;
        }
    }
}
