namespace Ordo.Identifiers.Reporting;

/// <summary>A report to hand over.</summary>
/// <param name="Hash">SHA-256 of the content; the same report has the same, so a receiver that was given it before can say so.</param>
/// <param name="Signature">Base64, or <c>null</c>.</param>
public sealed record ReportParcel(string FileName, byte[] Content, string Hash, string? Signature);

/// <summary>
/// The door to whoever reports go to (上报适配器): the national top node, a regulator, an archive. Registered as a service; each is given every report in the order of the
/// days, at least once, and again until it takes it.
/// </summary>
public interface IReportReceiver
{
    /// <summary>Stays the same for ever; how far each receiver is stands under this name.</summary>
    string Name { get; }

    /// <exception cref="ReportRefusedException">With words for the run log. An I/O fault or a time-out says the same.</exception>
    Task DeliverAsync(ReportParcel parcel, CancellationToken cancellation);
}

/// <summary>A receiver did not take a report.</summary>
public sealed class ReportRefusedException(string message) : Exception(message);

/// <summary>Puts reports into a folder, each whole or not at all, with its checksum as <c>sha256sum</c> reads it and its signature beside it.</summary>
internal sealed class FolderReceiver(string folder) : IReportReceiver
{
    public string Name => "folder";

    public async Task DeliverAsync(ReportParcel parcel, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder)) throw new ReportRefusedException($"There is no folder {folder}.");
        if (parcel.Signature is { } signature) await WholeFile.WriteAsync(Path.Combine(folder, parcel.FileName + ".sig"), Convert.FromBase64String(signature), cancellation);
        await WholeFile.WriteAsync(Path.Combine(folder, parcel.FileName + ".sha256"), System.Text.Encoding.ASCII.GetBytes($"{parcel.Hash}  {parcel.FileName}\n"), cancellation);
        // The report itself last: whoever waits for it finds the others there.
        await WholeFile.WriteAsync(Path.Combine(folder, parcel.FileName), parcel.Content, cancellation);
    }
}

/// <summary>A file that is there whole or not at all, also after a power failure.</summary>
internal static class WholeFile
{
    public static async Task WriteAsync(string path, byte[] content, CancellationToken cancellation)
    {
        string part = path + ".part";
        await using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await file.WriteAsync(content, cancellation);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
    }
}
