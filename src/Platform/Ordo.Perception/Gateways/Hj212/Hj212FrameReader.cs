namespace Ordo.Perception.Gateways.Hj212;

/// <summary>What the next bytes of a connection are.</summary>
public enum FrameVerdict
{
    /// <summary>The beginning of a frame, or nothing yet. Nothing but line ends is consumed.</summary>
    NeedMore,

    Frame,

    /// <summary>Bytes outside a frame.</summary>
    Noise,

    /// <summary>A head <c>##</c> without four digits behind it, or with a length above the ceiling.</summary>
    BadLength,

    BadCrc,

    /// <summary>The next frame began before this one was complete, or nothing more came in time.</summary>
    Unfinished,
}

/// <summary>Judges a received check sum.</summary>
public delegate bool CrcCheck(ReadOnlySpan<byte> segment, ushort received);

/// <summary>
/// Cuts HJ 212 frames out of a byte stream: <c>##</c>, four digits, that many bytes, CRC in four hex digits, CR LF (HJ 212-2017 table 2).
/// The length and the CRC delimit; the line end is a courtesy and <c>##</c> may stand inside a log text.
/// </summary>
public static class Hj212FrameReader
{
    /// <summary>Longest data segment of the standard. Real devices exceed it.</summary>
    public const int StandardLength = 1024;

    private const int HeadLength = 6, CrcLength = 4;

    private static ReadOnlySpan<byte> Head => "##"u8;

    private static ReadOnlySpan<byte> NextLine => "\r\n##"u8;

    /// <param name="input">What has arrived; moved behind what was consumed. Every verdict but <see cref="FrameVerdict.NeedMore"/> consumes at least
    /// one byte, so a hostile stream always makes progress and never holds more than one frame in memory.</param>
    /// <param name="ceiling">Longest data segment accepted, 1 … 9999 bytes.</param>
    /// <param name="check">Judges the CRC.</param>
    /// <param name="whole">The bytes consumed: the frame with head and CRC, or what was skipped.</param>
    /// <param name="segment">The data segment of a <see cref="FrameVerdict.Frame"/>.</param>
    public static FrameVerdict TryRead(
        ref ReadOnlySpan<byte> input, int ceiling, CrcCheck check, out ReadOnlySpan<byte> whole, out ReadOnlySpan<byte> segment)
    {
        whole = segment = default;
        input = input.TrimStart("\r\n"u8);
        if (!input.StartsWith(Head)) return SkipNoise(ref input, out whole);
        if (input.Length < HeadLength) return FrameVerdict.NeedMore;
        if (!TryReadLength(input[2..HeadLength], out int length) || length > ceiling) return GiveUp(ref input, FrameVerdict.BadLength, out whole);

        if (input.Length < HeadLength + length + CrcLength) return Wait(ref input, out whole);
        if (!CrcMatches(input, length, check))
        {
            // The standard counts characters; some devices take that literally for Chinese text. Bytes are tried first.
            if (!TryCountCharacters(input[HeadLength..], ref length)) return GiveUp(ref input, FrameVerdict.BadCrc, out whole);
            if (input.Length < HeadLength + length + CrcLength) return Wait(ref input, out whole);
            // Not the whole frame is given up: when it is the length that lies, the next good frame begins inside this one.
            if (!CrcMatches(input, length, check)) return GiveUp(ref input, FrameVerdict.BadCrc, out whole);
        }

        whole = input[..(HeadLength + length + CrcLength)];
        segment = input.Slice(HeadLength, length);
        input = input[whole.Length..];
        return FrameVerdict.Frame;
    }

    /// <summary>Drops the head at the front and everything up to the next one.</summary>
    public static FrameVerdict GiveUp(ref ReadOnlySpan<byte> input, FrameVerdict verdict, out ReadOnlySpan<byte> whole)
    {
        int next = input[1..].IndexOf(Head);
        int skipped = next >= 0 ? next + 1 : input.Length - (input[^1] == '#' && input.Length > 1 ? 1 : 0);
        whole = input[..skipped];
        input = input[skipped..];
        return verdict;
    }

    private static FrameVerdict SkipNoise(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> whole)
    {
        whole = default;
        if (input.IsEmpty || (input.Length == 1 && input[0] == '#')) return FrameVerdict.NeedMore;
        return GiveUp(ref input, FrameVerdict.Noise, out whole);
    }

    /// <summary>Waits for the rest, unless the line has already gone on to the next frame.</summary>
    private static FrameVerdict Wait(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> whole)
    {
        whole = default;
        int next = input[HeadLength..].IndexOf(NextLine);
        if (next < 0) return FrameVerdict.NeedMore;
        ReadOnlySpan<byte> digits = input[(HeadLength + next + NextLine.Length)..];
        return digits.Length >= 4 && TryReadLength(digits[..4], out _) ? GiveUp(ref input, FrameVerdict.Unfinished, out whole) : FrameVerdict.NeedMore;
    }

    private static bool CrcMatches(ReadOnlySpan<byte> input, int length, CrcCheck check) =>
        Hj212Crc.TryRead(input.Slice(HeadLength + length, CrcLength), out ushort received) && check(input.Slice(HeadLength, length), received);

    private static bool TryReadLength(ReadOnlySpan<byte> digits, out int length)
    {
        length = 0;
        foreach (byte b in digits)
        {
            if (!char.IsAsciiDigit((char)b)) return false;
            length = (length * 10) + (b - '0');
        }

        return true;
    }

    /// <summary>Turns a length in characters into bytes; <c>false</c> when that makes no difference.</summary>
    private static bool TryCountCharacters(ReadOnlySpan<byte> text, ref int length)
    {
        int bytes = 0;
        for (int characters = length; bytes < text.Length && (characters > 0 || IsContinuation(text[bytes])); bytes++)
            if (!IsContinuation(text[bytes])) characters--;
        if (bytes <= length) return false;
        length = bytes;
        return true;
    }

    private static bool IsContinuation(byte b) => (b & 0xC0) == 0x80;
}
