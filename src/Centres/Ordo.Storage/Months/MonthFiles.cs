using System.Collections.Immutable;

namespace Ordo.Storage.Months;

/// <summary>The month files of the store, by month.</summary>
internal sealed class MonthFiles : IDisposable
{
    /// <summary>Writers kept open: the current month, the one before for late samples, and a few a broken clock writes to.</summary>
    private const int OpenWriters = 4;

    /// <summary>Reading connections kept open, all months together; each holds up to a mebibyte of pages.</summary>
    private const int IdleReaders = 32;

    private readonly string folder;
    private readonly MonthList list;
    private readonly IdleConnections idle = new(IdleReaders);
    private readonly LinkedList<MonthFile> writers = new(); // used last first; the sealing thread's
    private volatile ImmutableSortedDictionary<Month, MonthFile> months;

    public MonthFiles(string folder, MonthList list)
    {
        this.folder = folder;
        this.list = list;
        var found = ImmutableSortedDictionary.CreateBuilder<Month, MonthFile>();
        IReadOnlyList<Month> listed = list.Read();
        foreach (string path in Directory.EnumerateFiles(folder, "*.db"))
            if (Month.TryParse(Path.GetFileName(path), out Month month)) found.Add(month, new(folder, month, idle) { IsListed = listed.Contains(month) });
        foreach (Month month in listed)
            if (!found.ContainsKey(month)) found.Add(month, new(folder, month, idle) { IsMissing = true });
        months = found.ToImmutable();
    }

    /// <summary>Months whose file ought to be there and is not: their ranges say so when they are read.</summary>
    public IEnumerable<MonthFile> Missing => months.Values.Where(file => file.IsMissing);

    /// <summary>Months with a file, ascending.</summary>
    public ImmutableSortedDictionary<Month, MonthFile> All => months;

    /// <summary>The months that may hold times from <paramref name="from"/> up to but not including <paramref name="to"/>, ascending.</summary>
    public IEnumerable<MonthFile> Between(long from, long to) => months.Values.Where(file => file.Month.Last >= from && file.Month.Start < to);

    /// <summary>The file to write a month to, made when there is none. Sealing thread only.</summary>
    public MonthFile ToWrite(Month month)
    {
        if (!months.TryGetValue(month, out MonthFile? file)) file = new(folder, month, idle);
        if (!file.IsListed && !file.IsMissing)
        {
            _ = file.Writer; // makes the file before it is listed and before a reader can see it
            list.Write(months.Keys.Append(month).Distinct());
            file.IsListed = true;
            months = months.SetItem(month, file);
        }

        writers.Remove(file);
        writers.AddFirst(file);
        if (writers.Count > OpenWriters)
        {
            writers.Last!.Value.CloseWriter();
            writers.RemoveLast();
        }

        return file;
    }

    /// <summary>Deletes a month. Who is reading it reads on; nobody else finds it any more. Only while nothing is sealed.</summary>
    public void Drop(Month month)
    {
        if (!months.TryGetValue(month, out MonthFile? file)) return;
        list.Write(months.Keys.Where(known => known != month));
        months = months.Remove(month);
        writers.Remove(file);
        file.Dispose();
        foreach (string path in (string[])[file.Path, file.Path + "-wal", file.Path + "-shm"]) File.Delete(path);
    }

    public void Dispose()
    {
        foreach (MonthFile file in months.Values) file.Dispose();
    }
}
