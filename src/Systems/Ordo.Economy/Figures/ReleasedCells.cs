using System.Collections.Concurrent;
using Ordo.Economy.Disclosure;
using Ordo.Economy.Filing;
using Ordo.Foundation.Park;

namespace Ordo.Economy.Figures;

/// <summary>Which enterprises of a cell a sum is over.</summary>
public enum SameScope
{
    /// <summary>All that reported.</summary>
    None,

    /// <summary>Of this year, those that reported last year too (同口径).</summary>
    Current,

    /// <summary>The same, each divided by its price index (可比价).</summary>
    Deflated,

    /// <summary>Of last year, those that report this year too.</summary>
    Base,
}

/// <summary>
/// For each reported indicator and month: which totals of which areas, industries and chains may be told. It is decided once for the whole tree together,
/// not by what one caller asks, so that no two questions and no two callers can subtract their answers.
/// </summary>
public sealed class ReleasedCells(EconomySnapshot snapshot, FigureCube cube, DateOnly today)
{
    private readonly ConcurrentDictionary<(string Leaf, int Period), IReadOnlySet<(long Area, string Part, SameScope Scope)>> decided = new();
    private readonly ConcurrentDictionary<UInt128, bool[]> audits = new();
    private readonly ConcurrentDictionary<(string Leaf, int Period, long Area, string Part, SameScope Scope), int[]> members = new();
    private readonly Lazy<IReadOnlyList<(CellKey Cell, Selection Selection, ulong[] Weights)>> cells = new(() => AllCells(snapshot));

    public DateOnly Today => today;

    public FigureCube Cube => cube;

    internal KeptFigures Figures { get; } = new();

    public bool May(string leaf, Period period, CellKey cell, SameScope scope) =>
        decided.GetOrAdd((leaf, period.Key), _ => Decide(leaf, period)).Contains((cell.Area.Id, PartOf(cell), scope));

    /// <summary>Enterprises of a cell that a sum is over, as indices into its selection; kept, because a page asks for the same again and again.</summary>
    public int[] Members(CellKey cell, Selection selection, string leaf, Period period, SameScope scope) =>
        members.GetOrAdd((leaf, period.Key, cell.Area.Id, PartOf(cell), scope), _ => Members(cube, selection, leaf, period, scope));

    /// <summary>Indices into a selection.</summary>
    public static int[] Members(FigureCube cube, Selection selection, string leaf, Period period, SameScope scope)
    {
        Period? other = scope switch { SameScope.None => null, SameScope.Base => period with { Year = period.Year + 1 }, _ => period.LastYear };
        List<int> members = [];
        FigureCube.Column column = cube.Of(leaf);
        for (int index = 0; index < selection.Enterprises.Length; index++)
        {
            int place = selection.Enterprises[index];
            if (column.Value(place, period) is not null && (other is not { } year || column.Value(place, year) is not null)) members.Add(index);
        }

        return [.. members];
    }

    private static string PartOf(CellKey cell) => cell.Chain is { } chain ? "chain:" + chain : cell.Industry ?? "";

