using System.Buffers.Binary;

namespace Ordo.Foundation.Files;

/// <summary>What a picture is, judged by its bytes.</summary>
/// <param name="ContentType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>.</param>
public readonly record struct PictureHead(string ContentType, int Width, int Height);

/// <summary>
/// Reads kind and size out of the head of a JPEG, PNG or WebP file and wants its end to be there. Nothing else is taken: an SVG is a program, and
/// what is not understood might be one. Pure; decodes nothing.
/// </summary>
public static class PictureReader
{
    /// <summary>Longest side; a file of a few kilobytes may claim to unfold into gigabytes.</summary>
    public const int MaxSide = 12_000;

    /// <returns><c>null</c> when it is none of these, is cut off, or has no sensible size.</returns>
    public static PictureHead? Read(ReadOnlySpan<byte> file)
    {
        PictureHead? head =
            file.StartsWith(PngMagic) ? ReadPng(file)
            : file.StartsWith(JpegMagic) ? ReadJpeg(file)
            : file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8) ? ReadWebP(file)
            : null;
        return head is { Width: > 0 and <= MaxSide, Height: > 0 and <= MaxSide } ? head : null;
    }

    private static ReadOnlySpan<byte> PngMagic => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegMagic => [0xFF, 0xD8, 0xFF];

    /// <summary>The first chunk is IHDR, the last IEND.</summary>
    private static PictureHead? ReadPng(ReadOnlySpan<byte> file)
    {
        if (file.Length < 45 || !file[12..16].SequenceEqual("IHDR"u8) || !file[^8..^4].SequenceEqual("IEND"u8)) return null;
        return new("image/png", BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]));
    }

    /// <summary>Walks the segments to the frame header; SOF0 … SOF15 except the tables DHT, JPG and DAC.</summary>
    private static PictureHead? ReadJpeg(ReadOnlySpan<byte> file)
    {
        // Cameras may pad after the end marker.
        if (file[2..].LastIndexOf(EndOfImage) < 0) return null;
        int at = 2;
        while (at + 9 < file.Length)
        {
            if (file[at] != 0xFF) return null;
            byte marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }
            if (marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC)
                return new("image/jpeg", BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            if (marker is 0xDA or 0xD9) return null; // picture data before any frame header
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2) return null;
            at += 2 + length;
        }
        return null;
    }

    private static ReadOnlySpan<byte> EndOfImage => [0xFF, 0xD9];

    private static PictureHead? ReadWebP(ReadOnlySpan<byte> file)
    {
        if (file.Length < 30 || BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length) return null;
        ReadOnlySpan<byte> kind = file[12..16];
        if (kind.SequenceEqual("VP8X"u8)) return new("image/webp", 1 + Read24(file[24..]), 1 + Read24(file[27..]));
        if (kind.SequenceEqual("VP8 "u8) && file[23..26].SequenceEqual(Vp8Start))
            return new("image/webp", BinaryPrimitives.ReadUInt16LittleEndian(file[26..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) & 0x3FFF);
        if (!kind.SequenceEqual("VP8L"u8) || file[20] != 0x2F) return null;
        uint bits = BinaryPrimitives.ReadUInt32LittleEndian(file[21..]);
        return new("image/webp", 1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
    }

    private static ReadOnlySpan<byte> Vp8Start => [0x9D, 0x01, 0x2A];

    private static int Read24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
