using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Ordo.Server.DataFolders;

/// <summary>
/// A copy of a PostgreSQL database for a backup, made by PostgreSQL's own <c>pg_dump -Fc</c>. To return to it: restore the folder with
/// <c>ordo restore</c>, then the database with <c>pg_restore --clean --create --if-exists -d postgres database.dump</c>. Into the same
/// database without <c>--create</c> would leave the tables that the upgrade has added.
/// </summary>
public static class PostgresDump
{
    /// <summary>In the data folder while it is being backed up, and in the backup.</summary>
    public const string FileName = "database.dump";

    private const string DebianVersions = "/usr/lib/postgresql";

    /// <param name="connectionString">Of Npgsql.</param>
    /// <param name="file">Written, or written anew.</param>
    /// <param name="program">Where <c>pg_dump</c> is; looked for when <c>null</c>.</param>
    /// <exception cref="DataFolderRefusedException">There is no <c>pg_dump</c>, or it failed; the file is of no use.</exception>
    public static async Task WriteAsync(string connectionString, string file, CancellationToken cancellation, string? program = null)
    {
        using Process process = Start(program ?? Find(), connectionString, file);
        // Read while it runs: a full pipe would stop it.
        string said = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
            throw new DataFolderRefusedException($"The database could not be backed up and nothing was changed: pg_dump says '{said.Trim().ReplaceLineEndings(" ")}'; its version must not be older than the server's.");
    }

    private static Process Start(string program, string connectionString, string file)
    {
        try
        {
            return Process.Start(StartInfo(program, connectionString, file))!;
        }
        catch (Win32Exception e)
        {
            throw new DataFolderRefusedException(
                "The database must be backed up and pg_dump was not found; install PostgreSQL's client programs (Debian: apt-get install postgresql-client) or put pg_dump on the PATH, then start again.", e);
        }
    }

    private static ProcessStartInfo StartInfo(string program, string connectionString, string file)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(program) { RedirectStandardError = true };
        string[] arguments = ["--format=custom", "--no-password", "--file", file, "--host", connection.Host ?? "localhost", "--port", connection.Port.ToString(CultureInfo.InvariantCulture)];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        // By environment, because the arguments of a process are read by everybody on its machine.
        if (connection.Username is { Length: > 0 } user) start.Environment["PGUSER"] = user;
        if (connection.Password is { Length: > 0 } password) start.Environment["PGPASSWORD"] = password;
        if (connection.Passfile is { Length: > 0 } passwords) start.Environment["PGPASSFILE"] = passwords;
        if (connection.Database is { Length: > 0 } database) start.Environment["PGDATABASE"] = database;
        start.Environment["PGSSLMODE"] = Hyphenated(connection.SslMode);
        return start;
    }

    /// <summary>The newest that Debian's packages brought, else the one on the PATH: it dumps every older server, and never a newer one.</summary>
    private static string Find()
    {
        string[] versions = Directory.Exists(DebianVersions) ? Directory.GetDirectories(DebianVersions) : [];
        return versions.OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out int version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin", "pg_dump")).FirstOrDefault(File.Exists) ?? "pg_dump";
    }

    private static string Hyphenated(SslMode mode) => mode switch
    {
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => mode.ToString().ToLowerInvariant(), // disable, allow, prefer, require: as libpq spells them
    };
}
