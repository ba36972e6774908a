using System.Globalization;

namespace Ordo.Foundation.Points;

/// <summary>Which points of a subtree are wanted.</summary>
/// <param name="Text">Contained in the code or one of the names, without regard to case; blank for all.</param>
/// <param name="Quantity">Code of the quantity.</param>
/// <param name="Bound">Whether a series feeds it.</param>
internal sealed record PointFilter(string? Text = null, string? Quantity = null, bool? Bound = null)
{
    /// <summary>Nothing but the text decides, so that a point need not be looked at.</summary>
    public bool AdmitsAll => Quantity is null && Bound is null;

    public bool Admits(Point point) => AdmitsAll
        || ((Quantity is null || point.Quantity == Quantity) && (Bound is null || point.Channel is not null == Bound));
}

/// <summary>
/// All points as lists show them: by place in the tree, then by code, and searchable. In memory, because no index of the databases finds a piece
/// from the middle of a name: over a million points a scan took them seconds, and takes this some ten milliseconds.
/// Immutable; a change replaces the blocks of the assets it touches.
/// </summary>
internal sealed class PointIndex
{
    private readonly Block[] blocks;

    private PointIndex(IEnumerable<Block> blocks) => this.blocks = [.. blocks.OrderBy(block => block.AssetPath, StringComparer.Ordinal)];

    public static PointIndex Of(IEnumerable<PointEntry> points) => new(BlocksOf(points));

    /// <summary>The index after a change of some points.</summary>
    /// <param name="gone">What the changed points were.</param>
    /// <param name="now">What they are.</param>
    public PointIndex With(IReadOnlyCollection<PointEntry> gone, IReadOnlyCollection<PointEntry> now)
    {
        HashSet<string> touched = [.. gone.Concat(now).Select(entry => entry.AssetPath)];
        HashSet<PointEntry> left = new(gone, ReferenceEqualityComparer.Instance);
        IEnumerable<PointEntry> kept = blocks.Where(block => touched.Contains(block.AssetPath)).SelectMany(block => block.Points).Where(entry => !left.Contains(entry));
        return new(blocks.Where(block => !touched.Contains(block.AssetPath)).Concat(BlocksOf([.. kept, .. now])));
    }

    /// <summary>Counts the points below any of some assets that a filter admits, and gives one page of them, in order.</summary>
    public (List<PointEntry> Page, int Total) Find(IEnumerable<string> paths, PointFilter filter, int skip, int size)
    {
        string? text = string.IsNullOrWhiteSpace(filter.Text) ? null : Fold(filter.Text.Trim());
        List<PointEntry> page = [];
        int total = 0;
        foreach (Block block in Below(paths))
        {
            if (text is null && filter.AdmitsAll) TakeAll(block.Points);
            else foreach (PointEntry entry in text is null ? block.Points : block.Containing(text))
                if (filter.Admits(entry.Point)) Take(entry);
        }

        return (page, total);

        void Take(PointEntry entry)
        {
            if (total++ >= skip && page.Count < size) page.Add(entry);
        }

        void TakeAll(PointEntry[] points)
        {
            if (total + points.Length > skip && page.Count < size) page.AddRange(points.Skip(skip - total).Take(size - page.Count));
            total += points.Length;
        }
    }

    private IEnumerable<Block> Below(IEnumerable<string> paths)
    {
        string above = "\uFFFF";
        foreach (string path in paths.Order(StringComparer.Ordinal))
        {
            if (path.StartsWith(above, StringComparison.Ordinal)) continue; // a scope within a scope
            above = path;
            for (int i = FirstAtOrAfter(path); i < blocks.Length && blocks[i].AssetPath.StartsWith(path, StringComparison.Ordinal); i++)
                yield return blocks[i];
        }
    }

    private int FirstAtOrAfter(string path)
    {
        int low = 0, high = blocks.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (string.CompareOrdinal(blocks[middle].AssetPath, path) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static IEnumerable<Block> BlocksOf(IEnumerable<PointEntry> points) =>
        points.GroupBy(entry => entry.AssetPath, (path, entries) => new Block(path, [.. entries.OrderBy(entry => entry.Point.Code, StringComparer.Ordinal)]));

    private static string Fold(string text) => text.ToLower(CultureInfo.InvariantCulture);

    /// <summary>The points of one asset, and their searchable words in one string, so that a search reads memory in a row.</summary>
    private sealed class Block
    {
        private readonly string text;
        private readonly int[] ends;

        public Block(string assetPath, PointEntry[] points)
        {
            (AssetPath, Points) = (assetPath, points);
            string[] words = [.. points.Select(entry => Fold($"{entry.Point.Code}\n{entry.Point.NameZh}\n{entry.Point.NameEn}\n"))];
            text = string.Concat(words);
            ends = new int[words.Length];
            for (int i = 0, end = 0; i < words.Length; i++) ends[i] = end += words[i].Length;
        }

        public string AssetPath { get; }

        public PointEntry[] Points { get; }

        public IEnumerable<PointEntry> Containing(string wanted)
        {
            int point = 0;
            for (int at = text.IndexOf(wanted, StringComparison.Ordinal); at >= 0; at = text.IndexOf(wanted, ends[point - 1], StringComparison.Ordinal))
            {
                while (ends[point] <= at) point++;
                yield return Points[point++];
            }
        }
    }
}
