using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Units;

namespace Ordo.Foundation.Park.Import;

/// <summary>Rows of points, known by the code of their asset and their own.</summary>
internal sealed class PointImportPart(OrdoDbContext database, PointDirectory directory) : IParkImportPart
{
    /// <summary>Ids or names in one query.</summary>
    private const int Chunk = 500;

    /// <summary>Entities the context holds at once.</summary>
    private const int SaveEvery = 5_000;

    private sealed record Plan(ImportRow Row, string Asset, Point? Stored, PointDraft Draft)
    {
        public (string?, string?, string?) Series => (Draft.Gateway, Draft.Source, Draft.Channel);
    }

    private readonly Dictionary<(string Asset, string Code), Plan> plans = [];

    /// <summary>Points whose series another row takes over.</summary>
    private readonly HashSet<long> released = [];

    public string Type => "point";

    public string Sheet => "points";

    public Text Title => new("点位", "Points");

    public IReadOnlyList<ImportColumn> Columns { get; } =
    [
        new("asset", new("所属资产编码", "Asset code"), new("资产的编码。", "Code of the asset."), "E001", IsRequired: true),
        new("code", new("编码", "Code"), new("在资产内唯一，1–64 个字符；已有则更新。", "Unique within the asset, 1 to 64 characters; a point that is there already is updated."), "P-01", IsRequired: true),
        new("nameZh", new("中文名称", "Chinese name"), new("1–200 个字符。", "1 to 200 characters."), "总有功功率", IsRequired: true),
        new("nameEn", new("英文名称", "English name"), new("最多 200 个字符，可为空。", "At most 200 characters; may be empty."), "Total active power"),
        new("quantity", new("物理量", "Quantity"), new("物理量的代码或名称。", "Code or name of the quantity."), "activePower", IsRequired: true),
        new("unit", new("单位", "Unit"), new("该物理量的单位代码或符号。", "Code or symbol of one of its units."), "kW", IsRequired: true),
        new("decimals", new("小数位数", "Decimals"), new("0–15；空则按物理量。", "0 to 15; empty takes the quantity's."), "1"),
        new("gateway", new("网关", "Gateway"), new("hj212、line、json……；网关、数据源、通道三者同时给出或同时为空。", "hj212, line, json …; gateway, source and channel are given together or not at all."), "line"),
        new("source", new("数据源", "Source"), new("设备自己的标识，例如 HJ 212 的 MN。", "The device's own identity, such as the MN of HJ 212."), "steel,meter=EM01"),
        new("channel", new("通道", "Channel"), new("数据源中的通道，例如 a34004-Rtd。", "The value within the source, such as a34004-Rtd."), "activePower"),
        new("scale", new("系数", "Scale"), new("显示值 = 原始值 × 系数 + 偏移；空为 1。", "Shown value = raw value × scale + offset; empty is 1."), "0.001"),
        new("offset", new("偏移", "Offset"), new("空为 0。", "Empty is 0."), "0"),
        new("lowLow", new("低低限", "Low-low limit"), new("低低限 ≤ 低限 < 高限 ≤ 高高限，以点位单位计。", "Low-low ≤ low < high ≤ high-high, in the point's unit."), ""),
        new("low", new("低限", "Low limit"), new("同上。", "As above."), ""),
        new("high", new("高限", "High limit"), new("同上。", "As above."), "800"),
        new("highHigh", new("高高限", "High-high limit"), new("同上。", "As above."), "900"),
        new("deadband", new("死区", "Deadband"), new("报警返回所需的回落量，不小于 0；空为 0。", "How far a value must come back before its alarm returns, 0 or more; empty is 0."), "10"),
        new("staleAfterSeconds", new("过期秒数", "Stale after (s)"), new("数据超过此时长为过期。", "A value older than this is stale."), "900"),
    ];

    public async Task CheckAsync(IReadOnlyList<ImportRow> rows, ImportSession session, CancellationToken cancellation)
    {
        long[] assetIds = [.. rows.Select(row => session.Asset(row.Or("asset", null))?.Id ?? 0).Where(id => id != 0).Distinct()];
        Dictionary<(long, string), Point> stored = [];
        foreach (long[] chunk in assetIds.Chunk(Chunk))
            foreach (Point point in await database.Set<Point>().AsNoTracking().Where(point => chunk.Contains(point.AssetId)).ToListAsync(cancellation))
                stored.Add((point.AssetId, point.Code), point);
        foreach (ImportRow row in rows) Read(row, stored, session);
        await CheckSeriesAsync(session, cancellation);
    }

