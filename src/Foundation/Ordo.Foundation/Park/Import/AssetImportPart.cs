using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Park.Import;

/// <summary>Rows of assets. A parent may stand below its children, and may be in the database already.</summary>
internal sealed class AssetImportPart(OrdoDbContext database) : IParkImportPart
{
    /// <summary>What a row asks for.</summary>
    /// <param name="Parent">Code of the parent, or <c>null</c> for a root.</param>
    private sealed record Plan(ImportRow Row, Asset? Stored, string? Parent, AssetDraft Draft);

    private readonly Dictionary<string, Plan> plans = new(StringComparer.Ordinal);
    private Dictionary<string, Asset> stored = [];
    private Dictionary<long, Asset> storedById = [];

    public string Type => "asset";

    public string Sheet => "assets";

    public Text Title => new("资产", "Assets");

    public IReadOnlyList<ImportColumn> Columns { get; } =
    [
        new("code", new("编码", "Code"), new("全局唯一，1–64 个字符；已有则更新。", "Unique in the server, 1 to 64 characters; an asset that is there already is updated."), "E001", IsRequired: true),
        new("kind", new("类别", "Kind"), new($"{string.Join('、', KindWords.Select(word => word.Zh))}之一。", $"One of {string.Join(", ", Enum.GetNames<AssetKind>())}."), "Enterprise", IsRequired: true),
        new("parent", new("上级编码", "Parent code"), new("上级资产的编码；区域、盟市、园区可为空。", "Code of the asset above; may be empty for a region, a city or a park."), "P01"),
        new("nameZh", new("中文名称", "Chinese name"), new("1–200 个字符。", "1 to 200 characters."), "示范稀土", IsRequired: true),
        new("nameEn", new("英文名称", "English name"), new("最多 200 个字符，可为空。", "At most 200 characters; may be empty."), "Demo Rare Earth"),
        .. AssetAttributes.All.Select(ColumnOf),
        new("longitude", new("经度", "Longitude"), new("WGS-84，−180…180；与纬度一起代替几何。", "WGS-84, -180…180; with the latitude it stands for a geometry."), "109.84"),
        new("latitude", new("纬度", "Latitude"), new("WGS-84，−90…90。", "WGS-84, -90…90."), "40.65"),
        new("geometry", new("几何", "Geometry"), new("GeoJSON 几何对象（RFC 7946，WGS-84；加 \"crs\":\"GCJ-02\" 则由 GCJ-02 换算）。", "GeoJSON geometry object (RFC 7946, WGS-84; with \"crs\":\"GCJ-02\" it is converted from GCJ-02)."), """{"type":"Point","coordinates":[109.84,40.65]}"""),
    ];

    /// <summary>In the order of <see cref="AssetKind"/>.</summary>
    private static readonly Text[] KindWords =
    [
        new("区域", nameof(AssetKind.Region)), new("盟市", nameof(AssetKind.City)), new("园区", nameof(AssetKind.Park)), new("片区", nameof(AssetKind.Zone)),
        new("企业", nameof(AssetKind.Enterprise)), new("设施", nameof(AssetKind.Facility)), new("设备", nameof(AssetKind.Equipment)),
    ];

    public async Task CheckAsync(IReadOnlyList<ImportRow> rows, ImportSession session, CancellationToken cancellation)
    {
        stored = await database.Set<Asset>().AsNoTracking().ToDictionaryAsync(asset => asset.Code, StringComparer.Ordinal, cancellation);
        storedById = stored.Values.ToDictionary(asset => asset.Id);
        foreach (Asset asset in stored.Values.Where(asset => session.MayWrite(asset.Path))) session.SetAsset(asset.Code, new(asset.Id, asset.Path));
        foreach (ImportRow row in rows) Read(row, session);
        foreach (Plan plan in plans.Values) CheckPlace(plan, session);
        foreach (Asset child in stored.Values.Where(child => !plans.ContainsKey(child.Code))) CheckChild(child, session);
        foreach (Plan plan in plans.Values.Where(plan => plan.Stored is null)) session.SetAsset(plan.Draft.Code, new(0, PathAbove(plan)));
    }

    public async Task<ImportCount> ApplyAsync(IReadOnlyList<ImportRow> rows, ImportSession session, CancellationToken cancellation)
    {
        int created = 0, updated = 0;
        // Level by level, because a child needs its parent's number.
        foreach (var level in plans.Values.GroupBy(DepthOf).OrderBy(level => level.Key))
        {
            List<Asset> added = [];
            foreach (Plan plan in level)
            {
                ImportedAsset? parent = plan.Parent is null ? null : session.Asset(plan.Parent);
                AssetDraft draft = plan.Draft with { ParentId = parent?.Id ?? (plan.Parent is null ? null : plan.Stored?.ParentId) };
                Asset asset = plan.Stored ?? new() { Path = parent?.Path ?? "/" };
                if (plan.Stored is null) added.Add(asset);
                else database.Attach(asset);
                draft.ApplyTo(asset);
            }

            database.AddRange(added);
            updated += database.RaiseVersions<Asset>(asset => asset.Version++);
            await database.SaveChangesAsync(cancellation);
            created += added.Count;
            foreach (Asset asset in added) session.SetAsset(asset.Code, new(asset.Id, $"{asset.Path}{asset.Id}/"));
        }

        database.ChangeTracker.Clear();
        await database.RebuildPathsAsync(cancellation);
        return new(created, updated, plans.Count - created - updated);
    }

