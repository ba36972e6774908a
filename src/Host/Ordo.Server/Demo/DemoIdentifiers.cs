using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Bulk;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Templates;
using Ordo.Identifiers.Things;

namespace Ordo.Server.Demo;

/// <summary>
/// Enterprises of the demonstration at the identifier node: they apply, are reviewed and approved, make a template and register products, through the same desks as real ones, by people who exist only in the
/// journal. Afterwards somebody scans a code now and then over HTTP, so that the curves move. Everything is invented and says so.
/// </summary>
internal sealed partial class DemoIdentifiers(IServiceScopeFactory scopes, HandleStore store, IdentifiersOptions options, TimeProvider clock, ILogger<DemoIdentifiers> log)
{
    private const int Batch = 48, Scanned = 2000, LookAgain = 50;
    private const string Product = "product:1";
    private static readonly Caller Reviewer = Person(-22, "演示节点审核员", Permissions.ReviewIdentifiers), Manager = Person(-23, "演示节点管理员", Permissions.ManageIdentifiers);

    /// <summary>Who has a prefix: code of the enterprise in the park, what it makes, how suffixes begin, how many, and the field that its partners read.</summary>
    private static readonly Maker[] Makers =
    [
        new("R02", "烧结钕铁硼磁体", "Sintered NdFeB magnet", "N52SH", "MG", 1200, "矫顽力（kA/m）", "Coercivity (kA/m)", "1592", FromFile: true),
        new("R07", "永磁同步电机", "Permanent-magnet synchronous motor", "YTP-132", "MT", 36, "效率（%）", "Efficiency (%)", "95.4"),
        new("P03", "单晶光伏组件", "Monocrystalline PV module", "RX-610N", "PV", 48, "标称功率（W）", "Rated power (W)", "610"),
        new("W04", "磷酸铁锂电池模组", "LFP battery module", "HC-52S", "BM", 40, "循环寿命（次）", "Cycle life", "8000"),
        new("F02", "全脂奶粉", "Whole milk powder", "900 g", "MP", 60, "蛋白质（g/100 g）", "Protein (g/100 g)", "24.6"),
        new("M02", "铝合金车轮", "Aluminium wheel", "18×8J", "WH", 32, "径向跳动（mm）", "Radial run-out (mm)", "0.21"),
    ];

    /// <returns>At once when the folder has enterprises at the node already.</returns>
    public async Task FillAsync(CancellationToken ending)
    {
        CancellationToken cancellation = CancellationToken.None; // what was begun is walked to its end
        Dictionary<string, Asset> assets;
        await using (AsyncServiceScope scope = scopes.CreateAsyncScope())
        {
            OrdoDbContext database = scope.ServiceProvider.GetRequiredService<OrdoDbContext>();
            if (await database.Set<NodeEnterprise>().AnyAsync(cancellation)) return;
            assets = await database.Set<Asset>().AsNoTracking().Where(asset => asset.Kind == AssetKind.Enterprise || asset.Kind == AssetKind.Park).ToDictionaryAsync(asset => asset.Code, cancellation);
        }

        if (Makers.Any(maker => !assets.ContainsKey(maker.Code)) || !assets.TryGetValue("CLC", out Asset? park)) return; // another park than the demonstration's
        Dictionary<string, long> enterprises = [];
        foreach ((Maker maker, int number) in Makers.Select((maker, number) => (maker, number)))
        {
            ending.ThrowIfCancellationRequested();
            Asset asset = assets[maker.Code];
            long id = enterprises[maker.Code] = await ApplyAsync(asset, $"演示：{maker.NameZh}一物一码", maker.Count * 20, cancellation);
            await DecideAsync(id, number, cancellation);
            await MakeTemplateAsync(id, asset, maker, cancellation);
            await RegisterAsync(asset, PrefixOf(number), maker, cancellation);
        }

        await AtDeskAsync<EnterpriseDesk>(Own(assets["R02"]), desk => desk.NamePartnersAsync(enterprises["R02"], new([enterprises["R07"]]), cancellation));
        await LeaveWaitingAsync(assets, cancellation);
        await CodeThingsAsync(park, assets["R01"], cancellation);
        LogFilled(Makers.Length, Makers.Sum(maker => maker.Count));
    }