    public async Task<ImportCount> ApplyAsync(IReadOnlyList<ImportRow> rows, ImportSession session, CancellationToken cancellation)
    {
        int created = 0, updated = 0;
        await ReleaseAsync(cancellation);
        foreach (Plan[] chunk in plans.Values.Chunk(SaveEvery))
        {
            foreach (Plan plan in chunk)
            {
                Point point = plan.Stored ?? new();
                if (released.Contains(point.Id)) (point.Gateway, point.Source, point.Channel) = (null, null, null); // as the database has it by now
                if (plan.Stored is null) database.Add(point);
                else database.Attach(point);
                (plan.Draft with { AssetId = session.Asset(plan.Asset)!.Id }).ApplyTo(point);
            }

            created += chunk.Count(plan => plan.Stored is null);
            updated += database.RaiseVersions<Point>(point => point.Version++);
            await database.SaveChangesAsync(cancellation);
            database.ChangeTracker.Clear();
        }

        return new(created, updated, plans.Count - created - updated);
    }

    public Task CommittedAsync(CancellationToken cancellation) => directory.ReloadAsync(cancellation);

    public async IAsyncEnumerable<IReadOnlyDictionary<string, string>> ExportAsync(Func<string, bool> mayRead, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<Asset> assets = await database.Set<Asset>().AsNoTracking().ToListAsync(cancellation);
        foreach (Asset[] chunk in assets.Where(asset => mayRead(asset.Path)).OrderBy(asset => asset.Code, StringComparer.Ordinal).Chunk(Chunk))
        {
            long[] ids = [.. chunk.Select(asset => asset.Id)];
            ILookup<long, Point> points = (await database.Set<Point>().AsNoTracking().Where(point => ids.Contains(point.AssetId)).ToListAsync(cancellation)).ToLookup(point => point.AssetId);
            foreach (Asset asset in chunk)
                foreach (Point point in points[asset.Id].OrderBy(point => point.Code, StringComparer.Ordinal))
                    yield return RowOf(point, asset.Code);
        }
    }

    private static Dictionary<string, string> RowOf(Point point, string asset) => new()
    {
        ["asset"] = asset, ["code"] = point.Code, ["nameZh"] = point.NameZh, ["nameEn"] = point.NameEn,
        ["quantity"] = point.Quantity, ["unit"] = point.Unit, ["decimals"] = point.Decimals.ToCell(),
        ["gateway"] = point.Gateway ?? "", ["source"] = point.Source ?? "", ["channel"] = point.Channel ?? "",
        ["scale"] = ((double?)point.Scale).ToCell(), ["offset"] = ((double?)point.Offset).ToCell(),
        ["lowLow"] = point.LimitLowLow.ToCell(), ["low"] = point.LimitLow.ToCell(), ["high"] = point.LimitHigh.ToCell(), ["highHigh"] = point.LimitHighHigh.ToCell(),
        ["deadband"] = ((double?)point.Deadband).ToCell(), ["staleAfterSeconds"] = point.StaleAfterSeconds.ToCell(),
    };

