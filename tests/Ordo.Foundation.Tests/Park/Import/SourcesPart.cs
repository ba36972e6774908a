using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Park;
using Ordo.Foundation.Park.Import;

namespace Ordo.Foundation.Tests.Park.Import;

/// <summary>Stands in for the perception platform: sources in memory, shared by all imports of a server.</summary>
internal sealed class SourceShelf
{
    public SortedDictionary<string, Dictionary<string, string>> Sources { get; } = new(StringComparer.Ordinal);
}

internal sealed class SourcesPart(SourceShelf shelf) : IParkImportPart
{
    private readonly Dictionary<string, Dictionary<string, string>> planned = [];

    public string Type => "source";

    public string Sheet => "sources";

    public Text Title => new("数据源", "Sources");

    public IReadOnlyList<ImportColumn> Columns { get; } =
    [
        new("gateway", new("网关", "Gateway"), new("", ""), IsRequired: true),
        new("source", new("数据源", "Source"), new("", ""), IsRequired: true),
        new("nameZh", new("中文名称", "Chinese name"), new("", "")),
        new("nameEn", new("英文名称", "English name"), new("", "")),
        new("asset", new("所属资产编码", "Asset code"), new("", "")),
        new("template", new("模板", "Template"), new("", "")),
        new("heartbeatSeconds", new("心跳周期（秒）", "Heartbeat, s"), new("", "")),
    ];

    public async Task CheckAsync(IReadOnlyList<ImportRow> rows, ImportSession session, CancellationToken cancellation)
    {
        await session.Database.Set<Asset>().LoadAsync(cancellation); // as a part may: tracked
        foreach (ImportRow row in rows)
        {
            if (session.Asset(row.Or("asset", null)) is null) session.Report(row, "asset", new("没有。", "No such asset."));
            planned[row.Or("source", null)] = Columns.ToDictionary(column => column.Name, column => row.Or(column.Name, null));
        }
    }

    public Task<ImportCount> ApplyAsync(IReadOnlyList<ImportRow> rows, ImportSession session, CancellationToken cancellation)
    {
        Assert.All(planned.Values, source => Assert.NotEqual(0, session.Asset(source["asset"])!.Id));
        int known = planned.Keys.Count(shelf.Sources.ContainsKey);
        return Task.FromResult(new ImportCount(planned.Count - known, 0, known));
    }

    public Task CommittedAsync(CancellationToken cancellation)
    {
        foreach (var (key, source) in planned) shelf.Sources[key] = source;
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<IReadOnlyDictionary<string, string>> ExportAsync(
        Func<string, bool> mayRead, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        foreach (var source in shelf.Sources.Values) yield return source;
    }
}