    public async IAsyncEnumerable<IReadOnlyDictionary<string, string>> ExportAsync(Func<string, bool> mayRead, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<Asset> assets = await database.Set<Asset>().AsNoTracking().ToListAsync(cancellation);
        Dictionary<long, Asset> shown = assets.Where(asset => mayRead(asset.Path)).ToDictionary(asset => asset.Id);
        foreach (Asset asset in shown.Values.OrderBy(asset => asset.Kind).ThenBy(asset => asset.Code, StringComparer.Ordinal))
        {
            Dictionary<string, string> row = new()
            {
                ["code"] = asset.Code, ["kind"] = asset.Kind.ToString(), ["nameZh"] = asset.NameZh, ["nameEn"] = asset.NameEn, ["geometry"] = asset.Geometry ?? "",
                ["parent"] = asset.ParentId is { } parent && shown.TryGetValue(parent, out Asset? above) ? above.Code : "",
            };
            foreach (JsonProperty attribute in JsonElement.Parse(asset.Attributes).EnumerateObject()) row[attribute.Name] = attribute.Value.ToCell();
            yield return row;
        }
    }

    private void Read(ImportRow row, ImportSession session)
    {
        string code = row.Or("code", null);
        Asset? existing = stored.GetValueOrDefault(code);
        if (existing is not null && !session.MayWrite(existing.Path))
        {
            session.Report(row, "code", new("该编码已被使用，且不在您的范围内。", "This code is taken, outside your scope."));
            return;
        }

        if (KindOf(row.Or("kind", existing?.Kind.ToString())) is not { } kind)
        {
            session.Report(row, "kind", new($"应为{string.Join('、', KindWords.Select(word => word.Zh))}之一。", $"Must be one of {string.Join(", ", Enum.GetNames<AssetKind>())}."));
            return;
        }

        var draft = new AssetDraft(
            kind, code, row.Or("nameZh", existing?.NameZh), row.Or("nameEn", existing?.NameEn),
            Geometry: GeometryOf(row, existing, session), Attributes: AttributesOf(row, existing));
        foreach (Fault fault in AssetRules.FaultsOf(draft)) session.Report(row, ColumnOf(fault.Field), ReasonOf(fault));
        if (!plans.TryAdd(code, new(row, existing, ParentOf(row, existing, session), draft)))
            session.Report(row, "code", new($"与第 {plans[code].Row.Number} 行重复。", $"The same as in row {plans[code].Row.Number}."));
    }

    private string? ParentOf(ImportRow row, Asset? existing, ImportSession session)
    {
        string? above = existing?.ParentId is { } id ? storedById[id].Code : null;
        string? cell = row["parent"];
        // The top of somebody's part of the tree is exported without its parent, which they may not see; coming back so, it stays where it is.
        bool hidden = existing?.ParentId is { } parent && !session.MayWrite(storedById[parent].Path);
        return cell is null || (cell.Length == 0 && hidden) ? above : cell.Length == 0 ? null : cell;
    }

    private static JsonElement? GeometryOf(ImportRow row, Asset? existing, ImportSession session)
    {
        string longitude = row.Or("longitude", null), latitude = row.Or("latitude", null), text = row.Or("geometry", null);
        if (longitude.Length + latitude.Length > 0)
        {
            if (text.Length > 0) session.Report(row, "geometry", new("经纬度与几何只能给出一个。", "Give either longitude and latitude, or a geometry."));
            if (Cells.Number(longitude) is not { } x) session.Report(row, "longitude", Cells.NotANumber);
            else if (Cells.Number(latitude) is not { } y) session.Report(row, "latitude", Cells.NotANumber);
            else return JsonSerializer.SerializeToElement(new { type = "Point", coordinates = new[] { x, y } });
            return null;
        }

        if (row["geometry"] is null && row["longitude"] is null) return existing?.Geometry is { } kept ? JsonElement.Parse(kept) : null;
        if (text.Length == 0) return null;
        if (GeoJson.TryParse(text) is not { } geometry)
        {
            session.Report(row, "geometry", new("不是有效的 JSON。", "This is not valid JSON."));
            return null;
        }

        return geometry;
    }

    private static JsonElement AttributesOf(ImportRow row, Asset? existing)
    {
        JsonObject attributes = existing is null ? [] : JsonNode.Parse(existing.Attributes)!.AsObject();
        foreach (AttributeDefinition attribute in AssetAttributes.All)
        {
            if (row[attribute.Name] is not { } cell) continue;
            attributes.Remove(attribute.Name);
            if (cell.Length > 0) attributes[attribute.Name] = AssetAttributes.FromCell(attribute, cell);
        }

        return JsonSerializer.SerializeToElement(attributes);
    }

