using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Ordo.Foundation.Persistence;
using Ordo.Server.DataFolders;
using Ordo.Testing;

namespace Ordo.Server.Tests;

/// <summary>An older data folder is backed up and brought up to date in one step, and the backup leads back.</summary>
public sealed class UpgradeTests(PostgresDatabase postgres) : IClassFixture<PostgresDatabase>, IDisposable
{
    private readonly string work = Directory.CreateTempSubdirectory("ordo-upgrade-").FullName;

    private string Data => Path.Combine(work, "data");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(work, recursive: true);
    }

    [Fact]
    public async Task An_older_folder_is_backed_up_before_it_is_upgraded_and_ordo_restore_returns_to_it()
    {
        string newest = await MakeOlderAsync([]);

        string? backup = await UpgradeAsync(Data, []);

        Assert.Contains(newest, await AppliedAsync(Data, []));
        Assert.Equal(Path.Combine(Data, "backups"), Path.GetDirectoryName(backup));
        Assert.Equal("0.0.9", FolderBackup.Read(backup!).WrittenBy);
        Assert.Null(await UpgradeAsync(Data, [])); // current now: nothing to back up

        string restored = Path.Combine(work, "restored");
        Assert.Equal(0, await Program.Main(["restore", backup!, "--data", restored]));
        Assert.DoesNotContain(newest, await AppliedAsync(restored, []));
        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Combine(restored, "telemetry", "catalogue")));
        Assert.NotNull(await UpgradeAsync(restored, []));
        Assert.Contains(newest, await AppliedAsync(restored, []));
    }

    [Fact]
    public async Task A_database_on_PostgreSQL_is_dumped_into_the_backup_and_can_be_put_back()
    {
        string[] settings = ["Database:Provider=postgresql", $"Database:ConnectionString={postgres.Options.ConnectionString}"];
        string newest = await MakeOlderAsync(settings);

        string? backup = await UpgradeAsync(Data, settings);

        Assert.Contains(newest, await AppliedAsync(Data, settings));
        Assert.Contains(PostgresDump.FileName, FolderBackup.Read(backup!).Files.Select(file => file.Path));
        Assert.False(File.Exists(Path.Combine(Data, PostgresDump.FileName)));
        await PutBackAsync(Path.Combine(backup!, PostgresDump.FileName));
        Assert.DoesNotContain(newest, await AppliedAsync(Data, settings));
    }

    [Fact]
    public async Task A_backup_by_hand_is_whole()
    {
        string newest = await MakeOlderAsync([]);
        await UpgradeAsync(Data, []);

        Assert.Equal(0, await Program.Main(["backup", "--data", Data, "--to", Path.Combine(work, "by-hand")]));
        Assert.Equal(0, await Program.Main(["restore", Path.Combine(work, "by-hand"), "--data", Path.Combine(work, "restored")]));
        Assert.Contains(newest, await AppliedAsync(Path.Combine(work, "restored"), []));
    }

    [Fact]
    public async Task Without_pg_dump_the_upgrade_is_refused_with_what_to_install()
    {
        var refused = await Assert.ThrowsAsync<DataFolderRefusedException>(() =>
            PostgresDump.WriteAsync("Host=127.0.0.1;Database=ordo", Path.Combine(work, "dump"), CancellationToken.None, Path.Combine(work, "no-such-pg_dump")));
        Assert.Contains("postgresql-client", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dump_that_fails_refuses_the_upgrade_and_says_what_pg_dump_said()
    {
        var unreachable = new NpgsqlConnectionStringBuilder(postgres.Options.ConnectionString) { Database = "no_such_database" };
        var refused = await Assert.ThrowsAsync<DataFolderRefusedException>(() =>
            PostgresDump.WriteAsync(unreachable.ConnectionString, Path.Combine(work, "dump"), CancellationToken.None));
        Assert.Contains("no_such_database", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    /// <summary>A folder as a release before the newest migration left it.</summary>
    /// <returns>The migration that it lacks.</returns>
    private async Task<string> MakeOlderAsync(string[] settings)
    {
        Directory.CreateDirectory(Path.Combine(Data, "telemetry"));
        await File.WriteAllTextAsync(Path.Combine(Data, "telemetry", "catalogue"), "kept");
        await File.WriteAllTextAsync(Path.Combine(Data, "ordo.json"), """{"format":1,"writtenBy":"0.0.9"}""");
        await using WebApplication app = Server(Data, settings);
        await using OrdoDbContext context = await Contexts(app).CreateDbContextAsync();
        string[] all = [.. context.Database.GetMigrations()];
        await context.Database.GetInfrastructure().GetRequiredService<IMigrator>().MigrateAsync(all[^2]);
        Assert.Equal(all[..^1], await context.Database.GetAppliedMigrationsAsync());
        return all[^1];
    }

    private static async Task<string?> UpgradeAsync(string data, string[] settings)
    {
        await using WebApplication app = Server(data, settings);
        using DataFolderSession session = DataFolderSession.Open(data);
        return await Upgrade.RunAsync(session, app.Services.GetRequiredService<DatabaseOptions>(), Contexts(app), TimeProvider.System, NullLogger.Instance, CancellationToken.None);
    }

    private static async Task<IEnumerable<string>> AppliedAsync(string data, string[] settings)
    {
        await using WebApplication app = Server(data, settings);
        await using OrdoDbContext context = await Contexts(app).CreateDbContextAsync();
        return await context.Database.GetAppliedMigrationsAsync();
    }

    private static WebApplication Server(string data, string[] settings) => ServerApp.Build(new ServerSettings { Data = data, Set = settings });

    private static IDbContextFactory<OrdoDbContext> Contexts(WebApplication app) => app.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>();

    /// <summary>As the documentation says: the database is dropped, made anew and filled.</summary>
    private async Task PutBackAsync(string dump)
    {
        NpgsqlConnection.ClearAllPools();
        var connection = new NpgsqlConnectionStringBuilder(postgres.Options.ConnectionString);
        string program = Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", "pg_restore")).Last(File.Exists);
        var start = new ProcessStartInfo(program,
            ["--clean", "--create", "--if-exists", "--host", connection.Host!, "--port", connection.Port.ToString(CultureInfo.InvariantCulture), "--username", connection.Username!, "--dbname", "postgres", dump])
        {
            RedirectStandardError = true,
            Environment = { ["PGPASSWORD"] = connection.Password },
        };
        using Process process = Process.Start(start)!;
        string said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);
    }
}