    private HashSet<(long Area, string Part, SameScope Scope)> Decide(string leaf, Period period)
    {
        SuppressionRule rule = snapshot.Rules.Disclosure.Rule;
        List<((long Area, string Part, SameScope Scope) Name, int Sum)> names = [];
        // The same enterprises with the same weights are one sum, whatever it is called: the only zone of a park, an industry of one zone, this year's and last
        // year's of who filed in both. It is decided once, and is secret when it is under any of its names.
        Dictionary<UInt128, int> sumOf = [];
        List<DisclosureAudit.Candidate> sums = [];
        string deflator = snapshot.Rules.Catalogue.Find(leaf)?.Deflator ?? "";
        var reader = new FigureReader(snapshot, cube, null);
        FigureCube.Column column = cube.Of(leaf);
        ulong[] coefficients = new ulong[snapshot.Enterprises.Count];
        // What matters most first: plain totals from the top down, then growth. A single enterprise is a cell that is never told.
        foreach (SameScope scope in new[] { SameScope.None, SameScope.Current, SameScope.Base, SameScope.Deflated })
        {
            if (scope == SameScope.Deflated && deflator.Length == 0) continue;
            foreach ((CellKey cell, Selection selection, ulong[] weights) in cells.Value)
            {
                int[] inside = Members(cube, selection, leaf, period, scope);
                if (inside.Length == 0) continue;
                Array.Clear(coefficients);
                decimal total = 0, largest = 0;
                bool complete = true;
                foreach (int index in inside)
                {
                    int place = selection.Enterprises[index];
                    decimal weight = selection.WeightOf(index), part = Math.Abs(column.Value(place, period)!.Value * weight);
                    (total, largest) = (total + part, Math.Max(largest, part));
                    if (scope != SameScope.Deflated) coefficients[place] = weights[index];
                    else if (reader.PriceIndex(deflator, place, period) is { } prices) coefficients[place] = DisclosureAudit.Quotient(weight, prices / 100);
                    else complete = false;
                }

                if (!complete) continue;
                bool secret = inside.Length < rule.FewestContributors || (total > 0 && largest * 100 > rule.LargestShare * total);
                UInt128 signature = DisclosureAudit.Signature(coefficients);
                if (!sumOf.TryGetValue(signature, out int sum))
                {
                    sumOf[signature] = sum = sums.Count;
                    sums.Add(new((ulong[])coefficients.Clone(), secret));
                }
                else if (secret) sums[sum] = sums[sum] with { IsSecret = true };

                names.Add(((cell.Area.Id, PartOf(cell), scope), sum));
            }
        }

        // Most indicators of a month are reported by the same enterprises, and then the audit is the same.
        bool[] granted = audits.GetOrAdd(Fingerprint(sums), _ => DisclosureAudit.Of(sums, rule.FewestContributors));
        return [.. names.Where(name => granted[name.Sum]).Select(name => name.Name)];
    }

    private static UInt128 Fingerprint(List<DisclosureAudit.Candidate> candidates)
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        foreach (DisclosureAudit.Candidate candidate in candidates)
        {
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(candidate.Coefficients.AsSpan()));
            hash.AppendData([candidate.IsSecret ? (byte)1 : (byte)0]);
        }

        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return new(System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(digest), System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]));
    }

    private static List<(CellKey, Selection, ulong[])> AllCells(EconomySnapshot snapshot)
    {
        List<(CellKey Cell, int Rank)> all = [];
        foreach (Area area in snapshot.Areas.Where(area => area.Kind <= AssetKind.Zone))
        {
            Enterprise[] inside = [.. snapshot.Enterprises.Where(enterprise => enterprise.Path.StartsWith(area.Path, StringComparison.Ordinal) && enterprise.Section.Length > 0)];
            all.Add((new(area), 0));
            all.AddRange(inside.Select(enterprise => enterprise.Section).Distinct().Select(section => (new CellKey(area, section), 1)));
            all.AddRange(snapshot.Rules.Chains.Select(chain => (new CellKey(area, Chain: chain.Code), chain.Parent.Length == 0 ? 2 : 3)));
            all.AddRange(inside.Select(enterprise => enterprise.Division).Distinct().Where(division => division.Length > 0).Select(division => (new CellKey(area, division), 4)));
        }

        return [.. all.OrderBy(each => each.Rank).ThenBy(each => each.Cell.Area.Path.Length)
            .Select(each => (each.Cell, snapshot.Select(each.Cell.Area.Path, each.Cell.Industry, each.Cell.Chain))).Where(each => each.Item2.Enterprises.Length > 0)
            .Select(each => (each.Cell, each.Item2, Enumerable.Range(0, each.Item2.Enterprises.Length).Select(index => DisclosureAudit.Coefficient(each.Item2.WeightOf(index))).ToArray()))];
    }
}
