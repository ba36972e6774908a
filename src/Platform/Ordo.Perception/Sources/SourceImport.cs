using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Park;
using Ordo.Foundation.Park.Import;
using Ordo.Foundation.Persistence;
using Ordo.Perception.Gateways;

namespace Ordo.Perception.Sources;

/// <summary>
/// The rows <c>source</c> of a park's import file: sources known by gateway and key, placed before they have sent anything. A password may be given;
/// it is never exported, and an empty cell leaves the one that is there.
/// </summary>
internal sealed class SourceImport(SourceRegistry registry, GatewayList gateways, SourceSecrets secrets, IDbContextFactory<OrdoDbContext> databases) : IParkImportPart
{
    private static readonly Text NotYours = new("您不能更改这个数据源：它未被认领，或不在您的范围内。", "You may not change this source: nobody has claimed it, or it lies outside your scope.");
    private readonly List<(string Gateway, string Key)> changed = [];

    public string Type => "source";

    public string Sheet => "sources";

    public Text Title => new("数据源", "Sources");

    public IReadOnlyList<ImportColumn> Columns { get; } =
    [
        new("gateway", new("网关", "Gateway"), new("数据源使用的网关：hj212、line、json。", "Gateway of the source: hj212, line, json."), "hj212", IsRequired: true),
        new("source", new("数据源标识", "Source key"), new("设备自己的标识：HJ 212 的 MN；行协议的 measurement 加按键排序的标签。", "The device's own identity: the MN of HJ 212; measurement and sorted tags of line protocol."), "010000A8900016F000169DC0", IsRequired: true),
        new("asset", new("资产编码", "Asset code"), new("所属资产的编码。", "Code of the asset it belongs to."), "AQ01"),
        new("nameZh", new("中文名称", "Chinese name"), new("最多 200 个字符。", "At most 200 characters."), "园区空气站"),
        new("nameEn", new("英文名称", "English name"), new("最多 200 个字符。", "At most 200 characters."), "Air station"),
        new("template", new("模板", "Template"), new("点位模板的编码，可为空。", "Code of a source template; may be empty."), "hj212-air-station"),
        new("heartbeatSeconds", new("心跳周期（秒）", "Heartbeat, s"), new("多久发送一次；为空则自动学习。", "How often it sends; learned when empty."), "60"),
        new("password", new("访问密码", "Password"), new("HJ 212 的 PW；为空则保持不变。", "PW of HJ 212; empty leaves what is stored."), "123456"),
    ];

    public async Task CheckAsync(IReadOnlyList<ImportRow> rows, ImportSession session, CancellationToken cancellation)
    {
        // Only looked at: whatever another part attaches later must not meet it in the context.
        Dictionary<(string, string), SourceProfileRow> stored = await session.Database.Set<SourceProfileRow>().AsNoTracking().ToDictionaryAsync(p => (p.Gateway, p.Key), cancellation);
        Dictionary<long, string> paths = await session.Database.Set<Asset>().Select(a => new { a.Id, a.Path }).ToDictionaryAsync(a => a.Id, a => a.Path, cancellation);
        HashSet<(string, string)> seen = [];
        foreach (ImportRow row in rows)
        {
            (string gateway, string key) = (row.Or("gateway", ""), row.Or("source", ""));
            SourceProfileRow? known = stored.GetValueOrDefault((gateway, key));
            CheckIdentity(row, gateway, key, session);
            if (!seen.Add((gateway, key))) session.Report(row, "source", new("同一数据源出现了两次。", "The same source occurs twice."));
            // Whose source it is now counts as much as whose it is to be: claiming makes what it sends readable.
            string owner = known?.AssetId is { } asset ? paths.GetValueOrDefault(asset, "/") : "/";
            if (!session.MayWrite(owner)) session.Report(row, "source", NotYours);
            CheckValues(row, gateway, session);
        }
    }

    public async Task<ImportCount> ApplyAsync(IReadOnlyList<ImportRow> rows, ImportSession session, CancellationToken cancellation)
    {
        Dictionary<(string, string), SourceProfileRow> stored = await StoredAsync(session.Database, cancellation);
        int created = 0, updated = 0;
        foreach (ImportRow row in rows)
        {
            (string, string) identity = (row.Or("gateway", ""), row.Or("source", ""));
            bool isNew = !stored.TryGetValue(identity, out SourceProfileRow? profile);
            if (isNew) session.Database.Add(profile = new SourceProfileRow { Gateway = identity.Item1, Key = identity.Item2 });
            Fill(profile!, row, session);
            if (isNew) created++;
            else if (session.Database.Entry(profile!).State == EntityState.Modified) (profile!.Version, updated) = (profile.Version + 1, updated + 1);
            else continue;
            changed.Add(identity);
        }

        await session.Database.SaveChangesAsync(cancellation);
        return new ImportCount(created, updated, rows.Count - created - updated);
    }

