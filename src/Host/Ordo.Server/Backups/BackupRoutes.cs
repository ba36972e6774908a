using Microsoft.AspNetCore.Http.HttpResults;
using Ordo.Foundation.Access;

namespace Ordo.Server.Backups;

/// <param name="Folder">A full path on the server, empty or made by an earlier backup; the default is below the data folder.</param>
public sealed record StartBackup(string? Folder = null);

/// <summary>A backup that can be restored.</summary>
/// <param name="Bytes">Of all its files.</param>
/// <param name="Missing">Files that could not be read when it was made.</param>
public sealed record BackupItem(string Name, DateTimeOffset Created, string WrittenBy, int Files, long Bytes, IReadOnlyList<MissingFile> Missing);

/// <param name="Folder">The default folder on the server.</param>
/// <param name="Run">The one being made, or the last since the server started.</param>
/// <param name="Items">Those in the default folder, the newest first, at most 100.</param>
public sealed record BackupList(string Folder, BackupRun? Run, IReadOnlyList<BackupItem> Items);

/// <summary>Backups of the whole data folder while the server runs.</summary>
internal static class BackupRoutes
{
    private const int MostListed = 100;

    public static void MapBackups(this WebApplication app)
    {
        var backups = app.MapGroup("/api/v1/system/backups").WithTags("System").RequireAuthorization(Permissions.ManageBackups);
        backups.MapGet("", List).WithName("ListBackups");
        backups.MapPost("", Start).WithName("StartBackup").ProducesProblem(409).ProducesProblem(422);
    }

    private static Ok<BackupList> List(BackupDesk desk) => TypedResults.Ok(new BackupList(
        desk.DefaultFolder, desk.Run, [.. desk.List(MostListed).Select(backup => new BackupItem(backup.Name, backup.Created, backup.WrittenBy, backup.Files.Count, backup.Bytes, backup.Missing))]));

    private static async Task<Accepted<BackupRun>> Start(StartBackup request, BackupDesk desk, CancellationToken cancellation) =>
        TypedResults.Accepted("/api/v1/system/backups", await desk.StartAsync(request.Folder, cancellation));
}
