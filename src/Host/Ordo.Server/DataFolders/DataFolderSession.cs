using System.Globalization;
using System.Text.Json;
using Ordo.Foundation.Persistence;

namespace Ordo.Server.DataFolders;

/// <summary>A data folder cannot be used; the message is one sentence that says what to do.</summary>
public class DataFolderRefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A server runs on the data folder.</summary>
public sealed class DataFolderInUseException(string message, Exception? inner = null) : DataFolderRefusedException(message, inner);

/// <summary>What <c>ordo.json</c> in the data folder says.</summary>
/// <param name="Format">Format of the whole folder; raised when an older server could no longer read it.</param>
/// <param name="WrittenBy">Version of the server that wrote it last.</param>
public sealed record DataFolderVersion(int Format, string WrittenBy);

/// <summary>
/// The data folder while this process owns it: created when missing, locked against a second process, its version checked.
/// <code>
/// data/
///   ordo.json      format and version, see <see cref="DataFolderVersion"/>
///   lock           held while a server runs; lock.pid beside it names the process, server.url says where it answers
///   ordo.db        the database (SQLite)
///   telemetry/     the telemetry store, with a format version of its own
///   keys/          cookie protection keys
///   backups/       made before every upgrade
/// </code>
/// </summary>
public sealed class DataFolderSession : IDisposable
{
    /// <summary>The format this server writes.</summary>
    public const int CurrentFormat = 1;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly FileStream lockFile;

    private DataFolderSession(DataFolder folder, DataFolderVersion? found, FileStream lockFile)
    {
        Folder = folder;
        Found = found;
        this.lockFile = lockFile;
    }

    public DataFolder Folder { get; }

    /// <summary>What the folder was before this server opened it; <c>null</c> for a new one.</summary>
    public DataFolderVersion? Found { get; }

    /// <exception cref="DataFolderRefusedException">In use, of a newer version, not readable or not a data folder.</exception>
    public static DataFolderSession Open(string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderRefusedException($"The data folder {full} cannot be created ({e.Message}); choose another with --data DIR.", e);
        }

        FileStream lockFile = Lock(full);
        try
        {
            return new(new DataFolder(full), ReadVersion(full), lockFile);
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    /// <summary>Notes that the folder is now of the current format; called when every upgrade has succeeded.</summary>
    public void MarkCurrent()
    {
        string file = Folder.Combine("ordo.json");
        string written = file + ".new";
        File.WriteAllText(written, JsonSerializer.Serialize(new DataFolderVersion(CurrentFormat, ServerVersion.Current), Json));
        File.Move(written, file, overwrite: true);
    }

    /// <summary>Writes down where the server answers, for verbs that ask it.</summary>
    public void Announce(string address) => File.WriteAllText(AddressFile(Folder.FullPath), address);

    /// <summary>Where the server on a folder answers, <c>null</c> when it never said.</summary>
    public static string? AddressOf(string path) => File.Exists(AddressFile(path)) ? File.ReadAllText(AddressFile(path)).Trim() : null;

    public void Dispose()
    {
        File.Delete(AddressFile(Folder.FullPath));
        lockFile.Dispose();
    }

    private static string AddressFile(string path) => Path.Combine(path, "server.url");

    private static FileStream Lock(string full)
    {
        string file = Path.Combine(full, "lock");
        try
        {
            // FileShare.None is an advisory lock that the kernel drops with the process, also after kill -9: no stale lock can remain.
            var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(file + ".pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)); // beside it: a locked file cannot be read
            return stream;
        }
        catch (IOException e) when (File.Exists(file))
        {
            throw new DataFolderInUseException(
                $"The data folder {full} is in use by another Ordo server (process {OwnerOf(file + ".pid")}); stop that one or choose another folder with --data DIR.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderRefusedException($"The data folder {full} cannot be written ({e.Message}); give this user the right to write it or choose another with --data DIR.", e);
        }
    }

    private static string OwnerOf(string file) => File.Exists(file) ? File.ReadAllText(file) : "unknown";

    private static DataFolderVersion? ReadVersion(string full)
    {
        string file = Path.Combine(full, "ordo.json");
        if (!File.Exists(file)) return null;
        DataFolderVersion? version;
        try
        {
            version = JsonSerializer.Deserialize<DataFolderVersion>(File.ReadAllText(file), Json);
        }
        catch (JsonException e)
        {
            throw new DataFolderRefusedException($"{file} is not readable as a version file ({e.Message}); restore the folder from a backup with: ordo restore BACKUP --data DIR.", e);
        }

        if (version is null || version.Format < 1) throw new DataFolderRefusedException($"{file} names no format; restore the folder from a backup with: ordo restore BACKUP --data DIR.");
        if (version.Format > CurrentFormat)
        {
            throw new DataFolderRefusedException(
                $"The data folder {full} was written by Ordo {version.WrittenBy} (format {version.Format}) and this is Ordo {ServerVersion.Current} (format {CurrentFormat}); run that version or newer, or restore the backup it made under backups/.");
        }

        return version;
    }
}
