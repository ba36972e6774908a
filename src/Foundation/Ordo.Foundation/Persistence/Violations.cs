using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Ordo.Foundation.Persistence;

/// <summary>Why the database refused a change, the same question to SQLite and PostgreSQL.</summary>
public static class Violations
{
    /// <summary>A value that must be unique is there already; somebody was quicker.</summary>
    public static bool IsDuplicate(this DbUpdateException exception) => exception?.InnerException switch
    {
        SqliteException { SqliteExtendedErrorCode: 2067 or 1555 } => true,
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => true,
        _ => false,
    };

    /// <summary>Something else refers to what was to be deleted, or what was referred to is gone.</summary>
    public static bool IsBrokenReference(this DbUpdateException exception) => exception?.InnerException switch
    {
        SqliteException { SqliteExtendedErrorCode: 787 } => true,
        PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation } => true,
        _ => false,
    };
}