    private void Read(ImportRow row, Dictionary<(long, string), Point> stored, ImportSession session)
    {
        string assetCode = row.Or("asset", null), code = row.Or("code", null);
        if (session.Asset(assetCode) is not { } asset)
        {
            session.Report(row, "asset", new("文件和系统中都没有这个资产。", "There is no such asset, neither in the file nor in the system."));
            return;
        }

        Point? existing = asset.Id == 0 ? null : stored.GetValueOrDefault((asset.Id, code));
        Quantity? quantity = QuantityOf(row.Or("quantity", existing?.Quantity));
        string unit = row.Or("unit", existing?.Unit);
        var draft = new PointDraft(
            asset.Id, code, row.Or("nameZh", existing?.NameZh), quantity?.Code ?? row.Or("quantity", null),
            quantity?.Units.FirstOrDefault(known => known.Code == unit || (unit.Length > 0 && known.Symbol == unit))?.Code ?? unit,
            row.Or("nameEn", existing?.NameEn), Whole("decimals", existing?.Decimals),
            Name("gateway", existing?.Gateway), Name("source", existing?.Source), Name("channel", existing?.Channel),
            Number("scale", existing?.Scale) ?? 1, Number("offset", existing?.Offset) ?? 0,
            new(Number("lowLow", existing?.LimitLowLow), Number("low", existing?.LimitLow), Number("high", existing?.LimitHigh), Number("highHigh", existing?.LimitHighHigh),
                Number("deadband", existing?.Deadband) ?? 0),
            Whole("staleAfterSeconds", existing?.StaleAfterSeconds));
        foreach (Fault fault in PointRules.FaultsOf(draft)) session.Report(row, fault.Field[(fault.Field.LastIndexOf('.') + 1)..], fault.Reason);
        if (!plans.TryAdd((assetCode, code), new(row, assetCode, existing, draft)))
            session.Report(row, "code", new($"与第 {plans[(assetCode, code)].Row.Number} 行重复。", $"The same as in row {plans[(assetCode, code)].Row.Number}."));

        string? Name(string column, string? kept) => row.Or(column, kept) is { Length: > 0 } name ? name : null;

        double? Number(string column, double? kept)
        {
            if (row[column] is not { } cell) return kept;
            if (cell.Length == 0) return null;
            double? number = Cells.Number(cell);
            if (number is null) session.Report(row, column, Cells.NotANumber);
            return number;
        }

        int? Whole(string column, int? kept)
        {
            if (row[column] is not { } cell) return kept;
            if (cell.Length == 0) return null;
            if (int.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole)) return whole;
            session.Report(row, column, new("应为整数。", "Must be a whole number."));
            return null;
        }
    }

    /// <summary>A series feeds one point, and who does not hold everything may only bind sources that feed points within the scope already.</summary>
    private async Task CheckSeriesAsync(ImportSession session, CancellationToken cancellation)
    {
        List<(Point Point, string Path)> holders = await HoldersAsync(cancellation);
        Dictionary<(string?, string?, string?), Point> holderOf = holders.ToDictionary(holder => (holder.Point.Gateway, holder.Point.Source, holder.Point.Channel), holder => holder.Point);
        HashSet<long> planned = [.. plans.Values.Where(plan => plan.Stored is not null).Select(plan => plan.Stored!.Id)];
        ILookup<(string?, string?), string> pathsOf = holders.ToLookup(holder => (holder.Point.Gateway, holder.Point.Source), holder => holder.Path);
        Dictionary<(string?, string?, string?), Plan> taken = [];
        foreach (Plan plan in plans.Values.Where(plan => plan.Draft.Channel is not null))
        {
            if (!taken.TryAdd(plan.Series, plan))
                session.Report(plan.Row, "channel", new($"与第 {taken[plan.Series].Row.Number} 行接入同一通道。", $"Row {taken[plan.Series].Row.Number} binds the same channel."));
            bool rebinds = plan.Stored is not { } own || (own.Gateway, own.Source, own.Channel) != plan.Series;
            if (!rebinds) continue;
            if (holderOf.TryGetValue(plan.Series, out Point? holder) && !planned.Contains(holder.Id))
                session.Report(plan.Row, "channel", new("该通道已接入另一个点位。", "This channel already feeds another point."));
            else if (holder is not null)
                released.Add(holder.Id);
            IEnumerable<string> owners = pathsOf[(plan.Draft.Gateway, plan.Draft.Source)];
            if (!session.MayWrite("/") && !(owners.Any() && owners.All(session.MayWrite)))
                session.Report(plan.Row, "source", new("没有这个数据源，或它不在您的范围内。", "There is no such source within your scope."));
        }
    }

    /// <summary>Points that are fed by any source the file names.</summary>
    private async Task<List<(Point Point, string Path)>> HoldersAsync(CancellationToken cancellation)
    {
        List<(Point, string)> holders = [];
        foreach (var gateway in plans.Values.Where(plan => plan.Draft is { Gateway: not null, Source: not null }).GroupBy(plan => plan.Draft.Gateway))
        {
            foreach (string?[] sources in gateway.Select(plan => plan.Draft.Source).Distinct().Chunk(Chunk))
            {
                var found = await database.Set<Point>().AsNoTracking().Where(point => point.Gateway == gateway.Key && sources.Contains(point.Source))
                    .Join(database.Set<Asset>(), point => point.AssetId, asset => asset.Id, (point, asset) => new { point, asset.Path }).ToListAsync(cancellation);
                holders.AddRange(found.Select(row => (row.point, row.Path)));
            }
        }

        return holders;
    }

    /// <summary>Frees series that change hands within the file, so that at no moment two points hold one.</summary>
    private async Task ReleaseAsync(CancellationToken cancellation)
    {
        foreach (long[] chunk in released.Chunk(Chunk))
        {
            string ids = string.Join(',', chunk);
#pragma warning disable EF1002 // numbers of ours
            await database.Database.ExecuteSqlRawAsync($"""UPDATE "park_point" SET "Gateway" = NULL, "Source" = NULL, "Channel" = NULL WHERE "Id" IN ({ids})""", cancellation);
#pragma warning restore EF1002
        }
    }

    private static Quantity? QuantityOf(string word) => UnitCatalogue.QuantityOf(word)
        ?? UnitCatalogue.Quantities.FirstOrDefault(quantity => quantity.Name.Zh == word || string.Equals(quantity.Name.En, word, StringComparison.OrdinalIgnoreCase));
}
