using FsCheck;
using FsCheck.Fluent;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Park;

public sealed class SqliteParkTreeTests(SqliteDatabase database) : ParkTreeTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresParkTreeTests(PostgresDatabase database) : ParkTreeTests(database), IClassFixture<PostgresDatabase>;

public abstract class ParkTreeTests(TestDatabase database)
{
    /// <summary>One move: which asset (by its place in a list) below which, −1 being the root.</summary>
    private readonly record struct Move(int Asset, int Parent);

    [Fact]
    public async Task Whatever_moves_every_path_leads_from_its_root_down()
    {
        await using (OrdoDbContext context = database.Open(new ParkModule())) await context.Database.MigrateOrdoAsync();
        const int count = 12;
        Gen<Move[]> moves = (from asset in Gen.Choose(1, count - 1) from parent in Gen.Choose(-1, count - 1) select new Move(asset, parent)).ListOf().Select(list => list.ToArray());
        Prop.ForAll(moves.ToArbitrary(), sequence => PathsHoldAsync(count, sequence).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(15));
    }

    private async Task<bool> PathsHoldAsync(int count, Move[] moves)
    {
        await using OrdoDbContext context = database.Open(new ParkModule());
        List<Asset> assets = [.. Enumerable.Range(0, count).Select(i => new Asset { Kind = AssetKind.Facility, Code = $"{Guid.NewGuid()}", NameZh = $"{i}", NameEn = "" })];
        context.AddRange(assets);
        await context.SaveChangesAsync();
        await context.RebuildPathsAsync(default);
        foreach (Move move in moves)
        {
            Asset? parent = move.Parent < 0 ? null : assets[move.Parent];
            if (parent is not null && Ancestors(parent, assets).Contains(assets[move.Asset])) continue; // refused by the desk
            assets[move.Asset].ParentId = parent?.Id;
            await context.SaveChangesAsync();
            await context.RebuildPathsAsync(default);
        }

        Dictionary<long, string> paths = await context.Set<Asset>().AsNoTracking().ToDictionaryAsync(asset => asset.Id, asset => asset.Path);
        return assets.TrueForAll(asset => paths[asset.Id] == $"/{string.Concat(Ancestors(asset, assets).Reverse().Select(step => $"{step.Id}/"))}");
    }

    private static IEnumerable<Asset> Ancestors(Asset asset, List<Asset> assets)
    {
        for (Asset? step = asset; step is not null; step = assets.Find(parent => parent.Id == step.ParentId)) yield return step;
    }
}
