using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Persistence;
using Xunit;

namespace Ordo.Testing;

/// <summary>An empty database for the tests of one class (<c>IClassFixture</c>), the same tests on each provider.</summary>
public abstract class TestDatabase : IAsyncLifetime
{
    public abstract DatabaseOptions Options { get; }

    /// <summary>A context over some modules, as the server would build it, without services.</summary>
    public OrdoDbContext Open(params IReadOnlyList<IModule> modules)
    {
        var options = new DbContextOptionsBuilder<OrdoDbContext>();
        options.UseOrdo(Options);
        var audit = new AuditTrail(TimeProvider.System, new CurrentActor(new HttpContextAccessor()));
        return new(options.Options, modules, audit, new Commits());
    }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();
}

/// <summary>A file in a folder of its own.</summary>
public sealed class SqliteDatabase : TestDatabase
{
    private readonly TemporaryFolder folder = new();

    public override DatabaseOptions Options => new()
    {
        Provider = DatabaseProvider.Sqlite,
        ConnectionString = $"Data Source={folder.File("ordo.db")}",
    };

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync()
    {
        using (var connection = new SqliteConnection(Options.ConnectionString)) SqliteConnection.ClearPool(connection);
        folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A database of its own on the test run's PostgreSQL.</summary>
public sealed class PostgresDatabase : TestDatabase
{
    private readonly string name = $"ordo_{Guid.NewGuid():N}";
    private string server = "";

    public override DatabaseOptions Options => new()
    {
        Provider = DatabaseProvider.PostgreSql,
        ConnectionString = $"{server};Database={name};Maximum Pool Size=10",
    };

    /// <summary>The same database at the other end of a way that can be cut.</summary>
    public DatabaseOptions Through(out Wire wire)
    {
        var connection = new NpgsqlConnectionStringBuilder(Options.ConnectionString);
        wire = new(connection.Port);
        connection.Port = wire.Port;
        return Options with { ConnectionString = connection.ConnectionString };
    }

    public override async ValueTask InitializeAsync()
    {
        server = await PostgresServer.ConnectionStringAsync();
        await OnServerAsync($"CREATE DATABASE {name}");
    }

    public override async ValueTask DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(Options.ConnectionString)) NpgsqlConnection.ClearPool(connection);
        await OnServerAsync($"DROP DATABASE {name} WITH (FORCE)");
        GC.SuppressFinalize(this);
    }

    private async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{server};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the name is a GUID of ours
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