    /// <summary>Scans codes as customers do, by day more often than at night, until the demonstration stops; one in fifty is a code that nobody registered.</summary>
    public async Task ScanAsync(HttpClient http, CancellationToken cancellation)
    {
        var random = new Random(7);
        string[] codes = [];
        for (int scan = 0; ; scan++)
        {
            if (scan % LookAgain == 0) codes = [.. store.HomePrefixes.SelectMany(prefix => store.List(Encoding.UTF8.GetBytes(prefix), 0, Scanned, out _)).Select(handle => handle.ToString())];
            if (codes.Length == 0) return;
            double hour = clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).TimeOfDay.TotalHours, pace = 1.2 + Math.Sin((hour - 9) / 24 * 2 * Math.PI);
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(4, -Math.Log(1 - random.NextDouble()) * 0.6 / pace)), clock, cancellation);
            string code = Uri.EscapeDataString(random.Next(50) == 0 ? $"{options.NodePrefix}.101/MG{random.Next():x8}" : codes[random.Next(codes.Length)]);
            var address = new Uri(random.Next(4) == 0 ? $"/api/v1/identifiers/code?handle={code}" : $"/api/handles/{code}", UriKind.Relative);
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(address, cancellation);
            }
            catch (Exception slow) when (slow is HttpRequestException or SocketException or TaskCanceledException && !cancellation.IsCancellationRequested)
            {
                // A customer who gives up; the next one tries again.
            }
        }
    }

    private Task<long> ApplyAsync(Asset asset, string creditCode, string industry, string purpose, long expected, CancellationToken cancellation) =>
        AtDeskAsync<EnterpriseDesk, long>(Own(asset), desk => desk.ApplyAsync(new(asset.Id, creditCode, industry, "演示联系人", "0472-0000000", purpose, expected), cancellation));

    /// <summary>Both checks, by two people.</summary>
    private async Task DecideAsync(long id, int number, CancellationToken cancellation)
    {
        await AtDeskAsync<EnterpriseDesk>(Reviewer, desk => desk.ReviewAsync(id, new(true), _ => null, cancellation));
        string contract = string.Create(CultureInfo.InvariantCulture, $"演示-{clock.GetUtcNow().Year}-{number + 1:000}");
        await AtDeskAsync<EnterpriseDesk>(Manager, desk => desk.ApproveAsync(id, new(true, null, PrefixOf(number), null, contract, clock.GetUtcNow().AddDays(50 + number * 160)), _ => null, cancellation));
    }

    private Task<TemplateItem> MakeTemplateAsync(long enterprise, Asset asset, Maker maker, CancellationToken cancellation) => AtDeskAsync<TemplateDesk, TemplateItem>(Own(asset), desk => desk.CreateAsync(
        new(enterprise, "product", maker.NameZh, maker.NameEn, new(maker.Start, SuffixCharacters.Alphanumeric, 10, 24),
        [
            new("name", 2000, "产品名称", "Product name", FieldKind.Text, true, FieldVisibility.Public, 60),
            new("model", 2001, "型号", "Model", FieldKind.Text, true, FieldVisibility.Public, 40),
            new("batch", 2002, "批号", "Batch", FieldKind.Text, true, FieldVisibility.Public, 20),
            new("made", 2003, "生产日期", "Made on", FieldKind.Date, true, FieldVisibility.Public, 10),
            new("maker", 2004, "生产企业", "Maker", FieldKind.Text, false, FieldVisibility.Public, 60),
            new("measured", 2010, maker.MeasuredZh, maker.MeasuredEn, FieldKind.Number, false, FieldVisibility.Partner, 20),
            new("line", 2020, "产线", "Line", FieldKind.Text, false, FieldVisibility.Private, 20),
        ]), cancellation));

    /// <summary>From a file with three bad rows, or one by one as an ERP does.</summary>
    private async Task RegisterAsync(Asset asset, string prefix, Maker maker, CancellationToken cancellation)
    {
        if (maker.FromFile)
        {
            var csv = new StringBuilder("suffix,name,model,batch,made,maker,measured,line\r\n");
            for (int i = 1; i <= maker.Count; i++)
            {
                Dictionary<string, string> values = ValuesOf(asset, maker, i);
                csv.AppendJoin(',', [i == 400 ? "XX-400" : SuffixOf(maker, i), values["name"], i == 800 ? "" : values["model"], values["batch"], i == 1100 ? "1.3.2026" : values["made"], values["maker"], values["measured"], values["line"]]).Append("\r\n");
            }

            await AtDeskAsync<BulkDesk, long>(Own(asset), desk => desk.UploadAsync(prefix, Product, "演示-磁体.csv", new MemoryStream(Encoding.UTF8.GetBytes(csv.ToString())), cancellation));
            return;
        }

        await AtDeskAsync<RegistrationDesk>(Own(asset), async desk =>
        {
            for (int i = 1; i <= maker.Count; i++) await desk.RegisterAsync(new(prefix, SuffixOf(maker, i), Product, ValuesOf(asset, maker, i)), cancellation);
            await desk.MoveAsync($"{prefix}/{SuffixOf(maker, 2)}", new(IdentifierState.Suspended, "演示：复检期间暂停"), cancellation);
            await desk.MoveAsync($"{prefix}/{SuffixOf(maker, 3)}", new(IdentifierState.Retired, "演示：产品已报废"), cancellation);
        });
    }

    /// <summary>One application waits for each check, and one was sent back.</summary>
    private async Task LeaveWaitingAsync(Dictionary<string, Asset> assets, CancellationToken cancellation)
    {
        await ApplyAsync(assets["C03"], "演示：聚烯烃批次追溯", 20_000, cancellation);
        long reviewed = await ApplyAsync(assets["M05"], "演示：钢管炉号追溯", 50_000, cancellation), returned = await ApplyAsync(assets["F06"], "演示：羊绒制品防伪", 30_000, cancellation);
        await AtDeskAsync<EnterpriseDesk>(Reviewer, desk => desk.ReviewAsync(reviewed, new(true), _ => null, cancellation));
        await AtDeskAsync<EnterpriseDesk>(Reviewer, desk => desk.ReviewAsync(returned, new(false, "演示：请补充营业执照副本。"), _ => null, cancellation));
    }

    /// <summary>The park has a prefix too, for equipment whose enterprise has none.</summary>
    private async Task CodeThingsAsync(Asset park, Asset below, CancellationToken cancellation)
    {
        const string code = "12150200DEM000990";
        long id = await ApplyAsync(park, code + CreditCode.CheckCharacter(code), "7221", "演示：园区设备赋码", 5000, cancellation);
        await DecideAsync(id, Makers.Length, cancellation);
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        Caller own = Own(park);
        var registration = ActivatorUtilities.CreateInstance<RegistrationDesk>(scope.ServiceProvider, own);
        await ActivatorUtilities.CreateInstance<ThingDesk>(scope.ServiceProvider, own, registration).RegisterManyAsync("asset", new(Under: below.Id), cancellation);
    }

    private Task<long> ApplyAsync(Asset asset, string purpose, long expected, CancellationToken cancellation)
    {
        using JsonDocument attributes = JsonDocument.Parse(asset.Attributes);
        return ApplyAsync(asset, attributes.RootElement.GetProperty("creditCode").GetString()!, attributes.RootElement.GetProperty("industry").GetString()!, purpose, expected, cancellation);
    }

    private async Task<TResult> AtDeskAsync<TDesk, TResult>(Caller caller, Func<TDesk, Task<TResult>> act)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        return await act(ActivatorUtilities.CreateInstance<TDesk>(scope.ServiceProvider, caller));
    }

    private async Task AtDeskAsync<TDesk>(Caller caller, Func<TDesk, Task> act)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        await act(ActivatorUtilities.CreateInstance<TDesk>(scope.ServiceProvider, caller));
    }

    private string PrefixOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{options.NodePrefix}.{number + 101}");

    private string SuffixOf(Maker maker, int number) => string.Create(CultureInfo.InvariantCulture, $"{maker.Start}{clock.GetUtcNow():yy}{number:000000}");

    private Dictionary<string, string> ValuesOf(Asset asset, Maker maker, int number)
    {
        DateTimeOffset made = clock.GetUtcNow().AddDays(-2 - number / Batch);
        return new()
        {
            ["name"] = maker.NameZh + "（演示）", ["model"] = maker.Model, ["batch"] = string.Create(CultureInfo.InvariantCulture, $"{maker.Start}{made:yyMMdd}"),
            ["made"] = made.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), ["maker"] = asset.NameZh, ["measured"] = maker.Measured, ["line"] = $"L{1 + number % 3}",
        };
    }

    private static Caller Own(Asset asset) => Person(-21, "演示企业", Permissions.RegisterIdentifiers, asset.Path);

    private static Caller Person(long id, string name, string permission, string scope = "/") =>
        new(id, name, null, new[] { Permissions.ReadIdentifiers, Permissions.ReadPark, permission }.ToDictionary(each => each, _ => new[] { scope }));

    [LoggerMessage(9204, LogLevel.Information, "Demonstration identifiers: {Enterprises} enterprises registered {Identifiers}.")]
    private partial void LogFilled(int enterprises, int identifiers);

    /// <summary>An enterprise of the demonstration and its product.</summary>
    /// <param name="Measured">A figure that the enterprise's partners read.</param>
    private sealed record Maker(string Code, string NameZh, string NameEn, string Model, string Start, int Count, string MeasuredZh, string MeasuredEn, string Measured, bool FromFile = false);
}
