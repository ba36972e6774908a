using System.Globalization;
using System.Text;

namespace Ordo.Perception.Gateways;

/// <summary>Frames as text: UTF-8, else GBK as older Chinese devices write it; what cannot be printed is escaped.</summary>
public static class FrameText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private static readonly Encoding Gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;

    public static string Of(ReadOnlySpan<byte> frame)
    {
        string text;
        try
        {
            text = Strict.GetString(frame);
        }
        catch (DecoderFallbackException)
        {
            text = Gbk.GetString(frame);
        }

        if (!text.Any(char.IsControl)) return text;
        var printable = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (!char.IsControl(c) || c == '\n') printable.Append(c);
            else if (c == '\r') printable.Append("\\r");
            else printable.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}");
        }

        return printable.ToString();
    }
}
