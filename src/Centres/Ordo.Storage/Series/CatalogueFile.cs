using Ordo.Storage.Files;

namespace Ordo.Storage.Series;

/// <summary>
/// The file <c>catalogue</c>: definitions of sources and series, appended at each checkpoint and never changed.
/// </summary>
/// <remarks>
/// <code>
/// file   = "ORDOCAT" 01, record*
/// record = length u32 | CRC-32C u32 (seeded with the record's position) | definitions
/// </code>
/// A torn last record is cut off: the log still has its definitions, because a checkpoint gives log up only after this file is on disk.
/// </remarks>
internal sealed class CatalogueFile : IDisposable
{
    public const string Name = "catalogue";
    private const int RecordHead = 8;
    private static readonly byte[] Magic = "ORDOCAT\x01"u8.ToArray();
    private readonly IStoreFile file;
    private readonly ByteWriter record = new();
    private long end;

    private CatalogueFile(IStoreFile file) => this.file = file;

    /// <summary>Sources and series that are in the file.</summary>
    public (int Sources, int Series) Saved { get; private set; }

    public static CatalogueFile Open(IStoreFiles files, SeriesCatalogue catalogue)
    {
        if (!files.List().Contains(Name))
        {
            var created = new CatalogueFile(files.Create(Name)) { end = Magic.Length };
            created.file.Write(Magic, 0);
            created.file.Sync();
            files.SyncFolder();
            return created;
        }

        var opened = new CatalogueFile(files.Open(Name));
        opened.Load(catalogue);
        return opened;
    }

    /// <summary>Appends what is new since the last time; returns when it is on disk.</summary>
    public void Save(SeriesCatalogue catalogue)
    {
        if (Saved == (catalogue.SourceCount, catalogue.SeriesCount)) return;
        record.Clear();
        record.UInt64(0);
        (int, int) saved = catalogue.WriteDefinitions(Saved.Sources, Saved.Series, record);
        ReadOnlySpan<byte> definitions = record.Written[RecordHead..];
        BitConverter.TryWriteBytes(record.WrittenForChange, (uint)definitions.Length);
        BitConverter.TryWriteBytes(record.WrittenForChange[4..], Crc(end, definitions));
        file.Truncate(end); // nothing of an attempt that failed may follow what is written now
        file.Write(record.Written, end);
        file.Sync();
        end += record.Length;
        Saved = saved;
    }

    public void Dispose() => file.Dispose();

    private static uint Crc(long position, ReadOnlySpan<byte> definitions) =>
        Checksum.End(Checksum.Add(Checksum.Add(Checksum.Start, (ulong)position), definitions));

    private void Load(SeriesCatalogue catalogue)
    {
        var bytes = new byte[file.Length];
        file.Read(bytes, 0);
        if (bytes.Length < Magic.Length || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            // Created and never synced: nothing can depend on it yet.
            file.Truncate(0);
            file.Write(Magic, 0);
            file.Sync();
            end = Magic.Length;
            return;
        }

        int at = Magic.Length;
        while (bytes.Length - at >= RecordHead)
        {
            uint length = BitConverter.ToUInt32(bytes, at);
            if (length > bytes.Length - at - RecordHead) break;
            ReadOnlySpan<byte> definitions = bytes.AsSpan(at + RecordHead, (int)length);
            if (BitConverter.ToUInt32(bytes, at + 4) != Crc(at, definitions)) break;
            catalogue.ReadDefinitions(definitions);
            at += RecordHead + (int)length;
        }

        end = at;
        Saved = (catalogue.SourceCount, catalogue.SeriesCount);
    }
}
