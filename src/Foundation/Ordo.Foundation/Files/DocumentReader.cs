namespace Ordo.Foundation.Files;

/// <summary>What a document is, judged by its bytes and not by its name: a PDF, or a picture that <see cref="PictureReader"/> knows. Pure; decodes nothing.</summary>
public static class DocumentReader
{
    /// <summary>The end mark stands in the last kilobyte (ISO 32000-1, annex H).</summary>
    private const int Tail = 1024;

    /// <returns><c>application/pdf</c> or a picture's type; <c>null</c> when it is none of these or is cut off.</returns>
    public static string? TypeOf(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith("%PDF-"u8)) return PictureReader.Read(file)?.ContentType;
        bool version = file.Length > 8 && file[5] is (byte)'1' or (byte)'2' && file[6] == (byte)'.';
        return version && file[^Math.Min(Tail, file.Length)..].LastIndexOf("%%EOF"u8) >= 0 ? "application/pdf" : null;
    }
}
