using SQLitePCL;

namespace Ordo.Storage.Months;

/// <summary>SQLite could not do what was asked.</summary>
internal sealed class DatabaseException(string path, int code, string message) : IOException($"{path}: {message} (SQLite {code})")
{
    public int Code { get; } = code;

    /// <summary>The file is damaged: another attempt will not help.</summary>
    public bool IsDamage => (Code & 0xFF) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB || Code == PageChecksums.WrongChecksum;
}

/// <summary>One connection to one SQLite file, used by one thread at a time. The native interface, because blobs are read where they lie.</summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 handle;
    private readonly List<Statement> statements = [];

    static Database() => PageChecksums.Prepare();

    private Database(string path, sqlite3 handle) => (Path, this.handle) = (path, handle);

    public string Path { get; }

    public static Database Open(string path, bool create)
    {
        int code = raw.sqlite3_open_v2(path, out sqlite3 handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0), PageChecksums.VfsName);
        var database = new Database(path, handle);
        if (code == raw.SQLITE_OK)
        {
            raw.sqlite3_busy_timeout(handle, 10_000);
            return database;
        }

        database.Dispose();
        throw new DatabaseException(path, code, raw.sqlite3_errstr(code).utf8_to_string());
    }

    /// <summary>A failure of the disk ends a transaction by itself.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    /// <summary>Whether pages have checksums.</summary>
    public bool HasChecksums => PageChecksums.AreIn(handle);

    /// <summary>For a file that is being made: its pages have room for checksums.</summary>
    public void ReserveChecksums()
    {
        int code = PageChecksums.Reserve(handle);
        if (code != raw.SQLITE_OK) throw Failure(code);
    }

    public void Execute(string sql)
    {
        int code = raw.sqlite3_exec(handle, sql);
        if (code != raw.SQLITE_OK) throw Failure(code);
    }

    public long Scalar(string sql)
    {
        using Statement statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>Lives as long as the connection.</summary>
    public Statement Prepare(string sql)
    {
        int code = raw.sqlite3_prepare_v2(handle, sql, out sqlite3_stmt native);
        // The statements are ours: one that does not fit says that the tables are not as we made them.
        if (code == raw.SQLITE_ERROR) throw new DatabaseException(Path, raw.SQLITE_CORRUPT, raw.sqlite3_errmsg(handle).utf8_to_string());
        if (code != raw.SQLITE_OK) throw Failure(code);
        var statement = new Statement(this, native);
        statements.Add(statement);
        return statement;
    }

    /// <summary>Copies all pages, as this connection sees them, into a new file. Within a transaction that is one moment, however long it takes.</summary>
    /// <param name="target">Made, or replaced.</param>
    /// <param name="copied">Told the pages copied so far.</param>
    public void CopyTo(string target, Action<int>? copied, CancellationToken cancellation)
    {
        const int PagesAtOnce = 256;
        File.Delete(target);
        using Database to = Open(target, create: true);
        using sqlite3_backup backup = raw.sqlite3_backup_init(to.handle, "main", handle, "main");
        if (backup.IsInvalid) throw to.Failure(raw.sqlite3_errcode(to.handle));
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            int code = raw.sqlite3_backup_step(backup, PagesAtOnce);
            copied?.Invoke(raw.sqlite3_backup_pagecount(backup) - raw.sqlite3_backup_remaining(backup));
            if (code == raw.SQLITE_DONE) break;
            if (code != raw.SQLITE_OK) throw new DatabaseException(Path, code, raw.sqlite3_errstr(code).utf8_to_string());
        }
    }

    public DatabaseException Failure(int code)
    {
        int extended = raw.sqlite3_extended_errcode(handle) is var told and not 0 ? told : code;
        return new(Path, extended, extended == PageChecksums.WrongChecksum ? "a page is damaged: its checksum does not fit" : raw.sqlite3_errmsg(handle).utf8_to_string());
    }

    public void Dispose()
    {
        foreach (Statement statement in statements) statement.Dispose();
        raw.sqlite3_close_v2(handle);
        handle.Dispose();
    }
}

internal sealed class Statement(Database database, sqlite3_stmt native) : IDisposable
{
    /// <param name="index">From 1.</param>
    /// <param name="value">The value.</param>
    public Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(native, index, value));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(native, index, value));
        return this;
    }

    public bool Step()
    {
        int code = raw.sqlite3_step(native);
        if (code is raw.SQLITE_ROW or raw.SQLITE_DONE) return code == raw.SQLITE_ROW;
        raw.sqlite3_reset(native);
        throw database.Failure(code);
    }

    /// <summary>Runs a statement that gives no rows and makes it ready for the next time.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    public void Reset() => raw.sqlite3_reset(native);

    /// <param name="column">From 0.</param>
    public long Int64(int column) => raw.sqlite3_column_int64(native, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(native, column) == raw.SQLITE_NULL;

    /// <summary>The bytes where SQLite has them: gone with the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(native, column);

    public void Dispose() => native.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw database.Failure(code);
    }
}
