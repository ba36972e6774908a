using FsCheck;
using FsCheck.Fluent;
using Ordo.Foundation.Access;

namespace Ordo.Foundation.Tests.Access;

public sealed class ScopePathsTests
{
    /// <summary>Paths over few ids, so that they often lie within each other; 1 and 11 tempt a comparison of characters.</summary>
    private static readonly Arbitrary<string[]> Paths = Gen.Elements(1, 2, 11)
        .ListOf().Where(ids => ids.Count < 5).Select(ids => "/" + string.Concat(ids.Select(id => $"{id}/")))
        .ArrayOf().Where(paths => paths.Length > 1).ToArbitrary();

    [Fact]
    public void What_lies_in_two_scopes_is_what_lies_in_their_intersection() => Prop.ForAll(Paths, paths =>
    {
        string? both = ScopePaths.Intersect(paths[0], paths[1]);
        return paths.All(path => Lies(path, both) == (Lies(path, paths[0]) && Lies(path, paths[1])));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_common_ancestor_is_the_lowest_node_above_all() => Prop.ForAll(Paths, paths =>
    {
        string common = ScopePaths.CommonAncestor(paths);
        var above = paths.SelectMany(Ancestors).Distinct().Where(node => paths.All(path => Lies(path, node)));
        return common == above.MaxBy(node => node.Length);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_query_keeps_exactly_what_lies_in_one_of_the_scopes() => Prop.ForAll(Paths, Paths, (rows, scopes) =>
        rows.AsQueryable().Within(row => row, scopes).SequenceEqual(rows.Where(row => scopes.Any(scope => Lies(row, scope))))).QuickCheckThrowOnFailure();

    [Fact]
    public void Without_a_scope_nothing_is_seen() => Assert.Empty(new[] { "/1/" }.AsQueryable().Within(row => row, []));

    private static bool Lies(string path, string? scope) => scope is not null && path.StartsWith(scope, StringComparison.Ordinal);

    private static IEnumerable<string> Ancestors(string path) =>
        Enumerable.Range(0, path.Length).Where(i => path[i] == '/').Select(i => path[..(i + 1)]);
}
