using Microsoft.Extensions.Configuration;
using Ordo.Foundation.Modules;

namespace Ordo.Foundation.Persistence;

public enum DatabaseProvider
{
    /// <summary>One file, <c>ordo.db</c> in the data folder; nothing to install.</summary>
    Sqlite,

    /// <summary>A server of the operator's, by connection string.</summary>
    PostgreSql,
}

/// <summary>Where everything but telemetry is kept (<c>ORDO__Database__…</c>).</summary>
public sealed record DatabaseOptions
{
    public DatabaseProvider Provider { get; init; }

    /// <summary>Of the chosen provider; for SQLite the default is the file <c>ordo.db</c> in the data folder.</summary>
    public required string ConnectionString { get; init; }

    /// <param name="configuration">The server's section <c>Ordo</c>.</param>
    /// <param name="dataFolder">Folder of everything the server writes.</param>
    public static DatabaseOptions Read(IConfiguration configuration, string dataFolder)
    {
        string? connection = configuration["Database:ConnectionString"];
        string provider = configuration["Database:Provider"] ?? "sqlite";
        return provider.ToUpperInvariant() switch
        {
            "SQLITE" => new()
            {
                Provider = DatabaseProvider.Sqlite,
                ConnectionString = connection ?? $"Data Source={Path.Combine(dataFolder, "ordo.db")}",
            },
            "POSTGRESQL" => new()
            {
                Provider = DatabaseProvider.PostgreSql,
                ConnectionString = connection
                    ?? throw new SettingsRefusedException("Ordo:Database:ConnectionString is missing; PostgreSQL needs one, for example Host=…;Database=ordo;Username=ordo;Password=…"),
            },
            _ => throw new SettingsRefusedException($"Ordo:Database:Provider is '{provider}'; it must be sqlite or postgresql."),
        };
    }
}