    private void CheckPlace(Plan plan, ImportSession session)
    {
        bool stays = plan.Stored is { } existing && plan.Parent == (existing.ParentId is { } id ? storedById[id].Code : null);
        if (plan.Parent is null && !stays && !session.MayWrite("/"))
            session.Report(plan.Row, "parent", new("请指定您管理范围内的上级资产。", "Name a parent within your scope."));
        if (plan.Parent is { } code && !stays && !plans.ContainsKey(code) && session.Asset(code) is null)
            session.Report(plan.Row, "parent", new("文件和系统中都没有这个上级资产。", "There is no such asset, neither in the file nor in the system."));
        else if (AssetRules.NestingFaultOf(plan.Draft.Kind, KindAbove(plan.Parent)) is { } nesting)
            session.Report(plan.Row, plan.Parent is null ? "parent" : "kind", nesting);
        else if (DepthOf(plan) > AssetRules.MaxDepth)
            session.Report(plan.Row, "parent", new($"上级关系成环，或超过 {AssetRules.MaxDepth} 层。", $"The parents form a ring, or more than {AssetRules.MaxDepth} levels."));
    }

    /// <summary>An asset that is not in the file must still fit below a parent that is.</summary>
    private void CheckChild(Asset child, ImportSession session)
    {
        if (child.ParentId is { } id && plans.TryGetValue(storedById[id].Code, out Plan? parent) && AssetRules.NestingFaultOf(child.Kind, parent.Draft.Kind) is { } nesting)
            session.Report(parent.Row, "kind", nesting);
    }

    private AssetKind? KindAbove(string? parent) =>
        parent is null ? null : plans.TryGetValue(parent, out Plan? plan) ? plan.Draft.Kind : stored.GetValueOrDefault(parent)?.Kind;

    /// <summary>Levels from the root down, once everything is where the file wants it; more than allowed for a ring.</summary>
    private int DepthOf(Plan plan)
    {
        int depth = 1;
        for (string? above = plan.Parent; above is not null && depth <= AssetRules.MaxDepth; depth++)
            above = plans.TryGetValue(above, out Plan? next) ? next.Parent : stored.GetValueOrDefault(above)?.ParentId is { } id ? storedById[id].Code : null;
        return depth;
    }

    /// <summary>Path of the nearest asset above that is stored already.</summary>
    private string PathAbove(Plan plan)
    {
        string? above = plan.Parent;
        for (int level = 0; above is not null && level <= AssetRules.MaxDepth; level++)
        {
            if (stored.TryGetValue(above, out Asset? asset)) return asset.Path;
            above = plans.GetValueOrDefault(above)?.Parent;
        }

        return "/";
    }

    private static AssetKind? KindOf(string word)
    {
        int at = Array.FindIndex(KindWords, kind => kind.Zh == word || string.Equals(kind.En, word, StringComparison.OrdinalIgnoreCase));
        return at < 0 ? null : (AssetKind)(at + 1);
    }

    private static string ColumnOf(string field) => field.StartsWith("geometry", StringComparison.Ordinal) ? "geometry" : field[(field.LastIndexOf('.') + 1)..];

    /// <summary>A cell holds the whole geometry, so the reason says where in it.</summary>
    private static Text ReasonOf(Fault fault) => fault.Field.StartsWith("geometry.", StringComparison.Ordinal)
        ? new($"{fault.Field}：{fault.Reason.Zh}", $"{fault.Field}: {fault.Reason.En}") : fault.Reason;

    private static ImportColumn ColumnOf(AttributeDefinition attribute)
    {
        string kinds = string.Join(", ", attribute.Kinds.Order());
        Text form = attribute.Type switch
        {
            AttributeType.Boolean => new("是或否", "true or false"),
            AttributeType.Date => new("日期 yyyy-MM-dd", "date, yyyy-MM-dd"),
            AttributeType.Number or AttributeType.Integer => new($"数字，{attribute.Min}…{attribute.Max}", $"number, {attribute.Min}…{attribute.Max}"),
            AttributeType.Choice => new(string.Join('、', attribute.Choices.Select(choice => choice.Name.Zh)), string.Join(", ", attribute.Choices.Select(choice => choice.Code))),
            AttributeType.CreditCode => new("18 位，GB 32100-2015", "18 characters, GB 32100-2015"),
            AttributeType.Industry => new("GB/T 4754-2017", "GB/T 4754-2017"),
            AttributeType.AdministrativeDivision => new("6 位数字，GB/T 2260", "six digits, GB/T 2260"),
            _ => new($"文本，最多 {attribute.Max} 个字符", $"text, at most {attribute.Max} characters"),
        };
        string kindsZh = string.Join('、', attribute.Kinds.Order().Select(kind => KindWords[(int)kind - 1].Zh));
        return new(attribute.Name, attribute.Label, new($"{kindsZh}：{form.Zh}。", $"{kinds}: {form.En}."));
    }
}
