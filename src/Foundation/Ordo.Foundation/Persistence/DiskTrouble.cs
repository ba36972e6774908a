namespace Ordo.Foundation.Persistence;

/// <summary>What a disk that is full, over its quota, read-only or failing makes of a piece of work.</summary>
public static class DiskTrouble
{
    // As the runtime passes them on: the number of the error itself under Unix, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL under Windows.
    private const int IoError = 5, NoSpace = 28, ReadOnlyFiles = 30, QuotaUsed = 122, DiskFull = unchecked((int)0x80070070), HandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Whether the same work is worth another try when somebody has made room.</summary>
    public static bool Passes(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
            if (cause is IOException { HResult: IoError or NoSpace or ReadOnlyFiles or QuotaUsed or DiskFull or HandleDiskFull }) return true;
        return false;
    }
}
