using System.Globalization;
using Ordo.Storage.Checkpoints;
using Ordo.Storage.Ingest;
using Ordo.Storage.Months;
using Ordo.Storage.Series;

namespace Ordo.Storage.Care;

/// <summary>What the store offers to whoever looks after it (数据维护).</summary>
public interface ITelemetryCare
{
    /// <summary>Holds the store as it is now, to be copied while it goes on taking samples. Everything acknowledged before is in it.</summary>
    /// <param name="scratch">An empty folder for the small files; the caller deletes it.</param>
    /// <exception cref="IOException">No checkpoint can be made: the disk is full or failing.</exception>
    TelemetryMoment Hold(string scratch);
}

/// <summary>
/// The files of the store at one moment. What is small is copied at once; of a month a reading transaction is held, so that its pages stay what they were
/// until it is copied. Opened with these files alone, a store has everything that was acknowledged before, and no log to replay.
/// </summary>
public sealed class TelemetryMoment : IDisposable
{
    private readonly List<TelemetryFile> files = [];

    private TelemetryMoment()
    {
    }

    public IReadOnlyList<TelemetryFile> Files => files;

    /// <summary>The files of a store that no server has open.</summary>
    /// <param name="folder">The store's folder.</param>
    public static TelemetryMoment OfClosed(string folder)
    {
        var moment = new TelemetryMoment();
        if (!Directory.Exists(folder)) return moment;
        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (Month.TryParse(name, out _)) moment.files.Add(MonthCopy.Hold(path));
            else if (!IsSideFile(name)) moment.files.Add(new PlainCopy(name, path));
        }

        return moment;
    }

    public void Dispose()
    {
        foreach (TelemetryFile file in files) file.Dispose();
        files.Clear();
    }

    internal static TelemetryMoment Hold(string folder, string scratch, Keeper keeper, MonthFiles months)
    {
        var moment = new TelemetryMoment();
        try
        {
            keeper.WhileStill(() =>
            {
                foreach (string name in (string[])["format", CatalogueFile.Name, Snapshot.Name, MonthList.Name])
                {
                    if (name == MonthList.Name && !File.Exists(Path.Combine(folder, name))) continue; // there is no month yet
                    string copy = Path.Combine(scratch, name);
                    CopyShared(Path.Combine(folder, name), copy);
                    moment.files.Add(new PlainCopy(name, copy));
                }

                // A month that is missing cannot be copied; the list, which is, goes on saying so.
                foreach (MonthFile month in months.All.Values.Where(month => !month.IsMissing)) moment.files.Add(MonthCopy.Hold(month.Path));
            });
            return moment;
        }
        catch
        {
            moment.Dispose();
            throw;
        }
    }

    /// <summary>The store has these open for writing.</summary>
    private static void CopyShared(string source, string target)
    {
        using var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using FileStream to = File.Create(target);
        from.CopyTo(to);
    }

    private static bool IsSideFile(string name) => name == "lock" || name.EndsWith("-wal", StringComparison.Ordinal) || name.EndsWith("-shm", StringComparison.Ordinal);

    private sealed class PlainCopy(string name, string path) : TelemetryFile(name, new FileInfo(path).Length, stamp: null)
    {
        public override void CopyTo(string target, CancellationToken cancellation) => File.Copy(path, target, overwrite: true);
    }

    private sealed class MonthCopy : TelemetryFile
    {
        private readonly string path;
        private readonly Database? database;
        private readonly DatabaseException? damage;

        private MonthCopy(string path, string? stamp, Database? database, DatabaseException? damage)
            : base(Path.GetFileName(path), new FileInfo(path).Length, stamp) => (this.path, this.database, this.damage) = (path, database, damage);

        public static MonthCopy Hold(string path)
        {
            Database? database = null;
            try
            {
                database = Database.Open(path, create: false);
                // With the log folded in, length and time of the file itself say whether anything has changed since.
                database.Scalar("PRAGMA wal_checkpoint(TRUNCATE)");
                database.Execute("BEGIN; SELECT count(*) FROM sqlite_master;");
                return new(path, StampOf(path), database, null);
            }
            catch (DatabaseException e)
            {
                database?.Dispose();
                if (!e.IsDamage) throw;
                return new(path, null, null, e); // the others shall be copied all the same
            }
        }

        public override void CopyTo(string target, CancellationToken cancellation)
        {
            if (damage is not null) throw new IOException(damage.Message, damage);
            database!.CopyTo(target, null, cancellation);
        }

        protected override void Dispose(bool disposing)
        {
            database?.Dispose();
            base.Dispose(disposing);
        }

        /// <summary>Never by reading the file: to close it again would drop the locks that SQLite holds on it in this process.</summary>
        private static string? StampOf(string path)
        {
            var log = new FileInfo(path + "-wal");
            if (log.Exists && log.Length > 0) return null; // a reader kept it from being folded in
            var file = new FileInfo(path);
            return string.Create(CultureInfo.InvariantCulture, $"{file.Length}/{file.LastWriteTimeUtc.Ticks}");
        }
    }
}

/// <summary>One file of a <see cref="TelemetryMoment"/>.</summary>
/// <param name="name">Within the store's folder.</param>
/// <param name="length">Its length now, for progress.</param>
/// <param name="stamp">The same stamp, the same content; <c>null</c> when only reading tells.</param>
public abstract class TelemetryFile(string name, long length, string? stamp) : IDisposable
{
    public string Name { get; } = name;

    public long Length { get; } = length;

    public string? Stamp { get; } = stamp;

    /// <param name="target">A file that does not exist yet.</param>
    /// <exception cref="IOException">It cannot be read, or the target cannot be written.</exception>
    public abstract void CopyTo(string target, CancellationToken cancellation);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
