namespace Ordo.Foundation.Persistence;

/// <summary>
/// The one folder that holds everything the server writes (数据目录): the database, <c>telemetry/</c>, <c>backups/</c>, keys.
/// The host opens and locks it before any module starts; a module only asks for places inside it.
/// </summary>
/// <param name="path">Absolute path; exists.</param>
public sealed class DataFolder(string path)
{
    public string FullPath { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Path of a file or folder inside; not created.</summary>
    public string Combine(params string[] parts) => System.IO.Path.Combine([FullPath, .. parts]);
}
