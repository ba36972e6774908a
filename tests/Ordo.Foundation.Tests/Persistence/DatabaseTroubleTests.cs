using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Tests.Persistence;

public sealed class DatabaseTroubleTests
{
    [Theory]
    [InlineData("57P01", true)] // admin_shutdown
    [InlineData("57P02", true)] // crash_shutdown
    [InlineData("57P03", true)] // cannot_connect_now
    [InlineData("08006", true)] // connection_failure
    [InlineData("53300", true)] // too_many_connections
    [InlineData("23505", false)] // unique_violation
    [InlineData("42P01", false)] // undefined_table
    public void What_PostgreSQL_says_passes_or_stays_however_it_is_wrapped(string state, bool passes)
    {
        var said = new PostgresException("said", "FATAL", "FATAL", state);
        Assert.Equal(passes, DatabaseTrouble.Passes(said));
        Assert.Equal(passes, DatabaseTrouble.Passes(new DbUpdateException("not saved", said)));
        Assert.Equal(passes, DatabaseTrouble.Passes(new InvalidOperationException("likely transient", new DbUpdateException("not saved", said))));
    }

    [Theory]
    [InlineData(5, true)] // SQLITE_BUSY
    [InlineData(13, true)] // SQLITE_FULL
    [InlineData(11, false)] // SQLITE_CORRUPT
    [InlineData(19, false)] // SQLITE_CONSTRAINT
    public void What_SQLite_says_passes_or_stays(int code, bool passes) => Assert.Equal(passes, DatabaseTrouble.Passes(new DbUpdateException("not saved", new SqliteException("said", code))));

    [Fact]
    public void A_fault_of_our_own_is_none_of_the_databases() => Assert.False(DatabaseTrouble.Passes(new InvalidOperationException("ours")));
}
