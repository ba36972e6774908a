using FsCheck;
using FsCheck.Fluent;
using Ordo.Foundation.Points;

namespace Ordo.Foundation.Tests.Points;

public class PointIndexTests
{
    private static readonly string[] Paths = ["/1/", "/1/2/", "/1/2/3/", "/1/20/", "/4/"];
    private static readonly string[] Words = ["", "电", "功率", "PM2.5", "pm10", "ÉTÉ", "é"];

    private static readonly Gen<PointEntry> Entries =
        from id in Gen.Choose(1, 40)
        from path in Gen.Elements(Paths)
        from word in Gen.Elements(Words)
        from bound in Gen.Elements(true, false)
        select new PointEntry(new() { Id = id, Code = $"c{id}", NameZh = word, NameEn = $"of {word}", Quantity = word, Channel = bound ? "x" : null }, null, path);

    private static Gen<PointEntry[]> Parks => Entries.ArrayOf().Select(entries => entries.DistinctBy(entry => entry.Point.Id).ToArray());

    [Fact]
    public void It_finds_what_reading_every_point_would_find()
    {
        var questions =
            from park in Parks
            from scopes in Gen.SubListOf(Paths)
            from text in Gen.Elements(["", "C1", .. Words])
            from quantity in Gen.Elements<string?>([null, "功率"])
            from bound in Gen.Elements<bool?>([null, true])
            from skip in Gen.Choose(0, 5)
            select (park, scopes, filter: new PointFilter(text, quantity, bound), skip);
        Prop.ForAll(questions.ToArbitrary(), question =>
        {
            var (park, scopes, filter, skip) = question;
            PointEntry[] expected = [.. park
                .Where(entry => scopes.Any(scope => entry.AssetPath.StartsWith(scope, StringComparison.Ordinal)) && filter.Admits(entry.Point))
                .Where(entry => $"{entry.Point.Code}\n{entry.Point.NameZh}\n{entry.Point.NameEn}".Contains(filter.Text!, StringComparison.OrdinalIgnoreCase))
                .OrderBy(entry => entry.AssetPath, StringComparer.Ordinal).ThenBy(entry => entry.Point.Code, StringComparer.Ordinal)];
            var (page, total) = PointIndex.Of(park).Find(scopes, filter, skip, 3);
            return total == expected.Length && page.SequenceEqual(expected.Skip(skip).Take(3));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_changed_index_is_the_index_of_what_is_there_now() => Prop.ForAll(
        (from before in Parks from after in Parks select (before, after)).ToArbitrary(),
        change =>
        {
            var (before, after) = change;
            PointEntry[] now = [.. after.Take(10)];
            PointEntry[] gone = [.. before.Where(entry => entry.Point.Id % 3 == 0 || now.Any(other => other.Point.Id == entry.Point.Id))];
            PointEntry[] left = [.. before.Except(gone), .. now];
            return All(PointIndex.Of(before).With(gone, now)).SequenceEqual(All(PointIndex.Of(left)));
        }).QuickCheckThrowOnFailure();

    private static List<PointEntry> All(PointIndex index) => index.Find(["/"], new(), 0, int.MaxValue).Page;
}
