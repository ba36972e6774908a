using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Ordo.Foundation.Persistence;

/// <summary>What a database that is away, busy or without room makes of a piece of work.</summary>
public static class DatabaseTrouble
{
    /// <summary>Whether it passes when the disk has room again or the server is back, so that the same work is worth another try.</summary>
    public static bool Passes(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SqliteException sqlite:
                    return sqlite.SqliteErrorCode is 5 or 6 or 10 or 13; // busy, locked, I/O error, full
                case DbException other:
                    return other.IsTransient || other.SqlState is "57P01" or "57P02"; // PostgreSQL is being stopped, or one of its processes crashed
            }
        }

        return false;
    }
}
