using System.Text;
using Ordo.Storage.Files;

namespace Ordo.Storage.Months;

/// <summary>
/// The file <c>months</c>: names of the month files there ought to be, one a line, for people to read. A file that is missing is told as damage instead of its samples silently
/// not being there; whoever wants to do without it takes its line out.
/// </summary>
/// <remarks>
/// A new month's file is made before its line is written, and a dropped one's line goes before its file: at any moment between, a file without a line is a month all the same.
/// A folder without the list (of an earlier version, or a backup) has the months whose files are there.
/// </remarks>
internal sealed class MonthList(IStoreFiles files)
{
    public const string Name = "months";
    private const string Unfinished = "months.new";

    public IReadOnlyList<Month> Read()
    {
        if (!files.List().Contains(Name)) return [];
        using IStoreFile file = files.Open(Name);
        var bytes = new byte[file.Length];
        file.Read(bytes, 0);
        var months = new List<Month>();
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (Month.TryParse(line, out Month month)) months.Add(month);
        return months;
    }

    /// <exception cref="IOException">It could not be written; the old list stands.</exception>
    public void Write(IEnumerable<Month> months)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(months.Select(month => month.FileName + "\n")));
        using (IStoreFile file = files.Create(Unfinished))
        {
            file.Write(bytes, 0);
            file.Sync();
        }

        files.Rename(Unfinished, Name);
        files.SyncFolder();
    }
}
