namespace Ordo.Perception.Gateways.Hj212;

/// <summary>
/// Names the series of a reading: factor code and suffix as sent (<c>a34004-Rtd</c>), with the interval of an aggregate (<c>a34004-Avg.hour</c>), and for
/// site information the instrument it is about (<c>i12001-Info.w01018</c>).
/// </summary>
internal static class Hj212Channel
{
    /// <returns>Length of the name; 0 when it does not fit.</returns>
    public static int Write(in Hj212Message message, Hj212Item item, List<Hj212Item> items, Span<byte> channel)
    {
        ReadOnlySpan<byte> code = item.Code(message.Data), suffix = Hj212Readings.Canonical(item.Suffix(message.Data));
        ReadOnlySpan<byte> ending = Hj212Uploads.ChannelEnding(message.Command);
        ReadOnlySpan<byte> instrument = message.Command == 3020 ? Hj212DataArea.Find(message.Data, items, "PolId"u8) : default;
        int length = code.Length + 1 + suffix.Length + ending.Length + (instrument.IsEmpty ? 0 : instrument.Length + 1);
        if (length > channel.Length) return 0;

        Span<byte> rest = channel;
        Append(ref rest, code);
        Append(ref rest, "-"u8);
        Append(ref rest, suffix);
        Append(ref rest, ending);
        if (instrument.IsEmpty) return length;
        Append(ref rest, "."u8);
        Append(ref rest, instrument);
        return length;
    }

    private static void Append(ref Span<byte> rest, ReadOnlySpan<byte> part)
    {
        part.CopyTo(rest);
        rest = rest[part.Length..];
    }
}