    public async Task CommittedAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        Dictionary<(string, string), SourceProfileRow> stored = await StoredAsync(database, cancellation);
        Dictionary<long, SourceAsset> assets = await database.Set<Asset>().Select(a => new SourceAsset(a.Id, a.Path, a.NameZh, a.NameEn)).ToDictionaryAsync(a => a.Id, cancellation);
        foreach ((string gateway, string key) in changed)
        {
            SourceProfileRow row = stored[(gateway, key)];
            registry.Load(gateway, key, SourceProfile.Of(row, row.AssetId is { } asset ? assets.GetValueOrDefault(asset) : null, secrets));
        }
    }

    public async IAsyncEnumerable<IReadOnlyDictionary<string, string>> ExportAsync(Func<string, bool> mayRead, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        var rows = database.Set<SourceProfileRow>().AsNoTracking().OrderBy(p => p.Gateway).ThenBy(p => p.Key)
            .LeftJoin(database.Set<Asset>(), p => p.AssetId, a => a.Id, (p, a) => new { Profile = p, Path = a == null ? "/" : a.Path, Code = a == null ? "" : a.Code });
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (!mayRead(row.Path)) continue;
            yield return new Dictionary<string, string>
            {
                ["gateway"] = row.Profile.Gateway,
                ["source"] = row.Profile.Key,
                ["asset"] = row.Code,
                ["nameZh"] = row.Profile.NameZh,
                ["nameEn"] = row.Profile.NameEn,
                ["template"] = row.Profile.Template ?? "",
                ["heartbeatSeconds"] = row.Profile.HeartbeatSeconds?.ToString(CultureInfo.InvariantCulture) ?? "",
            };
        }
    }

    private static Task<Dictionary<(string, string), SourceProfileRow>> StoredAsync(OrdoDbContext database, CancellationToken cancellation) =>
        database.Set<SourceProfileRow>().ToDictionaryAsync(p => (p.Gateway, p.Key), cancellation);

    private void CheckIdentity(ImportRow row, string gateway, string key, ImportSession session)
    {
        if (gateways.Find(gateway) is null)
        {
            string known = string.Join('、', gateways.All.Select(g => g.Name));
            session.Report(row, "gateway", new($"没有这个网关，可用：{known}。", $"There is no such gateway; use one of {known.Replace('、', ' ')}."));
        }

        if (Names.FaultOf(key, SourceProfileRow.MaxKey, mayBeEmpty: false) is { } fault) session.Report(row, "source", fault);
    }

    private void CheckValues(ImportRow row, string gateway, ImportSession session)
    {
        if (row["asset"] is { Length: > 0 } code && (session.Asset(code) is not { } asset || !session.MayWrite(asset.Path)))
            session.Report(row, "asset", new("没有这个资产，或它不在您的范围内。", "There is no such asset within your scope."));
        if (Names.NameFaultOf(row["nameZh"], mayBeEmpty: true) is { } zh) session.Report(row, "nameZh", zh);
        if (Names.NameFaultOf(row["nameEn"], mayBeEmpty: true) is { } en) session.Report(row, "nameEn", en);
        if (row["template"] is { Length: > 0 } template && SourceTemplate.Find(template)?.Gateway != gateway)
            session.Report(row, "template", new("没有这个模板，或它不适用于此网关。", "There is no such template for this gateway."));
        if (row["heartbeatSeconds"] is { Length: > 0 } seconds && HeartbeatOf(seconds) is null)
            session.Report(row, "heartbeatSeconds", new("应为 1 … 604800 的整数。", "Should be a whole number 1 … 604800."));
        if (row["password"] is { Length: > 0 } password && PasswordRuleOf(gateway)?.IsValid(password) != true)
            session.Report(row, "password", new("密码无效，或此网关不使用密码。", "Not a valid password, or the gateway has none."));
    }

    private void Fill(SourceProfileRow profile, ImportRow row, ImportSession session)
    {
        profile.NameZh = row.Or("nameZh", profile.NameZh);
        profile.NameEn = row.Or("nameEn", profile.NameEn);
        if (row["asset"] is { } code) profile.AssetId = code.Length == 0 ? null : session.Asset(code)!.Id;
        if (row["template"] is { } template) profile.Template = template.Length == 0 ? null : template;
        if (row["heartbeatSeconds"] is { } seconds) profile.HeartbeatSeconds = HeartbeatOf(seconds);
        if (row["password"] is not { Length: > 0 } password) return;
        var settings = new Dictionary<string, string>(secrets.Settings(profile)) { ["password"] = password };
        secrets.Write(profile, settings);
    }

    private SourceSetting? PasswordRuleOf(string gateway) => gateways.Find(gateway)?.Settings.FirstOrDefault(s => s.Name == "password");

    private static int? HeartbeatOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is >= 1 and <= SourceDesk.MaxHeartbeatSeconds ? seconds : null;
}
