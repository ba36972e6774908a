namespace Ordo.Storage.Files;

/// <summary>
/// The file system as the log, the catalogue and the snapshot use it, narrow enough that a test can stand in for it and tear writes,
/// fail a sync, fill the disk or lose what was never synced. Names are plain file names inside the store's folder.
/// </summary>
/// <remarks>Month files are SQLite's and do not pass here.</remarks>
internal interface IStoreFiles
{
    /// <summary>Names of the files, in no order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens an existing file for reading and writing.</summary>
    IStoreFile Open(string name);

    /// <summary>Makes an empty file, replacing one of the same name. A length above 0 is reserved and filled with zeros on disk.</summary>
    /// <exception cref="IOException">The disk is full or failing; no file is left behind.</exception>
    IStoreFile Create(string name, long length = 0);

    void Delete(string name);

    /// <summary>Gives a file another name, replacing a file of that name in one step.</summary>
    void Rename(string from, string to);

    /// <summary>Makes creations, renames and deletions durable.</summary>
    void SyncFolder();
}

internal interface IStoreFile : IDisposable
{
    long Length { get; }

    /// <summary>Fills as much of the buffer as the file has from a position on.</summary>
    int Read(Span<byte> buffer, long position);

    /// <summary>Writes all bytes or throws; how much of them reached the disk is unknown until <see cref="Sync"/> has returned.</summary>
    void Write(ReadOnlySpan<byte> bytes, long position);

    void Truncate(long length);

    /// <summary>Returns when everything written is on disk. After it has thrown, nothing written since the last good one may be trusted.</summary>
    void Sync();
}
