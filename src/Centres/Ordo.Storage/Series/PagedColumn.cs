namespace Ordo.Storage.Series;

/// <summary>
/// A growing array whose elements never move: one writer (under its own lock) appends, readers read any element they have learned of
/// through a later volatile write of the writer. Nothing is copied when it grows but the small list of pages.
/// </summary>
internal sealed class PagedColumn<T>
{
    private const int PageBits = 12;
    private const int PageMask = (1 << PageBits) - 1;
    private volatile T[][] pages = [];

    public ref T this[int index] => ref pages[index >> PageBits][index & PageMask];

    /// <summary>Makes room for elements 0 … count - 1.</summary>
    public void Ensure(int count)
    {
        int needed = (count + PageMask) >> PageBits;
        if (needed <= pages.Length) return;
        var larger = new T[Math.Max(needed, 1)][];
        pages.CopyTo(larger, 0);
        for (int page = pages.Length; page < larger.Length; page++) larger[page] = new T[1 << PageBits];
        pages = larger;
    }
}
